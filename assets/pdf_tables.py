"""Blocks of rows: labels with values, and tables.

Lengths are points.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from assets.pdf_blocks import INK, MUTED, Align, Strip, Style, draw_text, line_across
from assets.pdf_text import Line, text_width, wrap
from values import dataclass

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

HAIRLINE = "#8A94A3"
_VALUE = Style()
_LABEL = Style(colour=MUTED)
_CELL = Style(10.0)


@dataclass(frozen=True, repr=False)
class Pairs:
    """Labels with their values beside them, values wrapping under themselves.

    ``label_width`` 0: as wide as the widest label, at most two fifths.  ``ruled``: a hairline below each.
    """

    rows: tuple[tuple[str, str], ...]
    style: Style = _VALUE
    label: Style = _LABEL
    label_width: float = 0.0
    gutter: float = 8.0
    spacing: float = 2.0
    ruled: bool = False

    def strips(self, width: float) -> list[Strip]:
        if not self.rows:
            return []
        widest = max(text_width(name, self.label.size, self.label.bold) for name, _ in self.rows)
        column = self.label_width or min(0.4 * width, widest)
        widths = (column, width - column - self.gutter)
        rule = HAIRLINE if self.ruled else None
        return [
            strip
            for name, value in self.rows
            for strip in _row_strips(
                ((name, self.label), (value, self.style)), widths, self.gutter, self.spacing / 2, rule
            )
        ]


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under headings that are repeated on each page.

    ``shares`` are the columns' parts of the width; empty: as the widest content asks.
    ``aligns``: one for each column.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    style: Style = _CELL
    shares: tuple[float, ...] = ()
    aligns: tuple[Align, ...] = ()
    padding: float = 4.0
    gutter: float = 0.0  # between columns; 0: twice the padding

    def strips(self, width: float) -> list[Strip]:
        count = len(self.headings)
        if any(len(row) != count for row in self.rows):
            raise ValueError("a row has another number of cells than there are headings")
        left: Align = "left"
        aligns = self.aligns or (left,) * count
        gutter = self.gutter or 2 * self.padding
        shares = self.shares or self._natural_shares(width)
        room = width - gutter * (count - 1)
        widths = tuple(room * share / sum(shares) for share in shares)
        top = replace(self.style, bold=True)
        names = tuple(
            (name, replace(top, align=align)) for name, align in zip(self.headings, aligns, strict=True)
        )
        head = [replace(strip, glue=True) for strip in _row_strips(names, widths, gutter, self.padding, INK)]
        made = [*head]
        for row in self.rows:
            cells = tuple(
                (text, replace(self.style, align=align)) for text, align in zip(row, aligns, strict=True)
            )
            strips = _row_strips(cells, widths, gutter, self.padding, HAIRLINE)
            made.extend(replace(strip, repeat=tuple(head)) for strip in strips)
        return made

    def _natural_shares(self, width: float) -> tuple[float, ...]:
        size = self.style.size
        shares = []
        for column, heading in enumerate(self.headings):
            widest = max((text_width(row[column], size) for row in self.rows), default=0.0)
            shares.append(min(max(widest, text_width(heading, size, True)), width / 2) + 1)
        return tuple(shares)


def _row_strips(
    cells: tuple[tuple[str, Style], ...],
    widths: tuple[float, ...],
    gutter: float,
    padding: float,
    rule: str | None,
) -> list[Strip]:
    """A row of cells, line by line.  A short row stays in one piece, a long one may go on on a new page."""
    step = max(style.step for _, style in cells)
    wrapped = [
        wrap(text, width, style.size, style.bold) for (text, style), width in zip(cells, widths, strict=True)
    ]
    count = max(map(len, wrapped))
    made = []
    for index in range(count):
        first, last = index == 0, index == count - 1
        parts = []
        x = 0.0
        for (_, style), lines, width in zip(cells, wrapped, widths, strict=True):
            if index < len(lines):
                parts.append((x, width, replace(style, leading=step), lines[index]))
            x += width + gutter
        above = padding if first else 0.0
        height = above + step + (padding if last else 0.0)
        draw = functools.partial(_draw_row, tuple(parts), above, height, x - gutter, rule if last else None)
        made.append(Strip(height, draw, glue=not last and (count <= 8 or first or index == count - 2)))
    return made


def _draw_row(
    parts: tuple[tuple[float, float, Style, Line], ...],
    above: float,
    height: float,
    width: float,
    rule: str | None,
    canvas: Canvas,
    x: float,
    top: float,
) -> None:
    for left, column, style, line in parts:
        draw_text(line, style, column, canvas, x + left, top - above)
    if rule:
        line_across(canvas, x, top - height, width, 0.5, rule)
