"""When the courier may try again: the line's pause, each application's, and what counts as poison.

* A fault of the line pauses everything (back-off with jitter, Retry-After honoured).  A fault of one
  application pauses that one; after :data:`PAUSE_AFTER_FAULTS` different ones in a row it counts as the
  line's.
* An application that has failed :data:`POISON_FAULTS` times, while others got through, is poison.
"""

from __future__ import annotations

import math
import random
import threading
import time
from dataclasses import dataclass
from typing import Final

from devices.contract import Fault
from kiosk.delivery.platform_faults import is_of_the_line, retry_after_of

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 300.0
PAUSE_AFTER_FAULTS: Final = 3
POISON_FAULTS: Final = 20


@dataclass
class Pause:
    """When to try again, on the monotonic clock, after ``failures`` in a row."""

    until: float = 0.0
    failures: int = 0
    passed_before: int = 0  # how many applications had got through at the first failure
    wished_until: float = 0.0  # the platform's own Retry-After, which holds for a citizen who waits, too
    fault: Fault | None = None

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until

    def grow(self, fault: Fault) -> None:
        self.failures += 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(self.failures - 1, 16), LONGEST_PAUSE_SECONDS)
        # Jitter: terminals that lost the platform together do not come back together.
        pause *= random.uniform(0.5, 1.0)
        self.until = time.monotonic() + pause
        self.wish(fault)

    def wish(self, fault: Fault) -> None:
        """Keep to the Retry-After of ``fault``, if it has one; an earlier and longer one stays."""
        self.fault = fault
        if wished := retry_after_of(fault):
            self.wished_until = max(self.wished_until, time.monotonic() + wished)
            self.until = max(self.until, self.wished_until)


class Pauses:
    """Of one courier, whose senders are several threads."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self.line = Pause()
        self._of: dict[str, Pause] = {}  # by key
        self._failed_in_a_row: set[str] = set()  # keys, since the last that got through
        self._passed = 0

    def line_holds(self) -> bool:
        with self._mutex:
            return self.line.over

    def holds(self, key: str) -> bool:
        """Whether ``key`` may be sent as far as pauses go."""
        with self._mutex:
            pause = self._of.get(key)
            return self.line.over and (pause is None or pause.over)

    def wished(self, key: str) -> Pause | None:
        """The pause that the platform itself wants and that is not over, of the line or of ``key``."""
        with self._mutex:
            pauses = [self.line, self._of.get(key)]
        now = time.monotonic()
        asked = [pause for pause in pauses if pause is not None and pause.wished_until > now]
        return max(asked, key=lambda pause: pause.wished_until, default=None)

    def wished_seconds_of_the_line(self) -> float:
        """Until the moment for which the platform has asked; 0 when it has not."""
        with self._mutex:
            return max(0.0, self.line.wished_until - time.monotonic())

    def seconds_to_next(self, looked_at: float) -> float:
        """Until a pause ends, at least; one that has ended since ``looked_at`` may have kept the look from
        what now can be sent."""
        with self._mutex:
            moments = (
                [self.line.until]
                if self.line.until > looked_at
                else [pause.until for pause in self._of.values()]
            )
        return min(moments, default=math.inf) - time.monotonic()

    def is_poison(self, key: str, fault: Fault) -> bool:
        """Whether ``fault`` is the one too many, while others get through."""
        with self._mutex:
            pause = self._of.get(key)
            if pause is None or is_of_the_line(fault):
                return False
            return pause.failures + 1 >= POISON_FAULTS and self._passed > pause.passed_before

    def failed(self, key: str, fault: Fault) -> None:
        """``key`` was tried and not decided about."""
        with self._mutex:
            if is_of_the_line(fault):
                self._pause_line(fault)
                return
            self._of.setdefault(key, Pause(passed_before=self._passed)).grow(fault)
            self._failed_in_a_row.add(key)
            if len(self._failed_in_a_row) >= PAUSE_AFTER_FAULTS:
                self._pause_line(fault)

    def passed(self, key: str, unwritten: Fault | None = None) -> None:
        """The platform has decided about ``key``: the line holds, unless the answer could not be written."""
        with self._mutex:
            self.line = Pause()
            self._of.pop(key, None)
            self._failed_in_a_row.clear()
            self._passed += 1
            if unwritten is not None:
                self.line.grow(unwritten)

    def grow_line(self, fault: Fault) -> None:
        with self._mutex:
            self.line.grow(fault)

    def pause_line(self, fault: Fault) -> None:
        with self._mutex:
            self._pause_line(fault)

    def _pause_line(self, fault: Fault) -> None:
        if self.line.over:  # several senders that meet the same fault count once
            self.line.grow(fault)
        else:
            self.line.wish(fault)
