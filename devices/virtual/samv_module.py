"""A stand-in for a resident card reader: a pseudo-terminal behind which a SAM_V module answers.

It speaks the published protocol in a thread of its own, with the habits of real modules (a card that was
read is not found again until it is lifted) and, on command, with their faults.
"""

from __future__ import annotations

import os
import select
import struct
import termios
import threading
import time
import tty
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from devices.virtual.identity_card import IdentityCard

_PREAMBLE: Final = b"\xaa\xaa\xaa\x96\x69"
_LONGEST_REQUEST: Final = 64
_BITS_PER_BYTE: Final = 10  # 8N1
_UART_PIECE_BYTES: Final = 16
_BAUD_RATES: Final = (115200, 57600, 38400, 19200, 9600)

_COMMANDS: Final = {
    b"\x10\xff": "reset",
    b"\x11\xff": "status",
    b"\x12\xff": "number",
    b"\x20\x01": "find",
    b"\x20\x02": "select",
    b"\x30\x01": "read",
    b"\x30\x10": "read_fingerprint",
    b"\x30\x03": "address",
}

StatusWord = tuple[int, int, int]
DONE: Final[StatusWord] = (0x00, 0x00, 0x90)


@dataclass
class Habits:
    """How the module behaves; may be changed while it runs.

    ``status_words`` answers a command by name (``find``, ``select``, ``read``, ``address``, ``status``,
    ``number``, ``reset``, ``read_fingerprint``) with three status bytes and no data.  ``corrupt_replies``
    counts replies from 0 and damages the checksum of those; ``corrupt_every`` that of every n-th.
    """

    throttled: bool = False  # bytes take the time that they take at ``baud``
    baud: int = 115200
    minds_baud: bool = False  # a line set to another rate than ``baud`` is not understood
    piece_bytes: int = 0  # the most bytes written at once; 0: whole replies
    piece_seconds: float = 0.0  # a pause between pieces
    noise: bytes = b""  # before every reply
    corrupt_replies: set[int] = field(default_factory=set)
    corrupt_every: int = 0
    cut_replies: dict[int, int] = field(default_factory=dict)  # reply -> bytes lost at its end
    mute: bool = False
    finds_read_card_again: bool = False
    read_ends_selection: bool = False  # to be selected again, which then works without a find
    status_words: dict[str, StatusWord] = field(default_factory=dict)
    module_number: bytes = struct.pack("<HHIII", 5, 1, 20240101, 555, 1234567890)
    fingerprint: bytes = b""


