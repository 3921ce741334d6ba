"""Bytes from a scanner, in any pieces, to whole codes.  Pure: the clock is handed in.

A code ends at CR, LF or TAB, whichever the scanner really sends, or after a silence: scanners lose their
settings, and a code must not be lost because the suffix is another one than configured.  Answers to
commands are taken out wherever they stand, also in two pieces and also within a code.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.contract import Fault
from devices.scanners import acknowledgements
from devices.scanners.content import MAX_CODE_BYTES, TOO_LONG, read_code, unframed
from values import dataclass

SILENCE_SECONDS = 0.1
REPEAT_SECONDS = 1.0
_BROKEN_ANSWER_SECONDS = 1.0  # the rest of an answer may come late; then it is given up
_SUFFIXES = {b"\r": "cr", b"\n": "lf", b"\t": "tab", b"": "none"}


@dataclass(frozen=True, repr=False)
class Code:
    text: str


Scan = Code | Fault


def ignore_answer(_answer: bytes) -> None:
    """For a stream in which nobody waits for an answer."""


class CodeAssembler:
    """Feed it bytes with :meth:`feed`, and call :meth:`tick` when none came.

    Times are seconds on any one monotonic clock.  ``on_answer`` gets each complete command answer.
    While ``listening`` is false, codes are taken out of the stream and forgotten.
    """

    def __init__(self, on_answer: Callable[[bytes], None] = ignore_answer) -> None:
        self._on_answer = on_answer
        self.listening = True
        self._pending = bytearray()  # from a 02 on: perhaps an answer
        self._stale_bytes = 0  # of the pending ones, those that a silence followed
        self._code = bytearray()
        self._over_long = False
        self._skipping = False  # inside a code that began before it was forgotten
        self._last_byte_at = float("-inf")
        self._last_code = ""
        self._last_code_at = float("-inf")
        self._after_carriage_return = False
        self.repeats = 0  # codes that were dropped because they came twice
        self.seen_suffix: str | None = None  # "cr", "lf", "crlf", "tab" or "none": how the last code ended

    def feed(self, data: bytes, now: float) -> list[Scan]:
        self._forget_last_code(now)
        scans = self.tick(now) if now - self._last_byte_at >= SILENCE_SECONDS else []
        if data:
            self._last_byte_at = now
        for byte in data:
            self._pending.append(byte)
            self._take_pending(scans, now)
        return scans

    def tick(self, now: float) -> list[Scan]:
        """Ends what a silence ends."""
        scans: list[Scan] = []
        self._forget_last_code(now)
        silence = now - self._last_byte_at
        if silence >= _BROKEN_ANSWER_SECONDS:
            self._pending.clear()
        if silence >= SILENCE_SECONDS:
            self._stale_bytes = len(self._pending)
            self._after_carriage_return = False
            self._end_code(b"", scans, now)
        return scans

    @property
    def waiting(self) -> bool:
        """True while a silence would still end something."""
        return bool(self._code or self._skipping or self._over_long)

    def forget(self) -> None:
        """Drop what has come so far, the tail of a code that is on its way included."""
        self._skipping = self._skipping or bool(self._code) or self._over_long
        self._code.clear()
        self._over_long = False

    def _forget_last_code(self, now: float) -> None:
        """It is somebody's, and kept no longer than it can come as a repeat."""
        if self._last_code and now - self._last_code_at >= REPEAT_SECONDS:
            self._last_code = ""

    def _take_pending(self, scans: list[Scan], now: float) -> None:
        while self._pending:
            length = acknowledgements.NOT_ONE
            if self._pending[0] == acknowledgements.START:
                length = acknowledgements.length_at(self._pending)
            if length == acknowledgements.INCOMPLETE:
                return
            if length > 0:
                self._on_answer(bytes(self._pending[:length]))
                del self._pending[:length]
                self._stale_bytes = 0
            elif self._stale_bytes:  # an answer broken off by a silence: what follows is no part of it
                del self._pending[: self._stale_bytes]
                self._stale_bytes = 0
            else:
                self._take_byte(self._pending.pop(0), scans, now)

    def _take_byte(self, byte: int, scans: list[Scan], now: float) -> None:
        if byte == 0x0A and self._after_carriage_return:
            self.seen_suffix = "crlf"
        self._after_carriage_return = byte == 0x0D
        if byte in b"\r\n\t":
            self._end_code(bytes([byte]), scans, now)
        elif self._skipping:
            return
        elif len(self._code) < MAX_CODE_BYTES:
            self._code.append(byte)
        else:
            self._over_long = True

    def _end_code(self, suffix: bytes, scans: list[Scan], now: float) -> None:
        data, over_long = unframed(bytes(self._code)), self._over_long
        self._code.clear()
        self._over_long = self._skipping = False
        if not data:
            return
        self.seen_suffix = _SUFFIXES[suffix]
        if not self.listening:
            return
        scan = TOO_LONG if over_long else read_code(data)
        if isinstance(scan, Fault):
            scans.append(scan)
            return
        if scan == self._last_code and now - self._last_code_at < REPEAT_SECONDS:
            self.repeats += 1
            return
        self._last_code, self._last_code_at = scan, now
        scans.append(Code(scan))
