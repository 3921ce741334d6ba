"""How many pages a PDF has, and how long they are together."""

from __future__ import annotations

from devices.printers.raster import PDFIUM_LOCK
from values import dataclass

_MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True)
class Extent:
    pages: int
    mm: int


def extent_of(pdf: bytes) -> Extent:
    """Nothing of a PDF that cannot be opened: whoever printed it knows better."""
    import pypdfium2

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except (pypdfium2.PdfiumError, ValueError):
            return Extent(0, 0)
        try:
            heights = [document.get_page_size(number)[1] for number in range(len(document))]
        except (pypdfium2.PdfiumError, ValueError):
            return Extent(len(document), 0)
        finally:
            document.close()
    return Extent(len(heights), round(sum(heights) * _MM_PER_POINT))
