"""Alarms: one for each trouble, from when it is first seen until it has gone or somebody has closed it.

An alarm has an owner as soon as somebody takes it.  One trouble has one open alarm, however often it is told.

Kinds: ``terminal.silent``, ``terminal.not_ready``, ``terminal.clock``, ``device.fault`` (``subject`` is the
device, ``detail`` its fault code or state), ``paper.out``, ``paper.low``, ``bundle.stale`` (the terminal
takes nothing new; ``detail`` says why), ``bundle.unexpected`` (it activated what its group was not
given), ``terminal.group`` (it follows another group than its own; ``detail`` which), ``audit.chain`` (the
heads of its audit chain contradict each other); and without a terminal ``rollout.halted``,
``rollout.unwritten``, ``repository.behind`` (than what terminals trust) and ``repository.unusable``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.server.fleet import timeline
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.tables import alarms
from kiosk.server.problems import ProblemError

MOST_LISTED = 500


@dataclass(frozen=True)
class Trouble:
    """What an alarm is about.  Equal troubles are one."""

    terminal_id: str
    kind: str
    subject: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}|{self.terminal_id}|{self.subject}"[:200]


@dataclass(frozen=True)
class Alarm:
    id: int
    terminal_id: str
    kind: str
    subject: str
    detail: str
    opened_at: str
    owner: str
    acknowledged_at: str | None
    closed_at: str | None
    closed_by: str
    note: str

    @property
    def state(self) -> str:
        """open, acknowledged or closed."""
        return "closed" if self.closed_at else "acknowledged" if self.acknowledged_at else "open"


def open_alarms(
    fleet: Fleet,
    terminal_id: str | None = None,
    limit: int = MOST_LISTED,
    *,
    kind: str = "",
    offset: int = 0,
) -> list[Alarm]:
    """Those that are not closed, the newest first; of one terminal or of all."""
    wanted = _of(select(alarms).where(alarms.c.closed_at.is_(None)), terminal_id, kind)
    order = (alarms.c.opened_at.desc(), alarms.c.id.desc())
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted.order_by(*order).limit(limit).offset(offset))
        return [_alarm(row) for row in rows]


def past_alarms(
    fleet: Fleet, terminal_id: str | None = None, limit: int = 100, *, kind: str = "", offset: int = 0
) -> list[Alarm]:
    """The last ones that were closed."""
    wanted = _of(select(alarms).where(alarms.c.closed_at.is_not(None)), terminal_id, kind)
    order = (alarms.c.closed_at.desc(), alarms.c.id.desc())
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted.order_by(*order).limit(limit).offset(offset))
        return [_alarm(row) for row in rows]


def one(fleet: Fleet, alarm_id: int) -> Alarm | None:
    with fleet.engine.connect() as connection:
        row = connection.execute(select(alarms).where(alarms.c.id == alarm_id)).first()
    return _alarm(row) if row is not None else None


def _of(wanted: Any, terminal_id: str | None, kind: str) -> Any:
    if terminal_id is not None:
        wanted = wanted.where(alarms.c.terminal_id == terminal_id)
    return wanted.where(alarms.c.kind == kind) if kind else wanted


def count_open(fleet: Fleet) -> dict[str, int]:
    """How many are open, by kind."""
    wanted = select(alarms.c.kind, func.count()).where(alarms.c.closed_at.is_(None)).group_by(alarms.c.kind)
    with fleet.engine.connect() as connection:
        return {str(kind): int(count) for kind, count in connection.execute(wanted)}


def acknowledge(fleet: Fleet, alarm_id: int, by: str) -> Alarm:
    """``by`` takes the alarm: from now on it has an owner.  Taking over from another owner is possible."""
    with fleet.acting() as connection:
        alarm = _wanted(connection, alarm_id)
        if alarm.closed_at:
            raise ProblemError("alarm-closed")
        now = fleet.now()
        values: dict[str, Any] = {"owner": by, "acknowledged_at": alarm.acknowledged_at or now}
        connection.execute(update(alarms).where(alarms.c.id == alarm_id).values(values))
        _note(connection, alarm, "alarm.acknowledged", now, by)
        return _wanted(connection, alarm_id)


def close(fleet: Fleet, alarm_id: int, by: str, note: str = "") -> Alarm:
    """Put away by hand.  If the trouble is still there, the next heartbeat that shows a change opens
    another."""
    with fleet.acting() as connection:
        alarm = _wanted(connection, alarm_id)
        if alarm.closed_at:
            raise ProblemError("alarm-closed")
        now = fleet.now()
        values = {"closed_at": now, "closed_by": by, "note": note[:2000], "open_key": None}
        connection.execute(update(alarms).where(alarms.c.id == alarm_id).values(values))
        _note(connection, alarm, "alarm.closed", now, by)
        return _wanted(connection, alarm_id)


def raise_alarms(connection: Connection, now: str, troubles: Iterable[tuple[Trouble, str]]) -> int:
    """Open an alarm for each trouble (with its detail) that has none yet.  How many were opened."""
    wanted = {trouble.key: (trouble, detail) for trouble, detail in troubles}
    keys = list(wanted)
    for start in range(0, len(keys), 500):
        known = select(alarms.c.open_key).where(alarms.c.open_key.in_(keys[start : start + 500]))
        for (key,) in connection.execute(known):
            wanted.pop(key, None)
    if not wanted:
        return 0
    rows = [
        {
            "terminal_id": trouble.terminal_id,
            "kind": trouble.kind,
            "subject": trouble.subject[:64],
            "detail": detail[:500],
            "open_key": key,
            "opened_at": now,
        }
        for key, (trouble, detail) in wanted.items()
    ]
    connection.execute(insert(alarms), rows)
    timeline.write(
        connection,
        [
            timeline.Event(
                trouble.terminal_id,
                now,
                "alarm.opened",
                {"kind": trouble.kind, "subject": trouble.subject, "detail": detail[:200]},
            )
            for trouble, detail in wanted.values()
            if trouble.terminal_id
        ],
    )
    return len(rows)


def settle_alarms(connection: Connection, now: str, troubles: Iterable[Trouble]) -> int:
    """The troubles have gone by themselves.  How many alarms that closed."""
    by_key = {trouble.key: trouble for trouble in troubles}
    keys = list(by_key)
    closed = 0
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        open_ones = connection.execute(
            select(alarms.c.id, alarms.c.open_key).where(alarms.c.open_key.in_(part))
        ).all()
        if not open_ones:
            continue
        connection.execute(
            update(alarms)
            .where(alarms.c.id.in_([row.id for row in open_ones]))
            .values(closed_at=now, open_key=None)
        )
        gone = [by_key[row.open_key] for row in open_ones]
        timeline.write(
            connection,
            [
                timeline.Event(
                    each.terminal_id, now, "alarm.closed", {"kind": each.kind, "subject": each.subject}
                )
                for each in gone
                if each.terminal_id
            ],
        )
        closed += len(open_ones)
    return closed


def _wanted(connection: Connection, alarm_id: int) -> Alarm:
    row = connection.execute(select(alarms).where(alarms.c.id == alarm_id)).first()
    if row is None:
        raise ProblemError("alarm-unknown")
    return _alarm(row)


def _note(connection: Connection, alarm: Alarm, kind: str, now: str, by: str) -> None:
    if alarm.terminal_id:
        detail = {"kind": alarm.kind, "subject": alarm.subject, "by": by}
        timeline.write(connection, [timeline.Event(alarm.terminal_id, now, kind, detail)])


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        row.id,
        row.terminal_id,
        row.kind,
        row.subject,
        row.detail,
        row.opened_at,
        row.owner,
        row.acknowledged_at,
        row.closed_at,
        row.closed_by,
        row.note,
    )
