"""The time limits as a table over every state of every page: warned, answered as often as one likes, and back
where one was; paused while the terminal itself is at work; longer for who needs longer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.visit import events as ev
from kiosk.visit.flow import step
from kiosk.visit.state import HelpState, Overlay, Page, Visit
from kiosk.visit.timing import (
    HELPER_SECONDS,
    IDLE_SECONDS,
    IDLE_SLOW_SECONDS,
    WARNING_SECONDS,
    limit_seconds,
    working,
)
from tests.kiosk.visit.walk import Walk
from tests.screens.pages import CATALOGUE, PAGES

START = 1000.0
ALWAYS = 3600
ANSWERS = 3
UNTIMED = (Overlay.IDLE, Overlay.ASLEEP, Overlay.TAKE_CARD)
STATES = [name for name, visit in PAGES.items() if visit.overlay not in UNTIMED]
LEAST_SECONDS = 60  # the done page, once the papers are out


def at(name: str) -> Walk:
    return Walk(CATALOGUE, now=START, visit=replace(PAGES[name], last_touch=START, characters=0))


def until_warned(walk: Walk, most: float) -> int:
    """Seconds until the warning; fails where something else comes first."""
    page, overlay, number = walk.visit.page, walk.visit.overlay, walk.visit.number
    for second in range(int(most) + 2):
        if walk.visit.overlay is Overlay.IDLE:
            return second
        assert (walk.visit.page, walk.visit.overlay, walk.visit.number) == (page, overlay, number), second
        walk.wait(1)
    raise AssertionError(walk.at())


def nothing_to_lose(visit: Visit) -> bool:
    return visit.page is Page.HOME and visit.person is None and visit.overlay is Overlay.NONE


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_warned_and_kept_as_often_as_it_is_answered(name: str) -> None:
    walk = at(name)
    if nothing_to_lose(walk.visit):
        return
    before = walk.visit
    if working(before):
        walk.now += ALWAYS
        walk.do(ev.Tick())
        assert walk.visit.overlay is before.overlay
        assert walk.visit.person == before.person
        return
    for _ in range(ANSWERS):
        seconds = until_warned(walk, HELPER_SECONDS)
        assert seconds >= LEAST_SECONDS
        walk.do(ev.TextShown(40))  # the warning's own words
        walk.wait(WARNING_SECONDS - 2)
        assert walk.at() == (before.page, Overlay.IDLE)
        walk.do(ev.Stay())
        after = Overlay.NONE if before.overlay is Overlay.LEAVE else before.overlay
        assert walk.at() == (before.page, after)
        same = ("form", "asking", "appointment", "help", "paper_text", "phone", "person", "rating", "handing")
        for field in same:
            assert getattr(walk.visit, field) == getattr(before, field), field
    until_warned(walk, HELPER_SECONDS)
    walk.wait(WARNING_SECONDS + 1)
    assert walk.visit.person is None
    assert walk.at()[0] is Page.HOME
    assert walk.visit.number == before.number + 1


@pytest.mark.parametrize("name", STATES)
def test_every_state_gives_more_time_to_who_needs_it(name: str) -> None:
    visit = replace(PAGES[name], characters=0)
    slow = replace(visit, mode=replace(visit.mode, elder=True))
    long = replace(visit, characters=1500)
    both = replace(slow, characters=1500)
    assert limit_seconds(visit) <= limit_seconds(slow)
    assert visit.help is HelpState.CALLED or limit_seconds(visit) < limit_seconds(long) < limit_seconds(both)


def test_hands_that_are_elsewhere_have_the_longer_limit() -> None:
    for name in ("identify-waiting", "sign", "phone-open"):
        assert limit_seconds(replace(PAGES[name], characters=0)) == IDLE_SLOW_SECONDS, name
    assert limit_seconds(replace(PAGES["identify-read"], characters=0)) == IDLE_SECONDS
    assert limit_seconds(PAGES["help-called"]) == HELPER_SECONDS
    assert working(PAGES["help-calling"])


def test_a_warning_over_a_long_page_has_all_its_seconds() -> None:
    walk = at("guide")
    walk.do(ev.TextShown(1500))
    until_warned(walk, 2000)
    walk.do(ev.TextShown(30))
    left = walk.visit.idle_left
    walk.wait(5)
    assert walk.visit.idle_left == left - 5
    visit, _ = step(walk.visit, ev.Stay(), walk.world())
    assert visit.characters == 1500
