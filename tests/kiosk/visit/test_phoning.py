"""Writing with the own telephone, as the flow has it: checked before it is used, and gone with the visit."""

from __future__ import annotations

import pytest

from kiosk.matters.load import load_folder
from kiosk.matters.models import FieldKind, Matter
from kiosk.privacy.needles import Needles
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.state import AskingState, Overlay, Page, PhoneState
from tests.kiosk.visit.walk import Walk

CATALOGUE = load_folder(DEFAULT_MATTERS_FOLDER)
URL = "https://platform.example.gov.cn/w/3p7bfXt9wbTTW2HC7OQ1Nz"
TEXT = "曙光街街道七号院三单元"


def with_address() -> Matter:
    return next(
        matter
        for matter in CATALOGUE
        if any(question.kind is FieldKind.ADDRESS and not question.prefill for question in matter.questions())
        or any(question.kind is FieldKind.TEXT for question in matter.questions())
    )


@pytest.fixture
def walk() -> Walk:
    walk = Walk(CATALOGUE)
    walk.identified(with_address())
    assert walk.at() == (Page.FORM, Overlay.NONE)
    return walk


def opened(walk: Walk) -> int:
    """The number of the visit whose code is shown."""
    asked = walk.do(ev.OpenPhone(80))
    assert asked == (ef.OpenWritingPlace(walk.visit.number, "key-1", 80),)
    walk.do(ev.PhoneOpened(walk.visit.number, "key-1", URL, 600.0))
    return walk.visit.number


def state(walk: Walk) -> PhoneState | None:
    return walk.visit.phone.state if walk.visit.phone else None


def test_a_text_is_shown_first_and_then_taken(walk: Walk) -> None:
    number = opened(walk)
    walk.do(ev.PhoneRead(number, "key-1"), ev.PhoneRead(number, "key-1"))
    assert state(walk) is PhoneState.READ
    assert walk.do(ev.TakeText()) == ()  # nothing has come yet
    walk.do(ev.PhoneWritten(number, "key-1", TEXT), ev.PhoneExpired(number, "key-1"))
    assert state(walk) is PhoneState.WRITTEN
    assert TEXT not in walk.visit.form.answers.values()
    assert walk.do(ev.TakeText()) == (ef.CloseWritingPlace(),)
    assert (walk.at(), walk.visit.phone) == ((Page.FORM, Overlay.NONE), None)


def test_what_comes_for_an_earlier_code_or_visit_is_too_late(walk: Walk) -> None:
    number = opened(walk)
    walk.do(ev.PhoneWritten(number, "key-0", "别人的话"))
    assert state(walk) is PhoneState.OPEN
    walk.do(ev.PhoneWritten(number - 1, "key-1", "上一位的话"))
    assert state(walk) is PhoneState.OPEN
    walk.do(ev.LeavePhone(), ev.PhoneWritten(number, "key-1", TEXT))
    assert walk.visit.phone is None


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (ev.PhoneExpired(0, "key-1"), PhoneState.EXPIRED),
        (ev.PhoneFailed(0, "key-1", "phone.text_unusable"), PhoneState.FAILED),
    ],
)
def test_what_went_wrong_is_told_and_can_be_tried_again(
    walk: Walk, event: ev.PhoneExpired | ev.PhoneFailed, told: PhoneState
) -> None:
    number = opened(walk)
    walk.do(type(event)(**{**vars(event), "visit": number}))
    assert state(walk) is told
    walk.do(ev.OpenPhone(80))
    assert state(walk) is PhoneState.OPENING
    assert walk.at() == (Page.FORM, Overlay.PHONE)


def test_who_writes_on_the_telephone_has_time_and_is_warned(walk: Walk) -> None:
    number = opened(walk)
    walk.wait(200)
    assert walk.at()[1] is Overlay.PHONE
    walk.wait(110)
    assert walk.at()[1] is Overlay.IDLE
    walk.do(ev.Stay())
    assert walk.at()[1] is Overlay.PHONE  # and the code still holds
    walk.wait(310)
    walk.do(ev.PhoneWritten(number, "key-1", TEXT))  # looks up from the telephone
    assert (walk.at()[1], state(walk)) == (Overlay.PHONE, PhoneState.WRITTEN)
    walk.wait(400)
    assert walk.visit.page is Page.HOME and walk.visit.phone is None
    assert walk.asked(ef.WipeVisit)


def test_it_is_searched_for_after_the_visit_also_when_it_was_not_taken(walk: Walk) -> None:
    number = opened(walk)
    needles = Needles()
    before = walk.visit
    walk.do(ev.PhoneWritten(number, "key-1", TEXT))
    needles.notice(before, walk.visit)
    assert len(needles) == 0
    before = walk.visit
    walk.do(ev.LeavePhone())
    needles.notice(before, walk.visit)
    assert len(needles) == 1


def test_a_complaint_in_ones_own_words_typed_or_by_telephone() -> None:
    walk = Walk(CATALOGUE)
    walk.do(ev.OpenHelp(), ev.OpenAsking("complaint"), ev.GivePhone())
    assert walk.visit.asking.state is AskingState.OPEN  # nothing said yet
    walk.do(ev.WriteMore(), ev.GiveText("  等了一个小时 "))
    assert (walk.visit.asking.state, walk.visit.asking.text) == (AskingState.OPEN, "等了一个小时")
    walk.do(ev.WriteMore(), ev.OpenPhone(500), ev.PhoneOpened(1, "key-1", URL, 600.0))
    walk.do(ev.PhoneWritten(1, "key-1", "没有人来管"), ev.TakeText())
    assert (walk.at()[1], walk.visit.asking.text) == (Overlay.ASKING, "没有人来管")
    walk.do(ev.GiveText("没有人来管"), ev.GivePhone(), ev.Ask(""))
    assert walk.asked(ef.SendRequest)[0].text == "没有人来管"
    walk.do(ev.AskingSettled(1, "SQ1"), ev.Stay(), ev.OpenAsking("home_visit"))
    assert walk.visit.asking.text == ""
    assert walk.do(ev.WriteMore()) == () and walk.visit.asking.state is AskingState.OPEN


def test_nothing_is_opened_where_nothing_is_written(walk: Walk) -> None:
    assert Walk(CATALOGUE).do(ev.OpenPhone(80)) == ()
    for most in (0, 2001):
        assert walk.do(ev.OpenPhone(most)) == ()
    walk.do(ev.TakeText(), ev.LeavePhone())
    assert walk.at() == (Page.FORM, Overlay.NONE)
