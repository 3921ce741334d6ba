"""Opening, finding again, reading and writing one serial port (RS-232, USB CDC or a pseudo-terminal).

Every oddity of the port ends here as a :class:`~devices.contract.Fault`; nothing raises.  pyserial
(imported on first use) only configures the line: when a device goes away its ``read`` raises,
``is_open`` stays true and ``in_waiting`` raises something else, so bytes are moved with ``select``,
``os.read`` and ``os.write`` on the descriptor, where a hang-up has one meaning.

A port may be named by a path, by a glob (``/dev/serial/by-id/usb-1a86_*``) or by what is plugged in
(``auto:1A86:7523`` or ``auto:1A86:7523:SERIAL``).  A path that has vanished is looked for by the vendor,
product and serial number last seen there, because a device put back may get another number.

Fault codes: ``serial.port_missing``, ``serial.port_ambiguous``, ``serial.no_permission``,
``serial.port_busy``, ``serial.port_lost``, ``serial.port_stalled``, ``serial.not_a_port``.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import select
import stat
import termios
from contextlib import suppress
from typing import Any

from devices.bell import Bell
from devices.contract import Deadline, Fault
from values import dataclass

READ_BYTES = 4096
_WRITE_POLL_SECONDS = 0.2
_USB_NAME = re.compile(r"auto:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+))?", re.DOTALL)
_ERRNO_IN_TEXT = re.compile(r"(?:\[Errno |\()(\d+)[\],]")


@dataclass(frozen=True)
class UsbIdentity:
    """What tells one plugged-in adapter from another; ``serial_number`` is empty on cheap ones."""

    vendor_id: int
    product_id: int
    serial_number: str = ""

    def matches(self, other: UsbIdentity) -> bool:
        return (self.vendor_id, self.product_id) == (other.vendor_id, other.product_id) and (
            not self.serial_number or self.serial_number == other.serial_number
        )


class PortFinder:
    """Turns the configured name of a port into the path where it is just now."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: UsbIdentity | None = None
        if parts := _USB_NAME.fullmatch(name):
            self._seen = UsbIdentity(int(parts[1], 16), int(parts[2], 16), parts[3] or "")

    def find(self) -> str | Fault:
        """The path to open, or a fault.  Two candidates are never guessed between."""
        if _USB_NAME.fullmatch(self._name) is None:
            if os.path.exists(self._name):
                return self._name
            if glob.has_magic(self._name):
                return self._only(sorted(glob.glob(self._name)))
        if self._seen is None:
            return Fault("serial.port_missing", self._name)
        seen = self._seen
        return self._only([path for path, identity in _plugged_in() if seen.matches(identity)])

    def remember(self, path: str) -> None:
        """Note what is plugged in at ``path``, so that it is found again under another number."""
        real = os.path.realpath(path)
        self._seen = next((found for at, found in _plugged_in() if os.path.realpath(at) == real), self._seen)

    def _only(self, paths: list[str]) -> str | Fault:
        if len(paths) == 1:
            return paths[0]
        if paths:
            return Fault("serial.port_ambiguous", f"{self._name}: {', '.join(paths)}", permanent=True)
        return Fault("serial.port_missing", f"{self._name}: nothing like it is plugged in")


def _plugged_in() -> list[tuple[str, UsbIdentity]]:
    from serial.tools import list_ports

    return [
        (port.device, UsbIdentity(port.vid, port.pid, port.serial_number or ""))
        for port in list_ports.comports()
        if port.vid is not None and port.pid is not None
    ]


