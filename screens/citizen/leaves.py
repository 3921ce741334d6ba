"""Small helps for putting blocks where they have room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiosk.visit.events import TurnPage
from screens.kit.block import Block
from screens.kit.layout import Line
from screens.kit.semantics import Role
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx


def turner(ctx: Ctx, number: int) -> Callable[[int], None]:
    """Turns the pages whose number the visit keeps: the list, the full guide, the check, the result.

    They keep their place when the citizen goes on and comes back.  ``number`` is the visit's, which may lie
    past the last page.
    """
    return lambda page: ctx.send(TurnPage(page - number))


def bullet(ctx: Ctx, words: Block) -> Block:
    """One of a list, its lines below each other beside the mark."""
    mark = Text(ctx, "·", "body_bold", "on_tint", role=Role.NONE)
    return Line(ctx, [mark, words], gap=12, shares=[None, 1], valign="top")


def lines(ctx: Ctx, blocks: Sequence[Block], width: int, gap: float = 16) -> list[list[Block]]:
    """Blocks of natural width in as few lines as they need."""
    found: list[list[Block]] = []
    used = 0
    for block in blocks:
        wide = block.natural_width() + ctx.px(gap)
        if found and used + wide - ctx.px(gap) <= width:
            found[-1].append(block)
            used += wide
        else:
            found.append([block])
            used = wide
    return found


def pairs(blocks: Sequence[Block], columns: int) -> list[list[Block]]:
    """Blocks in rows of at most ``columns``."""
    return [list(blocks[start : start + columns]) for start in range(0, len(blocks), columns)]
