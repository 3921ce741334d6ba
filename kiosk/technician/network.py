"""The way to the platform, step by step: name, TCP, TLS, platform, time.  A later step waits for the earlier.

Fault codes of its own: ``network.no_such_name``, ``network.refused``, ``network.unreachable``,
``network.timeout``, ``network.tls_untrusted``, ``network.tls_wrong_name``, ``network.tls_expired``,
``network.tls_failed``, ``network.certificate_file``, ``network.clock_wrong``, ``network.no_time``; the step
``platform`` also has those of ``kiosk.delivery.exchange`` and ``platform_faults``.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from devices.contract import Deadline, Fault
from kiosk.technician.state import NetworkStep

if TYPE_CHECKING:
    from kiosk.settings_sections import PlatformSettings

STEPS: Final = ("name", "tcp", "tls", "platform", "time")
CLOCK_TOLERANCE_SECONDS: Final = 30.0
_PROBE: Final = "/v1/catalogue/base"
_MAX_ADDRESSES: Final = 4
_CERTIFICATE_EXPIRED: Final = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_CERTIFICATE_NOT_YET: Final = 9
_NAME_MISMATCH: Final = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH

Told = Callable[[tuple[NetworkStep, ...]], None]


def check(settings: PlatformSettings | None, deadline: Deadline, told: Told) -> tuple[NetworkStep, ...]:
    """Walk the way; ``told`` gets all steps each time one of them has changed."""
    walk = _Walk(settings, deadline, told)
    walk.go()
    return walk.steps


class _Walk:
    def __init__(self, settings: PlatformSettings | None, deadline: Deadline, told: Told) -> None:
        self._settings = settings
        self._deadline = deadline
        self._told = told
        self._addresses: list[tuple[int, tuple[Any, ...]]] = []
        self._line: socket.socket | None = None
        self._skew: float | None = None
        self.steps = tuple(NetworkStep(name, "waiting") for name in STEPS)

    def go(self) -> None:
        if self._settings is None:
            fault = Fault("platform.not_configured")
            self._set(0, NetworkStep("name", "failed", fault=fault.code))
            self._skip_from(1)
            return
        parts = urlsplit(self._settings.url)
        self._host = parts.hostname or ""
        self._secure = parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        try:
            for number, step in enumerate((self._name, self._tcp, self._tls, self._platform, self._time)):
                if self._deadline.over:
                    self._skip_from(number)
                    return
                self._set(number, replace(self.steps[number], state="running"))
                began = time.monotonic()
                found = step(self._settings)
                milliseconds = round((time.monotonic() - began) * 1000)
                self._set(number, replace(found, milliseconds=milliseconds))
                if found.state == "failed" and number < STEPS.index("time"):
                    self._skip_from(number + 1)
                    return
        finally:
            if self._line is not None:
                self._line.close()

    def _set(self, number: int, step: NetworkStep) -> None:
        self.steps = (*self.steps[:number], step, *self.steps[number + 1 :])
        self._told(self.steps)

    def _skip_from(self, number: int) -> None:
        for later in range(number, len(STEPS)):
            self._set(later, NetworkStep(STEPS[later], "skipped"))

    # --- the steps --------------------------------------------------------------------------------------

    def _name(self, settings: PlatformSettings) -> NetworkStep:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            number = error.errno if isinstance(error, socket.gaierror) else "name"
            return _failed("name", Fault("network.no_such_name", f"{self._host}: {number}"))
        self._addresses = [(int(entry[0]), tuple(entry[4])) for entry in found][:_MAX_ADDRESSES]
        shown = ", ".join(dict.fromkeys(str(address[0]) for _, address in self._addresses))
        return NetworkStep("name", "passed", f"{self._host} = {shown}")

    def _tcp(self, settings: PlatformSettings) -> NetworkStep:
        fault = Fault("network.unreachable", self._host)
        for family, address in self._addresses:
            line = socket.socket(family, socket.SOCK_STREAM)
            line.settimeout(max(0.05, min(settings.timeout_seconds, self._deadline.remaining_seconds)))
            try:
                line.connect(address)
            except OSError as error:
                line.close()
                fault = _tcp_fault(error, f"{address[0]} port {self._port}")
                continue
            self._line = line
            return NetworkStep("tcp", "passed", f"{address[0]} port {self._port}")
        return _failed("tcp", fault)

    def _tls(self, settings: PlatformSettings) -> NetworkStep:
        if not self._secure:
            return NetworkStep("tls", "skipped", "http")
        assert self._line is not None
        try:
            context = _context(settings)
        except (OSError, ssl.SSLError) as error:
            return _failed("tls", Fault("network.certificate_file", type(error).__name__, permanent=True))
        try:
            wrapped = context.wrap_socket(self._line, server_hostname=self._host)
        except (OSError, ssl.SSLError, ValueError) as error:
            return _failed("tls", _tls_fault(error))
        self._line = wrapped
        cipher = wrapped.cipher()
        expires = dict(wrapped.getpeercert() or {}).get("notAfter", "")
        shown = f"{wrapped.version()}, {cipher[0] if cipher else ''}, until {expires}"
        return NetworkStep("tls", "passed", shown)

    def _platform(self, settings: PlatformSettings) -> NetworkStep:
        from kiosk.delivery.exchange import Exchange
        from kiosk.delivery.platform_faults import fault_of_reply

        if self._line is not None:  # it has shown what it was for; a small platform serves one at a time
            self._line.close()
        before = time.time()
        reply = Exchange(settings)("GET", _PROBE, within_seconds=self._deadline.remaining_seconds)
        if isinstance(reply, Fault):
            return _failed("platform", reply)
        self._skew = _skew_of(reply.headers.get("date", ""), (before + time.time()) / 2)
        if reply.status != 200:
            return _failed("platform", fault_of_reply(reply))
        return NetworkStep("platform", "passed", f"{settings.url} {reply.status}")

    def _time(self, settings: PlatformSettings) -> NetworkStep:
        if self._skew is None:
            return _failed("time", Fault("network.no_time", "no Date in the answer"))
        shown = f"{self._skew:+.0f} s"
        if abs(self._skew) > CLOCK_TOLERANCE_SECONDS:
            return _failed("time", Fault("network.clock_wrong", shown))
        return NetworkStep("time", "passed", shown)


def _failed(name: str, fault: Fault) -> NetworkStep:
    return NetworkStep(name, "failed", fault.cause, fault.code)


def _skew_of(date: str, now: float) -> float | None:
    """Seconds by which this clock is ahead of the platform's; ``Date`` has whole seconds."""
    try:
        return now - parsedate_to_datetime(date).timestamp() - 0.5
    except (ValueError, TypeError, OverflowError):
        return None


def _context(settings: PlatformSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(settings.ca) if settings.ca else None)
    if settings.client_certificate is not None:
        key = str(settings.client_key) if settings.client_key else None
        context.load_cert_chain(str(settings.client_certificate), key)
    return context


def _tcp_fault(error: OSError, where: str) -> Fault:
    if isinstance(error, TimeoutError):
        return Fault("network.timeout", where)
    if error.errno == errno.ECONNREFUSED:
        return Fault("network.refused", where)
    return Fault("network.unreachable", f"{where}, errno {error.errno}")


def _tls_fault(error: Exception) -> Fault:
    """Told by OpenSSL's verification code: its words differ between versions."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        cause = f"verification {code}"
        if code in (_CERTIFICATE_EXPIRED, _CERTIFICATE_NOT_YET):
            return Fault("network.tls_expired", cause)
        return Fault("network.tls_wrong_name" if code in _NAME_MISMATCH else "network.tls_untrusted", cause)
    if isinstance(error, TimeoutError):
        return Fault("network.timeout", "TLS")
    return Fault("network.tls_failed", getattr(error, "reason", None) or type(error).__name__)