class ByteLine:
    """A non-blocking descriptor that carries bytes both ways; the prefix of its faults is given."""

    def __init__(self, descriptor: int, label: str, fault_prefix: str = "serial.port") -> None:
        self._descriptor = descriptor
        self._label = label
        self._prefix = fault_prefix
        self.unsent_bytes = 0  # of the last write, when it failed

    def fileno(self) -> int:
        return self._descriptor

    def read(self, timeout_seconds: float) -> bytes | Fault:
        """Whatever has arrived within ``timeout_seconds``, at most ``READ_BYTES``; ``b""`` on silence."""
        try:
            if not self._ready(select.POLLIN, timeout_seconds):
                return b""
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            return self._fault(error)
        return data or Fault(f"{self._prefix}_lost", f"{self._label}: hung up")

    def wait_readable(self, timeout_seconds: float, bell: Bell | None = None) -> Fault | None:
        """Return as soon as something can be read, a hang-up included, when the bell rings, or after
        ``timeout_seconds``."""
        try:
            self._ready(select.POLLIN, timeout_seconds, bell)
        except (OSError, ValueError) as error:
            return self._fault(error)
        return None

    def write(self, data: bytes, deadline: Deadline) -> Fault | None:
        """All of ``data`` handed to the system; ``.stalled`` when the other side takes no more in time."""
        view = memoryview(data)
        while view:
            self.unsent_bytes = len(view)
            try:
                if not self._ready(select.POLLOUT, min(_WRITE_POLL_SECONDS, deadline.remaining_seconds)):
                    if deadline.over:
                        return Fault(f"{self._prefix}_stalled", f"{self._label}: {len(view)} bytes not taken")
                    continue
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:
                if not deadline.wait(0.01):
                    return Fault(f"{self._prefix}_stalled", f"{self._label}: {len(view)} bytes not taken")
            except (OSError, ValueError) as error:
                return self._fault(error)
        self.unsent_bytes = 0
        return None

    def _ready(self, events: int, timeout_seconds: float, bell: Bell | None = None) -> bool:
        """Whether reading or writing would not block; a hang-up counts, the call then tells."""
        if self._descriptor < 0:
            raise OSError(errno.EBADF, "closed")
        poll = select.poll()  # not select(): that ends at descriptor 1024
        poll.register(self._descriptor, events)
        if bell is not None:
            poll.register(bell, select.POLLIN)
        return bool(poll.poll(max(0.0, timeout_seconds) * 1000))

    def _fault(self, error: OSError | ValueError) -> Fault:
        number = error.errno if isinstance(error, OSError) else errno.EBADF
        return Fault(f"{self._prefix}_lost", f"{self._label}: {errno.errorcode.get(number or 0, 'error')}")


class SerialPort(ByteLine):
    """An open port.  Use :meth:`open`; close it with :meth:`close`, any number of times."""

    def __init__(self, port: Any, descriptor: int, path: str) -> None:
        super().__init__(descriptor, path)
        self._port = port
        self.path = path

    @classmethod
    def open(cls, path: str, baud: int) -> SerialPort | Fault:
        """8N1, no flow control, nobody else may open it meanwhile.

        A character device that is no terminal (``/dev/usb/lp0``) is opened as it is.
        """
        try:
            mode = os.stat(path).st_mode
            if not stat.S_ISCHR(mode):
                return Fault("serial.port_missing", f"{path} is not a device", permanent=True)
        except OSError as error:
            return _open_fault(path, error)
        import serial

        try:
            port = serial.Serial(path, baud, timeout=0, write_timeout=0, exclusive=True)
            # FTDI adapters hold short replies back for 16 ms unless told otherwise; few others can be told.
            with suppress(OSError, ValueError):
                port.set_low_latency_mode(True)
            return cls(port, port.fileno(), path)
        except termios.error as error:
            return Fault("serial.not_a_port", f"{path}: {error}")
        except (OSError, ValueError) as error:  # SerialException is an OSError
            if _errno_of(error) == errno.ENOTTY:
                return cls._open_plain(path)
            return _open_fault(path, error)

    @classmethod
    def _open_plain(cls, path: str) -> SerialPort | Fault:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            return _open_fault(path, error)
        return cls(None, descriptor, path)

    def set_baud(self, baud: int) -> Fault | None:
        """Go on at another rate."""
        if self._port is None:
            return Fault("serial.not_a_port", f"{self.path}: has no rate")
        try:
            self._port.baudrate = baud
        except (OSError, termios.error, ValueError) as error:
            return Fault("serial.port_lost", f"{self.path}: {error}")
        return None

    def discard_output(self) -> None:
        """Forget what was written and has not left this machine yet."""
        try:
            termios.tcflush(self._descriptor, termios.TCOFLUSH)
        except (termios.error, OSError, ValueError):
            return  # the port is gone or no terminal: nothing is waiting to leave

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        try:
            if self._port is None:
                os.close(descriptor)
            else:
                self._port.close()
        except (OSError, termios.error):
            return  # a device that is gone cannot be closed any better


def open_port(finder: PortFinder, baud: int) -> SerialPort | Fault:
    """Find, open and remember a port."""
    path = finder.find()
    if isinstance(path, Fault):
        return path
    port = SerialPort.open(path, baud)
    if isinstance(port, SerialPort):
        finder.remember(path)
    return port


def _errno_of(error: OSError | ValueError) -> int:
    if isinstance(error, OSError) and error.errno:
        return error.errno
    found = _ERRNO_IN_TEXT.search(str(error))  # pyserial puts it into the sentence only
    return int(found[1]) if found else 0


def _open_fault(path: str, error: OSError | ValueError) -> Fault:
    number = _errno_of(error)
    name = errno.errorcode.get(number, str(error))
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR, errno.EIO):
        return Fault("serial.port_missing", f"{path}: {name}")
    if number in (errno.EACCES, errno.EPERM):
        return Fault("serial.no_permission", f"{path}: {name}", permanent=True)
    if number in (errno.EBUSY, errno.EAGAIN):
        return Fault("serial.port_busy", f"{path}: {name}")
    return Fault("serial.not_a_port", f"{path}: {name}")
