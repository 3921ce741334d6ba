"""Whether whoever calls is the terminal that it says it is.

A client certificate whose name is the terminal's proves it; so does the terminal's own credential.  Where
neither was given out yet, an ``open`` fleet takes a terminal's word, a ``registered`` one does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kiosk.server.fleet.context import Enrolment, Fleet
from kiosk.server.fleet.credentials import matches
from kiosk.server.fleet.tables import terminals
from kiosk.server.problems import ProblemError

TLS = "kiosk.tls"
"""In the scope's extensions: ``Peer`` of the connection, where it is encrypted."""


@dataclass(frozen=True)
class Peer:
    """``names``: those of the client certificate, which the server has verified; empty: none was shown."""

    names: frozenset[str] = frozenset()
    asked: bool = False  # the server asks clients for certificates


@dataclass(frozen=True)
class Shown:
    """What a call shows of who makes it."""

    credential: str = ""
    peer: Peer = Peer()


@dataclass(frozen=True)
class Known:
    """What the platform knows of a terminal: the hash of its credential, and whether it was retired."""

    credential_sha256: str = ""
    retired: bool = False
    registered: bool = False


def refusal(terminal_id: str, shown: Shown, known: Known | None, enrolment: Enrolment) -> str:
    """The problem's code; empty: it is itself."""
    if known is not None and known.retired:
        return "terminal-unknown"
    if known is None and enrolment == "registered":
        return "terminal-unknown"
    if shown.peer.names:
        return "" if terminal_id in shown.peer.names else "terminal-not-itself"
    if known is not None and known.credential_sha256:
        if not shown.credential:
            return "terminal-credential-missing"
        return "" if matches(shown.credential, known.credential_sha256) else "terminal-not-itself"
    return "terminal-credential-missing" if shown.peer.asked or enrolment == "registered" else ""


def shown_by(scope: Mapping[str, Any], credential: str) -> Shown:
    """From the scope of a request and its ``Terminal-Credential``."""
    peer = (scope.get("extensions") or {}).get(TLS)
    return Shown(credential, peer if isinstance(peer, Peer) else Peer())


def prove(fleet: Fleet, terminal_id: str, shown: Shown) -> None:
    """Raises :class:`ProblemError` unless the caller is ``terminal_id``.  For routes outside the fleet's."""
    wanted = select(terminals.c.credential_sha256, terminals.c.retired_at, terminals.c.registered).where(
        terminals.c.id == terminal_id
    )
    with fleet.engine.connect() as connection:
        row = connection.execute(wanted).first()
    known = None if row is None else Known(row.credential_sha256, row.retired_at is not None, row.registered)
    if code := refusal(terminal_id, shown, known, fleet.enrolment):
        raise ProblemError(code)
