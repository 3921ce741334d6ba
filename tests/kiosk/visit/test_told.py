"""What pages and papers tell of time, of papers that are not out, and of printing again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import (
    CardLifted,
    CodeScanned,
    DeviceState,
    Fault,
    IdentityRead,
    PaperState,
    PrintEnd,
    PrintOutcome,
    Status,
    StatusChanged,
)
from kiosk.delivery.application import Document
from kiosk.matters.load import load_folder
from kiosk.matters.models import LimitUnit, Matter, Shape
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit import papers
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.promise import finish_by, promise, window_hours
from kiosk.visit.state import CaseState, MaterialStatus, Overlay, Page, PaperKind
from kiosk.visit.state import PaperState as Printed
from kiosk.visit.submitting import PRINT_TRIES
from tests.kiosk.visit.walk import CARD, Walk, answer, of_shape

CATALOGUE = load_folder(Path(__file__).parents[3] / "config" / "matters")
INFO = TerminalInfo(
    "T-1", "1号机", "大厅", "0375-1000", "https://example.cn/t/", frozenset({"samv"}), frozenset()
)
CERTIFICATE = of_shape(CATALOGUE, Shape.CERTIFICATE)
OWING = next(
    matter
    for matter in CATALOGUE
    if matter.shape is Shape.APPLICATION and any(each.owing for each in matter.guide.materials)
)


def ended(walk: Walk, fault: str, end: PrintEnd = PrintEnd.FAILED) -> None:
    """The certificate's job ends so; the slip came out."""
    number = walk.visit.number
    walk.do(ev.PaperSettled(number, PaperKind.SLIP, PrintOutcome(PrintEnd.COMPLETED)))
    outcome = PrintOutcome(end, Fault(fault) if fault else None)
    walk.do(ev.PaperSettled(number, PaperKind.DOCUMENT, outcome, "doc-0"))


def document(walk: Walk) -> tuple[Printed, int]:
    assert walk.visit.submission is not None
    paper = next(each for each in walk.visit.submission.papers if each.kind is PaperKind.DOCUMENT)
    return paper.state, paper.tries


AGAIN = ev.PrintAgain(PaperKind.DOCUMENT, "doc-0")


@pytest.fixture
def walk() -> Walk:
    return Walk(CATALOGUE)


# --- time -----------------------------------------------------------------------------------------------


def answered_with_a_day(walk: Walk, matter: Matter, *, owed: bool) -> None:
    walk.submitted(matter)
    if not owed:
        views = tuple(replace(view, status=MaterialStatus.PROVIDED) for view in walk.visit.materials)
        walk.visit = replace(walk.visit, materials=views)
    walk.do(ev.Answered(1, "key-1", replace(answer("received"), promised_by="2026-12-01")))


def test_what_is_done_at_once_has_no_last_day(walk: Walk) -> None:
    answered_with_a_day(walk, CERTIFICATE, owed=True)
    told = promise(walk.visit)
    assert told is not None and told.at_once and told.by == ""
    assert "12月1日" not in papers.slip_data(walk.visit, INFO).promised


def test_an_owed_material_leaves_no_last_day(walk: Walk) -> None:
    answered_with_a_day(walk, OWING, owed=True)
    assert any(view.status is MaterialStatus.OWED for view in walk.visit.materials)
    told = promise(walk.visit)
    assert told is not None and told.once_complete and told.by == ""
    limit = OWING.guide.promised_limit
    assert limit.unit is LimitUnit.WORKDAY
    assert papers.slip_data(walk.visit, INFO).promised == f"材料补齐后{limit.amount}个工作日内办结"


def test_with_everything_handed_in_the_platforms_day_holds(walk: Walk) -> None:
    answered_with_a_day(walk, OWING, owed=False)
    told = promise(walk.visit)
    assert told is not None and told.by == "2026-12-01"
    assert "2026年12月1日前" in papers.slip_data(walk.visit, INFO).promised


@pytest.mark.parametrize("set_aside", [False, True])
def test_what_the_platform_has_not_got_has_no_time_limit(walk: Walk, set_aside: bool) -> None:
    walk.submitted(OWING)
    walk.do(ev.NotAnswered(1, "key-1", "platform.timeout", set_aside=set_aside))
    assert promise(walk.visit) is None
    assert papers.slip_data(walk.visit, INFO).promised == ""


PRE_APPLICATION = next(matter for matter in CATALOGUE if matter.finish is not None)


def test_a_pre_application_has_a_last_day_for_the_counter_and_none_for_the_result(walk: Walk) -> None:
    walk.submitted(PRE_APPLICATION)
    assert finish_by(walk.visit) == ""  # nothing has been received yet
    walk.do(ev.Answered(1, "key-1", replace(answer("received"), promised_by=None)))
    assert PRE_APPLICATION.finish is not None and PRE_APPLICATION.finish.days == 30
    assert finish_by(walk.visit) == "2026-12-24"
    data = papers.slip_data(walk.visit, INFO)
    assert "最晚2026年12月24日" in data.next_text
    assert not data.promised.endswith("前")


def test_a_refused_pre_application_needs_no_counter(walk: Walk) -> None:
    walk.submitted(PRE_APPLICATION)
    walk.do(ev.Answered(1, "key-1", answer("refused")))
    assert finish_by(walk.visit) == ""


def test_window_hours_are_the_guides_own() -> None:
    assert window_hours("自助终端全天24小时；窗口在法定工作日9:00至12:00") == "窗口在法定工作日9:00至12:00"
    assert window_hours("全天") == ""


# --- papers ---------------------------------------------------------------------------------------------


