"""A running pcscd for the virtual reader: the one that runs already, else a child of ours.

pcscd makes its own socket where only root may.  Anybody else makes one in a folder of their own and hands it
over as systemd does; libpcsclite, here and in whatever is started from here, finds it by
``PCSCLITE_CSOCK_NAME``.

Several processes may share the child: whoever started it ends it only when nobody else holds it; else it
is left to end by itself a minute after its last client.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from devices.contract import Fault
from devices.virtual import ports
from devices.virtual.vpcd import VPCD_PORT

_SOCKET: Final = "/run/pcscd/pcscd.comm"
_SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
_HANDED_OVER: Final = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&0 </dev/null'
"""The listening socket comes as the shell's input and goes to the program as sd_listen_fds(3) wants it."""
_SHARED: Final = Path(os.environ.get("TMPDIR") or "/tmp")  # by the processes of an account
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 5.0
_OTHER_SECONDS: Final = 5.0
_PORT_SECONDS: Final = 90.0  # the kernel keeps the port of an ended connection for sixty
_AGAIN_SECONDS: Final = 0.5
_LISTEN: Final = "0A"
_PORTS: Final = (VPCD_PORT, VPCD_PORT + 1)  # of its two slots


@contextmanager
def running_pcscd() -> Iterator[Fault | None]:
    """While the block runs, pcscd answers; otherwise the value is a fault.

    Faults: ``pcscd.not_installed``, ``pcscd.not_permitted`` (no folder of our own can be made for it),
    ``pcscd.does_not_start``, ``pcscd.no_virtual_reader`` (it runs without the driver vpcd).
    """
    with _shared_claim() as claim:
        child = None if answers() else _start_with_reader()
        if isinstance(child, Fault):
            yield child
            return
        with socket.socket(socket.AF_UNIX) as client:
            with suppress(OSError):
                client.connect(_socket_path())  # as long as this client is there, it does not end by itself
            try:
                yield None if _has_virtual_reader() else Fault("pcscd.no_virtual_reader", permanent=True)
            finally:
                if child is not None and _nobody_else_holds(claim):
                    stop(child)


def answers() -> bool:
    """Whether a pcscd takes connections."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(_socket_path())
        except OSError:
            return False
    return True


def installed() -> str | None:
    """Where pcscd is; its folder is on root's path only."""
    return shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a pcscd that :func:`running_pcscd` or a test started."""
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _start_with_reader() -> subprocess.Popen[bytes] | Fault | None:
    """As :func:`_start`, again and again while somebody else has one of vpcd's ports.

    They lie where the kernel takes a port from for anybody's connection, and it keeps that port for a minute
    after the end.  pcscd makes its readers when it starts, and only then.
    """
    end = time.monotonic() + _PORT_SECONDS
    while True:
        taken = ports.taken(*_PORTS)
        child = _start()
        if not isinstance(child, subprocess.Popen) or _has_virtual_reader() or time.monotonic() > end:
            return child
        if not taken and not ports.taken(*_PORTS):
            return child  # it has no such driver
        stop(child)
        while ports.taken(*_PORTS) and time.monotonic() < end:
            time.sleep(_AGAIN_SECONDS)


def _start() -> subprocess.Popen[bytes] | Fault | None:
    """A new child, or ``None`` when somebody else's became ready first."""
    program = installed()
    if program is None:
        return Fault("pcscd.not_installed", "no pcscd on the path", permanent=True)
    command = [program, "--foreground", "--auto-exit"]
    if os.geteuid() == 0:
        child = _child(command, subprocess.DEVNULL)
    else:
        try:
            listening = _own_socket()
        except OSError as why:
            return Fault("pcscd.not_permitted", str(why), permanent=True)
        if listening is None:
            return None
        with listening:
            child = _child(["/bin/sh", "-c", _HANDED_OVER, "sh", *command], listening.fileno())
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and not answers():
        if child.poll() is not None:  # another one was quicker and is about to answer, or there is none
            end = min(end, time.monotonic() + _OTHER_SECONDS)
        time.sleep(0.02)
    if answers():
        return child if child.poll() is None else None
    stop(child)
    return Fault("pcscd.does_not_start", f"exit code {child.returncode}")


def _child(command: list[str], given: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _socket_path() -> str:
    return os.environ.get(_SOCKET_VARIABLE) or _SOCKET


def _own_socket() -> socket.socket | None:
    """A listening one that only this account can connect to, or ``None`` where another process has it."""
    folder = _SHARED / f"kiosk-pcscd.{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} belongs to somebody else")
    os.environ[_SOCKET_VARIABLE] = str(folder / "socket")
    with (folder / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if answers():
            return None
        listening = socket.socket(socket.AF_UNIX)
        with suppress(FileNotFoundError):
            os.unlink(_socket_path())
        listening.bind(_socket_path())
        listening.listen()
        return listening


def _has_virtual_reader() -> bool:
    """Whether vpcd's port is listened on; connecting to it would already insert a card."""
    end = time.monotonic() + _OTHER_SECONDS
    while time.monotonic() < end:
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            with suppress(OSError):
                rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
                if any(row[1].endswith(f":{VPCD_PORT:04X}") and row[3] == _LISTEN for row in rows):
                    return True
        time.sleep(0.02)
    return False


@contextmanager
def _shared_claim() -> Iterator[int]:
    """A lock file that all users of the child hold in common."""
    path = _SHARED / f"kiosk-pcscd.{os.geteuid()}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor
    finally:
        os.close(descriptor)


def _nobody_else_holds(claim: int) -> bool:
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
