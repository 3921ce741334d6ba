"""What happened to a terminal, the newest first: what it told, what it was told, and who did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from kiosk.server.database import writing
from kiosk.server.fleet.context import Fleet, upsert
from kiosk.server.fleet.tables import alarms, events

PRUNED_AT_ONCE = 5000


@dataclass(frozen=True)
class Event:
    """``kind`` is dotted: ``terminal.registered``, ``device.state``, ``bundle.activated``,
    ``alarm.opened``...

    ``detail`` holds texts and numbers that belong to the kind, and ``by`` where a person did it.
    """

    terminal_id: str
    at: str
    kind: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    report_id: str | None = None
    id: int = 0


def write(connection: Connection, happened: Iterable[Event]) -> None:
    """Put events into the timeline.  A report that is there already is not put there again."""
    rows = [
        {
            "terminal_id": each.terminal_id,
            "at": each.at,
            "kind": each.kind,
            "detail": dict(each.detail),
            "report_id": each.report_id,
        }
        for each in happened
    ]
    reports = [row for row in rows if row["report_id"] is not None]
    plain = [row for row in rows if row["report_id"] is None]
    if plain:
        connection.execute(insert(events), plain)
    upsert(connection, events, reports, ("terminal_id", "report_id"), update=())


def of_terminal(fleet: Fleet, terminal_id: str, limit: int = 100, before: int | None = None) -> list[Event]:
    """The newest ``limit`` events; ``before``: older than the event with this ``id`` (for the next page)."""
    wanted = select(events).where(events.c.terminal_id == terminal_id)
    if before is not None:
        wanted = wanted.where(events.c.id < before)
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted.order_by(events.c.id.desc()).limit(limit)).all()
    return [
        Event(row.terminal_id, row.at, row.kind, dict(row.detail or {}), row.report_id, row.id)
        for row in rows
    ]


def prune(fleet: Fleet) -> int:
    """Let go what is older than it is kept; a part at a time, so that nobody waits.  How much went."""
    limit = fleet.before(fleet.times.kept_days * 86_400)
    with writing(fleet.engine) as connection:
        old = select(events.c.id).where(events.c.at < limit).order_by(events.c.at).limit(PRUNED_AT_ONCE)
        gone = connection.execute(delete(events).where(events.c.id.in_(old.scalar_subquery()))).rowcount
        closed = select(alarms.c.id).where(alarms.c.closed_at < limit).limit(PRUNED_AT_ONCE)
        gone += connection.execute(delete(alarms).where(alarms.c.id.in_(closed.scalar_subquery()))).rowcount
    return int(gone)
