"""What the tests of the courier keep, wait for and look at."""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.contract import Fault
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Kept, Outbox, entries
from tests.kiosk.delivery.samples import draft

NewCourier = Callable[[], Courier]


WAIT = 120.0


def keep(outbox: Outbox, number: str = "1", **changes: str) -> str:
    application = draft(number, **changes)
    kept = outbox.keep(application)
    assert isinstance(kept, Kept), kept
    return application.key


def states(outbox: Outbox) -> list[str]:
    listed = entries(outbox.store)
    assert not isinstance(listed, Fault)
    return [entry.state for entry in listed]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
