"""What people have said into a terminal's microphone, with the complaint that it belongs to.

A recording is sealed at once under a key of its own, and that under the key of this platform, which lies in a
file of its own and not in the database: a copy of the database alone tells nobody what was said.  It is heard
in the console by who answers the complaint, and erased so many days after that was dealt with as the citizen
was told.  One whose complaint never comes is erased after a week.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from kiosk.durable import KEY_BYTES, make_key
from kiosk.server.database import as_text, metadata, now_text, writing
from kiosk.server.settings import PlatformSettings

MOST_BYTES: Final = 4 * 1024 * 1024
"""Two minutes of 16 kHz, 16-bit, mono take 3,840,044."""
RATE: Final = 16_000
HEADER_BYTES: Final = 44
MOST_DAYS: Final = 365
USUAL_DAYS: Final = 30
ORPHAN_DAYS: Final = 7
_NONCE_BYTES: Final = 12
_SECOND_BYTES: Final = RATE * 2

recordings = Table(
    "recordings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("terminal_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("keep_days", Integer, nullable=False),
    Column("received_at", Text, nullable=False, index=True),
    Column("request_no", String(40), nullable=False, index=True),  # empty until the complaint has come
    Column("erased_at", Text, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Recorded:
    """What is known of one without hearing it."""

    id: str
    seconds: int
    keep_days: int
    erased_at: str


def seconds_of(sound: bytes) -> float | None:
    """How long a WAV of 16 kHz, 16-bit, mono is; ``None`` for anything else, or one that is not whole."""
    size = len(sound) - HEADER_BYTES
    good = (
        size >= 2
        and size % 2 == 0
        and sound[:4] == b"RIFF"
        and sound[8:16] == b"WAVEfmt "
        and _number(sound, 4, 4) == len(sound) - 8
        and _number(sound, 16, 4) == 16
        and (_number(sound, 20, 2), _number(sound, 22, 2)) == (1, 1)
        and _number(sound, 24, 4) == RATE
        and _number(sound, 28, 4) == _SECOND_BYTES
        and (_number(sound, 32, 2), _number(sound, 34, 2)) == (2, 16)
        and sound[36:40] == b"data"
        and _number(sound, 40, 4) == size
    )
    return size / _SECOND_BYTES if good else None


class Recordings:
    """Any thread may use it."""

    def __init__(self, engine: Engine, key_file: Path | None) -> None:
        """``key_file`` is made when the first one comes; ``None``: the key lives as long as this process."""
        self._engine = engine
        self._key_file = key_file
        self._key: bytes | None = None
        self._lock = threading.Lock()

    def keep(self, name: str, terminal_id: str, sound: bytes, keep_days: int) -> bool:
        """True when it is kept now or was before; false: under that name there is another one."""
        digest = hashlib.sha256(sound).hexdigest()
        with writing(self._engine) as connection:
            before = connection.execute(
                select(recordings.c.sha256, recordings.c.terminal_id).where(recordings.c.id == name)
            ).one_or_none()
            if before is not None:
                return bool(before.sha256 == digest and before.terminal_id == terminal_id)
            key = os.urandom(KEY_BYTES)
            connection.execute(
                insert(recordings).values(
                    id=name,
                    terminal_id=terminal_id,
                    sha256=digest,
                    size=len(sound),
                    keep_days=keep_days,
                    received_at=now_text(),
                    request_no="",
                    erased_at="",
                    data_key=_sealed(self._own_key(), key, name),
                    sealed=_sealed(key, sound, name),
                )
            )
        return True

    def sound_of(self, request_no: str) -> bytes | None:
        """What was said with that complaint.  ``None``: nothing, or it was erased, or does not open."""
        wanted = select(recordings.c.id, recordings.c.data_key, recordings.c.sealed)
        with self._engine.connect() as connection:
            row = connection.execute(wanted.where(recordings.c.request_no == request_no)).first()
        if row is None or not row.data_key:
            return None
        try:
            key = _opened(self._own_key(), bytes(row.data_key), row.id)
            return _opened(key, bytes(row.sealed), row.id)
        except (InvalidTag, ValueError):
            return None

    def _own_key(self) -> bytes:
        with self._lock:
            if self._key is None:
                self._key = os.urandom(KEY_BYTES) if self._key_file is None else _key_in(self._key_file)
            return self._key


def key_file_of(settings: PlatformSettings, engine: Engine) -> Path | None:
    """As it was told, else ``recordings.key`` beside the console's folder; none for a database in memory."""
    if settings.recording_key is not None:
        return settings.recording_key
    in_memory = engine.url.get_backend_name() == "sqlite" and engine.url.database in (None, "", ":memory:")
    return None if in_memory else settings.console_files.parent / "recordings.key"


def attach(connection: Connection, name: str, terminal_id: str, request_no: str) -> bool:
    """Say to which complaint it belongs.  False where this terminal has handed over none of that name, or
    it belongs to another."""
    mine = (recordings.c.id == name) & (recordings.c.terminal_id == terminal_id)
    free = mine & (recordings.c.request_no == "") & (recordings.c.erased_at == "")
    return connection.execute(update(recordings).where(free).values(request_no=request_no)).rowcount == 1


def of_request(engine: Engine, request_no: str) -> Recorded | None:
    wanted = select(recordings.c.id, recordings.c.size, recordings.c.keep_days, recordings.c.erased_at).where(
        recordings.c.request_no == request_no
    )
    with engine.connect() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        return None
    return Recorded(row.id, round((row.size - HEADER_BYTES) / _SECOND_BYTES), row.keep_days, row.erased_at)


def erase(connection: Connection, request_no: str) -> bool:
    """What was said goes; that there was something stays."""
    there = (recordings.c.request_no == request_no) & (recordings.c.erased_at == "")
    gone = {"erased_at": now_text(), "data_key": b"", "sealed": b""}
    return connection.execute(update(recordings).where(there).values(gone)).rowcount == 1


def erase_due(engine: Engine) -> int:
    """What was promised to be gone by now.  How many those were."""
    from kiosk.server.console.tables import tickets  # with all of the console's, when there is something due

    now = datetime.now(UTC)
    orphaned = (recordings.c.request_no == "") & (
        recordings.c.received_at < as_text(now - timedelta(days=ORPHAN_DAYS))
    )
    done = (
        select(recordings.c.request_no, recordings.c.keep_days, tickets.c.done_at)
        .join(tickets, (tickets.c.kind == "request") & (tickets.c.ref == recordings.c.request_no))
        .where(recordings.c.erased_at == "", tickets.c.state == "done")
    )
    with engine.connect() as connection:
        due = [
            row.request_no
            for row in connection.execute(done)
            if row.done_at and row.done_at < as_text(now - timedelta(days=row.keep_days))
        ]
        lost = connection.execute(select(recordings.c.id).where(orphaned).limit(1)).first() is not None
    if not due and not lost:
        return 0
    with writing(engine) as connection:
        count = sum(erase(connection, number) for number in due)
        return count + connection.execute(delete(recordings).where(orphaned)).rowcount


def _number(sound: bytes, at: int, length: int) -> int:
    return int.from_bytes(sound[at : at + length], "little")


def _sealed(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def _opened(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())


def _key_in(file: Path) -> bytes:
    """The key; made on first use."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        make_key(file)
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{file.name} is no key of {KEY_BYTES} bytes")
    return key
