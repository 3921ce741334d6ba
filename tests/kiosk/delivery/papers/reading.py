"""A paper as its reader finds it: the words on it, and its picture."""

from __future__ import annotations

import pypdfium2
from PIL.Image import Image

ROLL_WIDTH_POINTS = 80 / 25.4 * 72


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without the line breaks that wrapping made."""
    return [
        page.get_textpage().get_text_range().replace("\r", "").replace("\n", "")
        for page in pypdfium2.PdfDocument(pdf)
    ]


def words(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


def picture(pdf: bytes, number: int = 0) -> Image:
    """A page as a print head of 8 dots a millimetre sees it."""
    image: Image = pypdfium2.PdfDocument(pdf)[number].render(scale=8 * 25.4 / 72).to_pil().convert("L")
    return image


def sizes(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page in points."""
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return width, height


def smallest_type(pdf: bytes) -> float:
    """The size of the smallest letters, in points."""
    found: list[float] = []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        raw = pypdfium2.raw
        found += [raw.FPDFText_GetFontSize(text.raw, index) for index in range(text.count_chars())]
    return min(size for size in found if size > 1)  # 1: a line break that PDFium made up
