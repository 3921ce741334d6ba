"""All devices of one terminal, each with its supervisor."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from devices import registry
from devices.contract import Capability, DeviceState, Driver, Emit, IdentityDriver, PrinterDriver, Status
from devices.registry import ConfigProblem
from devices.supervisor import Supervisor

_STOP_SECONDS = 5.0


@dataclass(frozen=True)
class DeviceReport:
    """What is known of one device just now.  ``since``: seconds since the epoch, UTC."""

    name: str
    driver: str
    capabilities: frozenset[Capability]
    status: Status
    since: float


class DeviceSet:
    """Drivers by name, in the order of the configuration."""

    def __init__(self, drivers: Iterable[Driver]) -> None:
        self._supervisors = {driver.name: Supervisor(driver) for driver in drivers}

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
        return cls(drivers)

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

    def reports(self) -> list[DeviceReport]:
        return [
            DeviceReport(driver.name, driver.driver, driver.capabilities, driver.status, driver.status_since)
            for driver in self
        ]

    def statuses(self) -> dict[str, Status]:
        return {driver.name: driver.status for driver in self}

    def identity_drivers(self) -> list[IdentityDriver]:
        return [driver for driver in self if isinstance(driver, IdentityDriver)]

    def printers(self, role: Capability) -> list[PrinterDriver]:
        return [driver for driver in self if isinstance(driver, PrinterDriver) and driver.role == role]

    def printer(self, role: Capability) -> PrinterDriver | None:
        """The first ready printer with ``role``; the first one at all if none is ready."""
        candidates = self.printers(role)
        ready = (printer for printer in candidates if printer.status.state is DeviceState.ONLINE)
        return next(ready, candidates[0] if candidates else None)

    def ready_capabilities(self) -> frozenset[Capability]:
        """What can be done at this moment: the capabilities of every device that is online or at work."""
        usable = (DeviceState.ONLINE, DeviceState.BUSY)
        ready = [driver.capabilities for driver in self if driver.status.state in usable]
        return frozenset().union(*ready)

    def arm_all(self) -> None:
        for driver in self.identity_drivers():
            driver.arm()

    def disarm_all(self) -> None:
        for driver in self.identity_drivers():
            driver.disarm()
