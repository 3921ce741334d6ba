"""How many guides may be printed here without anybody saying who they are.

Papers of an application have a person behind them, and a few tries each.  A guide is everybody's: who begins
one visit after the other and prints one each time would empty the tray in a quarter of an hour.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

GUIDES: Final = 20
WITHIN_SECONDS: Final = 3600.0


class PrintQuota:
    """Any thread."""

    def __init__(
        self,
        most: int = GUIDES,
        within_seconds: float = WITHIN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._within = within_seconds
        self._clock = clock
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """One more; false when there have been too many within the time."""
        with self._lock:
            now = self._clock()
            while self._taken and now - self._taken[0] > self._within:
                self._taken.popleft()
            if len(self._taken) >= self._most:
                return False
            self._taken.append(now)
            return True
