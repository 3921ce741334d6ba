"""What a damaged store still holds, sorted by what it was: rows tell their table by the shape they have.

Nothing is checked here but types: bodies are sealed and events chained, so that who takes a row over sees
whether every byte is as it was written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from kiosk.delivery.damaged_file import Row, Value, rows_of
from values import dataclass

_COLUMNS: Final = (
    "seq", "key", "serial", "task_code", "state", "project_no", "created", "updated", "attempts",
    "last_fault", "visit_over", "holder", "data_key", "body", "answer",
)  # fmt: skip
_APPLICATION_LENGTHS: Final = (len(_COLUMNS), len(_COLUMNS) + 1)  # ``reach`` came later


@dataclass(frozen=True, repr=False)
class Left:
    """An application as it was found."""

    key: str
    serial: str
    task_code: str
    state: str
    created: str
    updated: str
    attempts: int
    last_fault: str | None
    holder: bytes
    data_key: bytes
    body: bytes
    project_no: str | None = None
    visit_over: bool = True
    answer: bytes | None = None


@dataclass(frozen=True, repr=False)
class FormLeft:
    holder: bytes
    task_code: str
    until: str
    data_key: bytes
    body: bytes


@dataclass(frozen=True, repr=False)
class RequestLeft:
    key: str
    kind: str
    created: str
    data_key: bytes
    body: bytes


@dataclass(frozen=True, repr=False)
class EventLeft:
    """A record of the audit chain."""

    seq: int
    at: str
    event: str
    keys: str
    digest: bytes


@dataclasses.dataclass(repr=False)
class Remains:
    """``open_seqs``: numbers of the applications that waited or whose visit went on, as the index tells.

    ``keys``: numbers by key, of applications and requests, as their indexes tell.  ``unread``: places that
    should hold a row and do not.
    """

    applications: dict[str, Left] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)  # keys of applications answered and erased
    papers: dict[str, str] = field(default_factory=dict)  # key -> since
    forms: dict[tuple[bytes, str], FormLeft] = field(default_factory=dict)
    requests: dict[str, RequestLeft] = field(default_factory=dict)
    events: dict[int, EventLeft] = field(default_factory=dict)
    counters: dict[str, bytes] = field(default_factory=dict)
    tests: dict[int, tuple[Value, ...]] = field(default_factory=dict)
    supplies: dict[str, tuple[int, str]] = field(default_factory=dict)
    marks: dict[str, tuple[str, str]] = field(default_factory=dict)
    seqs: set[int] = field(default_factory=set)  # of applications that were found at all
    open_seqs: set[int] = field(default_factory=set)
    keys: dict[str, int] = field(default_factory=dict)
    unread: int = 0


def rows_left(path: Path) -> dict[str, Left]:
    """Applications with content by key, of several versions of one the latest."""
    return remains_of(path).applications


def remains_of(path: Path) -> Remains:
    """Empty when nothing can be read."""
    found = Remains()
    erased: dict[str, str] = {}  # key -> when
    _sort(rows_of(path), found, erased)
    for key, when in erased.items():
        if key in found.applications and when > found.applications[key].updated:
            del found.applications[key]
    found.finished = set(erased) - set(found.applications)
    return found


def _sort(rows: Iterable[Row | None], found: Remains, erased: dict[str, str]) -> None:
    for row in rows:
        if row is None:
            found.unread += 1
            continue
        # The commonest first; a text in clear is never taken for another kind's, as their shapes differ.
        match row.values:
            case (None, str(at), str(event), str(keys), bytes(digest)) if row.number is not None:
                found.events[row.number] = EventLeft(row.number, at, event, keys, digest)
            case (str(name), bytes(value)):
                found.counters.setdefault(name, value)
            case (int(seq), bytes() | None, int()):
                found.open_seqs.add(seq)
            case (str(key), str(since)):
                found.papers.setdefault(key, since)
            case (str(key), int(seq)):
                found.keys[key] = seq
            case (None, str(key), str(kind), str(created), bytes(wrapped), bytes(body)):
                found.requests.setdefault(key, RequestLeft(key, kind, created, wrapped, body))
            case (bytes(holder), str(code), str(until), bytes(wrapped), bytes(body)):
                found.forms.setdefault((holder, code), FormLeft(holder, code, until, wrapped, body))
            case (str(device), int(left), str(when)):
                found.supplies.setdefault(device, (left, when))
            case (str(name), str(said), str(when)):
                found.marks.setdefault(name, (said, when))
            case (None, str(), str(), str(), str(), int() | None, str()) if row.number is not None:
                found.tests.setdefault(row.number, row.values[1:])
            case values if len(values) in _APPLICATION_LENGTHS and row.number is not None:
                _application(row.number, values, found, erased)


def _application(seq: int, values: tuple[Value, ...], found: Remains, erased: dict[str, str]) -> None:
    row = dict(zip(_COLUMNS, values, strict=False))
    key, updated = row["key"], row["updated"]
    if not isinstance(key, str) or not isinstance(updated, str):
        found.unread += 1
        return
    found.seqs.add(seq)
    left = _left(row)
    if left is None:
        erased[key] = max(updated, erased.get(key, ""))
    elif key not in found.applications or updated >= found.applications[key].updated:
        found.applications[key] = left


def _left(row: Mapping[str, Value]) -> Left | None:
    match row:
        case {
            "key": str(key),
            "serial": str(serial),
            "task_code": str(task_code),
            "state": str(state),
            "created": str(created),
            "updated": str(updated),
            "attempts": int(attempts),
            "last_fault": str() | None as last_fault,
            "holder": bytes(holder),
            "data_key": bytes(data_key),
            "body": bytes(body),
        }:
            number, answer = row["project_no"], row["answer"]
            return Left(
                key,
                serial,
                task_code,
                state,
                created,
                updated,
                attempts,
                last_fault,
                holder,
                data_key,
                body,
                number if isinstance(number, str) else None,
                row["visit_over"] != 0,
                answer if isinstance(answer, bytes) else None,
            )
    return None
