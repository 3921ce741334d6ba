"""Wrong passwords: a few tries, then a wait that grows and that a restart does not shorten; for whoever sent
them, not for the account.

Whoever sends wrong passwords for somebody else's name must not keep that person out.  So tries are counted
by where they come from, as OWASP describes with device cookies:

- A browser that this name has come in with before shows a token (``kiosk.server.console.devices``).  Only its
  own wrong passwords count against it.
- Everybody else is counted by name and address.  All of them together are counted by name, too: a guess from
  each of a thousand addresses is a thousand guesses.  Beyond :data:`FREE_OF_STRANGERS` there is a growing
  pause between two of them, at most :data:`LONGEST_PAUSE`; a known browser does not wait for that.

A try is counted as wrong, on disk, before the password is looked at.  Names that nobody has are counted like
others: the wait does not tell who is there.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from kiosk.server.console import devices
from kiosk.server.console.tables import tries
from kiosk.server.database import as_text, writing

FREE_TRIES: Final = 5
TRIES_PER_ROUND: Final = 3  # after the first wait
FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=1)
FREE_OF_STRANGERS: Final = 30
STRANGERS_PER_ROUND: Final = 10
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=8)
FORGOTTEN_AFTER: Final = timedelta(days=1)
_IPV6_PREFIX: Final = 64  # what one household or hall has to itself


@dataclass(frozen=True)
class Source:
    """Where a try comes from: the address, and the token of a browser that may be known."""

    address: str = ""
    device: str = ""


@dataclass(frozen=True)
class Try:
    """``locked_seconds``: it may not be tried now.  ``wait``: how long its source is locked if this one is
    wrong.  ``counted``: under which keys, with the pause that each began."""

    locked_seconds: int = 0
    wait: timedelta = timedelta()
    counted: tuple[tuple[str, str], ...] = ()


def begin_try(engine: Engine, name: str, source: Source) -> Try:
    """Count a try as wrong, before it is looked at."""
    with writing(engine) as connection:
        if devices.knows(connection, source.device, name):
            return _begin(connection, name, _key("device", name, source.device))
        return _begin(connection, name, _key("address", name, _net(source.address)), _key("name", name))


def begin_own_try(engine: Engine, name: str) -> Try:
    """The same for somebody who is in already and gives the old password for a new one."""
    with writing(engine) as connection:
        return _begin(connection, name, _key("session", name))


def succeeded(engine: Engine, attempt: Try) -> None:
    """The password was right: the source begins anew, and of all strangers' tries this one does not count."""
    with writing(engine) as connection:
        for key, _ in attempt.counted[:1]:
            connection.execute(delete(tries).where(tries.c.name_sha256 == key))
        for key, until in attempt.counted[1:]:
            of_all = update(tries).where(tries.c.name_sha256 == key)
            connection.execute(of_all.values(failures=tries.c.failures - 1))
            connection.execute(of_all.where(tries.c.locked_until == until).values(locked_until=""))
            connection.execute(delete(tries).where(tries.c.name_sha256 == key, tries.c.failures <= 0))


def forget(engine: Engine, name: str) -> None:
    """Whoever has the server has given the account a new password: nobody waits for the old one."""
    with writing(engine) as connection:
        connection.execute(delete(tries).where(tries.c.account_sha256 == _key("name", name)))


def _begin(connection: Connection, name: str, own: str, of_all: str = "") -> Try:
    """``own``: the key of the source; ``of_all``: that of all strangers together."""
    now = datetime.now(UTC)
    connection.execute(
        delete(tries).where(
            tries.c.last_at < as_text(now - FORGOTTEN_AFTER), tries.c.locked_until < as_text(now)
        )
    )
    keys = (own, of_all) if of_all else (own,)
    found = connection.execute(select(tries).where(tries.c.name_sha256.in_(keys))).all()
    locked = max((row.locked_until for row in found), default="")
    if locked > as_text(now):
        return Try(max(1, int((datetime.fromisoformat(locked) - now).total_seconds())))
    failures = {row.name_sha256: row.failures for row in found}
    waits = [_wait(failures.get(own, 0) + 1), _pause(failures.get(of_all, 0) + 1)]
    counted = []
    for key, wait in zip(keys, waits, strict=False):
        until = as_text(now + wait) if wait else ""
        kept = {"failures": failures.get(key, 0) + 1, "last_at": as_text(now), "locked_until": until}
        if key in failures:
            connection.execute(update(tries).where(tries.c.name_sha256 == key).values(**kept))
        else:
            kept["account_sha256"] = _key("name", name)
            connection.execute(insert(tries).values(name_sha256=key, **kept))
        counted.append((key, until))
    return Try(wait=max(waits[: len(keys)]), counted=tuple(counted))


def _wait(failures: int) -> timedelta:
    beyond = failures - FREE_TRIES
    if beyond < 0 or beyond % TRIES_PER_ROUND:
        return timedelta()
    return min(FIRST_WAIT * (1 << min(beyond // TRIES_PER_ROUND, 8)), LONGEST_WAIT)


def _pause(failures: int) -> timedelta:
    beyond = failures - FREE_OF_STRANGERS
    if beyond < 0:
        return timedelta()
    return min(FIRST_PAUSE * (1 << min(beyond // STRANGERS_PER_ROUND, 8)), LONGEST_PAUSE)


def _net(address: str) -> str:
    """The address; of IPv6 the network, of which its owner has more addresses than there are guesses."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, _IPV6_PREFIX), strict=False))


def _key(kind: str, name: str, source: str = "") -> str:
    return hashlib.sha256("\0".join(("console", kind, name.casefold(), source)).encode()).hexdigest()
