"""What a printed paper says, read back from its PDF: for ears, and for eyes that need larger letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

MOST_CHARACTERS: Final = 8_000
MOST_PAGES: Final = 8
# What holds one character of a line apart from the next in some files, and is none itself.
_NOTHING: Final = dict.fromkeys(map(ord, "\u200b\ufeff\ufffe\uffff\x00"))


_ENDS: Final = frozenset("。！？；：!?;:")
# A line that comes so near to the edge of what is printed, in sizes of its type, went on below: a mark that
# must not stand at the end of a line takes a character with it.
_NEAR_EDGE: Final = 2.2


@dataclass
class _Line:
    text: str = ""
    right: float = 0.0  # in points, as the size of the type
    size: float = 0.0


def lines_of(pdf: bytes) -> tuple[str, ...]:
    """The text of a PDF line by line, empty lines left out; nothing for one that cannot be read.

    A sentence that was broken at the edge of the paper is one line again: who hears it hears no break.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return ()
    try:
        found: list[str] = []
        for number in range(min(len(document), MOST_PAGES)):
            found += _whole(list(_printed(document[number].get_textpage())))
    finally:
        document.close()
    lines: list[str] = []
    length = 0
    for line in filter(None, found):
        length += len(line)
        if length > MOST_CHARACTERS:
            break
        lines.append(line)
    return tuple(lines)


def _printed(page: Any) -> Iterator[_Line]:
    line = _Line()
    for index in range(page.count_chars()):
        character = chr(_code(page, index))
        if character in "\r\n":
            yield line
            line = _Line()
            continue
        line.text += character.translate(_NOTHING)
        if not character.isspace():
            line.right = max(line.right, page.get_charbox(index)[2])
            line.size = float(pdfium.FPDFText_GetFontSize(page.raw, index))
    yield line


def _code(page: Any, index: int) -> int:
    code = int(pdfium.FPDFText_GetUnicode(page.raw, index))
    return code if code < 0x110000 else 0


def _whole(lines: list[_Line]) -> Iterator[str]:
    """Lines as they were before they were broken."""
    edge = max((line.right for line in lines), default=0.0)
    begun: list[_Line] = []
    for line in filter(lambda line: line.text.strip(), lines):
        if begun and not _goes_on(begun[-1], line, edge):
            yield _joined(begun)
            begun = []
        begun.append(line)
    if begun:
        yield _joined(begun)


def _goes_on(line: _Line, after: _Line, edge: float) -> bool:
    same = abs(line.size - after.size) < 0.01 * line.size and not after.text.startswith("\u3000")
    last = line.text.strip()[-1]
    near = _NEAR_EDGE * (0.5 if _narrow(last) else 1.0)  # letters and digits fill their line closely
    return same and last not in _ENDS and edge - line.right < near * line.size


def _joined(lines: list[_Line]) -> str:
    text = ""
    for piece in (line.text.strip() for line in lines):
        text += (" " if text and _narrow(text[-1]) and _narrow(piece[0]) else "") + piece
    return text


def _narrow(character: str) -> bool:
    return character.isascii() and character.isalnum()
