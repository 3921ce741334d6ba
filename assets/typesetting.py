"""Papers from blocks: pages that break well, and rolls exactly as long as what is on them.

A block lays itself out for a width into strips; a strip is never cut, and a page break falls between
two strips.  Lengths are points unless a name says ``_mm``.  The same blocks give the same bytes, and
the file says nothing of who, when or where.

    pages([Heading("参保缴费凭证"), Pairs((("姓名", "张*国"),)), ...], title="参保缴费凭证")
    roll([...], title="收件凭证")
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assets.pdf_blocks import (
    INK,
    MM,
    MUTED,
    Align,
    Block,
    Columns,
    Framed,
    Gap,
    Heading,
    KeepTogether,
    Qr,
    Rule,
    Strip,
    Style,
    Text,
    lay_out,
)
from assets.pdf_tables import Pairs, Table
from assets.pdf_text import PDF_LOCK, WITHOUT_GLYPH, draw_line, font_name, text_width, wrap

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

__all__ = [
    "A4_MM",
    "INK",
    "MM",
    "MUTED",
    "Align",
    "Block",
    "Columns",
    "Framed",
    "Gap",
    "Heading",
    "KeepTogether",
    "Pairs",
    "Qr",
    "Rule",
    "Style",
    "Table",
    "Text",
    "pages",
    "roll",
    "text_width",
    "wrap",
]

A4_MM = (210.0, 297.0)
ROLL_WIDTH_MM = 80.0
ROLL_MARGIN_MM = 4.0  # 72 mm between the margins: 576 dots at 203 dpi
_DOT = MM / 8
_LONGEST_PAGE = 14_000.0  # PDF readers stop at 14400 points
_FOOTER_SIZE = 9.0
CODES_TOLD = (
    "方框里是字的编码：打印字库没有这个字，原字未改动。 "
    "A box holds the code of a character that the printer's fonts lack; the character itself is unchanged."
)
"""Stands on each paper on which a box stands."""


def roll(
    blocks: Sequence[Block],
    *,
    title: str,
    width_mm: float = ROLL_WIDTH_MM,
    margin_mm: float = ROLL_MARGIN_MM,
    top_mm: float = 3.0,
    bottom_mm: float = 6.0,
    language: str = "zh-CN",
) -> bytes:
    """A PDF of one page, as long as its content (rounded up to whole dots of 1/8 mm).

    Content of more than five metres goes on on a second page.  ``title`` is the file's title and holds
    no personal data.
    """
    with PDF_LOCK:
        width = (width_mm - 2 * margin_mm) * MM
        strips, boxes = _laid_out(blocks, width)
        if boxes:
            strips += lay_out((Gap(4), Text(CODES_TOLD, Style(_FOOTER_SIZE, align="center"))), width)
        edges = (top_mm + bottom_mm) * MM
        sheets = _break(strips, _LONGEST_PAGE - edges)
        page_width = _whole_dots(width_mm * MM)
        heights = [_whole_dots(sum(strip.height for strip in sheet) + edges) for sheet in sheets]
        output = io.BytesIO()
        canvas = _canvas(output, (page_width, heights[0]), title, language)
        for sheet, height in zip(sheets, heights, strict=True):
            canvas.setPageSize((page_width, height))
            _draw(canvas, sheet, margin_mm * MM, height - top_mm * MM)
            canvas.showPage()
        canvas.save()
        return output.getvalue()


def pages(
    blocks: Sequence[Block],
    *,
    title: str,
    header: Sequence[Block] = (),
    footer: str = "",
    watermark: str = "",
    size_mm: tuple[float, float] = A4_MM,
    margin_mm: float = 20.0,
    language: str = "zh-CN",
    first: int | None = None,
) -> bytes:
    """A PDF of pages.  ``header`` stands on every page; ``footer`` beside the page number below.
    ``first``: the number of the first page, where these are part of something longer.

    ``watermark`` is written pale across each page.  Raises ``ValueError`` for a strip that is higher
    than a page: nothing is ever cut off.
    """
    with PDF_LOCK:
        page_width, page_height = size_mm[0] * MM, size_mm[1] * MM
        margin = margin_mm * MM
        width = page_width - 2 * margin
        above = lay_out(header, width)
        strips, boxes = _laid_out(blocks, width)
        below = [
            line
            for text in (footer, CODES_TOLD if boxes else "")
            if text
            for line in wrap(text, width - 90, _FOOTER_SIZE)
        ]
        foot = _FOOTER_SIZE * 1.4 * max(1, len(below))
        room = page_height - 2 * margin - sum(strip.height for strip in above) - foot - 6
        sheets = _break(strips, room)
        output = io.BytesIO()
        canvas = _canvas(output, (page_width, page_height), title, language)
        for number, sheet in enumerate(sheets, 1):
            if watermark:
                _draw_watermark(canvas, watermark, page_width, page_height)
            y = _draw(canvas, above, margin, page_height - margin)
            _draw(canvas, sheet, margin, y)
            for index, line in enumerate(below):
                baseline = margin + foot - _FOOTER_SIZE * (1.4 * index + 1.1)
                draw_line(canvas, line, margin, baseline, _FOOTER_SIZE, colour=MUTED)
            said = f"第{number}页 / 共{len(sheets)}页" if first is None else f"第{first + number - 1}页"
            counter = wrap(said, width, _FOOTER_SIZE)[0]
            x = page_width - margin - counter.width
            draw_line(canvas, counter, x, margin + foot - _FOOTER_SIZE * 1.1, _FOOTER_SIZE, colour=MUTED)
            canvas.showPage()
        canvas.save()
        return output.getvalue()


def _laid_out(blocks: Sequence[Block], width: float) -> tuple[list[Strip], bool]:
    """And whether a character among them has no glyph, so that its code stands in a box."""
    before = WITHOUT_GLYPH.set(set())
    try:
        return list(lay_out(blocks, width)), bool(WITHOUT_GLYPH.get())
    finally:
        WITHOUT_GLYPH.reset(before)


def _canvas(output: io.BytesIO, size: tuple[float, float], title: str, language: str) -> Canvas:
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0  # binary streams: a fifth smaller
    canvas = Canvas(
        output, pagesize=size, pageCompression=1, invariant=1, initialFontName=font_name(), lang=language
    )
    canvas.setTitle(title)
    # reportlab writes "anonymous" and "unspecified" where nothing is given.
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("")
    return canvas


def _draw(canvas: Canvas, strips: Sequence[Strip], x: float, top: float) -> float:
    """Draw strips one below the other from ``top``.  Returns where the last one ends."""
    for strip in strips:
        strip.draw(canvas, x, top)
        top -= strip.height
    return top


def _break(strips: Sequence[Strip], room: float) -> list[list[Strip]]:
    """Sheets of strips, each at most ``room`` high.  Glued strips stay together where a page holds them."""
    sheets: list[list[Strip]] = [[]]
    left = room
    for group in _groups(strips, room):
        height = sum(strip.height for strip in group)
        if height > room + 1e-6:
            raise ValueError(f"a strip of {height:.0f} pt does not fit a page of {room:.0f} pt")
        if height > left + 1e-6 and not all(strip.blank for strip in group):
            again = [strip for strip in group[0].repeat if strip is not group[0]]
            again_height = sum(strip.height for strip in again)
            if again_height + height > room:
                again, again_height = [], 0.0
            sheets.append(again)
            left = room - again_height
        if not sheets[-1] and all(strip.blank for strip in group):
            continue  # white space at the top of a page says nothing
        if height > left + 1e-6:
            left = 0.0  # nor at its bottom: what follows begins the next page
            continue
        sheets[-1].extend(group)
        left -= height
    return sheets


def _groups(strips: Sequence[Strip], room: float) -> list[list[Strip]]:
    groups: list[list[Strip]] = []
    glued: list[Strip] = []
    for strip in strips:
        glued.append(strip)
        if not strip.glue:
            groups.append(glued)
            glued = []
    if glued:
        groups.append(glued)
    parted: list[list[Strip]] = []
    for group in groups:
        fits = sum(strip.height for strip in group) <= room
        parted.extend([group] if fits else [[strip] for strip in group])
    return parted


def _whole_dots(length: float) -> float:
    """Up to the next whole dot; a trace less, so that renderers that round up do not add one more."""
    return math.floor(math.ceil(length / _DOT - 1e-6) * _DOT * 1000) / 1000


def _draw_watermark(canvas: Canvas, text: str, width: float, height: float) -> None:
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(40)
    size = min(72.0, 0.9 * width / max(1.0, text_width(text, 1.0, bold=True)))
    line = wrap(text, 1e6, size, bold=True)[0]
    draw_line(canvas, line, -line.width / 2, -size / 3, size, colour="#E8ECF1")
    canvas.restoreState()
