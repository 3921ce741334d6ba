"""Reads rows of ``applications`` out of a damaged store, page by page, without relying on anything between.

A damaged file often cannot be opened any more, or loses whole branches with one page.  The pages that hold
rows are still there.  Here each page is read for itself, the write-ahead log over the file, and whatever
looks like a row is given: who takes it has to check it (its body is sealed, so that a wrong byte shows).

The layout is SQLite's published file format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from values import dataclass

PAGE_BYTES: Final = 4096
MAX_FILE_BYTES: Final = 512_000_000
MAX_ROW_BYTES: Final = 8_000_000  # body and answer at their largest, sealed
_FILE_HEADER: Final = 100
_LOG_HEADER, _FRAME_HEADER = 32, 24
_LEAF_OF_A_TABLE: Final = 0x0D
_COLUMNS: Final = (
    "seq", "key", "serial", "task_code", "state", "project_no", "created", "updated", "attempts",
    "last_fault", "visit_over", "holder", "data_key", "body",
)  # fmt: skip
_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Value = int | str | bytes | None


@dataclass(frozen=True, repr=False)
class Left:
    """A row as it was found, its types checked and nothing else."""

    key: str
    serial: str
    task_code: str
    state: str
    created: str
    updated: str
    attempts: int
    last_fault: str | None
    holder: bytes
    data_key: bytes
    body: bytes


def rows_left(path: Path) -> dict[str, Left]:
    """By key, of several versions of a row the latest; empty when nothing can be read."""
    found: dict[str, Left] = {}
    erased: dict[str, str] = {}  # key -> when
    pages = _pages(path)
    for number, page in sorted(pages.items()):
        for values in _rows(page, _FILE_HEADER if number == 1 else 0, pages):
            row = dict(zip(_COLUMNS, values, strict=False))
            key, updated = row.get("key"), row.get("updated")
            if not isinstance(key, str) or not isinstance(updated, str):
                continue
            left = _left(row)
            if left is None:
                erased[key] = max(updated, erased.get(key, ""))
            elif key not in found or updated >= found[key].updated:
                found[key] = left
    return {key: left for key, left in found.items() if erased.get(key, "") <= left.updated}


def _left(row: Mapping[str, Value]) -> Left | None:
    try:
        return Left(
            key=_text(row["key"]),
            serial=_text(row["serial"]),
            task_code=_text(row["task_code"]),
            state=_text(row["state"]),
            created=_text(row["created"]),
            updated=_text(row["updated"]),
            attempts=_number(row["attempts"]),
            last_fault=None if row["last_fault"] is None else _text(row["last_fault"]),
            holder=_bytes(row["holder"]),
            data_key=_bytes(row["data_key"]),
            body=_bytes(row["body"]),
        )
    except (KeyError, TypeError):
        return None


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError
    return value


# --- pages ------------------------------------------------------------------------------------------------


def _pages(path: Path) -> dict[int, bytes]:
    content = _content(path)
    pages = {
        number: content[start : start + PAGE_BYTES]
        for number, start in enumerate(range(0, len(content) - PAGE_BYTES + 1, PAGE_BYTES), 1)
    }
    log = _content(Path(f"{path}-wal"))
    salts = log[16:24]
    step = _FRAME_HEADER + PAGE_BYTES
    for start in range(_LOG_HEADER, len(log) - step + 1, step):
        head = log[start : start + _FRAME_HEADER]
        if head[8:16] == salts:  # else a leaf of an earlier log
            pages[int.from_bytes(head[:4])] = log[start + _FRAME_HEADER : start + step]
    return pages


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
    except OSError:
        return b""


# --- rows -------------------------------------------------------------------------------------------------


def _rows(page: bytes, begin: int, pages: Mapping[int, bytes]) -> Iterator[list[Value]]:
    if page[begin] != _LEAF_OF_A_TABLE:
        return
    cells = int.from_bytes(page[begin + 3 : begin + 5])
    for place in range(begin + 8, min(begin + 8 + 2 * cells, PAGE_BYTES - 1), 2):
        try:
            yield _row(page, int.from_bytes(page[place : place + 2]), pages)
        except (IndexError, KeyError, UnicodeDecodeError, ValueError):
            continue  # this cell is damaged; its neighbours may be whole


def _row(page: bytes, at: int, pages: Mapping[int, bytes]) -> list[Value]:
    length, at = _varint(page, at)
    _, at = _varint(page, at)
    payload = _payload(page, at, length, pages)
    header, place = _varint(payload, 0)
    kinds = []
    while place < header:
        kind, place = _varint(payload, place)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        size = _INTEGER_BYTES.get(kind, (kind - 12) // 2 if kind >= 12 else 8 if kind == 7 else 0)
        part = payload[place : place + size]
        if len(part) != size:
            raise ValueError
        place += size
        values.append(_value(kind, part))
    return values


def _value(kind: int, part: bytes) -> Value:
    if kind in _INTEGER_BYTES:
        return int.from_bytes(part, signed=True)
    if kind in (8, 9):
        return kind - 8
    if kind >= 12:
        return part.decode() if kind % 2 else part
    return None


def _payload(page: bytes, at: int, length: int, pages: Mapping[int, bytes]) -> bytes:
    """The bytes of a row, the rest of a long one from the pages that it continues on."""
    if not 0 < length <= MAX_ROW_BYTES:
        raise ValueError
    most = PAGE_BYTES - 35
    if length <= most:
        return page[at : at + length]
    least = (PAGE_BYTES - 12) * 32 // 255 - 23
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
