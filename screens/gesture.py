"""How a technician asks to come in: one finger held in the upper left corner, then in the upper right one.

Two long presses, still and in this order, within a few seconds of each other: nobody who looks for a button
makes them, and one pointer is enough.
"""

from __future__ import annotations

import math
from typing import Final

CORNER: Final = 120
"""Units, across and down, of what counts as the corner."""
HOLD_SECONDS: Final = 2.0
BETWEEN_SECONDS: Final = 6.0
STILL: Final = 30
"""A finger that moved further than this is not held."""


class EntryGesture:
    """Sees every finger of the window; :meth:`up` tells when the gesture is complete."""

    def __init__(self) -> None:
        self._down: tuple[str, float, float, float] | None = None
        self._first_ended: float | None = None

    def down(self, x: float, y: float, size: tuple[float, float], unit: float, now: float) -> None:
        """``x`` and ``y`` from the window's lower left corner, in pixels, as ``size``."""
        corner = ""
        if y >= size[1] - CORNER * unit:
            corner = "left" if x <= CORNER * unit else "right" if x >= size[0] - CORNER * unit else ""
        self._down = (corner, x, y, now) if corner else None
        if not corner:
            self._first_ended = None

    def move(self, x: float, y: float, unit: float) -> None:
        if self._down is not None and math.dist((x, y), self._down[1:3]) > STILL * unit:
            self._down = None
            self._first_ended = None

    def up(self, now: float) -> bool:
        """True with the end of the second of two holds that were long enough."""
        held, self._down = self._down, None
        first_ended, self._first_ended = self._first_ended, None
        if held is None or now - held[3] < HOLD_SECONDS:
            return False
        if held[0] == "left":
            self._first_ended = now
            return False
        return first_ended is not None and held[3] - first_ended <= BETWEEN_SECONDS
