"""Facts in order: a label and its value, and tables that turn into lists where it is narrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Column
from screens.kit.semantics import Role
from screens.kit.text import Align, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx


_AMOUNT: Final = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?")


class KeyValue(Block):
    """A label and its value; with ``on_edit`` also 修改, which comes straight back."""

    whole = True

    def __init__(
        self,
        ctx: Ctx,
        label: str,
        value: str,
        on_edit: Callable[[], None] | None = None,
        edit_key: str | None = None,
        rule: bool = True,
        act: tuple[str, str, str] | None = None,
    ) -> None:
        """``act``: what the button says, its full name and its icon, where it does not change the value."""
        super().__init__(ctx)
        self.semantics(Role.LISTITEM, label, value=value)
        self.rule = rule
        self.gap = ctx.px(24)
        self.down = ctx.px(12 if ctx.metrics.narrow else 24)
        self.act = act
        self.label = Text(ctx, label, "body", "muted", role=Role.NONE)
        self.shown = Text(ctx, value, "body_bold", "text", role=Role.NONE)
        self.edit: Button | None = None
        parts: list[Block] = [self.label, self.shown]
        if on_edit is not None:
            changes = (ctx.words("kit.edit"), ctx.words("kit.edit_name", label=label), "pencil")
            said, name, drawn = act or changes
            icon = None if ctx.metrics.narrow else drawn
            style = "body_bold" if ctx.metrics.narrow else "button"
            self.edit = Button(ctx, edit_key or f"edit:{label}", said, on_edit, "quiet", icon, style=style)
            self.edit.name = name
            parts.append(self.edit)
        self.hold(*parts)

    def _edit_beside(self, width: int) -> bool:
        """On a small tablet only where no word breaks for it, and where that is lower."""
        if self.edit is None:
            return False
        if not self.ctx.metrics.narrow:
            return True
        words = width - self.edit.natural_width() - self.gap
        if words < max(self.label.least_width(), self.shown.least_width()) + 1:
            return False
        below = self.label.fit(width) + self.shown.fit(width) + self.edit.fit(self.edit.natural_width())
        return self.label.fit(words) + self.shown.fit(words) < below

    def _edit_on_top(self, width: int) -> bool:
        """Beside the label only, where the value needs the whole width."""
        if self.edit is None or not self.ctx.metrics.narrow:
            return False
        words = width - self.edit.natural_width() - self.gap
        if self.label.natural_width() >= words:
            return False
        on_top = self.edit.fit(self.edit.natural_width()) + self.shown.fit(width)
        return not self._edit_beside(width) or on_top < self.label.style.line + self.shown.fit(words)

    def _words(self, width: int) -> int:
        if self.edit is None or not self._edit_beside(width):
            return width
        return width - self.edit.natural_width() - self.gap

    def _beside(self, width: int) -> int:
        """The label's width when value and label stand side by side, 0 when not."""
        label = self.ctx.px(240)
        room = self._words(width) - label - self.gap
        fits = self.label.natural_width() <= label and self.shown.natural_width() <= room
        return label if fits and not self.ctx.metrics.narrow else 0

    def measure(self, width: int) -> float:
        words = self._words(width)
        if self._beside(width):
            high = max(self.label.fit(words), self.shown.style.line)
        else:
            high = self.label.fit(words) + self.shown.fit(words)
        if self.edit is not None:
            own = self.edit.fit(self.edit.natural_width())
            if self._edit_on_top(width):
                return max(own, self.label.style.line) + self.shown.fit(width) + self.down
            high = max(high, own) if self._edit_beside(width) else high + own
        return high + self.down

    def natural_width(self) -> int:
        words = max(self.label.natural_width(), self.shown.natural_width()) + 1
        return words + (self.edit.natural_width() + self.gap if self.edit else 0)

    def least_width(self) -> int:
        words = max(self.label.least_width(), self.shown.least_width()) + 1
        return words + (
            self.edit.natural_width() + self.gap if self.edit and not self.ctx.metrics.narrow else 0
        )

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        """A long value goes over to the next page, under its label again; 修改 stands on the last."""
        if self._beside(width):
            return None
        words = self._words(width)
        halves = self.shown.split(words, height - self.label.fit(words) - self.down)
        if halves is None:
            return None
        again = self.ctx.words("kit.continued", label=self.name)
        on_edit, key = (self.edit.on_press, self.edit.key) if self.edit else (None, None)
        first = KeyValue(self.ctx, self.name, halves[0].text, rule=False)
        rest = KeyValue(self.ctx, again, halves[1].text, on_edit, key, self.rule, self.act)
        return first, rest

    def draw(self) -> None:
        if self.rule:
            thick = max(1, self.ctx.px(1.5))
            self.bar(
                "tint" if self.ctx.theme.name != "contrast" else "outline", self.x, self.y, self.width, thick
            )

    def arrange(self) -> None:
        words = self._words(int(self.width))
        low_edge = self.y
        if self.edit is not None:
            width = self.edit.natural_width()
            high = self.edit.fit(width)
            middle = self.y + (self.height - high) // 2
            if self._edit_on_top(int(self.width)):
                self._arrange_under(width, high)
                return
            beside = self._edit_beside(int(self.width))
            self.edit.place(self.right - width, middle if beside else self.y, width, high)
            low_edge += 0 if beside else high
        if label := self._beside(int(self.width)):
            value = words - label - self.gap
            high, low = self.label.fit(label), self.shown.fit(value)
            self.label.place(self.x, self.y + (self.height - high) // 2, label, high)
            self.shown.place(self.x + label + self.gap, self.y + (self.height - low) // 2, value, low)
            return
        high, low = self.label.fit(words), self.shown.fit(words)
        y = low_edge + (self.top - low_edge - high - low) // 2
        self.label.place(self.x, y + low, words, high)
        self.shown.place(self.x, y, words, low)

    def _arrange_under(self, width: int, high: int) -> None:
        """Label and button on one line, the value below both."""
        assert self.edit is not None
        top, line = self.top - self.down // 2, self.label.style.line
        high = max(high, line)
        self.edit.place(self.right - width, top - high, width, high)
        words = int(self.width) - width - self.gap
        self.label.place(self.x, top - (high + line) // 2, words, line)
        own = self.shown.fit(int(self.width))
        self.shown.place(self.x, top - high - own, int(self.width), own)


class TableRow(Block):
    """One row; the cells wrap within their columns."""

    def __init__(
        self,
        ctx: Ctx,
        cells: Sequence[str],
        shares: Sequence[float],
        head: bool = False,
        right: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(ctx)
        self.shares = shares
        self.head = head
        self.ground = "tint" if head else ""
        self.pad, self.gap = ctx.px(20), ctx.px(16)
        style, ink = ("body_bold", "on_tint") if head else ("body", "text")
        aligned: list[Align] = ["right" if number in right else "left" for number in range(len(cells))]
        texts = zip(cells, aligned, strict=True)
        self.hold(*[Text(ctx, cell, style, ink, align, role=Role.NONE) for cell, align in texts])

    def _widths(self, width: int) -> list[int]:
        room = width - 2 * self.pad - self.gap * (len(self.shares) - 1)
        return [int(room * share / sum(self.shares)) for share in self.shares]

    def measure(self, width: int) -> float:
        cells = zip(self.in_order(), self._widths(width), strict=True)
        return max(cell.fit(own) for cell, own in cells) + self.ctx.px(24)

    def natural_width(self) -> int:
        return sum(cell.natural_width() + 1 for cell in self.children) + 2 * self.pad

    def draw(self) -> None:
        contrast = self.ctx.theme.name == "contrast"
        if self.head:
            self.fill(self.ground, 12)
        else:
            thick = max(1, self.ctx.px(1.5))
            self.bar("outline" if contrast else "tint", self.x, self.y, self.width, thick)

    def arrange(self) -> None:
        x = self.x + self.pad
        for cell, width in zip(self.in_order(), self._widths(int(self.width)), strict=True):
            high = cell.fit(width)
            cell.place(x, self.y + (self.height - high) // 2, width, high)
            x += width + self.gap


class Table(Column):
    """``columns`` are the heads, ``rows`` as many cells each.  ``shares`` are the columns' widths.

    Where it is narrow, or the type large, each row becomes a small list of head and cell."""

    def __init__(
        self,
        ctx: Ctx,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        shares: Sequence[float] | None = None,
    ) -> None:
        self.columns = list(columns)
        self.rows = [list(row) for row in rows]
        self.shares = list(shares) if shares is not None else [1.0] * len(columns)
        stacked = ctx.metrics.narrow or (ctx.metrics.elder and len(columns) > 2)
        right = frozenset(number for number in range(len(columns)) if self._amounts(number))
        blocks: list[Block] = []
        if not stacked:
            blocks.append(TableRow(ctx, columns, self.shares, head=True, right=right))
        for row in self.rows:
            if stacked:
                blocks.append(_record(ctx, columns, row))
            else:
                line = TableRow(ctx, row, self.shares, right=right)
                line.semantics(Role.LISTITEM, _said(ctx, columns, row))
                blocks.append(line)
        super().__init__(ctx, blocks, gap=12 if stacked else 0)
        self.semantics(Role.LIST)

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
                if force and number == 0 and heads == 0 and (cut := self._fitting(block, width, height)):
                    return self._within_the_first(cut)
                cut = max(number, 1 if force else 0)
                if not 0 < cut < len(self.rows):
                    return None
                return (
                    Table(self.ctx, self.columns, self.rows[:cut], self.shares),
                    Table(self.ctx, self.columns, self.rows[cut:], self.shares),
                )
            used += self.gap
        return None

    def _fitting(self, record: Block, width: int, height: int) -> int:
        """How many cells of a record fit; 0 if all of them do, or it has only one."""
        used = 0
        pairs = record.in_order()
        for number, pair in enumerate(pairs):
            used += pair.fit(width)
            if used > height:
                return min(max(number, 1), len(pairs) - 1)
        return 0

    def _within_the_first(self, cut: int) -> tuple[Block, Block]:
        """A record that is higher than a leaf goes on on the next one, before the other records."""
        ctx, columns, row = self.ctx, self.columns, self.rows[0]
        rest: list[Block] = [_record(ctx, columns[cut:], row[cut:])]
        if self.rows[1:]:
            rest.append(Table(ctx, columns, self.rows[1:], self.shares))
        return _record(ctx, columns[:cut], row[:cut]), Column(ctx, rest, gap=12)


def _record(ctx: Ctx, columns: Sequence[str], row: Sequence[str]) -> Block:
    """A row as a small list of head and cell, spoken as one."""
    pairs = zip(columns, row, strict=True)
    block = Column(ctx, [KeyValue(ctx, head, cell, rule=False) for head, cell in pairs], gap=0)
    for pair in block.children:
        pair.semantics(Role.NONE)
    block.semantics(Role.LISTITEM, _said(ctx, columns, row))
    return block


def _said(ctx: Ctx, columns: Sequence[str], row: Sequence[str]) -> str:
    colon, comma = ("：", "，") if ctx.language == "zh" else (": ", ", ")
    return comma.join(f"{head}{colon}{cell}" for head, cell in zip(columns, row, strict=True))
