"""All devices of one terminal, each with its supervisor."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from devices import registry
from devices.contract import (
    Capability,
    Check,
    Deadline,
    DeviceState,
    Driver,
    Emit,
    Fault,
    IdentityDriver,
    MicrophoneDriver,
    PrinterDriver,
    Status,
    Supply,
)
from devices.registry import ConfigProblem
from devices.supervisor import Supervisor
from values import dataclass

if TYPE_CHECKING:
    from devices.plugged_in import Part

_STOP_SECONDS = 5.0
USABLE = (DeviceState.ONLINE, DeviceState.BUSY)
HANGS_AFTER_SECONDS = 20.0
"""The longest that a driver may stay away in one step: a presentation that fails as slowly as it can."""


@dataclass(frozen=True)
class DeviceReport:
    """What is known of one device just now.  ``since``: seconds since the epoch, UTC.

    ``counters`` count since the start of the process; ``restarts`` and ``crashes`` are the supervisor's.
    """

    name: str
    driver: str
    capabilities: frozenset[Capability]
    status: Status
    since: float
    counters: Mapping[str, int] = field(default_factory=dict)
    restarts: int = 0
    crashes: int = 0
    supply: Supply | None = None


class DeviceSet:
    """Drivers by name, in the order of the configuration."""

    def __init__(self, drivers: Iterable[Driver], entries: Iterable[Mapping[str, object]] = ()) -> None:
        """``entries``: the configuration that the drivers were built from."""
        self._supervisors = {driver.name: Supervisor(driver) for driver in drivers}
        self._entries = tuple(entries)
        self.beside: tuple[DeviceReport, ...] = ()  # of what has no driver, while it is at fault

    @classmethod
    def build(cls, entries: Iterable[Mapping[str, object]], emit: Emit) -> DeviceSet | list[ConfigProblem]:
        """Drivers for the ``[[devices]]`` of terminal.toml, or everything that is wrong with them."""
        entries = list(entries)
        if problems := registry.check_all(entries):
            return problems
        drivers: list[Driver] = []
        for entry in entries:
            built = registry.build(entry, emit)
            if isinstance(built, ConfigProblem):
                return [built]
            drivers.append(built)
        return cls(drivers, entries)

    def __iter__(self) -> Iterator[Driver]:
        return (supervisor.driver for supervisor in self._supervisors.values())

    def get(self, name: str) -> Driver | None:
        supervisor = self._supervisors.get(name)
        return supervisor.driver if supervisor else None

    def start_all(self) -> None:
        for supervisor in self._supervisors.values():
            supervisor.start()

    def stop_all(self) -> list[str]:
        """Stop every driver; the names of those that did not come back in time."""
        end = time.monotonic() + _STOP_SECONDS
        for supervisor in self._supervisors.values():
            supervisor.stop(0.0)
        return [
            name
            for name, supervisor in self._supervisors.items()
            if not supervisor.stop(max(0.0, end - time.monotonic()))
        ]

    def unknown_parts(self) -> list[Part]:
        """What is plugged in and used by none of these devices.  Takes its time: not for the UI's thread."""
        from devices.unknown_parts import unknown_parts

        return unknown_parts(self._entries)

    def reports(self) -> list[DeviceReport]:
        return [*(_report(supervisor) for supervisor in self._supervisors.values()), *self.beside]

    def self_test(self, name: str, deadline: Deadline) -> list[Check]:
        """Have one device tested beside whatever it does; waits.  See :meth:`Supervisor.self_test`."""
        return self._supervisors[name].self_test(deadline)

    def restart(self, name: str) -> None:
        """Close one device and open it anew."""
        self._supervisors[name].restart()

    def statuses(self) -> dict[str, Status]:
        return {name: _status(supervisor) for name, supervisor in self._supervisors.items()}

    def identity_drivers(self) -> list[IdentityDriver]:
        return [driver for driver in self if isinstance(driver, IdentityDriver)]

    def printers(self, role: Capability) -> list[PrinterDriver]:
        return [driver for driver in self if isinstance(driver, PrinterDriver) and driver.role == role]

    def printer(self, role: Capability) -> PrinterDriver | None:
        """The first ready printer with ``role``; the first one at all if none is ready."""
        candidates = self.printers(role)
        statuses = self.statuses()
        ready = (printer for printer in candidates if statuses[printer.name].state is DeviceState.ONLINE)
        return next(ready, candidates[0] if candidates else None)

    def microphone(self) -> MicrophoneDriver | None:
        """The first one that is ready; ``None``: nobody can be heard now."""
        heard = (driver for driver in self if isinstance(driver, MicrophoneDriver))
        statuses = self.statuses()
        return next((each for each in heard if statuses[each.name].state in USABLE), None)

    def ready_capabilities(self) -> frozenset[Capability]:
        """What can be done at this moment: the capabilities of every device that is online or at work."""
        statuses = self.statuses()
        ready = [driver.capabilities for driver in self if statuses[driver.name].state in USABLE]
        return frozenset().union(*ready)

    def arm_all(self) -> None:
        for driver in self.identity_drivers():
            driver.arm()

    def disarm_all(self) -> None:
        for driver in self.identity_drivers():
            driver.disarm()


def _status(supervisor: Supervisor) -> Status:
    """A driver that hangs in its device cannot say so itself, and is never taken for usable."""
    status = supervisor.driver.status
    if not supervisor.running or supervisor.silent_seconds <= HANGS_AFTER_SECONDS:
        return status
    hangs = Fault("device.hangs", f"no sign of life for {supervisor.silent_seconds:.0f} s")
    return Status(DeviceState.HARDWARE_ERROR, hangs, detail=status.detail)


def _report(supervisor: Supervisor) -> DeviceReport:
    driver = supervisor.driver
    return DeviceReport(
        driver.name,
        driver.driver,
        driver.capabilities,
        _status(supervisor),
        driver.status_since,
        dict(driver.counters),
        supervisor.restarts,
        supervisor.crashes,
        driver.supply if isinstance(driver, PrinterDriver) else None,
    )
