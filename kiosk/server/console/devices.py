"""Browsers that somebody has come in with before: each holds a random token, the server its hash.

A token opens nothing.  It says that wrong passwords from elsewhere are not this browser's
(``kiosk.server.console.lockout``), so it is given only for the right password, and a new one each time: what
somebody else has put into the browser before is worth nothing afterwards.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.server.console.tables import devices
from kiosk.server.database import as_text

COOKIE: Final = "kiosk_console_device"
KEPT: Final = timedelta(days=180)
_TOKEN_BYTES: Final = 32


def knows(connection: Connection, token: str, name: str) -> bool:
    """Whether ``name`` has come in with the browser that holds ``token``."""
    if not token or len(token) > 100:
        return False
    wanted = select(devices.c.seen_at).where(
        devices.c.token_sha256 == _hashed(token),
        devices.c.name_sha256 == _hashed(name.casefold()),
        devices.c.seen_at >= as_text(datetime.now(UTC) - KEPT),
    )
    return connection.execute(wanted).first() is not None


def renew(connection: Connection, token: str, name: str) -> str:
    """The browser's new token, after the right password of ``name``; colleagues' names come along."""
    now = datetime.now(UTC)
    connection.execute(delete(devices).where(devices.c.seen_at < as_text(now - KEPT)))
    fresh = secrets.token_urlsafe(_TOKEN_BYTES)
    new, whose = _hashed(fresh), _hashed(name.casefold())
    if token:
        old = devices.c.token_sha256 == _hashed(token)
        connection.execute(delete(devices).where(old, devices.c.name_sha256 == whose))
        connection.execute(update(devices).where(old).values(token_sha256=new))
    connection.execute(insert(devices).values(token_sha256=new, name_sha256=whose, seen_at=as_text(now)))
    return fresh


def forget(connection: Connection, name: str) -> None:
    """No browser is known to be theirs any more: the account has ended."""
    connection.execute(delete(devices).where(devices.c.name_sha256 == _hashed(name.casefold())))


def _hashed(text: str) -> str:
    return hashlib.sha256(b"console device " + text.encode()).hexdigest()
