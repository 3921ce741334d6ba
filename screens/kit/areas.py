"""Where the parts of a page go on this panel, in window pixels.

A page is *tight* where little room is left for its body: on a small tablet, with large type on a low panel,
in low reach.  Then the lead and all but the first other button go into the body, which can be turned over.
On a small tablet the keys that turn it stand *among* the buttons: back or the leaf before, the leaf after,
the act.  Where even that leaves too little, or all is to be read first, the page is *gated*: the buttons lead
through its leaves, and the act stands on the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from screens.kit import button_row
from screens.kit.block import Block
from screens.kit.button_row import ButtonRow, row_height
from screens.kit.buttons import Button, Kind
from screens.kit.chrome import Tools
from screens.kit.layout import Line
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
from values import dataclass

if TYPE_CHECKING:
    from screens.kit.context import Ctx
    from screens.kit.page import Parts

Box = tuple[int, int, int, int]
"""x, y, width, height in window pixels."""
NOWHERE: Box = (0, 0, 0, 0)
HEAD_GAP = 12
TURN_NARROW = 96
"""Units: on a small tablet what turns leaves is lower than an act, for what is to be read."""
BROKEN_LABEL: Final = 24
BROKEN_WORD: Final = 52
"""Units of height that labels on one line are worth; in Chinese, where a line ends within a word, more."""
WIDEST_OF_FEW: Final = "9/9"
WIDEST_COUNT: Final = "10/99"
"""No leaf's number is wider: a heading has the same lines on each of them."""
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


@dataclass(frozen=True)
class Among:
    """How the keys that turn leaves are worded that stand among the buttons: in ``brief``, and with the
    leaf's number, ``counted``, where the heading has no room for it."""

    brief: bool
    counted: bool


AMONG: Final = tuple(Among(brief, counted) for counted in (False, True) for brief in (False, True))
FEW: Final = 9
"""Leaves that are counted with one figure."""
MANY: Final = 99


