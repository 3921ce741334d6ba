"""Where the parts of a page go on this panel, in window pixels.

A page is *tight* where little room is left for its body: on a small tablet, with large type on a low panel,
in low reach.  Then the lead and all but the first other button go into the body, which can be turned over,
and while it is turned the buttons lead through its leaves: back and on, and the act on the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.button_row import ButtonRow, row_height
from screens.kit.buttons import Button
from screens.kit.chrome import Tools
from screens.kit.stepbar import StepBar
from screens.kit.text import Heading, Text
from screens.theme import (
    ASIDE,
    CONTENT_MOST,
    ELDER_FACTOR,
    FOOTER,
    GUTTER,
    HEADER,
    NARROW_FOOTER,
    RAIL,
    TARGET_GAP,
    TOOLS,
)

if TYPE_CHECKING:
    from screens.kit.context import Ctx
    from screens.kit.page import Parts

Box = tuple[int, int, int, int]
"""x, y, width, height in window pixels."""
NOWHERE: Box = (0, 0, 0, 0)
HEAD_GAP = 12
TURN_NARROW = 96
"""Units: on a small tablet what turns leaves is lower than an act, for what is to be read."""
TIGHT_BELOW = 420
"""Units of body under which a page is tight."""


def body_width(ctx: Ctx, aside: bool = False) -> int:
    metrics, px = ctx.metrics, ctx.px
    if metrics.orientation == "portrait":
        return metrics.width - 2 * metrics.margin
    room = metrics.width - px(RAIL) - 2 * metrics.margin
    if aside:
        room -= px(ASIDE) + px(GUTTER)
    most = CONTENT_MOST * (ELDER_FACTOR if metrics.elder else 1.0)  # as many characters as in normal size
    return min(px(most), room)


class Areas:
    """Measures without taking the parts for children.  ``leaves``: the body of a tight page is turned over,
    so that a line under the heading says which leaf this is."""

    def __init__(
        self, ctx: Ctx, parts: Parts, leaves: bool = False, leaf: int = 0, last: bool = False
    ) -> None:
        """``leaf`` counts from 0; the ``last`` one has the act among its buttons."""
        self.ctx = ctx
        self.parts = parts
        self.leaves = leaves
        self.leaf = leaf
        self.last = last
        self.across = ctx.metrics.orientation == "landscape"
        self.width = body_width(ctx, parts.aside is not None)
        self.tight = ctx.metrics.narrow or leaves
        self._lay()
        if not self.tight and self.body[3] < ctx.px(TIGHT_BELOW):
            self.tight = True
            self._lay()

    # --- what stands where --------------------------------------------------------------------------

    def head(self, leaf: int = 0, leaves: int = 2) -> list[Block]:
        """Step, heading, lead and leaf, made anew where they are given as text."""
        ctx, parts = self.ctx, self.parts
        found: list[Block] = []
        turned = (leaf, leaves) if self.leaves else None
        if parts.step is not None and parts.step[1] > 1:
            found.append(StepBar(ctx, *parts.step, self.tight, turned))
        heading = parts.heading
        if isinstance(heading, str):  # on the leaves behind the first it has been read
            small = (self.leaves and leaf > 0) or self._saves_a_line(heading)
            found.append(Heading(ctx, heading, level=3 if small else 1))
        else:
            found.append(heading)
        if parts.lead and not self.tight:
            found.append(self._lead(parts.lead))
        steps = parts.step is not None and parts.step[1] > 1  # their line has the leaf, too
        if self.leaves and not steps:
            said = ctx.words("kit.page_of", page=leaf + 1, pages=leaves)
            if parts.extract is not None:
                said = parts.extract.said
            found.append(Text(ctx, said, "body", "muted"))
        return found

    def _saves_a_line(self, heading: str) -> bool:
        """Large type on a small panel: a step smaller where that is one line less."""
        if not self.ctx.metrics.compact:
            return False
        large, small = (len(Heading(self.ctx, heading, level).wrapped(self.width)) for level in (1, 3))
        return small < large

    def blocks(self) -> list[Block]:
        """The body, with what has no room beside it on a tight page."""
        parts = self.parts
        if not self.tight:
            return list(parts.body)
        lead = [self._lead(parts.lead)] if parts.lead else []
        others = list(parts.secondary[1:])
        if self.ctx.metrics.narrow and len(others) > 1:
            return [*lead, *parts.body, ButtonRow(self.ctx, others, one_row=True)]
        return [*lead, *parts.body, *others]

    def row(self) -> list[Button]:
        """The buttons at the bottom, the act last."""
        parts = self.parts
        others = parts.secondary[:1] if self.tight else parts.secondary
        return [*others, *([parts.primary] if parts.primary else [])]

    def _rows(self) -> list[list[Button]]:
        """All that may stand at the bottom while the leaves are turned."""
        row = self.row()
        if not self.leaves:
            return [row]
        back, on = turning(self.ctx, lambda _by: None)
        if self.last:
            return [[back, *([self.parts.primary] if self.parts.primary else [])]]
        return [[*self.parts.secondary[:1], on] if self.leaf == 0 else [back, on]]

    def _lead(self, lead: str | Block) -> Block:
        return Text(self.ctx, lead, "lead", "muted") if isinstance(lead, str) else lead

    # --- measuring ----------------------------------------------------------------------------------

    def _lay(self) -> None:
        metrics, px = self.ctx.metrics, self.ctx.px
        self.header = self.tools = self.footer = self.rail = NOWHERE
        if self.across:
            left = metrics.margin + px(RAIL)
            self.rail = (0, 0, px(RAIL), metrics.height)
            top, low = metrics.height - metrics.margin, metrics.margin
        else:
            left = metrics.margin
            top, low = self._upright()
        blocks = self.head(self.leaf)
        high = sum(block.fit(self.width) for block in blocks) + px(HEAD_GAP) * (len(blocks) - 1)
        self.heading = (left, top - high, self.width, high)
        below = metrics.gap if metrics.narrow else px(24 if self.tight else 32)
        top = min(top - high - below, metrics.reach_top)
        if metrics.reach and not self.across and not metrics.narrow:
            tools = max(px(TOOLS), Tools(self.ctx).fit(self.width))
            self.tools = (left, top - tools, self.width, tools)
            top -= tools + px(TARGET_GAP)
        high = max(row_height(self.ctx, row, self.width, one_row=self.tight) for row in self._rows())
        self.buttons = (left, low, self.width, high)
        if high:
            low += high + metrics.gap
        self.body = (left, low, self.width, max(0, top - low))
        self.aside = NOWHERE
        if self.parts.aside is not None and self.across:
            upper = metrics.height - metrics.margin
            self.aside = (left + self.width + px(GUTTER), low, px(ASIDE), upper - low)

    def _upright(self) -> tuple[int, int]:
        metrics, px = self.ctx.metrics, self.ctx.px
        if metrics.narrow:  # no header: the page's own heading says where one is
            self.footer = (0, 0, metrics.width, px(NARROW_FOOTER))
            return metrics.height - metrics.gap, px(NARROW_FOOTER) + metrics.gap
        header, footer = px(HEADER), px(FOOTER)
        self.header = (0, metrics.height - header, metrics.width, header)
        self.footer = (0, 0, metrics.width, footer)
        top = metrics.height - header
        if metrics.reach:
            return top - px(40), footer + px(GUTTER)
        tools = max(px(TOOLS), Tools(self.ctx).fit(self.width))
        top -= px(8) + tools
        self.tools = (metrics.margin, top, self.width, tools)
        return top - px(24), footer + px(GUTTER)


def turning(ctx: Ctx, turn: Callable[[int], None]) -> list[Button]:
    """上一页 and 下一页 as the buttons of a tight page that is turned over."""
    high = TURN_NARROW if ctx.metrics.narrow else None
    return [
        Button(
            ctx, "page-previous", ctx.words("kit.previous_page"), lambda: turn(-1), "secondary", high=high
        ),
        Button(ctx, "page-next", ctx.words("kit.next_page"), lambda: turn(1), high=high),
    ]
