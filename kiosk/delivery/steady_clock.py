"""Whether this machine's clock may decide that something is too old to be kept.

A battery that is empty, or somebody's hand, sets a clock to any day: what is destroyed on its word is gone.
So the store remembers when it last looked at the clock and since when it has gone on without a jump.  Only a
clock that has been steady for :data:`STEADY_DAYS` destroys anything; after a jump, either way, it waits anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import apsw

STEADY_DAYS: Final = 2
JUMP: Final = timedelta(days=3)  # longer than this a terminal is not off without reason
BACK: Final = timedelta(hours=1)  # what setting it right may take back
LOOK: Final = timedelta(hours=1)  # how exactly it is written down when it was last looked at
_MARK: Final = "clock"


def is_steady(connection: apsw.Connection) -> bool:
    """Look at the clock, inside a transaction that may write."""
    now = datetime.now(UTC)
    rows: list[Any] = connection.execute("SELECT value FROM counters WHERE name = ?", (_MARK,)).fetchall()
    known = _read(rows[0][0]) if rows else None
    since, last = known or (now, now)
    if now < last - BACK or now > last + JUMP:
        since = now
    elif known is not None and abs(now - last) < LOOK:
        return now - since >= timedelta(days=STEADY_DAYS)
    value = f"{since.isoformat()} {now.isoformat()}".encode()
    connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (_MARK, value))
    return now - since >= timedelta(days=STEADY_DAYS)


def _read(value: object) -> tuple[datetime, datetime] | None:
    try:
        since, last = bytes(value).decode("ascii").split()  # type: ignore[call-overload]
        read = datetime.fromisoformat(since), datetime.fromisoformat(last)
    except (ValueError, TypeError):
        return None
    return read if all(each.tzinfo is not None for each in read) else None
