"""Who calls, and for which terminal: a terminal acts only as itself, and not too often.

A terminal names itself in ``Terminal-Id`` (percent-encoded), or else by the terminal that its body names.  It
proves that as in :mod:`kiosk.server.fleet.proof`.  For another terminal it may hand in what that one has left
behind: when the other was retired, or when nobody has ever had to prove to be it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import unquote

from fastapi import Header, Request
from sqlalchemy import select

from kiosk.server.context import Platform
from kiosk.server.fleet.credentials import HEADER
from kiosk.server.fleet.proof import Shown, prove, shown_by
from kiosk.server.fleet.rate import RateLimit
from kiosk.server.fleet.tables import terminals
from kiosk.server.problems import ProblemError

ID_HEADER: Final = "Terminal-Id"
REFUSALS: Final = (
    "terminal-credential-missing",
    "terminal-not-itself",
    "terminal-unknown",
    "acts-for-another",
    "too-many-requests",
)
"""The problems that :meth:`Acting.check` ends in."""


@dataclass(frozen=True)
class Caller:
    """``id`` is empty where the call names none; ``address`` is where it comes from."""

    id: str
    shown: Shown
    address: str


def caller_of(
    request: Request,
    terminal_id: Annotated[
        str | None,
        Header(
            alias=ID_HEADER,
            max_length=600,
            pattern=r"^[\x21-\x7e]*$",
            description="the terminal that calls, percent-encoded; without it, the one that the body names",
        ),
    ] = None,
    credential: Annotated[str | None, Header(alias=HEADER, max_length=200)] = None,
) -> Caller:
    address = request.client.host if request.client else ""
    return Caller(unquote(terminal_id or ""), shown_by(request.scope, credential or ""), address)


class Acting:
    """Of one group of calls: ``burst`` at once by one caller, then ``per_second``.  Any thread."""

    def __init__(self, platform: Platform, burst: int, per_second: float) -> None:
        self._platform = platform
        self._limit = RateLimit(burst, per_second)
        self._lock = threading.Lock()

    def check(self, caller: Caller, acts_for: str | None) -> None:
        """Raises :class:`ProblemError` unless ``caller`` may act for the terminal ``acts_for`` now."""
        name = caller.id or acts_for or ""
        with self._lock:
            wait = self._limit.wait_for(name or caller.address)
        if wait:
            raise ProblemError("too-many-requests", headers={"Retry-After": str(wait)})
        fleet = self._platform.fleet
        prove(fleet, name, caller.shown)
        if acts_for and acts_for != name and not self._retired(acts_for):
            try:
                prove(fleet, acts_for, Shown())
            except ProblemError as problem:
                raise ProblemError("acts-for-another") from problem

    def _retired(self, terminal_id: str) -> bool:
        wanted = select(terminals.c.retired_at).where(terminals.c.id == terminal_id)
        with self._platform.engine.connect() as connection:
            return connection.execute(wanted).scalar_one_or_none() is not None
