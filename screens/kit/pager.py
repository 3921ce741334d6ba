"""Long content by pages: never endless scrolling, which hides what is below from those who do not look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from screens.kit.areas import body_width
from screens.kit.block import Block
from screens.kit.button_row import LEAST_WIDTH
from screens.kit.buttons import Button
from screens.kit.cutting import ONE_MORE_LEAF, Cut, Toll, best
from screens.kit.layout import Column, Line
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.theme import GUTTER

if TYPE_CHECKING:
    from screens.kit.context import Ctx
    from screens.kit.page import Extract


PAGE_OF: Final = "page-of"
"""The key of what says which of how many leaves is shown."""
EMPTY_AT_MOST: Final = 0.35
"""Of a page: rather than leave more of it empty, what comes next is cut."""
NARROW_EMPTY: Final = 0.2


class Pager(Column):
    """上一页, 第1页,共2页, 下一页.  ``page`` counts from 0; ``on_turn`` gets -1 or 1.

    Where the three do not fit side by side, the words stand above the buttons.
    """

    def __init__(
        self,
        ctx: Ctx,
        page: int,
        pages: int,
        on_turn: Callable[[int], None],
        width: int | None = None,
        words: tuple[str, str] | None = None,
    ) -> None:
        """``words``: what is said instead of page and pages, in full and for short."""
        self.page = page
        self.pages = pages
        back, on = _turners(ctx, page, pages, on_turn, icons=True)
        said, brief = words or _words(ctx, page, pages)
        shown = Text(ctx, said, "body", "muted", "center")
        shown.key = PAGE_OF
        room = (width or body_width(ctx)) - 2 * ctx.px(GUTTER) - back.natural_width() - on.natural_width()
        if shown.natural_width() >= room:
            short = Text(ctx, brief, "body", "muted", "center")
            short.name = said
            short.key = PAGE_OF
            shown = short if short.natural_width() < room else shown
        if shown.natural_width() < room:
            super().__init__(ctx, [Line(ctx, [back, shown, on], shares=[None, 1, None])])
        else:
            super().__init__(ctx, [shown, Line(ctx, [back, on], gap=16, shares=[1, 1])], gap=8)

    @classmethod
    def of_extract(cls, ctx: Ctx, part: Extract, on_turn: Callable[[int], None], width: int) -> Pager:
        """Where nobody knows how many pages there are, the pager says what of the list is shown."""
        page = int(part.before)
        return cls(ctx, page, page + 1 + int(part.after), on_turn, width, (part.said, part.short))


class PagerRow(Line):
    """The pager among the page's own buttons, the act at the right: on a panel that lies across the body
    keeps the height that a row of its own would take."""

    def __init__(
        self,
        ctx: Ctx,
        buttons: Sequence[Button],
        act: bool,
        page: int,
        pages: int,
        on_turn: Callable[[int], None],
        words: tuple[str, str] | None = None,
        icons: bool = True,
    ) -> None:
        """``act``: the last of the buttons is it, and takes the room that is left."""
        said, brief = words or _words(ctx, page, pages)
        back, on = _turners(ctx, page, pages, on_turn, icons)
        shown = Text(ctx, brief, "body", "muted", "center")
        shown.name = said
        shown.key = PAGE_OF
        others, acts = (buttons[:-1], buttons[-1:]) if act else (buttons, buttons[:0])
        shares = [None] * (len(others) + 1) + [None if acts else 1.0] + [None] + [1.0] * len(acts)
        super().__init__(ctx, [*others, back, shown, on, *acts], shares=shares, stretch=True)

    def has_room(self, width: int, high: int) -> bool:
        """Side by side, and no higher than the buttons alone."""
        widths = self.widths(width)
        if widths is None or self.fit(width) > high:
            return False
        return self.shares[-1] is None or widths[-1] >= self.ctx.px(LEAST_WIDTH)


def beside_buttons(
    ctx: Ctx,
    buttons: Sequence[Button],
    act: bool,
    width: int,
    high: int,
    words: tuple[str, str] | None = None,
) -> bool | None:
    """Whether the pager among the buttons has its drawings; ``None`` where it has no room there."""
    if ctx.metrics.orientation != "landscape" or not buttons:
        return None
    for icons in (True, False):
        row = PagerRow(ctx, buttons, act, 98, 99, lambda _by: None, words, icons)
        fitting = row.has_room(width, high)
        row.clear_widgets()
        if fitting:
            return icons
    return None


def _words(ctx: Ctx, page: int, pages: int) -> tuple[str, str]:
    """Which leaf this is, in full and for short."""
    told = {"page": page + 1, "pages": pages}
    return ctx.words("kit.page_of", **told), ctx.words("kit.page_short", **told)


def _turners(
    ctx: Ctx, page: int, pages: int, on_turn: Callable[[int], None], icons: bool
) -> tuple[Button, Button]:
    """The way back and the way on."""
    back = _turner(ctx, "page-previous", "kit.previous_page", "chevron-left", lambda: on_turn(-1), icons)
    on = _turner(ctx, "page-next", "kit.next_page", "chevron-right", lambda: on_turn(1), icons)
    # At the first and last page the way on is greyed, not gone: keys that move about mislead fingers.
    for button, ended in ((back, page <= 0), (on, page >= pages - 1)):
        if ended:
            button.disable(ctx.words("kit.no_more_pages"))
            button.repaint()
    return back, on


def _turner(ctx: Ctx, key: str, word: str, icon: str, turn: Callable[[], None], icons: bool) -> Button:
    narrow = ctx.metrics.narrow
    low = narrow or ctx.metrics.dense or ctx.metrics.orientation == "landscape"
    return Button(
        ctx,
        key,
        ctx.words(word),
        turn,
        "secondary",
        icon if icons and not narrow else None,
        style="body_bold" if narrow or not icons else "button",
        high=ctx.metrics.target_least if low else None,
        icon_after=icon == "chevron-right",
    )


def paged(
    ctx: Ctx,
    widgets: Sequence[Block],
    height: int,
    width: int,
    gap: float = 24,
    later: int | None = None,
) -> list[list[Block]]:
    """The widgets in as few pages as their heights at ``width`` allow; each page has at least one.

    ``height`` is the room of a page in pixels, with what a pager needs already taken off
    (:func:`pager_height`); ``later`` that of the pages after the first, where it is another.  What is higher
    than a whole page, or would leave much of one empty, is cut where it can be (columns, grids, cards,
    tables) and where that saves a page, which takes its parts out of it.
    """
    return priced(ctx, widgets, height, width, gap, later)[0]


def priced(
    ctx: Ctx,
    widgets: Sequence[Block],
    height: int,
    width: int,
    gap: float = 24,
    later: int | None = None,
    across: int = 1,
) -> tuple[list[list[Block]], int]:
    """:func:`paged`, and what it costs a reader; ``across`` pages stand side by side."""
    if fits(ctx, widgets, height, width, gap):
        return [list(widgets)], ONE_MORE_LEAF
    between = ctx.px(gap)

    def way(blocks: list[Block], toll: Toll) -> list[list[Block]]:
        pages = _cut(ctx, blocks, height, width, between, later, toll)
        rooms = [height, *([height if later is None else later] * (len(pages) - 1))]
        toll.count(
            [_filled(page, width, between) / max(1, room) for page, room in zip(pages, rooms, strict=True)]
        )
        return pages

    return best(ctx, widgets, way, across)


def _filled(page: Sequence[Block], width: int, between: int) -> int:
    return sum(block.fit(width) for block in page) + between * max(0, len(page) - 1)


def _cut(
    ctx: Ctx,
    waiting: list[Block],
    height: int,
    width: int,
    between: int,
    later: int | None,
    toll: Toll,
) -> list[list[Block]]:
    """Page by page, as far as ``ctx.cut`` allows."""
    most = NARROW_EMPTY if ctx.metrics.narrow else EMPTY_AT_MOST
    pages: list[list[Block]] = [[]]
    used = 0
    while waiting:
        widget = waiting.pop(0)
        if later is not None and len(pages) > 1:
            height = later
        room = height - used - (between if pages[-1] else 0)
        high = widget.fit(width)
        if high > room:
            halves = None
            beginning = not pages[-1]
            if high > height:  # at best it begins a page
                may = beginning or ctx.cut > Cut.NOTHING
            else:
                may = ctx.cut > Cut.NOTHING and not widget.whole and room >= height * most
            if may:
                halves = widget.halved(width, room, force=high > height and beginning)
            if halves is not None:
                toll.cut(halves)
                pages[-1].append(halves[0])
                waiting.insert(0, halves[1])
                pages.append([])
                used = 0
                continue
            if pages[-1]:
                waiting.insert(0, widget)
                while len(pages[-1]) > 1 and pages[-1][-1].role is Role.HEADING:
                    waiting.insert(0, pages[-1].pop())  # a heading stays with what it heads
                pages.append([])
                used = 0
                continue
        used += high + (between if pages[-1] else 0)
        pages[-1].append(widget)
    return pages if pages[-1] or len(pages) == 1 else pages[:-1]


def fits(ctx: Ctx, widgets: Sequence[Block], height: int, width: int, gap: float = 24) -> bool:
    """True when all stand on one page."""
    between = ctx.px(gap) * max(0, len(widgets) - 1)
    return sum(widget.fit(width) for widget in widgets) + between <= height


def pager_height(ctx: Ctx, width: int) -> int:
    """Pixels that a pager takes from a body of ``width``, with the gap above it."""
    return Pager(ctx, 0, 2, lambda _by: None, width).fit(width) + ctx.metrics.gap
