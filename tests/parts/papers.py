"""Small PDFs to print."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

A4 = (595.28, 841.89)
POINTS_PER_MM = 72 / 25.4


def pdf(text: str = "paper", size: tuple[float, float] = A4, pages: int = 1) -> bytes:
    """``pages`` pages of ``size`` points with ``text`` near the top left corner."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for _ in range(pages):
        canvas.drawString(20, size[1] - 30, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def slip(height_mm: float = 60.0) -> bytes:
    """An 80 mm slip with a black square of exactly 20 mm, 10 mm from the left and from the top."""
    width, height = 80 * POINTS_PER_MM, height_mm * POINTS_PER_MM
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    side = 20 * POINTS_PER_MM
    canvas.rect(10 * POINTS_PER_MM, height - 10 * POINTS_PER_MM - side, side, side, stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
