"""The list of matters: by department, by theme, or found by what was typed; by pages, never scrolled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.visit import events as ev
from kiosk.visit.state import Browse, Page, Visit
from screens.citizen import wording
from screens.citizen.beside import LobbyPage
from screens.citizen.leaves import lines, pairs, turner
from screens.citizen.long_list import LONG, extract_of, page_of_list
from screens.citizen.results import Results
from screens.kit.block import Block
from screens.kit.buttons import Button, Chip, Row
from screens.kit.field import Field
from screens.kit.layout import Grid, Line
from screens.kit.notes import Banner
from screens.kit.page import Parts
from screens.kit.panels import SPELLED, TextPanel, spelled

if TYPE_CHECKING:
    from kiosk.matters.offer import Offered

LEAST_ROWS: Final = 4
"""Where fewer rows than this have room below the departments, those get a page of their own."""
DEPARTMENTS: Final = "matters:departments"
"""In the page's draft: the departments are shown instead of the list."""
WRITTEN: Final = "matters:written"
"""In the page's draft: what is searched for, without the letters that are still being spelled."""
SHOWN: Final = "matters:results"
"""In the page's draft: the letters are put away to see the results."""


class MattersPage(LobbyPage):
    name: ClassVar[Page] = Page.MATTERS

    def parts(self) -> Parts:
        browse = self.ctx.state.browse
        if browse.searching and not self.ctx.draft.get(SHOWN):
            return self._search()
        return self._list()

    # --- the list -------------------------------------------------------------------------------------

    def _list(self) -> Parts:
        ctx = self.ctx
        browse = ctx.state.browse
        parts = Parts(
            heading=self._heading(),
            lead=self._lead(),
            secondary=[self._home(), self._again()],
            gap=16,
        )
        page = browse.page
        parts = replace(parts, page=page, on_turn=turner(ctx, page))
        across = ctx.metrics.orientation == "landscape" and not ctx.metrics.elder
        if len(browse.found) > LONG:
            return self._long(parts, across)
        listed = self._rows(browse.found, across, brief=ctx.metrics.narrow)
        if not listed:
            return replace(parts, body=self._nothing(), secondary=[self._home(), self._again(), self._all()])
        if browse.searching or browse.theme:
            return replace(parts, body=listed)
        if self.ctx.draft.get(DEPARTMENTS):
            return replace(parts, body=self._departments(), on_turn=None, lead=None)
        chips = self._departments()
        width, gap = self.body_width(), ctx.px(parts.gap)
        room = self.leaf_height(parts)
        room -= sum(chip.fit(width) + gap for chip in chips)
        if room >= LEAST_ROWS * (listed[0].fit(width) + gap):
            return replace(parts, body=[*chips, *listed])
        return replace(parts, body=listed, secondary=[self._home(), self._by_department(), self._again()])

    def _rows(self, codes: Sequence[str], across: bool, brief: bool = False) -> list[Block]:
        rows = [self._row(matter, brief) for matter in self.ctx.catalogue.offers(codes)]
        return [Grid(self.ctx, row, 2, gap=16) for row in pairs(rows, 2)] if across else rows

    def _long(self, parts: Parts, across: bool) -> Parts:
        """Of thousands only what is shown; the departments have a page of their own."""
        ctx = self.ctx
        browse = ctx.state.browse
        if self.ctx.draft.get(DEPARTMENTS):
            return replace(parts, body=self._departments(), on_turn=None, lead=None)
        ways = [self._again()] if browse.searching or browse.theme else [self._by_department(), self._again()]
        head: list[Block] = []
        if self.is_tight(parts):  # no room below the list: the other ways to a matter stand before it
            head = [Line(ctx, ways, gap=16, shares=[1] * len(ways), stretch=True)]
            parts = replace(parts, lead=None, secondary=[self._home()])
        else:
            parts = replace(parts, secondary=[self._home(), *ways])
        longest = extract_of(ctx, len(browse.found), len(browse.found), len(browse.found))
        room = self.extract_room(replace(parts, extract=longest))
        page, body, extract = page_of_list(
            ctx,
            browse.found,
            browse.page,
            lambda codes: self._rows(codes, across, brief=ctx.metrics.narrow),
            room,
            ctx.px(parts.gap),
            2 if across else 1,
            head,
        )
        return replace(parts, body=body, page=page, extract=extract)

    def _lead(self) -> str | None:
        ctx = self.ctx
        found = ctx.state.browse.found
        return ctx.words("matters.lead", count=len(found)) if found and not ctx.metrics.narrow else None

    def _heading(self) -> str:
        ctx = self.ctx
        browse = ctx.state.browse
        if browse.text.strip():
            if not browse.found:
                return ctx.words("matters.heading_none", text=browse.text)
            return ctx.words("matters.heading_search", count=len(browse.found))
        if browse.theme:
            return ctx.words("matters.heading_theme", name=wording.theme(ctx, browse.theme))
        if browse.department:
            known = {each.zh: ctx.both(each) for each in ctx.catalogue.departments}
            return known.get(browse.department, browse.department)
        return ctx.words("matters.heading")

    def _found(self) -> Iterator[Offered]:
        """One after the other, as they are looked at."""
        catalogue = self.ctx.catalogue
        offers = (catalogue.offer(code) for code in self.ctx.state.browse.found)
        return (offer for offer in offers if offer is not None)

    def _row(self, matter: Offered, brief: bool = False) -> Block:
        """Plain name, the official one below it, then what it takes; large type and a low panel leave the
        official one out, which the guide shows."""
        ctx = self.ctx
        closed = matter.task_code in ctx.state.unavailable
        takes = ctx.words("matters.unavailable") if closed else self._takes(matter)
        plain, official = ctx.both(matter.plain_name), ctx.both(matter.name)
        across = ctx.metrics.orientation == "landscape"
        brief = brief or official == plain or ctx.metrics.elder or across
        return Row(
            ctx,
            f"matter:{matter.task_code}",
            plain,
            "" if brief else official,
            lambda: ctx.send(ev.ChooseMatter(matter.task_code)),
            icon=None if ctx.metrics.narrow else matter.icon,
            dim=closed,
            detail=takes,
        )

    def _takes(self, matter: Offered) -> str:
        ctx = self.ctx
        minutes, fee = wording.minutes(ctx, matter), wording.fee(ctx, matter)
        if ctx.metrics.narrow or (ctx.metrics.elder and ctx.metrics.orientation == "landscape"):
            return wording.facts(ctx, matter)  # the guide says what to bring
        if not matter.bring:
            return ctx.words("matters.facts_nothing", minutes=minutes, fee=fee)
        first = ctx.both(matter.bring[0])
        bring = ctx.words("matters.and_more", first=first) if len(matter.bring) > 1 else first
        return ctx.words("matters.facts", minutes=minutes, fee=fee, bring=bring)

    def _nothing(self) -> list[Block]:
        ctx = self.ctx
        return [
            Banner(ctx, "info", ctx.words("matters.none"), "magnify-close"),
            Banner(
                ctx,
                "warning",
                ctx.words("matters.none_help", phone=ctx.terminal.phone),
                "account-question-outline",
            ),
        ]

    def _departments(self) -> list[Block]:
        ctx = self.ctx
        browse = ctx.state.browse
        everything = Chip(
            ctx,
            "department:all",
            ctx.words("matters.all"),
            browse.department is None,
            lambda: self._show_department(None),
        )
        chips = [
            everything,
            *(self._department(each.zh, ctx.both(each)) for each in ctx.catalogue.departments),
        ]
        return [Line(ctx, row, gap=16) for row in lines(ctx, chips, self.body_width())]

    def _department(self, name: str, label: str) -> Chip:
        ctx = self.ctx
        return Chip(
            ctx,
            f"department:{name}",
            label,
            ctx.state.browse.department == name,
            lambda: self._show_department(name),
        )

    def _show_department(self, name: str | None) -> None:
        self.ctx.draft.pop(DEPARTMENTS, None)
        self.ctx.send(ev.ShowMatters(department=name))
        self.ctx.rebuild()

    def _by_department(self) -> Button:
        """Where the names of the departments have no room above the list."""
        ctx = self.ctx

        def show() -> None:
            ctx.draft[DEPARTMENTS] = True
            ctx.rebuild()

        return Button(ctx, "departments", ctx.words("matters.by_department"), show, kind="secondary")

    # --- the search -----------------------------------------------------------------------------------

    def _search(self) -> Parts:
        ctx = self.ctx
        placeholder = ctx.words("matters.search_briefly" if ctx.metrics.narrow else "matters.search")
        self.field = Field(ctx, "answer", "", "", placeholder=placeholder, on_text=self._enter, lines=1)
        self._show_text(ctx.state.browse.text)
        self.field.name = ctx.words("matters.search_label")
        self.field.private = False  # what is looked for here says nothing about anybody
        self.field.hint = ctx.words("speech.how_to_search")
        self.panel = panel = TextPanel(ctx, self._typed, self._erased, self._spelled)
        show = Button(ctx, "show-results", ctx.words("matters.show"), self._show)
        above: list[Block] = []
        if ctx.metrics.narrow:  # field and keys have room only where everything else goes
            beside = Line(ctx, [self.field, show], gap=16, shares=[1, None])
            beside.name = self.field.name
            parts = Parts(heading=beside, gap=8)
        else:
            label = ctx.words("matters.search_label")
            parts = Parts(heading=label, primary=show, secondary=[self._home()], gap=16)
            above.append(self.field)
        width = self.body_width()
        used = sum(block.fit(width) + ctx.px(parts.gap) for block in (*above, panel))
        self.results = Results(ctx, self.body_height(parts) - used)
        self._fill_results()
        return replace(parts, body=[*above, self.results, panel])

    def signature(self, state: Visit) -> object:
        if state.browse.searching and not self.ctx.draft.get(SHOWN):
            return super().signature(replace(state, browse=Browse(searching=True)))
        return super().signature(state)

    def refresh(self, state: Visit) -> None:
        """A letter more or less: the keys stay as they are, under the finger."""
        if state.browse.searching and not self.ctx.draft.get(SHOWN):
            self._show_text(state.browse.text)
            self._fill_results()

    def _fill_results(self) -> None:
        ctx = self.ctx
        browse = ctx.state.browse
        if not browse.text.strip():
            self.results.show(ctx.words("matters.typed_nothing"), [])
        elif not browse.found:
            none = ctx.words("matters.heading_none", text=browse.text)
            self.results.show(f"{none}\n{ctx.words('matters.none_so_far')}", [])
        else:
            count = ctx.words("matters.found", count=len(browse.found))
            self.results.show(count, map(self._row, self._found()))

    def _show(self) -> None:
        self.ctx.draft[SHOWN] = True
        self.ctx.rebuild()

    def _show_text(self, text: str) -> None:
        letters = spelled(self.ctx)
        written = text.removesuffix(letters)
        self.ctx.draft[WRITTEN] = written
        self.field.show(written, text[len(written) :])

    @property
    def _written(self) -> str:
        written: str = self.ctx.draft[WRITTEN]
        return written

    def _enter(self, text: str) -> None:
        """A whole text at once."""
        self.panel.clear()
        self._write(text)

    def _write(self, text: str) -> None:
        self.ctx.draft[WRITTEN] = text
        self._spelled()

    def _spelled(self) -> None:
        """Pinyin finds matters as it is: what is being spelled is searched for, too."""
        self.ctx.send(ev.SearchMatters(self._written + spelled(self.ctx)))

    def _typed(self, text: str) -> None:
        self._write(self._written + text)

    def _erased(self) -> None:
        self._write(self._written[:-1])

    # --- buttons --------------------------------------------------------------------------------------

    def _home(self) -> Button:
        ctx = self.ctx
        icon = None if ctx.metrics.narrow or ctx.metrics.elder else "home"
        return Button(
            ctx, "back", ctx.words("matters.to_home"), lambda: ctx.send(ev.Back()), "secondary", icon
        )

    def _all(self) -> Button:
        ctx = self.ctx
        return Button(
            ctx, "all-matters", ctx.words("home.all"), lambda: ctx.send(ev.ShowMatters()), "secondary"
        )

    def _again(self) -> Button:
        ctx = self.ctx

        def search() -> None:
            for kept in (SHOWN, WRITTEN, SPELLED):
                ctx.draft.pop(kept, None)
            ctx.send(ev.SearchMatters(""))
            ctx.rebuild()

        label = "matters.search_again" if ctx.state.browse.searching else "matters.search_short"
        icon = None if ctx.metrics.narrow or ctx.metrics.elder else "magnify"
        return Button(ctx, "search", ctx.words(label), search, "secondary", icon)
