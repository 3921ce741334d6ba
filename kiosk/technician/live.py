"""Asks a living terminal how its devices are, through a socket beside its store.

A device can be open only once, so whoever wants to know asks the process that has it.  One line of JSON goes
there, one comes back.  The socket is the terminal's user's own; others are refused.

Fault codes: ``diagnosis.not_running`` (nobody answers at the socket), ``diagnosis.no_answer`` (the terminal
runs and does not answer), ``diagnosis.refused``.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from devices.contract import Fault
from kiosk.log import log
from kiosk.technician.names import COMMAND_LINE
from kiosk.visit.state import Page, Visit

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.technician.desk import TechnicianDesk

ANSWER_SECONDS: Final = 90.0
_CONNECT_SECONDS: Final = 2.0
_MOST_BYTES: Final = 1_000_000
_LINE_BYTES: Final = 65_536
_PEER: Final = struct.Struct("3i")  # pid, uid, gid (struct ucred)
BY: Final = COMMAND_LINE[1]


def socket_path(settings: Settings) -> Path:
    return settings.storage.path.with_name(f"{settings.storage.path.name}.socket")


# --- the terminal's side ----------------------------------------------------------------------------------


@contextmanager
def serve_diagnosis(settings: Settings, desk: TechnicianDesk, visit: Callable[[], Visit]) -> Iterator[None]:
    """Answer while the block runs.  A socket that cannot be made is logged; the terminal serves without."""
    path = socket_path(settings)
    try:
        listener = _listening(path)
    except OSError as error:
        log.warning("diagnosis.no_socket", fault="diagnosis.no_socket", error=type(error).__name__)
        yield
        return
    stopping = threading.Event()
    server = threading.Thread(
        target=_serve, args=(listener, stopping, settings, desk, visit), name="diagnosis", daemon=True
    )
    server.start()
    try:
        yield
    finally:
        stopping.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        server.join(2.0)
        with suppress(OSError):
            path.unlink()


def _listening(path: Path) -> socket.socket:
    """The store's lock is held by this process: a socket that is there was left by one that is gone."""
    with suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as address:
            listener.bind(address)
            os.chmod(address, 0o600)
        listener.listen(4)
    except OSError:
        listener.close()
        raise
    return listener


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A socket's address has room for 107 bytes; a folder that is open has a short name."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _serve(
    listener: socket.socket,
    stopping: threading.Event,
    settings: Settings,
    desk: TechnicianDesk,
    visit: Callable[[], Visit],
) -> None:
    while not stopping.is_set():
        try:
            line, _ = listener.accept()
        except OSError:
            return
        threading.Thread(
            target=_converse, args=(line, settings, desk, visit), name="diagnosis line", daemon=True
        ).start()


def _converse(
    line: socket.socket, settings: Settings, desk: TechnicianDesk, visit: Callable[[], Visit]
) -> None:
    with line:
        line.settimeout(_CONNECT_SECONDS)
        try:
            _, uid, _ = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
            if uid not in (0, os.geteuid()):
                answer: Mapping[str, Any] = {"fault": "diagnosis.refused"}
            else:
                asked = _parsed(_read_line(line, _LINE_BYTES))
                answer = _answer(asked, settings, desk, visit())
            line.settimeout(ANSWER_SECONDS)
            line.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        except OSError:
            return  # whoever asked has gone
        except Exception as crash:  # noqa: BLE001 - a bug in here must not end the terminal
            log.crash("diagnosis.crashed", crash)


def _answer(
    asked: Mapping[str, Any] | None, settings: Settings, desk: TechnicianDesk, visit: Visit
) -> Mapping[str, Any]:
    """No self-tests while somebody is in the middle of something: they would take the readers' time."""
    from kiosk import diagnosis

    if asked is None:
        return {"fault": "diagnosis.refused"}
    device = asked.get("device")
    if device is not None and desk.bench.devices.get(str(device)) is None:
        return {"fault": "diagnosis.unknown_device"}
    busy = visit.begun or visit.page is not Page.HOME
    testing = asked.get("self_test") is True and not busy
    names = [driver.name for driver in desk.bench.devices if device in (None, driver.name)]
    test = (lambda name: desk.hands.tested(name, BY)) if testing else None
    checks = diagnosis.tests_of(names, test)
    found = diagnosis.found(
        settings, desk.bench.devices.reports(), checks, desk.bench.catalogue, device, desk.bench.books
    )
    found["live"] = True
    found["visit"] = busy
    found["out_of_service"] = desk.state.out_of_service
    return found


# --- the command's side -----------------------------------------------------------------------------------


def ask(settings: Settings, device: str | None, self_test: bool) -> dict[str, Any] | Fault:
    """What the living terminal of these settings says."""
    path = socket_path(settings)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with line:
        line.settimeout(_CONNECT_SECONDS)
        try:
            with _short(path) as address:
                line.connect(address)
        except OSError as error:
            return Fault("diagnosis.not_running", f"errno {error.errno}")
        try:
            line.settimeout(ANSWER_SECONDS)
            line.sendall(json.dumps({"device": device, "self_test": self_test}).encode() + b"\n")
            answer = _parsed(_read_line(line, _MOST_BYTES))
        except OSError as error:
            return Fault("diagnosis.no_answer", f"errno {error.errno}")
    if answer is None:
        return Fault("diagnosis.no_answer", "no JSON")
    if "fault" in answer:
        return Fault(str(answer["fault"]))
    return dict(answer)


def _read_line(line: socket.socket, most: int) -> bytes:
    read = bytearray()
    while b"\n" not in read and len(read) < most:
        piece = line.recv(65_536)
        if not piece:
            break
        read += piece
    return bytes(read.partition(b"\n")[0])


def _parsed(text: bytes) -> Mapping[str, Any] | None:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None
