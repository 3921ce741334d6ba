"""Wrong passwords: a few tries, then a wait that grows and that a restart does not shorten.

A try is counted as wrong, on disk, before the password is looked at.  Names that nobody has are counted like
others: the wait does not tell who is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, insert, select, update

from kiosk.server.console.tables import tries
from kiosk.server.database import as_text, writing

FREE_TRIES: Final = 5
TRIES_PER_ROUND: Final = 3  # after the first wait
FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=1)
FORGOTTEN_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True)
class Try:
    """``locked_seconds``: it may not be tried now.  ``wait``: how long it is locked if this one is wrong."""

    locked_seconds: int = 0
    wait: timedelta = timedelta()


def begin_try(engine: Engine, name: str) -> Try:
    """Count a try as wrong, before it is looked at."""
    now = datetime.now(UTC)
    key = key_of(name)
    with writing(engine) as connection:
        connection.execute(
            delete(tries).where(
                tries.c.last_at < as_text(now - FORGOTTEN_AFTER), tries.c.locked_until < as_text(now)
            )
        )
        row = connection.execute(select(tries).where(tries.c.name_sha256 == key)).first()
        if row is not None and row.locked_until > as_text(now):
            return Try(max(1, int((datetime.fromisoformat(row.locked_until) - now).total_seconds())))
        failures = (row.failures if row is not None else 0) + 1
        beyond = failures - FREE_TRIES
        wait = timedelta()
        if beyond >= 0 and beyond % TRIES_PER_ROUND == 0:
            wait = min(FIRST_WAIT * 2 ** min(beyond // TRIES_PER_ROUND, 8), LONGEST_WAIT)
        kept = {
            "failures": failures,
            "last_at": as_text(now),
            "locked_until": as_text(now + wait) if wait else "",
        }
        if row is None:
            connection.execute(insert(tries).values(name_sha256=key, **kept))
        else:
            connection.execute(update(tries).where(tries.c.name_sha256 == key).values(**kept))
    return Try(wait=wait)


def succeeded(engine: Engine, name: str) -> None:
    with writing(engine) as connection:
        connection.execute(delete(tries).where(tries.c.name_sha256 == key_of(name)))


def key_of(name: str) -> str:
    return hashlib.sha256(b"console name " + name.casefold().encode()).hexdigest()
