"""A visit without a window, a device or a clock: the flow is stepped, its effects are collected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from devices.contract import IdentityDocument, IdentityRead, PrintEnd, PrintOutcome
from kiosk.delivery.application import Answer, AnswerState, Document
from kiosk.matters import asking, eligibility
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.models import Matter, Shape
from kiosk.matters.rules import Facts
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit import flow
from kiosk.visit.state import Mode, Overlay, Page, PaperKind, Person, Visit
from kiosk.visit.world import World

CARD = IdentityDocument(
    source="samv",
    kind="resident",
    name="张建国",
    number="41040219490615301X",
    sex="1",
    ethnicity="01",
    birth="19490615",
    address="河南省平顶山市新华区中兴路1号",
    valid_until="长期",
)

SIGNED = (((100.0, 500.0), (900.0, 480.0)), ((500.0, 100.0), (520.0, 900.0)))
Asked = TypeVar("Asked")


@dataclass
class Walk:
    """Steps the flow and keeps what it asked for."""

    catalogue: Catalogue
    printers: frozenset[str] = frozenset({"receipt", "document"})
    now: float = 1000.0
    utc: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    visit: Visit = field(default_factory=lambda: Visit(number=1, last_touch=1000.0))
    effects: list[ef.Effect] = field(default_factory=list)

    def world(self) -> World:
        return World(
            now=self.now,
            utc=self.utc,
            catalogue=self.catalogue,
            printers=self.printers,
            home_mode=Mode(),
            new_key=lambda: "key-1",
            new_serial=lambda: "SERIAL2345",
        )

    def do(self, *events: ev.Event) -> tuple[ef.Effect, ...]:
        """Take events one after the other; the effects of the last."""
        asked: tuple[ef.Effect, ...] = ()
        for event in events:
            self.visit, asked = flow.step(self.visit, event, self.world())
            self.effects += asked
        return asked

    def wait(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.now += 1.0
            self.do(ev.Tick())

    def asked(self, kind: type[Asked]) -> list[Asked]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def at(self) -> tuple[Page, Overlay]:
        return self.visit.page, self.visit.overlay

    def to_identify(self, matter: Matter) -> None:
        if self.visit.overlay is Overlay.TAKE_CARD:  # of the visit before
            self.do(ev.Stay())
        self.do(ev.ChooseMatter(matter.task_code), ev.Start())

    def identified(self, matter: Matter, document: IdentityDocument | None = None) -> None:
        document = document or somebody_for(matter, self.world().today)
        self.to_identify(matter)
        self.do(IdentityRead("reader", document))
        self.do(ev.Verified(self.visit.number, Person(document, token="t")), ev.Continue())

    def filled(self, matter: Matter) -> None:
        """Up to the check page, with the matter's rehearsal answers and everything owed that may be."""
        self.identified(matter)
        while self.visit.page is Page.FORM:
            step = self.visit.form.steps[self.visit.form.index]
            if step.declaration:
                self.do(ev.Declare(step.key, True))
            else:
                self.do(ev.GiveAnswer(step.key, matter.rehearsal.answers.get(step.key, "")))
                assert self.visit.form.error is None, (step.key, self.visit.form.error)
        if self.visit.page is Page.NOTICE:
            self.do(ev.AcceptOwing())
        if self.visit.page is Page.SIGN:
            self.do(ev.Sign(SIGNED, 3000))
        assert self.visit.page is Page.CHECK

    def submitted(self, matter: Matter) -> None:
        self.filled(matter)
        self.do(ev.Submit(), ev.Kept(self.visit.number, "key-1"))

    def answered(self, matter: Matter, state: AnswerState = "accepted", documents: int = 1) -> None:
        self.submitted(matter)
        papers = tuple(Document(f"doc-{number}", "证明") for number in range(documents))
        self.do(ev.Answered(self.visit.number, "key-1", answer(state, documents=papers)))
        for paper in papers:
            self.do(ev.DocumentFetched(self.visit.number, paper.id))
        if self.visit.page is Page.RESULT:
            self.do(ev.PrintResult())

    def settle_papers(self, end: PrintEnd = PrintEnd.COMPLETED) -> None:
        for effect in [each for each in self.effects if isinstance(each, ef.PrintPaper)]:
            if effect.kind in (PaperKind.SLIP, PaperKind.DOCUMENT):
                outcome = PrintOutcome(end)
                self.do(ev.PaperSettled(self.visit.number, effect.kind, outcome, effect.document_id))


def somebody_for(matter: Matter, today: date) -> IdentityDocument:
    """The usual person, or the one of the matter's rehearsal where the usual one does not fulfil it or is
    asked what that one is not."""
    facts = Facts.of(birth=CARD.birth, sex=CARD.sex, number=CARD.number)
    given = matter.rehearsal.answers
    asked = {question.key for question in asking.asked(matter, given, facts, today) if question.required}
    known = {question.key for question in matter.questions() if question.prefill}
    if not eligibility.unmet(matter, {}, facts, today) and asked <= {*given, *known}:
        return CARD
    own = matter.rehearsal.card
    return replace(CARD, name=own.name, number=own.number, sex=own.sex, birth=own.birth, address=own.address)


def answer(state: AnswerState, documents: tuple[Document, ...] = ()) -> Answer:
    return replace(Answer(project_no="P" * 20, state=state), documents=documents)


def of_shape(catalogue: Catalogue, shape: Shape) -> Matter:
    return next(matter for matter in catalogue if matter.shape is shape)
