"""Who touches everything twice: what has just come up under the finger was not meant by the second touch.

The usual guard of 0.6 s after a touch covers the whole page.  A slower second touch, about a second after the
first, is told from a new one by what lies there: at the same place, and only where that has become another
thing in the meantime, it does nothing for twice as long, counted from when the new thing was drawn.  Nobody
reads it in less; who aims anywhere else is not kept waiting, and who leafs on is not either.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from screens.kit.semantics import TOUCHABLE, Role

if TYPE_CHECKING:
    from screens.kit.context import Ctx

SAME_PLACE: Final = 48
"""Units, 12 mm: a trembling finger comes down so far from where it was."""
PATIENCE: Final = 2.0
"""Times the usual guard."""
LATELY: Final = 4
OFTEN: Final = 3
"""Of the latest touches that changed something: so many came twice of somebody who touches twice."""
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
        self._twice: deque[bool] = deque(maxlen=LATELY)
        self._visit = 0

    def changed(self) -> None:
        """Something was drawn, or the finger was lifted."""
        self._since = self._ctx.monotonic()

    def takes(self, point: Point, top: Any) -> bool:
        """False for a second touch on what the first one has brought here.  ``top``: what touches meet."""
        return not (self._fresh(point) and self._another(top))

    def came(self, point: Point, top: Any, heard: bool) -> bool:
        """The same of a finger that is really there.  ``heard``: nothing else keeps it from being heard."""
        if self._ctx.state.number != self._visit:
            self._visit = self._ctx.state.number
            self._twice.clear()
        fresh, another = self._fresh(point), self._another(top)
        if another and not self._judged:
            self._judged = True
            self._twice.append(fresh)
            self._ctx.steady = self._twice.count(True) >= OFTEN
        if not heard or (fresh and another):
            return False
        self._at, self._was, self._judged = point, self._what(top, point), False
        self._typing = _types(under(top, *point)) if top is not None else False
        return True

    def _fresh(self, point: Point) -> bool:
        """Letters that give way to others are typed as fast as anybody can."""
        near = math.dist(point, self._at) < self._ctx.px(SAME_PLACE)
        patience = 1.0 if self._typing and not self._ctx.steady else PATIENCE
        return near and self._ctx.monotonic() < self._since + patience * self._ctx.double_tap_seconds

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


def _types(found: Any) -> bool:
    return bool(getattr(found, "repeats", False))


def under(widget: Any, x: float, y: float) -> Any:
    """The topmost touchable widget at a point, as touches are dispatched: last drawn first."""
    for child in widget.children:
        if (found := under(child, x, y)) is not None:
            return found
    touchable = getattr(widget, "role", Role.NONE) in TOUCHABLE
    return widget if touchable and widget.collide_point(x, y) else None
