"""A code scanner at the wire: a pseudo-terminal that obeys triggers and answers commands.

    scanner = VirtualScanner("gm65", suffix="cr")
    scanner.plug_in()                 # scanner.port is the path for terminal.toml
    scanner.scan("1234567890")        # a code is held before the window
    scanner.unplug(); scanner.plug_in()
    scanner.close()

With ``obeys_trigger`` the code waits until the scanner is triggered, as a real one in command mode does;
otherwise it is sent at once.  ``piece_bytes`` and ``gap_seconds`` cut what is sent into pieces.  The port's
path is a symbolic link that stays the same over ``unplug`` and ``plug_in``.
"""

from __future__ import annotations

import os
import pty
import select
import tempfile
import threading
import time
import tty
from pathlib import Path
from typing import Literal

from devices.scanners.acknowledgements import crc_ccitt

ProtocolName = Literal["gm65", "newland", "honeywell", "plain"]
SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}
_HONEYWELL_START, _HONEYWELL_STOP = b"\x16\x54\x0d", b"\x16\x55\x0d"
_NEWLAND_HEAD, _NEWLAND_END = b"\x7e\x010000", b";\x03"
_NEWLAND_KNOWN = (b"SCNTRG1", b"SCNTRG0", b"SCNMOD0", b"SCNMOD2", b"SCNMOD*")
_NOBODY_READS_SECONDS = 1.0
_GM65_MODE, _GM65_TRIGGER = 0x0000, 0x0002


