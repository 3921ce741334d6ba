"""Watches for what a faulty panel reports: a finger that is never lifted, a place that taps by itself.

Nobody holds a finger still for a minute, and nobody taps one place six times a second for twenty seconds.  A
place that taps by itself is not listened to until it has been quiet for a while; of both the technician is
told where.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Final

from screens.theme import MOVE_LIMIT

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx

LYING_SECONDS: Final = 60.0
FASTEST: Final = ((30, 2.5), (120, 20.0))
"""So many taps at one place within so many seconds are nobody's."""
QUIET_SECONDS: Final = 5.0
TOLD_SECONDS: Final = 3600.0
"""So long after the last of it a technician is still told: it comes and goes."""

Point = tuple[float, float]


class Stuck:
    """Sees every finger of the window, also those that nothing else hears of."""

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx
        self._down: dict[object, tuple[MotionEvent, Point, float]] = {}
        self._taps: deque[float] = deque(maxlen=max(count for count, _ in FASTEST))
        self._at: Point = (0.0, 0.0)
        self._tapping = False
        self._place: Point | None = None
        self._seen = float("-inf")

    def came(self, touch: MotionEvent) -> bool:
        """False for a tap of a place that taps by itself."""
        now, point = self._ctx.monotonic(), touch.pos
        self._down[touch.uid] = (touch, point, now)
        if self._near(point, self._at):
            if self._taps and now - self._taps[-1] >= QUIET_SECONDS:
                self._taps.clear()
                self._tapping = False
        elif self._tapping:
            return True  # somebody is here, too
        else:
            self._taps.clear()
            self._at = point
        self._taps.append(now)
        self._tapping = self._tapping or any(self._so_fast(*each) for each in FASTEST)
        if self._tapping:
            self._found(self._at)
        return not self._tapping

    def moved(self, touch: MotionEvent) -> None:
        down = self._down.get(touch.uid)
        if down is not None and not self._near(touch.pos, down[1]):
            self._down[touch.uid] = (touch, touch.pos, self._ctx.monotonic())

    def lifted(self, touch: MotionEvent) -> None:
        self._down.pop(touch.uid, None)

    def place(self) -> Point | None:
        """Where the panel reports what nobody does, in pixels; to be asked now and then."""
        now = self._ctx.monotonic()
        for _, point, since in self._down.values():
            if now - since >= LYING_SECONDS:
                self._found(point)
        if now - self._seen >= TOLD_SECONDS:
            self._place = None
        return self._place

    def _found(self, point: Point) -> None:
        self._place, self._seen = point, self._ctx.monotonic()

    def _so_fast(self, count: int, seconds: float) -> bool:
        return len(self._taps) >= count and self._taps[-1] - self._taps[-count] <= seconds

    def _near(self, one: Point, other: Point) -> bool:
        return math.dist(one, other) < self._ctx.px(MOVE_LIMIT)
