"""Applications on this terminal's disk: kept before anything is called submitted, until they are answered.

What each state means stands in :mod:`kiosk.delivery.states`.

Key, serial, matter, state, case number and times are in clear.  What is personal is sealed under a data
key of the application's own, and that key is destroyed as soon as the platform has answered, the visit is
over and its papers are out.  Papers that did not come out keep it, at most :data:`OWED_DAYS` days.

Fault codes: ``outbox.key_conflict``, ``outbox.too_large``, ``outbox.unknown_key``,
``outbox.commit_unknown`` (nobody can tell whether it is on disk), those of the store and the vault.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import apsw

from devices.contract import Fault
from kiosk.delivery.application import Answer, Draft, Parcel, later_for, parse_answer
from kiosk.delivery.platform_faults import Reach, reach_of
from kiosk.delivery.rescue import Rescued, rescue
from kiosk.delivery.states import ANSWERED, State
from kiosk.delivery.steady_clock import is_steady
from kiosk.delivery.store import Store, utc_now
from kiosk.delivery.store_file import moved_aside
from kiosk.delivery.vault import DataKey, Vault, open_vault
from values import dataclass

OWED_DAYS: Final = 30
MAX_BODY_BYTES: Final = 1_000_000
_TABLE: Final = "applications"
VAULT_PROOF: Final = "vault_proof"
_FINAL_COMMIT_FAULTS: Final = ("store.full", "store.read_only")  # trying again at once cannot help

_ENTRY_COLUMNS: Final = "key, task_code, state, project_no, created, attempts, last_fault"


@dataclass(frozen=True)
class Kept:
    """It is on disk, committed and synced.  ``before``: it already was."""

    key: str
    before: bool = False


@dataclass(frozen=True)
class OutboxEntry:
    """One line of ``kiosk outbox list``; no personal data.  ``created`` is ISO 8601 in UTC."""

    key: str
    task_code: str
    state: str
    project_no: str | None
    created: str
    attempts: int
    last_fault: str | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Waiting:
    """An application in line; ``holder`` is a keyed mark, equal for the same person."""

    seq: int
    key: str
    holder: bytes


def entries(store: Store) -> list[OutboxEntry] | Fault:
    """Everything that is or was in the outbox, in order; needs no key (``open_reading`` is enough)."""
    rows = store.read(f"SELECT {_ENTRY_COLUMNS} FROM applications ORDER BY seq")
    return rows if isinstance(rows, Fault) else [OutboxEntry(*row) for row in rows]


def counts(store: Store) -> dict[str, int] | Fault:
    """How many applications are in which state; states without any are left out."""
    rows = store.read("SELECT state, count(*) FROM applications GROUP BY state")
    return rows if isinstance(rows, Fault) else dict(rows)


class Outbox:
    """All writing to the applications of a store.  Any thread may use it."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store = store
        self._vault = vault
        self._tokens: dict[str, str] = {}  # of the platform, short-lived: never on disk
        self._tokens_lock = threading.Lock()
        self.when_kept: Callable[[], None] = lambda: None  # the courier's bell
        # Whatever was being sent when the process before this one ended may have arrived.
        self._from_before = 0  # the last place in line at the opening
        self.rescued: tuple[Rescued, ...] = ()  # what became of damaged stores at the opening

    @property
    def vault(self) -> Vault:
        """For what else is sealed in the same store."""
        return self._vault

    @classmethod
    def open(cls, store: Store, key_file: Path) -> Outbox | Fault:
        """The outbox in ``store``.  The device key is made only for a store that has never had one."""
        rows = store.read("SELECT value FROM counters WHERE name = ?", (VAULT_PROOF,))
        if isinstance(rows, Fault):
            return rows
        vault = open_vault(key_file, create=not rows)
        if isinstance(vault, Fault):
            return vault
        if rows and not vault.recognises(rows[0][0]):
            return Fault("vault.wrong_key", "the store was written with another device key", permanent=True)
        outbox = cls(store, vault)
        begun = store.write(lambda connection: outbox._begin(connection, new=not rows))
        if isinstance(begun, Fault):
            return begun
        done = (rescue(store, vault, each) for each in moved_aside(store.path))
        outbox.rescued = tuple(each for each in done if each is not None)
        return outbox

    def _begin(self, connection: apsw.Connection, new: bool) -> None:
        now = utc_now()
        if new:
            connection.execute("INSERT INTO counters VALUES (?, ?)", (VAULT_PROOF, self._vault.proof()))
        # Visits that ended with the process: nobody knows whether their papers came out.
        connection.execute(
            "INSERT OR IGNORE INTO papers_owed SELECT key, ? FROM applications WHERE visit_over = 0", (now,)
        )
        connection.execute("UPDATE applications SET visit_over = 1 WHERE visit_over = 0")
        last: Any = connection.execute("SELECT max(seq) FROM applications").get
        self._from_before = last or 0
        self._give_up_old_papers(connection)

    # --- keeping ----------------------------------------------------------------------------------

    def keep(self, draft: Draft, token: str = "") -> Kept | Fault:
        """Put ``draft`` on disk.  The same key with the same content again is fine, and changes nothing.

        ``token`` is the platform's for this visit; it is held in memory only, and delivery goes without
        it once it is gone.
        """
        parcel = draft.parcel()
        if len(parcel.body) > MAX_BODY_BYTES:
            return Fault("outbox.too_large", f"{len(parcel.body)} bytes", permanent=True)
        kept = self._keep_once(parcel, draft.holder)
        if isinstance(kept, Fault) and kept.code.startswith("store."):
            kept = self._after_failed_commit(parcel, draft.holder, kept)
        if isinstance(kept, Kept):
            with self._tokens_lock:
                self._tokens[parcel.key] = token
            self.when_kept()
        return kept

    def _keep_once(self, parcel: Parcel, holder: str) -> Kept | Fault:
        def work(connection: apsw.Connection) -> Kept | Fault:
            before = self._already(connection, parcel)
            if before is not None:
                return before
            key, wrapped = self._vault.new_data_key(_TABLE, parcel.key)
            now = utc_now()
            connection.execute(
                "INSERT INTO applications (key, serial, task_code, state, created, updated, holder, data_key,"
                " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    parcel.key,
                    parcel.serial,
                    parcel.task_code,
                    State.QUEUED.value,
                    now,
                    now,
                    self._vault.mark_of(holder),
                    wrapped,
                    key.seal("body", parcel.body),
                ),
            )
            return Kept(parcel.key)

        return self.store.write(work)

    def _already(self, connection: apsw.Connection, parcel: Parcel) -> Kept | Fault | None:
        rows: list[Any] = connection.execute(
            "SELECT data_key, body FROM applications WHERE key = ?", (parcel.key,)
        ).fetchall()
        if not rows:
            return None
        wrapped, sealed = rows[0]
        if wrapped is None:
            return Kept(parcel.key, before=True)  # answered and erased: nothing is left to compare
        body = self._open(parcel.key, wrapped, "body", sealed)
        if isinstance(body, Fault):
            return body
        if body != parcel.body:
            return Fault("outbox.key_conflict", "the key already holds something else", permanent=True)
        return Kept(parcel.key, before=True)

    def _after_failed_commit(self, parcel: Parcel, holder: str, fault: Fault) -> Kept | Fault:
        """A failed commit is unknown: read again.  "Kept" is said only of what is certainly synced."""
        settled = self.store.settle_commit()
        rows = self.store.read("SELECT 1 FROM applications WHERE key = ?", (parcel.key,))
        if isinstance(rows, Fault):
            return fault if fault.code in _FINAL_COMMIT_FAULTS else Fault("outbox.commit_unknown", rows.code)
        if rows:
            return Fault("outbox.commit_unknown", settled.code) if settled else Kept(parcel.key)
        if settled is not None or fault.code in _FINAL_COMMIT_FAULTS:
            return fault
        kept = self._keep_once(parcel, holder)
        if isinstance(kept, Fault) and kept.code.startswith("store."):
            there = self.store.read("SELECT 1 FROM applications WHERE key = ?", (parcel.key,))
            return Fault("outbox.commit_unknown", kept.code) if there else kept
        return kept

    # --- delivering -------------------------------------------------------------------------------

    def waiting(self, after: int = 0, limit: int = 64) -> list[Waiting] | Fault:
        """What is queued, in order, past the place ``after`` in line."""
        rows = self.store.read(
            "SELECT seq, key, holder FROM applications WHERE state = 'queued' AND seq > ?"
            " ORDER BY seq LIMIT ?",
            (after, limit),
        )
        return rows if isinstance(rows, Fault) else [Waiting(*row) for row in rows]

    def line_to(self, key: str) -> list[Waiting] | Fault:
        """What has to be sent for ``key``, oldest first: the same person's earlier ones, then itself.

        Empty when ``key`` is not queued (any more).
        """
        rows = self.store.read(
            "SELECT seq, key, holder FROM applications WHERE state = 'queued'"
            " AND holder = (SELECT holder FROM applications WHERE key = ?1 AND state = 'queued')"
            " AND seq <= (SELECT seq FROM applications WHERE key = ?1) ORDER BY seq",
            (key,),
        )
        return rows if isinstance(rows, Fault) else [Waiting(*row) for row in rows]

    def is_queued(self, key: str) -> bool | Fault:
        rows = self.store.read("SELECT state FROM applications WHERE key = ?", (key,))
        return rows if isinstance(rows, Fault) else rows == [(State.QUEUED.value,)]

    def parcel(self, key: str) -> Parcel | Fault:
        """What is to be sent for ``key``: the bytes that were kept."""
        rows = self.store.read(
            "SELECT serial, task_code, data_key, body FROM applications WHERE key = ?", (key,)
        )
        if isinstance(rows, Fault):
            return rows
        if not rows or rows[0][2] is None:
            return Fault("outbox.unknown_key", "", permanent=True)
        serial, task_code, wrapped, sealed = rows[0]
        body = self._open(key, wrapped, "body", sealed)
        return body if isinstance(body, Fault) else Parcel(key, serial, task_code, body, later_for(body))

    def token(self, key: str) -> str:
        with self._tokens_lock:
            return self._tokens.get(key, "")

    def forget_token(self, key: str) -> None:
        with self._tokens_lock:
            self._tokens.pop(key, None)

    def reach(self, key: str) -> Reach:
        """How far the attempts so far have gone, for certain; ``PERHAPS`` where the store cannot say."""
        rows = self.store.read("SELECT reach, seq FROM applications WHERE key = ?", (key,))
        if isinstance(rows, Fault) or not rows or rows[0][1] <= self._from_before:
            return Reach.PERHAPS
        return Reach(rows[0][0])

    def mark_attempt(self, key: str, fault: Fault) -> Fault | None:
        """An attempt that brought no final answer, and how far it went."""
        return self._update(
            "UPDATE applications SET attempts = attempts + 1, last_fault = ?, updated = ?,"
            " reach = max(reach, ?) WHERE key = ? AND state = 'queued'",
            (fault.code, utc_now(), reach_of(fault).value, key),
        )

    def acknowledge(self, key: str, answer: Answer) -> Fault | None:
        """The platform has answered.  The answer is sealed as long as papers may still be made from it."""

        def work(connection: apsw.Connection) -> Fault | None:
            rows: list[Any] = connection.execute(
                "SELECT data_key FROM applications WHERE key = ? AND state = 'queued'", (key,)
            ).fetchall()
            if not rows:
                return None  # answered before: a repeat changes nothing
            data_key = self._vault.data_key(_TABLE, key, rows[0][0])
            if isinstance(data_key, Fault):
                return data_key
            connection.execute(
                "UPDATE applications SET state = ?, project_no = ?, attempts = attempts + 1,"
                " last_fault = NULL, updated = ?, answer = ? WHERE key = ?",
                (answer.state, answer.project_no, utc_now(), data_key.seal("answer", answer.raw), key),
            )
            self._destroy_if_done(connection, key)
            return None

        fault = self.store.write(work)
        if fault is None:
            self.forget_token(key)
        return fault

    def set_aside(self, key: str, fault: Fault) -> Fault | None:
        """It cannot be delivered as it is.  It stays sealed, for the administrator; the rest goes on."""
        self.forget_token(key)
        return self._update(
            "UPDATE applications SET state = 'set_aside', attempts = attempts + 1, last_fault = ?,"
            " updated = ? WHERE key = ? AND state = 'queued'",
            (fault.code, utc_now(), key),
        )

    def retry(self, key: str) -> bool | Fault:
        """Send what was set aside once more, behind what waits now; false when ``key`` is not set aside."""

        def work(connection: apsw.Connection) -> bool:
            connection.execute(
                "UPDATE applications SET state = 'queued', updated = ?, reach = ?,"
                " seq = (SELECT max(seq) + 1 FROM applications) WHERE key = ? AND state = 'set_aside'",
                (utc_now(), Reach.PERHAPS.value, key),
            )
            return bool(connection.changes())

        again = self.store.write(work)
        if again is True:
            self.when_kept()
        return again

    # --- afterwards -------------------------------------------------------------------------------

    def outcome(self, key: str) -> Answer | Fault | None:
        """What became of ``key``: its answer, a permanent fault when set aside, ``None`` while queued."""
        rows = self.store.read(
            "SELECT state, last_fault, data_key, answer FROM applications WHERE key = ?", (key,)
        )
        if isinstance(rows, Fault):
            return rows
        if not rows:
            return Fault("outbox.unknown_key", "", permanent=True)
        state, last_fault, wrapped, sealed = rows[0]
        if state == State.QUEUED:
            return None
        if state == State.SET_ASIDE:
            return Fault(last_fault, "set aside", permanent=True)
        if wrapped is None:
            return Fault("outbox.unknown_key", "answered and erased", permanent=True)
        content = self._open(key, wrapped, "answer", sealed)
        return content if isinstance(content, Fault) else parse_answer(content)

    def settle(self, key: str, papers_out: bool) -> Fault | None:
        """The visit is over for ``key``.  What is answered and printed is erased now, the rest later.

        ``store.busy`` means that it is erased, but that a reader holds the log that it was in.
        """

        def work(connection: apsw.Connection) -> None:
            if papers_out:
                connection.execute("DELETE FROM papers_owed WHERE key = ?", (key,))
            else:
                connection.execute("INSERT OR IGNORE INTO papers_owed VALUES (?, ?)", (key, utc_now()))
            connection.execute("UPDATE applications SET visit_over = 1 WHERE key = ?", (key,))
            self._destroy_if_done(connection, key)
            self._give_up_old_papers(connection)

        self.forget_token(key)
        return self.store.write(work) or self.store.forget_log()

    def _give_up_old_papers(self, connection: apsw.Connection) -> None:
        if not is_steady(connection):
            return
        too_old = (datetime.now(UTC) - timedelta(days=OWED_DAYS)).isoformat(timespec="milliseconds")
        old = connection.execute("DELETE FROM papers_owed WHERE since < ? RETURNING key", (too_old,))
        for (key,) in old.fetchall():
            self._destroy_if_done(connection, str(key))

    def _destroy_if_done(self, connection: apsw.Connection, key: str) -> None:
        connection.execute(
            "UPDATE applications SET data_key = NULL, body = NULL, answer = NULL, holder = NULL"
            f" WHERE key = ? AND state IN ({', '.join('?' * len(ANSWERED))}) AND visit_over = 1"
            " AND NOT EXISTS (SELECT 1 FROM papers_owed WHERE papers_owed.key = applications.key)",
            (key, *ANSWERED),
        )

    def _open(self, key: str, wrapped: bytes, column: str, sealed: bytes) -> bytes | Fault:
        data_key: DataKey | Fault = self._vault.data_key(_TABLE, key, wrapped)
        return data_key if isinstance(data_key, Fault) else data_key.open(column, sealed)

    def _update(self, sql: str, values: tuple[Any, ...]) -> Fault | None:
        def work(connection: apsw.Connection) -> None:
            connection.execute(sql, values)

        return self.store.write(work)