class VirtualScanner:
    def __init__(
        self,
        protocol: ProtocolName = "gm65",
        suffix: str = "cr",
        link: Path | None = None,
        obeys_trigger: bool = True,
        piece_bytes: int = 4096,
        gap_seconds: float = 0.0,
    ) -> None:
        self.protocol = protocol
        self.suffix = suffix
        self.obeys_trigger = obeys_trigger and protocol != "plain"
        self.piece_bytes = piece_bytes
        self.gap_seconds = gap_seconds
        self.commands: list[bytes] = []  # every command received, for whoever wants to look
        self.registers = {_GM65_MODE: 0b11010100, _GM65_TRIGGER: 0, 0x00E1: 100, 0x00E2: 110}
        self.newland_mode = 2  # sensing, until told otherwise
        self._own_folder = None if link else tempfile.TemporaryDirectory(prefix="scanner-")
        self._link = link or Path(self._own_folder.name if self._own_folder else "") / "port"
        self._lock = threading.RLock()
        self._presented: bytes | None = None
        self._triggered = False
        self._master = -1
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def port(self) -> str:
        return str(self._link)

    @property
    def triggered(self) -> bool:
        return self._triggered

    def plug_in(self) -> None:
        with self._lock:
            if self._thread is not None:
                return
            self._master, slave = pty.openpty()
            tty.setraw(slave)
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(slave))
            self._triggered = False
            self._stopping = threading.Event()
            self._thread = threading.Thread(
                target=self._serve,
                args=(self._master, slave, self._stopping),
                name="virtual-scanner",
                daemon=True,
            )
            self._thread.start()

    def unplug(self) -> None:
        """The device is pulled: the port hangs up and its path is gone."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._stopping.set()
            self._link.unlink(missing_ok=True)
        if thread is not None:
            thread.join()

    def close(self) -> None:
        self.unplug()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def scan(self, code: str | bytes) -> None:
        """Hold a code before the window; with a trigger it is read when the scanner looks."""
        data = code.encode() if isinstance(code, str) else code
        with self._lock:
            self._presented = data + SUFFIXES[self.suffix]
            self._read_presented()

    def take_away(self) -> None:
        """Take the code away unread."""
        with self._lock:
            self._presented = None

    def send(self, data: bytes) -> None:
        """Bytes onto the line as they are, e.g. noise."""
        with self._lock:
            for start in range(0, len(data), self.piece_bytes):
                piece = data[start : start + self.piece_bytes]
                while piece and self._thread is not None:
                    if not select.select([], [self._master], [], _NOBODY_READS_SECONDS)[1]:
                        return  # lost, as on a real line
                    piece = piece[os.write(self._master, piece) :]
                if self.gap_seconds:
                    time.sleep(self.gap_seconds)

    def _read_presented(self) -> None:
        if self._presented is None or self._thread is None or (self.obeys_trigger and not self._triggered):
            return
        data, self._presented = self._presented, None
        self._triggered = False  # one code for one trigger
        self.send(data)

    def _serve(self, master: int, slave: int, stopping: threading.Event) -> None:
        # The slave stays open here, so that a driver may close and open it without a hang-up.
        received = bytearray()
        os.set_blocking(master, False)
        while not stopping.is_set():
            if not select.select([master], [], [], 0.05)[0]:
                continue
            try:
                received += os.read(master, 4096)
            except OSError:
                break
            with self._lock:
                self._obey(received)
        os.close(slave)
        os.close(master)

    def _obey(self, received: bytearray) -> None:
        while received:
            length = self._command_length(received)
            if length == 0:
                return
            command = bytes(received[:length])
            del received[:length]
            if self._carry_out(command):
                self.commands.append(command)
                self._read_presented()

    def _command_length(self, data: bytearray) -> int:
        """Bytes of the command at the start of ``data``; 0 when more are needed; 1 skips noise."""
        if self.protocol == "gm65" and data[0] == 0x7E:
            return 0 if len(data) < 9 else 9
        if self.protocol == "newland" and data[0] == 0x7E:
            return data.find(_NEWLAND_END) + 2 if _NEWLAND_END in data else 0
        if self.protocol == "honeywell" and data[0] == 0x16:
            return 0 if len(data) < 3 else 3
        return 1

    def _carry_out(self, command: bytes) -> bool:
        if len(command) == 1:
            return False
        if self.protocol == "gm65":
            return self._gm65(command)
        if self.protocol == "newland":
            return self._newland(command)
        if command in (_HONEYWELL_START, _HONEYWELL_STOP):
            self._triggered = command == _HONEYWELL_START
            return True
        return False

    def _gm65(self, command: bytes) -> bool:
        """A wrong check sum or an unknown command gets no answer."""
        body, check = command[2:7], command[7:9]
        if check not in (crc_ccitt(body), b"\xab\xcd") or command[1] != 0 or body[1] != 1:
            return False
        address, value = int.from_bytes(body[2:4], "big"), body[4]
        if body[0] == 0x07:
            self._answer_gm65(bytes(self.registers.get(address + index, 0) for index in range(value)))
        elif body[0] == 0x08:
            self.registers[address] = value
            self._answer_gm65(b"\x00")
            if address == _GM65_TRIGGER:
                self._triggered = bool(value & 1) and self.registers[_GM65_MODE] & 0b11 == 0b01
        else:
            return False
        return True

    def _answer_gm65(self, data: bytes) -> None:
        body = b"\x00\x00" + bytes([len(data)]) + data
        self.send(b"\x02" + body + crc_ccitt(body[1:]))

    def _newland(self, command: bytes) -> bool:
        if not command.startswith(_NEWLAND_HEAD):
            return False
        text = command[len(_NEWLAND_HEAD) : -len(_NEWLAND_END)]
        known = text[:1] in (b"@", b"#") and text[1:] in _NEWLAND_KNOWN
        if text[1:] == b"SCNMOD*":
            text = text[:-1] + str(self.newland_mode).encode()
        elif known and text[1:].startswith(b"SCNMOD"):
            self.newland_mode = int(text[-1:])
        self.send(b"\x02\x010000" + text + (b"\x06" if known else b"\x05") + _NEWLAND_END)
        if known and text[1:].startswith(b"SCNTRG"):
            self._triggered = text.endswith(b"1")
        return known
