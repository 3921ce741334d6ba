"""How a matter stands, and what is handed in later: the same person, the platform's words, one key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.contract import CodeScanned, IdentityRead, PrintEnd, PrintOutcome
from kiosk.delivery.application import Answer, Document, WantedMaterial
from kiosk.delivery.own_cases import OwnCase, parse_own_cases
from kiosk.matters.models import MaterialSource
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit import papers
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.state import CasesState, CaseState, Page, PaperKind, Person
from tests.kiosk.matters.examples import MATTERS
from tests.kiosk.visit.walk import CARD, Walk

INFO = TerminalInfo("T-1", "终端", "大厅", "12345", "https://x/p/", frozenset(), frozenset({"receipt"}))
MATTER = next(
    each for each in MATTERS if any(one.owing for one in each.guide.materials) and each.finish is None
)
OWED = next(each.code for each in MATTER.guide.materials if each.owing)
NUMBER = "P-1"


def case(*wanted: WantedMaterial, state: str = "accepted") -> OwnCase:
    told = {"owed": wanted} if state == "accepted" else {"supplements": wanted}
    answer = Answer(NUMBER, state, documents=(Document("d-1", "证明"),), **told)  # type: ignore[arg-type]
    return OwnCase(MATTER.task_code, MATTER.name.zh, "SERIAL", answer)


def owed(until: str = "2026-12-24", code: str = OWED) -> WantedMaterial:
    return WantedMaterial(code, "材料", until)


@pytest.fixture
def walk() -> Walk:
    return Walk(MATTERS)


def shown(walk: Walk, *cases: OwnCase, offline: bool = False) -> None:
    walk.do(ev.AskProgress())
    assert walk.visit.page is Page.IDENTIFY and walk.visit.begun
    walk.do(IdentityRead("reader", CARD))
    number = walk.visit.number
    if offline:
        walk.do(ev.NotVerified(number, "platform.unreachable"), ev.Continue())
        return
    asked = walk.do(ev.Verified(number, Person(CARD, token="t")), ev.Continue())
    assert asked == (ef.FindCases(number, "t"),)
    walk.do(ev.CasesFound(number, cases))


def test_what_is_owed_is_handed_in_under_its_own_key_and_told_as_answered(walk: Walk) -> None:
    shown(walk, case(owed()))
    assert walk.do(ev.ChooseCase(NUMBER)) == (ef.ArmIdentity(),)
    assert walk.visit.page is Page.HAND_IN
    walk.do(ev.HandIn())
    assert walk.visit.page is Page.HAND_IN  # nothing is there yet
    walk.do(CodeScanned("scanner", "ELC.1"), ev.TakeBack(OWED))
    assert not walk.visit.handing.given
    walk.do(CodeScanned("scanner", " ELC.2 "))
    asked = walk.do(ev.HandIn())
    keep = next(each for each in asked if isinstance(each, ef.KeepApplication))
    assert (keep.key, keep.project_no, keep.materials) == ("key-1", NUMBER, ((OWED, "provided"),))
    assert keep.evidence == {OWED: "ELC.2"} and keep.applicant["number"] == CARD.number

    number = walk.visit.number
    kept = walk.do(ev.Kept(number, "key-1"))
    assert kept == (ef.DeliverApplication(number, "key-1"),)  # a form kept of the matter stays
    assert walk.visit.submission is not None and walk.visit.submission.state is CaseState.QUEUED
    printing = walk.do(ev.Answered(number, "key-1", replace(case().answer, owed=())))
    assert ef.PrintPaper(number, PaperKind.SLIP) in printing
    assert not [each for each in printing if isinstance(each, ef.FetchDocument)]  # it was given out before
    walk.do(ev.PaperSettled(number, PaperKind.SLIP, PrintOutcome(PrintEnd.COMPLETED)))
    assert walk.at()[0] is Page.DONE
    slip = papers.slip_data(walk.visit, INFO)
    assert (slip.later, slip.state, slip.project_no) == (True, "accepted", NUMBER)


def test_without_an_answer_the_case_is_quoted_and_nothing_is_promised(walk: Walk) -> None:
    shown(walk, case(owed()))
    walk.do(ev.ChooseCase(NUMBER), CodeScanned("scanner", "ELC"), ev.HandIn())
    number = walk.visit.number
    walk.do(ev.Kept(number, "key-1"), ev.NotAnswered(number, "key-1", "platform.timeout"))
    slip = papers.slip_data(walk.visit, INFO)
    assert (slip.state, slip.unsure, slip.project_no) == ("queued", True, NUMBER)


def test_the_platform_away_says_nothing_of_any_case(walk: Walk) -> None:
    shown(walk, offline=True)
    assert walk.visit.handing.state is CasesState.FAILED
    walk.do(ev.Back())
    assert (walk.visit.page, walk.visit.handing.state) == (Page.HOME, CasesState.NOT_ASKED)


def test_an_answer_that_comes_after_leaving_changes_nothing(walk: Walk) -> None:
    walk.do(ev.AskProgress(), IdentityRead("reader", CARD))
    number = walk.visit.number
    walk.do(ev.Verified(number, Person(CARD, token="t")), ev.Continue(), ev.Back())
    walk.do(ev.CasesFound(number, (case(owed()),)))
    assert walk.visit.page is Page.HOME and not walk.visit.handing.cases
    walk.do(ev.AskProgress())  # the card is asked for once
    assert walk.at()[0] is Page.CASES


@pytest.mark.parametrize(
    "asked", [case(owed("2026-11-23")), case(), case(owed(), state="refused"), case(owed(code=""))]
)
def test_what_cannot_be_handed_in_any_more_is_not_offered(walk: Walk, asked: OwnCase) -> None:
    shown(walk, asked)
    walk.do(ev.ChooseCase(NUMBER), ev.ChooseCase("P-9"))
    assert walk.visit.page is Page.CASES


def test_each_material_comes_its_own_way(walk: Walk) -> None:
    cards = {
        each.task_code: material.code
        for each in MATTERS
        for material in each.guide.materials
        if material.source is MaterialSource.CARD
    }
    task_code, card = next(iter(cards.items()))
    wanted = (owed(code=card), owed(code="STRANGE"), owed(code="STRANGE"))
    both = replace(case(*wanted, state="supplement"), task_code=task_code)
    shown(walk, both)
    walk.do(ev.ChooseCase(NUMBER))
    assert [each.code for each in walk.visit.handing.given] == [card]
    assert walk.visit.handing.scanning == "STRANGE"
    walk.do(ev.TakeBack(card), ev.ScanFor(card), ev.DeclareLater("STRANGE"))
    assert [each.code for each in walk.visit.handing.given] == [card]
    walk.do(ev.Back())
    assert walk.visit.page is Page.CASES and walk.visit.matter is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[1, {}, []]", b'[{"project_no": "P-1"}]'])
def test_a_list_that_is_none_is_a_fault_and_a_case_that_is_none_is_left_out(content: bytes) -> None:
    assert not isinstance(parse_own_cases(content), tuple) or parse_own_cases(content) == ()
