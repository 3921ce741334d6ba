"""The fleet's part of a running server: who gathers calls, wakes terminals, and lets the time pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.gatherer import Gatherer
from kiosk.server.fleet.rate import RateLimit
from kiosk.server.fleet.wake import Wake
from kiosk.server.fleet.worker import Worker

if TYPE_CHECKING:
    from kiosk.server.fleet.mqtt import Announcer

CALLS_AT_ONCE = 60
CALLS_PER_SECOND = 1.0


class FleetService:
    """``wake`` is the one whose ``bump`` the fleet was given as ``changed``."""

    def __init__(self, fleet: Fleet, wake: Wake, announcer: Announcer | None = None) -> None:
        self.fleet = fleet
        self.wake = wake
        self.gatherer = Gatherer(fleet)
        self.calls = RateLimit(CALLS_AT_ONCE, CALLS_PER_SECOND)
        self.worker = Worker(fleet, wake)
        self._announcer = announcer

    def start(self) -> None:
        self.gatherer.start()
        self.worker.start()
        if self._announcer is not None:
            self.wake.listen(self._announcer.announce)
            self._announcer.announce(self.wake.version)
            self._announcer.start()

    def stop(self) -> None:
        self.wake.release()
        self.worker.stop()
        self.gatherer.stop()
        if self._announcer is not None:
            self._announcer.stop()
