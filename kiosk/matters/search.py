"""Finds matters by what people type: characters, full pinyin, initials, everyday words, typing slips.

How it works: every name of every matter stands in one long string, best names first, once as written,
once as pinyin and once as initials; a look-up is a ``str.find`` over that string, which stays within
a frame for ten thousand matters.  Only when that finds nothing are single pieces compared (shared
pairs of characters, then similar spelling), among those that share a piece at all.
"""

from __future__ import annotations

import bisect
import heapq
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from kiosk.matters.characters import is_han
from kiosk.matters.models import Matter

MAX_QUERY: Final = 60
_LEAST_SHARED: Final = 0.5  # of the query's pieces must be found in a matter
_LEAST_SIMILARITY: Final = 78.0  # rapidfuzz, 0 to 100
_MOST_SIMILAR_CANDIDATES: Final = 300
_LEAST_SPELLING: Final = 4  # letters; shorter ones are like too many
_LEAST_CHINESE_SPELLING: Final = 8
_MOST_POSTINGS: Final = 6000

_SEPARATOR: Final = "\n"
_IGNORED: Final = re.compile(r"[\s\W_]+")
_RUNS: Final = re.compile(r"[\x21-\x7e]+|[^\x21-\x7e]+")
# What people put around the thing itself: 我要办老年证, 怎么打印社保证明.
_FILLERS: Final = re.compile(
    r"我|想|要|怎么|怎样|如何|请问|帮|一下|哪里|在哪|可以|能|吗|呢|的|了|办理|办|打印|打|开具|开|查询|查|申请|弄|去"
)


class Index:
    """Places of matters in the order given, by what is typed."""

    def __init__(self, matters: Sequence[Matter]) -> None:
        names = [_names(matter) for matter in matters]
        self._written = _Haystack(names)
        self._labels = _Haystack([_labels(matter) for matter in matters])
        spelt = [[_pinyin(name) for name in one] for one in names]
        self._spelt = _Haystack([["".join(syllables) for syllables in one] for one in spelt])
        self._initials = _Haystack(
            [["".join(syllable[0] for syllable in syllables) for syllables in one] for one in spelt]
        )
        self._pieces = _Pieces(names)
        self._words = _Words([["".join(syllables) for syllables in one] for one in spelt])

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
            found = found or _first(self._near(essence or query), limit)
        return tuple(found)

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
        yield from self._pieces.find(query)
        spelling = "".join(_pinyin(query))
        if len(spelling) >= (_LEAST_SPELLING if spelling == query else _LEAST_CHINESE_SPELLING):
            yield from self._words.find(spelling)


class _Haystack:
    """Many short texts in one string; the first text of every owner stands before all second ones."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        starts, owners, parts = [], [], []
        position = 1
        for rank in range(max(map(len, texts), default=0)):
            for owner, own in enumerate(texts):
                if rank < len(own):
                    starts.append(position)
                    owners.append(owner)
                    parts.append(own[rank])
                    position += len(own[rank]) + 1
        self._text = _SEPARATOR + _SEPARATOR.join(parts) + _SEPARATOR
        self._starts, self._owners = starts, owners

    def find(self, query: str, *, from_start: bool = False) -> Iterator[int]:
        """Owners of texts that are ``query``, that begin with it, and that hold it, in this order."""
        yield from self._each(_SEPARATOR + query + _SEPARATOR)
        yield from self._each(_SEPARATOR + query)
        if not from_start:
            yield from self._each(query)

    def _each(self, needle: str) -> Iterator[int]:
        position = self._text.find(needle)
        while position >= 0:
            place = bisect.bisect_right(self._starts, position + needle.startswith(_SEPARATOR)) - 1
            yield self._owners[place]
            end = self._starts[place + 1] - 1 if place + 1 < len(self._starts) else len(self._text)
            position = self._text.find(needle, max(end, position + 1))


class _Pieces:
    """Matters that share pairs of characters with the query, rare pairs counting more."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        owners: dict[str, set[int]] = defaultdict(set)
        for owner, own in enumerate(texts):
            for text in own:
                for piece in _pairs(text):
                    owners[piece].add(owner)
        self._owners = {piece: tuple(sorted(one)) for piece, one in owners.items()}

    def find(self, query: str) -> list[int]:
        pieces = set(_pairs(query))
        scores: dict[int, float] = defaultdict(float)
        shared: dict[int, int] = defaultdict(int)
        for owners in _rarest(self._owners, pieces):
            for owner in owners:
                scores[owner] += 1.0 / (1 + len(owners))
                shared[owner] += 1
        near = [owner for owner, count in shared.items() if count >= _LEAST_SHARED * len(pieces)]
        return sorted(near, key=lambda owner: (-shared[owner], -scores[owner], owner))


class _Words:
    """Matters with a name that is spelt like the query."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._texts = [(text, owner) for owner, own in enumerate(texts) for text in own]
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        for place, (text, _) in enumerate(self._texts):
            for pair in set(_pairs(text)):
                self._by_pair[pair].append(place)

    def find(self, spelling: str) -> list[int]:
        from rapidfuzz import fuzz, process

        shared: dict[int, int] = defaultdict(int)
        for places in _rarest(self._by_pair, set(_pairs(spelling))):
            for place in places:
                shared[place] += 1
        long_enough = [place for place in shared if len(self._texts[place][0]) >= len(spelling) - 2]
        best = heapq.nlargest(_MOST_SIMILAR_CANDIDATES, long_enough, key=lambda place: shared[place])
        scored = process.extract(
            spelling,
            {place: self._texts[place][0] for place in best},
            scorer=fuzz.partial_ratio,
            score_cutoff=_LEAST_SIMILARITY,
            limit=_MOST_SIMILAR_CANDIDATES,
        )
        return [self._texts[place][1] for _, _, place in scored]


def _names(matter: Matter) -> list[str]:
    """Everything a matter is called, the best first."""
    names = [
        matter.plain_name.zh,
        matter.name.zh,
        *matter.words,
        matter.plain_name.en,
        matter.name.en,
    ]
    return _unique(names)


def _labels(matter: Matter) -> list[str]:
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


def _rarest(owners: Mapping[str, Sequence[int]], pieces: set[str]) -> Iterator[Sequence[int]]:
    """The owners of each piece, the rarest first, until so many are seen that a frame would be lost."""
    left = _MOST_POSTINGS
    for one in sorted((owners[piece] for piece in pieces if piece in owners), key=len):
        yield one
        left -= len(one)
        if left <= 0:
            return


def _pairs(text: str) -> Iterable[str]:
    return (text[start : start + 2] for start in range(len(text) - 1))


def _first(places: Iterable[int], limit: int) -> list[int]:
    """The first ``limit`` different places."""
    found: dict[int, None] = {}
    for place in places:
        found.setdefault(place)
        if len(found) >= limit:
            break
    return list(found)
