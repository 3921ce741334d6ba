"""Keeps what home shows in step with what is begun here, while nobody is looking."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from devices.contract import Fault
from kiosk import use
from kiosk.delivery.store import Store
from kiosk.log import log
from kiosk.matters.calendar import Calendar
from kiosk.matters.catalogue import Catalogue
from kiosk.use import Now, Use
from kiosk.visit.state import Overlay, Visit

TILES: Final = 6
LOOK_SECONDS: Final = 20.0
STOP_SECONDS: Final = 3.0


class Home:
    """Counts what is begun, and chooses anew when the hour has changed and the screen is asleep."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        configured: Iterable[str],
        calendar: Callable[[], Calendar],
        zone: ZoneInfo,
        visit: Callable[[], Visit],
    ) -> None:
        """``configured``: task codes, or names of which there is one; ``visit``: how it stands now.

        Catalogue and calendar may become others between visits.
        """
        self._store = store
        self._catalogue = catalogue
        self._configured = tuple(configured)
        self._calendar = calendar
        self._zone = zone
        self._visit = visit
        known = use.read(store)
        self._use = Use() if isinstance(known, Fault) else known
        self._begun: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._chosen: tuple[Sequence[str], Now] | None = None  # for these matters
        self._thread = threading.Thread(target=self._run, name="home", daemon=True)

    def start(self) -> None:
        """Choose for the first time, and keep it up from now on."""
        self.choose()
        self._thread.start()

    def stop(self) -> None:
        self._begun.put(None)
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def begun(self, task_code: str) -> None:
        """Somebody has begun this matter.  Any thread; nothing waits."""
        self._begun.put(task_code)

    def choose(self) -> None:
        """What home shows at this hour."""
        catalogue, now = self._catalogue, self._now()
        if self._chosen is not None and self._chosen[0] is catalogue.codes and self._chosen[1] == now:
            return
        configured = codes_of(catalogue, self._configured)
        wanted = use.tiles(catalogue.codes, configured, self._use, now, TILES)
        catalogue.put_first(use.in_place(wanted, catalogue.first(TILES)))
        self._chosen = catalogue.codes, now

    def _now(self) -> Now:
        return Now.of(datetime.now(self._zone), self._calendar())

    def _run(self) -> None:
        while True:
            try:
                code = self._begun.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if self._visit().overlay is Overlay.ASLEEP:
                    self.choose()
                continue
            if code is None:
                return
            self._use = self._use.begun(code, self._now())
            fault = use.write(self._store, self._use)
            if fault is not None:  # a count is lost: nobody is told anything untrue
                log.info("home.not_counted", fault=fault.code)


def codes_of(catalogue: Catalogue, named: Iterable[str]) -> tuple[str, ...]:
    """The task codes of what the configuration names; what there is not, or not only once, is left out."""
    found = []
    for name in named:
        matter = catalogue.get(name)
        if matter is not None:
            found.append(matter.task_code)
    return tuple(dict.fromkeys(found))
