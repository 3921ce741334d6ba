"""Takes over what waits in a store that was damaged and moved aside: what is whole, as its seal tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw

from devices.contract import Fault
from kiosk.delivery.carving import rows_left
from kiosk.delivery.platform_faults import Reach
from kiosk.delivery.states import WAITING
from kiosk.delivery.store import Store, utc_now


def mark_of_rescued(damaged: Path) -> str:
    """The counter that says that what waited in ``damaged`` has been taken over."""
    return f"rescued {damaged.name}"


def rescue(store: Store, opens: Callable[[str, bytes, bytes], bool], damaged: Path) -> int:
    """How many applications of ``damaged`` are now in ``store``; 0 when it has been done before.

    ``opens(key, wrapped data key, sealed body)`` says whether every byte is as it was written.  What the
    platform has had already gets the same answer again.  A failure leaves both as they are: service does not
    depend on it, and the next opening tries again.
    """
    mark = mark_of_rescued(damaged)
    if store.read("SELECT 1 FROM counters WHERE name = ?", (mark,)):
        return 0
    left = [each for each in rows_left(damaged).values() if each.state in WAITING]
    whole = [each for each in left if opens(each.key, each.data_key, each.body)]

    def work(connection: apsw.Connection) -> int:
        taken = 0
        for each in sorted(whole, key=lambda each: each.created):
            connection.execute(
                "INSERT OR IGNORE INTO applications (key, serial, task_code, state, created, updated,"
                " attempts, last_fault, visit_over, holder, data_key, body, reach)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
                (
                    *(each.key, each.serial, each.task_code, each.state, each.created, utc_now()),
                    *(each.attempts, each.last_fault, each.holder, each.data_key, each.body),
                    Reach.PERHAPS.value,
                ),
            )
            taken += connection.changes()
        connection.execute("INSERT INTO counters VALUES (?, ?)", (mark, str(taken).encode()))
        return taken

    taken = store.write(work)
    return 0 if isinstance(taken, Fault) else taken
