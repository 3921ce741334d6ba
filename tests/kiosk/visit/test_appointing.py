"""An appointment at a counter: one touch, one booking, and a number that was really given."""

from __future__ import annotations

import pytest

from kiosk.matters.models import Matter
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.state import AppointmentState, Overlay, Page
from tests.kiosk.matters.examples import MATTERS
from tests.kiosk.visit.walk import CARD, Walk

TIME = ev.MakeAppointment("2026-11-25", "morning")


@pytest.fixture
def walk() -> Walk:
    return Walk(MATTERS)


@pytest.fixture
def matter() -> Matter:
    return MATTERS.matters[0]


def test_a_touch_books_once_and_the_number_stays(walk: Walk, matter: Matter) -> None:
    walk.do(ev.ChooseMatter(matter.task_code), ev.OpenHelp(), ev.OpenAppointment())
    assert walk.at() == (Page.GUIDE, Overlay.APPOINTMENT)
    walk.do(TIME, TIME)
    assert walk.asked(ef.BookWindow) == [
        ef.BookWindow(1, matter.task_code, "2026-11-25", "morning", key="key-1")
    ]
    walk.wait(400)  # while it is being made nobody is asked whether they are still there
    assert walk.at() == (Page.GUIDE, Overlay.APPOINTMENT)
    walk.do(ev.AppointmentSettled(1, "YY-1"), ev.Stay())
    assert walk.at() == (Page.GUIDE, Overlay.NONE)
    walk.do(ev.OpenAppointment())
    assert (walk.visit.appointment.state, walk.visit.appointment.number) == (AppointmentState.MADE, "YY-1")
    walk.do(TIME)
    assert len(walk.asked(ef.BookWindow)) == 1


def test_what_was_not_booked_can_be_tried_again(walk: Walk, matter: Matter) -> None:
    walk.identified(matter)
    walk.do(ev.OpenAppointment(), TIME, ev.AppointmentSettled(1, ""))
    assert walk.visit.appointment.state is AppointmentState.FAILED
    walk.do(TIME)
    booked = walk.asked(ef.BookWindow)
    assert (len(booked), booked[1].name) == (2, CARD.name)
    walk.do(ev.AppointmentSettled(1, "YY-2"), ev.AppointmentSettled(1, "YY-3"))
    assert walk.visit.appointment.number == "YY-2"


def test_without_a_matter_there_is_nothing_to_book(walk: Walk) -> None:
    walk.do(ev.OpenHelp(), ev.OpenAppointment(), ev.Stay(), TIME)
    assert walk.at() == (Page.HOME, Overlay.NONE)
    assert not walk.asked(ef.BookWindow)


def test_availability_changes_what_is_offered_and_never_a_visit_that_runs(walk: Walk, matter: Matter) -> None:
    gone = ev.AvailabilityChanged(((matter.task_code, "printer"),))
    walk.do(ev.ChooseMatter(matter.task_code), gone, ev.Start())
    assert walk.visit.page is Page.GUIDE
    walk.do(ev.AvailabilityChanged(()), ev.Start())
    assert walk.at()[0] is Page.IDENTIFY
    before = walk.visit
    walk.do(gone)
    assert (walk.visit.page, walk.visit.matter, walk.visit.form) == (before.page, before.matter, before.form)
