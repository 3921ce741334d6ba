"""A long list to choose from: by levels where it has them, by pages, or found by letters of its pinyin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kiosk.matters import choices
from kiosk.matters.models import Option
from screens.citizen.form_inputs import Input, error_note
from screens.citizen.results import Results
from screens.kit.block import Block
from screens.kit.buttons import Button, Row
from screens.kit.choices import RadioGroup
from screens.kit.field import Field
from screens.kit.frame import PAGE_DRAFT
from screens.kit.layout import Column, Line
from screens.kit.notes import Banner
from screens.kit.panels import SPELLED, TextPanel, spelled

if TYPE_CHECKING:
    pass

LEVEL: Final = "form:level"
"""In the page's draft: the entry whose inside is shown."""
SEARCHING: Final = "form:searching"
"""In the page's draft: the letters are shown instead of the list."""
WRITTEN: Final = "form:written"
FOUND: Final = "form:found"
"""In the page's draft: what was typed, where its results are shown as the list."""
SHORT_LABEL: Final = {"zh": 7, "en": 18}
"""Characters; labels no longer than these stand in three columns."""

VERY_SHORT: Final = (11, 5)
"""In another language and in Chinese: across even large ones stand in three columns."""


class ListInput(Input):
    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        group = RadioGroup(
            ctx,
            "answer",
            [(entry.value, ctx.both(entry.label)) for entry in self._shown()],
            self._marked(),
            self._touch,
            name=ctx.both(self.question.label),
            columns=self._columns(),
        )
        above: list[Block] = []
        if self.typed and (name := choices.label_of(self.question, self.typed)) is not None:
            chosen = ctx.words("form.chosen", name=ctx.both(name))
            above.append(Banner(ctx, "success", chosen, "check-circle-outline"))
        if self.error:
            group.state["invalid"] = True
            group.state["error"] = self.error
            above.append(error_note(ctx, self.error))
        return [Column(ctx, [*above, self._ways()], gap=16), group]

    @property
    def searching(self) -> bool:
        return bool(self.ctx.draft.get(SEARCHING))

    # --- levels ---------------------------------------------------------------------------------------

    @property
    def _choices(self) -> choices.Choices | None:
        return choices.listed(self.question.catalogue) if self.question.catalogue else None

    @property
    def _level(self) -> str:
        """Where the list is open: at first where the answer stands that is there already."""
        if LEVEL not in self.ctx.draft:
            way = choices.way_to(self.question, self.typed) if self.typed else ()
            self.ctx.draft[LEVEL] = way[-2] if len(way) > 1 else ""
        level: str = self.ctx.draft[LEVEL]
        return level

    def _shown(self) -> Sequence[Option]:
        listed = self._choices
        if query := self.ctx.draft.get(FOUND):
            return choices.find(self.question, query)
        return listed.inside(self._level) if listed is not None else self.question.options

    def _marked(self) -> str | None:
        """The chosen entry, or the one on the way to it."""
        way = choices.way_to(self.question, self.typed) if self.typed else ()
        shown = {entry.value for entry in self._shown()}
        return next((value for value in way if value in shown), None)

    def _touch(self, value: str) -> None:
        listed = self._choices
        if listed is not None and listed.inside(value):
            self.ctx.draft.pop(FOUND, None)
            self._open(value)
        else:
            self.keep(value)
            self.ctx.rebuild()

    def _open(self, level: str) -> None:
        self.ctx.draft[LEVEL] = level
        self.ctx.draft.pop(PAGE_DRAFT, None)
        self.ctx.rebuild()

    def _ways(self) -> Block:
        """One level up, and the search."""
        ctx = self.ctx
        icon = None if ctx.metrics.narrow else "magnify"
        search = Button(
            ctx, "by-letters", ctx.words("form.by_letters"), self._search, "secondary", icon, high=88
        )
        level = self._level
        listed = self._choices
        if ctx.draft.get(FOUND):
            every = Button(ctx, "to-list", ctx.words("form.to_list"), self._close, "secondary", high=88)
            return Line(ctx, [every, search], gap=16, shares=[1, 1])
        if listed is None or not level:
            return Line(ctx, [search], shares=[1])
        above = listed.path(level)
        parent = above[-2].value if len(above) > 1 else ""
        name = ctx.both(above[-1].label)
        up = Button(
            ctx,
            "level-up",
            ctx.words("form.level_up", name=name),
            lambda: self._open(parent),
            "secondary",
            None if ctx.metrics.narrow else "arrow-up-left",
            high=88,
        )
        return Line(ctx, [up, search], gap=16, shares=[1, 1])

    def _columns(self) -> int:
        ctx = self.ctx
        longest = max((len(ctx.both(entry.label)) for entry in self._shown()), default=0)
        across = ctx.metrics.orientation == "landscape"
        if ctx.metrics.narrow:
            return 2  # where two fit
        if ctx.metrics.elder:
            if across and longest <= VERY_SHORT[ctx.language == "zh"]:
                return 3
            return 2 if across or longest <= SHORT_LABEL.get(ctx.language, 18) else 1
        return 3 if longest <= SHORT_LABEL.get(ctx.language, 18) or across else 2

    # --- the search -----------------------------------------------------------------------------------

    def _search(self) -> None:
        for kept in (SPELLED, WRITTEN, FOUND):
            self.ctx.draft.pop(kept, None)
        self.ctx.draft[SEARCHING] = True
        self.ctx.rebuild()

    def _close(self) -> None:
        for kept in (SEARCHING, FOUND, PAGE_DRAFT):
            self.ctx.draft.pop(kept, None)
        self.ctx.rebuild()

    def _list_found(self) -> None:
        query = self._written + spelled(self.ctx)
        self._close()
        if choices.find(self.question, query):
            self.ctx.draft[FOUND] = query
            self.ctx.rebuild()

    def field_and_way_back(self) -> tuple[Field, Button]:
        ctx = self.ctx
        self.field = Field(
            ctx, "answer", "", "", placeholder=ctx.words("form.letters"), on_text=self._enter, lines=1
        )
        self.field.name = ctx.words("form.by_letters")
        if ctx.metrics.narrow:
            back = Button(ctx, "show-found", ctx.words("form.show_found"), self._list_found)
        else:
            back = Button(ctx, "to-list", ctx.words("form.to_list"), self._close, "secondary")
        self.panel = TextPanel(ctx, self._typed_more, self._erase, self._show)
        return self.field, back

    def found(self, room: Callable[[Block], int]) -> list[Block]:
        """Results and letters; ``room`` says how many pixels are left beside the letters."""
        self.results = Results(self.ctx, room(self.panel))
        self._show()
        return [self.results, self.panel]

    @property
    def _written(self) -> str:
        written: str = self.ctx.draft.get(WRITTEN, "")
        return written

    def _enter(self, text: str) -> None:
        self.panel.clear()
        self._write(text)

    def _write(self, text: str) -> None:
        self.ctx.draft[WRITTEN] = text[: choices.MAX_QUERY]
        self._show()

    def _typed_more(self, text: str) -> None:
        self._write(self._written + text)

    def _erase(self) -> None:
        self._write(self._written[:-1])

    def _show(self) -> None:
        ctx = self.ctx
        self.field.show(self._written, spelled(ctx))
        query = self._written + spelled(ctx)
        if not query:
            self.results.show(ctx.words("form.letters_hint"), [])
            return
        found = choices.find(self.question, query)
        if found:
            self.results.show(ctx.words("form.found", count=len(found)), map(self._row, found))
        else:
            self.results.show(ctx.words("form.found_none"), [])

    def _row(self, entry: Option) -> Block:
        """A place with what it lies in: there is more than one 鼓楼区."""
        ctx = self.ctx
        listed = self._choices
        whole = listed.name(entry.value) if listed is not None else None
        label = ctx.both(entry.label)
        name = label if whole is None else ctx.both(whole)
        caption = "" if name == label else name
        return Row(ctx, f"answer:{entry.value}", label, caption, lambda: self._take(entry.value))

    def _take(self, value: str) -> None:
        listed = self._choices
        if listed is not None and listed.inside(value):  # 平顶山市: now which part of it
            self.ctx.draft[LEVEL] = value
        else:
            self.keep(value)
            self.ctx.draft.pop(LEVEL, None)
        self._close()
