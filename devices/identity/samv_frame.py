"""Frames of the SAM_V serial protocol (GA 450): written whole, read in pieces of any size.

    request  AA AA AA 96 69 | Len1 Len2 | CMD Para Data... | CHK
    reply    AA AA AA 96 69 | Len1 Len2 | SW1 SW2 SW3 Data... | CHK

``Len`` is big-endian and counts every byte after itself, CHK included.  CHK is the XOR of every byte
between preamble and CHK, so that the XOR of all bytes after the preamble is zero.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Final

from values import dataclass

PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
HEAD_BYTES: Final = len(PREAMBLE) + 2
MIN_REPLY_LENGTH: Final = 4  # SW1 SW2 SW3 CHK
# The longest reply known: status, six bytes of lengths, text 256, photo 1024, fingerprint 1024, CHK.
MAX_REPLY_LENGTH: Final = 3 + 6 + 256 + 1024 + 1024 + 1


@dataclass(frozen=True, repr=False)
class Reply:
    """One intact reply.  Its ``repr`` shows no data, which may be a person's."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.data)} bytes)"

    @property
    def status(self) -> str:
        """The three status bytes for the technician, e.g. ``00 00 90``."""
        return f"{self.sw1:02X} {self.sw2:02X} {self.sw3:02X}"


@dataclass(frozen=True)
class FrameDamage:
    """A preamble whose frame does not hold: ``length`` as announced, ``absurd`` when no reply has it."""

    length: int
    absurd: bool


def encode_request(command: bytes) -> bytes:
    """The frame of ``command`` (CMD, Para and data)."""
    body = (len(command) + 1).to_bytes(2, "big") + command
    return PREAMBLE + body + bytes([reduce(xor, body)])


class ReplyDecoder:
    """Finds replies in a stream of pieces.

    Noise before a preamble is skipped.  A frame that fails its checksum, or announces an absurd length,
    gives up only its first byte: the true preamble may lie inside it.  At most one longest frame and
    the newest piece are held.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    def reset(self) -> None:
        self._held.clear()

    @property
    def awaited_length(self) -> int | None:
        """``Len`` of the frame that has begun and is not complete; ``None`` without one."""
        if len(self._held) < HEAD_BYTES:
            return None
        return int.from_bytes(self._held[HEAD_BYTES - 2 : HEAD_BYTES], "big")

    def feed(self, piece: bytes) -> list[Reply | FrameDamage]:
        """Take the next bytes; what they completed, in order."""
        held = self._held
        held += piece
        found: list[Reply | FrameDamage] = []
        while True:
            start = held.find(PREAMBLE)
            if start < 0:
                del held[: max(0, len(held) - len(PREAMBLE) + 1)]
                return found
            del held[:start]
            if len(held) < HEAD_BYTES:
                return found
            length = int.from_bytes(held[HEAD_BYTES - 2 : HEAD_BYTES], "big")
            absurd = not MIN_REPLY_LENGTH <= length <= MAX_REPLY_LENGTH
            if not absurd and len(held) < HEAD_BYTES + length:
                return found
            reply = None if absurd else _reply(held[: HEAD_BYTES + length])
            if reply is None:
                found.append(FrameDamage(length, absurd))
                del held[:1]
            else:
                found.append(reply)
                del held[: HEAD_BYTES + length]

    def settle(self) -> list[Reply | FrameDamage]:
        """The line has fallen silent inside a frame: was its preamble noise, with whole replies behind?

        Gives those replies, if there are any; otherwise nothing changes, and the frame may still end.
        """
        start = self._held.find(PREAMBLE, 1)
        while start >= 0:
            inner = ReplyDecoder()
            found = inner.feed(bytes(self._held[start:]))
            if any(isinstance(item, Reply) for item in found):
                self._held = inner._held
                return found
            start = self._held.find(PREAMBLE, start + 1)
        return []


def _reply(frame: bytearray) -> Reply | None:
    if reduce(xor, memoryview(frame)[len(PREAMBLE) :]) != 0:
        return None
    body = bytes(frame[HEAD_BYTES:-1])
    return Reply(body[0], body[1], body[2], body[3:])
