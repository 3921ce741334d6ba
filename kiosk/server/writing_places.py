"""Where somebody writes with a telephone what is long to type at a terminal: one text, once, soon gone.

A place belongs to the terminal that opened it and to one visit there.  The terminal knows its ``id``; the
telephone gets a ``token`` out of a QR code, which tells nothing and can only put one text in.  The text is
sealed at once with a public key of that visit (HPKE, RFC 9180), whose private half never leaves the
terminal's memory: what stands in this database can be read by nobody else, and not even there once the visit
is over.  It is erased when the terminal has fetched it, when the place is closed, and when its time is up.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import (
    Column,
    ColumnElement,
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

from kiosk.server.database import as_text, metadata, now_text, writing

LIFE_SECONDS: Final = 600
MOST_OF_A_TERMINAL: Final = 4
"""Open at once: the ones before belong to visits that are over, and are closed."""
MOST_CHARACTERS: Final = 2000
KEY_BYTES: Final = 32
INFO: Final = b"kiosk writing place"
"""HPKE's ``info``: binds what is sealed to its use."""
SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_MOST_MARKS: Final = 10_000

places = Table(
    "writing_places",
    metadata,
    Column("id_sha256", String(64), primary_key=True),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("terminal_id", Text, nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("most", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Text, nullable=False, index=True),
)


class PlaceState(StrEnum):
    OPEN = "open"
    READ = "read"  # a telephone has opened the page
    WRITTEN = "written"  # the text waits for the terminal
    TAKEN = "taken"  # the terminal has it; here it is gone
    CLOSED = "closed"  # nobody waits for it any more


class Written(StrEnum):
    """What became of a text that a telephone has sent."""

    NOW = "now"
    BEFORE = "before"  # the very same text came before
    OTHER = "other"  # another text came before: this one was not taken
    CLOSED = "closed"
    UNKNOWN = "unknown"  # no such place, or its time is up


@dataclass(frozen=True, repr=False)
class Place:
    state: PlaceState
    most: int
    sealed: bytes = b""


@dataclass(frozen=True, repr=False)
class Opened:
    id: str
    token: str


def public_key_of(text: str) -> bytes | None:
    """An X25519 public key as base64url without padding; ``None`` for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        SUITE.encrypt(b"", X25519PublicKey.from_public_bytes(raw), info=INFO)  # not every number is a key
    except (binascii.Error, ValueError):
        return None
    return raw


class WritingPlaces:
    """Any thread may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = secrets.token_bytes(32)
        # By place, so that a text that comes twice is known again: nobody can tell from these what it was.
        self._marks: OrderedDict[str, bytes] = OrderedDict()

    def open(self, terminal_id: str, public_key: bytes, most: int) -> Opened:
        opened = Opened(secrets.token_urlsafe(16), secrets.token_urlsafe(16))
        until = as_text(datetime.now(UTC) + timedelta(seconds=LIFE_SECONDS))
        living = (
            select(places.c.id_sha256)
            .where(
                places.c.terminal_id == terminal_id,
                places.c.state.not_in([PlaceState.TAKEN, PlaceState.CLOSED]),
            )
            .order_by(places.c.expires_at.desc())
            .offset(MOST_OF_A_TERMINAL - 1)
        )
        with writing(self._engine) as connection:
            old = [row[0] for row in connection.execute(living)]
            _end(connection, places.c.id_sha256.in_(old), PlaceState.CLOSED)
            connection.execute(
                insert(places).values(
                    id_sha256=_digest(opened.id),
                    token_sha256=_digest(opened.token),
                    terminal_id=terminal_id,
                    public_key=public_key,
                    most=most,
                    state=PlaceState.OPEN,
                    sealed=b"",
                    expires_at=until,
                )
            )
        return opened

    def look(self, place_id: str, terminal_id: str) -> Place | None:
        """For the terminal that opened it."""
        return self._one((places.c.id_sha256 == _digest(place_id)) & (places.c.terminal_id == terminal_id))

    def shown(self, token: str) -> Place | None:
        """For a telephone: the place, if it is still there; somebody looks at its page now."""
        at = places.c.token_sha256 == _digest(token)
        place = self._one(at)
        if place is not None and place.state is PlaceState.OPEN:
            with writing(self._engine) as connection:
                reading = update(places).where(at, places.c.state == PlaceState.OPEN)
                connection.execute(reading.values(state=PlaceState.READ))
        return place

    def write(self, token: str, text: str) -> Written:
        """Seal it, and keep it until the terminal comes."""
        at = places.c.token_sha256 == _digest(token)
        mark = hmac.digest(self._own, f"{token} {text}".encode(), "sha256")
        with writing(self._engine) as connection:
            there = select(places.c.public_key, places.c.state).where(at, places.c.expires_at > now_text())
            row = connection.execute(there).one_or_none()
            if row is None:
                return Written.UNKNOWN
            if row.state in (PlaceState.WRITTEN, PlaceState.TAKEN):
                same = hmac.compare_digest(self._marks.get(_digest(token), b""), mark)
                return Written.BEFORE if same else Written.OTHER
            if row.state == PlaceState.CLOSED:
                return Written.CLOSED
            receiver = X25519PublicKey.from_public_bytes(row.public_key)
            sealed = SUITE.encrypt(text.encode(), receiver, info=INFO)
            connection.execute(update(places).where(at).values(state=PlaceState.WRITTEN, sealed=sealed))
        self._marks[_digest(token)] = mark
        if len(self._marks) > _MOST_MARKS:
            self._marks.popitem(last=False)
        return Written.NOW

    def close(self, place_id: str, terminal_id: str) -> None:
        """The terminal has fetched it, or nobody waits any more: the text goes."""
        at = (places.c.id_sha256 == _digest(place_id)) & (places.c.terminal_id == terminal_id)
        with writing(self._engine) as connection:
            _end(connection, at & (places.c.state == PlaceState.WRITTEN), PlaceState.TAKEN)
            _end(connection, at & (places.c.state != PlaceState.TAKEN), PlaceState.CLOSED)

    def _one(self, wanted: ColumnElement[bool]) -> Place | None:
        there = select(places.c.state, places.c.most, places.c.sealed)
        with self._engine.connect() as connection:
            row = connection.execute(there.where(wanted, places.c.expires_at > now_text())).one_or_none()
        return None if row is None else Place(PlaceState(row.state), row.most, row.sealed)


def forget_expired(engine: Engine) -> int:
    """What nobody has fetched in time is erased.  How many places that were."""
    due = places.c.expires_at <= now_text()
    with engine.connect() as connection:
        if connection.execute(select(places.c.id_sha256).where(due).limit(1)).first() is None:
            return 0
    with writing(engine) as connection:
        return connection.execute(delete(places).where(due)).rowcount


def _end(connection: Connection, wanted: ColumnElement[bool], state: PlaceState) -> None:
    connection.execute(update(places).where(wanted).values(state=state, sealed=b""))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
