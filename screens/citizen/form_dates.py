"""Days, typed as digits into boxes, year first: no wheel to turn, no calendar to leaf through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from screens.citizen.form_digits import grouped
from screens.citizen.form_inputs import TYPING, Input, error_note
from screens.kit.block import Block
from screens.kit.digit_pad import DigitPad
from screens.kit.field import Field
from screens.kit.layout import Column, Line, Spacer
from screens.kit.text import Heading

DATE_PARTS: Final = (("year", 4), ("month", 2), ("day", 2))
FIRST_DIGITS: Final = {"month": "1", "day": "3"}
"""The highest digit that a month or a day of two digits begins with."""
PLACE: Final = "form:date_place"
"""In the page's draft: the number of the box that is filled, and whether its next digit begins it anew."""


class DateInput(Input):
    """A box each for year, month and day; a touch chooses the one to fill, full ones lead to the next.

    A digit that no month or day can begin with fills the box with a 0 before it: ``2025 9 1`` is a date.
    """

    names: ClassVar[tuple[str, ...]] = ("",)
    """One for each day: a key of the words, or nothing where the question says enough."""

    def begin(self, given: str) -> str:
        """``YYYY-MM-DD``, with ``/`` between two days; empty parts stay, so that each box keeps its own."""
        days = given.split("/")
        return "/".join(
            "-".join(_split(days[row] if row < len(days) else "")) for row in range(len(self.names))
        )

    def raw(self) -> str:
        """The days as they stand; unfinished ones as far as they go, for the check to refuse."""
        days = ("-".join(_padded(parts)).rstrip("-") for parts in self._parts())
        return "/".join(filter(None, days))

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        self.boxes = [self._boxes(row, name) for row, name in enumerate(self.names)]
        self._show()
        lines: list[Block] = []
        for name, boxes in zip(self.names, self.boxes, strict=True):
            line = Line(ctx, boxes, gap=16, shares=[4, 3, 3])
            lines.append(self._named(name, line) if name else line)
        note = [error_note(ctx, self.error)] if self.error and not self.told else []
        return [Column(ctx, [*lines, *note], gap=12)]

    def fields(self) -> Sequence[Field]:
        return [box for boxes in getattr(self, "boxes", ()) for box in boxes]

    def keys(self) -> Block:
        return DigitPad(self.ctx, self._key)

    def _boxes(self, row: int, name: str) -> list[Field]:
        ctx = self.ctx
        boxes = []
        for column, (part, _) in enumerate(DATE_PARTS):
            box = Field(ctx, f"{name}{part}", ctx.words(f"form.{part}"), "", style="number")
            box.pressed_by(partial(self._choose, row * len(DATE_PARTS) + column))
            if name:
                box.name = f"{ctx.words(f'form.{name}')}{ctx.words(f'form.{part}')}"
            if self.error:
                box.state["invalid"] = True
                box.state["error"] = self.error
            boxes.append(box)
        return boxes

    def _named(self, name: str, line: Block) -> Block:
        ctx = self.ctx
        words = Heading(ctx, ctx.words(f"form.{name}"), level=3)
        # As wide as the widest of them, so that the boxes of both days stand below each other.
        widest = max(Heading(ctx, ctx.words(f"form.{each}"), level=3).natural_width() for each in self.names)
        first = Column(ctx, [words, Spacer(ctx, wide=widest + 1)], gap=0)
        return Line(ctx, [first, line], gap=16, shares=[None, 1])

    # --- what is typed --------------------------------------------------------------------------------

    def _parts(self) -> list[list[str]]:
        return [day.split("-") for day in self.typed.split("/")]

    def _days(self) -> list[str]:
        """The digits of each day."""
        return ["".join(parts) for parts in self._parts()]

    def _place(self) -> tuple[int, bool]:
        """The box that is being filled, and whether the next digit begins it anew."""
        known: tuple[int, bool] | None = self.ctx.draft.get(PLACE)
        if known is not None:
            return known
        flat = [part for day in self._parts() for part in day]
        sizes = [size for _, size in DATE_PARTS] * len(self.names)
        unfinished = (n for n, (part, size) in enumerate(zip(flat, sizes, strict=True)) if len(part) < size)
        return next(unfinished, len(flat) - 1), False

    def _choose(self, place: int) -> None:
        ctx = self.ctx
        ctx.draft[PLACE] = (place, True)
        if self.apart and not ctx.draft.get(TYPING):  # the keys are on a page of their own
            ctx.draft[TYPING] = True
            ctx.rebuild()
        else:
            self._show()

    def _key(self, key: str) -> None:
        flat = [part for day in self._parts() for part in day]
        place, fresh = self._place()
        if key == "clear":
            flat, place, fresh = [""] * len(flat), 0, False
        elif key == "delete":
            place = place - 1 if place and not flat[place] else place
            flat[place], fresh = flat[place][:-1], False
        else:
            flat[place] = _typed("" if fresh else flat[place], key, place % len(DATE_PARTS))
            full = len(flat[place]) == DATE_PARTS[place % len(DATE_PARTS)][1]
            fresh = False
            if full and place < len(flat) - 1:
                place += 1
                fresh = bool(flat[place])
        self.ctx.draft[PLACE] = (place, fresh)
        size = len(DATE_PARTS)
        self.keep("/".join("-".join(flat[start : start + size]) for start in range(0, len(flat), size)))
        self._show()

    def _show(self) -> None:
        """What is typed, and a caret and a stronger border at the box that is being filled."""
        row, column = divmod(self._place()[0], len(DATE_PARTS))
        for at, (boxes, parts) in enumerate(zip(self.boxes, self._parts(), strict=True)):
            for number, (box, text) in enumerate(zip(boxes, parts, strict=True)):
                self._mark(box, (at, number) == (row, column))
                box.show(text)

    def _mark(self, box: Field, active: bool) -> None:
        box.caret = active
        box.border = ("danger" if self.error else "primary" if active else "outline", 6 if active else 3)


