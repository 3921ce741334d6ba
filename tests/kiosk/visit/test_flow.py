"""The visit as a function: every page, every fault, every late or doubled event."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import (
    CardLifted,
    CodeScanned,
    Fault,
    IdentityDocument,
    IdentityRead,
    IdentityReading,
    PrintEnd,
    PrintOutcome,
)
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter, Shape
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.state import (
    CaseState,
    IdentifyPhase,
    Mode,
    Overlay,
    Page,
    PaperKind,
    PaperState,
    Person,
    RatingState,
    Visit,
)
from tests.kiosk.visit.walk import CARD, Walk, answer, of_shape

CATALOGUE = load_folder(Path(__file__).parents[3] / "config" / "matters")


@pytest.fixture
def walk() -> Walk:
    return Walk(CATALOGUE)


@pytest.fixture
def certificate() -> Matter:
    return of_shape(CATALOGUE, Shape.CERTIFICATE)


@pytest.mark.parametrize("matter", list(CATALOGUE), ids=lambda matter: matter.name.zh)
def test_every_matter_walks_from_home_to_wiped(walk: Walk, matter: Matter) -> None:
    walk.answered(matter)
    walk.settle_papers()
    assert walk.at()[0] is Page.DONE
    assert walk.visit.submission is not None
    assert walk.visit.submission.state is CaseState.ACCEPTED
    walk.do(ev.Rate(5), ev.RatingSettled(walk.visit.number, True), ev.Leave())
    assert (walk.visit.overlay, walk.visit.card_on) == (Overlay.TAKE_CARD, "samv")
    walk.wait(9)  # the reminder of the card goes by itself
    assert replace(walk.visit, last_touch=0.0) == Visit(number=2)
    assert [type(effect) for effect in walk.effects].count(ef.WipeVisit) == 1
    assert ef.SettleApplication("key-1", papers_out=True) in walk.effects


def test_a_key_is_made_once_and_a_second_tap_on_submit_does_nothing(walk: Walk, certificate: Matter) -> None:
    walk.filled(certificate)
    walk.do(ev.Submit())
    first = walk.visit
    assert walk.do(ev.Submit()) == ()
    assert walk.visit == first
    assert len(walk.asked(ef.KeepApplication)) == 1


def test_nothing_is_sent_before_it_is_kept(walk: Walk, certificate: Matter) -> None:
    walk.filled(certificate)
    walk.do(ev.Submit())
    assert not walk.asked(ef.DeliverApplication)
    assert walk.visit.submission is not None
    assert walk.visit.submission.state is CaseState.NOT_SENT
    walk.do(ev.Kept(walk.visit.number, "key-1"))
    assert len(walk.asked(ef.DeliverApplication)) == 1


def test_what_cannot_be_kept_is_not_called_submitted(walk: Walk, certificate: Matter) -> None:
    walk.filled(certificate)
    walk.do(ev.Submit(), ev.NotKept(walk.visit.number, "key-1", "store.full"))
    assert walk.at()[0] is Page.FAILSAFE
    assert walk.visit.submission is not None
    assert walk.visit.submission.state is CaseState.NOT_SENT
    assert not walk.asked(ef.PrintPaper)


def test_a_platform_that_is_away_ends_queued_with_a_slip(walk: Walk, certificate: Matter) -> None:
    walk.submitted(certificate)
    walk.do(ev.NotAnswered(walk.visit.number, "key-1", "platform.unreachable"))
    assert walk.visit.submission is not None
    assert walk.visit.submission.state is CaseState.QUEUED
    assert [effect.kind for effect in walk.asked(ef.PrintPaper)] == [PaperKind.SLIP]
    walk.settle_papers()
    assert walk.at()[0] is Page.DONE
    assert walk.visit.faults == ("platform.unreachable",)


def test_a_card_is_enough_while_the_platform_is_away(walk: Walk, certificate: Matter) -> None:
    walk.to_identify(certificate)
    walk.do(IdentityRead("reader", CARD), ev.NotVerified(1, "platform.unreachable"))
    assert walk.visit.identify.phase is IdentifyPhase.DONE
    assert walk.visit.person is not None
    assert walk.visit.person.offline
    walk.do(ev.Continue())
    assert walk.visit.page in (Page.FORM, Page.CHECK, Page.NOTICE)


def test_a_code_means_nothing_without_the_platform(walk: Walk, certificate: Matter) -> None:
    walk.to_identify(certificate)
    asked = walk.do(CodeScanned("scanner", "opaque"), ev.NotVerified(1, "platform.unreachable"))
    assert walk.visit.identify.phase is IdentifyPhase.FAILED
    assert walk.visit.person is None
    assert ef.ArmIdentity() in asked


def test_a_refused_identity_is_asked_again(walk: Walk, certificate: Matter) -> None:
    walk.to_identify(certificate)
    walk.do(IdentityRead("reader", CARD), ev.NotVerified(1, "identity.unknown"))
    assert walk.visit.identify == replace(
        walk.visit.identify, phase=IdentifyPhase.FAILED, fault="identity.unknown"
    )
    assert walk.visit.person is None


def test_the_answer_to_an_earlier_card_is_not_taken_for_this_one(walk: Walk, certificate: Matter) -> None:
    other = replace(CARD, number="110105194912310021", name="李四")
    walk.to_identify(certificate)
    walk.do(IdentityRead("reader", other), ev.Back(), ev.Start(), IdentityRead("reader", CARD))
    walk.do(ev.Verified(1, Person(other)))
    assert walk.visit.identify.phase is IdentifyPhase.VERIFYING
    walk.do(ev.Verified(1, Person(CARD)))
    assert walk.visit.person == Person(CARD)


def test_a_card_pulled_away_while_reading_says_so(walk: Walk, certificate: Matter) -> None:
    walk.to_identify(certificate)
    walk.do(IdentityReading("reader"), CardLifted("reader"))
    assert walk.visit.identify.fault == "card.lifted_early"


def test_a_reader_that_dies_while_it_is_asked_for_is_known_to_the_page(
    walk: Walk, certificate: Matter
) -> None:
    def known() -> tuple[frozenset[str] | None, list[str]]:
        return walk.visit.readers, list(walk.visit.faults)

    samv = frozenset({"samv"})
    walk.do(ev.ReadersChanged(samv, "serial.port_lost"))
    assert known() == (samv, [])  # nobody had asked yet
    walk.to_identify(certificate)
    walk.do(
        ev.ReadersChanged(frozenset(), "samv.no_answer"), ev.ReadersChanged(frozenset(), "samv.no_answer")
    )
    assert known() == (frozenset(), ["samv.no_answer"])
    assert not walk.visit.readers_permanent
    walk.do(ev.ReadersChanged(frozenset(), "samv.not_authorised", permanent=True))
    assert walk.visit.readers_permanent
    walk.do(ev.Leave())
    assert walk.visit.readers_permanent
    walk.do(ev.ReadersChanged(samv))
    assert known() == (samv, [])
    assert not walk.visit.readers_permanent


def test_a_wrong_answer_stays_on_the_page_with_what_was_typed(walk: Walk) -> None:
    matter = next(
        each for each in CATALOGUE if any(question.kind == "phone" for question in each.questions())
    )
    walk.identified(matter)
    while walk.visit.form.steps[walk.visit.form.index].key != "phone":
        step = walk.visit.form.steps[walk.visit.form.index]
        walk.do(ev.GiveAnswer(step.key, matter.rehearsal.answers[step.key]))
    before = walk.visit.form.index
    walk.do(ev.GiveAnswer("phone", "12345"))
    form = walk.visit.form
    assert (form.index, form.raw) == (before, "12345")
    assert form.error
    assert form.error_words
    walk.do(ev.GiveAnswer("phone", matter.rehearsal.answers["phone"]))
    assert walk.visit.form.error is None


def test_an_edit_from_the_check_page_comes_straight_back(walk: Walk, certificate: Matter) -> None:
    walk.filled(certificate)
    key = walk.visit.form.steps[0].key
    walk.do(ev.EditAnswer(key))
    assert (walk.visit.page, walk.visit.form.editing) == (Page.FORM, True)
    walk.do(ev.Back())
    assert walk.at()[0] is Page.CHECK
    walk.do(ev.EditAnswer(key), ev.GiveAnswer(key, certificate.rehearsal.answers[key]))
    assert walk.at()[0] is Page.CHECK


def test_missing_materials_are_told_at_once_and_may_be_owed(walk: Walk) -> None:
    matter = of_shape(CATALOGUE, Shape.APPLICATION)
    walk.filled(matter)
    owed = {view.code for view in walk.visit.materials if view.status == "owed"}
    may = {material.code for material in matter.guide.materials if material.owing}
    assert owed
    assert owed <= may


def test_a_declaration_refused_is_missing_and_cannot_be_passed_over(walk: Walk) -> None:
    matter = next(
        each
        for each in CATALOGUE
        if any(material.source == "declaration" for material in each.guide.materials)
    )
    walk.identified(matter)
    while walk.visit.page is Page.FORM:
        step = walk.visit.form.steps[walk.visit.form.index]
        if step.declaration:
            walk.do(ev.Declare(step.key, False))
        else:
            walk.do(ev.GiveAnswer(step.key, matter.rehearsal.answers.get(step.key, "")))
    assert walk.at()[0] is Page.NOTICE
    walk.do(ev.AcceptOwing())
    assert walk.at()[0] is Page.NOTICE


@pytest.mark.parametrize(
    ("end", "state"),
    [(PrintEnd.FAILED, PaperState.NOT_PRINTED), (PrintEnd.UNKNOWN, PaperState.UNKNOWN)],
)
def test_a_paper_that_did_not_come_out_is_told_and_can_be_printed_again(
    walk: Walk, certificate: Matter, end: PrintEnd, state: PaperState
) -> None:
    walk.answered(certificate)
    outcome = PrintOutcome(end, Fault("printer.paper_out"))
    walk.do(ev.PaperSettled(1, PaperKind.SLIP, outcome))
    walk.do(ev.PaperSettled(1, PaperKind.DOCUMENT, PrintOutcome(PrintEnd.COMPLETED), "doc-0"))
    assert walk.at()[0] is Page.DONE
    assert walk.visit.submission is not None
    assert walk.visit.submission.papers[0].state is state
    assert walk.do(ev.PrintAgain(PaperKind.SLIP)) == (ef.PrintPaper(1, PaperKind.SLIP),)
    walk.do(ev.PaperSettled(1, PaperKind.SLIP, PrintOutcome(PrintEnd.COMPLETED)))
    walk.do(ev.Leave())
    assert ef.SettleApplication("key-1", papers_out=True) in walk.effects


def test_a_visit_that_leaves_a_paper_behind_keeps_it_owed(walk: Walk, certificate: Matter) -> None:
    walk.answered(certificate)
    walk.settle_papers(PrintEnd.FAILED)
    walk.do(ev.Leave(), ev.Leave())  # the first asks whether to leave without it
    assert ef.SettleApplication("key-1", papers_out=False) in walk.effects


def test_a_terminal_without_printers_says_what_is_not_printed(certificate: Matter) -> None:
    walk = Walk(CATALOGUE, printers=frozenset())
    walk.answered(certificate)
    assert walk.at()[0] is Page.DONE
    assert walk.visit.submission is not None
    assert {paper.state for paper in walk.visit.submission.papers} == {PaperState.NOT_PRINTED}
    assert not walk.asked(ef.PrintPaper)


def test_a_slow_printer_does_not_hold_the_truth_back(walk: Walk, certificate: Matter) -> None:
    walk.answered(certificate)
    assert walk.at()[0] is Page.SUBMITTING
    walk.wait(20)
    assert walk.at()[0] is Page.DONE
    walk.wait(600)  # no idle timer while a paper is on its way
    assert walk.at() == (Page.DONE, Overlay.NONE)


def test_an_answer_that_comes_after_queued_is_shown(walk: Walk, certificate: Matter) -> None:
    walk.submitted(certificate)
    walk.do(ev.NotAnswered(1, "key-1", "platform.timeout"))
    walk.settle_papers()
    walk.do(ev.Answered(1, "key-1", answer("accepted")))
    assert walk.visit.submission is not None
    assert walk.visit.submission.state is CaseState.ACCEPTED


def test_answers_to_a_visit_that_is_over_change_nothing(walk: Walk, certificate: Matter) -> None:
    walk.submitted(certificate)
    walk.do(ev.NotAnswered(1, "key-1", "platform.timeout"))
    walk.settle_papers()
    walk.do(ev.Leave())
    after = walk.visit
    walk.do(
        ev.Answered(1, "key-1", answer("accepted")),
        ev.DocumentFetched(1, "doc-0"),
        ev.PaperSettled(1, PaperKind.SLIP, PrintOutcome(PrintEnd.COMPLETED)),
        ev.Verified(1, Person(CARD)),
    )
    assert walk.visit == after


def test_a_low_rating_asks_for_a_reason(walk: Walk, certificate: Matter) -> None:
    walk.answered(certificate)
    walk.settle_papers()
    assert walk.do(ev.Rate(2)) == ()
    assert walk.visit.rating.state is RatingState.REASONS
    assert walk.do(ev.Rate(2, ("207",))) == (ef.SendRating(1, "P" * 20, 2, ("207",)),)


def test_another_matter_does_not_ask_for_the_card_again(walk: Walk, certificate: Matter) -> None:
    walk.answered(certificate)
    walk.settle_papers()
    walk.do(ev.AnotherMatter())
    assert walk.at()[0] is Page.HOME
    walk.do(ev.ChooseMatter(certificate.task_code), ev.Start())
    assert walk.visit.page is not Page.IDENTIFY
    assert walk.visit.form.answers is not None
    assert walk.visit.submission is None


class TestTime:
    def test_home_falls_asleep_and_the_waking_touch_does_nothing_else(self, walk: Walk) -> None:
        walk.wait(61)
        assert walk.at()[1] is Overlay.ASLEEP
        assert walk.do(ev.ShowMatters()) == ()
        assert walk.at()[0] is Page.HOME
        walk.do(ev.Wake())
        assert walk.at()[1] is Overlay.NONE

    @pytest.mark.parametrize(("elder", "limit"), [(False, 120), (True, 300)])
    def test_idle_is_warned_and_can_be_answered_any_number_of_times(
        self, walk: Walk, certificate: Matter, elder: bool, limit: int
    ) -> None:
        walk.do(ev.SetMode(elder=elder))
        walk.do(ev.ChooseMatter(certificate.task_code))
        for _ in range(3):
            walk.wait(limit - 1)
            assert walk.at()[1] is Overlay.NONE
            walk.wait(2)
            assert walk.at()[1] is Overlay.IDLE
            walk.do(ev.Stay())
            assert (walk.visit.overlay, walk.visit.page) == (Overlay.NONE, Page.GUIDE)

    def test_nobody_there_is_wiped_after_the_warning(self, walk: Walk, certificate: Matter) -> None:
        walk.identified(certificate)
        walk.do(ev.SetMode(elder=True, language="en", theme="contrast"))
        walk.wait(300 + 46)
        assert walk.at()[0] is Page.HOME
        assert walk.visit.person is None
        assert walk.visit.mode == Mode()
        assert walk.asked(ef.WipeVisit)

    def test_no_timer_runs_while_submitting(self, walk: Walk, certificate: Matter) -> None:
        walk.submitted(certificate)
        walk.wait(1000)
        assert walk.at() == (Page.SUBMITTING, Overlay.NONE)


def test_nothing_personal_is_in_a_repr() -> None:
    visit = Visit(person=Person(IdentityDocument("samv", "resident", "张建国", "41040219490615301X")))
    assert "张建国" not in repr(visit.person)
    assert "4104021949" not in repr(visit)


def test_the_catalogue_of_the_product_loads() -> None:
    assert isinstance(CATALOGUE, Catalogue)
    assert len(CATALOGUE) >= 6
    assert not CATALOGUE.problems
