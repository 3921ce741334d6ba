"""A form kept for another day, and gone on with after the same card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.contract import IdentityRead
from kiosk.delivery.saved import SavedForm
from kiosk.matters.models import MaterialSource, Matter, Shape
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.state import KeepingState, Page, Person
from tests.kiosk.matters.examples import MATTERS, TODAY
from tests.kiosk.visit.walk import Walk, somebody_for

MATTER = next(
    matter
    for matter in MATTERS
    if matter.shape is Shape.APPLICATION
    and any(material.source is MaterialSource.DECLARATION for material in matter.guide.materials)
)
CARD = somebody_for(MATTER, TODAY)


@pytest.fixture
def walk() -> Walk:
    return Walk(MATTERS)


def to_notice(walk: Walk, matter: Matter = MATTER, agreed: bool = True) -> None:
    walk.identified(matter)
    fill(walk, matter, agreed)
    assert walk.visit.page is Page.NOTICE


def fill(walk: Walk, matter: Matter = MATTER, agreed: bool = True) -> int:
    asked = 0
    while walk.visit.page is Page.FORM:
        step = walk.visit.form.steps[walk.visit.form.index]
        if step.declaration:
            walk.do(ev.Declare(step.key, agreed))
        else:
            walk.do(ev.GiveAnswer(step.key, matter.rehearsal.answers.get(step.key, "")))
        asked += 1
    return asked


def kept(walk: Walk) -> SavedForm:
    walk.do(ev.KeepForm())
    effect = walk.asked(ef.KeepForm)[-1]
    assert effect.number == CARD.number
    walk.do(ev.FormKept(walk.visit.number))
    return effect.form


def come_again(walk: Walk, *saved: SavedForm, matter: Matter = MATTER) -> None:
    walk.do(ev.Leave())
    walk.to_identify(matter)
    number = walk.visit.number
    walk.do(IdentityRead("reader", CARD), ev.Verified(number, Person(CARD), saved), ev.Continue())


def test_what_was_filled_in_is_kept_on_request_and_until_a_day(walk: Walk) -> None:
    to_notice(walk)
    walk.do(ev.KeepForm(), ev.KeepForm())
    assert len(walk.asked(ef.KeepForm)) == 1
    assert walk.visit.keeping.state is KeepingState.KEEPING
    walk.do(ev.FormKept(walk.visit.number))
    assert (walk.visit.keeping.state, walk.visit.keeping.until) == (KeepingState.KEPT, "2026-12-24")
    form = walk.asked(ef.KeepForm)[0].form
    assert form.answers == walk.visit.form.answers
    assert form.missing
    assert form.declared


def test_what_could_not_be_kept_is_not_called_kept(walk: Walk) -> None:
    to_notice(walk)
    walk.do(ev.KeepForm(), ev.FormNotKept(walk.visit.number, "store.full"))
    assert walk.visit.keeping.state is KeepingState.FAILED
    assert "store.full" in walk.visit.faults
    walk.do(ev.KeepForm())
    assert len(walk.asked(ef.KeepForm)) == 2


def test_the_same_card_goes_on_where_it_ended_and_nothing_is_asked_again(walk: Walk) -> None:
    to_notice(walk)
    form = kept(walk)
    come_again(walk, form)
    assert walk.at()[0] is Page.RESUME
    walk.do(ev.Resume())
    assert walk.at()[0] is Page.NOTICE
    assert walk.visit.form.answers == form.answers
    assert walk.visit.keeping.until == form.until
    walk.do(ev.AcceptOwing(), ev.Submit())
    assert not walk.asked(ef.DropForm)
    walk.do(ev.Kept(walk.visit.number, "key-1"))  # used: on disk as an application
    assert walk.asked(ef.DropForm) == [ef.DropForm(CARD.number, MATTER.task_code)]
    assert walk.visit.saved == ()


def test_starting_anew_destroys_what_was_kept(walk: Walk) -> None:
    to_notice(walk)
    form = kept(walk)
    come_again(walk, form)
    walk.do(ev.StartAnew())
    assert walk.asked(ef.DropForm) == [ef.DropForm(CARD.number, MATTER.task_code)]
    assert walk.visit.page is Page.FORM
    assert fill(walk) > 0


def test_back_keeps_it_and_it_is_offered_again(walk: Walk) -> None:
    to_notice(walk)
    form = kept(walk)
    come_again(walk, form)
    walk.do(ev.Back(), ev.Start())
    assert walk.visit.page is Page.RESUME
    assert not walk.asked(ef.DropForm)


def test_one_more_matter_in_the_same_visit_finds_it_too(walk: Walk) -> None:
    to_notice(walk)
    kept(walk)
    walk.do(ev.Back())
    while walk.visit.page is not Page.GUIDE:
        walk.do(ev.Back())
    walk.do(ev.Start())
    assert walk.at()[0] is Page.RESUME


def test_a_form_of_another_matter_or_past_its_day_is_not_offered(walk: Walk) -> None:
    other = next(each for each in MATTERS if each.task_code != MATTER.task_code)
    for form in (
        SavedForm(other.task_code, "1", "2026-12-24"),
        SavedForm(MATTER.task_code, "1", "2026-11-23"),
    ):
        come_again(walk, form)
        assert walk.visit.page is Page.FORM


def test_answers_that_no_longer_hold_are_asked_again_with_the_words(walk: Walk) -> None:
    to_notice(walk)
    form = kept(walk)
    phone = next(key for key in form.answers if "phone" in key)
    come_again(walk, replace(form, answers={**form.answers, phone: "12"}))
    walk.do(ev.Resume())
    assert walk.visit.page is Page.FORM
    assert walk.visit.form.steps[walk.visit.form.index].key == phone
    assert walk.visit.form.error
    walk.do(ev.GiveAnswer(phone, "13937500026"))
    assert walk.at()[0] is Page.NOTICE


def test_while_the_platform_is_away_the_terminal_still_knows_what_it_keeps(walk: Walk) -> None:
    to_notice(walk)
    form = kept(walk)
    walk.do(ev.Leave())
    walk.to_identify(MATTER)
    away = ev.NotVerified(walk.visit.number, "platform.unreachable", (form,))
    walk.do(IdentityRead("reader", CARD), away, ev.Continue())
    assert walk.visit.page is Page.RESUME


def test_without_a_number_there_is_nobody_to_keep_it_for(walk: Walk) -> None:
    to_notice(walk)
    person = walk.visit.person
    assert person is not None
    walk.visit = replace(walk.visit, person=replace(person, document=replace(person.document, number="")))
    assert walk.do(ev.KeepForm()) == ()


def test_nothing_of_it_is_in_a_repr(walk: Walk) -> None:
    to_notice(walk)
    form = kept(walk)
    secret = next(answer for answer in form.answers.values() if len(answer) > 6)
    for each in (form, walk.visit.keeping, walk.asked(ef.KeepForm)[0], ev.Verified(1, Person(CARD), (form,))):
        assert secret not in repr(each)
        assert CARD.number not in repr(each)