def _split(day: str) -> list[str]:
    """Year, month and day as far as they are given, with dashes or as eight digits."""
    parts = day.split("-") if "-" in day else [day[0:4], day[4:6], day[6:8]]
    digits = ["".join(character for character in part if character in "0123456789") for part in parts]
    digits += [""] * (len(DATE_PARTS) - len(digits))
    return [part[:size] for part, (_, size) in zip(digits, DATE_PARTS, strict=False)]


def _padded(parts: list[str]) -> list[str]:
    year, *rest = parts
    return [year, *(f"0{part}" if len(part) == 1 and part != "0" else part for part in rest)]


def _typed(text: str, digit: str, part: int) -> str:
    name, size = DATE_PARTS[part]
    if len(text) >= size:
        return text
    alone = not text and name in FIRST_DIGITS and digit > FIRST_DIGITS[name]
    return f"0{digit}" if alone else text + digit


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
        # Large type on a low panel: the error needs the room, and the keys' own page shows both days.
        lines = 1 if self.error and not self.told and ctx.metrics.elder else None
        asked = ctx.words("form.two_dates")
        field = Field(ctx, "answer", "", text, self.error, asked, caret=False, lines=lines)
        field.name = name
        if self.told:
            field.told_elsewhere()
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
        for row, (name, box) in enumerate(zip(self.names, self.briefs, strict=True)):
            box.name = ctx.words(f"form.{name}")
            box.pressed_by(partial(self._choose, row * len(DATE_PARTS)))
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
        filled = self._place()[0] // len(DATE_PARTS)
        for row, (box, digits) in enumerate(zip(self.briefs, self._days(), strict=False)):
            self._mark(box, row == filled)
            box.show(grouped(digits, (4, 2, 2)))
