"""Gathers calls of terminals while the last ones are being written, so that many share one commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kiosk.server.fleet.beats import Call, Taken, take
from kiosk.server.fleet.context import Fleet

MOST_AT_ONCE: Final = 500
MOST_WAITING: Final = 20_000
LINGER_SECONDS: Final = 0.02
"""After the first call, for others, once several came at a time; a single one is written at once."""
log = logging.getLogger(__name__)
_Waiting = tuple[Call, asyncio.AbstractEventLoop, "asyncio.Future[Taken]"]


class Gatherer:
    """A thread of its own.  :meth:`give` belongs to the event loop."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._waiting: deque[_Waiting] = deque()
        self._called = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gatherer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Whatever has come until now is still written."""
        self._stopped.set()
        self._called.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    async def give(self, call: Call) -> Taken:
        """Kept, when it returns.  Raises what the database raised."""
        if len(self._waiting) >= MOST_WAITING:
            return Taken(refused="busy")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Taken] = loop.create_future()
        self._waiting.append((call, loop, future))
        self._called.set()
        return await future

    def _run(self) -> None:
        busy = False
        while not (self._stopped.is_set() and not self._waiting):
            self._called.wait()
            if busy:
                self._stopped.wait(LINGER_SECONDS)
            if not self._stopped.is_set():
                self._called.clear()
            batch = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            if len(self._waiting):
                self._called.set()
            if batch:
                self._write(batch)
            busy = len(batch) > 1

    def _write(self, batch: list[_Waiting]) -> None:
        calls = [call for call, _, _ in batch]
        try:
            answers: list[Taken] | Exception = take(self._fleet, calls)
        except Exception as error:  # noqa: BLE001 - each caller gets it
            away = isinstance(
                error, OperationalError | PoolTimeoutError
            )  # the database itself, for everybody
            if len(batch) > 1 and not away and not self._stopped.is_set():
                # One call that cannot be written must not take the others with it.
                log.warning("a batch of %d calls could not be written: %s", len(batch), type(error).__name__)
                for each in batch:
                    self._write([each])
                return
            answers = error
        loops = {loop for _, loop, _ in batch}
        for loop in loops:
            own = [(number, future) for number, (_, at, future) in enumerate(batch) if at is loop]
            with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever asked
                loop.call_soon_threadsafe(_settle, own, answers)


def _settle(waiting: list[tuple[int, asyncio.Future[Taken]]], answers: list[Taken] | Exception) -> None:
    for number, future in waiting:
        if future.done():
            continue
        if isinstance(answers, Exception):
            future.set_exception(answers)
        else:
            future.set_result(answers[number])
