"""Puts a page's parts where the panel's shape wants them: upright, across, narrow, or within low reach.

Upright: header, tools, heading, body, buttons, footer.  Across: a rail at the left with title, tools and
help, the content at most 1040 units wide, the aside at its right.  In reach mode header, heading and lead
stay above, and all that is touched lies in the lowest band.

A body that does not fit is cut into pages here, whatever the page did: nothing is ever drawn over its edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.kit import spread
from screens.kit.areas import FEW, HEAD_GAP, MANY, NOWHERE, Areas, Box, body_width, turning
from screens.kit.block import Block
from screens.kit.button_row import ButtonRow
from screens.kit.chrome import Clock, Footer, Header, Rail, Tools
from screens.kit.cutting import Whole
from screens.kit.layout import Column
from screens.kit.pager import Pager, PagerRow, fits, paged
from screens.kit.semantics import Role

if TYPE_CHECKING:
    from screens.kit.buttons import Button
    from screens.kit.context import Ctx
    from screens.kit.page import CitizenPage

__all__ = ["Frame", "body_width"]

PAGE_DRAFT = "frame.page"


class Frame(Block):
    """One page as it stands on the window."""

    def __init__(self, ctx: Ctx, page: CitizenPage) -> None:
        super().__init__(ctx)
        self.page = page
        self.ground = "bg"
        self.parts = page.complete()
        self.placed: list[tuple[Block, Box]] = []
        self.leaf = 0
        self.gated = (
            False  # the way through the leaves leads to the act: all counts, or there is no more room
        )
        self.inline: bool | None = None  # the pager stands among the buttons, with its drawings or without
        self.content: list[Block] = []  # what changes from page to page; the rest stays as it is
        self.keys_elsewhere: frozenset[str] = frozenset()  # on other leaves of the body
        self.areas = Areas(ctx, self.parts)
        blocks = self.areas.blocks()
        leaves, leaf = self._leaves(blocks)
        self.keys_elsewhere = self._keys(leaves, leaf)
        across = self.areas.across
        # An ear and a keypad meet the page itself first, then help, tools and title.
        if across:
            self._put(Rail(ctx), self.areas.rail, order=3)
        elif self.areas.header != NOWHERE:
            self._put(Header(ctx), self.areas.header, order=3)
        if self.areas.tools != NOWHERE and not ctx.metrics.reach:
            self._put(Tools(ctx), self.areas.tools, order=2)
        heads = self.areas.head(leaf, len(leaves))
        self.content.append(self._put(Column(ctx, heads, gap=HEAD_GAP), self.areas.heading))
        if self.areas.tools != NOWHERE and ctx.metrics.reach:
            self._put(Tools(ctx), self.areas.tools, order=2)
        self._put_body(leaves, leaf)
        if (row := self._row(leaf, len(leaves))) is not None:
            x, y, width, _ = self.areas.buttons
            self.content.append(self._put(row, (x, y, width, row.fit(width))))
        if self.parts.aside is not None and across:
            self.content.append(self._put(self.parts.aside, self.areas.aside))
        if not across:
            self._put(Footer(ctx), self.areas.footer, order=1)
        said = (each for block in heads for each in (block, *block.in_order()))
        heading = next((each.name for each in said if each.role is Role.HEADING), heads[-1].name)
        self.semantics(Role.SCREEN, heading, value=page.name.value)

    def refresh_clock(self) -> None:
        for widget in self.walk(restrict=True):
            if isinstance(widget, Clock):
                widget.tick()

    def draw(self) -> None:
        self.wipe("bg")

    def arrange(self) -> None:
        for block, (x, y, width, height) in self.placed:
            if isinstance(block, Column):  # hangs from its top, and may have grown since
                own = block.fit(width)
                block.place(x, y + height - own, width, own)
            else:
                block.place(x, y, width, height)

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def _put(self, block: Block, box: Box, order: int = 0) -> Block:
        block.order = order
        self.placed.append((block, box))
        self.hold(block)
        return block

    # --- a body that does not fit -----------------------------------------------------------------------

    def _leaves(self, blocks: list[Block]) -> tuple[list[list[Block]], int]:
        """The body's leaves, and which one is shown."""
        _, _, width, height = self.areas.body
        gap = self.parts.gap
        if self.parts.extract is not None:
            self.leaf = self.parts.page
            if self.areas.tight:
                self.gated = True
                self.areas = Areas(self.ctx, self.parts, leaves=True)
            else:
                self.inline = self.areas.beside()
            return [blocks], 0
        if not blocks or fits(self.ctx, blocks, height, width, gap):
            return [blocks], 0
        if beside := spread.on_one_leaf(self.ctx, blocks, height, width, gap):
            return [beside], 0
        if self.ctx.metrics.narrow and not self.parts.read_first and (turned := self._among(blocks)):
            return turned, self._asked(turned)
        self.inline = self.areas.beside()
        room = height - self.areas.pager()
        self.gated = self.areas.tight and self.parts.read_first
        if not self.gated:
            leaves = spread.leaves(self.ctx, blocks, room, width, gap)
            if self.areas.tight and not all(fits(self.ctx, leaf, room, width, gap) for leaf in leaves):
                self.gated = True
                self.parts = self.page.complete()  # what was cut for the other way is not put together again
        if self.gated:
            return self._gated(width, gap)
        return leaves, self._asked(leaves)

    def _among(self, blocks: list[Block]) -> list[list[Block]] | None:
        """What turns the leaves stands among the buttons; ``None`` where something is higher than a leaf."""
        whole = Whole(blocks)
        for most in (FEW, MANY):
            areas = Areas.with_turning(self.ctx, self.parts, most)
            if areas is None or areas.body[3] <= self.areas.body[3] - self.areas.pager():
                break
            _, _, width, room = areas.body
            leaves = paged(self.ctx, whole.restore(), room, width, self.parts.gap)
            if not all(fits(self.ctx, leaf, room, width, self.parts.gap) for leaf in leaves):
                break
            if len(leaves) <= most:
                self.areas = areas
                return leaves
        whole.restore()
        return None

    def _gated(self, width: int, gap: float) -> tuple[list[list[Block]], int]:
        """The first leaf has the whole heading, the last one the act: both leave less room than others."""
        first, later, last = (
            Areas(self.ctx, self.parts, leaves=True, leaf=leaf, last=ends)
            for leaf, ends in ((0, False), (1, False), (1, True))
        )
        leaves = paged(self.ctx, first.blocks(), first.body[3], width, gap, later.body[3])
        if len(leaves) == 1 or not fits(self.ctx, leaves[-1], last.body[3], width, gap):
            ending = leaves.pop()
            room = last.body[3] if leaves else min(first.body[3], last.body[3])
            leaves += paged(self.ctx, ending, room, width, gap)
        leaf = self._asked(leaves)
        self.areas = last if leaf == len(leaves) - 1 else later if leaf else first
        return leaves, leaf

    def _asked(self, leaves: list[list[Block]]) -> int:
        asked = self.parts.page if self.parts.on_turn else self.ctx.draft.get(PAGE_DRAFT, 0)
        self.leaf = max(0, min(asked, len(leaves) - 1))
        return self.leaf

    def _keys(self, leaves: list[list[Block]], shown: int) -> frozenset[str]:
        hidden: list[Block] = [block for leaf in leaves[:shown] + leaves[shown + 1 :] for block in leaf]
        if len(leaves) > 1 and self.gated:
            hidden += [*self.areas.row(), *self.areas.ending]
        if self.areas.among and shown:  # the leaf before stands where on the first one the way out is
            hidden += self.areas.row()[:1]
        return frozenset(each.key for block in hidden for each in block.walk(restrict=True) if each.key)

    def _put_body(self, leaves: list[list[Block]], shown: int) -> None:
        if not leaves[shown]:
            return
        x, y, width, height = self.areas.body
        column = Column(self.ctx, leaves[shown], self.parts.gap)
        high = column.fit(width)
        self.content.append(self._put(column, (x, y + height - high, width, high)))
        if self.gated or self.areas.among or self.inline is not None:
            return
        if (extract := self.parts.extract) is not None:
            part = Pager.of_extract(self.ctx, extract, self._turn, width)
            self._put(part, (x, y, width, part.fit(width)))
        elif len(leaves) > 1:
            pager = Pager(self.ctx, shown, len(leaves), self._turn, width)
            self._put(pager, (x, y, width, pager.fit(width)))

    def _row(self, leaf: int, leaves: int) -> Block | None:
        """What stands at the bottom, if anything does."""
        if self.areas.among:
            turned = self.areas.turned(leaf, leaves, self._turn)
            return ButtonRow(self.ctx, turned, one_row=True)
        buttons = self._buttons(leaf, leaves)
        if self.inline is None or self.gated or not (leaves > 1 or self.parts.extract):
            return ButtonRow(self.ctx, buttons, one_row=self.areas.tight) if buttons else None
        act, words = self.parts.primary is not None, None
        if (extract := self.parts.extract) is not None:
            leaf, words = int(extract.before), (extract.said, extract.short)
            leaves = leaf + 1 + int(extract.after)
        return PagerRow(self.ctx, buttons, act, leaf, leaves, self._turn, words, self.inline)

    def _buttons(self, leaf: int, leaves: int) -> list[Button]:
        """On a tight page that is turned: back or the leaf before, then the leaf after or the act."""
        row = self.areas.row()
        if self.gated and (extract := self.parts.extract) is not None:
            back, on = turning(self.ctx, self._turn)
            first = [back] if extract.before else self.parts.secondary[:1]
            return [*first, *([on] if extract.after else [])]
        if not self.gated:
            return row
        ends, ending = leaf == leaves - 1, self.areas.ending
        primary = [*ending, self.parts.primary] if self.parts.primary else []
        if leaves == 1:
            return [*self.parts.secondary[:1], *primary]
        back, on = turning(self.ctx, self._turn, brief=ends and bool(ending))
        return [
            *(self.parts.secondary[:1] if leaf == 0 else [back]),
            *(primary if ends else [on]),
        ]

    def _turn(self, by: int) -> None:
        if self.parts.on_turn is not None:  # the visit keeps the number
            self.parts.on_turn(self.leaf + by)
            return
        self.ctx.draft[PAGE_DRAFT] = self.leaf + by
        self.ctx.rebuild()
