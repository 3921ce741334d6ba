"""Starts the embedded platform on this machine: one process, loopback only, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import ssl
import sys
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.bundles.fault import BundleFault
from kiosk.matters.opening import base_file
from kiosk.server.app import ConfigurationError, create_app
from kiosk.server.console import CONSOLE
from kiosk.server.database import DatabaseUnusableError
from kiosk.server.fleet.proof import TLS, Peer
from kiosk.server.fleet.service import FleetService
from kiosk.server.rehearsal import CONNECTION
from kiosk.server.settings import DecisionName, Mode, PlatformSettings

HOST: Final = "127.0.0.1"
BACKLOG: Final = 512
STOP_SECONDS: Final = 1
"""How long requests that are being answered may still take after the signal to stop."""

EXIT_WRONG_CONFIGURATION: Final = 2


@dataclass(frozen=True)
class FleetOptions:
    """See :class:`PlatformSettings`."""

    repository: Path | None = None
    online_keys: Path | None = None
    enrolment: Literal["open", "registered"] = "open"
    mqtt: str = ""
    certificate: Path | None = None
    certificate_key: Path | None = None
    client_ca: Path | None = None
    recording_key: Path | None = None


NO_FLEET_OPTIONS: Final = FleetOptions()


def _base_of(matters_folder: Path | None) -> Path:
    """The base catalogue beside or above the matters, as terminals know it; else the product's own."""
    found = base_file(matters_folder) if matters_folder is not None else None
    return found or PlatformSettings.base_catalogue


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
    fleet: FleetOptions = NO_FLEET_OPTIONS,
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
        matters_folder=matters_folder or PlatformSettings.matters_folder,
        base_catalogue=_base_of(matters_folder),
        **asdict(fleet),
    )
    if demo_console and settings.repository is None:
        from kiosk.server.console.demo_repository import make

        office = make(settings)
        if isinstance(office, BundleFault):
            return _refuse(f"the demonstration's office cannot be made: {office}; choose another --database")
        settings = replace(settings, repository=office.repository, online_keys=office.online)
    elif settings.repository is not None and not (settings.repository / "metadata").is_dir():
        where = settings.repository
        return _refuse(f"there is no repository at {where}; kiosk bundle keys create makes OFFICE/repository")
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
        scheme = "https" if settings.certificate is not None else "http"
        url = f"{scheme}://{HOST}:{listener.getsockname()[1]}"
        print(json.dumps({"url": url}), flush=True)
        if demo_console:
            print(json.dumps(_demo_console(server, url)), flush=True)
        server.run(sockets=[listener])
    return 0


def _demo_console(server: uvicorn.Server, url: str) -> dict[str, Any]:
    from kiosk.server.console.accounts import make_demo
    from kiosk.server.console.demo_repository import place_terminal

    assert isinstance(server.config.app, FastAPI)
    engine = server.config.app.state.platform.engine
    made = make_demo(engine)
    place_terminal(engine)
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
    encryption = _encryption(settings)
    application = create_app(settings)
    config = uvicorn.Config(
        application,
        http=_OpenProtocol,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
        ssl_ca_certs=str(settings.client_ca) if settings.client_ca else None,
        # Telephones that follow a QR code have no certificate; terminals are asked for theirs further in.
        ssl_cert_reqs=ssl.CERT_OPTIONAL if settings.client_ca else ssl.CERT_NONE,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # addresses hold numbers of persons
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    config.load()
    if encryption:
        assert config.ssl is not None
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return _Server(config, application.state.platform.fleet_service)


def _encryption(settings: PlatformSettings) -> bool:
    """Whether the server speaks TLS.  Raises :class:`ConfigurationError` for files that it cannot use."""
    if settings.certificate is None:
        if settings.client_ca is not None or settings.certificate_key is not None:
            raise ConfigurationError("--tls-client-ca and --tls-key need --tls-certificate; give it, too")
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.certificate, settings.certificate_key, lambda: "")
        if settings.client_ca is not None:
            context.load_verify_locations(settings.client_ca)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the certificate cannot be used: {error}; give --tls-certificate and --tls-key (PEM, without "
            "pass phrase, the one belonging to the other) and --tls-client-ca"
        ) from error
    return True


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, fleet: FleetService) -> None:
        super().__init__(config)
        self._fleet = fleet

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        self._fleet.start()
        try:
            super().run(sockets)
        finally:
            self._fleet.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._fleet.wake.release()  # whoever waits for news goes home
        await super().shutdown(sockets)

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

        peer = Peer(_names(transport), self.config.ssl_cert_reqs == ssl.CERT_OPTIONAL)

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[CONNECTION] = transport
            scope["extensions"][TLS] = peer
            await inner(scope, receive, send)

        self.app = with_connection


def _names(transport: asyncio.Transport) -> frozenset[str]:
    """Those of the client's certificate, which was verified before anything of the request was read."""
    certificate = transport.get_extra_info("peercert") or {}
    subject = (pair for part in certificate.get("subject", ()) for pair in part)
    common = {value for name, value in subject if name == "commonName"}
    return frozenset(
        common | {value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"}
    )


def _without_exception(record: logging.LogRecord) -> bool:
    """The text of an exception may hold what a citizen sent; requests cut off by the stop are no news."""
    record.exc_info = None
    return True


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return EXIT_WRONG_CONFIGURATION
