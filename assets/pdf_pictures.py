"""Pictures of the screen and of papers, as blocks of a page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from assets.pdf_blocks import MUTED, Strip
from values import dataclass

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_PIXELS_PER_POINT = 2.0
_QUALITY = 78  # JPEG: text of the screen stays readable, and a booklet of forty matters can be sent by mail


@dataclass(frozen=True)
class Picture:
    """A picture file as large as fits into the width and ``height`` points, with a thin frame.

    It is kept as JPEG at about 144 dpi.  Raises ``OSError`` where the file is no picture.
    """

    path: Path
    height: float

    def strips(self, width: float) -> list[Strip]:
        from PIL import Image

        with Image.open(self.path) as image:
            scale = min(width / image.width, self.height / image.height)
            wide, high = image.width * scale, image.height * scale
            small = image.convert("RGB").resize(
                (max(1, round(wide * _PIXELS_PER_POINT)), max(1, round(high * _PIXELS_PER_POINT)))
            )
        kept = io.BytesIO()
        small.save(kept, "JPEG", quality=_QUALITY)

        def draw(canvas: Canvas, x: float, top: float) -> None:
            from reportlab.lib.utils import ImageReader

            kept.seek(0)
            left = x + (width - wide) / 2
            canvas.drawImage(ImageReader(kept), left, top - high, wide, high)
            canvas.setStrokeColor(MUTED)
            canvas.setLineWidth(0.4)
            canvas.rect(left, top - high, wide, high, stroke=1, fill=0)

        return [Strip(high, draw)]
