"""One request and its whole answer, or the fault that tells what came in between.

A connection is used again for the next request of its thread.  Where something in between sends an answer
twice, the second one would be taken for the next answer: whoever asks for what belongs to one person asks
with ``fresh``, and :meth:`Exchange.said_before` tells what a connection has brought already.

Redirects are refused: an application goes to the platform that was configured, or nowhere.  Answers have
a largest size and a longest time.  Nothing of a request or an answer is part of a fault.

Fault codes: ``platform.unreachable``, ``platform.timeout``, ``platform.tls``, ``platform.answer_cut``,
``platform.answer_too_large``, ``platform.redirected``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Final

from devices.contract import Fault
from kiosk.settings import PlatformSettings
from kiosk.settings_sections import credential_in
from values import dataclass

if TYPE_CHECKING:
    from requests import Response, Session

MAX_JSON_BYTES: Final = 4_000_000
CHUNK_BYTES: Final = 65_536
KEEP_SECONDS: Final = 20.0
"""A connection unused for longer is not trusted: a middlebox may have dropped it without a word."""
WHOLE_EXCHANGE_FACTOR: Final = 2.0
"""A whole exchange may take this many time-outs; a larger document gets more."""
LARGE_BODY_BYTES: Final = 262_144
"""What is sent beside that, a recording, takes its time, too."""
SLOWEST_BYTES_PER_SECOND: Final = 50_000
MOST_BROUGHT: Final = 1_000  # answers that a connection is remembered to have brought


@dataclass(frozen=True, repr=False)
class Reply:
    """``headers`` have lower-case names.  ``content`` is complete, as far as its length was announced."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class _Line(threading.local):
    """A thread's own session: sessions are not made for sharing."""

    session: Session | None = None
    last_used: float = 0.0

    def __init__(self) -> None:
        self.brought: dict[str, str] = {}  # by this connection: what, and for whom


class Exchange:
    """``url`` and certificates of one platform.  Any thread."""

    def __init__(self, settings: PlatformSettings, headers: Mapping[str, str] | None = None) -> None:
        """``headers`` go with every request."""
        self._settings = settings
        self._headers = dict(headers or {})
        self._line = _Line()

    def __call__(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_JSON_BYTES,
        within_seconds: float | None = None,
        fresh: bool = False,
    ) -> Reply | Fault:
        """``within_seconds`` shortens time-outs for a citizen who waits; it never lengthens them.

        ``fresh``: on a new connection.
        """
        from requests import RequestException

        from kiosk.delivery.watched_http import limited

        timeout = self._settings.timeout_seconds
        # What the system has taken to send may be on its way for a while before there can be an answer.
        sending = max(0, len(body or b"") - LARGE_BODY_BYTES) / SLOWEST_BYTES_PER_SECOND
        fetching = max(0, max_bytes - MAX_JSON_BYTES) / SLOWEST_BYTES_PER_SECOND
        longest = timeout * WHOLE_EXCHANGE_FACTOR + sending + fetching
        if within_seconds is not None:
            timeout, longest = (
                max(0.05, min(timeout, within_seconds)),
                max(0.05, min(longest, within_seconds)),
            )
        if fresh:
            self.renew()
        session = self._session()
        with limited(longest) as limit:
            try:
                with session.request(
                    method,
                    self._settings.url + path,
                    data=_piecewise(body),
                    headers=dict(headers or {}),
                    timeout=(timeout, timeout + sending),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    reply = self._whole(response, max_bytes)
                    if not limit.reached:
                        return reply
                    # Shut down by the limit, an answer without a length looks as if it were whole.
                    self._drop()
                    return Fault("platform.timeout", "too slow")
            except (RequestException, OSError, ValueError) as error:
                # requests and urllib3 let a few failures of a broken stream through as they are.
                self._drop()
                return Fault("platform.timeout", "too slow") if limit.reached else _fault_of(error)

    def renew(self) -> None:
        """Let the next request of this thread have a new connection."""
        self._drop()

    def said_before(self, what: str, to: str) -> bool:
        """Whether this thread's connection has brought ``what`` before, as the answer to somebody else."""
        brought = self._line.brought
        if len(brought) > MOST_BROUGHT:
            brought.clear()
        return brought.setdefault(what, to) != to

    def _whole(self, response: Response, max_bytes: int) -> Reply | Fault:
        if 300 <= response.status_code < 400:
            self._drop()
            return Fault("platform.redirected", str(response.status_code))
        content = bytearray()
        for chunk in response.iter_content(CHUNK_BYTES):
            content += chunk
            if len(content) > max_bytes:
                self._drop()
                return Fault("platform.answer_too_large", f"more than {max_bytes} bytes")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, headers, bytes(content))

    def _session(self) -> Session:
        from kiosk.delivery.watched_http import new_session

        now = time.monotonic()
        if self._line.session is not None and now - self._line.last_used > KEEP_SECONDS:
            self._drop()
        self._line.last_used = now
        if self._line.session is None:
            settings = self._settings
            session = new_session()
            session.headers.update(
                {
                    "User-Agent": "kiosk",
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    **self._headers,
                }
            )
            if credential := _credential(settings):
                session.headers["Terminal-Credential"] = credential
            session.verify = str(settings.ca) if settings.ca else True
            if settings.client_certificate and settings.client_key:
                session.cert = (str(settings.client_certificate), str(settings.client_key))
            elif settings.client_certificate:
                session.cert = str(settings.client_certificate)
            self._line.session = session
        return self._line.session

    def _drop(self) -> None:
        session, self._line.session = self._line.session, None
        self._line.brought.clear()
        if session is not None:
            session.close()


def _piecewise(body: bytes | None) -> bytes | BytesIO | None:
    """A large one goes in pieces, each of which has the whole time-out; else it would be for all of it."""
    return BytesIO(body) if body is not None and len(body) > LARGE_BODY_BYTES else body


def _credential(settings: PlatformSettings) -> str:
    """The terminal's own, which shows that it is itself.  Without it, the platform says what is missing."""
    if settings.credential_file is None:
        return ""
    try:
        return credential_in(settings.credential_file)
    except (OSError, ValueError):
        return ""


def _fault_of(error: Exception) -> Fault:
    """Which part of the way failed.  The class of the innermost cause is told, never its text."""
    from requests import exceptions as failures

    cause = type(_innermost(error)).__name__
    if isinstance(error, failures.SSLError) or _is_tls(error):
        return Fault("platform.tls", cause)
    if isinstance(error, failures.ConnectTimeout):
        return Fault("platform.unreachable", cause)
    if isinstance(error, failures.Timeout) or cause in ("ReadTimeoutError", "TimeoutError", "timeout"):
        return Fault("platform.timeout", cause)
    if isinstance(error, failures.ConnectionError) and _never_connected(error):
        return Fault("platform.unreachable", cause)
    if isinstance(error, OSError) and not isinstance(error, failures.RequestException):
        return Fault("platform.tls", cause)  # a certificate file that is not there or no certificate
    return Fault("platform.answer_cut", cause)


def _chain(error: BaseException) -> list[BaseException]:
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(seen) < 16:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and each not in seen:
            seen.append(each)
            waiting += [getattr(each, "reason", None), *each.args[:2], each.__cause__, each.__context__]
    return seen


def _innermost(error: BaseException) -> BaseException:
    return _chain(error)[-1]


def _is_tls(error: BaseException) -> bool:
    import ssl

    return any(isinstance(each, ssl.SSLError) for each in _chain(error))


def _never_connected(error: BaseException) -> bool:
    from urllib3.exceptions import NewConnectionError

    return any(isinstance(each, NewConnectionError) for each in _chain(error))
