"""What every function of the fleet works with, and how it writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, Protocol

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.server.database import as_text, writing

DEFAULT_GROUP: Final = "default"
"""Where a terminal is that nobody has put anywhere."""

GROUP: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""As in ``kiosk.bundles.roles``, which is not loaded where nothing is signed."""

Enrolment = Literal["open", "registered"]


@dataclass(frozen=True)
class BundleInfo:
    """An approved bundle.  ``id`` is what assignments and heartbeats name it by."""

    id: str
    sequence: int
    title: str = ""
    changes: tuple[str, ...] = ()


class Director(Protocol):
    """The online key: it chooses among approved bundles, for groups of terminals, and can do nothing else.

    Everything raises :class:`DirectorError`.
    """

    def bundles(self) -> Sequence[BundleInfo]:
        """The approved ones, the newest first."""
        ...

    def floor(self) -> int:
        """The lowest sequence that terminals take."""
        ...

    def assigned(self) -> Mapping[str, str]:
        """Group -> the bundle that it is to have now, whoever has assigned it."""
        ...

    def versions(self) -> Mapping[str, int]:
        """The version of each role's metadata."""
        ...

    def renew(self) -> bool:
        """Sign anew what would soon be too old; whether something was."""
        ...

    def assign(self, bundles: Mapping[str, str]) -> None:
        """Group -> bundle: sign and publish.  Doing it again changes nothing."""
        ...


class DirectorError(Exception):
    """The repository cannot be written, or the bundle is none of the approved ones.  The text says why."""


@dataclass(frozen=True)
class Times:
    """In seconds.  ``silent``: not heard of for so long is an alarm; ``skew``: a clock so far off is one."""

    silent: int = 300
    skew: int = 120
    kept_days: int = 90  # events and closed alarms


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Fleet:
    """``enrolment``: whether a terminal that nobody has registered is taken in when it calls.

    ``changed`` is called when something was assigned, so that all terminals poll now; ``asked`` with a
    terminal that is to do something, so that it calls now; any thread.  ``noted`` writes down whose act this
    is, in the transaction that does it (:meth:`acting`).
    """

    engine: Engine
    director: Director | None = None
    enrolment: Enrolment = "open"
    times: Times = Times()
    clock: Callable[[], datetime] = _utc_now
    changed: Callable[[], None] = field(default=lambda: None)
    asked: Callable[[str], None] = field(default=lambda terminal_id: None)
    noted: Callable[[Connection, str], None] = field(default=lambda connection, made: None)

    @contextmanager
    def acting(self, made: Callable[[], object] = lambda: "") -> Iterator[Connection]:
        """One transaction of what a person does here, with its record: neither is there without the other.

        ``made`` is asked at the end for the name of what came of it.
        """
        with writing(self.engine) as connection:
            yield connection
            self.noted(connection, str(made()))

    def now(self) -> str:
        return as_text(self.clock())

    def before(self, seconds: float) -> str:
        """The moment so many seconds ago."""
        return as_text(self.clock() - timedelta(seconds=seconds))


def later(moment: str, seconds: float) -> str:
    """``moment`` is as this server writes it."""
    return as_text(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def seconds_of(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: Iterable[str],
    update: Iterable[str] | None = None,
) -> None:
    """Insert ``rows``, or bring those that are there up to date.  ``update``: only these columns; none of
    them: what is there stays as it is."""
    if not rows:
        return
    keys = list(key)
    named = [name for name in rows[0] if name not in keys] if update is None else list(update)
    made: Any = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    if named:
        made = made.on_conflict_do_update(
            index_elements=keys, set_={name: made.excluded[name] for name in named}
        )
    else:
        made = made.on_conflict_do_nothing(index_elements=keys)
    connection.execute(made, [dict(row) for row in rows])
