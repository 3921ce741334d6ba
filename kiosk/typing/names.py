"""Names as people here have them: what a spelling means as a surname and a given name, and characters that
stand in names more often than in texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.typing.local import Phrase, lines

GIVEN_WEIGHT: Final = 3000
MOST_WHOLE: Final = 2
_FOLDER: Final = Path(__file__).parent
_GIVEN: Final = "# Given names."
"""In the list: what stands above are surnames."""


@cache
def _listed() -> tuple[Mapping[str, Sequence[str]], tuple[Phrase, ...]]:
    """Surnames by their spelling, and given names."""
    surnames: dict[str, list[str]] = defaultdict(list)
    given = []
    at_given = False
    for line in (_FOLDER / "names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            at_given = line == _GIVEN
            continue
        text, spelling = line.split("\t")
        if at_given:
            given.append(Phrase(text, tuple(spelling.split()), GIVEN_WEIGHT))
        else:
            surnames[spelling.replace(" ", "")].append(text)
    return surnames, tuple(given)


def given_names() -> tuple[Phrase, ...]:
    return _listed()[1]


@cache
def _given_by_spelling() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in given_names():
        found[name.spelling].append(name.text)
    return found


def whole_names(letters: str) -> list[str]:
    """王秀英 for ``wangxiuying``; a few at most, the most usual surname first."""
    surnames, given = _listed()[0], _given_by_spelling()
    found = [
        surname + name
        for end in range(1, len(letters))
        for surname in surnames.get(letters[:end], ())
        for name in given.get(letters[end:], ())
    ]
    return found[:MOST_WHOLE]


@cache
def _characters() -> Mapping[str, Sequence[str]]:
    return {syllable: own.split() for syllable, own in lines(_FOLDER / "name_characters.txt")}


def characters(syllable: str) -> Sequence[str]:
    """垚 for ``yao``: the best known first."""
    return _characters().get(syllable, ())
