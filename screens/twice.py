"""Who touches everything twice: what has just come up under the finger was not meant by the second touch.

The usual guard of 0.6 s after a touch covers the whole page.  A slower second touch, about a second after the
first, is told from a new one by what lies there: at the same place, and only where that has become another
thing in the meantime, it does nothing for twice as long, counted from when the new thing was drawn.  Nobody
reads it in less; who aims anywhere else is not kept waiting, and who leafs on is not either.

Whose touches keep coming twice is known by them: after the first that was told from a new one, nothing is
turned or switched twice within a second and a half; keys that type wait for better proof, because "88" may be
meant.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from screens.kit.semantics import TOUCHABLE, Role

if TYPE_CHECKING:
    from screens.kit.context import Ctx

SAME_PLACE: Final = 48
"""Units, 12 mm: a trembling finger comes down so far from where it was."""
PATIENCE: Final = 2.0
"""Times the usual guard."""
LATELY: Final = 4
SOME: Final = 2
OFTEN: Final = 3
"""Of the latest touches that changed something: so many came twice of somebody who touches twice."""
PAIRS: Final = 3
"""So many keys, each typed twice from the first one of a page on, are nobody's number or word."""
PAIR_SECONDS: Final = 1.2
MEANINGS: Final = ("checked", "selected", "expanded", "disabled")

What = tuple[object, ...]
Point = tuple[float, float]


class SamePlace:
    """Asked with each finger that comes down, before anything else hears of it."""

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx
        self._at: Point = (0.0, 0.0)
        self._was: What | None = None
        self._typing = False
        self._judged = True
        self._since = float("-inf")
        self._unseen = False
        self._twice: deque[bool] = deque(maxlen=LATELY)
        self._pairs = Pairs(ctx)
        self._visit = 0

    def changed(self) -> None:
        """Something else is to be drawn, or the finger was lifted."""
        self._since = self._ctx.monotonic()
        self._unseen = True

    @property
    def unseen(self) -> bool:
        """It is not on the display yet."""
        return self._unseen

    def seen(self) -> None:
        """A page that takes its time to be drawn is read from then on."""
        self._since = self._ctx.monotonic()
        self._unseen = False

    def takes(self, point: Point, top: Any) -> bool:
        """False for a second touch on what the first one has brought here.  ``top``: what touches meet."""
        return not (self._fresh(point) and self._another(top))

    def came(self, point: Point, top: Any, heard: bool) -> bool:
        """The same of a finger that is really there.  ``heard``: nothing else keeps it from being heard."""
        if self._ctx.state.number != self._visit:
            self._visit = self._ctx.state.number
            self._twice.clear()
            self._pairs.forget()
        fresh, another = self._fresh(point), self._another(top)
        if another and not self._judged:
            self._judged = True
            self._twice.append(fresh)
            if self._twice.count(False) >= SOME:
                self._pairs.forget()
        found = under(top, *point) if top is not None else None
        if heard and not (fresh and another):
            self._pairs.came(found)
        came_twice = self._twice.count(True)
        self._ctx.steady = came_twice >= OFTEN or self._pairs.proven
        self._ctx.unhurried = self._ctx.steady or came_twice >= SOME or 0 < came_twice == len(self._twice)
        if not heard or (fresh and another):
            return False
        if found is not None:  # what lies where nothing is to be touched may be a palm
            # The same once more may be meant, or not: it says nothing.
            self._judged = self._near(point) and not another and self._within(PAIR_SECONDS)
            self._at, self._was = point, self._what(top, point)
            self._typing = _types(found)
        return True

    def _fresh(self, point: Point) -> bool:
        """Letters that give way to others are typed as fast as anybody can."""
        patience = 1.0 if self._typing and not self._ctx.steady else PATIENCE
        return self._near(point) and self._within(patience * self._ctx.double_tap_seconds)

    def _near(self, point: Point) -> bool:
        return math.dist(point, self._at) < self._ctx.px(SAME_PLACE)

    def _within(self, seconds: float) -> bool:
        return self._ctx.monotonic() < self._since + seconds

    def _another(self, top: Any) -> bool:
        return self._was is not None and self._what(top, self._at) != self._was

    def _what(self, top: Any, point: Point) -> What:
        """What would be done there; a key that types does the same again, whatever stands on it."""
        state = self._ctx.state
        place = (state.number, state.page, state.overlay, state.form.index if state.form.steps else None)
        found = under(top, *point) if top is not None else None
        if found is None or _types(found):
            return (*place, getattr(found, "key", ""))
        meaning = tuple(bool(found.state.get(each)) for each in MEANINGS)
        return (*place, found.key, found.name, *meaning)


class Pairs:
    """Different keys that are typed twice each, from the first one of a page on."""

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx
        self.forget()

    def forget(self) -> None:
        self.proven = False
        self._begin(None)

    def _begin(self, place: What | None) -> None:
        self._place = place
        self._keys: list[tuple[str, float]] = []

    def came(self, found: Any) -> None:
        state = self._ctx.state
        place = (state.number, state.page, state.form.index if state.form.steps else None)
        if place != self._place:
            self._begin(place)
        if self.proven or not _types(found) or not found.listening or len(self._keys) >= 2 * PAIRS:
            return
        self._keys.append((found.key, self._ctx.monotonic()))
        if len(self._keys) == 2 * PAIRS:
            firsts, seconds = self._keys[::2], self._keys[1::2]
            pairs = list(zip(firsts, seconds, strict=True))
            same = all(a[0] == b[0] and b[1] - a[1] < PAIR_SECONDS for a, b in pairs)
            self.proven = same and all(a[0] != b[0] for a, b in pairwise(firsts))


def _types(found: Any) -> bool:
    return bool(getattr(found, "repeats", False))


def under(widget: Any, x: float, y: float) -> Any:
    """The topmost touchable widget at a point, as touches are dispatched: last drawn first."""
    for child in widget.children:
        if (found := under(child, x, y)) is not None:
            return found
    touchable = getattr(widget, "role", Role.NONE) in TOUCHABLE
    return widget if touchable and widget.collide_point(x, y) else None
