"""One switch: the focus goes on by itself, and the switch presses.  This keeps the time."""

from __future__ import annotations

from typing import Final

NEVER: Final = float("inf")


class Scanning:
    """``due`` is asked several times a second."""

    def __init__(self) -> None:
        self._next = NEVER

    def due(self, seconds: float, now: float, speaking: bool, held: bool) -> bool:
        """Whether it is time for the next target.  A voice finishes what it says first; a switch that is held
        stops the focus where it is."""
        if seconds <= 0:
            self._next = NEVER
            return False
        if self._next == NEVER or speaking:
            self._next = now + seconds
            return False
        if now < self._next or held:
            return False
        self._next = now + seconds
        return True
