"""Reads rows out of a damaged SQLite file, page by page, without relying on anything between the pages.

A damaged file often cannot be opened any more, or loses whole branches with one page.  The pages that hold
rows are still there.  Here each page is read for itself, the write-ahead log over the file, and whatever
looks like a row is given: who takes it has to check it.

The layout is SQLite's published file format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from values import dataclass

PAGE_BYTES: Final = 4096
MAX_FILE_BYTES: Final = 512_000_000
MAX_ROW_BYTES: Final = 8_000_000  # body and answer at their largest, sealed
_FILE_HEADER: Final = 100
_LOG_HEADER, _FRAME_HEADER = 32, 24
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 0x0D, 0x0A, 0x02
_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_CELLS_AT: Final = {_TABLE_LEAF: 8, _INDEX_LEAF: 8, _INDEX_INNER: 12}

Value = int | str | bytes | None


@dataclass(frozen=True, repr=False)
class Row:
    """``number`` is the row's own where its table has numbers; ``values`` as they lie on the page."""

    number: int | None
    values: tuple[Value, ...]


def rows_of(path: Path) -> Iterator[Row | None]:
    """Every row that can be read, page by page; ``None`` for each place that should hold one and does not."""
    pages, doubtful = _pages(path)
    for number, page in sorted(pages.items()):
        yield from _rows(page, _FILE_HEADER if number == 1 else 0, pages)
    for page in doubtful:
        yield from (row for row in _rows(page, 0, pages) if row is not None)


# --- pages ------------------------------------------------------------------------------------------------


def _pages(path: Path) -> tuple[dict[int, bytes], list[bytes]]:
    """The pages as they stand, and such of the log whose place is not certain."""
    content = _content(path)
    pages = {
        number: content[start : start + PAGE_BYTES].ljust(PAGE_BYTES, b"\0")  # the last may be cut off
        for number, start in enumerate(range(0, len(content), PAGE_BYTES), 1)
    }
    log = _content(Path(f"{path}-wal"))
    step = _FRAME_HEADER + PAGE_BYTES
    frames = [log[start : start + step] for start in range(_LOG_HEADER, len(log) - step + 1, step)]
    salts = _salts(log, frames)
    order = ">" if log[3:4] == b"\x83" else "<"
    before = struct.unpack(">II", log[24:32].ljust(8, b"\0"))
    doubtful: list[bytes] = []
    for frame in frames:
        if frame[8:16] == salts:  # else a leaf of an earlier log
            page = frame[_FRAME_HEADER:]
            if _sum(frame[:8] + page, before, order) == struct.unpack(">II", frame[16:24]):
                pages[int.from_bytes(frame[:4])] = page
            else:
                doubtful.append(page)
        before = struct.unpack(">II", frame[16:24])
    return pages, doubtful


def _salts(log: bytes, frames: list[bytes]) -> bytes:
    """What marks the frames of this log.  A damaged header has them no more, and then most frames tell."""
    marks = Counter(frame[8:16] for frame in frames)
    own = log[16:24]
    return own if marks[own] or not marks else marks.most_common(1)[0][0]


def _sum(content: bytes, before: tuple[int, ...], order: str) -> tuple[int, int]:
    first, second = before
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for place in range(0, len(words), 2):
        first = (first + words[place] + second) & 0xFFFFFFFF
        second = (second + words[place + 1] + first) & 0xFFFFFFFF
    return first, second


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
    except OSError:
        return b""


# --- rows -------------------------------------------------------------------------------------------------


def _rows(page: bytes, begin: int, pages: Mapping[int, bytes]) -> Iterator[Row | None]:
    kind = page[begin]
    first = _CELLS_AT.get(kind)
    if first is None:
        return
    cells = int.from_bytes(page[begin + 3 : begin + 5])
    for place in range(begin + first, min(begin + first + 2 * cells, PAGE_BYTES - 1), 2):
        try:
            yield _row(page, int.from_bytes(page[place : place + 2]), kind, pages)
        except (IndexError, KeyError, UnicodeDecodeError, ValueError):
            yield None  # this cell is damaged; its neighbours may be whole


def _row(page: bytes, at: int, kind: int, pages: Mapping[int, bytes]) -> Row:
    if kind == _INDEX_INNER:
        at += 4
    length, at = _varint(page, at)
    number = None
    if kind == _TABLE_LEAF:
        number, at = _varint(page, at)
    payload = _payload(page, at, length, pages, kind)
    header, place = _varint(payload, 0)
    kinds = []
    while place < header:
        each, place = _varint(payload, place)
        kinds.append(each)
    values: list[Value] = []
    for each in kinds:
        size = _INTEGER_BYTES.get(each, (each - 12) // 2 if each >= 12 else 8 if each == 7 else 0)
        part = payload[place : place + size]
        if len(part) != size:
            raise ValueError
        place += size
        values.append(_value(each, part))
    return Row(number, tuple(values))


def _value(kind: int, part: bytes) -> Value:
    if kind in _INTEGER_BYTES:
        return int.from_bytes(part, signed=True)
    if kind in (8, 9):
        return kind - 8
    if kind >= 12:
        return part.decode() if kind % 2 else part
    return None


def _payload(page: bytes, at: int, length: int, pages: Mapping[int, bytes], kind: int) -> bytes:
    """The bytes of a row, the rest of a long one from the pages that it continues on."""
    if not 0 < length <= MAX_ROW_BYTES:
        raise ValueError
    least = (PAGE_BYTES - 12) * 32 // 255 - 23
    most = PAGE_BYTES - 35 if kind == _TABLE_LEAF else (PAGE_BYTES - 12) * 64 // 255 - 23
    if length <= most:
        return page[at : at + length]
    local = least + (length - least) % (PAGE_BYTES - 4)
    local = local if local <= most else least
    whole = bytearray(page[at : at + local])
    following = int.from_bytes(page[at + local : at + local + 4])
    while len(whole) < length:
        rest = pages[following]
        whole += rest[4 : 4 + length - len(whole)]
        following = int.from_bytes(rest[:4])
    return bytes(whole)


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(9):
        byte = content[at + index]
        if index == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + index + 1
    raise ValueError
