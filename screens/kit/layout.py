"""Columns, lines and grids with gaps in units.  A child's order on the page is its order in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from screens.kit.block import Block
from screens.kit.semantics import Role
from screens.theme import GUTTER, RADIUS_CARD

if TYPE_CHECKING:
    from screens.kit.context import Ctx

NARROW_PADDING: Final = (16.0, 12.0)
"""Units around the content of a card on a small tablet."""
Valign = Literal["top", "middle", "bottom"]


class Spacer(Block):
    """Room of its own beside the usual gaps; ``wide``: pixels across, as wide as something else."""

    def __init__(self, ctx: Ctx, units: float = 0, wide: int = 0) -> None:
        super().__init__(ctx)
        self.units = units
        self.wide = wide

    def measure(self, width: int) -> float:
        return self.ctx.px(self.units)

    def natural_width(self) -> int:
        return self.wide or self.ctx.px(self.units)


class Column(Block):
    """One below the other, all as wide as the column."""

    def __init__(self, ctx: Ctx, children: Sequence[Block], gap: float = GUTTER) -> None:
        super().__init__(ctx)
        self.gap = ctx.px(gap)
        self.hold(*children)

    def measure(self, width: int) -> float:
        heights = [child.fit(width) for child in self.children]
        return sum(heights) + self.gap * max(0, len(heights) - 1)

    def natural_width(self) -> int:
        return max((child.natural_width() for child in self.children), default=0)

    def least_width(self) -> int:
        return max((child.least_width() for child in self.children), default=0)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        if self.whole and not force:
            return None
        children = self.in_order()
        used = 0
        for number, child in enumerate(children):
            used += child.fit(width)
            if used <= height:
                used += self.gap
                continue
            # Higher than a leaf, itself or what its heading begins.
            must = force and all(each.role is Role.HEADING for each in children[:number])
            cut_inside = must or not child.whole
            if number and not self.ctx.metrics.narrow:  # elsewhere there is room to begin a leaf with it
                cut_inside = must
            left = height - used + child.fit(width)
            halves = child.halved(width, left, must) if cut_inside else None
            cut = number
            if number == 0 and halves is None:
                if not force or len(children) == 1:
                    return None
                cut = 1
            while not halves and cut > 1 and children[cut - 1].role is Role.HEADING:
                cut -= 1  # a heading stays with what it heads
            if halves is None and cut == 1 and children[0].role is Role.HEADING and not force:
                return None
            self.clear_widgets()
            first = [*children[:number], halves[0]] if halves else children[:cut]
            rest = [halves[1], *children[number + 1 :]] if halves else children[cut:]
            return self._like(first), self._like(rest)
        return None

    def _like(self, children: Sequence[Block]) -> Column:
        part = Column(self.ctx, children)
        part.gap = self.gap
        part.same_as(self)
        return part

    def arrange(self) -> None:
        top = self.top
        for child in self.in_order():
            height = child.fit(self.width)
            child.place(self.x, top - height, self.width, height)
            top -= height + self.gap


class Line(Block):
    """Side by side.  ``shares``: a number takes that share of the room which is left, ``None`` the child's
    natural width.  Without shares all take their natural width.

    Where a word would break, or there is no room, the children stand below each other instead.
    """

    def __init__(
        self,
        ctx: Ctx,
        children: Sequence[Block],
        gap: float = GUTTER,
        shares: Sequence[float | None] | None = None,
        valign: Valign = "middle",
        stretch: bool = False,
    ) -> None:
        super().__init__(ctx)
        self.gap = ctx.px(gap)
        self.shares = list(shares) if shares is not None else [None] * len(children)
        self.valign = valign
        self.stretch = stretch  # all as high as the highest
        if len(self.shares) != len(children):
            raise ValueError("as many shares as children")
        self.hold(*children)

    def widths(self, width: int) -> list[int] | None:
        """Of each child; ``None`` when they do not fit side by side."""
        children = self.in_order()
        room = width - self.gap * max(0, len(children) - 1)
        fixed = [
            0 if share else child.natural_width() for child, share in zip(children, self.shares, strict=True)
        ]
        left = room - sum(fixed)
        if left < 0:
            return None
        total = sum(share for share in self.shares if share)
        found = [
            int(left * share / total) if share else own for own, share in zip(fixed, self.shares, strict=True)
        ]
        broken = any(own < child.least_width() for own, child in zip(found, children, strict=True))
        return None if broken else found

    def measure(self, width: int) -> float:
        children, widths = self.in_order(), self.widths(width)
        if widths is None:
            return sum(child.fit(width) for child in children) + self.gap * max(0, len(children) - 1)
        return max((child.fit(own) for child, own in zip(children, widths, strict=True)), default=0)

    def natural_width(self) -> int:
        gaps = self.gap * max(0, len(self.children) - 1)
        return sum(child.natural_width() for child in self.children) + gaps

    def least_width(self) -> int:
        return max((child.least_width() for child in self.children), default=0)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        if (widths := self.widths(width)) is not None:
            return self._below_the_mark(widths, height)
        children = self.in_order()
        self.clear_widgets()
        column = Column(self.ctx, children)
        column.gap = self.gap
        halves = column.halved(width, height, force)
        if halves is None:
            column.clear_widgets()
            self.hold(*children)
        return halves

    def _below_the_mark(self, widths: Sequence[int], height: int) -> tuple[Block, Block] | None:
        """A point of a list goes over to the next leaf without its mark."""
        children = self.in_order()
        if len(children) != 2 or self.valign != "top" or self.shares[0] is not None:
            return None
        mark, words = children
        if words.fit(widths[1]) <= mark.fit(widths[0]):
            return None
        halves = words.halved(widths[1], height)
        if halves is None:
            return None
        self.clear_widgets()
        room = Spacer(self.ctx, wide=widths[0])
        return self._like([mark, halves[0]]), self._like([room, halves[1]])

    def _like(self, children: Sequence[Block]) -> Line:
        part = Line(self.ctx, children, 0, self.shares, self.valign, self.stretch)
        part.gap = self.gap
        part.same_as(self)
        return part

    def arrange(self) -> None:
        x: float = self.x
        top = self.top
        widths = self.widths(int(self.width))
        if widths is None:
            for child in self.in_order():
                own = child.fit(self.width)
                child.place(x, top - own, self.width, own)
                top -= own + self.gap
            return
        for child, width in zip(self.in_order(), widths, strict=True):
            height = self.height if self.stretch else child.fit(width)
            spare = self.height - height
            y = self.y + {"top": spare, "middle": spare // 2, "bottom": 0}[self.valign]
            child.place(x, y, width, height)
            x += width + self.gap


class Grid(Block):
    """Equal columns; the children of a row are as high as the highest of it.

    There are fewer columns where a word would break in so many.  ``paired``: two beside each other where
    both stay on one line, any other has a row of its own.
    """

    listed = True

    def __init__(
        self, ctx: Ctx, children: Sequence[Block], columns: int, gap: float = GUTTER, paired: bool = False
    ) -> None:
        super().__init__(ctx)
        self.paired = paired
        self.columns = max(1, columns)
        self.gap = ctx.px(gap)
        self.hold(*children)

    def columns_at(self, width: float) -> int:
        least = self.least_width()
        columns = self.columns
        while columns > 1 and self._own(width, columns) < least:
            columns -= 1
        return columns

    def rows(self, width: float) -> list[list[Block]]:
        children = self.in_order()
        if self.paired:
            return self._pairs(children, self._own(width, 2))
        columns = self.columns_at(width)
        return [children[start : start + columns] for start in range(0, len(children), columns)]

    @staticmethod
    def _pairs(children: Sequence[Block], own: int) -> list[list[Block]]:
        found: list[list[Block]] = []
        for child in children:
            slim = child.natural_width() <= own
            if found and slim and len(found[-1]) == 1 and found[-1][0].natural_width() <= own:
                found[-1].append(child)
            else:
                found.append([child])
        return found

    def row_width(self, row: Sequence[Block], width: float) -> int:
        """Of each child of a row."""
        return self._own(width, len(row) if self.paired else self.columns_at(width))

    def _own(self, width: float, columns: int) -> int:
        return int((width - self.gap * (columns - 1)) / columns)

    def measure(self, width: int) -> float:
        heights = [self._high(row, width) for row in self.rows(width)]
        return sum(heights) + self.gap * max(0, len(heights) - 1)

    def _high(self, row: Sequence[Block], width: float) -> int:
        own = self.row_width(row, width)
        return max(child.fit(own) for child in row)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        used = 0
        rows = self.rows(width)
        for number, row in enumerate(rows):
            used += self._high(row, width)
            if used > height:
                columns, children = self.columns_at(width), self.in_order()
                cut = sum(len(each) for each in rows[: max(number, 1 if force else 0)])
                if not 0 < cut < len(children):
                    return self._stacked(width, height) if force and cut >= len(children) else None
                self.clear_widgets()
                return self._like(children[:cut], columns), self._like(children[cut:], columns)
            used += self.gap
        return None

    def _stacked(self, width: int, height: int) -> tuple[Block, Block] | None:
        """A single row that is higher than a page: below each other its children can be cut."""
        children = self.in_order()
        self.clear_widgets()
        column = Column(self.ctx, children)
        column.gap = self.gap
        halves = column.split(width, height, force=True)
        if halves is None:  # below each other they have room
            column.clear_widgets()
            self.hold(*children)
            self.columns = 1
            self._fits.clear()
        return halves

    def _like(self, children: Sequence[Block], columns: int) -> Grid:
        part = Grid(self.ctx, children, columns, paired=self.paired)
        part.gap = self.gap
        part.same_as(self)
        return part

    def natural_width(self) -> int:
        widest = max((child.natural_width() for child in self.children), default=0)
        return widest * self.columns + self.gap * (self.columns - 1)

    def least_width(self) -> int:
        return max((child.least_width() for child in self.children), default=0)

    def arrange(self) -> None:
        top = self.top
        for row in self.rows(self.width):
            own, height = self.row_width(row, self.width), self._high(row, self.width)
            for place, child in enumerate(row):
                child.place(self.x + place * (own + self.gap), top - height, own, height)
            top -= height + self.gap


class Columns(Grid):
    """All children in one row."""

    def __init__(self, ctx: Ctx, children: Sequence[Block], gap: float = GUTTER) -> None:
        super().__init__(ctx, children, columns=len(children), gap=gap)


class Padded(Block):
    """One child with room around it; ``ground`` is ``sheet`` for a card, a token for a fill, or nothing."""

    def __init__(
        self,
        ctx: Ctx,
        child: Block,
        padding: float | tuple[float, float] = 32,
        ground: str = "",
        radius: float = RADIUS_CARD,
        outline: str = "",
    ) -> None:
        super().__init__(ctx)
        across, down = padding if isinstance(padding, tuple) else (padding, padding)
        self.across, self.down = ctx.px(across), ctx.px(down)
        self.ground = ground
        self.radius = radius
        self.outline = outline
        self.hold(child)

    @property
    def child(self) -> Block:
        child: Block = self.children[0]
        return child

    def measure(self, width: int) -> float:
        return self.child.fit(width - 2 * self.across) + 2 * self.down

    def natural_width(self) -> int:
        return self.child.natural_width() + 2 * self.across

    def least_width(self) -> int:
        return self.child.least_width() + 2 * self.across

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        halves = self.child.halved(width - 2 * self.across, height - 2 * self.down, force)
        if halves is None:
            return None
        self.clear_widgets()
        first, rest = (self._like(half) for half in halves)
        return first, rest

    def _like(self, child: Block) -> Padded:
        part = Padded(self.ctx, child, 0, self.ground, self.radius, self.outline)
        part.across, part.down = self.across, self.down
        part.same_as(self)
        return part

    def draw(self) -> None:
        if self.ground == "sheet":
            self.sheet(self.radius)
        elif self.ground:
            self.fill(self.ground, self.radius)
        if self.outline:
            self.frame(self.outline, self.radius)

    def arrange(self) -> None:
        width, height = self.width - 2 * self.across, self.height - 2 * self.down
        self.child.place(self.x + self.across, self.y + self.down, width, height)


class Card(Padded):
    """Things that belong together, on one sheet."""

    def __init__(
        self,
        ctx: Ctx,
        children: Sequence[Block] | Block,
        gap: float = 16,
        padding: float | tuple[float, float] | None = None,
    ) -> None:
        if padding is None:
            padding = NARROW_PADDING if ctx.metrics.narrow else 32
        child = children if isinstance(children, Block) else Column(ctx, children, gap)
        super().__init__(ctx, child, padding, ground="sheet")
