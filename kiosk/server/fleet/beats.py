"""Heartbeats and reports, many at a time: one transaction for all that came while the last one was written.

Ten thousand terminals that call every minute are 167 commits a second, each waiting for the disk; together
they are a few.  An answer goes out when what it answers has been committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from kiosk.server.database import writing
from kiosk.server.fleet import alarms, audit_heads, commands, reports, timeline
from kiosk.server.fleet.alarms import Trouble
from kiosk.server.fleet.api import BundleReport, CommandOut, Heartbeat
from kiosk.server.fleet.context import DEFAULT_GROUP, Fleet, upsert
from kiosk.server.fleet.proof import Known, Shown, refusal
from kiosk.server.fleet.reports import Report
from kiosk.server.fleet.tables import beats, terminals
from kiosk.server.fleet.troubles import chain_broken, changes, faulty, fingerprint, troubles_of, worst_paper

SILENT: Final = "terminal.silent"
GROUP_DIFFERS: Final = "terminal.group"
_AT_ONCE: Final = 400
_LIGHT: Final = ("last_seen", "silent", "queued", "clock_skew", "audit_head", "bundle_checked")
"""What is written of a heartbeat that tells nothing new."""


@dataclass(frozen=True)
class Call:
    """A heartbeat, or reports alone."""

    terminal_id: str
    shown: Shown
    beat: Heartbeat | None
    reports: tuple[BundleReport, ...] = ()


@dataclass(frozen=True)
class Taken:
    """``refused`` is a problem's code.  ``kept``: reports that were new."""

    group: str = ""
    commands: tuple[CommandOut, ...] = ()
    kept: int = 0
    refused: str = ""


def take(fleet: Fleet, calls: Sequence[Call]) -> list[Taken]:
    """Keep what these calls told, in one transaction, and say what each of them is answered."""
    now = fleet.now()
    with writing(fleet.engine) as connection:
        known = _known(connection, {call.terminal_id for call in calls})
        taken: list[Taken | None] = []
        welcome: list[Call] = []
        for call in calls:
            code = refusal(call.terminal_id, call.shown, _of(known, call), fleet.enrolment)
            taken.append(Taken(refused=code) if code else None)
            if not code:
                welcome.append(call)
        newcomers = _welcome(connection, now, known, welcome)
        _keep_beats(connection, fleet, now, known, welcome)
        kept = _keep_reports(connection, now, welcome)
        waiting = _commands(connection, now, welcome)
    answers = []
    for call, refused in zip(calls, taken, strict=True):
        if refused is not None:
            answers.append(refused)
            continue
        row = known.get(call.terminal_id)
        group = newcomers[call.terminal_id] if row is None else row.group
        told = waiting.get(call.terminal_id, ()) if call.beat is not None else ()
        answers.append(Taken(group, told, kept.get(call.terminal_id, 0)))
    return answers


def _known(connection: Connection, ids: set[str]) -> dict[str, Row[Any]]:
    columns = (
        *(terminals.c[name] for name in ("id", "group", "credential_sha256", "retired_at", "registered")),
        *(beats.c[name] for name in ("last_seen", "silent", "fingerprint", "audit_head")),
    )
    found: dict[str, Row[Any]] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), _AT_ONCE):
        wanted = (
            select(*columns)
            .select_from(terminals.outerjoin(beats, beats.c.terminal_id == terminals.c.id))
            .where(terminals.c.id.in_(listed[start : start + _AT_ONCE]))
        )
        found |= {row.id: row for row in connection.execute(wanted)}
    return found


def _of(known: Mapping[str, Row[Any]], call: Call) -> Known | None:
    row = known.get(call.terminal_id)
    return row and Known(row.credential_sha256, row.retired_at is not None, row.registered)


def _welcome(
    connection: Connection, now: str, known: Mapping[str, Row[Any]], calls: Sequence[Call]
) -> dict[str, str]:
    """Terminals that nobody has registered, in an open fleet, with the group that they follow."""
    groups = {call.terminal_id: _group_told(call) for call in calls}
    new = sorted(set(groups) - set(known))
    rows = [
        {"id": each, "group": groups[each] or DEFAULT_GROUP, "registered": False, "registered_at": now}
        for each in new
    ]
    upsert(connection, terminals, rows, ("id",), update=())
    timeline.write(connection, [timeline.Event(each, now, "terminal.first_seen") for each in new])
    return {each: groups[each] or DEFAULT_GROUP for each in new}


def _keep_beats(
    connection: Connection,
    fleet: Fleet,
    now: str,
    known: Mapping[str, Row[Any]],
    calls: Sequence[Call],
) -> None:
    light: dict[str, dict[str, Any]] = {}
    whole: dict[str, dict[str, Any]] = {}
    back: list[Trouble] = []
    broken: dict[Trouble, str] = {}
    lost: dict[str, str] = {}
    for call in calls:
        before = known.get(call.terminal_id)
        if before is not None and before.silent:
            back.append(Trouble(call.terminal_id, SILENT))
        if call.beat is None:
            row: dict[str, Any] = {"last_seen": now, "silent": False}
            seen = before is not None and before.last_seen is not None
            (light if seen else whole).setdefault(call.terminal_id, row)
            continue
        row = _row(call.beat, now, fleet.times.skew)
        followed = _group_told(call)
        elsewhere = followed if before is not None and followed not in ("", before.group) else ""
        row["fingerprint"] = fingerprint(row, elsewhere)
        whole.pop(call.terminal_id, None)
        light.pop(call.terminal_id, None)
        if how := chain_broken((before and before.audit_head) or "", row["audit_head"]):
            broken[Trouble(call.terminal_id, "audit.chain")] = how
            assert before is not None
            lost[call.terminal_id] = before.audit_head
        same = before is not None and before.fingerprint == row["fingerprint"]
        (light if same else whole)[call.terminal_id] = row
        if elsewhere and not same:
            broken[Trouble(call.terminal_id, GROUP_DIFFERS)] = elsewhere
        elif not same:
            back.append(Trouble(call.terminal_id, GROUP_DIFFERS))
    _tell(connection, now, {each: row for each, row in whole.items() if "fingerprint" in row})
    _write_light(connection, light)
    _write_whole(connection, whole)
    alarms.settle_alarms(connection, now, back)
    alarms.raise_alarms(connection, now, broken.items())
    audit_heads.keep(connection, now, lost)


