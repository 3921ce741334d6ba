"""Asking a printer itself, over IPP, with an end to every wait.

CUPS hides a dead printer (it says "processing", reasons "none"), and it keeps the reasons of the last
job.  So the printer is asked beside it.  pycups encodes the question, and http.client carries it, because
libcups has no time-out that holds for a printer that accepts a connection and then says nothing.

Fault codes: ``printer.offline`` (nobody there), ``printer.not_answering`` (connected, no answer in time),
``printer.bad_answer``.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from devices.contract import Fault
from devices.printers.ipp_answer import Group, IppAnswer, decode
from devices.printers.markers import MARKER_ATTRIBUTES, Marker, markers_of
from values import dataclass

ANSWER_SECONDS = 2.0
_MAX_ANSWER_BYTES = 1 << 20
_DEFAULT_PORT = 631
_CUT_MARGIN_SECONDS = 0.2  # the socket's own time-out comes first and names the cause
_FIRST_ERROR_STATUS = 0x0400
_DESCRIPTION = (
    "printer-make-and-model",
    "printer-firmware-string-version",
    "printer-state-message",
    "media-ready",
    *MARKER_ATTRIBUTES,
)


@dataclass(frozen=True)
class PrinterAnswer:
    """``state``: 3 idle, 4 processing, 5 stopped (RFC 8011, 5.4.11); ``reasons``: keywords as given."""

    state: int
    reasons: tuple[str, ...]
    accepting: bool = True


@dataclass(frozen=True)
class Description:
    """What the printer tells of itself; empty where it does not."""

    model: str
    firmware: str
    message: str
    media_ready: tuple[str, ...]
    markers: tuple[Marker, ...]


@dataclass(frozen=True)
class PrinterJob:
    """A job as the printer has it; ``state`` as in RFC 8011, 5.3.7."""

    number: int
    name: str
    state: int


def get_printer(uri: str, seconds: float = ANSWER_SECONDS) -> PrinterAnswer | Fault:
    """The printer's own state."""
    wanted = ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs"]
    answer = _ask(uri, "IPP_OP_GET_PRINTER_ATTRIBUTES", {"requested-attributes": wanted}, seconds)
    if isinstance(answer, Fault):
        return answer
    found = answer.first()
    state = _number(found, "printer-state")
    if not 3 <= state <= 5:
        return Fault("printer.bad_answer", "no printer-state")
    reasons = tuple(str(reason) for reason in found.get("printer-state-reasons", []))
    return PrinterAnswer(state, reasons, bool(found.get("printer-is-accepting-jobs", [True])[0]))


def get_description(uri: str, seconds: float = ANSWER_SECONDS) -> Description | Fault:
    """Model, firmware, what is in the trays, and how much toner or ink is left (PWG 5100.9, 5100.13)."""
    answer = _ask(uri, "IPP_OP_GET_PRINTER_ATTRIBUTES", {"requested-attributes": list(_DESCRIPTION)}, seconds)
    if isinstance(answer, Fault):
        return answer
    found = answer.first()
    return Description(
        _text(found, "printer-make-and-model"),
        _text(found, "printer-firmware-string-version"),
        _text(found, "printer-state-message"),
        tuple(dict.fromkeys(str(media) for media in found.get("media-ready", []))),
        markers_of(found),
    )


def _text(group: Group, name: str) -> str:
    return str(group.get(name, [""])[0]).strip()


def get_jobs(
    uri: str, user: str, completed: bool = False, seconds: float = ANSWER_SECONDS
) -> list[PrinterJob] | Fault:
    """The jobs that the printer holds or prints; with ``completed``, those that have ended."""
    wanted = {
        "requesting-user-name": user,
        "which-jobs": "completed" if completed else "not-completed",
        "requested-attributes": ["job-id", "job-name", "job-state"],
    }
    answer = _ask(uri, "IPP_OP_GET_JOBS", wanted, seconds)
    if isinstance(answer, Fault):
        return answer
    return [
        PrinterJob(number, str(group.get("job-name", [""])[0]), _number(group, "job-state"))
        for group in answer.groups
        if (number := _number(group, "job-id"))
    ]


def _number(group: Group, name: str) -> int:
    """The attribute's first value; 0, which is no state and no job, when that is no number."""
    value = group.get(name, [0])[0]
    return value if isinstance(value, int) else 0


def cancel_job(uri: str, number: int, user: str, seconds: float = ANSWER_SECONDS) -> Fault | None:
    """Cancel one of the printer's own jobs."""
    answer = _ask(uri, "IPP_OP_CANCEL_JOB", {"job-id": number, "requesting-user-name": user}, seconds)
    return answer if isinstance(answer, Fault) else None


def _ask(uri: str, operation: str, wanted: dict[str, Any], seconds: float) -> IppAnswer | Fault:
    import cups

    request = cups.IPPRequest(getattr(cups, operation))
    values = {"printer-uri": uri, **wanted}
    for name in ("printer-uri", "job-id", "requesting-user-name", "which-jobs", "requested-attributes"):
        if name in values:  # RFC 8011, 4.1.5: the target comes first
            tag = getattr(cups, _TAGS[name])
            request.add(cups.IPPAttribute(cups.IPP_TAG_OPERATION, tag, name, values[name]))
    body = io.BytesIO()
    request.writeIO(body.write)
    content = _post(uri, body.getvalue(), seconds)
    if isinstance(content, Fault):
        return content
    answer = decode(content)
    if isinstance(answer, IppAnswer) and answer.status >= _FIRST_ERROR_STATUS:
        return Fault("printer.bad_answer", f"IPP status {answer.status:#06x}")
    return answer


_TAGS = {
    "printer-uri": "IPP_TAG_URI",
    "job-id": "IPP_TAG_INTEGER",
    "requesting-user-name": "IPP_TAG_NAME",
    "which-jobs": "IPP_TAG_KEYWORD",
    "requested-attributes": "IPP_TAG_KEYWORD",
}


def _post(uri: str, body: bytes, seconds: float) -> bytes | Fault:
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORT
    except ValueError:
        return Fault("printer.offline", "the printer's address is none", permanent=True)
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        with _cut_after(connection, seconds + _CUT_MARGIN_SECONDS):
            connection.connect()
            if parts.scheme == "ipps":
                connection.sock = _unverified().wrap_socket(connection.sock, server_hostname=host)
            connection.request("POST", parts.path or "/", body, {"Content-Type": "application/ipp"})
            response = connection.getresponse()
            content = response.read(_MAX_ANSWER_BYTES)
    except ConnectionRefusedError:
        return Fault("printer.offline", f"{host}:{port} refuses")
    except TimeoutError:
        return Fault("printer.not_answering", f"{host}:{port}: nothing within {seconds:g} s")
    except (socket.gaierror, UnicodeError):
        return Fault("printer.offline", f"{host}: no such name")
    except http.client.HTTPException as error:
        return Fault("printer.not_answering", f"{host}:{port}: {type(error).__name__}")
    except OSError as error:
        code = "printer.not_answering" if isinstance(error, ConnectionError) else "printer.offline"
        return Fault(code, f"{host}:{port}: {type(error).__name__}")
    finally:
        connection.close()
    if response.status != http.client.OK:
        return Fault("printer.bad_answer", f"HTTP {response.status}")
    return content


@contextmanager
def _cut_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """A socket's time-out holds for one byte; this one holds for the whole exchange."""

    def cut() -> None:
        sock = connection.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # closed meanwhile: nobody waits any more

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _unverified() -> ssl.SSLContext:
    """Printers sign their own certificates, and only their state is asked for here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
