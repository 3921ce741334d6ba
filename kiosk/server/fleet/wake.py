"""Tells terminals that wait that there is something for them: a number that grows, and nothing else.

One number is for all: something was assigned.  Another is for one terminal: the newest command that it has
not fetched yet.  The poll and the heartbeat are the truth; who misses this hears of it a minute later.  Both
stand in the database, so that several servers agree.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlalchemy import Engine, select

from kiosk.server.database import counters, number_of, writing
from kiosk.server.fleet import commands

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
        self._ears: dict[str, asyncio.Event] = {}  # by terminal; the empty one: of those that do not say
        self._at: Counter[str] = Counter()  # how many wait at each of them
        self._called: Mapping[str, int] = {}
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
            called = commands.not_fetched(connection)
        self._set(int(value or 0))
        with self._mutex:
            before, self._called = self._called, called
        new = [each for each, number in called.items() if number > before.get(each, 0)]
        if new:
            self._tell_loop(new)

    def call(self, terminal_id: str) -> None:
        """There is a command for one terminal."""
        self.refresh()

    def called(self, terminal_id: str) -> int:
        """The newest command that a terminal has not fetched yet; 0 for none."""
        return self._called.get(terminal_id, 0)

    def release(self) -> None:
        """Let everybody go; the server ends."""
        self._tell_loop()

    async def wait(self, version: int, seconds: float, terminal_id: str = "", heard: int = 0) -> int:
        """Until the number is another than ``version``, until a command newer than ``heard`` waits for the
        terminal, or for so many seconds; the number then."""
        self._loop = asyncio.get_running_loop()  # before anything is looked at: what comes then is told
        if version != self._version or self.called(terminal_id) > heard or self._waiting >= MOST_WAITING:
            return self._version
        event = self._ears.setdefault(terminal_id, asyncio.Event())
        self._at[terminal_id] += 1
        self._waiting += 1
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), min(seconds, LONGEST_SECONDS))
            if version != self._version:
                await asyncio.sleep(random.uniform(0, self._waiting / ANSWERS_PER_SECOND))
        finally:
            self._waiting -= 1
            self._at[terminal_id] -= 1
            if not self._at[terminal_id]:
                del self._at[terminal_id]
                if self._ears.get(terminal_id) is event:
                    del self._ears[terminal_id]
        return self._version

    def _set(self, version: int) -> None:
        with self._mutex:
            if version == self._version:
                return
            self._version = version
        self._tell_loop()
        for listener in self._listeners:
            listener(version)

    def _tell_loop(self, terminals: Iterable[str] | None = None) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._ring, terminals)

    def _ring(self, terminals: Iterable[str] | None) -> None:
        """Those of ``terminals``, or all."""
        for each in list(self._ears) if terminals is None else terminals:
            if (event := self._ears.pop(each, None)) is not None:
                event.set()
