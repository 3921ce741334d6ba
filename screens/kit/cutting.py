"""How a page is cut into leaves: as few as can be, and of the ways that need no more, the easiest to read.

A sentence that goes on over the leaf is harder to read than a list that does, and both than a card that
stands whole; a leaf with one short thing on it looks like a mistake.  So a page is cut in each way, and what
that does to a reader is counted.  Cutting takes blocks out of one another: then they are put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from screens.kit.semantics import TOUCHABLE, Role

if TYPE_CHECKING:
    from screens.kit.block import Block
    from screens.kit.context import Ctx

Leaf = list["Block"]
Halves = tuple["Block", "Block"]

ONE_MORE_LEAF: Final = 100
HEADING_CUT: Final = 90
SENTENCE_CUT: Final = 40
ACT_CUT: Final = 30
ROWS_CUT: Final = 10
"""What each costs whoever reads; two sentences that stay whole are not worth a leaf more to be turned."""
NEARLY_EMPTY: Final = ((0.2, 30), (0.35, 20), (0.5, 8), (0.7, 2))
"""A leaf filled less than this, and what that costs."""
OVERFULL: Final = 10_000


class Cut(IntEnum):
    """What may be cut where more stands below than a leaf holds."""

    NOTHING = 0  # but what is higher than a leaf
    ROWS = 1  # between the parts of a card or column
    LINES = 2  # also between the lines of a paragraph


class Whole:
    """The blocks as they are before they are cut."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = list(blocks)
        self._held = [(each, list(each.children)) for each in self._containers()]

    def _containers(self) -> Iterator[Block]:
        waiting = list(self.blocks)
        while waiting:
            block = waiting.pop()
            if block.children:
                yield block
                waiting += block.children

    def restore(self) -> list[Block]:
        """Everything again in what held it."""
        taken = [(block, children) for block, children in self._held if block.children != children]
        for _, children in taken:
            for child in children:
                if child.parent is not None:
                    child.parent.remove_widget(child)
        for block, children in taken:
            block.clear_widgets()
            block.hold(*reversed(children))
        for block in self.blocks:
            if block.parent is not None:
                block.parent.remove_widget(block)
        return list(self.blocks)


class Toll:
    """What a way of cutting costs; ``across``: columns that stand side by side on a leaf."""

    def __init__(self, across: int = 1) -> None:
        self.across = across
        self.cuts = 0
        self.leaves = 0

    def cut(self, halves: Halves) -> None:
        if halves[0].listed:
            return
        begins = _beginning(halves[1])
        if begins is None:
            self.cuts += ROWS_CUT
        elif begins.role in TOUCHABLE:  # what it is about stands on the leaf before
            self.cuts += ACT_CUT
        elif getattr(begins, "continued", False):
            self.cuts += HEADING_CUT if begins.role is Role.HEADING else SENTENCE_CUT
        else:
            self.cuts += ROWS_CUT

    def count(self, fills: Sequence[float]) -> None:
        """``fills``: how full each column is, 1 being full."""
        self.leaves = -(-len(fills) // self.across)
        full = [max(fills[at : at + self.across]) for at in range(0, len(fills), self.across)]
        for leaf, fill in enumerate(full, start=1):
            self.cuts += OVERFULL if fill > 1 else 0
            tiers = (
                NEARLY_EMPTY if leaf < self.leaves else NEARLY_EMPTY[:1]
            )  # the last one ends where it ends
            self.cuts += next((cost for most, cost in tiers if fill < most), 0)

    @property
    def sum(self) -> int:
        return self.leaves * ONE_MORE_LEAF + self.cuts


def best(
    ctx: Ctx, blocks: Sequence[Block], way: Callable[[list[Block], Toll], list[Leaf]], across: int = 1
) -> tuple[list[Leaf], int]:
    """The leaves that cost least, and what they cost.  ``way`` cuts as ``ctx.cut`` allows, and counts."""
    whole = Whole(blocks)
    found: dict[Cut, int] = {}
    leaves: list[Leaf] = []
    try:
        for ctx.cut in Cut:
            leaves = way(whole.restore(), toll := Toll(across))
            found[ctx.cut] = toll.sum
            if not toll.cuts and toll.leaves == 1:
                break
        chosen = min(found, key=lambda cut: found[cut])
        if chosen is not ctx.cut:
            ctx.cut = chosen
            leaves = way(whole.restore(), Toll(across))
    finally:
        ctx.cut = Cut.LINES
    return leaves, found[chosen]


def _beginning(block: Block) -> Block | None:
    """What is read or pressed first."""
    from screens.kit.text import Text

    begins = (each for each in block.walk(restrict=True) if isinstance(each, Text) or each.role in TOUCHABLE)
    return next(begins, None)
