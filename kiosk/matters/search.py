"""Finds matters by what people type: characters, full pinyin, initials, everyday words, typing slips.

How it works: every name of every matter stands in one long string, best names first, once as written,
once as pinyin and once as initials; a look-up is a ``str.find`` over that string, which stays within
a frame for ten thousand matters.  Only when that finds nothing are single pieces compared (shared
pairs of characters, then similar spelling), among those that share a piece at all.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from kiosk.matters.characters import is_han
from kiosk.matters.haystack import Haystack, Postings, pairs_of
from kiosk.matters.offer import Offered

MAX_QUERY: Final = 60
_LEAST_SHARED: Final = 0.5  # of the query's pieces must be found in a matter
_LEAST_SIMILARITY: Final = 78.0  # rapidfuzz, 0 to 100
_MOST_SIMILAR_CANDIDATES: Final = 300
_LEAST_SPELLING: Final = 4  # letters; shorter ones are like too many
_LEAST_CHINESE_SPELLING: Final = 8
_MOST_POSTINGS: Final = 6000

_IGNORED: Final = re.compile(r"[\s\W_]+")
_RUNS: Final = re.compile(r"[\x21-\x7e]+|[^\x21-\x7e]+")
# What people put around the thing itself: 我要办老年证, 怎么打印社保证明.
_FILLERS: Final = re.compile(
    r"我|想|要|怎么|怎样|如何|请问|帮|一下|哪里|在哪|可以|能|吗|呢|的|了|办理|办|打印|打|开具|开|查询|查|申请|弄|去"
)


class Entry(NamedTuple):
    """What one matter is found by: its names the best first, as written, as pinyin and as initials."""

    written: tuple[str, ...]
    spelt: tuple[str, ...]
    initials: tuple[str, ...]
    labels: tuple[str, ...]  # what it shares with many others


def entry(matter: Offered) -> Entry:
    written = _names(matter)
    syllables = [_pinyin(name) for name in written]
    return Entry(
        tuple(written),
        tuple("".join(each) for each in syllables),
        tuple("".join(syllable[0] for syllable in each) for each in syllables),
        tuple(_labels(matter)),
    )


class Index:
    """Places of matters in the order given, by what is typed."""

    def __init__(self, packed: Sequence[Any]) -> None:
        """``packed``: what :meth:`packed` gave; see :meth:`of`."""
        written, labels, spelt, initials, pieces, pairs = packed
        self._written, self._labels = Haystack(*written), Haystack(*labels)
        self._spelt, self._initials = Haystack(*spelt), Haystack(*initials)
        self._pieces = Postings(*pieces)
        self._pairs = Postings(*pairs)

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Index:
        """The index of these matters."""
        spelt = Haystack.of([one.spelt for one in entries])
        haystacks = (
            Haystack.of([one.written for one in entries]),
            Haystack.of([one.labels for one in entries]),
            spelt,
            Haystack.of([one.initials for one in entries]),
        )
        pieces = Postings.of(one.written for one in entries)
        pairs = Postings.of((text,) for text in spelt.texts())
        return cls([each.packed() for each in (*haystacks, pieces, pairs)])

    def packed(self) -> list[Any]:
        """All of it, in values that can be written down."""
        haystacks = (self._written, self._labels, self._spelt, self._initials)
        return [each.packed() for each in (*haystacks, self._pieces, self._pairs)]

    def warm(self) -> None:
        """Load now what the first search would wait for."""
        import rapidfuzz.fuzz
        import rapidfuzz.process  # noqa: F401

        _pinyin("政务")
        next(self._said.find("zenwu"), None)

    def search(self, text: str, limit: int) -> tuple[int, ...]:
        """At most ``limit`` places, best first; nothing for a text without letters or digits."""
        query = _folded(text[:MAX_QUERY])
        if not query or limit <= 0:
            return ()
        found = _first(self._exact(query), limit)
        if not found:
            essence = _FILLERS.sub("", query)
            if essence and essence != query:
                found = _first(self._exact(essence), limit)
            found = found or _first(chain(self._alike(essence or query), self._near(essence or query)), limit)
        return tuple(found)

    @cached_property
    def _said(self) -> Haystack:
        """All pinyin as people say it who do not tell zh from z, or -ing from -in."""
        return self._spelt.respelt(_as_said)

    def _alike(self, query: str) -> Iterator[int]:
        spelling = "".join(_pinyin(query))
        if len(spelling) >= (_LEAST_SPELLING if spelling == query else _LEAST_CHINESE_SPELLING):
            yield from self._said.find(_as_said(spelling))

    def _exact(self, query: str) -> Iterator[int]:
        yield from self._written.find(query)
        if any(is_han(character) for character in query):
            yield from self._labels.find(query)
            if len(query) > 1:  # a single character has too many namesakes
                yield from self._spelt.find("".join(_pinyin(query)))
        else:
            yield from self._initials.find(query, from_start=True)
            yield from self._spelt.find(query, from_start=len(query) == 1)
            if len(query) > 1:
                yield from self._initials.find(query)
                yield from self._labels.find(query)

    def _near(self, query: str) -> Iterator[int]:
        if len(query) < 2:
            return
        yield from _sharing(self._pieces, query)
        spelling = "".join(_pinyin(query))
        if len(spelling) >= (_LEAST_SPELLING if spelling == query else _LEAST_CHINESE_SPELLING):
            yield from _spelt_like(self._spelt, self._pairs, spelling)


def _as_said(spelling: str) -> str:
    """shenfenzheng, senfenzen and shengfengzheng are one: as pinyin is written where sounds run together."""
    return (
        spelling.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n").replace("v", "u")
    )


def _sharing(pieces: Postings, query: str) -> list[int]:
    """Matters that share pairs of characters with the query, rare pairs counting more."""
    asked = set(pairs_of(query))
    scores: dict[int, float] = defaultdict(float)
    shared: Counter[int] = Counter()
    for owners in _rarest(pieces, asked):
        shared.update(owners)
        rare = 1.0 / (1 + len(owners))
        for owner in owners:
            scores[owner] += rare
    near = [owner for owner, count in shared.items() if count >= _LEAST_SHARED * len(asked)]
    return sorted(near, key=lambda owner: (-shared[owner], -scores[owner], owner))


def _spelt_like(spelt: Haystack, pairs: Postings, spelling: str) -> list[int]:
    """Matters with a name that is spelt like the query."""
    from rapidfuzz import fuzz, process

    shared: Counter[int] = Counter()
    for places in _rarest(pairs, set(pairs_of(spelling))):
        shared.update(places)
    most = heapq.nlargest(2 * _MOST_SIMILAR_CANDIDATES, shared, key=shared.__getitem__)
    long_enough = (place for place in most if spelt.length(place) >= len(spelling) - 2)
    best = list(islice(long_enough, _MOST_SIMILAR_CANDIDATES))
    scored = process.extract(
        spelling,
        {place: spelt.text(place) for place in best},
        scorer=fuzz.partial_ratio,
        score_cutoff=_LEAST_SIMILARITY,
        limit=_MOST_SIMILAR_CANDIDATES,
    )
    return [spelt.owner(place) for _, _, place in scored]


def _names(matter: Offered) -> list[str]:
    """Everything a matter is called, the best first."""
    names = [
        matter.plain_name.zh,
        matter.name.zh,
        *matter.words,
        matter.plain_name.en,
        matter.name.en,
    ]
    return _unique(names)


def _labels(matter: Offered) -> list[str]:
    """What a matter shares with many others."""
    return _unique([*matter.themes, matter.department.zh, matter.department.en])


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(folded for folded in map(_folded, texts) if folded))


def _folded(text: str) -> str:
    """Small letters, full-width as half-width, without spaces and signs."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=65536)
def _pinyin(text: str) -> tuple[str, ...]:
    """Syllables without tones; other letters and digits one by one."""
    from pypinyin import lazy_pinyin

    syllables: list[str] = []
    for written in _RUNS.findall(text):
        syllables.extend(lazy_pinyin(written) if is_han(written[0]) else written)
    return tuple(syllable.lower() for syllable in syllables if syllable)


def _rarest(owners: Postings, pieces: set[str]) -> Iterator[Sequence[int]]:
    """The owners of each piece, the rarest first, until so many are seen that a frame would be lost."""
    left = _MOST_POSTINGS
    for one in sorted((owners.of_piece(piece) for piece in pieces), key=len):
        yield one
        left -= len(one)
        if left <= 0:
            return


def _first(places: Iterable[int], limit: int) -> list[int]:
    """The first ``limit`` different places."""
    found: dict[int, None] = {}
    for place in places:
        found.setdefault(place)
        if len(found) >= limit:
            break
    return list(found)
