"""What a printed paper says, read back from its PDF: for ears, and for eyes that need larger letters."""

from __future__ import annotations

from typing import Final

import pypdfium2

MOST_CHARACTERS: Final = 8_000
MOST_PAGES: Final = 8
# What holds one character of a line apart from the next in some files, and is none itself.
_NOTHING: Final = dict.fromkeys(map(ord, "\u200b\ufeff\ufffe\uffff\x00"))


def lines_of(pdf: bytes) -> tuple[str, ...]:
    """The text of a PDF line by line, empty lines left out; nothing for one that cannot be read."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return ()
    try:
        found: list[str] = []
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            text = page.get_textpage().get_text_range()
            found += (line.translate(_NOTHING).strip() for line in text.splitlines())
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
