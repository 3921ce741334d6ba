"""Starts the embedded platform on this machine: one process, loopback only, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import sys
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.server.app import ConfigurationError, create_app
from kiosk.server.console import CONSOLE
from kiosk.server.database import DatabaseUnusableError
from kiosk.server.rehearsal import CONNECTION
from kiosk.server.settings import DecisionName, Mode, PlatformSettings

HOST: Final = "127.0.0.1"
BACKLOG: Final = 512
STOP_SECONDS: Final = 1
"""How long requests that are being answered may still take after the signal to stop."""

EXIT_WRONG_CONFIGURATION: Final = 2


def serve(
    port: int,
    database: str | None,
    matters_folder: Path | None = None,
    rehearsal: bool = False,
    *,
    latency_ms: int = 0,
    mode: Mode = "right",
    decision: DecisionName | None = None,
    public_url: str = "",
    demo_console: bool = False,
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code.  ``port`` 0 takes a free one.

    The first line on standard output is ``{"url": "http://127.0.0.1:PORT"}``, written when connections are
    taken.  2: the port, the database or a file cannot be used; standard error says which and why.
    """
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("uvicorn.error").addFilter(_without_exception)
    settings = PlatformSettings(
        database=database,
        rehearsal=rehearsal,
        latency_ms=latency_ms,
        mode=mode,
        decision=decision,
        public_url=public_url,
        demo_console=demo_console,
        **({"matters_folder": matters_folder} if matters_folder is not None else {}),
    )
    try:
        listener = listen(port)
    except (OSError, OverflowError) as error:
        return _refuse(
            f"port {port} cannot be used: {error}; choose another with --port, or 0 for a free one"
        )
    with listener:
        try:
            server = make_server(settings)
        except (ConfigurationError, DatabaseUnusableError) as error:
            return _refuse(str(error))
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        print(json.dumps({"url": url}), flush=True)
        if demo_console:
            print(json.dumps(_demo_console(server, url)), flush=True)
        server.run(sockets=[listener])
    return 0


def _demo_console(server: uvicorn.Server, url: str) -> dict[str, Any]:
    from kiosk.server.console.accounts import make_demo

    assert isinstance(server.config.app, FastAPI)
    made = make_demo(server.config.app.state.platform.engine)
    return {"console": f"{url}{CONSOLE}/", "accounts": [asdict(account) for account in made]}


def listen(port: int) -> socket.socket:
    """A socket that takes connections from now on; they wait until the server answers them."""
    # The protocol by name: asyncio sets TCP_NODELAY only where it sees it, and answers take 40 ms without.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def make_server(settings: PlatformSettings) -> uvicorn.Server:
    """A server for :func:`listen`'s socket: ``make_server(settings).run(sockets=[listener])``."""
    config = uvicorn.Config(
        create_app(settings),
        http=_OpenProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # addresses hold numbers of persons
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """As uvicorn's, but a signal to stop is the usual end: it is not raised again afterwards."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


class _OpenProtocol(H11Protocol):
    """Lets the application end the connection under it (``kiosk.server.rehearsal``)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner: ASGIApp = self.app

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[CONNECTION] = transport
            await inner(scope, receive, send)

        self.app = with_connection


def _without_exception(record: logging.LogRecord) -> bool:
    """The text of an exception may hold what a citizen sent; requests cut off by the stop are no news."""
    record.exc_info = None
    return True


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return EXIT_WRONG_CONFIGURATION
