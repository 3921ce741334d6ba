"""Rows of cells: columns as wide as what stands in them, and lists of records where they have no room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from screens.kit.areas import body_width
from screens.kit.block import Block
from screens.kit.layout import Column, Grid, Line
from screens.kit.semantics import Role
from screens.kit.text import Align, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

_AMOUNT: Final = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?")
_MONTH: Final = re.compile(r"([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})日)?")
CELL_LEAST: Final = 5
"""Ems: words in a narrower column would stand one below the other."""
LINES_MOST: Final = 3
"""Of a cell: a longer one is easier to read in a list, across the whole width."""
PADDING: Final = 20
NARROW_PADDING: Final = 8
GAP: Final = 16
NARROW_GAP: Final = 12
PAIR_GAP: Final = 12


class TableRow(Block):
    """One row; the cells wrap within their columns.  ``widths`` of the columns in pixels."""

    def __init__(
        self,
        ctx: Ctx,
        cells: Sequence[str],
        widths: Sequence[int],
        head: bool = False,
        right: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(ctx)
        self.widths = list(widths)
        self.head = head
        self.ground = "tint" if head else ""
        self.pad, self.gap = _spaces(ctx)
        style, ink = ("body_bold", "on_tint") if head else ("body", "text")
        aligned: list[Align] = ["right" if number in right else "left" for number in range(len(cells))]
        texts = zip(cells, aligned, strict=True)
        self.hold(*[Text(ctx, cell, style, ink, align, role=Role.NONE) for cell, align in texts])

    def measure(self, width: int) -> float:
        cells = zip(self.in_order(), self.widths, strict=True)
        return max(cell.fit(own) for cell, own in cells) + self.ctx.px(16)

    def natural_width(self) -> int:
        return self.least_width()

    def least_width(self) -> int:
        return sum(self.widths) + self.gap * (len(self.widths) - 1) + 2 * self.pad

    def draw(self) -> None:
        contrast = self.ctx.theme.name == "contrast"
        if self.head:
            self.fill(self.ground, 12)
        else:
            thick = max(1, self.ctx.px(1.5))
            self.bar("outline" if contrast else "tint", self.x, self.y, self.width, thick)

    def arrange(self) -> None:
        x = self.x + self.pad
        for cell, width in zip(self.in_order(), self.widths, strict=True):
            high = cell.fit(width)
            cell.place(x, self.y + (self.height - high) // 2, width, high)
            x += width + self.gap


class Record(Column):
    """A row that has no room in columns: head and cell, two of them beside each other where they are short;
    spoken as one."""

    def __init__(self, ctx: Ctx, columns: Sequence[str], row: Sequence[str]) -> None:
        self.columns, self.row = list(columns), list(row)
        blocks = [_pair(ctx, head, cell) for head, cell in zip(columns, row, strict=True) if cell]
        super().__init__(ctx, [Grid(ctx, blocks, 2, gap=4, paired=True)], gap=4)
        self.semantics(Role.LISTITEM, _said(ctx, columns, row))
        self.down = ctx.px(12)

    def measure(self, width: int) -> float:
        return super().measure(width) + self.down

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        """One that is higher than a leaf goes on on the next one."""
        if not force:
            return None
        ctx, columns, row = self.ctx, self.columns, self.row
        for cut in range(len(row), 0, -1):
            first = Record(ctx, columns[:cut], row[:cut])
            if first.fit(width) <= height:
                return (first, Record(ctx, columns[cut:], row[cut:])) if cut < len(row) else None
        head = Text(ctx, columns[0])
        beside = width - head.natural_width() - ctx.px(PAIR_GAP) if columns[0] else width
        room = height - self.down - (head.style.line if columns[0] else 0)
        text = Text(ctx, row[0], "body_bold").split(beside, room, force=True)
        if text is None:
            return None
        begin, end = text
        return Record(ctx, columns[:1], [begin.text]), Record(ctx, columns, [end.text, *row[1:]])

    def draw(self) -> None:
        contrast = self.ctx.theme.name == "contrast"
        thick = max(1, self.ctx.px(1.5))
        self.bar("outline" if contrast else "tint", self.x, self.y, self.width, thick)


class Table(Column):
    """``columns`` are the heads, ``rows`` as many cells each.  ``width``: pixels that it will have.

    Where the columns have no room side by side, each row is a :class:`Record`."""

    listed = True

    def __init__(
        self,
        ctx: Ctx,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        width: int | None = None,
    ) -> None:
        found = column_widths(ctx, columns, rows, body_width(ctx) if width is None else width)
        self._build(ctx, columns, rows, found)

    def _build(
        self, ctx: Ctx, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: list[int] | None
    ) -> None:
        self.columns = list(columns)
        self.rows = [list(row) for row in rows]
        self.widths = widths
        blocks: list[Block] = []
        if widths is None:
            blocks += [Record(ctx, columns, row) for row in self.rows]
        else:
            right = frozenset(number for number in range(len(columns)) if self._amounts(number))
            if any(columns):
                blocks.append(TableRow(ctx, columns, widths, head=True, right=right))
            for row in self.rows:
                line = TableRow(ctx, [brief(cell) for cell in row], widths, right=right)
                line.semantics(Role.LISTITEM, _said(ctx, columns, row))
                blocks.append(line)
        super().__init__(ctx, blocks, gap=8 if widths is None else 0)
        self.semantics(Role.LIST)

    @classmethod
    def _part(cls, whole: Table, rows: Sequence[Sequence[str]]) -> Table:
        """Some rows of another one, under the same heads, in columns as wide."""
        part = cls.__new__(cls)
        part._build(whole.ctx, whole.columns, rows, whole.widths)
        return part

    def _amounts(self, column: int) -> bool:
        """Numbers are compared digit under digit."""
        cells = [row[column] for row in self.rows if row[column]]
        return bool(cells) and all(_AMOUNT.fullmatch(cell) for cell in cells)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        blocks = self.in_order()
        heads = len(blocks) - len(self.rows)
        used = sum(block.fit(width) + self.gap for block in blocks[:heads])
        for number, block in enumerate(blocks[heads:]):
            used += block.fit(width)
            if used > height:
                if force and number == 0 and heads == 0 and (halves := block.split(width, height, True)):
                    return self._within_the_first(halves)
                cut = max(number, 1 if force else 0)
                if not 0 < cut < len(self.rows):
                    return None
                return self._part(self, self.rows[:cut]), self._part(self, self.rows[cut:])
            used += self.gap
        return None

    def _within_the_first(self, halves: tuple[Block, Block]) -> tuple[Block, Block]:
        """A record that is higher than a leaf goes on on the next one, before the other records."""
        rest: list[Block] = [halves[1]]
        if self.rows[1:]:
            rest.append(self._part(self, self.rows[1:]))
        return halves[0], Column(self.ctx, rest, gap=8)


def column_widths(
    ctx: Ctx, columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, whole: bool = False
) -> list[int] | None:
    """Pixels of each column at ``width`` for all; ``None`` where words would break or stand in towers, or,
    where they are to be ``whole``, where a cell would have a second line."""
    pad, gap = _spaces(ctx)
    room = width - 2 * pad - gap * (len(columns) - 1)
    most = [0] * len(columns)
    least = [0] * len(columns)
    for number, head in enumerate(columns):
        words = Text(ctx, head, "body_bold", role=Role.NONE)
        least[number] = most[number] = max(words.least_width(), words.natural_width() // 2) + 1
    em = ctx.metrics.style("body").size
    for row in rows:
        for number, cell in enumerate(row):
            words = Text(ctx, brief(cell), role=Role.NONE)
            own = words.natural_width() + 1
            most[number] = max(most[number], own)
            stays = bool(_AMOUNT.fullmatch(cell))
            least[number] = max(
                least[number], own if stays else min(own, max(words.least_width() + 1, CELL_LEAST * em))
            )
    spare = room - sum(least)
    if spare < 0:
        return None
    wanted = [high - low for high, low in zip(most, least, strict=True)]
    if sum(wanted) <= spare:
        rest = (spare - sum(wanted)) // len(columns)
        return [own + rest for own in most]
    if whole:
        return None
    found = [low + spare * want // sum(wanted) for low, want in zip(least, wanted, strict=True)]
    towers = any(high > LINES_MOST * own for high, own in zip(most, found, strict=True))
    return None if towers else found


def brief(cell: str) -> str:
    """2026年3月 as 2026-03, so that a column of months is narrow and can be read in every language."""
    found = _MONTH.fullmatch(cell)
    if found is None:
        return cell
    return "-".join(part.zfill(2) for part in found.groups() if part is not None)


def _spaces(ctx: Ctx) -> tuple[int, int]:
    """Pixels at the edges and between the columns."""
    narrow = ctx.metrics.narrow
    return ctx.px(NARROW_PADDING if narrow else PADDING), ctx.px(NARROW_GAP if narrow else GAP)


def _pair(ctx: Ctx, head: str, cell: str) -> Block:
    words = Text(ctx, cell, "body_bold", role=Role.NONE)
    if not head:
        return words
    label = Text(ctx, head, "body", "muted", role=Role.NONE)
    return Line(ctx, [label, words], gap=PAIR_GAP, shares=[None, 1], valign="top")


def _said(ctx: Ctx, columns: Sequence[str], row: Sequence[str]) -> str:
    colon, comma = ("：", "，") if ctx.language == "zh" else (": ", ", ")
    return comma.join(
        f"{head}{colon}{cell}" if head else cell for head, cell in zip(columns, row, strict=True)
    )
