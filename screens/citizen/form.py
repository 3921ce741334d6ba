"""One question a page, or one declaration; an error stands beside the field and on top, in the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

from kiosk.matters.models import FieldKind, Material, Question
from kiosk.visit import events as ev
from kiosk.visit.state import FormStep, Page
from screens.citizen.beside import VisitPage
from screens.citizen.form_inputs import TYPING, UNFINISHED, Input, error_note, input_for, is_long
from screens.kit.block import Block
from screens.kit.button_row import ButtonRow
from screens.kit.buttons import Button
from screens.kit.field import Field
from screens.kit.layout import Card, Column, Line, Spacer
from screens.kit.notes import Banner
from screens.kit.page import Parts
from screens.kit.pager import fits
from screens.kit.semantics import private
from screens.kit.text import Heading, Text

TYPED_KINDS: Final = frozenset(FieldKind) - {FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.MONTH_RANGE}


class FormPage(VisitPage):
    name: ClassVar[Page] = Page.FORM

    @property
    def step(self) -> FormStep:
        form = self.ctx.state.form
        return form.steps[form.index]

    def parts(self) -> Parts:
        if self.step.declaration:
            return self._declaration()
        question = self._question()
        if question.kind is FieldKind.CHOICE and is_long(question):
            return self._looking_through(question)
        for compact in (False, True):
            parts = self._asking(question, compact)
            if self._fits(parts):
                return parts
        if question.kind in TYPED_KINDS:
            return self._typing(question) if self.ctx.draft.get(TYPING) else self._before_typing(question)
        closer = replace(
            parts, heading=Heading(self.ctx, self.ctx.both(question.question), level=3), step=None
        )
        return closer if self._fits(closer) else parts

    def _fits(self, parts: Parts) -> bool:
        return fits(self.ctx, parts.body, self.body_height(parts), self.body_width(), parts.gap)

    def _numbered(self) -> tuple[int, int] | None:
        """第2题,共3题; coming back for one answer has no number."""
        form = self.ctx.state.form
        return None if form.editing else (form.index + 1, len(form.steps))

    # --- a question -----------------------------------------------------------------------------------

    def _question(self) -> Question:
        question = self.ctx.state.question
        assert question is not None
        return question

    def _asking(self, question: Question, compact: bool) -> Parts:
        """``compact``: where keys and question have no room together, hint and label stand back."""
        ctx = self.ctx
        error = self._error()
        asked = input_for(ctx, question, self._given(question), error)
        body: list[Block] = []
        if error and not compact:
            body.append(Banner(ctx, "danger", error))
        body += private(*asked.build(compact))
        keys = asked.keys()
        parts = Parts(
            heading=Heading(ctx, ctx.both(question.question), level=2 if compact else 1),
            lead=None if compact else self._lead(question),
            body=body,
            primary=self._continue(question, asked),
            secondary=[self._back(), *asked.other_ways()],
            step=self._numbered(),
            gap=16 if compact else 24,
        )
        if keys is None:
            return parts
        if error is None and not compact:
            waiting = replace(parts, body=[*body, self._room_for_error(), keys])
            if self._fits(waiting):
                return waiting
        return replace(parts, body=[*body, keys])

    def _room_for_error(self) -> Block:
        """What a message would take: the keys stay where they are when it comes."""
        ctx, width = self.ctx, self.body_width()
        high = Banner(ctx, "danger", "…").fit(width) + error_note(ctx, "…").fit(width)
        return Spacer(ctx, high / ctx.metrics.u)

    def _before_typing(self, question: Question) -> Parts:
        """Where question and keys have no room on one page, the keys come when they are asked for."""
        ctx = self.ctx
        error = self._error()
        asked = input_for(ctx, question, self._given(question), error)
        asked.apart = True
        parts = Parts(
            heading=Heading(ctx, ctx.both(question.question), level=2),
            body=[*self._pressed(asked), self._ways(asked)],
            primary=self._continue(question, asked),
            secondary=[self._back()],
            step=self._numbered(),
            gap=16,
        )
        if not self._fits(parts):  # with a long error the question stands back
            parts = replace(parts, heading=Heading(ctx, ctx.both(question.question), level=3))
        if error and not self._fits(parts):  # which question it is has been said
            parts = replace(parts, step=None)
        if error and not self._fits(parts):  # by leaves: what is wrong comes before what is to be mended
            asked.told = True
            return replace(
                parts, body=[Banner(ctx, "danger", error), *self._pressed(asked), self._ways(asked)]
            )
        lead = self._lead(question)
        if lead is None:
            return parts
        asked.hinted = True  # said once is enough
        led = replace(
            parts, body=[Text(ctx, lead, "body", "muted"), *self._pressed(asked), self._ways(asked)]
        )
        if self._fits(led):
            return led
        asked.hinted = False
        return replace(parts, body=[*self._pressed(asked), self._ways(asked)])

    def _ways(self, asked: Input) -> Block:
        """To the keys, and past them."""
        ctx = self.ctx
        type_button = Button(
            ctx,
            "type",
            ctx.words("form.type"),
            lambda: self._type(True),
            kind="secondary",
            icon=None if ctx.metrics.narrow else "keyboard",
        )
        return ButtonRow(ctx, [type_button, *asked.other_ways()], evenly=True, one_row=True)

    def _pressed(self, asked: Input) -> list[Block]:
        """What shows the answer; who touches the box itself wants to type, too."""
        blocks = private(*asked.build(compact=True))
        for block in blocks:
            if isinstance(block, Field):
                block.pressed_by(lambda: self._type(True))
        return blocks

    def _typing(self, question: Question) -> Parts:
        """Only what is typed, the keys, and the way back to the question."""
        ctx = self.ctx
        asked = input_for(ctx, question, self._given(question), None)
        asked.hinted = True  # on the page before
        typed = Button(ctx, "typed", ctx.words("form.typed"), lambda: self._type(False))
        beside = Line(
            ctx, [Column(ctx, private(*asked.build(compact=True))), typed], gap=16, shares=[1, None]
        )
        beside.name = ctx.both(question.question)
        keys = asked.keys()
        return Parts(heading=beside, body=[keys] if keys is not None else [])

    def _looking_through(self, question: Question) -> Parts:
        """A long list by pages, or the letters that find something on it."""
        from screens.citizen.form_list import ListInput

        ctx = self.ctx
        asked = ListInput(ctx, question, self._given(question), self._error())
        if not asked.searching:
            parts = self._asking(question, compact=ctx.metrics.narrow)
            return replace(parts, gap=16)
        field, back = asked.field_and_way_back()
        if ctx.metrics.narrow:  # field and letters have room only where everything else goes
            beside = Line(ctx, [field, back], gap=16, shares=[1, None])
            beside.name = field.name
            parts, above = Parts(heading=beside, gap=8), []
        else:
            heading = Heading(ctx, ctx.both(question.question), level=2)
            parts, above = Parts(heading=heading, secondary=[back], gap=16), [field]
        width = self.body_width()

        def room(panel: Block) -> int:
            used = sum(block.fit(width) + ctx.px(parts.gap) for block in (*above, panel))
            return self.body_height(parts) - used

        return replace(parts, body=[*above, *asked.found(room)])

    def _type(self, typing: bool) -> None:
        self.ctx.draft[TYPING] = typing
        self.ctx.rebuild()

    def _error(self) -> str | None:
        if unfinished := self.ctx.draft.get(UNFINISHED):
            return self.ctx.words(unfinished)
        words = self.ctx.state.form.error_words
        if words is None:
            return None
        zh, en = words
        return zh if self.ctx.language == "zh" else en

    def _given(self, question: Question) -> str:
        form = self.ctx.state.form
        return form.raw if form.error else form.answers.get(question.key, "")

    def _lead(self, question: Question) -> str | None:
        ctx = self.ctx
        said = [ctx.both(question.hint)] if question.hint is not None else []
        if question.kind in (FieldKind.DATE, FieldKind.DATE_RANGE):
            said.append(ctx.words("form.date"))
        if not question.required:
            said.append(ctx.words("form.optional"))
        if ctx.steady and question.kind in TYPED_KINDS:
            said.append(ctx.words("form.steady"))
        return "\n".join(said) or None

    def _continue(self, question: Question, asked: Input) -> Button:
        ctx = self.ctx
        return Button(
            ctx,
            "continue",
            ctx.words("form.changed" if ctx.state.form.editing else "common.continue"),
            lambda: self._give(question, asked),
        )

    def _give(self, question: Question, asked: Input) -> None:
        self.ctx.draft[UNFINISHED] = unfinished = asked.unfinished()
        if unfinished:
            self.ctx.rebuild()
        else:
            self.ctx.send(ev.GiveAnswer(question.key, asked.raw()))

    def _back(self) -> Button:
        ctx = self.ctx
        return Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")

    # --- a declaration --------------------------------------------------------------------------------

    def _declaration(self) -> Parts:
        ctx = self.ctx
        material = self._material()
        assert material.declaration is not None  # the matter's linter sees to it
        code = material.code
        # A 申请书 asks for something; only a 承诺 answers for what cannot be shown.
        applies = material.name.zh.endswith("申请书")
        note = "form.apply_note" if applies else "form.declare_note"
        official = "form.official_apply" if applies else "form.official_declaration"
        agree, decline = ("form.apply", "form.not_apply") if applies else ("form.declare", "form.decline")
        body: list[Block] = [
            Card(ctx, Text(ctx, ctx.both(material.declaration), "lead")),
            Text(ctx, ctx.words(note), "body", "muted"),
            Text(ctx, ctx.words(official, name=ctx.both(material.name)), "caption", "muted"),
        ]
        parts = Parts(
            heading=ctx.words("form.apply_heading" if applies else "form.declare_heading"),
            lead=ctx.words("form.declare_lead"),
            body=body,
            primary=Button(ctx, "declare-yes", ctx.words(agree), lambda: ctx.send(ev.Declare(code, True))),
            secondary=[
                self._back(),
                Button(
                    ctx,
                    "declare-no",
                    ctx.words(decline),
                    lambda: ctx.send(ev.Declare(code, False)),
                    kind="secondary",
                ),
            ],
            step=self._numbered(),
            read_first=True,
        )
        return parts if self._fits(parts) else replace(parts, lead=None)

    def _material(self) -> Material:
        matter = self.ctx.state.matter
        assert matter is not None
        return next(material for material in matter.guide.materials if material.code == self.step.key)
