"""Home: greeting, search, the matters done most, themes of life, everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters.numbers import mask_name
from kiosk.visit import events as ev
from kiosk.visit.state import Page, Visit
from screens.citizen import wording
from screens.citizen.beside import LobbyPage
from screens.kit.block import Block
from screens.kit.buttons import Button, Chip
from screens.kit.layout import Column, Grid, Line
from screens.kit.page import Parts
from screens.kit.pager import Pager, pager_height
from screens.kit.semantics import private
from screens.kit.text import Heading
from screens.kit.tile import Tile
from screens.theme import GUTTER, NARROW_GAP, TARGET_NARROW

if TYPE_CHECKING:
    from kiosk.matters.offer import Offered

TILES_MOST: Final = 6
TILES_IN_REACH: Final = 4
"""On a page; in low reach there are pages of them, because a seated person must get to every one."""
IN_REACH_MOST: Final = 12
"""Nobody turns more than a few pages of them: the list has the rest, and the search."""
PAGE: Final = "home:page"
THEMES_MOST: Final = 3
DOORS_ACROSS: Final = 4
TALLER_MOST: Final = 72
"""Units that a tile may grow by where the page has room."""

THEME_ICONS: Final = {
    "养老": "human-cane",
    "就业": "briefcase-outline",
    "教育": "school-outline",
    "医疗": "medical-bag",
    "住房": "home-city-outline",
    "社保": "shield-account-outline",
    "公积金": "piggy-bank-outline",
    "生育": "baby-carriage",
    "婚育": "heart-outline",
    "出行": "car",
    "证件": "card-account-details-outline",
    "税务": "receipt-text-outline",
    "救助": "hand-heart-outline",
    "创业": "storefront-outline",
}
THEME_ICON: Final = "tag-outline"


class HomePage(LobbyPage):
    name: ClassVar[Page] = Page.HOME

    def parts(self) -> Parts:
        ctx = self.ctx
        heading, lead = self._greeting()
        bare = ctx.metrics.narrow or ctx.metrics.elder
        self.gap = NARROW_GAP if ctx.metrics.narrow else GUTTER
        parts = Parts(heading=heading, lead=None if bare else lead, gap=self.gap)
        width, high = self.body_width(), self.body_height(parts)

        def left(above: Sequence[Block], below: Sequence[Block]) -> int:
            return high - sum(door.fit(width) + ctx.px(self.gap) for door in (*above, *below))

        above, below = self._doors()
        tiles = self._tiles(width, left(above, below))
        if ctx.metrics.roomy:
            # More occasions of life where they cost no tile; then the tiles take what is left.
            more = self._doors(rows=2)
            if len(more[1]) > 1 and tiles.fit(width) <= left(*more):
                above, below = more
            self._grow(tiles, width, left(above, below))
        return replace(parts, body=(*above, tiles, *below))

    def _grow(self, tiles: Block, width: int, room: int) -> None:
        if not isinstance(tiles, Grid):
            return
        rows = len(tiles.rows(width))
        spare = min((room - tiles.fit(width)) // rows, self.ctx.px(TALLER_MOST))
        for tile in tiles.in_order():
            if isinstance(tile, Tile) and spare > 0:
                tile.grow(spare)
        tiles.changed()

    def signature(self, state: Visit) -> object:
        greeting = wording.greeting(self.ctx)  # the afternoon does not last until somebody comes
        return super().signature(state), self.ctx.catalogue.first(TILES_MOST), greeting

    def _greeting(self) -> tuple[str | Block, str]:
        ctx = self.ctx
        person = ctx.state.person
        greeting = ctx.words("home.heading", greeting=wording.greeting(ctx))
        wide = ctx.metrics.elder or Heading(ctx, greeting).natural_width() > self.body_width()
        if person is None and ctx.metrics.narrow and wide:  # one more matter is worth more than a greeting
            return ctx.words("home.heading_short"), ctx.words("home.lead")
        if person is None:
            return greeting, ctx.words("home.lead")
        name = mask_name(person.document.name)
        again = Heading(ctx, ctx.words("home.heading_again", name=name))
        return private(again)[0], ctx.words("home.lead_again")

    # --- tiles ----------------------------------------------------------------------------------------

    def _tiles(self, width: int, height: int) -> Block:
        """As many as fit of what the terminal puts first (``kiosk.home``); the list has the rest."""
        catalogue = self.ctx.catalogue
        matters = catalogue.offers(catalogue.first(TILES_MOST))
        if self.ctx.metrics.low:
            turned = self._by_pages(catalogue.offers(catalogue.first(IN_REACH_MOST)), width, height)
            if turned is not None:
                return turned
        count = min(TILES_MOST, len(matters))
        while count > 1:
            grid = self._grid(matters[:count])
            if grid.fit(width) <= height:
                return grid
            count -= 1
        return self._grid(matters[:count])

    def _by_pages(self, matters: Sequence[Offered], width: int, height: int) -> Block | None:
        """Four at a time, or as many as fit above what turns them; ``None`` where not even one does."""
        ctx = self.ctx
        whole = self._grid(matters)
        if len(matters) <= TILES_IN_REACH and whole.fit(width) <= height:
            return whole
        room = height - pager_height(ctx, width)
        pages: list[Grid] = []
        start = 0
        while start < len(matters):
            for each in range(TILES_IN_REACH, 0, -1):
                grid = self._grid(matters[start : start + each])
                if grid.fit(width) <= room:
                    break
            else:
                return None
            pages.append(grid)
            start += each
        page = min(ctx.draft.get(PAGE, 0), len(pages) - 1)
        return Column(ctx, [pages[page], Pager(ctx, page, len(pages), self._turn, width)], gap=self.gap)

    def _turn(self, by: int) -> None:
        self.ctx.draft[PAGE] = max(0, self.ctx.draft.get(PAGE, 0) + by)
        self.ctx.rebuild()

    def _grid(self, matters: Sequence[Offered]) -> Grid:
        metrics = self.ctx.metrics
        across = metrics.orientation == "landscape"
        columns = (2 if across else 1) if metrics.elder or metrics.narrow else (3 if across else 2)
        return Grid(self.ctx, [self._tile(matter) for matter in matters], columns, gap=self.gap)

    def _tile(self, matter: Offered) -> Tile:
        ctx = self.ctx
        # Not disabled: the guide says why it cannot be done here, and where it can.
        closed = matter.task_code in ctx.state.unavailable
        return Tile(
            ctx,
            f"matter:{matter.task_code}",
            ctx.both(matter.plain_name),
            ctx.words("matters.unavailable") if closed else wording.facts(ctx, matter),
            matter.icon,
            lambda: ctx.send(ev.ChooseMatter(matter.task_code)),
            dim=closed,
        )

    # --- other ways -----------------------------------------------------------------------------------

    def _doors(self, rows: int = 1) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """Search above the tiles; themes, in so many rows, and the whole list below."""
        ctx = self.ctx
        metrics = ctx.metrics
        search = Button(
            ctx,
            "search",
            ctx.words(self._search_word()),
            lambda: ctx.send(ev.SearchMatters("")),
            kind="secondary",
            icon="magnify",
            style="body",
            align="left",
            high=TARGET_NARROW if metrics.narrow else None,
        )
        everything = Chip(
            ctx,
            "all-matters",
            ctx.words("home.all_short" if self._brief else "home.all"),
            False,
            lambda: ctx.send(ev.ShowMatters()),
            None if self._brief else "view-list-outline",
        )
        progress = Chip(
            ctx,
            "progress",
            ctx.words("home.progress_short" if self._brief else "home.progress"),
            False,
            lambda: ctx.send(ev.AskProgress()),
            None if self._brief else "folder-account-outline",
        )
        progress.name = ctx.words("home.progress_name")
        search.name, everything.name = ctx.words("home.search_name"), ctx.words("home.all")
        if metrics.narrow or metrics.elder:
            if metrics.orientation == "landscape":  # no room for a second line, and enough beside
                one = Line(ctx, [search, progress, everything], gap=16, shares=[1, None, None], stretch=True)
                return (one,), ()
            below = Line(ctx, [progress, everything], gap=16, shares=[1, 1], stretch=True)
            return (search,), (below,)
        themes = ctx.catalogue.themes[: THEMES_MOST - 1 + DOORS_ACROSS * (rows - 1)]
        chips = [*(self._theme(theme) for theme in themes), progress, everything]
        lines = [chips[start : start + DOORS_ACROSS] for start in range(0, len(chips), DOORS_ACROSS)]
        return (search,), tuple(
            Line(ctx, line, gap=16, shares=[1] * len(line), stretch=True) for line in lines
        )

    @property
    def _brief(self) -> bool:
        """The shortest words: three doors beside each other, or a small panel with large type."""
        metrics = self.ctx.metrics
        return metrics.elder and (metrics.narrow or metrics.orientation == "landscape")

    def _search_word(self) -> str:
        metrics = self.ctx.metrics
        if self._brief:
            return "home.search_short"
        return "home.search_name" if metrics.narrow or metrics.elder else "home.search"

    def _theme(self, theme: str) -> Chip:
        ctx = self.ctx
        return Chip(
            ctx,
            f"theme:{theme}",
            wording.theme(ctx, theme),
            False,
            lambda: ctx.send(ev.ShowMatters(theme=theme)),
            THEME_ICONS.get(theme, THEME_ICON),
        )
