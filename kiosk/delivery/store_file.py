"""The file under the store: its schema, its lock, its faults, and whether it may be used at all."""

from __future__ import annotations

import fcntl
import os
import tempfile
from datetime import UTC, datetime
from functools import cache
from glob import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import apsw

from devices.contract import Fault
from kiosk.delivery.states import State
from kiosk.durable import sync_folder

# Older versions can lose a commit when a checkpoint resets the log under another connection.
OLDEST_SQLITE: Final = (3, 51, 3)
APPLICATION_ID: Final = 0x4B494F53  # "KIOS", in the header of the file
SCHEMA_VERSION: Final = 5
BUSY_MS: Final = 2_000
LOG_PAGES: Final = 4_000  # 16 MB
_HEADER_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\0"
_APPLICATION_ID_AT: Final = slice(68, 72)

# Every index is one more page to sync for each application that is kept: one, for what is under way.
SCHEMA: Final = """
CREATE TABLE applications (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    serial TEXT NOT NULL,
    task_code TEXT NOT NULL,
    state TEXT NOT NULL,
    project_no TEXT,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_fault TEXT,
    visit_over INTEGER NOT NULL DEFAULT 0,
    holder BLOB,
    data_key BLOB,
    body BLOB,
    answer BLOB
) STRICT;
CREATE INDEX applications_open ON applications (seq, holder) WHERE state = 'queued' OR visit_over = 0;
CREATE TABLE papers_owed (
    key TEXT PRIMARY KEY,
    since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    keys TEXT NOT NULL,
    digest BLOB NOT NULL
) STRICT;
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""
# What each later version added; an older store gets it when a terminal opens it.
UPGRADES: Final = {
    2: """
CREATE TABLE diagnostics (
    seq INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    passed INTEGER,
    checks TEXT NOT NULL
) STRICT;
CREATE INDEX diagnostics_by_device ON diagnostics (device, seq);
CREATE TABLE supplies (
    device TEXT PRIMARY KEY,
    remaining INTEGER NOT NULL,
    updated TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated TEXT NOT NULL
) STRICT, WITHOUT ROWID;
""",
    # How far each application has come, for certain (platform_faults.Reach): perhaps the platform has it.
    3: "ALTER TABLE applications ADD COLUMN reach INTEGER NOT NULL DEFAULT 0;",
    # Forms to be gone on with on another day (saved.py); ``holder`` is a keyed mark.
    4: """
CREATE TABLE saved_forms (
    holder BLOB NOT NULL,
    task_code TEXT NOT NULL,
    until TEXT NOT NULL,
    data_key BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (holder, task_code)
) STRICT, WITHOUT ROWID;
""",
    5: """
