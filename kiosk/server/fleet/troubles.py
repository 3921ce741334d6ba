"""What is wrong with a terminal, by its own heartbeat; and what has changed since the last one.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kiosk.server.database import to_json
from kiosk.server.fleet.alarms import Trouble

USABLE: Final = ("online", "busy")
PAPERS: Final = ("jammed", "out", "unknown", "low", "full")  # the worst first
SHORT_OF_PAPER: Final = ("out", "low", "jammed")
_TOLD: Final = ("version", "ready", "bundle", "self_test", "service", "stale", "bundle_waiting")
Row = Mapping[str, Any]


def worst_paper(devices: Iterable[Row]) -> str:
    told = {str(each.get("paper")) for each in devices if each.get("paper")}
    return next((paper for paper in PAPERS if paper in told), "")


def faulty(devices: Iterable[Row]) -> int:
    return sum(1 for each in devices if _at_fault(each))


def fingerprint(row: Row, elsewhere: str = "") -> str:
    """Of everything whose change is told in the timeline or may open or close an alarm.  ``elsewhere``: the
    group that the terminal follows, where that is not its own."""
    devices = [
        [each.get(name) for name in ("name", "state", "paper", "fault")] for each in row["devices"] or ()
    ]
    parts = [
        *(row[name] for name in _TOLD),
        devices,
        row["skewed"],
        row.get("readiness"),
        elsewhere,
    ]
    return hashlib.sha256(to_json(parts).encode()).hexdigest()[:16]


def troubles_of(terminal_id: str, row: Row) -> dict[Trouble, str]:
    """Each with its detail."""
    found: dict[Trouble, str] = {}
    for each in row["devices"] or ():
        name = str(each.get("name") or each.get("driver") or "device")
        if each.get("paper") in SHORT_OF_PAPER:
            kind = "paper.low" if each["paper"] == "low" else "paper.out"
            found[Trouble(terminal_id, kind, name)] = str(each["paper"])
        elif _at_fault(each):
            found[Trouble(terminal_id, "device.fault", name)] = str(each.get("fault") or each.get("state"))
    if row["ready"] is False and not any(each.kind in ("device.fault", "paper.out") for each in found):
        found[Trouble(terminal_id, "terminal.not_ready")] = ""
    if row["skewed"]:
        found[Trouble(terminal_id, "terminal.clock")] = "ahead" if (row["clock_skew"] or 0) > 0 else "behind"
    if row["stale"]:
        found[Trouble(terminal_id, "bundle.stale")] = str(row["stale"])
    return found


def changes(before: Row, after: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the timeline tells: kind and detail."""
    for name, kind in (
        ("version", "terminal.version"),
        ("ready", "terminal.ready"),
        ("bundle", "terminal.bundle"),
        ("service", "terminal.service"),
    ):
        if after[name] not in (None, "") and before[name] != after[name]:
            yield kind, {"was": before[name], "is": after[name]}
    old = {each.get("name"): each for each in before["devices"] or ()}
    for each in after["devices"] or ():
        was = old.get(each.get("name"), {})
        names = [name for name in ("state", "paper", "fault") if was.get(name) != each.get(name)]
        if names:
            told = {name: each[name] for name in ("name", "state", "paper", "fault") if each.get(name)}
            yield "device.state", told


def chain_broken(before: str, after: str) -> str:
    """Whether the heads of a terminal's audit chain contradict each other: ``shorter``, ``other``, or not."""
    if not before or not after:
        return ""
    (old_number, _, old_digest), (number, _, digest) = before.partition(":"), after.partition(":")
    if int(number) < int(old_number):
        return "shorter"
    return "other" if int(number) == int(old_number) and digest != old_digest else ""


def _at_fault(device: Row) -> bool:
    state = device.get("state")
    return state is not None and state not in USABLE
