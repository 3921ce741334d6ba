"""Tells systemd that this terminal lives: only while the window's clock and the store really move.

``Type=notify`` and ``WatchdogSec=`` of the unit file.  A window that hangs, or a disk that never answers,
gets no word, and systemd starts the service anew.  A store that answers with a fault moves: a full disk is
told to the citizen, and another start would not empty it.
"""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import apsw

from devices.contract import Fault
from kiosk.delivery.store import Store
from kiosk.log import log

MICROSECONDS: Final = 1_000_000
SHARE: Final = 3  # a word each third of the time that systemd waits
STOP_SECONDS: Final = 2.0


def notify(message: str, environment: Mapping[str, str] = os.environ) -> bool:
    """One datagram to systemd (``sd_notify``); false where nobody listens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.sendto(message.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)
    except OSError:
        return False
    return True


def expected_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """How long systemd waits for a word from this process; 0 where it waits for none."""
    try:
        limit = int(environment.get("WATCHDOG_USEC", "0"))
        pid = int(environment.get("WATCHDOG_PID", "0"))
    except ValueError:
        return 0.0
    return limit / MICROSECONDS if limit > 0 and pid in (0, os.getpid()) else 0.0


class Watchdog:
    """``moved`` is called by the window's clock; a thread of its own asks the store."""

    def __init__(
        self,
        store_moves: Callable[[], object],
        limit_seconds: float,
        tell: Callable[[str], object] = notify,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store_moves = store_moves
        self._limit = limit_seconds
        self._tell = tell
        self._monotonic = monotonic
        self._window_at = monotonic()
        self._silent = False
        self._goes_on = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def ready(self) -> None:
        """The first page stands."""
        self._tell("READY=1")
        self.moved()
        if self._limit > 0:
            self._thread.start()

    @property
    def pulse_seconds(self) -> float:
        """So often the window has to move: twice before each word."""
        return self._limit / SHARE / 2 if self._limit > 0 else math.inf

    def moved(self) -> None:
        """The window's clock has turned once more."""
        self._window_at = self._monotonic()

    def goes_on(self) -> None:
        """The process begins anew and stays the same: after "stopping" systemd would end it later."""
        self._goes_on = True

    def stop(self) -> None:
        self._stopped.set()
        if not self._goes_on:
            self._tell("STOPPING=1")
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def beat(self) -> bool:
        """One word, if it is true.  Waits as long as the store does not answer."""
        self._store_moves()
        if self._monotonic() - self._window_at > self._limit / SHARE:
            if not self._silent:
                log.error("watchdog.window_stands", seconds=round(self._monotonic() - self._window_at, 1))
            self._silent = True
            return False
        self._silent = False
        self._tell("WATCHDOG=1")
        return True

    def _run(self) -> None:
        while not self._stopped.wait(self._limit / SHARE):
            self.beat()


def store_moves(store: Store) -> Callable[[], Fault | None]:
    """A whole transaction that changes and so syncs nothing: a card of flash memory is not worn by it."""

    def work(connection: apsw.Connection) -> None:
        connection.execute("SELECT count(*) FROM counters").fetchall()

    return lambda: store.write(work)
