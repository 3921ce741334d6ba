"""How terminals are: one by one, and the whole fleet at a glance.

What lists are made of here is small enough for a page: the caller asks for a part at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.tables import alarms, assignments, beats, terminals

CONDITIONS: Final = ("retired", "never_seen", "silent", "out_of_service", "not_ready", "ready")
"""The first that holds is a terminal's condition."""
PAGE: Final = 100
_LARGE: Final = ("devices", "readiness", "trusted", "fingerprint")


@dataclass(frozen=True)
class TerminalRow:
    """One terminal as a list shows it.  Times are ISO 8601 in UTC; ``None`` or empty: not known."""

    id: str
    hall: str
    name: str
    group: str
    model: str
    registered: bool
    condition: str  # one of CONDITIONS
    last_seen: str | None
    version: str
    queued: int | None  # applications that wait on it
    clock_skew: int | None  # seconds; positive: its clock is ahead
    paper: str  # full, low, out, jammed, unknown, or empty: no printer told
    faults: int  # devices at fault
    bundle: str  # active
    bundle_sequence: int | None
    bundle_wanted: str  # what its group is to have; empty: nothing was assigned yet
    service: str  # "", open, closed_by_platform, closed_here


@dataclass(frozen=True)
class TerminalPage:
    """All that is known of one terminal.  ``devices`` is as in ``kiosk diagnose --json``."""

    row: TerminalRow
    registered_at: str
    retired_at: str | None
    has_credential: bool
    self_test: str  # of the active bundle: passed, failed or empty
    stale: str  # fault code of why it takes no new bundle; empty: it does
    since: str  # when the active bundle was; by the terminal's clock, as the next ones
    waiting: int  # the sequence of one that is tested there and shown to the next citizen; 0: none
    checked: str  # when the terminal last verified everything
    trusted: Mapping[str, int]  # role -> version of the metadata that it trusts
    audit_head: str
    devices: Sequence[Mapping[str, Any]]
    readiness: Mapping[str, Any] | None  # the last readiness report
    readiness_at: str | None


@dataclass(frozen=True)
class Wanted:
    """What a list is to hold; empty: everything.  ``text`` is looked for in id, name and hall."""

    hall: str = ""
    group: str = ""
    condition: str = ""
    bundle: str = ""
    text: str = ""


@dataclass(frozen=True)
class Count:
    """Terminals of one hall or group, by condition."""

    name: str
    total: int
    conditions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Overview:
    """The whole fleet at a glance."""

    total: int
    conditions: Mapping[str, int]
    bundles: Mapping[str, int]  # active bundle -> terminals; the empty one: not told
    papers: Mapping[str, int]
    halls: Sequence[Count]
    groups: Sequence[Count]
    alarms: int
    queued: int


def listed(
    fleet: Fleet, wanted: Wanted = Wanted(), after: tuple[str, str] | None = None, limit: int = PAGE
) -> list[TerminalRow]:
    """Terminals by hall and id.  ``after``: hall and id of the last one of the page before."""
    query = _rows().where(*_conditions(fleet, wanted))
    if after is not None:
        hall, terminal_id = after
        further = and_(terminals.c.hall == hall, terminals.c.id > terminal_id)
        query = query.where(or_(terminals.c.hall > hall, further))
    with fleet.engine.connect() as connection:
        rows = connection.execute(query.order_by(terminals.c.hall, terminals.c.id).limit(limit)).all()
    return [_row(fleet, row) for row in rows]


def count(fleet: Fleet, wanted: Wanted = Wanted()) -> int:
    query = select(func.count()).select_from(_joined()).where(*_conditions(fleet, wanted))
    with fleet.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def terminal(fleet: Fleet, terminal_id: str) -> TerminalPage | None:
    """One terminal's page; its timeline, alarms and commands have functions of their own."""
    with fleet.engine.connect() as connection:
        row = connection.execute(_rows(whole=True).where(terminals.c.id == terminal_id)).first()
    if row is None:
        return None
    return TerminalPage(
        row=_row(fleet, row),
        registered_at=row.registered_at,
        retired_at=row.retired_at,
        has_credential=bool(row.credential_sha256),
        self_test=row.self_test or "",
        stale=row.stale or "",
        since=row.bundle_since or "",
        waiting=row.bundle_waiting or 0,
        checked=row.bundle_checked or "",
        trusted=dict(row.trusted or {}),
        audit_head=row.audit_head or "",
        devices=list(row.devices or []),
        readiness=row.readiness,
        readiness_at=row.readiness_at,
    )


