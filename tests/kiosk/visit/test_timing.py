"""Time: more of it for who reads much, listens or uses keys; none while the terminal itself is at work."""

from __future__ import annotations

import pytest

from devices.contract import Fault, IdentityFailed, IdentityReading
from kiosk.matters.load import load_folder
from kiosk.matters.models import Matter, Shape
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.visit import events as ev
from kiosk.visit.state import Mode, Overlay, Page
from kiosk.visit.timing import IDLE_SECONDS, IDLE_SLOW_SECONDS, limit_seconds
from tests.kiosk.visit.walk import Walk, of_shape

CATALOGUE = load_folder(DEFAULT_MATTERS_FOLDER)


@pytest.fixture
def walk() -> Walk:
    return Walk(CATALOGUE)


@pytest.fixture
def certificate() -> Matter:
    return of_shape(CATALOGUE, Shape.CERTIFICATE)


@pytest.mark.parametrize(
    "event",
    [
        ev.SetMode(elder=True),
        ev.AdaptMode(voice=True),
        ev.AdaptMode(keypad=True),
        ev.SetMode(scan_seconds=2.5),
        ev.HeadphonesChanged(True),
    ],
)
def test_who_needs_more_time_has_more(walk: Walk, certificate: Matter, event: ev.Event) -> None:
    walk.do(ev.ChooseMatter(certificate.task_code))
    assert limit_seconds(walk.visit) == IDLE_SECONDS
    walk.do(event)
    assert limit_seconds(walk.visit) == IDLE_SLOW_SECONDS
    walk.wait(IDLE_SLOW_SECONDS - 1)
    assert walk.at() == (Page.GUIDE, Overlay.NONE)
    walk.wait(2)
    assert walk.at() == (Page.GUIDE, Overlay.IDLE)


def test_the_limit_grows_with_the_text_and_with_the_mode(walk: Walk, certificate: Matter) -> None:
    walk.do(ev.ChooseMatter(certificate.task_code), ev.TextShown(150))
    short = limit_seconds(walk.visit)
    walk.do(ev.TextShown(1200))
    long = limit_seconds(walk.visit)
    walk.do(ev.TextShown(2400))
    longer = limit_seconds(walk.visit)
    walk.do(ev.AdaptMode(voice=True))
    assert short < long < longer < limit_seconds(walk.visit)
    assert limit_seconds(walk.visit) - IDLE_SLOW_SECONDS >= 2 * (longer - IDLE_SECONDS) or longer > 700


def test_nobody_is_timed_while_being_read_to(walk: Walk, certificate: Matter) -> None:
    walk.do(ev.ChooseMatter(certificate.task_code))
    for _ in range(400):
        walk.wait(1)
        walk.do(ev.ReadAloud())
    assert walk.at() == (Page.GUIDE, Overlay.NONE)
    walk.wait(IDLE_SECONDS + 1)
    assert walk.at()[1] is Overlay.IDLE
    left = walk.visit.idle_left
    walk.wait(5)
    walk.do(ev.ReadAloud())  # the warning itself, spoken
    assert walk.visit.idle_left < left
    walk.wait(45)
    assert walk.at()[0] is Page.HOME


def test_whose_card_is_read_or_refused_is_here(walk: Walk, certificate: Matter) -> None:
    walk.to_identify(certificate)
    for _ in range(5):
        walk.wait(IDLE_SLOW_SECONDS - 1)
        walk.do(IdentityReading("reader"), IdentityFailed("reader", Fault("samv.read_failed")))
        assert walk.at() == (Page.IDENTIFY, Overlay.NONE)
    walk.wait(IDLE_SLOW_SECONDS + 10)
    assert walk.at()[1] is Overlay.IDLE
    walk.do(IdentityReading("reader"))
    assert walk.at() == (Page.IDENTIFY, Overlay.NONE)


def test_headphones_start_the_voice_and_end_it(walk: Walk) -> None:
    walk.wait(61)
    assert walk.at()[1] is Overlay.ASLEEP
    walk.do(ev.HeadphonesChanged(True))
    assert walk.at()[1] is Overlay.NONE
    assert walk.visit.mode.speaks
    walk.do(ev.ChooseMatter(CATALOGUE.matters[0].task_code), ev.AskLeave(), ev.Leave())
    assert walk.visit.mode.speaks  # still in: the next visit is listened to, too
    walk.do(ev.HeadphonesChanged(False))
    assert not walk.visit.mode.speaks


def test_everything_goes_back_with_the_visit(walk: Walk, certificate: Matter) -> None:
    walk.do(ev.ChooseMatter(certificate.task_code))
    walk.do(ev.SetMode(voice=True, rate=175, volume=100, scan_seconds=4.0), ev.AdaptMode(keypad=True))
    walk.do(ev.AskLeave(), ev.Leave())
    assert walk.visit.mode == Mode()


def test_large_type_speaks_unless_it_is_told_not_to(walk: Walk) -> None:
    walk.do(ev.SetMode(elder=True))
    assert walk.visit.mode.speaks
    walk.do(ev.SetMode(voice=False))
    assert not walk.visit.mode.speaks
