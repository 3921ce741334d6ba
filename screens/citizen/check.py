"""Everything once more before it is sent: each row can be changed, and the button names the act."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters import forms
from kiosk.matters.models import Material, Prefill, Question, Shape
from kiosk.matters.numbers import mask_name, mask_number
from kiosk.visit import events as ev
from kiosk.visit.filling import CARD_FACTS
from kiosk.visit.state import FormStep, MaterialStatus, MaterialView, Page
from screens.citizen import wording
from screens.citizen.beside import VisitPage
from screens.citizen.joint import joint_rows
from screens.citizen.leaves import pairs, turner
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Column, Grid, Spacer
from screens.kit.notes import Banner
from screens.kit.page import Parts
from screens.kit.semantics import Role, private
from screens.kit.tables import KeyValue
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.models import Matter
    from kiosk.visit.state import Person, Visit

SUBMIT_WORDS: Final = {
    Shape.CERTIFICATE: "check.submit_certificate",
    Shape.QUERY: "check.submit_query",
    Shape.FILING: "check.submit_filing",
    Shape.APPLICATION: "check.submit",
}


SAID_ABOVE: Final = (Prefill.CARD_NAME, Prefill.CARD_NUMBER)
REVEALED: Final = "check:revealed"
"""In the page's draft: the monotonic second at which what is masked was asked for."""
REVEALED_SECONDS: Final = 30.0
"""Long enough to compare eighteen characters with a card; then it is covered again by itself."""


