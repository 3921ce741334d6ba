"""What is written here more often than elsewhere: local phrases, and what comes first for a syllable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from values import dataclass

MOST_CANDIDATES: Final = 240
USUAL_WEIGHT: Final = 10000
_FOLDER: Final = Path(__file__).parent
PHRASES_FILE: Final = _FOLDER / "phrases.txt"
_FIRST_FILE: Final = _FOLDER / "first.txt"


@dataclass(frozen=True)
class Phrase:
    """``syllables`` as they are typed, ü as v; ``weight`` in the counts of rime-essay."""

    text: str
    syllables: tuple[str, ...]
    weight: int = USUAL_WEIGHT

    @property
    def spelling(self) -> str:
        return "".join(self.syllables)

    @property
    def initials(self) -> str:
        return "".join(syllable[0] for syllable in self.syllables)


@cache
def phrases() -> tuple[Phrase, ...]:
    found = []
    for fields in lines(PHRASES_FILE):
        text, spelling, *weight = fields
        found.append(Phrase(text, tuple(spelling.split()), int(weight[0]) if weight else USUAL_WEIGHT))
    return tuple(found)


@cache
def first() -> Mapping[str, str]:
    """Syllable -> characters that go before all others when nothing else was typed."""
    return {syllable: "".join(characters.split()) for syllable, characters in lines(_FIRST_FILE)}


def best(letters: str, candidates: Iterable[str], most: int) -> tuple[list[str], list[int]]:
    """What was taken of ``candidates``, and its places, best first: those of :func:`first`, then what is in
    everyday use (GB 2312, and names of this place), then the rest, each part in the order in which it came.

    No more is taken than the first ``most`` places need: they are the same, however much is taken.
    """
    leading = first().get(letters, "")
    last = len(leading) + 1

    def rank(text: str) -> int:
        if len(text) == 1 and text in leading:
            return leading.index(text)
        return last - (everyday(text) or text in _local())

    taken: list[str] = []
    ranks: list[int] = []
    missing, sure = set(leading), 0
    for text in islice(candidates, MOST_CANDIDATES):
        taken.append(text)
        ranks.append(rank(text))
        missing.discard(text)
        sure += ranks[-1] < last
        if sure >= most and not missing:
            break
    else:
        sure = len(taken)
    return taken, sorted(range(len(taken)), key=ranks.__getitem__)[:sure]


@cache
def _local() -> frozenset[str]:
    """滍阳 is in everyday use in Pingdingshan, whatever GB 2312 says."""
    return frozenset(phrase.text for phrase in phrases())


def everyday(text: str) -> bool:
    """Whether all characters are among the 6,763 of GB 2312."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def lines(file: Path) -> Iterator[list[str]]:
    """Fields of each line, but of notes."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
