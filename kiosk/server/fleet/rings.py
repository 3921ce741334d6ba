"""A ring begins: its groups are to have the bundle, and each of its terminals has a place in the rollout.

What the groups are to have is written down in the same transaction as the ring's beginning; the worker signs
and publishes it afterwards, as often as it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, and_, case, insert, literal, select, update

from kiosk.server.fleet import alarms
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.context import later, upsert
from kiosk.server.fleet.machine import Rollout
from kiosk.server.fleet.progress import Status
from kiosk.server.fleet.stored import Kept
from kiosk.server.fleet.tables import assignments, beats, progress, targets, terminals

PASSED: Final = "passed"


def begin(
    connection: Connection,
    kept: Kept,
    state: Rollout,
    ring: int,
    bundles: Mapping[str, str] | None,
    now: str,
) -> None:
    """``bundles``: group -> bundle where they differ; else every group gets the rollout's own."""
    groups = state.rings[ring].groups
    given = {group: (bundles or {}).get(group, kept.bundle) for group in groups}
    had = {
        str(group): str(bundle)
        for group, bundle in connection.execute(
            select(assignments.c.group, assignments.c.bundle).where(assignments.c.group.in_(groups))
        )
    }
    rows = [
        {
            "rollout_id": kept.id,
            "group": group,
            "ring": ring,
            "bundle": bundle,
            "previous": had.get(group, ""),
        }
        for group, bundle in given.items()
    ]
    connection.execute(insert(targets), rows)
    wanted = [
        {"group": group, "bundle": bundle, "rollout_id": kept.id, "wanted_at": now, "written_at": None}
        for group, bundle in given.items()
    ]
    upsert(connection, assignments, wanted, ("group",))
    grace = state.limits.grace_seconds
    for bundle in sorted(set(given.values())):
        named = [group for group in groups if given[group] == bundle]
        _enlist(connection, kept.id, ring, bundle, named, now, later(now, -grace), later(now, grace))


def _enlist(
    connection: Connection,
    rollout_id: int,
    ring: int,
    bundle: str,
    groups: list[str],
    now: str,
    seen_since: str,
    first_check: str,
) -> None:
    """Every terminal of these groups, in one statement.  Who is off is not waited for from the beginning; who
    has this very bundle already, tested, is through."""
    off = beats.c.last_seen.is_(None) | (beats.c.last_seen < seen_since)
    has_it = and_(beats.c.bundle == bundle, beats.c.self_test == PASSED)
    columns = {
        "rollout_id": literal(rollout_id),
        "terminal_id": terminals.c.id,
        "ring": literal(ring),
        "bundle": literal(bundle),
        "status": case((off, Status.OFF.value), (has_it, Status.HEALTHY.value), else_=Status.ASSIGNED.value),
        "late": case((off, True), else_=False),
        "assigned_at": literal(now),
        "attempt": literal(0),
        "downloaded_at": case((has_it, now), else_=""),
        "activated_at": case((has_it, now), else_=""),
        "tested_at": case((has_it, now), else_=""),
        "soaked_at": literal(""),
        "failed_at": literal(""),
        "rejected_at": literal(""),
        "reason": literal(""),
        "check_at": case((has_it, now), else_=first_check),
    }
    made = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(terminals.outerjoin(beats, beats.c.terminal_id == terminals.c.id))
        .where(terminals.c.group.in_(groups), terminals.c.retired_at.is_(None))
    )
    connection.execute(insert(progress).from_select(list(columns), made))


def written(connection: Connection, groups: Mapping[str, str], now: str) -> None:
    """The assignments are signed and published: from now on the terminals are waited for."""
    for group, wanted_at in groups.items():
        same = (assignments.c.group == group) & (assignments.c.wanted_at == wanted_at)
        connection.execute(update(assignments).where(same).values(written_at=now))
    reached = (
        select(targets.c.rollout_id, targets.c.ring)
        .join(assignments, assignments.c.group == targets.c.group)
        .where(targets.c.rollout_id == assignments.c.rollout_id, targets.c.group.in_(list(groups)))
        .distinct()
    )
    for rollout_id, ring in connection.execute(reached).all():
        waiting = (
            (progress.c.rollout_id == rollout_id)
            & (progress.c.ring == ring)
            & (progress.c.status == Status.ASSIGNED.value)
        )
        connection.execute(update(progress).where(waiting).values(assigned_at=now))


def raise_halted(connection: Connection, rollout_id: int, now: str, reason: str) -> None:
    trouble = Trouble("", "rollout.halted", str(rollout_id))
    alarms.raise_alarms(connection, now, [(trouble, reason)])


def settle_halted(connection: Connection, rollout_id: int, now: str) -> None:
    alarms.settle_alarms(connection, now, [Trouble("", "rollout.halted", str(rollout_id))])
