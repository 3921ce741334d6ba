"""Lets the time pass for the fleet, about once a second, for as long as the server runs.

Of several servers on one database one does, the holder of a lease; another takes over when it ends.
"""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from kiosk.server.database import writing
from kiosk.server.fleet import alarms, clockwork, timeline, upkeep
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.beats import SILENT
from kiosk.server.fleet.context import Fleet, later, upsert
from kiosk.server.fleet.tables import beats, leases, terminals
from kiosk.server.fleet.wake import Wake
from kiosk.server.recordings import erase_due
from kiosk.server.writing_places import forget_expired

TICK_SECONDS: Final = 1.0
LEASE_SECONDS: Final = 15
ADOPT_TICKS: Final = 5
PRUNE_TICKS: Final = 600
SILENT_AT_ONCE: Final = 1000
LEASE: Final = "clock"
log = logging.getLogger(__name__)


class Worker:
    def __init__(self, fleet: Fleet, wake: Wake, tick_seconds: float = TICK_SECONDS) -> None:
        self._fleet = fleet
        self._wake = wake
        self._tick_seconds = tick_seconds
        self._holder = uuid.uuid4().hex
        self._stopped = threading.Event()
        self._ticks = 0
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="fleet-clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def tick(self) -> None:
        """What is due now."""
        self._wake.refresh()
        if not hold(self._fleet, LEASE, self._holder, LEASE_SECONDS):
            return
        clockwork.tick(self._fleet)
        note_silent(self._fleet)
        if self._ticks % ADOPT_TICKS == 0:
            upkeep.adopt(self._fleet)
            forget_expired(self._fleet.engine)
            erase_due(self._fleet.engine)
        if self._ticks % PRUNE_TICKS == 0:
            timeline.prune(self._fleet)
            upkeep.renew(self._fleet)
            upkeep.look_behind(self._fleet)
        self._ticks += 1

    def _run(self) -> None:
        while not self._stopped.wait(self._tick_seconds):
            try:
                self.tick()
                self._failing = False
            except SQLAlchemyError as error:
                if not self._failing:  # once, not every second of a long night
                    log.warning("the fleet's clock cannot reach the database: %s", type(error).__name__)
                self._failing = True
            except Exception as error:
                log.error("the fleet's clock failed: %s", type(error).__name__, exc_info=error)


def hold(fleet: Fleet, name: str, holder: str, seconds: int) -> bool:
    """Whether ``holder`` has the lease now: it had it, or nobody has."""
    now = fleet.now()
    with fleet.engine.connect() as connection:
        row = connection.execute(select(leases).where(leases.c.name == name)).first()
    if row is not None and row.holder == holder and row.until > later(now, seconds / 2):
        return True
    if row is not None and row.holder != holder and row.until > now:
        return False
    with writing(fleet.engine) as connection:
        free = {"name": name, "holder": "", "until": ""}
        upsert(connection, leases, [free], ("name",), update=())
        mine = (leases.c.name == name) & ((leases.c.holder == holder) | (leases.c.until <= now))
        taken = update(leases).where(mine).values(holder=holder, until=later(now, seconds))
        return connection.execute(taken).rowcount == 1


def note_silent(fleet: Fleet) -> int:
    """An alarm for each terminal that has not been heard of for too long.  How many."""
    due = (
        select(beats.c.terminal_id, beats.c.last_seen)
        .join(terminals, terminals.c.id == beats.c.terminal_id)
        .where(
            beats.c.silent.is_(False),
            beats.c.last_seen < fleet.before(fleet.times.silent),
            terminals.c.retired_at.is_(None),
        )
        .limit(SILENT_AT_ONCE)
    )
    with fleet.engine.connect() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return 0
    with writing(fleet.engine) as connection:
        rows = connection.execute(due).all()
        ids = [row.terminal_id for row in rows]
        connection.execute(update(beats).where(beats.c.terminal_id.in_(ids)).values(silent=True))
        troubles = [(Trouble(row.terminal_id, SILENT), row.last_seen) for row in rows]
        alarms.raise_alarms(connection, fleet.now(), troubles)
    return len(rows)