class SamvModule:
    """``port = SamvModule().start()``, then :meth:`present` and :meth:`lift`; :meth:`stop` at the end.

    ``link`` is a path that always leads to the module's current port: it goes away with :meth:`hang_up`
    and comes back with :meth:`plug_in`, as a by-id link of a USB adapter does.
    """

    def __init__(self, habits: Habits | None = None, link: Path | None = None) -> None:
        self.habits = habits or Habits()
        self.commands: list[str] = []  # names of the intact requests, in order
        self.replies = 0
        self.unfit_until_reset = False
        self._link = link
        self._lock = threading.Lock()
        self._card: IdentityCard | None = None
        self._found = self._selected = self._consumed = False
        self._master = self._slave = -1
        self._wake_read = self._wake_write = -1
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        self._received = bytearray()

    def start(self) -> str:
        """Open the port and answer on it; the path to give to a driver."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._wake_read, self._wake_write = os.pipe()
        self._received.clear()
        self._ending.clear()
        path = os.ttyname(self._slave)
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(path)
        self._thread = threading.Thread(target=self._run, name="samv-module", daemon=True)
        self._thread.start()
        return path if self._link is None else str(self._link)

    def stop(self) -> None:
        """End for good or until :meth:`plug_in`; whoever has the port open sees it hang up."""
        if self._thread is None:
            return
        self._ending.set()
        os.write(self._wake_write, b"x")
        self._thread.join()
        self._thread = None
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        for descriptor in (self._master, self._slave, self._wake_read, self._wake_write):
            os.close(descriptor)

    def hang_up(self) -> None:
        """The cable is pulled: the port goes, the card stays where it lies."""
        self.stop()

    def plug_in(self) -> str:
        """The cable is put back; the module starts afresh and finds the card again."""
        if self._thread is not None:
            raise RuntimeError("the module is plugged in already")
        with self._lock:
            self._found = self._selected = self._consumed = False
        return self.start()

    def plug_in_again(self) -> None:
        """As :meth:`plug_in`, if the cable is pulled."""
        if self._thread is None:
            self.plug_in()

    def present(self, card: IdentityCard) -> None:
        with self._lock:
            self._card = card
            self._found = self._selected = self._consumed = False

    def lift(self) -> None:
        with self._lock:
            self._card = None
            self._found = self._selected = self._consumed = False

    # --- the module's side of the line ----------------------------------------------------------------

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        poll.register(self._wake_read, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if self._wake_read in ready:
                return
            with suppress(BlockingIOError):
                self._received += os.read(self._master, 4096)
            if self._understands_line():
                self._answer_requests()
            else:
                self._received.clear()

    def _understands_line(self) -> bool:
        if not self.habits.minds_baud:
            return True
        speed = termios.tcgetattr(self._slave)[5]
        return bool(speed == getattr(termios, f"B{self.habits.baud}"))

    def _answer_requests(self) -> None:
        while True:
            start = self._received.find(_PREAMBLE)
            if start < 0:
                del self._received[:-4]
                return
            del self._received[:start]
            if len(self._received) < 7:
                return
            length = self._received[5] << 8 | self._received[6]
            if not 2 <= length <= _LONGEST_REQUEST:
                self._reply((0x00, 0x00, 0x11))
                del self._received[:5]
                continue
            if len(self._received) < 7 + length:
                return
            frame = bytes(self._received[: 7 + length])
            del self._received[: 7 + length]
            if self.habits.throttled:
                time.sleep(len(frame) * _BITS_PER_BYTE / self.habits.baud)
            self._obey(frame)

    def _obey(self, frame: bytes) -> None:
        check = 0
        for byte in frame[5:]:
            check ^= byte
        if check:
            self._reply((0x00, 0x00, 0x10))
            return
        command = frame[7:-1]
        name = _COMMANDS.get(command, "baud" if command[:1] == b"\x60" else "unknown")
        self.commands.append(name)
        override = self.habits.status_words.get(name)
        if override is not None:
            self._reply(override)
        elif name == "baud":
            self._set_baud(command)
        else:
            with self._lock:
                status, data = self._result(name)
            self._reply(status, data)

    def _set_baud(self, command: bytes) -> None:
        if len(command) != 2 or command[1] >= len(_BAUD_RATES):
            self._reply((0x00, 0x00, 0x21))
            return
        self._reply(DONE)
        self.habits.baud = _BAUD_RATES[command[1]]

    def _result(self, name: str) -> tuple[StatusWord, bytes]:
        card = self._card
        if name == "reset":
            self._found = self._selected = self.unfit_until_reset = False
            return DONE, b""
        if self.unfit_until_reset:
            return (0x00, 0x00, 0x60), b""
        if name == "status":
            return DONE, b""
        if name == "number":
            return DONE, self.habits.module_number
        if name == "find":
            self._found = card is not None and (self.habits.finds_read_card_again or not self._consumed)
            return ((0x00, 0x00, 0x9F), bytes(4)) if self._found else ((0x00, 0x00, 0x80), b"")
        if name == "select":
            self._selected = card is not None and (self._found or self.habits.read_ends_selection)
            return (DONE, card.serial) if card is not None and self._selected else ((0x00, 0x00, 0x81), b"")
        if name == "unknown":
            return (0x00, 0x00, 0x21), b""
        if card is None or not self._selected:
            return (0x00, 0x00, 0x41), b""
        if name == "address":
            address = card.address_block()
            return ((0x00, 0x00, 0x91), b"") if address is None else (DONE, address)
        self._consumed = True
        self._selected = not self.habits.read_ends_selection
        text, photo = card.text_block(), card.photo
        sizes = len(text).to_bytes(2, "big") + len(photo).to_bytes(2, "big")
        if name == "read":
            return DONE, sizes + text + photo
        finger = self.habits.fingerprint
        return DONE, sizes + len(finger).to_bytes(2, "big") + text + photo + finger

    def _reply(self, status: StatusWord, data: bytes = b"") -> None:
        number, self.replies = self.replies, self.replies + 1
        habits = self.habits
        if habits.mute:
            return
        body = (len(data) + 4).to_bytes(2, "big") + bytes(status) + data
        check = 0
        for byte in body:
            check ^= byte
        every = habits.corrupt_every
        if number in habits.corrupt_replies or (every and number % every == every - 1):
            check ^= 0x5A
        frame = habits.noise + _PREAMBLE + body + bytes([check])
        self._send(frame[: len(frame) - habits.cut_replies.get(number, 0)])

    def _send(self, frame: bytes) -> None:
        """Write ``frame`` in pieces; throttled, each piece is there when its last byte would be."""
        habits = self.habits
        size = habits.piece_bytes or (_UART_PIECE_BYTES if habits.throttled else len(frame))
        began = time.monotonic()
        for start in range(0, len(frame), size):
            piece = frame[start : start + size]
            pause = habits.piece_seconds if start else 0.0
            if habits.throttled:
                pause = began + (start + len(piece)) * _BITS_PER_BYTE / habits.baud - time.monotonic()
            if pause > 0 and self._ending.wait(pause):
                return
            with suppress(BlockingIOError):  # nobody listens: a line loses what is not taken
                os.write(self._master, piece)
