"""One blocking call at a time, on a thread of its own, that nobody has to wait for.

libcups and the resolver of names have waits without an end.  Whoever needs their answer waits here as
long as it wants and goes on without it; a call that never comes back costs one thread, not one for each
attempt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from devices.contract import Deadline

T = TypeVar("T")
_POLL_SECONDS = 0.05


class Background(Generic[T]):
    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._result: list[T] = []
        self._error: list[Exception] = []

    @property
    def running_seconds(self) -> float:
        """How long the present call has been running; 0 if there is none."""
        return time.monotonic() - self._began if self._alive else 0.0

    @property
    def _alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, call: Callable[[], T]) -> bool:
        """Begin a call; false if the one before has not come back."""
        if self._alive:
            return False
        self._result, self._error = result, error = [], []

        def run() -> None:
            try:
                result.append(call())
            except Exception as problem:  # noqa: BLE001 - raised again where the result is taken
                error.append(problem)

        self._began = time.monotonic()
        self._thread = threading.Thread(target=run, name=self._name, daemon=True)
        self._thread.start()
        return True

    def take(self, wait_seconds: float) -> T | None:
        """The result, once, or ``None`` while there is none.  Raises what the call raised."""
        if self._thread is not None:
            self._thread.join(wait_seconds)
        if self._alive:
            return None
        if self._error:
            raise self._error.pop()
        return self._result.pop() if self._result else None

    def wait(self, deadline: Deadline) -> T | None:
        """The result, or ``None`` when the deadline is over first."""
        while True:
            alive = self._alive
            result = self.take(_POLL_SECONDS)
            if result is not None or not alive or deadline.over:
                return result
