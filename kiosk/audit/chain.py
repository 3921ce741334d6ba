"""The audit chain: events, each bound to all before it by SHA-256.

The digest of a record covers the digest before it, its number, time, event and keys.  So a record that is
changed, removed or put elsewhere no longer fits, and :func:`verify` names it.  A mark of the last record
stands in another table, so that what was cut off at the end shows.  Who can write both could make a whole new
chain; that shows only against a head that somebody else keeps: :meth:`AuditTrail.head`.

Fault codes: ``audit.undeclared`` (the event, a key or a value is not as declared; a bug, written down as
``audit.refused``), those of the store.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import apsw

from devices.contract import Fault
from kiosk.audit.events import KEY_PATTERNS, refusal
from kiosk.delivery.store import Store, open_reading, utc_now

FIRST_LINK: Final = hashlib.sha256(b"kiosk audit chain 1").digest()
_BATCH: Final = 1000
_MARK: Final = "audit_head"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_WORDS: Final = {
    "removed": "is missing",
    "changed": "was changed",
    "reordered": "stands where another record was written",
}


@dataclass(frozen=True)
class Head:
    """The last record: its number (0 for none) and its digest in hexadecimal."""

    seq: int
    digest: str


@dataclass(frozen=True)
class Break:
    """The first record at which the chain does not hold."""

    seq: int
    kind: Literal["removed", "changed", "reordered"]


def digest_of(before: bytes, seq: int, at: str, event: str, keys: str) -> bytes:
    """``keys`` is their canonical JSON."""
    record = json.dumps([seq, at, event, keys], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(before + record.encode()).digest()


_NONE: Final = Head(0, FIRST_LINK.hex())


class AuditTrail:
    """Writes the chain of one store.  Any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mutex = threading.Lock()

    def append(self, event: str, /, **keys: str) -> Head | Fault:
        """Write ``event``, synced.  What is not declared is not written, only that it was refused."""
        reason = refusal(event, keys)
        if reason is None:
            return self._append(event, keys)
        known = {"name": event} if KEY_PATTERNS["name"].fullmatch(event) else {}
        written = self._append("audit.refused", known)
        return written if isinstance(written, Fault) else Fault("audit.undeclared", f"{event}: {reason}")

    def head(self) -> Head | Fault:
        """For somebody else to keep: what was cut off later shows against it."""
        rows = self._store.read("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1")
        if isinstance(rows, Fault):
            return rows
        return Head(rows[0][0], bytes(rows[0][1]).hex()) if rows else _NONE

    def _append(self, event: str, keys: Mapping[str, str]) -> Head | Fault:
        canonical = json.dumps(keys, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

        def work(connection: apsw.Connection) -> Head:
            rows = connection.execute("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1").fetchall()
            last = Head(int(str(rows[0][0])), _bytes(rows[0][1]).hex()) if rows else _NONE
            marks = connection.execute("SELECT value FROM counters WHERE name = ?", (_MARK,)).fetchall()
            mark = _head_of(marks[0][0]) if marks else None
            if mark is not None and mark.seq > last.seq:
                last = mark  # records were cut off: the gap stays to be seen
            seq, before = last.seq + 1, bytes.fromhex(last.digest)
            at = utc_now()
            digest = digest_of(before, seq, at, event, canonical)
            connection.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?)", (seq, at, event, canonical, digest)
            )
            written = Head(seq, digest.hex())
            value = f"{written.seq}:{written.digest}".encode()
            connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (_MARK, value))
            return written

        with self._mutex:
            return self._store.write(work)


def verify(store: Store, known: Head | None = None) -> Break | Fault | None:
    """``None`` when the chain holds, up to ``known`` and beyond; else the first record that does not.

    A store opened for reading is enough.
    """
    # Read first: a living terminal goes on writing, and the chain is then longer than this mark.
    marked = _marked(store)
    if isinstance(marked, Fault):
        return marked
    before, expected = FIRST_LINK, 1
    while True:
        rows = store.read(
            "SELECT seq, at, event, keys, digest FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?",
            (expected, _BATCH),
        )
        if isinstance(rows, Fault):
            return rows
        for seq, at, event, keys, digest in rows:
            if seq != expected:
                return Break(expected, "removed")
            if digest_of(before, seq, at, event, keys) != digest:
                return _break_at(store, expected, before)
            if any(seq == head.seq and digest.hex() != head.digest for head in (known, marked) if head):
                return Break(seq, "changed")
            before, expected = digest, expected + 1
        if not rows:
            break
    if any(head.seq >= expected for head in (known, marked) if head):
        return Break(expected, "removed")
    return None


def _marked(store: Store) -> Head | Fault | None:
    """The mark of the last record; ``None`` in a store that has none yet."""
    rows = store.read("SELECT value FROM counters WHERE name = ?", (_MARK,))
    if isinstance(rows, Fault) or not rows:
        return rows if isinstance(rows, Fault) else None
    return _head_of(rows[0][0])


def _head_of(value: object) -> Head | None:
    """The head that a mark names; ``None`` when somebody has written something else there."""
    number, _, digest = (
        value.decode("ascii", "replace").partition(":") if isinstance(value, bytes) else ("", "", "")
    )
    if _DIGEST.fullmatch(digest) is None or not (number.isascii() and number.isdecimal()):
        return None
    return Head(int(number), digest)


@dataclass(frozen=True)
class Verdict:
    """What ``kiosk audit verify`` tells.  ``head`` is for somebody else to keep."""

    intact: bool
    records: int
    head: str
    record: int | None = None  # the first that does not hold
    kind: str | None = None

    def __str__(self) -> str:
        if self.record is not None:
            return f"record {self.record} {_WORDS[self.kind or 'changed']}"
        return f"{self.records} records, unbroken; head {self.head}"


def verify_file(path: Path) -> Verdict | Fault:
    """Check the chain of the store at ``path``, beside a living terminal or without one."""
    store = open_reading(path)
    if isinstance(store, Fault):
        return store
    try:
        head, found = AuditTrail(store).head(), verify(store)
    finally:
        store.close()
    if isinstance(head, Fault):
        return head
    if isinstance(found, Fault):
        return found
    if found is None:
        return Verdict(True, head.seq, head.digest)
    return Verdict(False, head.seq, head.digest, found.seq, found.kind)


def _break_at(store: Store, seq: int, before: bytes) -> Break | Fault:
    """Why record ``seq`` does not follow ``before``: another record was written here, or this one changed."""
    after = 0
    while True:
        rows = store.read(
            "SELECT seq, at, event, keys, digest FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, _BATCH),
        )
        if isinstance(rows, Fault):
            return rows
        for other, at, event, keys, digest in rows:
            if other != seq and digest_of(before, seq, at, event, keys) == digest:
                return Break(seq, "reordered")
        if not rows:
            return Break(seq, "changed")
        after = rows[-1][0]


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value
