"""The green channel, home visits, complaints, and papers that are read out, as the flow has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter, Shape
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit import timing
from kiosk.visit.finishing import CALL_AGAIN_SECONDS
from kiosk.visit.state import AskingState, HelpState, Overlay, Page, PaperKind, PaperTextState
from tests.kiosk.visit.walk import CARD, Walk, of_shape

CATALOGUE = load_folder(DEFAULT_MATTERS_FOLDER)


@pytest.fixture
def walk() -> Walk:
    return Walk(CATALOGUE)


@pytest.fixture
def certificate() -> Matter:
    return of_shape(CATALOGUE, Shape.CERTIFICATE)


def state(walk: Walk) -> AskingState:
    return walk.visit.asking.state


def test_who_is_old_by_the_card_goes_first_without_asking(walk: Walk, certificate: Matter) -> None:
    walk.identified(certificate, CARD)  # born in 1949
    assert walk.visit.priority == "elderly"
    young = Walk(CATALOGUE)
    young.identified(certificate, replace(CARD, birth="19990615", number="410402199906153010"))
    assert young.visit.priority == ""


def test_the_mark_goes_with_the_application_and_is_forgotten_with_the_visit(
    walk: Walk, certificate: Matter
) -> None:
    walk.do(ev.OpenHelp(), ev.OpenAsking("green_channel"), ev.ChoosePriority("disabled"), ev.Stay())
    walk.submitted(certificate)
    assert walk.asked(ef.KeepApplication)[0].priority == "disabled"
    walk.visit = replace(walk.visit, page=Page.DONE)
    walk.do(ev.Leave(), ev.Leave())
    assert walk.visit.priority == ""


def test_a_home_visit_needs_a_reason_and_a_number_and_is_told_truly(walk: Walk) -> None:
    walk.do(ev.OpenHelp(), ev.OpenAsking("home_visit"))
    assert walk.at() == (Page.HOME, Overlay.ASKING)
    assert walk.do(ev.Ask("13937500026")) == ()  # no reason yet
    walk.do(ev.ChooseReason("cannot_walk"), ev.ChooseReason("nonsense"), ev.GivePhone())
    assert state(walk) is AskingState.PHONE
    assert walk.do(ev.Ask("")) == ()
    assert walk.do(ev.Ask("123")) == ()
    walk.do(ev.Ask("13937500026"), ev.Ask("13937500026"))
    sent = walk.asked(ef.SendRequest)
    assert [(each.kind, each.phone) for each in sent] == [("home_visit", "13937500026")]
    assert "行动不便" in sent[0].text
    walk.wait(1000)  # nobody is timed out while it is sent
    assert walk.at()[1] is Overlay.ASKING
    walk.do(ev.AskingSettled(walk.visit.number, ""), ev.Ask())  # again, without typing the number again
    assert [each.phone for each in walk.asked(ef.SendRequest)] == ["13937500026"] * 2
    walk.do(ev.AskingSettled(walk.visit.number, "", queued=True))
    assert state(walk) is AskingState.QUEUED
    walk.do(ev.Stay())
    assert walk.at() == (Page.HOME, Overlay.NONE)


def test_a_complaint_needs_no_number_and_may_be_tried_again(walk: Walk) -> None:
    walk.do(ev.OpenHelp(), ev.OpenAsking("complaint"), ev.ChooseReason("slow"), ev.GivePhone(), ev.Ask(""))
    assert walk.asked(ef.SendRequest)[0].kind == "complaint"
    walk.do(ev.AskingSettled(walk.visit.number, ""))
    assert state(walk) is AskingState.FAILED
    walk.do(ev.Ask(""))
    walk.do(ev.AskingSettled(walk.visit.number, "SQ1"))
    assert (state(walk), walk.visit.asking.number) == (AskingState.SENT, "SQ1")


def test_a_paper_is_read_out_and_closed_again(walk: Walk, certificate: Matter) -> None:
    walk.answered(certificate)
    walk.settle_papers()
    assert walk.visit.page is Page.DONE
    asked = walk.do(ev.ReadPaper(PaperKind.SLIP, "受理通知书"))
    assert asked == (ef.ReadPaper(walk.visit.number, PaperKind.SLIP),)
    walk.do(ev.PaperRead(walk.visit.number, ("办件编号 1",)))
    assert walk.visit.paper_text.state is PaperTextState.READ
    walk.do(ev.Stay())
    assert walk.visit.paper_text.lines == ()
    assert walk.at() == (Page.DONE, Overlay.NONE)


def test_who_has_called_somebody_is_waited_for_and_calls_nobody_twice(walk: Walk) -> None:
    matter = next(iter(CATALOGUE))
    walk.do(ev.ChooseMatter(matter.task_code), ev.OpenHelp(), ev.CallStaff(), ev.CallStaff())
    (call,) = walk.asked(ef.CallForHelp)
    assert matter.name.zh in call.text
    walk.do(ev.HelpSettled(walk.visit.number, True), ev.Stay(), ev.OpenHelp())
    assert walk.visit.help == HelpState.CALLED  # said again, not done again
    walk.do(ev.Stay())
    assert timing.limit_seconds(walk.visit) == timing.HELPER_SECONDS  # somebody is on the way
    walk.now += CALL_AGAIN_SECONDS
    walk.do(ev.OpenHelp(), ev.CallStaff())
    assert len(walk.asked(ef.CallForHelp)) == 2  # nobody has come
    walk.do(ev.HelpSettled(walk.visit.number, False))
    assert walk.visit.help.value == "failed"
