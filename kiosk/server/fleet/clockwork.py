"""What time does to rollouts: who is off, has timed out or has soaked; and then the next step.

A tick looks only at terminals for which the clock may change something now (``check_at``), and counts from an
index: its cost follows what happens, not how many terminals there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select, update

from kiosk.server.database import as_text, writing
from kiosk.server.fleet import alarms, machine, rings, stored, timeline
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.context import DirectorError, Fleet, seconds_of
from kiosk.server.fleet.machine import Phase, Step
from kiosk.server.fleet.progress import Facts, Seen, Standing, Status, checked
from kiosk.server.fleet.stored import Kept
from kiosk.server.fleet.tables import assignments, beats, progress, rollouts

CHECKED_AT_ONCE: Final = 2000
UNWRITTEN: Final = Trouble("", "rollout.unwritten")
FOLLOWED_SECONDS: Final = 14 * 86_400
"""How long latecomers of a rollout that is over are still followed."""


@dataclass(frozen=True)
class Ticked:
    """``wrote``: assignments were published; ``stepped``: rollouts that took a step."""

    wrote: int = 0
    stepped: int = 0
    checked: int = 0


def tick(fleet: Fleet) -> Ticked:
    """Let the time pass.  Cheap when nothing is due."""
    wrote = write_assignments(fleet)
    looked = 0
    stepped = 0
    with fleet.engine.connect() as connection:
        going = stored.under_way(connection)
        followed = [] if going else _latest_over(connection, fleet)
    for kept in (*going, *followed):
        looked += _check(fleet, kept)
    for kept in going:
        stepped += _step(fleet, kept.id)
    if stepped:
        wrote += write_assignments(fleet)
    return Ticked(wrote, stepped, looked)


def write_assignments(fleet: Fleet) -> int:
    """Sign and publish what groups are to have and do not have yet.  How many groups."""
    wanted = select(assignments).where(assignments.c.written_at.is_(None))
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted).all()
    if not rows:
        return 0
    if fleet.director is not None:
        try:
            fleet.director.assign({row.group: row.bundle for row in rows})
        except DirectorError as error:
            with writing(fleet.engine) as connection:
                alarms.raise_alarms(connection, fleet.now(), [(UNWRITTEN, str(error))])
            return 0
    now = fleet.now()
    with writing(fleet.engine) as connection:
        rings.written(connection, {row.group: row.wanted_at for row in rows}, now)
        alarms.settle_alarms(connection, now, [UNWRITTEN])
    fleet.changed()
    return len(rows)


def _latest_over(connection: Connection, fleet: Fleet) -> list[Kept]:
    """The rollout that ended last, while terminals may still come and catch up."""
    wanted = (
        select(rollouts.c.id)
        .where(
            rollouts.c.phase.in_([Phase.DONE, Phase.ROLLED_BACK]),
            rollouts.c.ended_at > fleet.before(FOLLOWED_SECONDS),
        )
        .order_by(rollouts.c.id.desc())
        .limit(1)
    )
    found = connection.execute(wanted).scalar_one_or_none()
    kept = stored.read(connection, found) if found is not None else None
    return [kept] if kept is not None else []


def _check(fleet: Fleet, kept: Kept) -> int:
    """Everybody for whom the clock may change something now."""
    looked = 0
    while True:
        due = (
            select(progress, beats.c.last_seen, beats.c.bundle.label("active"))
            .outerjoin(beats, beats.c.terminal_id == progress.c.terminal_id)
            .where(progress.c.rollout_id == kept.id, progress.c.check_at <= fleet.now())
            .limit(CHECKED_AT_ONCE)
        )
        with fleet.engine.connect() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return looked
        with writing(fleet.engine) as connection:
            if _unwritten(connection, kept.id):
                return looked
            rows = connection.execute(due).all()
            if rows:
                _look_at(connection, fleet, kept, rows)
        looked += len(rows)
        if len(rows) < CHECKED_AT_ONCE:
            return looked


def _look_at(connection: Connection, fleet: Fleet, kept: Kept, rows: list[Row[Any]] | Any) -> None:
    now = fleet.now()
    limits = kept.state.limits
    changed, told = [], []
    for row in rows:
        before = standing_of(row)
        seen = Seen(seconds_of(row.last_seen), row.active or "") if row.last_seen else None
        after = checked(
            before,
            facts_of(row),
            seen,
            row.bundle,
            seconds_of(now),
            timeout=limits.timeout_seconds,
            grace=limits.grace_seconds,
            soak=kept.state.rings[row.ring].soak_seconds,
        )
        soaked = after.status is Status.SUCCEEDED and not row.soaked_at
        changed.append(
            {
                "of": row.terminal_id,
                "status": after.status.value,
                "late": after.late,
                "assigned_at": _text(after.assigned_at),
                "check_at": None if after.check_at is None else _text(after.check_at),
                "soaked_at": now if soaked else row.soaked_at,
                "failed_at": now if after.status is Status.FAILED and not row.failed_at else row.failed_at,
                "reason": after.reason or row.reason,
            }
        )
        if after.status is not before.status:
            detail = {"rollout": kept.id, "bundle": row.bundle, "reason": after.reason}
            told.append(timeline.Event(row.terminal_id, now, f"rollout.{after.status.value}", detail))
    names = [name for name in changed[0] if name != "of"]
    one = (progress.c.rollout_id == kept.id) & (progress.c.terminal_id == bindparam("of"))
    connection.execute(update(progress).where(one).values({name: bindparam(name) for name in names}), changed)
    timeline.write(connection, told)


def _step(fleet: Fleet, rollout_id: int) -> int:
    now = fleet.now()
    with writing(fleet.engine) as connection:
        kept = stored.read(connection, rollout_id, for_update=True)
        if kept is None or _unwritten(connection, rollout_id):
            return 0
        step: Step = machine.step(kept.state, stored.tallies(connection, rollout_id), seconds_of(now))
        if step.rollout == kept.state or not stored.change(connection, kept, step.rollout, now):
            return 0
        if step.begins is not None:
            rings.begin(connection, kept, step.rollout, step.begins, None, now)
        detail = {"ring": step.rollout.ring}
        if step.rollout.phase is Phase.HALTED:
            rings.raise_halted(connection, rollout_id, now, step.rollout.reason)
            detail["reason"] = step.rollout.reason  # type: ignore[assignment]
        stored.take_step(connection, rollout_id, now, "", step.rollout.phase.value, detail)
    return 1


def _unwritten(connection: Connection, rollout_id: int) -> bool:
    """While its assignments are not published nobody is waited for."""
    wanted = select(func.count()).where(
        assignments.c.rollout_id == rollout_id, assignments.c.written_at.is_(None)
    )
    return bool(connection.execute(wanted).scalar_one())


def standing_of(row: Row[Any]) -> Standing:
    healthy = max(row.activated_at, row.tested_at) if row.activated_at and row.tested_at else ""
    return Standing(
        Status(row.status),
        row.late,
        seconds_of(row.assigned_at),
        seconds_of(healthy) if healthy else None,
        seconds_of(row.check_at) if row.check_at else None,
        row.reason,
    )


def facts_of(row: Row[Any]) -> Facts:
    return Facts(
        row.attempt,
        row.downloaded_at,
        row.activated_at,
        row.tested_at,
        row.soaked_at,
        row.failed_at,
        row.rejected_at,
        row.reason,
    )


def _text(seconds: float) -> str:
    return as_text(datetime.fromtimestamp(seconds, UTC))