def test_a_queued_certificate_is_not_said_to_need_nothing_more(walk: Walk) -> None:
    walk.submitted(CERTIFICATE)
    walk.do(ev.NotAnswered(1, "key-1", "platform.timeout"))
    told = papers.slip_data(walk.visit, INFO)
    assert "凭流水号到大厅窗口领取" in told.next_text and "不用再来" not in told.next_text
    assert "0375-1000" in told.next_text


@pytest.mark.parametrize("end", [None, PrintEnd.FAILED, PrintEnd.UNKNOWN])
def test_a_slip_does_not_speak_of_a_paper_in_the_hand_before_it_is_there(
    walk: Walk, end: PrintEnd | None
) -> None:
    walk.answered(CERTIFICATE)
    if end is not None:
        ended(walk, "printer.paper_jam", end)
    told = papers.slip_data(walk.visit, INFO)
    assert "直接使用" not in told.next_text and "到大厅窗口补打" in told.next_text
    assert "工作日" in told.next_text
    assert told.document_state == {None: None, PrintEnd.FAILED: "owed", PrintEnd.UNKNOWN: "unknown"}[end]


def test_a_slip_after_the_paper_says_what_the_guide_says(walk: Walk) -> None:
    walk.answered(CERTIFICATE)
    ended(walk, "", PrintEnd.COMPLETED)
    assert papers.slip_data(walk.visit, INFO).next_text == CERTIFICATE.next.zh


@pytest.mark.parametrize(
    ("fault", "left"), [("printer.paper_out", 3), ("printer.offline", 3), ("printer.paper_jam", 0)]
)
def test_a_printer_that_took_nothing_uses_up_no_try(walk: Walk, fault: str, left: int) -> None:
    walk.answered(CERTIFICATE)
    ended(walk, fault)
    for _ in range(PRINT_TRIES):
        walk.do(AGAIN)
        ended(walk, fault)
    assert PRINT_TRIES - document(walk)[1] == left
    assert bool(walk.do(AGAIN)) == bool(left)


def test_a_printer_that_works_again_gives_one_more_try(walk: Walk) -> None:
    walk.answered(CERTIFICATE)
    ended(walk, "printer.paper_jam")
    for _ in range(PRINT_TRIES):
        walk.do(AGAIN)
        ended(walk, "printer.paper_jam")
    online = DeviceState.ONLINE
    walk.do(
        StatusChanged("reader", Status(online)), StatusChanged("a4", Status(online, paper=PaperState.OUT))
    )
    assert walk.do(AGAIN) == ()
    walk.do(StatusChanged("a4", Status(online, paper=PaperState.FULL)))
    assert walk.do(AGAIN) == (ef.PrintPaper(1, PaperKind.DOCUMENT, "doc-0"),)


def test_leaving_without_the_certificate_asks_once(walk: Walk) -> None:
    walk.answered(CERTIFICATE)
    ended(walk, "printer.paper_out")
    walk.do(ev.Leave())
    assert walk.at() == (Page.DONE, Overlay.LEAVE)
    walk.do(ev.Stay())
    assert walk.at() == (Page.DONE, Overlay.NONE)
    walk.do(ev.Leave(), ev.Leave())
    assert walk.at()[0] is Page.HOME


def test_a_certificate_that_comes_after_queued_can_still_be_printed(walk: Walk) -> None:
    walk.submitted(CERTIFICATE)
    walk.do(ev.NotAnswered(1, "key-1", "platform.timeout"))
    walk.settle_papers()
    walk.do(ev.Answered(1, "key-1", answer("accepted", (Document("doc-0", "证明"),))))
    assert walk.visit.submission is not None and walk.visit.submission.state is CaseState.ACCEPTED
    assert document(walk) == (Printed.NOT_PRINTED, 0)
    assert walk.do(AGAIN) == (ef.PrintPaper(1, PaperKind.DOCUMENT, "doc-0"),)


# --- the card ---------------------------------------------------------------------------------------------


def test_a_card_that_may_still_lie_here_is_asked_about_over_home(walk: Walk) -> None:
    walk.identified(CERTIFICATE)
    walk.do(ev.Leave())
    assert walk.at() == (Page.HOME, Overlay.TAKE_CARD)
    assert walk.visit.person is None
    walk.do(ev.ShowMatters())
    assert walk.at() == (Page.HOME, Overlay.TAKE_CARD)
    walk.do(ev.Stay())
    assert walk.at() == (Page.HOME, Overlay.NONE) and walk.visit.card_on == ""


def test_the_question_goes_by_itself_and_when_the_card_goes(walk: Walk) -> None:
    walk.identified(CERTIFICATE)
    walk.do(ev.Leave())
    walk.wait(7)
    assert walk.at()[1] is Overlay.TAKE_CARD
    walk.wait(2)
    assert walk.at()[1] is Overlay.NONE
    walk.identified(CERTIFICATE)
    walk.do(ev.Leave(), CardLifted("reader"))
    assert walk.at() == (Page.HOME, Overlay.NONE)


def test_a_card_that_was_seen_to_go_is_not_asked_about(walk: Walk) -> None:
    walk.to_identify(CERTIFICATE)
    walk.do(IdentityRead("slot", replace(CARD, source="social_security")))
    assert walk.visit.card_on == "social_security"
    walk.do(CardLifted("slot"))
    assert walk.visit.card_on == ""
    walk.do(ev.Leave())
    assert walk.at() == (Page.HOME, Overlay.NONE)


def test_a_telephone_is_not_a_card(walk: Walk) -> None:
    walk.to_identify(CERTIFICATE)
    walk.do(CodeScanned("scanner", "opaque"), ev.Leave())
    assert walk.at() == (Page.HOME, Overlay.NONE)
