"""Wakes one thread that waits for descriptors."""

from __future__ import annotations

import os
from contextlib import suppress


class Bell:
    """A descriptor that can be read as soon as somebody has rung.  Any thread, and signal handlers, may."""

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def __del__(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)

    def fileno(self) -> int:
        return self._descriptor

    def ring(self) -> None:
        """The sleeper wakes, or does not fall asleep; rung twice is rung once."""
        with suppress(BlockingIOError):  # rung more often than can be counted: it is awake
            os.eventfd_write(self._descriptor, 1)

    def heard(self) -> bool:
        """Whether somebody has rung since the last time.  The sleeper's thread."""
        try:
            os.eventfd_read(self._descriptor)
        except BlockingIOError:
            return False
        return True
