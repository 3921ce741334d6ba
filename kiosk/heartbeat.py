"""Tells the platform every so often how this terminal is, so that a fleet is seen from one place.

No personal data: version, readiness, how much waits, the devices' states, and the head of the audit chain,
which is thereby kept by somebody else.  What cannot be told now is not kept: the next beat tells it anew.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from devices.contract import DeviceState, Fault
from kiosk.delivery.outbox import counts
from kiosk.delivery.platform_faults import retry_after_of
from kiosk.lacking import can_serve
from kiosk.log import log
from kiosk.technician.books import Books

if TYPE_CHECKING:
    from devices.device_set import DeviceReport, DeviceSet
    from kiosk.audit.chain import AuditTrail
    from kiosk.configuration.following import Configuration
    from kiosk.configuration.waking import LongPoll
    from kiosk.delivery.platform import PlatformClient
    from kiosk.delivery.store import Store
    from kiosk.technician.orders import Orders

FIRST_SECONDS: Final = 5.0  # after the start, when the devices have come to rest
LONGEST_SECONDS: Final = 900.0  # between two tries while the platform is away
STOP_SECONDS: Final = 3.0
USABLE: Final = (DeviceState.ONLINE, DeviceState.BUSY)
MOST_TESTS: Final = 50
SHORT, LONG = 40, 200  # characters that the interface takes


class Heartbeat:
    """A thread of its own; ``every`` seconds, the first one soon after :meth:`start`."""

    def __init__(
        self,
        platform: PlatformClient,
        devices: DeviceSet,
        store: Store,
        audit: AuditTrail,
        every: float,
        orders: Orders | None = None,
        configuration: Configuration | None = None,
        waiting: Callable[[], PlatformClient | None] = lambda: None,
    ) -> None:
        """``orders``: what the platform may tell this terminal to do; ``configuration``: pushed to it, which
        then also hears that an order is there; else a connection of ``waiting`` does."""
        self._configuration = configuration
        self._waiting = waiting
        self._ear: LongPoll | None = None
        if configuration is not None:
            configuration.called = self.soon
        self._orders = orders
        self._soon = threading.Event()
        if orders is not None:
            orders.obeyed = self._soon.set
        self._platform = platform
        self._devices = devices
        self._store = store
        self._audit = audit
        self._every = every
        self._stopped = threading.Event()
        self._ears = threading.Lock()
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        if self._every > 0:
            self._thread.start()

    def soon(self) -> None:
        """Tell it now, rather than in a minute: any thread."""
        self._soon.set()

    def stop(self) -> None:
        """A beat under way is waited for, shortly."""
        self._stopped.set()
        self._soon.set()
        with self._ears:  # none is given one any more
            ear = self._ear
        if ear is not None:
            ear.stop(0.0)  # nobody waits for an answer that means nothing any more
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def state(self) -> dict[str, Any]:
        """What is told."""
        reports = self._devices.reports()
        devices = [_row(report) for report in reports]
        serves = can_serve({capability for report in reports for capability in report.capabilities})
        count, head = counts(self._store), self._audit.head()
        told: dict[str, Any] = {
            "version": metadata.version("kiosk")[:SHORT],
            "clock": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ready": not isinstance(count, Fault) and serves and all(row["ready"] for row in devices),
            "devices": [{key: value for key, value in row.items() if key != "ready"} for row in devices],
        }
        if not isinstance(count, Fault):
            told["queued"] = count.get("queued", 0)
        if not isinstance(head, Fault):
            told["audit_head"] = f"{head.seq}:{head.digest}"
        told |= readiness_of(Books(self._store))
        told |= self._orders.told() if self._orders is not None else {}
        return told | (self._configuration.told() if self._configuration is not None else {})

    def beat(self) -> float:
        """Tell it now; how many seconds until the next time."""
        state = self.state()
        told = self._platform.heartbeat(state)
        if not isinstance(told, Fault):
            if self._orders is not None:
                self._orders.heard(state.get("commands", ()))
                self._orders.take(told.get("commands"))
            if self._configuration is not None:
                self._configuration.heard(state.get("reports", ()), str(told.get("group") or ""))
            if self._failures:
                log.info("heartbeat.heard_again", count=self._failures)
            self._failures = 0
            if "wake" in told and self._ear is None and self._configuration is None:
                self._listen()
            return self._every
        self._failures += 1
        if self._failures == 1:  # once, not every minute of a long night
            log.info("heartbeat.not_heard", fault=told.code)
        grown: float = self._every * 2 ** min(self._failures - 1, 10)
        pause = min(grown, max(LONGEST_SECONDS, self._every))
        return max(pause, retry_after_of(told) or 0.0)

    def _listen(self) -> None:
        """From the first beat that was heard on: a platform that can call is waited at."""
        from kiosk.configuration.waking import LongPoll

        platform = self._waiting()
        if self._orders is not None and platform is not None and not self._stopped.is_set():
            with self._ears:
                if not self._stopped.is_set():
                    self._ear = LongPoll(platform, lambda: None, self.soon)
                    self._ear.start()

    def _run(self) -> None:
        pause = FIRST_SECONDS
        while True:
            # Jitter: a hall's terminals that start together do not call together.
            self._soon.wait(pause * random.uniform(0.8, 1.0))
            self._soon.clear()
            if self._stopped.is_set():
                return
            try:
                pause = self.beat()
            except Exception as crash:  # noqa: BLE001 - a bug here must not end the beats for ever
                log.crash("heartbeat.crashed", crash)
                pause = LONGEST_SECONDS


def readiness_of(books: Books) -> dict[str, Any]:
    """The newest test of each device, as somebody has last made it; nothing while there is none."""
    newest = books.newest(("self_test", "test_print", "read_test", "network", "screen", "sound", "keypad"))
    tests = [
        {
            "device": record.device[:SHORT],
            "kind": record.kind[:SHORT],
            "passed": record.passed,
            "at": record.at[:SHORT],
            "by": record.by[:SHORT],
        }
        for record in newest.values()
    ]
    if not tests:
        return {}
    good = all(record.passed is not False for record in newest.values())
    last = max(record.at for record in newest.values())[:SHORT]
    return {"readiness": {"at": last, "passed": good, "tests": tests[:MOST_TESTS]}}


def _row(report: DeviceReport) -> Mapping[str, Any]:
    status = report.status
    row = {
        "name": report.name[:SHORT],
        "driver": report.driver[:SHORT],
        "state": status.state.value,
        "since": datetime.fromtimestamp(report.since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "paper": status.paper.value if status.paper else None,
        "card": status.card.value if status.card else None,
        "fault": status.fault.code[:LONG] if status.fault else None,
    }
    return {**{key: value for key, value in row.items() if value}, "ready": status.state in USABLE}
