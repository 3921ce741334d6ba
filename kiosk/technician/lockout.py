"""Wrong PINs: a few tries, then a wait that a restart or another clock does not shorten.

A try is written down before the PIN is looked at, so that pulling the plug gains nothing.  The wait is kept
as seconds that are left, counted down on the monotonic clock and written down as it goes: the wall clock,
which may be set forth or back, has no part in it.  A restart costs whoever waits some seconds more, never
less.  A technician's card opens the pages even while the PIN is locked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.technician.books import LOCKOUT, Books

FREE_TRIES: Final = 5
TRIES_PER_ROUND: Final = 3  # after the first wait
FIRST_WAIT_SECONDS: Final = 300
LONGEST_WAIT_SECONDS: Final = 3600
WRITTEN_EVERY_SECONDS: Final = 10
_MOST_FAILURES: Final = 1_000_000


class Lockout:
    """Any thread but one at a time; ``monotonic`` is ``time.monotonic`` outside of tests."""

    def __init__(self, books: Books, monotonic: Callable[[], float]) -> None:
        self._books = books
        self._monotonic = monotonic
        kept = books.marked(LOCKOUT) or {}
        self._failures = _count(kept.get("failures"), _MOST_FAILURES)
        self._left_at_start = float(_count(kept.get("left"), LONGEST_WAIT_SECONDS))
        self._started = monotonic()
        self._written = self._left_at_start

    @property
    def locked_seconds(self) -> int:
        """Whole seconds that are left, rounded up; 0 when a PIN may be tried."""
        if not self._left_at_start:
            return 0
        left = self._left_at_start - (self._monotonic() - self._started)
        return max(0, -int(-left // 1))

    @property
    def tries_left(self) -> int:
        """Before the next wait."""
        if self._failures < FREE_TRIES:
            return FREE_TRIES - self._failures
        return TRIES_PER_ROUND - (self._failures - FREE_TRIES) % TRIES_PER_ROUND

    def begin_try(self) -> bool:
        """Count a try as wrong, on disk, before it is looked at.  False while it is locked."""
        if self.locked_seconds:
            return False
        self._failures = min(self._failures + 1, _MOST_FAILURES)
        beyond = self._failures - FREE_TRIES
        if beyond >= 0 and beyond % TRIES_PER_ROUND == 0:
            doubled = FIRST_WAIT_SECONDS * 2 ** min(beyond // TRIES_PER_ROUND, 8)
            self._left_at_start = float(min(doubled, LONGEST_WAIT_SECONDS))
            self._started = self._monotonic()
        self._write()
        return True

    def succeeded(self) -> None:
        """The try was right after all."""
        self._failures = 0
        self._left_at_start = 0.0
        self._books.mark(LOCKOUT, None)

    def tick(self) -> None:
        """Now and then: write down how much of the wait is left."""
        left = self.locked_seconds
        if self._written > 0 and (self._written - left >= WRITTEN_EVERY_SECONDS or left == 0):
            self._write()

    def _write(self) -> None:
        self._written = float(self.locked_seconds)
        self._books.mark(LOCKOUT, {"failures": self._failures, "left": self.locked_seconds})


def _count(given: object, most: int) -> int:
    return min(max(given, 0), most) if isinstance(given, int) and not isinstance(given, bool) else 0
