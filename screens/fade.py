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


class Fade:
    """From faint to full in ``seconds``; a new one ends the one before."""

    def __init__(self) -> None:
        self._widgets: list[Widget] = []
        self._begun = 0.0
        self._seconds = 0.0

    @property
    def running(self) -> bool:
        return bool(self._widgets)

    def begin(self, widgets: Sequence[Widget], seconds: float) -> None:
        self.end()
        self._widgets = list(widgets)
        self._begun = Clock.get_boottime()
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
        part = (Clock.get_boottime() - self._begun) / self._seconds
        if part >= 1:
            self.end()
            return
        for widget in self._widgets:
            widget.opacity = START + (1 - START) * part
