"""Who is there: sessions on the server, of which the browser holds only a random token.

A session ends after a while without use, at the latest after a working day, with the password, and with the
account.  Pages that refresh by themselves do not count as use.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from kiosk.server.console.roles import Right, Role, read_roles, rights_of
from kiosk.server.console.tables import sessions, users
from kiosk.server.database import as_text, writing

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=10)
KNOWN: Final = timedelta(days=7)  # how long it is known whose an ended session was
SEEN_EVERY: Final = timedelta(seconds=60)  # a page view is no write
TOKEN_BYTES: Final = 32


@dataclass(frozen=True)
class User:
    name: str
    roles: tuple[Role, ...]

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.roles)

    def may(self, right: Right) -> bool:
        return right in self.rights


def begin(connection: Connection, user: str) -> str:
    """A new session and its token; always a new one, whatever the browser had before."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = datetime.now(UTC)
    connection.execute(delete(sessions).where(sessions.c.created_at < as_text(now - KNOWN)))
    connection.execute(
        insert(sessions).values(
            token_sha256=_key(token), user=user, created_at=as_text(now), seen_at=as_text(now)
        )
    )
    return token


def find(engine: Engine, token: str, *, demo: bool, used: bool) -> User | None:
    """Whose session it is.  ``used``: a person has asked, not a page by itself."""
    if not token or len(token) > 100:
        return None
    now = datetime.now(UTC)
    with engine.connect() as connection:
        row = connection.execute(
            select(sessions, users.c.roles, users.c.disabled, users.c.demo)
            .join(users, users.c.name == sessions.c.user)
            .where(sessions.c.token_sha256 == _key(token))
        ).first()
    if row is None or row.disabled or (row.demo and not demo):
        return None
    if row.created_at < as_text(now - LONGEST) or row.seen_at < as_text(now - IDLE):
        return None
    if used and row.seen_at < as_text(now - SEEN_EVERY):
        with writing(engine) as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.token_sha256 == row.token_sha256)
                .values(seen_at=as_text(now))
            )
    return User(row.user, read_roles(row.roles))


def owner_of_ended(engine: Engine, token: str, *, demo: bool) -> str:
    """Whose session it was that ended by itself: what was typed in it is kept for them, and nothing else."""
    if not token or len(token) > 100:
        return ""
    wanted = (
        select(sessions.c.user)
        .join(users, users.c.name == sessions.c.user)
        .where(sessions.c.token_sha256 == _key(token), users.c.disabled.is_(False))
    )
    with engine.connect() as connection:
        name = connection.execute(wanted if demo else wanted.where(users.c.demo.is_(False))).scalar()
    return str(name or "")


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_sha256 == _key(token)))


def end_all(connection: Connection, user: str, but: str = "") -> None:
    """Every session of ``user``, the one of the token ``but`` aside."""
    connection.execute(delete(sessions).where(sessions.c.user == user, sessions.c.token_sha256 != _key(but)))


def form_token(token: str) -> str:
    """What every form of the session carries: only who knows the cookie can work it out."""
    return hmac.new(token.encode(), b"console form", hashlib.sha256).hexdigest()


def is_form_token(token: str, given: str) -> bool:
    return hmac.compare_digest(form_token(token).encode(), given.encode())


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
