"""One way of answering for each kind of question: boxes and keys in, the text form of the answer out.

What is typed lives in the page's draft, so that a larger type size or another language loses nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters.models import FieldKind, Question
from screens.kit.block import Block
from screens.kit.choices import RadioGroup
from screens.kit.field import Field
from screens.kit.layout import Column, Line
from screens.kit.panels import DigitPad, TextPanel, spelled
from screens.kit.text import Icon, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

TYPED: Final = "form:typed"
TEXT_MOST: Final = 60
DIGITS_MOST: Final = 30
PHONE_DIGITS: Final = 11
BANK_CARD_DIGITS: Final = 19
DATE_PARTS: Final = (("year", 4), ("month", 2), ("day", 2))


class Input(ABC):
    """``build`` gives what shows the answer, ``keys`` what types it; ``raw`` is the answer as it stands."""

    def __init__(self, ctx: Ctx, question: Question, given: str, error: str | None) -> None:
        """``given`` is what is there already, in the text form of the kind or as it was typed."""
        self.ctx = ctx
        self.question = question
        self.error = error
        self.hinted = False
        """Whether the hint stands elsewhere already; else a compact box shows it while it is empty."""
        self.typed: str = ctx.draft.setdefault(TYPED, self.begin(given))

    def begin(self, given: str) -> str:
        """What the boxes hold at first."""
        return given

    def keep(self, typed: str) -> None:
        self.typed = typed
        self.ctx.draft[TYPED] = typed

    def raw(self) -> str:
        return self.typed

    @abstractmethod
    def build(self, compact: bool) -> list[Block]:
        """What shows the answer; ``compact`` leaves out what the heading says already."""

    def keys(self) -> Block | None:
        """The panel that types; ``None`` where the answer is touched itself."""
        return None


class TextInput(Input):
    """Letters, pinyin and what a family helper dictates."""

    _panel: TextPanel | None = None

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        label = "" if compact else ctx.both(self.question.label)
        placeholder = ctx.words("form.text")
        if compact and not self.hinted and self.question.hint is not None:
            placeholder = ctx.both(self.question.hint)
        lines = 1 if ctx.metrics.narrow else 2
        hinting = placeholder != ctx.words("form.text")  # a hint is shown as a whole
        self.field = Field(
            ctx,
            "answer",
            label,
            "",
            self.error,
            placeholder,
            on_text=self._enter,
            lines=None if hinting else lines,
        )
        self.field.name = ctx.both(self.question.label)
        self._show()
        return [self.field]

    def raw(self) -> str:
        """What stands in the field: letters that were not turned into characters are letters."""
        return (self.typed + spelled(self.ctx))[: self._most]

    def keys(self) -> Block:
        self._panel = TextPanel(self.ctx, self._add, self._delete, self._show, digits=True)
        return self._panel

    def _enter(self, text: str) -> None:
        """A whole text at once."""
        if self._panel is not None:
            self._panel.clear()
        self._write(text)

    def _write(self, text: str) -> None:
        self.keep(text[: self._most])
        self._show()

    def _show(self) -> None:
        self.field.show(self.typed, spelled(self.ctx))

    def _add(self, text: str) -> None:
        self._write(self.typed + text)

    def _delete(self) -> None:
        self._write(self.typed[:-1])

    @property
    def _most(self) -> int:
        return self.question.max_length or TEXT_MOST


class DigitsInput(Input):
    """A number on a keypad, shown in the groups in which people read it out."""

    most: ClassVar[int] = 0
    groups: ClassVar[tuple[int, ...]] = ()

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        label = "" if compact else ctx.both(self.question.label)
        self.field = Field(
            ctx,
            "answer",
            label,
            self._shown(),
            self.error,
            ctx.words("form.digits"),
            on_text=self._enter,
            style="number" if self.typed else "lead_bold",
        )
        self.field.name = ctx.both(self.question.label)
        return [self.field]

    def keys(self) -> Block:
        return DigitPad(self.ctx, self._key)

    def _key(self, key: str) -> None:
        if key == "delete":
            self._enter(self.typed[:-1])
        else:
            self._enter("" if key == "clear" else self.typed + key)

    def _enter(self, text: str) -> None:
        self.keep("".join(text.split())[: self.most or self.question.max_length or DIGITS_MOST])
        self.field.show(self._shown())

    def _shown(self) -> str:
        return grouped(self.typed, self.groups)


class PhoneInput(DigitsInput):
    most = PHONE_DIGITS
    groups = (3, 4, 4)


class BankCardInput(DigitsInput):
    most = BANK_CARD_DIGITS
    groups = (4, 4, 4, 4, 4)


class DateInput(Input):
    """Eight digits into three boxes, year first: no wheel to turn, no calendar to leaf through."""

    def begin(self, given: str) -> str:
        return "".join(character for character in given if character.isdigit())[:8]

    def raw(self) -> str:
        """``YYYY-MM-DD``; an unfinished date as far as it goes, for the check to refuse."""
        return "-".join(part for part in self._parts() if part)

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        filled = self._box_being_filled()
        self.boxes = [
            Field(ctx, name, ctx.words(f"form.{name}"), part, style="number", caret=place == filled)
            for place, ((name, _), part) in enumerate(zip(DATE_PARTS, self._parts(), strict=True))
        ]
        for box in self.boxes:
            if self.error:
                box.state["invalid"] = True
                box.state["error"] = self.error
        boxes = Line(ctx, self.boxes, gap=16, shares=[4, 3, 3])
        note = [error_note(ctx, self.error)] if self.error else []
        return [Column(ctx, [boxes, *note], gap=12)]

    def keys(self) -> Block:
        return DigitPad(self.ctx, self._key)

    def _parts(self) -> list[str]:
        return [self.typed[0:4], self.typed[4:6], self.typed[6:8]]

    def _box_being_filled(self) -> int:
        return 0 if len(self.typed) < 4 else 1 if len(self.typed) < 6 else 2

    def _key(self, key: str) -> None:
        if key == "delete":
            self.keep(self.typed[:-1])
        else:
            self.keep("" if key == "clear" else (self.typed + key)[:8])
        filled = self._box_being_filled()
        for place, (box, part) in enumerate(zip(self.boxes, self._parts(), strict=True)):
            box.caret = place == filled
            box.show(part)


class ChoiceInput(Input):
    """One of several rows, or yes and no side by side."""

    def build(self, compact: bool) -> list[Block]:
        ctx, question = self.ctx, self.question
        yes_no = question.kind is FieldKind.YES_NO
        if yes_no:
            options = [("yes", ctx.words("form.yes")), ("no", ctx.words("form.no"))]
        else:
            options = [(option.value, ctx.both(option.label)) for option in question.options]
        group = RadioGroup(
            ctx,
            "answer",
            options,
            self.typed or None,
            self._choose,
            name=ctx.both(question.label),
            columns=2 if yes_no else 1,
        )
        if self.error:
            group.state["invalid"] = True
            group.state["error"] = self.error
            return [Column(ctx, [error_note(ctx, self.error), group], gap=12)]
        return [group]

    def _choose(self, value: str) -> None:
        self.keep(value)
        self.ctx.rebuild()


def error_note(ctx: Ctx, words: str) -> Block:
    """The error beside what it is about, in the same words as in the summary above."""
    icon = Icon(ctx, "alert-circle-outline", 40, "danger")
    return Line(ctx, [icon, Text(ctx, words, "body_bold", "danger")], gap=12, shares=[None, 1], valign="top")


def grouped(digits: str, groups: tuple[int, ...]) -> str:
    """``13937500026`` as ``139 3750 0026``; what is longer than the groups stays together at the end."""
    parts, start = [], 0
    for size in groups:
        parts.append(digits[start : start + size])
        start += size
    parts.append(digits[start:])
    return " ".join(part for part in parts if part)


def input_for(ctx: Ctx, question: Question, given: str, error: str | None) -> Input:
    """The way of answering that fits the kind of question."""
    makers: dict[FieldKind, Callable[[Ctx, Question, str, str | None], Input]] = {
        FieldKind.TEXT: TextInput,
        FieldKind.ADDRESS: TextInput,
        FieldKind.DIGITS: DigitsInput,
        FieldKind.PHONE: PhoneInput,
        FieldKind.BANK_CARD: BankCardInput,
        FieldKind.DATE: DateInput,
        FieldKind.CHOICE: ChoiceInput,
        FieldKind.YES_NO: ChoiceInput,
    }
    if question.kind is FieldKind.MONTH_RANGE:
        from screens.citizen.form_months import MonthsInput

        return MonthsInput(ctx, question, given, error)
    return makers[question.kind](ctx, question, given, error)
