"""The administrators' console: plain pages in Chinese that the embedded server serves under ``/console``.

Every page is one :class:`~kiosk.server.console.desk.Entry` with the right that it needs; nothing is reached
otherwise.  What somebody does is written into a chain of its own (:mod:`kiosk.server.console.chain`) in the
transaction that does it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

CONSOLE: Final = "/console"


class LazyConsole:
    """Makes the console at the first request: most platforms of a rehearsal never have one."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        await self._made(scope, receive, send)
