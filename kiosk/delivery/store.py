"""The terminal's one SQLite file: outbox, papers owed, audit chain, counters, what technicians found.

A commit returns only when its bytes are synced (WAL, ``synchronous=FULL``).  One process writes; a lock
beside the file keeps a second one out.  Others may read beside it (:func:`open_reading`).

A store that is damaged is moved aside, never overwritten, and a new one is begun, so that service goes on;
:attr:`Store.moved_aside` says where the old one is.  A file of another version, or of something else, is
left alone.

Fault codes: ``store.sqlite_too_old``, ``store.folder`` (cannot be made or used), ``store.in_use``,
``store.absent``, ``store.newer``, ``store.older``, ``store.foreign``, ``store.damaged``, ``store.full``,
``store.read_only``, ``store.busy``, ``store.io``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import apsw

from devices.contract import Fault
from kiosk.delivery import store_file
from kiosk.delivery.store_file import fault_of

Row = tuple[Any, ...]
Result = TypeVar("Result")


class Store:
    """An open store.  Any thread may use it; transactions run one after the other."""

    def __init__(
        self, path: Path, connection: apsw.Connection, lock: int | None = None, vfs: str | None = None
    ) -> None:
        self.path = path
        self.moved_aside: Path | None = None
        self._connection = connection
        self._lock = lock
        self._vfs = vfs
        self._broken = False
        self._mutex = threading.RLock()

    def write(self, work: Callable[[apsw.Connection], Result]) -> Result | Fault:
        """Run ``work`` as one transaction.  ``work`` may return a fault, which undoes everything.

        A fault of the commit itself means *unknown*, not failed: call :meth:`settle_commit` and read
        again.  ``work`` may run only once.
        """
        with self._mutex:
            try:
                connection = self._ready()
                connection.execute("BEGIN IMMEDIATE")
                result = work(connection)
                connection.execute("ROLLBACK" if isinstance(result, Fault) else "COMMIT")
            except apsw.Error as error:
                self._undo()
                return fault_of(error)
            except UnicodeDecodeError:
                self._undo()
                return store_file.UNREADABLE
            except BaseException:
                self._undo()
                raise
            return result

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row] | Fault:
        with self._mutex:
            try:
                return self._ready().execute(sql, values).fetchall()
            except apsw.Error as error:
                return fault_of(error)
            except UnicodeDecodeError:
                return store_file.UNREADABLE

    def settle_commit(self) -> Fault | None:
        """After a failed commit: make what is there durable and readable, or say that this cannot be done.

        Once a sync has failed, the system may have dropped bytes of the log that it still shows.  A new
        connection recovers the log, and a full checkpoint writes and syncs every page of it anew.
        """
        with self._mutex:
            self._broken = True
            return self.forget_log()

    def forget_log(self) -> Fault | None:
        """Move the whole write-ahead log into the file and empty it: what was destroyed is in neither."""
        with self._mutex:
            try:
                rows = self._ready().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except apsw.Error as error:
                return fault_of(error)
            return Fault("store.busy", "checkpoint") if rows and rows[0][0] else None

    def check(self) -> Fault | None:
        """Read the whole file for damage; takes time with its size."""
        with self._mutex:
            try:
                return store_file.damage(self._ready())
            except apsw.Error as error:
                return fault_of(error)

    def close(self) -> None:
        """May be called twice."""
        with self._mutex:
            self._connection.close(True)
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def _ready(self) -> apsw.Connection:
        if self._broken:
            self._connection.close(True)
            self._connection = store_file.connect(self.path, apsw.SQLITE_OPEN_READWRITE, self._vfs)
            store_file.make_durable(self._connection)
            self._broken = False
        return self._connection

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except apsw.Error:
            self._broken = True  # the transaction ends with its connection


def open_store(path: Path, vfs: str | None = None) -> Store | Fault:
    """Open or begin the store at ``path``, for this process alone.

    ``vfs`` names a registered SQLite file system layer, for proofs of what a power cut does.
    """
    if fault := store_file.sqlite_too_old():
        return fault
    try:
        store_file.make_folder(path.parent)
        lock = store_file.lock(path)
    except OSError as error:
        return Fault("store.folder", f"errno {error.errno}", permanent=True)
    if isinstance(lock, Fault):
        return lock
    opened = _open_locked(path, lock, vfs)
    if isinstance(opened, Fault):
        os.close(lock)
    return opened


def open_reading(path: Path) -> Store | Fault:
    """Read the store beside a living terminal; nothing can be written through it."""
    if fault := store_file.sqlite_too_old():
        return fault
    try:
        if path.is_dir():
            return Fault("store.folder", "a folder, no file", permanent=True)
        if store_file.is_hollow(path):
            return Fault("store.damaged", "an empty file", permanent=True)
        if not path.is_file() or path.stat().st_size == 0:
            return Fault("store.absent", path.name, permanent=True)
    except OSError as error:
        return Fault("store.folder", f"errno {error.errno}", permanent=True)
    opened = _open_reading(path, store_file.connect_reading)
    if isinstance(opened, Fault) and opened.code == "store.full":  # it can be looked at all the same
        return _open_reading(path, store_file.copy_in_memory)
    return opened


def _open_reading(path: Path, connect: Callable[[Path], apsw.Connection]) -> Store | Fault:
    connection = None
    try:
        connection = connect(path)
        fault = store_file.unfit(connection)
        if fault is not None and fault.code == "store.older":  # a terminal brings it up when it opens it
            connection.close(True)
            connection = store_file.copy_in_memory(path)
            store_file.upgrade(connection)
            fault = store_file.unfit(connection)
        if fault is None:
            return Store(path, connection)
    except apsw.Error as error:
        fault = fault_of(error)
    except OSError as error:
        fault = Fault("store.io", f"errno {error.errno}")
    if connection is not None:
        connection.close(True)
    return fault


def utc_now() -> str:
    """Now in UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _open_locked(path: Path, lock: int, vfs: str | None) -> Store | Fault:
    moved_aside = None
    try:
        if store_file.is_hollow(path):
            moved_aside = store_file.move_aside(path)
        opened = _open_or_begin(path, lock, vfs)
        if isinstance(opened, Fault):
            if opened.code != "store.damaged" or not store_file.was_ours(path, lock):
                return opened
            moved_aside = store_file.move_aside(path)
            opened = _open_or_begin(path, lock, vfs)
            if isinstance(opened, Fault):
                return opened
        store_file.sign_lock(lock)
    except OSError as error:
        return Fault("store.folder", f"errno {error.errno}", permanent=True)
    opened.moved_aside = moved_aside
    return opened


def _open_or_begin(path: Path, lock: int, vfs: str | None) -> Store | Fault:
    connection = None
    try:
        connection = store_file.connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, vfs)
        if store_file.is_empty(connection):
            store_file.begin(connection, path)
        store_file.upgrade(connection)
        fault = store_file.unfit(connection) or store_file.damage(connection)
        if fault is None:
            store_file.make_durable(connection)
            return Store(path, connection, lock, vfs)
    except apsw.Error as error:
        fault = fault_of(error)
    if connection is not None:
        connection.close(True)
    return fault
