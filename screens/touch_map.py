"""Corrects where every finger is by the map that a technician has calibrated, before any widget sees it.

One per process, in Kivy's chain of input: what a panel reports goes through it, a finger at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

RAW: Final = "raw"
CORRECTED: Final = "corrected"


class TouchMap:
    """``figures``: x' = a x + b y + c, y' = d x + e y + f, in fractions of the window; ``None``: none."""

    def __init__(self) -> None:
        self.figures: Sequence[float] | None = None

    def process(self, events: list[tuple[str, MotionEvent]]) -> list[tuple[str, MotionEvent]]:
        """What Kivy calls with all events of a frame."""
        for kind, touch in events:
            if kind in ("begin", "update", "end") and getattr(touch, "is_touch", False):
                self.correct(touch)
        return events

    def correct(self, touch: Any) -> None:
        """A touch whose place was not reported anew keeps its correction; it is never corrected twice."""
        place = (touch.sx, touch.sy)
        if touch.ud.get(CORRECTED) == place:
            return
        touch.ud[RAW] = place
        if self.figures is not None:
            a, b, c, d, e, f = self.figures
            x, y = place
            touch.sx = min(1.0, max(0.0, a * x + b * y + c))
            touch.sy = min(1.0, max(0.0, d * x + e * y + f))
        touch.ud[CORRECTED] = (touch.sx, touch.sy)


def raw_place(touch: Any) -> tuple[float, float]:
    """Where the panel itself says that a finger is, in fractions of the window."""
    x, y = touch.ud.get(RAW, (touch.sx, touch.sy))
    return float(x), float(y)


TOUCH_MAP: Final = TouchMap()


def install() -> None:
    """Put it into Kivy's chain of input, once."""
    from kivy.base import EventLoop

    if TOUCH_MAP not in EventLoop.postproc_modules:
        EventLoop.add_postproc_module(TOUCH_MAP)
