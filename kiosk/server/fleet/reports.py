"""What terminals report about bundles: kept once each, in whatever order they come.

A report belongs to the newest rollout that gave its terminal that bundle.  A terminal that came into a begun
ring later is followed from its first report on; one that activates what nobody gave it is an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, insert, or_, select, update

from kiosk.server.fleet import alarms, timeline
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.clockwork import facts_of
from kiosk.server.fleet.progress import FAILURES, Facts, Status, Told, add, status_of
from kiosk.server.fleet.tables import assignments, events, progress, targets, terminals

_AT_ONCE: Final = 400  # of the values in one statement
_TERMINALS_AT_ONCE: Final = 50


@dataclass(frozen=True)
class Report:
    """``id`` is the terminal's own and makes it the same report when it comes again."""

    id: str
    bundle: str
    told: Told
    attempt: int = 1
    reason: str = ""
    at: str = ""  # by the terminal's clock, as it was told
    detail: str = ""  # which matter, which device, in the terminal's words


def keep(connection: Connection, now: str, given: Mapping[str, Sequence[Report]]) -> dict[str, int]:
    """Take the reports of any number of terminals at once.  How many were new, by terminal."""
    fresh = _new_ones(connection, given)
    if not fresh:
        return {}
    pairs = {(terminal, report.bundle) for terminal, reports in fresh.items() for report in reports}
    rows = _places(connection, now, pairs)
    changed, strange, told = [], [], []
    for terminal, reports in fresh.items():
        for bundle in dict.fromkeys(report.bundle for report in reports):
            own = [report for report in reports if report.bundle == bundle]
            row = rows.get((terminal, bundle))
            if row is not None:
                changed.append(_changed(row, own, now))
            elif any(report.told is Told.ACTIVATED for report in own):
                strange.append((terminal, bundle))
        told += [_event(terminal, report, now) for report in reports]
    if changed:
        _write(connection, changed)
    timeline.write(connection, told)
    unexpected = _not_assigned(connection, strange)
    troubles = [(Trouble(terminal, "bundle.unexpected"), bundle) for terminal, bundle in unexpected]
    alarms.raise_alarms(connection, now, troubles)
    return {terminal: len(reports) for terminal, reports in fresh.items()}


def _new_ones(connection: Connection, given: Mapping[str, Sequence[Report]]) -> dict[str, list[Report]]:
    known: set[tuple[str, str]] = set()
    # Terminal by terminal: both databases then look each of them up in the index, and scan nothing.
    each_own = [
        and_(events.c.terminal_id == terminal, events.c.report_id.in_([report.id for report in reports]))
        for terminal, reports in given.items()
    ]
    for start in range(0, len(each_own), _TERMINALS_AT_ONCE):
        wanted = select(events.c.terminal_id, events.c.report_id).where(
            or_(*each_own[start : start + _TERMINALS_AT_ONCE])
        )
        known |= {(str(terminal), str(report)) for terminal, report in connection.execute(wanted)}
    fresh: dict[str, list[Report]] = {}
    for terminal, reports in given.items():
        for report in reports:
            if (terminal, report.id) not in known:
                known.add((terminal, report.id))
                fresh.setdefault(terminal, []).append(report)
    return fresh


def _places(connection: Connection, now: str, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
    """The rows of these terminals in the newest rollout that gave them the bundle."""
    found = _rows(connection, pairs)
    missing = pairs - set(found)
    if missing and _join_late(connection, now, missing):
        found |= _rows(connection, missing)
    return found


def _rows(connection: Connection, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
    found: dict[tuple[str, str], Row[Any]] = {}
    ids = sorted({terminal for terminal, _ in pairs})
    for start in range(0, len(ids), _AT_ONCE):
        wanted = (
            select(progress)
            .where(progress.c.terminal_id.in_(ids[start : start + _AT_ONCE]))
            .order_by(progress.c.rollout_id)
        )
        for row in connection.execute(wanted):
            if (row.terminal_id, row.bundle) in pairs:
                found[row.terminal_id, row.bundle] = row
    return found


def _join_late(connection: Connection, now: str, missing: set[tuple[str, str]]) -> bool:
    """Terminals whose group was given the bundle before they came into it."""
    ids = sorted({terminal for terminal, _ in missing})
    rows = []
    for start in range(0, len(ids), _AT_ONCE):
        wanted = (
            select(terminals.c.id, assignments.c.bundle, assignments.c.rollout_id, targets.c.ring)
            .join(assignments, assignments.c.group == terminals.c.group)
            .join(
                targets,
                and_(
                    targets.c.rollout_id == assignments.c.rollout_id,
                    targets.c.group == assignments.c.group,
                ),
            )
            .where(terminals.c.id.in_(ids[start : start + _AT_ONCE]))
        )
        rows += [row for row in connection.execute(wanted) if (row.id, row.bundle) in missing]
    made = [
        {
            "rollout_id": row.rollout_id,
            "terminal_id": row.id,
            "ring": row.ring,
            "bundle": row.bundle,
            "status": Status.ASSIGNED.value,
            "late": True,
            "assigned_at": now,
            "check_at": now,
        }
        for row in rows
    ]
    if made:
        connection.execute(insert(progress), made)
    return bool(made)


def _not_assigned(connection: Connection, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that are not what the terminal's group is to have, where anything is assigned from here."""
    if not pairs or connection.execute(select(assignments.c.group).limit(1)).first() is None:
        return []
    right: set[tuple[str, str]] = set()
    ids = [terminal for terminal, _ in pairs]
    for start in range(0, len(ids), _AT_ONCE):
        wanted = (
            select(terminals.c.id, assignments.c.bundle)
            .join(assignments, assignments.c.group == terminals.c.group)
            .where(terminals.c.id.in_(ids[start : start + _AT_ONCE]))
        )
        right |= {(str(terminal), str(bundle)) for terminal, bundle in connection.execute(wanted)}
    return [pair for pair in pairs if pair not in right]


def _changed(row: Row[Any], reports: Sequence[Report], now: str) -> dict[str, Any]:
    facts: Facts = facts_of(row)
    if row.status == Status.TIMED_OUT:
        facts = Facts(**{**asdict(facts), "reason": ""})
    for report in reports:
        facts = add(facts, report.told, now, report.attempt, report.reason)
    timed_out = row.status == Status.TIMED_OUT and facts.attempt <= max(1, row.attempt)
    soaked = row.status == Status.SUCCEEDED and facts.attempt <= max(1, row.attempt)
    status = status_of(facts, timed_out, soaked)
    through = status in (*FAILURES, Status.SUCCEEDED)
    return {
        **asdict(facts),
        "reason": "timed_out" if status is Status.TIMED_OUT else facts.reason,
        "status": status.value,
        "check_at": None if through else now,
        "of_rollout": row.rollout_id,
        "of_terminal": row.terminal_id,
    }


def _write(connection: Connection, changed: list[dict[str, Any]]) -> None:
    one = (progress.c.rollout_id == bindparam("of_rollout")) & (
        progress.c.terminal_id == bindparam("of_terminal")
    )
    names = [name for name in changed[0] if not name.startswith("of_")]
    connection.execute(update(progress).where(one).values({name: bindparam(name) for name in names}), changed)


def _event(terminal: str, report: Report, now: str) -> timeline.Event:
    detail: dict[str, Any] = {"bundle": report.bundle, "attempt": report.attempt}
    told = (("reason", report.reason), ("at", report.at), ("detail", report.detail))
    detail |= {name: value for name, value in told if value}
    return timeline.Event(terminal, now, f"bundle.{report.told.value}", detail, report.id)
