"""What the first page need not wait for: it begins when that page is on the screen.

Until then every thread that imports, asks or prepares something takes its time from the one that draws.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from kiosk.log import log

LATEST_SECONDS: Final = 3.0  # where nobody tells that a page is shown, as in a rehearsal without a window
PATIENT_SECONDS: Final = 30.0  # where somebody is going to tell: a slow machine is not to be made slower


class AfterFirstPage:
    """Does each of ``jobs`` in turn, on a thread of its own."""

    def __init__(self, jobs: tuple[Callable[[], None], ...], latest_seconds: float = LATEST_SECONDS) -> None:
        self._jobs = jobs
        self._latest = latest_seconds
        self._shown = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="after-first-page", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def shown(self) -> None:
        """The first page is on the screen.  Any thread, any number of times."""
        self._shown.set()

    def stop(self) -> None:
        """Begin nothing more; a job under way is waited for, so that what it starts can be stopped."""
        self._stopped = True
        self._shown.set()
        self._thread.join()

    def _run(self) -> None:
        self._shown.wait(self._latest)
        for job in self._jobs:
            if self._stopped:
                return
            try:
                job()
            except Exception as crash:  # noqa: BLE001 - the next ones are no less wanted
                log.crash("desk.start_crashed", crash)
