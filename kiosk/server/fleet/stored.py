"""Rollouts in the database: the pure state of ``machine``, written and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.server.fleet.context import upsert
from kiosk.server.fleet.machine import ENDED, Limits, Phase, Ring, Rollout, Tally
from kiosk.server.fleet.progress import FAILURES, PENDING, Status
from kiosk.server.fleet.tables import leases, progress, rollouts, steps


@dataclass(frozen=True)
class Kept:
    id: int
    title: str
    bundle: str
    state: Rollout
    author: str
    approver: str
    created_at: str
    ended_at: str | None
    rolls_back: int | None
    revision: int


def add(
    connection: Connection,
    now: str,
    title: str,
    bundle: str,
    state: Rollout,
    author: str,
    rolls_back: int | None = None,
) -> int:
    values = {
        "title": title[:200],
        "bundle": bundle,
        "author": author[:64],
        "created_at": now,
        "rolls_back": rolls_back,
        "revision": 1,
        **_columns(state),
    }
    return int(connection.execute(insert(rollouts).values(values).returning(rollouts.c.id)).scalar_one())


def read(connection: Connection, rollout_id: int, for_update: bool = False) -> Kept | None:
    wanted = select(rollouts).where(rollouts.c.id == rollout_id)
    row = connection.execute(wanted.with_for_update() if for_update else wanted).first()
    return None if row is None else _kept(row)


def newest(connection: Connection, limit: int) -> list[Kept]:
    return [
        _kept(row) for row in connection.execute(select(rollouts).order_by(rollouts.c.id.desc()).limit(limit))
    ]


def under_way(connection: Connection) -> list[Kept]:
    """Those that are going on or have halted; the oldest first."""
    phases = (Phase.RING, Phase.SOAK, Phase.HALTED)
    wanted = select(rollouts).where(rollouts.c.phase.in_(phases)).order_by(rollouts.c.id)
    return [_kept(row) for row in connection.execute(wanted)]


def change(connection: Connection, kept: Kept, state: Rollout, now: str, approver: str | None = None) -> bool:
    """False when somebody else has changed it since ``kept`` was read."""
    values: dict[str, Any] = {**_columns(state), "revision": kept.revision + 1}
    if approver is not None:
        values["approver"] = approver[:64]
    if state.phase in ENDED:
        values["ended_at"] = now
    same = (rollouts.c.id == kept.id) & (rollouts.c.revision == kept.revision)
    return connection.execute(update(rollouts).where(same).values(values)).rowcount == 1


def alone(connection: Connection) -> None:
    """Whoever comes here second waits until the first has committed."""
    row = {"name": "rollouts", "holder": "", "until": ""}
    upsert(connection, leases, [row], ("name",), update=("holder",))


def take_step(
    connection: Connection, rollout_id: int, now: str, by: str, kind: str, detail: Mapping[str, Any]
) -> None:
    connection.execute(
        insert(steps).values(rollout_id=rollout_id, at=now, by=by[:64], kind=kind, detail=dict(detail))
    )


def statuses(connection: Connection, rollout_id: int) -> dict[int, dict[str, int]]:
    """Terminals by ring and status."""
    found: dict[int, dict[str, int]] = {}
    for ring, _, status, many in _counted(connection, rollout_id):
        counts = found.setdefault(ring, {})
        counts[status] = counts.get(status, 0) + many
    return found


def tallies(connection: Connection, rollout_id: int) -> dict[int, Tally]:
    """What a rollout is decided by; see :class:`Tally`."""
    found: dict[int, dict[str, int]] = {}
    for ring, late, status, many in _counted(connection, rollout_id):
        counts = found.setdefault(
            ring, dict.fromkeys(("pending", "healthy", "succeeded", "failed", "off"), 0)
        )
        if status in PENDING:
            name = "off" if late else "pending"
        elif status == Status.HEALTHY:
            name = "off" if late else "healthy"
        elif status in FAILURES:
            name = "failed"
        else:
            name = "succeeded" if status == Status.SUCCEEDED else "off"
        counts[name] += many
    return {ring: Tally(**counts) for ring, counts in found.items()}


def _counted(connection: Connection, rollout_id: int) -> list[tuple[int, bool, str, int]]:
    """From the index alone."""
    columns = (progress.c.ring, progress.c.late, progress.c.status)
    wanted = select(*columns, func.count()).where(progress.c.rollout_id == rollout_id).group_by(*columns)
    return [
        (int(ring), bool(late), str(status), int(many))
        for ring, late, status, many in connection.execute(wanted)
    ]


def _columns(state: Rollout) -> dict[str, Any]:
    return {
        "rings": [asdict(ring) for ring in state.rings],
        "limits": asdict(state.limits),
        "phase": state.phase.value,
        "ring": state.ring,
        "paused": state.paused,
        "since": int(state.since),
        "reason": state.reason,
        "halted_in": state.halted_in.value if state.halted_in else None,
        "forgiven_failed": state.forgiven_failed,
        "forgiven_through": state.forgiven_through,
    }


def _kept(row: Row[Any]) -> Kept:
    state = Rollout(
        rings=tuple(Ring(tuple(ring["groups"]), ring["soak_seconds"]) for ring in row.rings),
        limits=Limits(**row.limits),
        phase=Phase(row.phase),
        ring=row.ring,
        paused=row.paused,
        since=row.since,
        reason=row.reason,
        halted_in=Phase(row.halted_in) if row.halted_in else None,
        forgiven_failed=row.forgiven_failed,
        forgiven_through=row.forgiven_through,
    )
    return Kept(
        row.id,
        row.title,
        row.bundle,
        state,
        row.author,
        row.approver,
        row.created_at,
        row.ended_at,
        row.rolls_back,
        row.revision,
    )
