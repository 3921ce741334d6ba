"""A PDF to the black and white picture that a thermal printer prints.

Eight dots are one millimetre (203 dpi).  A page that is wider than the print head only by its blank
margins keeps its size, so that a QR code stays as large as it was drawn; any other wider page is scaled.

Fault code: ``printer.bad_document``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from devices.contract import Fault
from values import dataclass

if TYPE_CHECKING:
    from PIL.Image import Image

DOTS_PER_MM = 8.0
PDFIUM_LOCK = threading.Lock()  # PDFium is not thread-safe; whoever renders takes this lock
_POINTS_PER_MM = 72 / 25.4
_BLACK_BELOW = 168  # of 255; thin strokes of Chinese characters survive
_TAIL_ROWS = 8
_MAX_ROWS = 40_000  # five metres
_MAX_PAGES = 200


@dataclass(frozen=True, repr=False)
class Bitmap:
    """One page.  ``rows``: ``width_dots / 8`` bytes a row from the top, highest bit left, 1 is black."""

    width_dots: int
    height_dots: int
    rows: bytes


def rasterize(pdf: bytes, width_dots: int) -> list[Bitmap] | Fault:
    """The pages that have anything on them.  ``width_dots`` is a multiple of eight."""
    import pypdfium2

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return Fault("printer.bad_document", "the PDF cannot be opened", permanent=True)
        try:
            if len(document) > _MAX_PAGES:
                return Fault("printer.bad_document", f"more than {_MAX_PAGES} pages", permanent=True)
            pictures = [_picture(page, width_dots) for page in document]
        except (pypdfium2.PdfiumError, MemoryError, ValueError):
            return Fault("printer.bad_document", "a page cannot be drawn", permanent=True)
        finally:
            document.close()
    if any(picture is None for picture in pictures):
        return Fault("printer.bad_document", "a page has no usable size", permanent=True)
    return [
        bitmap for picture in pictures if picture is not None and (bitmap := _bitmap(picture, width_dots))
    ]


def _picture(page: Any, width_dots: int) -> Image | None:
    """The page in shades of grey, at most ``width_dots`` wide."""
    width_points, height_points = page.get_size()
    natural = DOTS_PER_MM / _POINTS_PER_MM  # dots a point
    if width_points <= 0 or height_points <= 0:
        return None
    fitting = min(natural, width_dots / width_points)
    if fitting * height_points > _MAX_ROWS:
        return None
    if fitting < natural <= 2 * fitting and natural * height_points <= _MAX_ROWS:
        full = _render(page, natural)
        ink = _ink(full)
        if ink is None or ink[2] - ink[0] <= width_dots:
            middle = (full.width - width_dots) // 2
            left = middle if ink is None else min(max(middle, ink[2] - width_dots), ink[0])
            return full.crop((left, 0, left + width_dots, full.height))
    return _render(page, fitting)


def _render(page: Any, scale: float) -> Image:
    picture: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    return picture


def _ink(picture: Image) -> tuple[int, int, int, int] | None:
    """The box around everything that will be black."""
    return picture.point(lambda shade: 255 if shade < _BLACK_BELOW else 0).getbbox()


def _bitmap(picture: Image, width_dots: int) -> Bitmap | None:
    """Black and white, centred under the head, without the blank end of the page."""
    from PIL import Image as Images

    ink = _ink(picture)
    if ink is None:
        return None
    height = min(picture.height, ink[3] + _TAIL_ROWS)
    page = Images.new("L", (width_dots, height), 255)
    page.paste(picture, ((width_dots - picture.width) // 2, 0))
    # Packed bits have 1 for white in Pillow: what is dark is made white first.
    bits = page.point(lambda shade: 255 if shade < _BLACK_BELOW else 0).convert(
        "1", dither=Images.Dither.NONE
    )
    return Bitmap(width_dots, height, bits.tobytes())
