"""The line to an ESC/POS printer, and the answers that come back on it.

One stream carries three kinds of answers, told apart by fixed bits (Epson ESC/POS reference):

* ``DLE EOT n``, real-time, at once whatever the printer does: ``0xx1xx10``;
* ``GS r n``, in its turn, when everything before it has been printed: ``0xx0xxxx``;
* XON and XOFF, 11 and 13, which fit neither;
* ``GS I n``, a text from 5F to 00, asked for only where nothing else can come.

Fault codes: those of ``devices.serial_port`` for a port; ``printer.offline``, ``printer.not_answering``,
``printer.line_lost``, ``printer.line_stalled`` for a network printer.
"""

from __future__ import annotations

import socket
import struct
import time

from devices.contract import Deadline, Fault
from devices.serial_port import ByteLine, PortFinder, SerialPort, open_port

ANSWER_SECONDS = 0.4
_CONNECT_SECONDS = 2.0
_DEFAULT_PORT = 9100
_STATUS_MASK, _STATUS_BITS = 0b1001_0011, 0b0001_0010
_FENCE_MASK = 0b1001_0000
_TEXT_START = b"_"
_TEXT_MAX_BYTES = 256

FENCE = b"\x1dr\x01"  # GS r 1
CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8: forget what is not printed yet


class SocketLine(ByteLine):
    def __init__(self, sock: socket.socket, label: str) -> None:
        super().__init__(sock.fileno(), label, "printer.line")
        self._socket = sock

    def discard_output(self) -> None:
        """Let closing the connection throw away what has not left this machine."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._descriptor = -1
        self._socket.close()


def connect(host: str) -> SocketLine | Fault:
    """``host``: ``name``, ``name:port`` or ``[address]:port``."""
    name, port = split_host(host)
    try:
        sock = socket.create_connection((name, port), _CONNECT_SECONDS)
    except TimeoutError:
        return Fault("printer.not_answering", f"{name}:{port}")
    except (OSError, UnicodeError) as error:
        return Fault("printer.offline", f"{name}:{port}: {type(error).__name__}")
    sock.setblocking(False)
    return SocketLine(sock, f"{name}:{port}")


def split_host(host: str) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    if not colon or not port.isdecimal() or (":" in name and not name.endswith("]")):
        name, port = host, str(_DEFAULT_PORT)
    return name.strip("[]"), int(port)


class EscposLine:
    """An open line with its answers sorted."""

    def __init__(self, line: SerialPort | SocketLine) -> None:
        self.line = line
        self.fences: list[int] = []  # answers to GS r that nobody has taken yet
        self._statuses: list[int] = []

    @classmethod
    def open(cls, finder: PortFinder | None, baud: int, host: str | None) -> EscposLine | Fault:
        line = open_port(finder, baud) if finder is not None else connect(host or "")
        return line if isinstance(line, Fault) else cls(line)

    def receive(self, seconds: float) -> Fault | None:
        """Sort what arrives; returns with the first bytes or after ``seconds``."""
        data = self.line.read(seconds)
        if isinstance(data, Fault):
            return data
        for byte in data:
            if byte & _STATUS_MASK == _STATUS_BITS:
                self._statuses.append(byte)
            elif byte & _FENCE_MASK == 0:
                self.fences.append(byte)
        return None

    def ask(self, number: int) -> int | Fault | None:
        """The answer to ``DLE EOT number``, or nothing if none comes in time."""
        if fault := self.receive(0.0):
            return fault
        self._statuses.clear()  # a late answer to an earlier question
        if fault := self.line.write(bytes((0x10, 0x04, number)), Deadline(ANSWER_SECONDS)):
            return fault
        end = time.monotonic() + ANSWER_SECONDS
        while not self._statuses and (left := end - time.monotonic()) > 0:
            if fault := self.receive(left):
                return fault
        return self.take_status()

    def take_status(self) -> int | None:
        """The first answer to ``DLE EOT`` that has come; what came after it is forgotten."""
        first = self._statuses[0] if self._statuses else None
        self._statuses.clear()
        return first

    def ask_text(self, number: int) -> str | Fault | None:
        """The answer to ``GS I number``: firmware 65, maker 66, model 67; nothing if none comes in time.

        It comes in its turn, as 5F, text, 00, so that only a printer at rest is to be asked.
        """
        if fault := self.receive(0.0):
            return fault
        if fault := self.line.write(bytes((0x1D, 0x49, number)), Deadline(ANSWER_SECONDS)):
            return fault
        held = b""
        end = time.monotonic() + ANSWER_SECONDS
        while (left := end - time.monotonic()) > 0:
            data = self.line.read(left)
            if isinstance(data, Fault):
                return data
            held += data
            start = held.find(_TEXT_START)
            if start >= 0 and (stop := held.find(b"\0", start)) >= 0:
                return held[start + 1 : stop].decode("ascii", "replace").strip()
            if len(held) > _TEXT_MAX_BYTES:
                return None
        return None

    def close(self) -> None:
        self.line.close()