def overview(fleet: Fleet) -> Overview:
    """Counts of everything, in one look through the fleet."""
    condition = _condition(fleet)
    cells = (
        select(
            terminals.c.hall,
            terminals.c.group,
            condition.label("condition"),
            func.coalesce(beats.c.bundle, "").label("bundle"),
            func.coalesce(beats.c.paper, "").label("paper"),
            func.count().label("many"),
            func.sum(func.coalesce(beats.c.queued, 0)).label("queued"),
        )
        .select_from(_joined())
        .where(terminals.c.retired_at.is_(None))
        .group_by(terminals.c.hall, terminals.c.group, "condition", beats.c.bundle, beats.c.paper)
    )
    with fleet.engine.connect() as connection:
        rows = connection.execute(cells).all()
        open_alarms = connection.execute(
            select(func.count()).select_from(alarms).where(alarms.c.closed_at.is_(None))
        ).scalar_one()
    return Overview(
        total=sum(int(row.many) for row in rows),
        conditions=_sums(rows, "condition"),
        bundles=_sums(rows, "bundle"),
        papers=_sums(rows, "paper"),
        halls=_counts(rows, "hall"),
        groups=_counts(rows, "group"),
        alarms=int(open_alarms),
        queued=sum(int(row.queued or 0) for row in rows),
    )


def _sums(rows: Sequence[Row[Any]], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        key = str(getattr(row, name))
        found[key] = found.get(key, 0) + int(row.many)
    return found


def _counts(rows: Sequence[Row[Any]], name: str) -> list[Count]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        conditions = found.setdefault(str(getattr(row, name)), {})
        conditions[row.condition] = conditions.get(row.condition, 0) + int(row.many)
    return [Count(key, sum(each.values()), each) for key, each in sorted(found.items())]


def _joined() -> Any:
    return terminals.outerjoin(beats, beats.c.terminal_id == terminals.c.id).outerjoin(
        assignments, assignments.c.group == terminals.c.group
    )


def _rows(whole: bool = False) -> Any:
    columns: list[Any] = [
        terminals,
        *(column for column in beats.c if whole or column.name not in _LARGE),
        assignments.c.bundle.label("bundle_wanted"),
    ]
    return select(*columns).select_from(_joined())


def _condition(fleet: Fleet) -> ColumnElement[str]:
    """In the order of :data:`CONDITIONS`."""
    silent = fleet.before(fleet.times.silent)
    return case(
        (terminals.c.retired_at.is_not(None), "retired"),
        (beats.c.last_seen.is_(None), "never_seen"),
        (beats.c.last_seen < silent, "silent"),
        (beats.c.service.like("closed%"), "out_of_service"),
        (or_(beats.c.ready.is_(None), beats.c.ready.is_(False)), "not_ready"),
        else_="ready",
    )


def _conditions(fleet: Fleet, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.condition:
        found.append(_condition(fleet) == wanted.condition)
    if wanted.condition != "retired":
        found.append(terminals.c.retired_at.is_(None))
    if wanted.hall:
        found.append(terminals.c.hall == wanted.hall)
    if wanted.group:
        found.append(terminals.c.group == wanted.group)
    if wanted.bundle:
        found.append(beats.c.bundle == wanted.bundle)
    if wanted.text:
        columns = (terminals.c.id, terminals.c.name, terminals.c.hall)
        found.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return found


def _row(fleet: Fleet, row: Row[Any]) -> TerminalRow:
    if row.retired_at is not None:
        condition = "retired"
    elif row.last_seen is None:
        condition = "never_seen"
    elif row.last_seen < fleet.before(fleet.times.silent):
        condition = "silent"
    elif (row.service or "").startswith("closed"):
        condition = "out_of_service"
    else:
        condition = "ready" if row.ready else "not_ready"
    return TerminalRow(
        id=row.id,
        hall=row.hall,
        name=row.name,
        group=row.group,
        model=row.model,
        registered=row.registered,
        condition=condition,
        last_seen=row.last_seen,
        version=row.version or "",
        queued=row.queued,
        clock_skew=row.clock_skew,
        paper=row.paper or "",
        faults=row.faults or 0,
        bundle=row.bundle or "",
        bundle_sequence=row.bundle_sequence,
        bundle_wanted=row.bundle_wanted or "",
        service=row.service or "",
    )
