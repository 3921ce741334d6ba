"""Waiting for what another thread will do: no assertion on how long it takes, only that it happens."""

from __future__ import annotations

import time
from collections.abc import Callable

GIVE_UP_SECONDS = 120.0  # a busy machine is slow, and a test that passes does not wait


def wait_until(happened: Callable[[], object], give_up_seconds: float = GIVE_UP_SECONDS) -> None:
    end = time.monotonic() + give_up_seconds
    while not happened():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.01)