class CheckPage(VisitPage):
    name: ClassVar[Page] = Page.CHECK

    @property
    def matter(self) -> Matter:
        matter = self.ctx.state.matter
        assert matter is not None
        return matter

    @property
    def person(self) -> Person:
        person = self.ctx.state.person
        assert person is not None
        return person

    def signature(self, state: Visit) -> object:
        return super().signature(state), self._revealed

    @property
    def _revealed(self) -> bool:
        since = self.ctx.draft.get(REVEALED)
        return since is not None and self.ctx.monotonic() - since < REVEALED_SECONDS

    def _reveal(self) -> None:
        """What is masked, for the eyes that ask; pressed again, or after a while, it is covered."""
        if self._revealed:
            del self.ctx.draft[REVEALED]
        else:
            self.ctx.draft[REVEALED] = self.ctx.monotonic()
        self.ctx.rebuild()

    def parts(self) -> Parts:
        ctx = self.ctx
        parts = Parts(
            heading=ctx.words("check.heading_short" if ctx.metrics.narrow else "check.heading"),
            lead=None if ctx.metrics.narrow else ctx.words("check.lead"),
            primary=Button(ctx, "submit", ctx.words(self._act()), lambda: ctx.send(ev.Submit())),
            secondary=[
                Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")
            ],
        )
        above: list[Block] = []
        if self.person.offline:
            above.append(Banner(ctx, "warning", ctx.words(self._offline()), "cloud-off-outline"))
        page = ctx.state.check_page
        return replace(parts, body=[*above, *self._rows()], gap=0, page=page, on_turn=turner(ctx, page))

    def _act(self) -> str:
        """The button names what will happen: with the platform away nothing is printed or looked up."""
        key = "check.submit_offline" if self.person.offline else SUBMIT_WORDS[self.matter.shape]
        return f"{key}_short" if self.ctx.metrics.narrow else key

    def _offline(self) -> str:
        if self.matter.shape is Shape.QUERY:
            return "check.offline_query"
        return "check.offline_certificate" if self.matter.result_document else "check.offline"

    def _rows(self) -> list[Block]:
        ctx = self.ctx
        document = self.person.document
        head: list[Block] = [self._which()]
        if ctx.state.priority:  # under no heading: the card may have told it, or the citizen
            group = ctx.words(f"asking.group_{ctx.state.priority}")
            head += private(KeyValue(ctx, ctx.words("check.priority"), group))
        rows = self._beside(head) if len(head) > 1 else head
        shown = self._revealed
        known = (
            ("check.name", document.name if shown else mask_name(document.name)),
            ("check.number", wording.grouped(document.number) if shown else mask_number(document.number)),
        )
        told = [(label, value) for label, value in known if value]
        card = private(*(KeyValue(ctx, ctx.words(label), value) for label, value in told[:-1]))
        card += private(*(self._covered(ctx.words(label), value) for label, value in told[-1:]))
        # "Is there another one?" has done its duty, except for the last: who has forgotten one changes it.
        ended = [each for each in ctx.state.form.between if ctx.state.form.answers.get(each.key) == "no"]
        questions = (*ctx.state.questions, *ended)
        asked = [question for question in questions if not self._said_above(question)]
        by_origin = {
            origin: [*private(*(self._answer(each) for each in asked if self._origin(each) == origin))]
            for origin in ("card", "platform", "citizen")
        }
        rows += self._group(self._source(), [*card, *by_origin["card"]])
        if explained := wording.boxes(ctx, *(value for _, value in told), *ctx.state.form.answers.values()):
            rows.append(Text(ctx, explained, "body", "muted"))
        rows += self._group(ctx.words("check.from_platform"), by_origin["platform"])
        rows += self._group(ctx.words("check.answers"), by_origin["citizen"])
        rows += self._group(ctx.words("joint.heading"), joint_rows(ctx))
        rows += self._group(
            ctx.words("check.materials"), [self._material(view) for view in ctx.state.materials]
        )
        rows += self._signature()
        return rows

    def _which(self) -> Block:
        """The matter; with large type on a small panel its name is clear without a label."""
        ctx = self.ctx
        label, name = ctx.words("check.matter"), ctx.both(self.matter.plain_name)
        if not ctx.metrics.compact:
            return KeyValue(ctx, label, name)
        text = Text(ctx, name, "body_bold")
        text.semantics(Role.LISTITEM, label, value=name)
        return text

    def _covered(self, label: str, value: str) -> Block:
        """The last fact of the card, with the button that shows all that is masked, or covers it again."""
        ctx = self.ctx
        key, icon = ("cover", "eye-off-outline") if self._revealed else ("reveal", "eye-outline")
        act = (ctx.words(f"check.{key}_short"), ctx.words(f"check.{key}"), icon)
        return KeyValue(ctx, label, value, on_edit=self._reveal, edit_key="reveal", act=act)

    def _signature(self) -> list[Block]:
        ctx, signature = self.ctx, self.ctx.state.signature
        if signature is None:
            return []
        said = ctx.words(f"check.signed_{signature.way}")
        label = ctx.words("check.signature")
        row = KeyValue(ctx, label, said, on_edit=lambda: ctx.send(ev.SignAgain()), edit_key="edit-signature")
        return [Spacer(ctx, 24), row]

    def _group(self, words: str, rows: list[Block]) -> list[Block]:
        """A heading and its rows."""
        ctx = self.ctx
        if not rows:
            return []
        above = Spacer(ctx, 8 if ctx.metrics.narrow else 24)
        return [above, Heading(ctx, words, level=3, color="on_tint"), *self._beside(rows)]

    def _beside(self, rows: list[Block]) -> list[Block]:
        """Two beside each other where the panel lies across."""
        ctx = self.ctx
        across = ctx.metrics.orientation == "landscape" and not ctx.metrics.elder
        return [Grid(ctx, row, 2) for row in pairs(rows, 2)] if across else rows

    def _said_above(self, question: Question) -> bool:
        return question.prefill in SAID_ABOVE and self._from_card(question)

    def _origin(self, question: Question) -> str:
        """Whose words an answer is: what was filled in beforehand is the citizen's once it is changed."""
        answer = self.ctx.state.form.answers.get(question.key, "")
        if not self._from_card(question) and not forms.as_known(question, answer, self.ctx.state.known):
            return "citizen"
        return "platform" if question.prefill is Prefill.PLATFORM_PHONE else "card"

    def _from_card(self, question: Question) -> bool:
        """A fact of the card is not the citizen's to change here."""
        return question.prefill in CARD_FACTS and question.key in self.ctx.state.form.answers

    def _answer(self, question: Question) -> Block:
        ctx = self.ctx
        raw = ctx.state.form.answers.get(question.key, "")
        show = forms.display if self._revealed else forms.masked
        value = show(question, raw, ctx.language)
        label = ctx.both(question.label)
        if self._from_card(question) or question.compute is not None:
            return KeyValue(ctx, label, value)
        return self._changeable(question.key, label, value)

    def _changeable(self, key: str, label: str, value: str) -> Block:
        ctx = self.ctx
        return KeyValue(
            ctx, label, value, on_edit=lambda: ctx.send(ev.EditAnswer(key)), edit_key=f"edit:{key}"
        )

    def _material(self, view: MaterialView) -> Block:
        ctx = self.ctx
        material = self._material_of(view)
        status = ctx.words(f"material.{view.status.value}", **self._until(view))
        label = ctx.both(material.name)
        if FormStep(view.code, declaration=True) in ctx.state.form.steps:
            return self._changeable(view.code, label, status)
        if ctx.metrics.narrow:  # official names are long, and lines of text can be cut into pages
            told = Column(ctx, [Text(ctx, label, "body", "muted"), Text(ctx, status, "body_bold")], gap=0)
            told.whole = True
            return told
        return KeyValue(ctx, label, status)

    def _material_of(self, view: MaterialView) -> Material:
        return next(each for each in self.matter.guide.materials if each.code == view.code)

    def _until(self, view: MaterialView) -> dict[str, str]:
        owed = view.status is MaterialStatus.OWED
        return {"until": wording.day(self.ctx, view.until)} if owed else {}

    def _source(self) -> str:
        ctx = self.ctx
        source = self.person.document.source
        known = source if source in ("samv", "social_security", "scanner") else "card"
        return ctx.words(f"check.from_{known}")