CREATE TABLE requests (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created TEXT NOT NULL,
    data_key BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
""",
}


UNREADABLE: Final = Fault("store.damaged", "a text that is none", permanent=True)


def sqlite_too_old() -> Fault | None:
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if version >= OLDEST_SQLITE:
        return None
    wanted = ".".join(str(part) for part in OLDEST_SQLITE)
    cause = f"apsw brings SQLite {apsw.sqlite_lib_version()}, {wanted} or newer is needed"
    return Fault("store.sqlite_too_old", cause, permanent=True)


def fault_of(error: apsw.Error) -> Fault:
    """What a failure of SQLite means.  Its text is not used: it may quote values."""
    number = getattr(error, "extendedresult", 0)
    cause = f"sqlite {number}"
    if isinstance(error, apsw.FullError) or number == apsw.SQLITE_IOERR_SHMSIZE:  # no room beside the log
        return Fault("store.full", cause)
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError | apsw.AuthError):
        return Fault("store.read_only", cause)
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return Fault("store.busy", cause)
    if isinstance(error, apsw.CorruptError | apsw.NotADBError | apsw.FormatError):
        return Fault("store.damaged", cause, permanent=True)
    if isinstance(error, apsw.CantOpenError):
        return Fault("store.folder", cause, permanent=True)
    if isinstance(error, apsw.IOError | apsw.NoMemError | apsw.InterruptError | apsw.ConnectionClosedError):
        return Fault("store.io", cause)
    raise error  # a mistake in a statement: a bug, not a condition


def make_folder(folder: Path) -> None:
    """With everything above it, each name synced.  Raises ``OSError``."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def lock_path(path: Path) -> Path:
    return Path(f"{path}.lock")


def lock(path: Path) -> int | Fault:
    """Held until the descriptor is closed, also by the end of the process, however it ends."""
    descriptor = os.open(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        return Fault("store.in_use", f"process {owner}" if owner.isdigit() else "", permanent=True)
    return descriptor


def sign_lock(descriptor: int) -> None:
    """Say for the technician who holds it; also says later that this path has been a store."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def was_ours(path: Path, descriptor: int) -> bool:
    """Whether a damaged file is a store of ours, and not somebody's file at a path given by mistake."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    ours = header[_APPLICATION_ID_AT] == APPLICATION_ID.to_bytes(4, "big")
    return (header.startswith(_MAGIC) and ours) or os.fstat(descriptor).st_size > 0


def connect(path: Path, flags: int, vfs: str | None) -> apsw.Connection:
    """A connection that has not changed anything yet."""
    name = f"file:{quote(str(path.absolute()))}"
    connection = apsw.Connection(name, flags | apsw.SQLITE_OPEN_URI, vfs)
    connection.set_busy_timeout(BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    return connection


def connect_reading(path: Path) -> apsw.Connection:
    """For reading only.  Where nothing can be written, e.g. on a disk mounted read-only, a copy in memory.

    SQLite needs to write beside a file with a log, even to read it.  Raises ``OSError``, too.
    """
    if os.access(path.parent, os.W_OK):
        return connect(path, apsw.SQLITE_OPEN_READONLY, None)
    return copy_in_memory(path)


def copy_in_memory(path: Path) -> apsw.Connection:
    """The store as it is now, with its log; what is done with it reaches no disk.  May raise ``OSError``."""
    with tempfile.TemporaryDirectory(prefix="kiosk-reading-") as folder:
        copy = Path(folder) / "store"
        copy.write_bytes(path.read_bytes())
        if has_log(path):
            Path(f"{copy}-wal").write_bytes(Path(f"{path}-wal").read_bytes())
        writing = connect(copy, apsw.SQLITE_OPEN_READWRITE, None)
        try:
            writing.execute("PRAGMA journal_mode=DELETE").fetchall()  # the log goes into the file
        finally:
            writing.close(True)
        connection = apsw.Connection(":memory:")
        connection.deserialize("main", copy.read_bytes())
    return connection


def make_durable(connection: apsw.Connection) -> None:
    """Each commit synced.  The end of a visit empties the log: in between nobody waits for that."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.wal_autocheckpoint(LOG_PAGES)


def begin(connection: apsw.Connection, path: Path) -> None:
    """Make the tables: all of them or, after a power cut in between, none."""
    os.chmod(path, 0o600)
    make_durable(connection)
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute(SCHEMA)
    for addition in UPGRADES.values():
        connection.execute(addition)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    connection.execute("COMMIT")
    sync_folder(path.parent)


def upgrade(connection: apsw.Connection) -> None:
    """Bring a store that an older version made up to this one: wholly or, on a failure, not at all."""
    version = connection.pragma("user_version")
    ours = connection.pragma("application_id") == APPLICATION_ID
    if not ours or not isinstance(version, int) or not 1 <= version < SCHEMA_VERSION:
        return
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for number in range(version + 1, SCHEMA_VERSION + 1):
            connection.execute(UPGRADES[number])
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except apsw.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_empty(connection: apsw.Connection) -> bool:
    return not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()


def unfit(connection: apsw.Connection) -> Fault | None:
    """Whether this is a store of this version, with its tables."""
    if connection.pragma("application_id") != APPLICATION_ID:
        return Fault("store.foreign", "another kind of database", permanent=True)
    version = connection.pragma("user_version")
    cause = f"version {version}, this software knows {SCHEMA_VERSION}"
    if version != SCHEMA_VERSION:
        return Fault("store.newer" if version > SCHEMA_VERSION else "store.older", cause, permanent=True)
    if not _tables(connection).items() >= _tables_wanted().items():
        return Fault("store.damaged", "a table is missing, or not as it was made", permanent=True)
    return None


def _tables(connection: apsw.Connection) -> dict[str, str]:
    """How each was made.  One flipped bit there gives a column another name, and SQLite does not mind."""
    rows: list[Any] = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL").fetchall()
    return {str(name): " ".join(str(sql).split()) for name, sql in rows}


@cache
def _tables_wanted() -> dict[str, str]:
    connection = apsw.Connection(":memory:")
    for statements in (SCHEMA, *UPGRADES.values()):
        connection.execute(statements)
    wanted = _tables(connection)
    connection.close()
    return wanted


def damage(connection: apsw.Connection) -> Fault | None:
    """Read every page.  Twenty milliseconds for ten thousand applications, so it is done at each start.

    With the indexes: one that misses a row hides an application that waits, or refuses its answer.
    """
    found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        return Fault("store.damaged", "integrity_check", permanent=True)
    # What a bit does inside a value, SQLite does not see: it would come up later, before a citizen.
    states = ", ".join(f"'{state.value}'" for state in State)
    try:
        strange = connection.execute(f"SELECT 1 FROM applications WHERE state NOT IN ({states})").fetchall()
        for _ in connection.execute(
            "SELECT key, serial, task_code, project_no, created, updated, last_fault FROM applications"
        ):
            pass
    except UnicodeDecodeError:
        return UNREADABLE
    return Fault("store.damaged", "state", permanent=True) if strange else None


def move_aside(path: Path) -> Path:
    """Rename the store and its log under the moment of the discovery.  Raises ``OSError``."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while target.exists() or Path(f"{target}-wal").exists():
        number += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    for suffix in ("", "-wal"):
        source = Path(f"{path}{suffix}")
        if source.exists():
            source.rename(f"{target}{suffix}")
    Path(f"{path}-shm").unlink(missing_ok=True)
    sync_folder(path.parent)
    return target


def moved_aside(path: Path) -> list[Path]:
    """The damaged stores that lie beside ``path``, in the order in which they were found damaged.

    Of some there is only a log, whose file was gone; it is called by the name that its file would have.
    """
    try:
        names = path.parent.glob(f"{escape(path.name)}.damaged-*")
        stores = {each.with_name(each.name.removesuffix("-wal")) for each in names}
    except OSError:
        return []
    return sorted(each for each in stores if not each.name.endswith("-shm"))


def is_hollow(path: Path) -> bool:
    """Nothing is left where a store was: its log stands alone, or the file that it signed for is empty.

    SQLite would take an empty file for a new one and delete the log beside it, with all that waits in it.
    May raise ``OSError``.
    """
    if path.exists() and (not path.is_file() or path.stat().st_size > 0):
        return False
    signed = lock_path(path)
    return has_log(path) or (path.exists() and signed.exists() and signed.stat().st_size > 0)


def has_log(path: Path) -> bool:
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0
