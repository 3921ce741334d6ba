"""Papers that did not come out are offered to the same person, and printed as that visit would have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.contract import IdentityRead, PrintEnd
from kiosk.delivery.application import Document, WantedMaterial
from kiosk.delivery.owed import OwedPapers
from kiosk.matters.models import Matter, Shape
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit import papers
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.state import CaseState, MaterialStatus, Page, PaperKind, PaperState, Person
from tests.kiosk.matters.examples import MATTERS
from tests.kiosk.visit.walk import Walk, answer, of_shape, somebody_for

INFO = TerminalInfo("T-1", "终端", "大厅", "12345", "https://x/p/", frozenset(), frozenset({"receipt"}))


@pytest.fixture
def walk() -> Walk:
    return Walk(MATTERS)


def owed_for(matter: Matter, **changes: object) -> OwedPapers:
    said = replace(
        answer("accepted", (Document("d-1", "证明"),)),
        owed=(WantedMaterial(matter.guide.materials[-1].code, "材料", "2026-12-24", "送到窗口"),),
    )
    made = OwedPapers(
        key="key-before",
        serial="SERIALOWED",
        task_code=matter.task_code,
        applied_at="2026-11-20T12:00:00Z",
        state="accepted",
        answers=matter.rehearsal.answers,
        materials=tuple((each.code, "provided") for each in matter.guide.materials),
        answer=said,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def identified(walk: Walk, matter: Matter, *owed: OwedPapers) -> None:
    document = somebody_for(matter, walk.world().today)
    walk.to_identify(matter)
    walk.do(IdentityRead("reader", document))
    walk.do(ev.Verified(walk.visit.number, Person(document, token="t"), owed=owed), ev.Continue())


@pytest.mark.parametrize("shape", list(Shape))
def test_they_are_printed_with_what_the_platform_says_and_are_owed_no_more(walk: Walk, shape: Shape) -> None:
    matter = of_shape(MATTERS, shape)
    identified(walk, of_shape(MATTERS, Shape.CERTIFICATE), owed_for(matter))
    assert walk.visit.page is Page.OWED
    asked = walk.do(ev.PrintOwed())
    assert ef.CountOffer("key-before") in asked
    assert walk.at()[0] is Page.DONE
    assert walk.visit.matter == matter
    printed = [(each.kind, each.document_id) for each in asked if isinstance(each, ef.PrintPaper)]
    assert printed == [(PaperKind.SLIP, ""), (PaperKind.DOCUMENT, "d-1")]
    data = papers.slip_data(walk.visit, INFO)
    assert (data.serial, data.state, data.project_no) == ("SERIALOWED", "accepted", "P" * 20)
    walk.settle_papers(PrintEnd.COMPLETED)
    assert walk.do(ev.Leave())[1] == ef.SettleApplication("key-before", papers_out=True)
    assert walk.visit.owed == ()


def test_what_does_not_come_out_again_stays_owed(walk: Walk) -> None:
    matter = of_shape(MATTERS, Shape.CERTIFICATE)
    identified(walk, matter, owed_for(matter))
    walk.do(ev.PrintOwed())
    walk.settle_papers(PrintEnd.FAILED)
    assert walk.visit.submission is not None
    assert {each.state for each in walk.visit.submission.papers} == {PaperState.NOT_PRINTED}
    walk.do(ev.Leave(), ev.Leave())
    assert walk.asked(ef.SettleApplication)[-1] == ef.SettleApplication("key-before", papers_out=False)


def test_it_can_wait_and_is_not_asked_twice_in_a_visit(walk: Walk) -> None:
    matter = of_shape(MATTERS, Shape.CERTIFICATE)
    identified(walk, matter, owed_for(matter))
    walk.do(ev.LeaveOwed())
    assert walk.visit.page in (Page.FORM, Page.CHECK)
    assert walk.visit.matter == matter
    walk.do(ev.AskLeave(), ev.Leave())
    assert not walk.asked(ef.SettleApplication)
    assert walk.visit.owed == ()


def test_the_next_one_is_offered_after_the_first(walk: Walk) -> None:
    matter = of_shape(MATTERS, Shape.CERTIFICATE)
    identified(walk, matter, owed_for(matter), owed_for(matter, key="key-older", serial="SERIALOLD2"))
    walk.do(ev.PrintOwed())
    walk.settle_papers()
    walk.do(ev.AnotherMatter(), ev.ChooseMatter(matter.task_code), ev.Start())
    assert walk.visit.page is Page.OWED
    walk.do(ev.PrintOwed())
    assert walk.visit.submission is not None
    assert walk.visit.submission.key == "key-older"


def test_one_that_still_waits_or_was_set_aside_says_so(walk: Walk) -> None:
    matter = of_shape(MATTERS, Shape.APPLICATION)
    waits = owed_for(matter, state="queued", answer=None, fault="platform.timeout")
    aside = owed_for(matter, state="set_aside", answer=None, fault="delivery.unconfirmed")
    for owed, state, told in (
        (waits, CaseState.QUEUED, "queued"),
        (aside, CaseState.SET_ASIDE, "unconfirmed"),
    ):
        walk.visit = replace(Walk(MATTERS).visit, number=walk.visit.number + 1)
        identified(walk, matter, owed)
        walk.do(ev.PrintOwed())
        assert walk.visit.submission is not None
        assert (walk.visit.submission.state, walk.visit.submission.told) == (state, told)
        assert papers.slip_data(walk.visit, INFO).unsure


def test_a_material_that_may_follow_keeps_its_day(walk: Walk) -> None:
    matter = next(
        each for each in MATTERS if any(material.owing is not None for material in each.guide.materials)
    )
    owing = [each.code for each in matter.guide.materials if each.owing is not None]
    owed = owed_for(matter, answer=None, state="queued", materials=tuple((code, "owed") for code in owing))
    identified(walk, matter, owed)
    walk.do(ev.PrintOwed())
    assert {view.status for view in walk.visit.materials} == {MaterialStatus.OWED}
    assert all(view.until > "2026-11-20" for view in walk.visit.materials)
    assert papers.slip_data(walk.visit, INFO).materials


def test_what_was_handed_in_later_is_told_as_that(walk: Walk) -> None:
    matter = of_shape(MATTERS, Shape.APPLICATION)
    identified(walk, matter, owed_for(matter, answer=None, answers={}, state="queued", of="P" * 20))
    walk.do(ev.PrintOwed())
    data = papers.slip_data(walk.visit, INFO)
    assert (data.later, data.project_no) == (True, "P" * 20)


def test_a_matter_that_is_gone_or_no_printer_offers_nothing(walk: Walk) -> None:
    matter = of_shape(MATTERS, Shape.CERTIFICATE)
    identified(walk, matter, owed_for(matter, task_code="9" * 31))
    assert walk.visit.page is not Page.OWED
    bare = Walk(MATTERS, printers=frozenset())
    identified(bare, matter, owed_for(matter))
    assert bare.visit.page is not Page.OWED
