"""New content comes up softly: on the same ground, between a header and a footer that stay as they are.

Sliding or turning whole pages would cost a software renderer two frames for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock

if TYPE_CHECKING:
    from kivy.uix.widget import Widget

START: Final = 0.3
AHEAD_SECONDS: Final = 0.05
"""A picture that takes longer is none of a fade, but the first one of a page."""


class Fade:
    """From faint to full in ``seconds``; a new one ends the one before."""

    def __init__(self) -> None:
        self._widgets: list[Widget] = []
        self._begun = 0.0
        self._seconds = 0.0
        self._stepped = 0.0

    @property
    def running(self) -> bool:
        return bool(self._widgets)

    def begin(self, widgets: Sequence[Widget], seconds: float) -> None:
        self.end()
        self._widgets = list(widgets)
        self._begun = self._stepped = Clock.get_boottime()
        self._seconds = seconds
        for widget in self._widgets:
            widget.opacity = START
        Clock.schedule_interval(self._step, 0)

    def end(self) -> None:
        Clock.unschedule(self._step)
        for widget in self._widgets:
            widget.opacity = 1
        self._widgets = []

    def _step(self, _seconds: float) -> None:
        """As it is to be when this picture is seen: as long from now as the last one took to come."""
        now = Clock.get_boottime()
        took, self._stepped = now - self._stepped, now
        part = (now + min(took, AHEAD_SECONDS) - self._begun) / self._seconds
        if part >= 1:
            self.end()
            return
        for widget in self._widgets:
            widget.opacity = START + (1 - START) * part
