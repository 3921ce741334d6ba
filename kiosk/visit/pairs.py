"""Gives every beginning in the chain its end, and every end its beginning, whatever way a visit takes.

The flow says what happens where it happens; a citizen may walk away in the middle of anything, and a platform
may answer after the page has said that it did not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Written = tuple[str, dict[str, str]]
_INNER = ("identity", "application", "recording")
_IDENTITY_BEGIN = "identity.begin"


class Pairs:
    """One for a terminal; the window's thread."""

    def __init__(self) -> None:
        self._visit = ""  # the number of the visit that has begun; empty: none has
        self._open: dict[str, dict[str, str]] = {}  # what has begun in it, with the keys of its end

    def written(self, event: str, visit: int, keys: Mapping[str, str]) -> Iterator[Written]:
        """What to write for ``event``.  ``visit`` is the number after the step, so that an end comes with the
        number of the next one."""
        thing, _, what = event.rpartition(".")
        if event == "visit.end":
            yield from self._end_visit(dict(keys))
            return
        if event == "visit.again":
            yield from self._end_visit({"disposition": "again"})
            yield from self._begin_visit(visit)
            yield event, {"visit": str(visit), **keys}
            return
        if not self._visit:
            yield from self._begin_visit(visit)
        here = {"visit": self._visit, **keys}
        if event == "visit.failsafe":
            yield from self._end_inner("failsafe")
            yield event, here
        elif thing in _INNER and what == "begin":
            if thing in self._open:
                yield f"{thing}.end", {**self._open.pop(thing), "disposition": "begun_anew"}
            self._open[thing] = {name: here[name] for name in ("visit", "key") if name in here}
            yield event, here
        elif event == "application.end" and thing not in self._open:
            yield "application.late", here  # the page had told its end already
        elif thing in _INNER and what == "end":
            if (
                thing == "identity" and thing not in self._open
            ):  # the reader has gone on waiting after a card that failed
                yield _IDENTITY_BEGIN, {"visit": self._visit}
            self._open.pop(thing, None)
            yield event, here
        else:
            yield event, here

    def _begin_visit(self, visit: int) -> Iterator[Written]:
        self._visit = str(visit)
        yield "visit.begin", {"visit": self._visit}

    def _end_visit(self, keys: dict[str, str]) -> Iterator[Written]:
        """Nothing where nobody has begun anything: a look at the home page is no visit."""
        if not self._visit:
            return
        yield from self._end_inner("left")
        yield "visit.end", {"visit": self._visit, **keys}
        self._visit = ""

    def _end_inner(self, disposition: str) -> Iterator[Written]:
        for thing in _INNER:
            if thing in self._open:
                yield f"{thing}.end", {**self._open.pop(thing), "disposition": disposition}
