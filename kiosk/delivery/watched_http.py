"""A ``requests`` session whose exchanges can be ended from another thread.

The time-outs of ``requests`` bound each wait for more bytes; an answer that drips a byte at a time goes on
for ever.  Here a timer shuts the socket down when the whole exchange has taken too long.

Imported only when the first exchange begins: ``requests`` takes a while.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

from requests import Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager

_current = threading.local()


class _Limit:
    """Ends one exchange of one thread.  ``reached`` says afterwards whether it had to."""

    def __init__(self) -> None:
        self.reached = False
        self.connection: HTTPConnection | None = None
        self.answering: object = (
            None  # its socket: the connection lets go of one that closes after the answer
        )
        self._over = False
        self._lock = threading.Lock()

    def reach(self) -> None:
        with self._lock:
            if self._over:
                return
            self.reached = True
            sock = self.answering or getattr(self.connection, "sock", None)
            if isinstance(sock, socket.socket):
                # Past TLS, which another thread is in the middle of.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def end(self) -> None:
        with self._lock:
            self._over = True


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[_Limit]:
    """Within the block this thread's exchange lasts at most ``seconds``, and the time to connect."""
    limit = _Limit()
    timer = threading.Timer(seconds, limit.reach)
    timer.daemon = True
    _current.limit = limit
    timer.start()
    try:
        yield limit
    finally:
        limit.end()
        timer.cancel()
        _current.limit = None


def _watch(connection: HTTPConnection, answering: bool = False) -> None:
    limit = getattr(_current, "limit", None)
    if limit is not None:
        limit.connection = connection
        limit.answering = connection.sock if answering else None


class _Connection(HTTPConnection):
    def request(self, *arguments: Any, **options: Any) -> None:
        _watch(self)
        super().request(*arguments, **options)

    def getresponse(self) -> Any:
        _watch(self, answering=True)
        return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def request(self, *arguments: Any, **options: Any) -> None:
        _watch(self)
        super().request(*arguments, **options)

    def getresponse(self) -> Any:
        _watch(self, answering=True)
        return super().getresponse()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


class _Session(Session):
    """Looks after no redirect: to see where one leads, ``requests`` reads all of its body, however much."""

    def get_redirect_target(self, resp: Response) -> None:
        return None


def new_session() -> Session:
    """Takes nothing from the environment: no proxy, no password file, no certificates."""
    session = _Session()
    session.trust_env = False
    adapter = _Adapter(pool_connections=1, pool_maxsize=1, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
