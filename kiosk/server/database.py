"""The platform's tables, and how its database is opened.

Any SQLAlchemy URL will do.  SQLite is used with one connection and a rollback journal: the interpreter's
SQLite may be older than 3.51.3, whose repair of write-ahead logging concerns several connections.
Times are text, ISO 8601 in UTC; texts of citizens are stored as they came.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    QueuePool,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.schema import CreateColumn

BUSY_SECONDS: Final = 20
POOL_WAIT_SECONDS: Final = 60
CACHE: Final = "cache_size=-12288"
"""In KiB: the heartbeats of ten thousand terminals stay in memory and are not read again for each other."""

EVERY_PLATFORMS: Final = frozenset({"applications", "counters", "documents", "ratings", "tokens"})
"""Tables that tell a platform's database from an empty one and from a terminal's store."""

metadata = MetaData()

applications = Table(
    "applications",
    metadata,
    Column("project_no", String(50), primary_key=True),
    Column("idempotency_key", String(128), nullable=False, unique=True),
    Column("body_sha256", String(64), nullable=False),
    Column("first_answer", Text, nullable=False),  # the very bytes that a repeat gets again
    Column("answer", Text, nullable=False),  # the case as it stands now
    Column("state", String(16), nullable=False),
    Column("task_code", String(31), nullable=False),
    Column("task_version", String(20), nullable=False),
    Column("terminal_id", Text, nullable=False),
    Column("serial", String(40), nullable=False, index=True),
    Column("holder_number", String(40), nullable=False, index=True),
    Column("holder_name", Text, nullable=False),
    Column("holder", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("materials", JSON, nullable=False),  # code -> status
    Column("verified", Boolean, nullable=False),
    Column("applied_at", Text, nullable=False),
    Column("received_at", Text, nullable=False),
)

parts = Table(  # of a joint case: the number that a body has given its part
    "parts",
    metadata,
    Column("part_no", String(50), primary_key=True),
    Column("project_no", ForeignKey("applications.project_no"), nullable=False, index=True),
)

signatures = Table(  # as the applicant signed: strokes and picture, or that a button was pressed
    "signatures",
    metadata,
    Column("project_no", ForeignKey("applications.project_no"), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("strokes", JSON, nullable=False),
    Column("picture", LargeBinary, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_no", ForeignKey("applications.project_no"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Integer, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("number", String(40), nullable=False),
    Column("terminal_id", Text, nullable=False),
    Column("expires_at", Text, nullable=False, index=True),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_no", String(50), nullable=False),
    Column("assess_number", Integer, nullable=False),
    Column("satisfaction", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", Text, nullable=False),
    UniqueConstraint("project_no", "assess_number"),
)

requests = Table(
    "requests",
    metadata,
    Column("request_no", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", Text, nullable=False),
)

asked_before = Table(  # requests and appointments that may be sent again: what was answered
    "asked_before",
    metadata,
    Column("idempotency_key", String(128), primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("answer", Text, nullable=False),
)

appointments = Table(
    "appointments",
    metadata,
    Column("appointment_no", String(40), primary_key=True),
    Column("task_code", String(31), nullable=False),
    Column("day", String(10), nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", Text, nullable=False),
)


class DatabaseUnusableError(Exception):
    """The database cannot be opened or written.  The text says why and what to do."""


class NoDatabaseError(DatabaseUnusableError):
    """Nothing of a platform is there yet, and nobody has asked to begin one."""


def open_database(url: str, make: bool = True) -> Engine:
    """An engine whose tables exist and can be written.  Raises :class:`DatabaseUnusableError`.

    Without ``make`` it has to be a platform's already: no file, folder or table is made where none was.
    """
    try:
        parsed = _with_driver(make_url(url))
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and not make:
            _look_at_file(parsed)
        if sqlite and parsed.database:
            _make_folder(Path(parsed.database))
        engine = _sqlite_engine(parsed) if sqlite else _engine(parsed)
        before = set(inspect(engine).get_table_names())
        if not make and not before.issuperset(EVERY_PLATFORMS):
            engine.dispose()
            raise NoDatabaseError(_none_there(parsed))
        metadata.create_all(engine)
        if before:
            _add_columns(engine, before)
        with writing(engine) as connection:
            number_of(connection, "starts")  # proves that a commit reaches the disk
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseUnusableError(
            f"--database is not a database that can be used here ({type(error).__name__}); "
            "for example sqlite:////var/lib/kiosk/platform.sqlite"
        ) from error
    except OSError as error:
        raise DatabaseUnusableError(
            f"the folder of the database cannot be made: {error.strerror}; choose another with --database"
        ) from error
    except DBAPIError as error:
        raise DatabaseUnusableError(
            f"the database cannot be opened for writing: {error.orig}; "
            "check that it exists, its rights and the free space, or choose another with --database"
        ) from error
    return engine


def _none_there(url: URL) -> str:
    return (
        f"there is no platform's database at {url.database or url.render_as_string()}; give the --database "
        "that kiosk serve was started with (kiosk serve makes it), and look for a slip in the path"
    )


def _look_at_file(url: URL) -> None:
    """Refuses what is no platform's, before it is opened in a way that changes it.

    What is locked or has to be rolled back cannot be looked at like this, and is opened.
    """
    file = Path(url.database or "")
    if not file.is_file() or not file.stat().st_size:
        raise NoDatabaseError(_none_there(url))
    try:
        with closing(_read_only(file)) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        foreign = bool(rows) and not {name for (name,) in rows}.issuperset(EVERY_PLATFORMS)
    except (sqlite3.OperationalError, OSError):
        return
    except sqlite3.DatabaseError:  # no SQLite at all
        foreign = True
    if foreign:
        raise DatabaseUnusableError(
            f"{file} belongs to something else, not to a platform; it was left as it is. "
            "Give the --database that kiosk serve was started with"
        )


def _read_only(file: Path) -> sqlite3.Connection:
    """Of a file with a write-ahead log only what is in the file itself: its log is somebody else's."""
    with file.open("rb") as opened:
        header = opened.read(20)
    own = "&immutable=1" if header[18:19] == b"\x02" else ""
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro{own}", uri=True, timeout=BUSY_SECONDS)


