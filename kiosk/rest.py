"""When the software begins anew, by itself and while nobody is here.

Reasons: something of a citizen was found after the visit (``privacy``), the night (``daily``), memory that
has grown (``memory``), and whatever else asks with :meth:`Rest.ask`.  A restart takes two seconds; a process
that begins anew holds nothing of anybody and nothing that has piled up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.settings import MaintenanceSettings

QUIET_SECONDS: Final = 300.0
"""Nobody has touched the screen for so long: before a restart that can wait."""
YOUNG_SECONDS: Final = 6 * 3600.0
"""A process that is younger has nothing to win from the restart of the night."""
MEASURE_SECONDS: Final = 60.0
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Rest:
    """Asked by the window, each time that it moves.  :meth:`ask` may come from any thread."""

    def __init__(
        self,
        settings: MaintenanceSettings,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        resident_mib: Callable[[], float] | None = None,
    ) -> None:
        """``now`` is the wall clock where the terminal stands."""
        self._settings = settings
        self._now = now
        self._monotonic = monotonic
        self._resident = resident_mib or resident_mib_of_this_process
        self._began = monotonic()
        self._asked = ""
        self.woken: Callable[[], None] = lambda: None  # somebody has asked
        self._least: float | None = None
        self._next_measure = self._began + MEASURE_SECONDS
        self._grown = False

    def ask(self, reason: str) -> None:
        """Begin anew as soon as nobody is here; the first reason stands."""
        self._asked = self._asked or reason
        self.woken()

    def due(self, nobody_here: bool, last_touch: float) -> str:
        """Why to begin anew now; empty to go on."""
        self._measure()
        if not nobody_here:
            return ""
        if self._asked:
            return self._asked
        if self._monotonic() - last_touch < QUIET_SECONDS:
            return ""
        if self._grown:
            return "memory"
        old = self._monotonic() - self._began >= YOUNG_SECONDS
        return "daily" if old and self._now().hour == self._settings.restart_hour else ""

    def _measure(self) -> None:
        if self._monotonic() < self._next_measure:
            return
        self._next_measure = self._monotonic() + MEASURE_SECONDS
        resident = self._resident()
        if self._least is None:
            self._least = resident
        allowed = self._settings.restart_growth_mib
        self._grown = bool(allowed) and resident - self._least > allowed


def resident_mib_of_this_process() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE_BYTES / 2**20
