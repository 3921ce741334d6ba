"""A small thermal printer on loopback TCP: paper, a buffer, real-time and in-turn answers.

What it prints is one picture (rows of dots) for each cut.  While paper or cover stop it, it holds what it
was sent, and prints it when it can again, unless told to forget it: as real printers do.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


class ThermalPrinter:
    def __init__(self, answers_status: bool = True, answers_in_turn: bool = True, port: int = 0) -> None:
        self.answers_status = answers_status
        self.answers_in_turn = answers_in_turn
        self.rows_of_paper: int | None = None  # None: endless
        self.cover_open = False
        self.near_end = False
        self.texts = {65: b"2.05", 67: b"TM-T88"}  # answers to GS I
        self.silent_after_rows: int | None = None  # then it answers nothing and prints nothing
        self.slips: list[list[bytes]] = []
        self.rows: list[bytes] = []  # of the slip that is not cut yet
        self.unknown = bytearray()
        self._lock = threading.RLock()
        self._held = bytearray()
        self._server = socket.create_server(("127.0.0.1", port))
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
        self._thread.join()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def unplug(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        if self._client is not None:
            with suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)  # wakes whoever reads it
            self._client.close()

    def refill(self, rows: int | None = None) -> None:
        with self._lock:
            self.rows_of_paper = rows
            self._work()

    @property
    def _paper_out(self) -> bool:
        return self.rows_of_paper is not None and self.rows_of_paper <= 0

    @property
    def _silent(self) -> bool:
        return self.silent_after_rows is not None and len(self.rows) >= self.silent_after_rows

    def _serve(self) -> None:
        while True:
            try:
                self._client, _address = self._server.accept()
            except OSError:
                return
            while True:
                try:
                    data = self._client.recv(4096)
                    if not data:
                        break
                    with self._lock:
                        self._take(data)
                except OSError:
                    break

    def _take(self, data: bytes) -> None:
        self._held += data
        self._work()
        # Real-time commands are found wherever they stand in what is held.
        while not self._silent:
            place, command = min(
                ((self._held.find(c), c) for c in (b"\x10\x04", CLEAR) if c in self._held), default=(-1, b"")
            )
            if place < 0 or len(self._held) < place + 3:
                return
            if command == CLEAR:
                self._held.clear()
                self.rows.clear()
            else:
                number = self._held[place + 2]
                del self._held[place : place + 3]
                if self.answers_status:
                    self._answer(self._status(number))
            self._work()

    def _status(self, number: int) -> int:
        stopped = self._paper_out or self.cover_open
        if number == 1:
            return 0x12 | (0x08 if stopped else 0)
        if number == 2:
            return 0x12 | (0x04 if self.cover_open else 0) | (0x20 if self._paper_out else 0)
        if number == 4:
            return 0x12 | (0x0C if self.near_end or self._paper_out else 0) | (0x60 if self._paper_out else 0)
        return 0x12

    def _answer(self, answer: int | bytes) -> None:
        if self._client is not None:
            self._client.sendall(bytes([answer]) if isinstance(answer, int) else answer)

    def _work(self) -> None:
        """Print what is held, in its turn, as far as the paper goes."""
        while self._held and not (self._paper_out or self.cover_open or self._silent):
            held = bytes(self._held)
            if held.startswith(b"\x1b@"):
                length = 2
            elif held.startswith(b"\x1dv0\x00"):
                if len(held) < 8:
                    return
                width, height = int.from_bytes(held[4:6], "little"), int.from_bytes(held[6:8], "little")
                length = 8 + width * height
                if len(held) < length:
                    return
                self.rows += [held[8 + row * width : 8 + (row + 1) * width] for row in range(height)]
                if self.rows_of_paper is not None:
                    self.rows_of_paper -= height
            elif held.startswith(b"\x1dVB"):
                if len(held) < 4:
                    return
                length = 4
                self.slips.append(self.rows)
                self.rows = []
            elif held.startswith(b"\x1dI"):
                if len(held) < 3:
                    return
                length = 3
                if held[2] in self.texts:
                    self._answer(b"_" + self.texts[held[2]] + b"\0")
            elif held.startswith(b"\x1dr"):
                if len(held) < 3:
                    return
                length = 3
                if self.answers_in_turn:
                    self._answer(0x00)
            elif held[:1] in b"\x10\x1b\x1d" and (len(held) < 3 or held.startswith((b"\x10\x04", CLEAR[:2]))):
                return
            else:
                length = 1
                self.unknown += held[:1]
            del self._held[:length]
