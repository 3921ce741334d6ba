"""The audit chain: events, each bound to all before it by a digest (:mod:`kiosk.audit.digests`).

The digest of a record covers the digest before it, its number, time, event and keys.  So a record that is
changed, removed or put elsewhere no longer fits, and :func:`verify` names it.  A mark of the last record
stands in another table, so that what was cut off at the end shows.  Who can write both could make a whole new
chain; that shows only against a head that somebody else keeps: :meth:`AuditTrail.head`.

The oldest records may have gone into files (:mod:`kiosk.audit.archive`).  Then the chain begins at an anchor,
which a record ``audit.rotated`` further on confirms.

Fault codes: ``audit.undeclared`` (the event, a key or a value is not as declared; a bug, written down as
``audit.refused``), those of the store.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

import apsw

from devices.contract import Fault
from kiosk.audit.digests import ALGORITHMS, FIRST_LINK, SHA256, SWITCH, algorithm_of, digest_of
from kiosk.audit.events import KEY_PATTERNS, refusal
from kiosk.delivery.store import Store, open_reading, utc_now
from values import dataclass

_BATCH: Final = 1000
MARK: Final = "audit_head"
ANCHOR: Final = "audit_anchor"
ROTATED: Final = "audit.rotated"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")  # SQLite's numbers end soon after
_WORDS: Final = {
    "removed": "is missing",
    "changed": "was changed",
    "reordered": "stands where another record was written",
}
Kind = Literal["removed", "changed", "reordered"]


@dataclass(frozen=True)
class Head:
    """The last record: its number (0 for none) and its digest in hexadecimal."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


@dataclass(frozen=True)
class Break:
    """The first record at which the chain does not hold."""

    seq: int
    kind: Kind

    def __str__(self) -> str:
        return f"record {self.seq} {_WORDS[self.kind]}"


@dataclass(frozen=True)
class Anchor:
    """Where a chain begins: after record ``seq``, whose digest was made by ``algorithm``."""

    seq: int = 0
    digest: bytes = FIRST_LINK
    algorithm: str = SHA256

    def to_bytes(self) -> bytes:
        return f"{self.seq}:{self.digest.hex()}:{self.algorithm}".encode()


@dataclass(frozen=True)
class Record:
    seq: int
    at: str
    event: str
    keys: str  # canonical JSON
    digest: bytes


_NONE: Final = Head(0, FIRST_LINK.hex())


class AuditTrail:
    """Writes the chain of one store.  Any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mutex = threading.Lock()
        self._algorithm: str | None = None  # not known yet

    def append(self, event: str, /, **keys: str) -> Head | Fault:
        """Write ``event``, synced.  What is not declared is not written, only that it was refused."""
        reason = refusal(event, keys)
        if reason is None:
            return self._append(event, keys)
        known = {"name": event} if KEY_PATTERNS["name"].fullmatch(event) else {}
        written = self._append("audit.refused", known)
        return written if isinstance(written, Fault) else Fault("audit.undeclared", f"{event}: {reason}")

    def use(self, algorithm: str) -> Head | Fault | None:
        """Bind by ``algorithm`` from now on; ``None`` where that is so already."""
        current = algorithm_now(self._store)
        if isinstance(current, Fault):
            return current
        return None if current == algorithm else self.append(SWITCH, name=algorithm)

    def head(self) -> Head | Fault:
        """For somebody else to keep: what was cut off later shows against it."""
        rows = self._store.read("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1")
        if isinstance(rows, Fault):
            return rows
        return Head(rows[0][0], bytes(rows[0][1]).hex()) if rows else _NONE

    def _append(self, event: str, keys: Mapping[str, str]) -> Head | Fault:
        with self._mutex:
            if self._algorithm is None:
                current = algorithm_now(self._store)
                if isinstance(current, Fault):
                    return current
                self._algorithm = current
            before = self._algorithm
            written = self._store.write(lambda connection: append_in(connection, event, keys, before))
            if isinstance(written, Head) and event == SWITCH:
                self._algorithm = keys["name"]
            return written


def append_in(connection: apsw.Connection, event: str, keys: Mapping[str, str], algorithm: str) -> Head:
    """Write ``event`` as part of a transaction; ``algorithm`` bound the record before."""
    canonical = json.dumps(keys, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    rows = connection.execute("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1").fetchall()
    last = Head(int(str(rows[0][0])), _bytes(rows[0][1]).hex()) if rows else _NONE
    marks = connection.execute("SELECT value FROM counters WHERE name = ?", (MARK,)).fetchall()
    mark = head_of(marks[0][0]) if marks else None
    if mark is not None and mark.seq > last.seq:
        last = mark  # records were cut off: the gap stays to be seen
    seq, before = last.seq + 1, bytes.fromhex(last.digest)
    at = utc_now()
    digest = digest_of(before, seq, at, event, canonical, algorithm_of(event, canonical, algorithm))
    connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", (seq, at, event, canonical, digest))
    written = Head(seq, digest.hex())
    connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (MARK, str(written).encode()))
    return written


def algorithm_now(store: Store) -> str | Fault:
    """What binds the last record."""
    rows = store.read("SELECT keys FROM audit WHERE event = ? ORDER BY seq DESC LIMIT 1", (SWITCH,))
    if isinstance(rows, Fault):
        return rows
    began = anchor_of(store)
    if isinstance(began, Fault):
        return began
    return algorithm_of(SWITCH, rows[0][0], began.algorithm) if rows else began.algorithm


def anchor_of(store: Store) -> Anchor | Fault:
    """Where the chain in this store begins."""
    rows = store.read("SELECT value FROM counters WHERE name = ?", (ANCHOR,))
    if isinstance(rows, Fault):
        return rows
    return anchor_from(rows[0][0] if rows else None)


def anchor_from(value: object) -> Anchor:
    """The beginning that a mark names; that of a whole chain where there is none."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else ""
    head, _, algorithm = text.rpartition(":")
    found = head_of(head.encode())
    if found is None or algorithm not in ALGORITHMS:
        return Anchor()
    return Anchor(found.seq, bytes.fromhex(found.digest), algorithm)


