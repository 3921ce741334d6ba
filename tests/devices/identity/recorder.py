"""Listening to a driver from a test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from devices.contract import (
    DeviceEvent,
    Driver,
    Fault,
    IdentityDocument,
    IdentityFailed,
    IdentityRead,
    Status,
    StatusChanged,
)
from devices.supervisor import Supervisor

_E = TypeVar("_E")
WAIT_SECONDS = 120.0


class Recorder:
    """Keeps all events; waits for some."""

    def __init__(self) -> None:
        self.events: list[DeviceEvent] = []
        self._changed = threading.Condition()
        self._supervisor: Supervisor | None = None

    def emit(self, event: DeviceEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def supervise(self, driver: Driver) -> None:
        self._supervisor = Supervisor(driver)
        self._supervisor.start()

    def stop(self) -> None:
        if self._supervisor is not None:
            assert self._supervisor.stop(WAIT_SECONDS), "the driver's thread did not end"

    def forget(self) -> None:
        with self._changed:
            self.events.clear()

    def of(self, kind: type[_E]) -> list[_E]:
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, kind: type[_E], count: int = 1) -> _E:
        """The ``count``-th event of ``kind`` since :meth:`forget`."""
        self._until(lambda: sum(isinstance(event, kind) for event in self.events) >= count, kind.__name__)
        return self.of(kind)[count - 1]

    def wait_for_status(self, holds: Callable[[Status], bool]) -> Status:
        def found() -> bool:
            return any(isinstance(event, StatusChanged) and holds(event.status) for event in self.events)

        self._until(found, "status")
        return next(event.status for event in self.of(StatusChanged) if holds(event.status))

    def document(self) -> IdentityDocument:
        """The document of the next card; a failure instead of it ends the test."""
        self._until(
            lambda: any(isinstance(event, IdentityRead | IdentityFailed) for event in self.events), "result"
        )
        assert not self.of(IdentityFailed), self.of(IdentityFailed)
        return self.of(IdentityRead)[0].document

    def fault(self) -> Fault:
        return self.wait_for(IdentityFailed).fault

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        with self._changed:
            while not holds():
                assert self._changed.wait(end - time.monotonic()), f"no {what}: {self.events}"