class Areas:
    """Measures without taking the parts for children.  ``leaves``: the body of a tight page is turned over by
    its buttons, and beside or under the heading stands which leaf this is."""

    def __init__(
        self,
        ctx: Ctx,
        parts: Parts,
        leaves: bool = False,
        leaf: int = 0,
        last: bool = False,
        among: Among | None = None,
        most: int = FEW,
    ) -> None:
        """``leaf`` counts from 0; the ``last`` one has the act among its buttons, ``among``: each of them.
        ``most``: there are no more leaves."""
        self.ctx = ctx
        self.parts = parts
        self.leaves = leaves or among is not None
        self.among = among
        self.most = most
        self.apart = False  # which leaf this is has no room beside the heading
        self.leaf = leaf
        self.last = last
        self.across = ctx.metrics.orientation == "landscape"
        self.width = body_width(ctx, parts.aside is not None)
        self.tight = ctx.metrics.narrow or leaves
        self.ending = self._ending() if leaves else []
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
        steps = parts.step is not None and parts.step[1] > 1  # their line has the leaf, too
        if parts.step is not None and steps:
            found.append(StepBar(ctx, *parts.step, self.tight, turned))
        heading = parts.heading
        if isinstance(heading, str):  # on the leaves behind the first it has been read
            small = (self.leaves and leaf > 0) or self._saves_a_line(heading, self.leaves and not steps)
            found.append(Heading(ctx, heading, level=3 if small else 1))
        elif isinstance(heading, Heading):
            again = Heading(ctx, heading.text, heading.level, heading.color)
            again.same_as(heading)
            again.private = heading.private
            found.append(again)
        else:
            found.append(heading)
        if parts.lead and not self.tight:
            found.append(self._lead(parts.lead))
        if self.leaves and not steps:
            self._count(found, leaf, leaves)
        return found

    def _count(self, head: list[Block], leaf: int, leaves: int) -> None:
        """Which leaf this is: beside the heading, where that takes no line more, or below it."""
        if self.among is not None and self.among.counted:
            self.apart = True
            return
        ctx, extract, heading = self.ctx, self.parts.extract, head[-1]
        said = ctx.words("kit.page_of", page=leaf + 1, pages=leaves) if extract is None else extract.said
        if extract is None and isinstance(heading, Heading):
            brief = Text(ctx, ctx.words("kit.page_short", page=leaf + 1, pages=leaves), "body", "muted")
            brief.name = said
            if self._beside_count(heading):
                head[-1] = Line(ctx, [heading, brief], gap=16, shares=[1, None], valign="bottom")
                return
        self.apart = True
        head.append(Text(ctx, said, "body", "muted"))

    def _beside_count(self, heading: Heading) -> bool:
        """Whether it has room for the leaf's number, and no line more."""
        few = self.among is not None and self.most == FEW
        widest = Text(self.ctx, WIDEST_OF_FEW if few else WIDEST_COUNT).natural_width()
        room = self.width - self.ctx.metrics.gap - widest
        return len(heading.wrapped(room)) == len(heading.wrapped(self.width))

    def _saves_a_line(self, heading: str, counted: bool) -> bool:
        """Large type on a small panel: a step smaller where that is one line less, be it the one in which
        the leaf is ``counted``."""
        if not self.ctx.metrics.compact:
            return False
        large, small = (Heading(self.ctx, heading, level) for level in (1, 3))
        if len(small.wrapped(self.width)) < len(large.wrapped(self.width)):
            return True
        return counted and self._beside_count(small) and not self._beside_count(large)

    def blocks(self) -> list[Block]:
        """The body, with what has no room beside it on a tight page."""
        parts = self.parts
        if not self.tight:
            return list(parts.body)
        lead = [self._lead(parts.lead)] if parts.lead else []
        others = [] if self.ending else list(parts.secondary[1:])
        if self.ctx.metrics.narrow and len(others) > 1:
            return [*lead, *parts.body, ButtonRow(self.ctx, others, one_row=True)]
        return [*lead, *parts.body, *others]

    def _ending(self) -> list[Button]:
        """What stands beside the act where all is read first, and has room there: on the last leaf."""
        parts, others = self.parts, list(self.parts.secondary[1:])
        if parts.primary is None or not parts.read_first or len(others) != 1:
            return []
        back, _ = turning(self.ctx, lambda _by: None, brief=True)
        row = [back, *others, parts.primary]
        room = self.width - self.ctx.metrics.gap * (len(row) - 1)
        return others if sum(each.natural_width() for each in row) <= room else []

    def row(self) -> list[Button]:
        """The buttons at the bottom, the act last."""
        parts = self.parts
        others = parts.secondary[:1] if self.tight else parts.secondary
        return [*others, *([parts.primary] if parts.primary else [])]

    def beside(self) -> bool | None:
        """Whether the pager that stands among the buttons has its drawings; ``None`` where it has no room."""
        from screens.kit.pager import beside_buttons

        _, _, width, high = self.buttons
        extract = self.parts.extract
        words = (extract.said, extract.short) if extract else None
        act = self.parts.primary is not None
        return beside_buttons(self.ctx, self.row(), act, width, high, words)

    def pager(self) -> int:
        """Pixels of the body that turning its leaves takes."""
        from screens.kit.pager import pager_height

        return 0 if self.beside() is not None else pager_height(self.ctx, self.width)

    def _rows(self) -> list[list[Button]]:
        """All that may stand at the bottom while the leaves are turned."""
        row = self.row()
        if not self.leaves:
            return [row]
        if self.among:
            return self._turned
        back, on = turning(self.ctx, lambda _by: None, brief=self.last and bool(self.ending))
        if self.last:
            return [[back, *self.ending, *([self.parts.primary] if self.parts.primary else [])]]
        return [[*self.parts.secondary[:1], on] if self.leaf == 0 else [back, on]]

    @cached_property
    def _turned(self) -> list[list[Button]]:
        """The first and the last of the rows among whose buttons are those that turn; only measured."""
        return [self.turned(leaf, self.most, lambda _by: None) for leaf in (0, self.most - 1)]

    def turned(self, leaf: int, leaves: int, turn: Callable[[int], None]) -> list[Button]:
        """What stands at the bottom of a leaf whose turning keys are among the buttons: their places stay."""
        among = self.among
        assert among is not None
        back, on = turning(self.ctx, turn, among.brief, "body_bold")
        if among.counted:
            on.label.text = f"{on.label.text} {leaf + 1}/{leaves}"
            on.hint = self.ctx.words("kit.page_of", page=leaf + 1, pages=leaves)
        for button, ended in ((back, leaf <= 0), (on, leaf >= leaves - 1)):
            if ended:
                button.disable(self.ctx.words("kit.no_more_pages"))
                button.repaint()
        first = self.parts.secondary[:1] if leaf == 0 else []
        return [*(first or [back]), on, *([self.parts.primary] if self.parts.primary else [])]

    @classmethod
    def with_turning(cls, ctx: Ctx, parts: Parts, most: int = FEW) -> Areas | None:
        """The keys that turn leaves among the buttons, as they leave the body most room; ``None`` where they
        do not stand side by side.  ``most``: there are no more leaves."""
        found: list[Areas] = []
        for among in AMONG:
            areas = cls(ctx, parts, among=among, most=most)
            if areas.side_by_side():
                found.append(areas)
                if not areas.apart and areas.on_one_line():  # nothing leaves more
                    break
        line = ctx.px(BROKEN_WORD if ctx.language == "zh" else BROKEN_LABEL)
        return max(found, key=lambda each: each.body[3] + line * each.on_one_line(), default=None)

    def on_one_line(self) -> bool:
        """No label of what may stand at the bottom is broken."""
        gap = self.ctx.metrics.gap
        rows = self._rows()
        return all(
            sum(each.natural_width() for each in row) + gap * (len(row) - 1) <= self.width for row in rows
        )

    def side_by_side(self) -> bool:
        """All buttons that may stand at the bottom are in one row."""
        places = (button_row.places(self.ctx, row, self.width, one_row=self.tight) for row in self._rows())
        return all(down == 0 for row in places for _, down, _, _ in row)

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


def turning(
    ctx: Ctx, turn: Callable[[int], None], brief: bool = False, style: str = "button"
) -> tuple[Button, Button]:
    """上一页 and 下一页 as buttons of a tight page that is turned over; beside the act they stand back."""
    high = TURN_NARROW if ctx.metrics.narrow else None
    words = ("kit.previous_brief", "kit.next_brief") if brief else ("kit.previous_page", "kit.next_page")
    kind: Kind = "primary" if style == "button" else "secondary"  # where nothing else is an act
    said = [ctx.words(word) for word in words]
    back = Button(ctx, "page-previous", said[0], lambda: turn(-1), "secondary", style=style, high=high)
    on = Button(ctx, "page-next", said[1], lambda: turn(1), kind, style=style, high=high)
    back.name, on.name = ctx.words("kit.previous_page"), ctx.words("kit.next_page")
    return back, on
