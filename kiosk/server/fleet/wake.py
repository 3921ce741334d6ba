"""Tells terminals that wait that there is something for them: a number that grows, and nothing else.

The poll is the truth; who misses this hears of it a minute later.  The number stands in the database, so that
several servers agree.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine, select

from kiosk.server.database import counters, number_of, writing

COUNTER: Final = "fleet.wake"
LONGEST_SECONDS: Final = 55
MOST_WAITING: Final = 20_000
ANSWERS_PER_SECOND: Final = 1000
"""Whoever is woken polls at once: the answers are spread, so that the polls are."""


class Wake:
    """:meth:`bump` and :meth:`refresh` from any thread; :meth:`wait` belongs to the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mutex = threading.Lock()
        self._version = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event: asyncio.Event | None = None
        self._waiting = 0
        self._listeners: list[Callable[[int], None]] = []
        self.refresh()

    @property
    def version(self) -> int:
        return self._version

    def listen(self, listener: Callable[[int], None]) -> None:
        """``listener`` gets every new number; from any thread."""
        self._listeners.append(listener)

    def bump(self) -> None:
        """Something is new."""
        with writing(self._engine) as connection:
            version = number_of(connection, COUNTER)
        self._set(version)

    def refresh(self) -> None:
        """Take over what another server on the same database has said."""
        with self._engine.connect() as connection:
            value = connection.execute(
                select(counters.c.value).where(counters.c.name == COUNTER)
            ).scalar_one_or_none()
        self._set(int(value or 0))

    def release(self) -> None:
        """Let everybody go; the server ends."""
        self._tell_loop()

    async def wait(self, version: int, seconds: float) -> int:
        """Until the number is another than ``version``, or for so many seconds; the number then."""
        if version != self._version or self._waiting >= MOST_WAITING:
            return self._version
        if self._event is None:
            self._loop, self._event = asyncio.get_running_loop(), asyncio.Event()
        event = self._event
        self._waiting += 1
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), min(seconds, LONGEST_SECONDS))
            if event.is_set():
                await asyncio.sleep(random.uniform(0, self._waiting / ANSWERS_PER_SECOND))
        finally:
            self._waiting -= 1
        return self._version

    def _set(self, version: int) -> None:
        with self._mutex:
            if version == self._version:
                return
            self._version = version
        self._tell_loop()
        for listener in self._listeners:
            listener(version)

    def _tell_loop(self) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        if self._event is not None:
            self._event.set()
            self._event = asyncio.Event()
