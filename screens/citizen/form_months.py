"""From which month to which: shortcuts for what most people want, and steppers for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.matters.models import Question
from kiosk.matters.periods import THIS_MONTH, month_text, parse_month, parse_month_range
from screens.citizen import wording
from screens.citizen.form_inputs import Input, error_note
from screens.kit.block import Block
from screens.kit.buttons import Chip
from screens.kit.keys import Key
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

YEAR_MONTHS: Final = 12
SHORTCUTS: Final = (("last_year", 12), ("last_two_years", 24))
"""Words and how many months, this month included."""


class MonthsInput(Input):
    def __init__(self, ctx: Ctx, question: Question, given: str, error: str | None) -> None:
        this_month = ctx.now().date().replace(day=1)
        self.latest = self._bound(question.latest, this_month) or this_month
        self.earliest = self._bound(question.earliest, this_month)
        super().__init__(ctx, question, given, error)

    @staticmethod
    def _bound(words: str | None, this_month: date) -> date | None:
        if words is None:
            return None
        return this_month if words == THIS_MONTH else parse_month(words)

    def begin(self, given: str) -> str:
        """The last year, shown and easily changed, where nothing was chosen before."""
        return given if parse_month_range(given) else self._last(YEAR_MONTHS)

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        made = NarrowStepper if ctx.metrics.narrow else Stepper
        self.months: list[Stepper | NarrowStepper] = [
            made(ctx, "first", ctx.words("form.first_month"), lambda by: self._step(0, by)),
            made(ctx, "last", ctx.words("form.last_month"), lambda by: self._step(1, by)),
        ]
        # Each in a line of its own, so that a month is never cut in two by the pages.
        rows = [Line(ctx, [Card(ctx, month, padding=(24, 20))], shares=[1]) for month in self.months]
        self.whole = Months(ctx, ctx.both(self.question.label), rows, self._enter)
        self.whole.whole = True  # from and to
        self.shortcuts = self._shortcuts()
        self._show()
        chips = self.shortcuts
        columns = len(chips) if not ctx.metrics.narrow else 1 if ctx.language != "zh" else 2
        blocks: list[Block] = [Grid(ctx, chips, columns, gap=16)]
        if self.error:
            self.whole.state["invalid"] = True
            self.whole.state["error"] = self.error
            blocks.append(error_note(ctx, self.error))
        return [*blocks, self.whole]

    def _shortcuts(self) -> list[Chip]:
        made = [self._shortcut(name, self._last(months)) for name, months in SHORTCUTS]
        if self.earliest is not None:
            made.append(
                self._shortcut("all_months", f"{month_text(self.earliest)}/{month_text(self.latest)}")
            )
        return made

    def _shortcut(self, name: str, months: str) -> Chip:
        """What most people want; the one that is chosen now carries a tick."""
        ctx = self.ctx
        chosen = self.typed == months
        return Chip(
            ctx, f"months:{name}", ctx.words(f"form.{name}"), chosen, lambda: self._choose(months), icon=None
        )

    def _choose(self, months: str) -> None:
        self._enter(months)
        self.ctx.rebuild()

    def _last(self, months: int) -> str:
        first = self._within(moved(self.latest, 1 - months))
        return f"{month_text(first)}/{month_text(self.latest)}"

    def _within(self, month: date) -> date:
        least = self.earliest or date.min
        return min(max(month, least), self.latest)

    def _enter(self, months: str) -> None:
        if parse_month_range(months):
            self.keep(months)
            self._show()

    def _step(self, which: int, by: int) -> None:
        """One end moves; the other goes along rather than let the months stand the wrong way round."""
        parsed = parse_month_range(self.typed)
        if parsed is None:
            return
        first, last = parsed
        if which == 0:
            first = self._within(moved(first, by))
            last = max(first, last)
        else:
            last = self._within(moved(last, by))
            first = min(first, last)
        self.keep(f"{month_text(first)}/{month_text(last)}")
        self._show()

    def _show(self) -> None:
        parsed = parse_month_range(self.typed)
        if parsed is None:
            return
        for stepper, month in zip(self.months, parsed, strict=True):
            stepper.show(month)
        self.whole.value = " / ".join(wording.month(self.ctx, month) for month in parsed)


class Months(Column):
    """Both months as one answer, which can also be entered at once."""

    def __init__(self, ctx: Ctx, name: str, rows: Sequence[Block], on_text: Callable[[str], None]) -> None:
        super().__init__(ctx, rows, gap=16)
        self.semantics("digits", name, key="answer")
        self._on_text = on_text

    def _like(self, children: Sequence[Block]) -> Column:
        """Where a small panel turns from one month to the other, both leaves take both months at once."""
        part = Months(self.ctx, self.name, children, self._on_text)
        part.same_as(self)
        return part

    def enter(self, text: str) -> None:
        self._on_text(text)


class NarrowStepper(Column):
    """The same on one line of keys, below the month."""

    def __init__(self, ctx: Ctx, name: str, label: str, on_step: Callable[[int], None]) -> None:
        self.label = label
        self.shown = Heading(ctx, label, level=3)

        def key(what: str, by: int) -> Key:
            said, short = ctx.words(f"form.{what}", name=label), ctx.words(f"form.{what}_short")
            return Key(
                ctx, f"{name}:{what}", said, lambda: on_step(by), label=short, style="body_bold", high=88
            )

        steps = (("year_back", -YEAR_MONTHS), ("year_on", YEAR_MONTHS), ("month_back", -1), ("month_on", 1))
        keys = [key(what, by) for what, by in steps]
        super().__init__(ctx, [self.shown, Line(ctx, keys, gap=16, shares=[1] * len(keys))], gap=8)

    def show(self, month: date) -> None:
        self.shown.text = f"{self.label} {wording.month(self.shown.ctx, month)}"


class Stepper(Column):
    """A month with keys for a year and a month back and on."""

    def __init__(self, ctx: Ctx, name: str, label: str, on_step: Callable[[int], None]) -> None:
        self.label = label
        self.year = Text(ctx, "", "lead_bold", align="center")
        self.month = Text(ctx, "", "lead_bold", align="center")

        def key(icon: str, what: str, by: int) -> Key:
            said = ctx.words(f"form.{what}", name=label)
            return Key(ctx, f"{name}:{what}", said, lambda: on_step(by), icon=icon, high=88)

        year = [key("minus", "year_back", -YEAR_MONTHS), self.year, key("plus", "year_on", YEAR_MONTHS)]
        month = [key("minus", "month_back", -1), self.month, key("plus", "month_on", 1)]
        lines: list[Block] = [Line(ctx, row, gap=8, shares=[None, 1, None]) for row in (year, month)]
        super().__init__(ctx, [Heading(ctx, label, level=3), Line(ctx, lines, gap=72, shares=[1, 1])], gap=8)

    def show(self, month: date) -> None:
        ctx = self.year.ctx
        self.year.text = ctx.words("form.year_shown", year=month.year)
        self.month.text = ctx.words(f"kit.month_{month.month}")


def moved(month: date, by: int) -> date:
    """``by`` months later; stops at the ends of the calendar."""
    months = month.year * YEAR_MONTHS + month.month - 1 + by
    year, index = divmod(months, YEAR_MONTHS)
    return date(min(max(year, 1), 9999), index + 1, 1)
