"""Gets bytes over HTTP or from a folder, never more than asked for and never for longer than allowed.

The library's own fetcher bounds each wait for more bytes; an answer that drips a byte at a time would go on
for ever.  Here a timer shuts the socket down when one file has taken too long.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import stat
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import urllib3
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface
from urllib3.connection import HTTPConnection, HTTPSConnection

CHUNK_BYTES: Final = 64 * 1024
NOT_FOUND: Final = 404
_ERRORS: Final = 400


@dataclass(frozen=True)
class Access:
    """How a repository is reached.  ``file_seconds`` bounds one file, ``wait_seconds`` each wait in it."""

    ca: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    wait_seconds: float = 10.0
    file_seconds: float = 300.0


class Fetcher(FetcherInterface):
    """``dates``: when the server says it is; told by a verified server only where ``verified``."""

    def __init__(self, access: Access | None = None) -> None:
        self.access = access or Access()
        self.received = 0
        self.asked = 0
        self.server_time: datetime | None = None
        self.verified_time: datetime | None = None
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._pool: urllib3.PoolManager | None = None
        self._stopped = False

    def begin(self) -> None:
        """Count from here; connections and what they need are kept from cycle to cycle."""
        self.received = self.asked = 0
        self.server_time = None

    def close(self) -> None:
        """End what is under way, from any thread; nothing more is fetched."""
        self._stopped = True
        self._shut()

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.asked += 1
        if self._stopped:
            raise DownloadError("stopped")
        chunks = _from_folder(url) if url.startswith("file:") else self._from_server(url)
        for chunk in chunks:
            self.received += len(chunk)
            yield chunk

    def _from_server(self, url: str) -> Iterator[bytes]:
        timer = threading.Timer(self.access.file_seconds, self._shut)
        timer.daemon = True
        timer.start()
        try:
            response = self._manager(url.startswith("https:")).request(
                "GET", url, preload_content=False, decode_content=False
            )
            self._note_time(url, response.headers.get("Date", ""))
            try:
                if response.status >= _ERRORS:
                    raise DownloadHTTPError(f"{response.status}", response.status)
                yield from response.stream(CHUNK_BYTES, decode_content=False)
            finally:
                if response.status >= _ERRORS:
                    response.drain_conn()
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise DownloadError(_short(error)) from error
        finally:
            timer.cancel()

    def _manager(self, secure: bool) -> urllib3.PoolManager:
        if self._pool is None:
            access = self.access
            options: dict[str, Any] = {}
            if secure:  # reading the system's authorities takes longer than all the rest
                context = ssl.create_default_context(cafile=str(access.ca) if access.ca else None)
                if access.client_certificate is not None:
                    context.load_cert_chain(access.client_certificate, access.client_key)
                options["ssl_context"] = context
            self._pool = urllib3.PoolManager(
                num_pools=2,
                maxsize=1,
                timeout=urllib3.Timeout(connect=access.wait_seconds, read=access.wait_seconds),
                retries=urllib3.Retry(
                    total=1, connect=0, read=1, redirect=0, status=0, raise_on_redirect=True
                ),
                headers={"User-Agent": "kiosk", "Accept-Encoding": "identity"},
                **options,
            )
            self._pool.pool_classes_by_scheme = _pools(self._open)
        return self._pool

    def _note_time(self, url: str, date: str) -> None:
        try:
            told = parsedate_to_datetime(date).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            return
        self.server_time = told
        if url.startswith("https:"):
            self.verified_time = told

    def _shut(self) -> None:
        for sock in tuple(self._open):
            # Past TLS, which another thread is in the middle of.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _pools(opened: weakref.WeakSet[socket.socket]) -> dict[str, Any]:
    """Pools whose sockets can be found from another thread, also after a connection has let go of one."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _note(self.sock, opened)

    class Tls(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _note(self.sock, opened)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


def _note(sock: object, opened: weakref.WeakSet[socket.socket]) -> None:
    if isinstance(sock, socket.socket):
        opened.add(sock)


def _from_folder(url: str) -> Iterator[bytes]:
    path = unquote(urlsplit(url).path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise DownloadHTTPError("not there", NOT_FOUND) from None
    except OSError as error:
        raise DownloadError(f"{error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise DownloadError("no plain file")
        try:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except OSError as error:  # a stick that is pulled out
            raise DownloadError(f"{error.strerror}") from error


def _short(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return type(reason).__name__