def _add_columns(engine: Engine, tables: Collection[str]) -> None:
    """What this version's tables have and those of an older one on the same database do not."""
    looked = inspect(engine)
    for table in metadata.sorted_tables:
        if table.name not in tables:
            continue
        known = {each["name"] for each in looked.get_columns(table.name)}
        for column in table.columns:
            if column.name in known:
                continue
            if not column.nullable:
                raise ValueError(f"{table.name}.{column.name}: a column that comes later may be empty")
            words = CreateColumn(column).compile(dialect=engine.dialect)
            name = engine.dialect.identifier_preparer.format_table(table)
            with writing(engine) as connection:
                connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {words}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that will write; committed at the end, rolled back by an exception."""
    with engine.connect().execution_options(kiosk_writes=True) as connection, connection.begin():
        yield connection


def now_text() -> str:
    return as_text(datetime.now(UTC))


def as_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the second: sorts as it counts."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(value: Any) -> str:
    """Canonical: the same value always gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def number_of(connection: Connection, name: str) -> int:
    """The next number of the counter ``name``, from 1, inside the transaction of ``connection``."""
    from sqlalchemy import insert, select, update
    from sqlalchemy.exc import IntegrityError

    count = update(counters).where(counters.c.name == name).values(value=counters.c.value + 1)
    if connection.execute(count).rowcount == 0:
        try:
            with connection.begin_nested():
                connection.execute(insert(counters).values(name=name, value=1))
        except IntegrityError:  # somebody else has just begun to count
            connection.execute(count)
    value = connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one()
    return int(value)


def _with_driver(url: URL) -> URL:
    """PostgreSQL's own form of address will do: the driver that is installed is put in."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _engine(url: URL) -> Engine:
    return create_engine(
        url, hide_parameters=True, pool_pre_ping=True, json_serializer=to_json, pool_timeout=POOL_WAIT_SECONDS
    )


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,  # an error's text never holds what a citizen sent
        json_serializer=to_json,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", "foreign_keys=ON", CACHE):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("kiosk_writes", False)
        # A writer takes its lock at once: another process waits here and not in the middle.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_folder(file: Path) -> None:
    if str(file) != ":memory:":
        file.parent.mkdir(parents=True, exist_ok=True)
