"""Two columns on a panel that lies across: its lines are long and its pages low, so that short texts set like
a newspaper's take half as many leaves.  Read is the left column first, then the right one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from screens.kit.cutting import Whole
from screens.kit.layout import Column, Line
from screens.kit.pager import paged, priced
from screens.kit.semantics import Role
from screens.theme import ELDER_FACTOR, GUTTER

if TYPE_CHECKING:
    from screens.kit.block import Block
    from screens.kit.context import Ctx

LEAST_COLUMN: Final = 470
"""Units, times what larger type takes: a line of fourteen characters is the shortest that is read easily."""


def on_one_leaf(ctx: Ctx, blocks: Sequence[Block], height: int, width: int, gap: float) -> list[Block] | None:
    """All blocks side by side without a cut, as even as they can be; ``None`` where that has no room."""
    own = _column(ctx, blocks, width)
    if own is None:
        return None
    between = ctx.px(gap)
    heights = [block.fit(own) + between for block in blocks]
    cuts = range(1, len(blocks))
    # As much at the left as at the right, rather more: the eye begins there.
    cut = min(cuts, key=lambda at: max(sum(heights[:at]), sum(heights[at:]) + 1), default=0)
    if not cut or max(sum(heights[:cut]), sum(heights[cut:])) - between > height:
        return None
    return [_beside(ctx, [blocks[:cut], blocks[cut:]], gap)]


def leaves(ctx: Ctx, blocks: Sequence[Block], height: int, width: int, gap: float) -> list[list[Block]]:
    """The leaves, of two columns each where that costs a reader less."""
    own = _column(ctx, blocks, width)
    # What belongs together stays together.
    if own is None or any(block.whole and block.fit(width) <= height < block.fit(own) for block in blocks):
        return paged(ctx, blocks, height, width, gap)
    whole = Whole(blocks)
    columns, cost = priced(ctx, blocks, height, own, gap, across=2)
    wide, cost_wide = priced(ctx, whole.restore(), height, width, gap)
    if cost_wide <= cost:
        return wide
    whole.restore()
    columns, _ = priced(ctx, blocks, height, own, gap, across=2)
    found: list[list[Block]] = []
    for start in range(0, len(columns), 2):
        pair = columns[start : start + 2]
        found.append([_beside(ctx, pair, gap)] if len(pair) > 1 else pair[0])
    return found


def _column(ctx: Ctx, blocks: Sequence[Block], width: int) -> int | None:
    """Pixels across for one of two columns."""
    if ctx.metrics.orientation != "landscape":
        return None
    own = (width - ctx.px(GUTTER)) // 2
    least = ctx.px(LEAST_COLUMN * (ELDER_FACTOR if ctx.metrics.elder else 1))
    if own < least or any(block.least_width() > own for block in blocks):
        return None
    return own


def _beside(ctx: Ctx, columns: Sequence[Sequence[Block]], gap: float) -> Block:
    sides = [Column(ctx, list(side), gap) for side in columns]
    seen: set[str] = set()
    for each in (each for side in sides for each in side.walk(restrict=True)):
        if each.key and each.key in seen:  # a group that was cut goes on here: it is one still
            each.semantics(Role.NONE, "")
        seen.add(each.key)
    return Line(ctx, sides, shares=[1] * len(sides), valign="top")