def _group_told(call: Call) -> str:
    return call.beat.bundle.group if call.beat is not None and call.beat.bundle is not None else ""


def _row(beat: Heartbeat, now: str, most_skew: int) -> dict[str, Any]:
    devices = [each.model_dump(mode="json", exclude_none=True) for each in beat.devices]
    skew = None if beat.clock is None else round((beat.clock - datetime.fromisoformat(now)).total_seconds())
    bundle = beat.bundle
    row: dict[str, Any] = {
        "last_seen": now,
        "silent": False,
        "version": beat.version or "",
        "ready": beat.ready,
        "queued": beat.queued,
        "clock_skew": None if skew is None else max(-(2**31), min(2**31 - 1, skew)),
        "skewed": skew is not None and abs(skew) > most_skew,
        "paper": worst_paper(devices),
        "faults": faulty(devices),
        "bundle": bundle.name if bundle else "",
        "bundle_sequence": bundle.sequence if bundle else None,
        "self_test": bundle.self_test if bundle else "",
        "stale": bundle.stale if bundle else "",
        "bundle_since": bundle.since if bundle else None,
        "bundle_waiting": bundle.waiting if bundle else None,
        "bundle_checked": bundle.checked if bundle else None,
        "trusted": dict(bundle.trusted) if bundle else {},
        "service": beat.service or "",
        "audit_head": beat.audit_head or "",
        "devices": devices,
    }
    if beat.readiness is not None:
        row |= {"readiness": beat.readiness.model_dump(mode="json"), "readiness_at": now}
    return row


def _tell(connection: Connection, now: str, whole: Mapping[str, dict[str, Any]]) -> None:
    """Timeline and alarms of those that tell something new."""
    before: dict[str, Any] = {}
    ids = sorted(whole)
    for start in range(0, len(ids), _AT_ONCE):
        wanted = select(beats).where(beats.c.terminal_id.in_(ids[start : start + _AT_ONCE]))
        before |= {row.terminal_id: row._mapping for row in connection.execute(wanted)}
    told, open_ones, gone = [], [], []
    for terminal_id, row in whole.items():
        old = before.get(terminal_id) or _NOTHING
        told += [timeline.Event(terminal_id, now, kind, detail) for kind, detail in changes(old, row)]
        had, has = troubles_of(terminal_id, old), troubles_of(terminal_id, row)
        gone += [trouble for trouble in had if trouble not in has]
        open_ones += [(trouble, detail) for trouble, detail in has.items() if trouble not in had]
    timeline.write(connection, told)
    alarms.settle_alarms(connection, now, gone)
    alarms.raise_alarms(connection, now, open_ones)


_NOTHING: Final[Mapping[str, Any]] = {
    "version": "",
    "ready": None,
    "bundle": "",
    "service": "",
    "stale": "",
    "skewed": False,
    "clock_skew": None,
    "devices": [],
}


def _write_light(connection: Connection, rows: Mapping[str, dict[str, Any]]) -> None:
    """An UPDATE of a few columns; reports alone know nothing but that the terminal was heard."""
    for names in (_LIGHT, ("last_seen", "silent")):
        part = [
            {"of": each, **{name: row[name] for name in names}}
            for each, row in rows.items()
            if ("fingerprint" in row) == (names is _LIGHT)
        ]
        if part:
            values: dict[str, Any] = {name: bindparam(name) for name in names}
            connection.execute(
                update(beats).where(beats.c.terminal_id == bindparam("of")).values(values), part
            )


def _write_whole(connection: Connection, rows: Mapping[str, dict[str, Any]]) -> None:
    """Rows of a kind together: with a readiness report, without, and of reports alone."""
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for each, row in rows.items():
        kinds.setdefault(tuple(row), []).append({"terminal_id": each, **row})
    for alike in kinds.values():
        upsert(connection, beats, alike, ("terminal_id",))


def _keep_reports(connection: Connection, now: str, calls: Sequence[Call]) -> dict[str, int]:
    given: dict[str, list[Report]] = {}
    for call in calls:
        for each in (*(call.beat.reports if call.beat else ()), *call.reports):
            at = each.at.isoformat() if each.at else ""
            report = Report(each.id, each.bundle, each.event, each.attempt, each.reason, at, each.detail)
            given.setdefault(call.terminal_id, []).append(report)
    return reports.keep(connection, now, given) if given else {}


def _commands(connection: Connection, now: str, calls: Sequence[Call]) -> dict[str, tuple[CommandOut, ...]]:
    """Ends that were told first; then what each terminal still has to do."""
    for call in calls:
        for end in call.beat.commands if call.beat else ():
            commands.ended(connection, now, call.terminal_id, end.id, end.outcome, end.detail)
    asked = commands.waiting_for(connection, {call.terminal_id for call in calls if call.beat is not None})
    new = [each.id for listed in asked.values() for each in listed if each.delivered_at is None]
    if new:
        commands.delivered(connection, now, new)
    return {
        terminal: tuple(
            CommandOut(id=each.id, kind=each.kind, by=each.by, reason=each.reason, asked_at=each.asked_at)
            for each in listed
        )
        for terminal, listed in asked.items()
    }
