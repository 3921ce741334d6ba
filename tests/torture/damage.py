"""What lines, cards, disks and hands do to bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

MOST_DAMAGES: Final = 4
LONGEST_SPAN_BYTES: Final = 40
TELLING_BYTES: Final = (0x00, 0x01, 0x0A, 0x0D, 0x20, 0x7F, 0x80, 0xAA, 0xD8, 0xDF, 0xFE, 0xFF)


def damaged(whole: bytes, random: Random) -> bytes:
    """``whole`` after none to a few accidents."""
    data = bytearray(whole)
    for _ in range(random.randint(0, MOST_DAMAGES)):
        random.choice(_ACCIDENTS)(data, random)
    return bytes(data)


def pieces(data: bytes, random: Random) -> list[bytes]:
    """``data`` as it arrives: whole, a byte at a time, or in anything between."""
    longest = random.choice((1, 3, 16, 200, len(data) or 1))
    made, start = [], 0
    while start < len(data):
        end = start + random.randint(1, longest)
        made.append(data[start:end])
        start = end
    return made


def _span(data: bytearray, random: Random) -> slice:
    start = random.randint(0, len(data))
    return slice(start, start + random.randint(1, LONGEST_SPAN_BYTES))


def _flip_bit(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set_byte(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice(TELLING_BYTES)


def _insert_noise(data: bytearray, random: Random) -> None:
    place = random.randint(0, len(data))
    data[place:place] = random.randbytes(random.randint(1, LONGEST_SPAN_BYTES))


def _lose(data: bytearray, random: Random) -> None:
    del data[_span(data, random)]


def _repeat(data: bytearray, random: Random) -> None:
    span = _span(data, random)
    data[span.start : span.start] = data[span] * random.randint(1, 3)


def _overwrite(data: bytearray, random: Random) -> None:
    span = _span(data, random)
    data[span] = bytes([random.choice(TELLING_BYTES)]) * len(data[span])


def _move(data: bytearray, random: Random) -> None:
    span = _span(data, random)
    moved = data[span]
    del data[span]
    place = random.randint(0, len(data))
    data[place:place] = moved


def _cut_off(data: bytearray, random: Random) -> None:
    del data[random.randint(0, len(data)) :]


_ACCIDENTS: Final[Sequence[Callable[[bytearray, Random], None]]] = (
    _flip_bit,
    _set_byte,
    _insert_noise,
    _lose,
    _repeat,
    _overwrite,
    _move,
    _cut_off,
)
