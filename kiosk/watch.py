"""Keeps what the pages offer true while devices come and go and the hours change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from devices.contract import Capability, DeviceState, Driver
from kiosk.availability import Machine, unavailable
from kiosk.matters.kinds import Need
from kiosk.visit.events import AvailabilityChanged

if TYPE_CHECKING:
    from devices.device_set import DeviceSet
    from kiosk.matters.calendar import Calendar
    from kiosk.matters.catalogue import Catalogue

LOOK_SECONDS: Final = 20.0
"""Hours change without anybody saying so."""
SETTLE_SECONDS: Final = 0.3
"""A device that comes back says several things at once."""
STARTING_SECONDS: Final = 15.0
"""A device that has not said anything since the start is taken to be on its way."""

NEED_OF: Final = {
    Capability.RESIDENT_CARD: Need.IDENTITY,
    Capability.SOCIAL_SECURITY_CARD: Need.IDENTITY,
    Capability.CODE: Need.IDENTITY,
    Capability.RECEIPT: Need.RECEIPT,
    Capability.DOCUMENT: Need.DOCUMENT,
}
USABLE: Final = (DeviceState.ONLINE, DeviceState.BUSY)


def machine_of(devices: DeviceSet, starting: bool) -> Machine:
    """What the terminal has and what works.  While it is starting, silence counts as working."""

    def works(driver: Driver) -> bool:
        status = driver.status
        return status.state in USABLE or (starting and status.fault is None)

    return Machine(_needs(devices), _needs(driver for driver in devices if works(driver)))


def _needs(drivers: Iterable[Driver]) -> frozenset[Need]:
    """What these devices serve.  A printer for documents prints slips, too; a roll takes no A4 page."""
    able = (capability for driver in drivers for capability in driver.capabilities)
    needs = frozenset(NEED_OF[capability] for capability in able if capability in NEED_OF)
    return needs | {Need.RECEIPT} if Need.DOCUMENT in needs else needs


class AvailabilityWatch:
    """A thread that tells the visit whenever what can be done here has changed."""

    def __init__(
        self,
        catalogue: Catalogue,
        devices: DeviceSet,
        calendar: Calendar,
        zone: ZoneInfo,
        post: Callable[[AvailabilityChanged], None],
    ) -> None:
        self._catalogue = catalogue
        self._devices = devices
        self._calendar = calendar
        self._zone = zone
        self._post = post
        self._began = time.monotonic()
        self._withdrawn: tuple[tuple[str, str], ...] = ()
        self._told: tuple[tuple[str, str], ...] | None = None
        self._changed = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="availability", daemon=True)

    def now(self) -> AvailabilityChanged:
        """How it stands at this moment."""
        starting = time.monotonic() - self._began < STARTING_SECONDS
        machine = machine_of(self._devices, starting)
        moment = datetime.now(self._zone)
        closed = unavailable(self._catalogue.alike, machine, self._calendar, moment)
        return AvailabilityChanged((*closed, *self._withdrawn))

    def withdraw(self, matters: Iterable[tuple[str, str]]) -> None:
        """Matters that are not offered for a reason of their own: task code and reason.  Any thread."""
        self._withdrawn = tuple(matters)
        self._post(self.now())

    def use_calendar(self, calendar: Calendar) -> None:
        """Another one was pushed."""
        self._calendar = calendar

    def start(self) -> None:
        self._thread.start()

    def look(self) -> None:
        """A device has said something.  Any thread."""
        self._changed.set()

    def stop(self) -> None:
        self._stopped = True
        self._changed.set()
        self._thread.join(timeout=5.0)

    def _run(self) -> None:
        while True:
            self._changed.wait(LOOK_SECONDS)
            if self._stopped:
                return
            time.sleep(SETTLE_SECONDS)
            self._changed.clear()
            standing = self.now()
            if standing.unavailable != self._told:
                self._told = standing.unavailable
                self._post(standing)
