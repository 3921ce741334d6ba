"""Days, typed as digits into boxes, year first: no wheel to turn, no calendar to leaf through."""

from __future__ import annotations

from typing import ClassVar, Final

from screens.citizen.form_digits import grouped
from screens.citizen.form_inputs import TYPING, Input, error_note
from screens.kit.block import Block
from screens.kit.field import Field
from screens.kit.layout import Column, Line
from screens.kit.panels import DigitPad
from screens.kit.text import Heading

DATE_PARTS: Final = (("year", 4), ("month", 2), ("day", 2))
DATE_DIGITS: Final = 8


class DateInput(Input):
    """Eight digits into three boxes."""

    names: ClassVar[tuple[str, ...]] = ("",)
    """One for each day: a key of the words, or nothing where the question says enough."""

    def begin(self, given: str) -> str:
        return "".join(character for character in given if character.isdigit())[: self._most]

    def raw(self) -> str:
        """``YYYY-MM-DD``; an unfinished date as far as it goes, for the check to refuse."""
        return "/".join(filter(None, ("-".join(filter(None, self._parts(day))) for day in self._days())))

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        self.boxes = [self._boxes(name, day) for name, day in zip(self.names, self._days(), strict=True)]
        self._show()
        lines: list[Block] = []
        for name, boxes in zip(self.names, self.boxes, strict=True):
            line = Line(ctx, boxes, gap=16, shares=[4, 3, 3])
            lines.append(self._named(name, line, compact) if name else line)
        note = [error_note(ctx, self.error)] if self.error else []
        return [Column(ctx, [*lines, *note], gap=12)]

    def keys(self) -> Block:
        return DigitPad(self.ctx, self._key)

    def _boxes(self, name: str, day: str) -> list[Field]:
        ctx = self.ctx
        boxes = []
        for (part, _), digits in zip(DATE_PARTS, self._parts(day), strict=True):
            box = Field(ctx, f"{name}{part}", ctx.words(f"form.{part}"), digits, style="number")
            if name:
                box.name = f"{ctx.words(f'form.{name}')}{ctx.words(f'form.{part}')}"
            if self.error:
                box.state["invalid"] = True
                box.state["error"] = self.error
            boxes.append(box)
        return boxes

    def _named(self, name: str, line: Block, compact: bool) -> Block:
        ctx = self.ctx
        words = Heading(ctx, ctx.words(f"form.{name}"), level=3)
        return (
            Line(ctx, [words, line], gap=16, shares=[None, 1])
            if compact
            else Column(ctx, [words, line], gap=4)
        )

    @property
    def _most(self) -> int:
        return DATE_DIGITS * len(self.names)

    def _days(self) -> list[str]:
        return [self.typed[start : start + DATE_DIGITS] for start in range(0, self._most, DATE_DIGITS)]

    def _parts(self, day: str) -> list[str]:
        return [day[0:4], day[4:6], day[6:8]]

    def _key(self, key: str) -> None:
        if key == "delete":
            self.keep(self.typed[:-1])
        else:
            self.keep("" if key == "clear" else (self.typed + key)[: self._most])
        self._show()

    def _show(self) -> None:
        """What is typed, and the caret in the box that is being filled."""
        day, place = divmod(min(len(self.typed), self._most - 1), DATE_DIGITS)
        part = 0 if place < 4 else 1 if place < 6 else 2
        for row, (boxes, digits) in enumerate(zip(self.boxes, self._days(), strict=True)):
            for column, (box, text) in enumerate(zip(boxes, self._parts(digits), strict=True)):
                box.caret = (row, column) == (day, part)
                box.show(text)


class DateRangeInput(DateInput):
    """Two days, one below the other; the second follows when the first is full."""

    names = ("first_day", "last_day")

    def build(self, compact: bool) -> list[Block]:
        if not self.ctx.metrics.narrow:
            return super().build(compact)
        return [self._briefly() if self.ctx.draft.get(TYPING) else self._in_one()]

    def _in_one(self) -> Block:
        """Both days in one box, where the keys come on a page of their own."""
        ctx = self.ctx
        days = [grouped(digits, (4, 2, 2)) for digits in self._days() if digits]
        text = ctx.words("form.from_to", first=days[0], last=days[1]) if len(days) > 1 else "".join(days)
        name = ctx.both(self.question.label)
        field = Field(ctx, "answer", "", text, self.error, ctx.words("form.two_dates"), caret=False)
        field.name = name
        self.briefs: list[Field] = []
        return field

    def _briefly(self) -> Block:
        """One box a day, where six have no room together with the keys."""
        ctx = self.ctx
        self.briefs = [
            Field(ctx, name, "", "", placeholder=ctx.words("form.date_digits"), style="lead_bold", lines=1)
            for name in self.names
        ]
        lines: list[Block] = []
        for name, box in zip(self.names, self.briefs, strict=True):
            box.name = ctx.words(f"form.{name}")
            if self.error:
                box.state["invalid"] = True
                box.state["error"] = self.error
            words = Heading(ctx, ctx.words(f"form.{name}"), level=3)
            lines.append(Line(ctx, [words, box], gap=12, shares=[None, 1]))
        self._show()
        note = [error_note(ctx, self.error)] if self.error else []
        return Column(ctx, [*lines, *note], gap=8)

    def _show(self) -> None:
        if not self.ctx.metrics.narrow:
            super()._show()
            return
        filled = min(len(self.typed), self._most - 1) // DATE_DIGITS
        for row, (box, digits) in enumerate(zip(self.briefs, self._days(), strict=False)):
            box.caret = row == filled
            box.show(grouped(digits, (4, 2, 2)))
