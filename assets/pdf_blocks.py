"""The blocks that papers are made of.  Each lays itself out for a width into strips.

Lengths are points unless a name says ``_mm``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from assets.pdf_text import ASCENT, Line, draw_line, wrap
from values import dataclass

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
INK = "#101828"
MUTED = "#3F4B5C"
_DOT = MM / 8  # of a thermal print head
_QUIET_MODULES = 4  # blank frame of a QR code, ISO/IEC 18004

Align = Literal["left", "center", "right", "justify"]
Draw = Callable[["Canvas", float, float], None]  # (canvas, left, top)


@dataclass(frozen=True, repr=False)
class Strip:
    """A piece of paper that is never cut.

    ``glue``: no page break after it · ``blank``: may be left out where a page begins or ends ·
    ``repeat``: drawn again at the top when a page begins with this strip (the head of a table).
    """

    height: float
    draw: Draw
    glue: bool = False
    blank: bool = False
    repeat: tuple[Strip, ...] = ()


class Block(Protocol):
    def strips(self, width: float) -> list[Strip]: ...


def lay_out(blocks: Sequence[Block], width: float) -> list[Strip]:
    return [strip for block in blocks for strip in block.strips(width)]


@dataclass(frozen=True)
class Style:
    """How a text is set.  ``leading`` is the distance of lines; 0 means one and a half times the size."""

    size: float = 11.0
    leading: float = 0.0
    bold: bool = False
    align: Align = "left"
    colour: str = INK
    indent: float = 0.0  # of the whole text, from the left

    @property
    def step(self) -> float:
        return self.leading or self.size * 1.5


@dataclass(frozen=True, repr=False)
class Text:
    """A paragraph.  ``keep_next``: no page break between it and what follows."""

    text: str
    style: Style = Style()
    keep_next: bool = False

    def strips(self, width: float) -> list[Strip]:
        style = self.style
        lines = wrap(self.text, width - style.indent, style.size, style.bold)
        made = []
        for index, line in enumerate(lines):
            alone = index == 0 or index == len(lines) - 2  # neither first nor last line alone on a page
            glue = self.keep_next if index == len(lines) - 1 else alone
            draw = functools.partial(draw_text, line, style, width - style.indent)
            made.append(Strip(style.step, draw, glue))
        return made


def draw_text(line: Line, style: Style, width: float, canvas: Canvas, x: float, top: float) -> None:
    """Draw one line into a line box that begins at ``top``."""
    spare = width - line.width
    spacing = 0.0
    x += style.indent
    if style.align == "center":
        x += spare / 2
    elif style.align == "right":
        x += spare
    elif style.align == "justify" and not line.last and line.count > 1 and 0 < spare < 3 * style.size:
        spacing = spare / (line.count - 1)
    baseline = top - (style.step - style.size) / 2 - ASCENT * style.size
    draw_line(canvas, line, x, baseline, style.size, colour=style.colour, spacing=spacing)


@dataclass(frozen=True, repr=False)
class Heading:
    """A heading that stays with what it heads."""

    text: str
    size: float = 14.0
    align: Literal["left", "center"] = "left"
    before: float = 10.0
    after: float = 3.0
    colour: str = INK

    def strips(self, width: float) -> list[Strip]:
        style = Style(self.size, self.size * 1.35, True, self.align, self.colour)
        text = [replace(strip, glue=True) for strip in Text(self.text, style).strips(width)]
        return [
            *Gap(self.before).strips(width),
            *text,
            *(replace(strip, glue=True) for strip in Gap(self.after).strips(width)),
        ]


@dataclass(frozen=True)
class Gap:
    height: float

    def strips(self, width: float) -> list[Strip]:
        return [Strip(self.height, lambda canvas, x, top: None, blank=True)] if self.height > 0 else []


@dataclass(frozen=True)
class Rule:
    """A line across.  ``dash`` is the length of a stroke and of a gap; 0 is a solid line."""

    thickness: float = 0.75
    dash: float = 0.0
    before: float = 4.0
    after: float = 4.0
    colour: str = INK

    def strips(self, width: float) -> list[Strip]:
        return [Strip(self.before + self.thickness + self.after, functools.partial(self._draw, width))]

    def _draw(self, width: float, canvas: Canvas, x: float, top: float) -> None:
        middle = top - self.before - self.thickness / 2
        line_across(canvas, x, middle, width, self.thickness, self.colour, self.dash)


@dataclass(frozen=True, repr=False)
class Framed:
    """Blocks in a frame.  A long one may go on on the next page, the frame with it."""

    blocks: tuple[Block, ...]
    padding: float = 8.0
    thickness: float = 1.0
    colour: str = INK

    def strips(self, width: float) -> list[Strip]:
        inner = lay_out(self.blocks, width - 2 * self.padding)
        whole = sum(strip.height for strip in inner) <= 300
        made = []
        for index, strip in enumerate(inner):
            first, last = index == 0, index == len(inner) - 1
            above = self.padding if first else 0.0
            height = above + strip.height + (self.padding if last else 0.0)
            draw = functools.partial(self._draw, strip, width, above, height, first, last)
            made.append(Strip(height, draw, glue=not last and (whole or strip.glue)))
        return made

    def _draw(
        self,
        strip: Strip,
        width: float,
        above: float,
        height: float,
        first: bool,
        last: bool,
        canvas: Canvas,
        x: float,
        top: float,
    ) -> None:
        strip.draw(canvas, x + self.padding, top - above)
        _pen(canvas, self.thickness, self.colour)
        half = self.thickness / 2
        left, right, bottom = x + half, x + width - half, top - height
        # Square caps close the corners and leave no seam between two strips.
        canvas.setLineCap(2)
        canvas.line(left, top - half, left, bottom + half)
        canvas.line(right, top - half, right, bottom + half)
        if first:
            canvas.line(left, top - half, right, top - half)
        if last:
            canvas.line(left, bottom + half, right, bottom + half)
        canvas.setLineCap(0)


@dataclass(frozen=True, repr=False)
class Columns:
    """Blocks side by side, as one strip.  ``widths``: points; 0 shares what is left."""

    columns: tuple[tuple[Block, ...], ...]
    widths: tuple[float, ...]
    gutter: float = 8.0
    middle: bool = False  # centred on one another instead of aligned at the top

    def strips(self, width: float) -> list[Strip]:
        left = width - sum(self.widths) - self.gutter * (len(self.widths) - 1)
        shared = left / max(1, self.widths.count(0))
        widths = [given or shared for given in self.widths]
        laid = [lay_out(column, room) for column, room in zip(self.columns, widths, strict=True)]
        heights = [sum(strip.height for strip in strips) for strips in laid]
        return [Strip(max(heights), functools.partial(self._draw, laid, widths, heights))]

    def _draw(
        self,
        laid: list[list[Strip]],
        widths: list[float],
        heights: list[float],
        canvas: Canvas,
        x: float,
        top: float,
    ) -> None:
        for strips, width, height in zip(laid, widths, heights, strict=True):
            y = top - ((max(heights) - height) / 2 if self.middle else 0)
            for strip in strips:
                strip.draw(canvas, x, y)
                y -= strip.height
            x += width + self.gutter


@dataclass(frozen=True, repr=False)
class KeepTogether:
    """Blocks that no page break parts, as long as a page can hold them."""

    blocks: tuple[Block, ...]

    def strips(self, width: float) -> list[Strip]:
        inner = lay_out(self.blocks, width)
        return [*(replace(strip, glue=True) for strip in inner[:-1]), *inner[-1:]]


@dataclass(frozen=True, repr=False)
class Qr:
    """A QR code as vectors, error correction M, its quiet zone included.

    A module is a whole number of print head dots, so that a thermal printer draws it sharp: the code
    comes out at most ``size_mm`` wide, unless that would make modules under three dots.
    """

    content: str
    size_mm: float = 26.0
    align: Literal["left", "center", "right"] = "left"

    def strips(self, width: float) -> list[Strip]:
        import segno

        code = segno.make(self.content, error="m", micro=False, boost_error=False)
        matrix = [bytes(row) for row in code.matrix]
        modules = len(matrix) + 2 * _QUIET_MODULES
        module = max(3, int(self.size_mm * MM / modules / _DOT)) * _DOT
        size = module * modules
        offset = {"left": 0.0, "center": (width - size) / 2, "right": width - size}[self.align]
        return [Strip(size, functools.partial(_draw_qr, matrix, module, offset))]


def _draw_qr(matrix: list[bytes], module: float, offset: float, canvas: Canvas, x: float, top: float) -> None:
    from reportlab.lib.colors import HexColor

    path = canvas.beginPath()
    # On the grid of the print head's dots; rolls are a whole number of dots long and wide.
    left = round((x + offset) / _DOT) * _DOT + _QUIET_MODULES * module
    y = round(top / _DOT) * _DOT - _QUIET_MODULES * module
    for row in matrix:
        y -= module
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            path.rect(left + start * module, y, (end - start) * module, module)
            start = end
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawPath(path, stroke=0, fill=1)


def _pen(canvas: Canvas, thickness: float, colour: str, dash: float = 0.0) -> None:
    from reportlab.lib.colors import HexColor

    canvas.setStrokeColor(HexColor(colour))
    canvas.setLineWidth(thickness)
    canvas.setDash([dash, dash] if dash else [])


def line_across(
    canvas: Canvas, x: float, y: float, width: float, thickness: float, colour: str, dash: float = 0.0
) -> None:
    """A horizontal line from ``x``; ``dash`` is the length of a stroke and of a gap."""
    _pen(canvas, thickness, colour, dash)
    canvas.line(x, y, x + width, y)
    if dash:
        canvas.setDash([])