def records(store: Store, after: int = 0) -> Iterator[Record | Fault]:
    """All of them in order; a fault is the last that comes."""
    while True:
        rows = store.read(
            "SELECT seq, at, event, keys, digest FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, _BATCH),
        )
        if isinstance(rows, Fault):
            yield rows
            return
        for row in rows:
            yield Record(*row)
        if not rows:
            return
        after = rows[-1][0]


def verify(store: Store, known: Head | Iterable[Head] | None = None) -> Break | Fault | None:
    """``None`` when the chain holds, up to what is ``known`` and beyond; else the first record that does not.

    A store opened for reading is enough.
    """
    # Read first: a living terminal goes on writing, and the chain is then longer than this mark.
    marked = _marked(store)
    if isinstance(marked, Fault):
        return marked
    began = anchor_of(store)
    if isinstance(began, Fault):
        return began
    heads = [known] if isinstance(known, Head) else list(known or ())
    told = {head.seq: head.digest for head in (*heads, *([marked] if marked else []))}
    contradicted = [head.seq for head in heads if told[head.seq] != head.digest]
    if contradicted:  # two heads that somebody was told of one record
        return Break(min(contradicted), "changed")
    before, algorithm, expected = began.digest, began.algorithm, began.seq + 1
    confirmed = began.seq == 0
    for record in records(store):
        if isinstance(record, Fault):
            return record
        if record.seq != expected:
            return Break(expected, "removed")
        algorithm = algorithm_of(record.event, record.keys, algorithm)
        if _digest(before, record, algorithm) != record.digest:
            return _break_at(store, expected, before, algorithm)
        if told.get(record.seq, record.digest.hex()) != record.digest.hex():
            return Break(record.seq, "changed")
        confirmed = confirmed or _confirms(record, began)
        before, expected = record.digest, expected + 1
    if not confirmed:  # somebody has put the beginning further on
        return Break(1, "removed")
    if any(seq >= expected for seq in told):
        return Break(expected, "removed")
    # A head of before the anchor is for the archive to show.
    return None


def _digest(before: bytes, record: Record, algorithm: str) -> bytes:
    return digest_of(before, record.seq, record.at, record.event, record.keys, algorithm)


def _confirms(record: Record, anchor: Anchor) -> bool:
    if record.event != ROTATED:
        return False
    try:
        return bool(json.loads(record.keys).get("count") == str(anchor.seq))
    except (ValueError, AttributeError, RecursionError):
        return False


def _marked(store: Store) -> Head | Fault | None:
    """The mark of the last record; ``None`` in a store that has none yet."""
    rows = store.read("SELECT value FROM counters WHERE name = ?", (MARK,))
    if isinstance(rows, Fault) or not rows:
        return rows if isinstance(rows, Fault) else None
    return head_of(rows[0][0])


def head_of(value: object) -> Head | None:
    """The head that a mark names; ``None`` when somebody has written something else there."""
    number, _, digest = (
        value.decode("ascii", "replace").partition(":") if isinstance(value, bytes) else ("", "", "")
    )
    if _DIGEST.fullmatch(digest) is None or _NUMBER.fullmatch(number) is None:
        return None
    return Head(int(number), digest)


@dataclass(frozen=True)
class Verdict:
    """What ``kiosk audit verify`` tells.  ``head`` is for somebody else to keep."""

    intact: bool
    records: int
    head: str
    record: int | None = None  # the first that does not hold
    kind: Kind | None = None

    def __str__(self) -> str:
        if self.record is not None:
            return str(Break(self.record, self.kind or "changed"))
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


def _break_at(store: Store, seq: int, before: bytes, algorithm: str) -> Break | Fault:
    """Why record ``seq`` does not follow ``before``: another record was written here, or this one changed."""
    for other in records(store):
        if isinstance(other, Fault):
            return other
        if other.seq != seq and (
            digest_of(before, seq, other.at, other.event, other.keys, algorithm) == other.digest
        ):
            return Break(seq, "reordered")
    return Break(seq, "changed")


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value
