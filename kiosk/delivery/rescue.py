"""Takes over what a store that was damaged and moved aside still holds: what is whole, as its seal tells.

Applications that wait, those whose papers are owed, forms kept for another day, what was asked for, and what
technicians set go into the new store; the audit chain's end is for :mod:`kiosk.audit.left_over`.  How much of
each was taken and how much was found and is not whole is written down, for technician, log and chain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import apsw

from devices.contract import Fault
from kiosk.delivery.platform_faults import Reach
from kiosk.delivery.saved import last_day
from kiosk.delivery.states import ANSWERED, WAITING, State
from kiosk.delivery.store import Store, utc_now
from kiosk.delivery.vault import Vault
from values import dataclass

if TYPE_CHECKING:
    from kiosk.delivery.carving import EventLeft, FormLeft, Left, Remains, RequestLeft

KINDS: Final = ("applications", "papers", "forms", "requests", "technician", "unknown")
"""``unknown``: places on whole pages that held a row of nobody knows what."""
_REPORT: Final = "rescue "  # and the name of the store: a counter
_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD: Final = re.compile(r"[a-z_]{1,40}")
_PROOF: Final = "vault_proof"
_OFFERED: Final = "offered "


@dataclass(frozen=True)
class Count:
    """``lost``: found, or known to have been there, and not whole."""

    taken: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Rescued:
    """What became of one damaged store.  ``other_key``: it was sealed with another device key, and nothing
    can be taken before that key is there (``kiosk outbox import --key``)."""

    store: str
    kinds: Mapping[str, Count] = field(default_factory=dict)
    other_key: bool = False
    events: Mapping[int, EventLeft] = field(default_factory=dict, repr=False)
    counters: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def applications(self) -> int:
        return self.kinds.get("applications", Count()).taken

    def to_json(self) -> dict[str, Any]:
        counts = {kind: asdict(count) for kind, count in self.kinds.items()}
        return {"store": self.store, "other_key": self.other_key, "kinds": counts}


def mark_of_rescued(damaged: Path) -> str:
    """The counter that says that what waited in ``damaged`` has been taken over."""
    return f"rescued {damaged.name}"


def rescue(store: Store, vault: Vault, damaged: Path, today: date | None = None) -> Rescued | None:
    """Take over what is whole in ``damaged``; ``None`` when that has been done before.

    What the platform has had already gets the same answer again.  A failure leaves both as they are: service
    does not depend on it, and the next opening tries again.
    """
    mark = mark_of_rescued(damaged)
    before = store.read("SELECT value FROM counters WHERE name = ?", (mark,))
    if isinstance(before, Fault) or (before and not bytes(before[0][0]).isdigit()):
        return None  # a bare number is of a version that took applications only
    from kiosk.delivery.carving import remains_of  # hardly a start needs it

    remains = remains_of(damaged)
    taking = _Taking(vault, remains, today or datetime.now(UTC).date())
    other_key = _is_of_another(vault, remains, taking)

    def work(connection: apsw.Connection) -> Rescued:
        kinds = {} if other_key else taking.take(connection)
        done = Rescued(damaged.name, kinds, other_key, remains.events, remains.counters)
        value = json.dumps(done.to_json()).encode()
        connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (_REPORT + damaged.name, value))
        if not other_key:
            connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (mark, b"{}"))
        return done

    done = store.write(work)
    return None if isinstance(done, Fault) else done


def reports(store: Store) -> list[dict[str, Any]]:
    """What became of each damaged store, for who looks after the machine; readable without a key."""
    rows = store.read(
        "SELECT value FROM counters WHERE name >= ?1 AND name < ?1 || x'ff' ORDER BY name", (_REPORT,)
    )
    found = []
    for (value,) in [] if isinstance(rows, Fault) else rows:
        try:
            given = json.loads(value)
            kinds = {kind: asdict(Count(**given["kinds"][kind])) for kind in given["kinds"]}
            found.append(
                {"store": str(given["store"]), "other_key": bool(given["other_key"]), "kinds": kinds}
            )
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _is_of_another(vault: Vault, remains: Remains, taking: _Taking) -> bool:
    """By the store's own proof, or, where that is gone, because not one of several seals opens."""
    proof = remains.counters.get(_PROOF)
    if proof is not None and vault.recognises(proof):
        return False
    return taking.sealed > 0 and not taking.opened and (proof is not None or taking.sealed > 1)


