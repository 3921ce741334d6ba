"""What a search looks into: thousands of short texts in one string, and which of them hold which pairs.

Both are made once and written down (``kiosk.matters.compiled``): with ten thousand matters making them takes
seconds, taking them up again some milliseconds.
"""

from __future__ import annotations

import bisect
import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

_SEPARATOR: Final = "\n"
_NUMBERS: Final = "I"


def pairs_of(text: str) -> Iterator[str]:
    return (text[start : start + 2] for start in range(len(text) - 1))


class Haystack:
    """Many short texts in one string; the first text of every owner stands before all second ones."""

    def __init__(self, text: str, starts: bytes, owners: bytes) -> None:
        self._text = text
        self._starts, self._owners = array(_NUMBERS), array(_NUMBERS)
        self._starts.frombytes(starts)
        self._owners.frombytes(owners)

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Haystack:
        """Of the texts of each owner, the best first."""
        starts, owners = array(_NUMBERS), array(_NUMBERS)
        parts = []
        position = 1
        for rank in range(max(map(len, texts), default=0)):
            for owner, own in enumerate(texts):
                if rank < len(own):
                    starts.append(position)
                    owners.append(owner)
                    parts.append(own[rank])
                    position += len(own[rank]) + 1
        text = _SEPARATOR + _SEPARATOR.join(parts) + _SEPARATOR
        return cls(text, starts.tobytes(), owners.tobytes())

    def respelt(self, spell: Callable[[str], str]) -> Haystack:
        """The same texts spelt otherwise, of the same owners; ``spell`` leaves what stands between them."""
        text = spell(self._text)
        ends = [hit.end() for hit in re.finditer(_SEPARATOR, text)]
        return Haystack(text, array(_NUMBERS, ends[:-1]).tobytes(), self._owners.tobytes())

    def packed(self) -> tuple[Any, ...]:
        return self._text, self._starts.tobytes(), self._owners.tobytes()

    def texts(self) -> Iterator[str]:
        return (self.text(place) for place in range(len(self._starts)))

    def text(self, place: int) -> str:
        start = self._starts[place]
        return self._text[start : start + self.length(place)]

    def length(self, place: int) -> int:
        return self._end(place) - self._starts[place]

    def owner(self, place: int) -> int:
        return self._owners[place]

    def find(self, query: str, *, from_start: bool = False) -> Iterator[int]:
        """Owners of texts that are ``query``, that begin with it, and that hold it, in this order."""
        if query not in self._text:  # one look through all of it instead of three
            return
        yield from self._each(_SEPARATOR + query + _SEPARATOR)
        yield from self._each(_SEPARATOR + query)
        if not from_start:
            yield from self._each(query)

    def _each(self, needle: str) -> Iterator[int]:
        position = self._text.find(needle)
        while position >= 0:
            place = bisect.bisect_right(self._starts, position + needle.startswith(_SEPARATOR)) - 1
            yield self._owners[place]
            position = self._text.find(needle, max(self._end(place), position + 1))

    def _end(self, place: int) -> int:
        """Where the separator behind a text stands."""
        after = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._text)
        return after - 1


class Postings:
    """Which owners have a text that holds a pair of characters."""

    def __init__(self, number_of: Mapping[str, int], ends: bytes, owners: bytes) -> None:
        self._number_of = number_of
        self._ends, self._owners = array(_NUMBERS), array(_NUMBERS)
        self._ends.frombytes(ends)
        self._owners.frombytes(owners)

    @classmethod
    def of(cls, texts: Iterable[Iterable[str]]) -> Postings:
        """Of the texts of each owner."""
        found: dict[str, array[int]] = defaultdict(lambda: array(_NUMBERS))
        for owner, own in enumerate(texts):
            for pair in {pair for text in own for pair in pairs_of(text)}:
                found[pair].append(owner)
        ends, owners = array(_NUMBERS), array(_NUMBERS)
        for one in found.values():
            owners.extend(one)
            ends.append(len(owners))
        return cls({pair: number for number, pair in enumerate(found)}, ends.tobytes(), owners.tobytes())

    def packed(self) -> tuple[Any, ...]:
        return dict(self._number_of), self._ends.tobytes(), self._owners.tobytes()

    def of_piece(self, pair: str) -> Sequence[int]:
        number = self._number_of.get(pair)
        if number is None:
            return ()
        return self._owners[self._ends[number - 1] if number else 0 : self._ends[number]]
