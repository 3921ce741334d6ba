"""What a printed paper says, read back from its PDF: for ears, and for eyes that need larger letters."""

from __future__ import annotations

from typing import Final

import pypdfium2

from kiosk.paper_lines import lines_on

MOST_CHARACTERS: Final = 8_000
MOST_PAGES: Final = 8


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
            found += lines_on(document[number])
    finally:
        document.close()
    lines: list[str] = []
    length = 0
    for line in found:
        length += len(line)
        if length > MOST_CHARACTERS:
            break
        lines.append(line)
    return tuple(lines)
