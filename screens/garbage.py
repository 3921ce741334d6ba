"""Garbage is collected while nobody waits.

A page is a few thousand objects in circles (children know their parents), so all of them wait for Python's
collector when the next page comes.  Left to itself the collector runs in the middle of building pages, and
half of a page change is spent in it.  So it is put off to the first still moment after a change; what the
start has made is taken out of its sight for good.
"""

from __future__ import annotations

import gc
import time
from typing import Final

STILL_SECONDS: Final = 0.3  # since the last change: shorter than a second touch comes
CEILING_OBJECTS: Final = 200_000  # some twenty pages; then it is collected even in the middle of something


_put_off: Final[list[bool]] = []


def put_off() -> None:
    """What was made until now is looked through behind the first page, too.

    Before a process opens its window: Kivy collects while it makes one, which takes a twentieth of a start.
    """
    gc.freeze()
    _put_off.append(True)


class Garbage:
    """Of one process with one window.  The UI's thread only."""

    def __init__(self) -> None:
        gc.set_threshold(CEILING_OBJECTS, 10, 10)
        self._changed_at: float | None = None
        self._refreshed_at: float | None = None
        self._started = False

    def page_changed(self) -> None:
        self._changed_at = time.monotonic()

    def part_changed(self) -> None:
        """A page shows something else, such as what a search has found: less garbage, and often."""
        self._refreshed_at = time.monotonic()

    @property
    def waits(self) -> bool:
        """Something is to be collected, at the next still moment."""
        return self._changed_at is not None or self._refreshed_at is not None

    def poll(self) -> None:
        """Collect if a page went, or a part of one, and the window has been still since."""
        if self._refreshed_at is not None and time.monotonic() - self._refreshed_at >= STILL_SECONDS:
            self._refreshed_at = None
            if self._changed_at is None:
                gc.collect(0)  # young: some milliseconds, and a finger may come down at any time
        if self._changed_at is not None and time.monotonic() - self._changed_at >= STILL_SECONDS:
            self._changed_at = None
            if _put_off:
                _put_off.clear()
                gc.unfreeze()
            gc.collect()
            if not self._started:
                self._started = True
                gc.freeze()