class _Taking:
    """What may be taken: opened once, to see that every byte is as it was written."""

    def __init__(self, vault: Vault, remains: Remains, today: date) -> None:
        self._vault = vault
        self._remains = remains
        self._today = today
        wanted = [each for each in remains.applications.values() if each.state in (*WAITING, *ANSWERED)]
        self._applications = [each for each in wanted if self._whole(each)]
        self._requests = [each for each in remains.requests.values() if self._whole_request(each)]
        in_time = [each for each in remains.forms.values() if not self._is_over(each)]
        self._forms = [each for each in in_time if self._whole_form(each)]
        self._lost = {
            "applications": len(remains.applications) - len(self._applications),
            "requests": len(remains.requests) - len(self._requests),
            "forms": len(in_time) - len(self._forms),
        }
        self.opened = len(self._applications) + len(self._requests) + len(self._forms)
        self.sealed = self.opened + sum(self._lost.values())

    def take(self, connection: apsw.Connection) -> dict[str, Count]:
        remains = self._remains
        gone = remains.open_seqs - remains.seqs  # the index names them, and no page has them
        known = {*remains.applications, *remains.finished, *remains.requests}
        nameless = [key for key, seq in remains.keys.items() if key not in known and seq not in gone]
        applications = sum(self._take_application(connection, each) for each in self._in_line())
        papers = sum(self._take_papers(connection, each) for each in self._applications)
        lost_papers = sum(key not in known for key in remains.papers)
        return {
            "applications": Count(applications, self._lost["applications"] + len(gone)),
            "papers": Count(papers, lost_papers),
            "forms": Count(
                sum(self._take_form(connection, each) for each in self._forms), self._lost["forms"]
            ),
            "requests": Count(
                sum(self._take_request(connection, each) for each in self._requests), self._lost["requests"]
            ),
            "technician": Count(self._take_technicians(connection)),
            "unknown": Count(0, remains.unread + len(nameless)),
        }

    # --- applications, and what they owe ------------------------------------------------------------

    def _in_line(self) -> list[Left]:
        return sorted(self._applications, key=lambda each: each.created)

    def _whole(self, each: Left) -> bool:
        return _KEY.fullmatch(each.key) is not None and self._opens(
            "applications", each.key, each.data_key, "body", each.body
        )

    def _answered(self, each: Left) -> bool:
        """An answer that is not whole is fetched again: the same key brings the same one."""
        return (
            each.state in ANSWERED
            and each.answer is not None
            and self._opens("applications", each.key, each.data_key, "answer", each.answer)
        )

    def _take_application(self, connection: apsw.Connection, each: Left) -> int:
        answered = self._answered(each)
        state = each.state if answered or each.state in WAITING else State.QUEUED.value
        connection.execute(
            "INSERT OR IGNORE INTO applications (key, serial, task_code, state, project_no, created, updated,"
            " attempts, last_fault, visit_over, holder, data_key, body, answer, reach)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            (
                *(each.key, each.serial, each.task_code, state, each.project_no if answered else None),
                *(each.created, utc_now(), each.attempts, each.last_fault),
                *(each.holder, each.data_key, each.body, each.answer if answered else None),
                Reach.PERHAPS.value,
            ),
        )
        return connection.changes()

    def _take_papers(self, connection: apsw.Connection, each: Left) -> int:
        """What was answered keeps its content only as long as its papers are owed or its visit goes on."""
        since = self._remains.papers.get(each.key, "")
        if not since and each.visit_over and each.state in WAITING:
            return 0
        since = since if _is_moment(since) else utc_now()
        connection.execute(
            "INSERT OR IGNORE INTO papers_owed SELECT key, ? FROM applications"
            " WHERE key = ? AND body IS NOT NULL",
            (since, each.key),
        )
        taken = connection.changes()
        offered = self._remains.counters.get(_OFFERED + each.key, b"")
        if offered.isdigit():
            connection.execute("INSERT OR IGNORE INTO counters VALUES (?, ?)", (_OFFERED + each.key, offered))
        return taken

    # --- requests and forms -------------------------------------------------------------------------

    def _whole_request(self, each: RequestLeft) -> bool:
        return _WORD.fullmatch(each.kind) is not None and self._opens(
            "requests", each.key, each.data_key, "body", each.body
        )

    def _take_request(self, connection: apsw.Connection, each: RequestLeft) -> int:
        connection.execute(
            "INSERT OR IGNORE INTO requests (key, kind, created, data_key, body) VALUES (?, ?, ?, ?, ?)",
            (each.key, each.kind, each.created, each.data_key, each.body),
        )
        return connection.changes()

    def _whole_form(self, each: FormLeft) -> bool:
        record = f"{each.holder.hex()} {each.task_code}"
        return self._opens("saved_forms", record, each.data_key, "body", each.body)

    def _is_over(self, each: FormLeft) -> bool:
        try:
            return date.fromisoformat(each.until) < self._today
        except ValueError:
            return False

    def _take_form(self, connection: apsw.Connection, each: FormLeft) -> int:
        """Its last day is not sealed: whatever became of it, nothing stays longer than was promised."""
        latest = last_day(self._today).isoformat()
        until = min(each.until, latest) if _is_day(each.until) else latest
        connection.execute(
            "INSERT OR IGNORE INTO saved_forms VALUES (?, ?, ?, ?, ?)",
            (each.holder, each.task_code, until, each.data_key, each.body),
        )
        return connection.changes()

    # --- what technicians found and set -------------------------------------------------------------

    def _take_technicians(self, connection: apsw.Connection) -> int:
        taken = 0
        for sql, values in self._of_technicians():
            connection.execute(sql, values)
            taken += connection.changes()
        return taken

    def _of_technicians(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        remains = self._remains
        for name, (value, when) in remains.marks.items():
            if _is_json(value, dict) and _is_moment(when):
                yield "INSERT OR IGNORE INTO marks VALUES (?, ?, ?)", (name, value, when)
        for device, (left, when) in remains.supplies.items():
            if left >= 0 and _is_moment(when):
                yield "INSERT OR IGNORE INTO supplies VALUES (?, ?, ?)", (device, left, when)
        for _, (part, test, by, at, passed, checks) in sorted(remains.tests.items()):
            if _is_moment(str(at)) and _is_json(str(checks), list):
                yield (
                    "INSERT INTO diagnostics (device, kind, by, at, passed, checks)"
                    " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS"
                    " (SELECT 1 FROM diagnostics WHERE device = ?1 AND kind = ?2 AND at = ?4)",
                    (part, test, by, at, passed, checks),
                )

    def _opens(self, table: str, record: str, wrapped: bytes, column: str, sealed: bytes) -> bool:
        key = self._vault.data_key(table, record, wrapped)
        return not isinstance(key, Fault) and not isinstance(key.open(column, sealed), Fault)


def _is_moment(text: str) -> bool:
    return _reads(datetime.fromisoformat, text)


def _is_day(text: str) -> bool:
    return _reads(date.fromisoformat, text)


def _is_json(text: str, kind: type) -> bool:
    return _reads(json.loads, text) and isinstance(json.loads(text), kind)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, RecursionError):
        return False
    return True
