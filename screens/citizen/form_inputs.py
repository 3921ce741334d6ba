"""One way of answering for each kind of question: boxes and keys in, the text form of the answer out.

What is typed lives in the page's draft, so that a larger type size or another language loses nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from kiosk.matters import choices
from kiosk.matters.models import FieldKind, Question
from screens.kit.block import Block
from screens.kit.choices import RadioGroup
from screens.kit.field import Field
from screens.kit.layout import Column, Line
from screens.kit.panels import MODE, TextPanel, spelled
from screens.kit.text import Icon, Text

if TYPE_CHECKING:
    from screens.kit.buttons import Button
    from screens.kit.context import Ctx

LONG_LIST: Final = 12
"""More options than these are looked through by levels, pages and letters."""
TYPING: Final = "form:typing"
"""In the page's draft: the keys are shown instead of the question, on a panel too small for both."""
TYPED: Final = "form:typed"
UNFINISHED: Final = "form:unfinished"
"""In the page's draft: the key of what has to be done before the answer can be given."""
TEXT_MOST: Final = 60


class Input(ABC):
    """``build`` gives what shows the answer, ``keys`` what types it; ``raw`` is the answer as it stands."""

    def __init__(self, ctx: Ctx, question: Question, given: str, error: str | None) -> None:
        """``given`` is what is there already, in the text form of the kind or as it was typed."""
        self.ctx = ctx
        self.question = question
        self.error = error
        self.hinted = False
        """Whether the hint stands elsewhere already; else a compact box shows it while it is empty."""
        self.told = False
        """Whether the words of the error stand elsewhere already; the boxes are red all the same."""
        self.apart = False
        """Whether the keys come on a page of their own, when they are asked for."""
        self.typed: str = ctx.draft.setdefault(TYPED, self.begin(given))

    def begin(self, given: str) -> str:
        """What the boxes hold at first."""
        return given

    def unfinished(self) -> str:
        """The key of a sentence about what has to be done before this is an answer; mostly nothing."""
        return ""

    def keep(self, typed: str) -> None:
        if typed != self.typed:
            for field in self.fields():
                field.mended()
        self.typed = typed
        self.ctx.draft[TYPED] = typed
        self.ctx.draft.pop(UNFINISHED, None)

    def raw(self) -> str:
        return self.typed

    def fields(self) -> Sequence[Field]:
        """The boxes that show the answer."""
        return ()

    @abstractmethod
    def build(self, compact: bool) -> list[Block]:
        """What shows the answer; ``compact`` leaves out what the heading says already."""

    def keys(self) -> Block | None:
        """The panel that types; ``None`` where the answer is touched itself."""
        return None

    def other_ways(self) -> list[Button]:
        """Buttons for who does not want to type here."""
        return []


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
        self.field.hint = ctx.words("speech.how_to_spell")
        if self.told:
            self.field.told_elsewhere()
        self._show()
        return [self.field]

    def fields(self) -> Sequence[Field]:
        return (self.field,)

    def unfinished(self) -> str:
        """Letters that were meant as pinyin are no answer: nobody at the counter reads ``baitan``."""
        pinyin = self.ctx.draft.get(MODE) == "pinyin"
        return "form.unpicked" if pinyin and spelled(self.ctx) else ""

    def raw(self) -> str:
        """What stands in the field: letters that were not turned into characters are letters."""
        return (self.typed + spelled(self.ctx))[: self._most]

    def keys(self) -> Block:
        self._panel = TextPanel(self.ctx, self._add, self._delete, self._respelled, digits=True)
        return self._panel

    def other_ways(self) -> list[Button]:
        """What is long is written with the own telephone, who wants to."""
        from screens.citizen.phone import may_write, phone_button

        return [phone_button(self.ctx, self._most)] if may_write(self.ctx, self._most) else []

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

    def _respelled(self) -> None:
        self.ctx.draft.pop(UNFINISHED, None)
        self._show()

    def _add(self, text: str) -> None:
        self._write(self.typed + text)

    def _delete(self) -> None:
        self._write(self.typed[:-1])

    @property
    def _most(self) -> int:
        return self.question.max_length or TEXT_MOST


class ChoiceInput(Input):
    """One of several rows, or yes and no side by side."""

    def build(self, compact: bool) -> list[Block]:
        ctx, question = self.ctx, self.question
        yes_no = question.kind is FieldKind.YES_NO
        if yes_no:
            options = [("yes", ctx.words("form.yes")), ("no", ctx.words("form.no"))]
        else:
            options = [(option.value, ctx.both(option.label)) for option in choices.options(question)]
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


INPUTS: Final = {
    FieldKind.TEXT: ("form_inputs", "TextInput"),
    FieldKind.ADDRESS: ("form_inputs", "TextInput"),
    FieldKind.CHOICE: ("form_inputs", "ChoiceInput"),
    FieldKind.YES_NO: ("form_inputs", "ChoiceInput"),
    FieldKind.DIGITS: ("form_digits", "DigitsInput"),
    FieldKind.PHONE: ("form_digits", "PhoneInput"),
    FieldKind.BANK_CARD: ("form_digits", "BankCardInput"),
    FieldKind.AMOUNT: ("form_digits", "AmountInput"),
    FieldKind.DATE: ("form_dates", "DateInput"),
    FieldKind.DATE_RANGE: ("form_dates", "DateRangeInput"),
    FieldKind.MONTH_RANGE: ("form_months", "MonthsInput"),
}
"""The module and the class for each kind; imported when the first question of the kind is put."""


def input_for(ctx: Ctx, question: Question, given: str, error: str | None) -> Input:
    """The way of answering that fits the kind of question."""
    module, name = INPUTS[question.kind]
    if question.kind is FieldKind.CHOICE and is_long(question):
        module, name = "form_list", "ListInput"
    made: type[Input] = getattr(import_module(f"screens.citizen.{module}"), name)
    return made(ctx, question, given, error)


def is_long(question: Question) -> bool:
    """Whether a choice is looked through rather than seen at one glance."""
    if question.catalogue and choices.listed(question.catalogue).has_levels:
        return True
    return len(choices.options(question)) > LONG_LIST
