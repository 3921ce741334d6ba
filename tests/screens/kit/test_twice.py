"""Who touches everything twice, and who is quick: on the real pages, by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import Visit
from screens.app import CitizenWindow
from screens.finger import Hand
from screens.robot import Robot
from screens.twice import OFTEN
from tests.screens.conftest import Puppet
from tests.screens.pages import PAGES
from tests.screens.samples import CERTIFICATE

GUARD = 0.6
TILE = f"matter:{CERTIFICATE.task_code}"
LEADS = {
    ev.ChooseMatter: "guide",
    ev.Start: "identify-waiting",
    ev.Back: "guide",
    ev.GiveAnswer: "form-declaration",
    ev.Submit: "submitting-sending",
    ev.Declare: "notice-owing",
}


def page(name: str) -> Visit:
    """All of one visit."""
    return replace(PAGES[name], number=1)


class Hall(Puppet):
    """Another page at once, as the flow gives it."""

    def send(self, event: Any) -> None:
        super().send(event)
        if type(event) in LEADS:
            self.state = page(LEADS[type(event)])


class Visitor:
    def __init__(self, window: CitizenWindow, hall: Hall) -> None:
        self.window, self.hall, self.robot, self.hand = window, hall, Robot(window), Hand()
        self.seconds = 1000.0

    def at(self, name: str) -> None:
        """A page, long after whatever was touched before."""
        self.seconds += 100.0
        self.hall.state = page(name)
        self.window.ctx.draft.clear()
        self.window.show_again()
        self.seconds += 100.0

    def touch(self, key: str) -> tuple[float, float]:
        place = self.robot.get(key).centre
        self.at_point(*place)
        return place

    def at_point(self, x: float, y: float) -> None:
        """No frame is drawn: what is asked is what the finger does."""
        self.hand.down(x, y)
        self.hand.up()

    def twice(self, key: str, after: float, beside: float = 0.0) -> None:
        """Both touches of somebody who touches everything twice, and a look at the page."""
        x, y = self.touch(key)
        self.seconds += after
        self.at_point(x + beside, y)
        self.seconds += 5.0

    def says(self, key: str) -> bool:
        return any(self.window.ctx.words(key) in node.name for node in self.robot.nodes())

    @property
    def touches(self) -> list[type]:
        return [type(event) for event in self.hall.sent if isinstance(event, ev.Touch)]


@pytest.fixture
def visitor(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    hall, before = Hall(window.controller.catalogue), window.controller
    made = Visitor(window, hall)
    monkeypatch.setattr(window.ctx, "monotonic", lambda: made.seconds)
    window.stage.forget()
    monkeypatch.setattr(window.ctx, "double_tap_seconds", GUARD)
    monkeypatch.setattr(window, "controller", hall)
    monkeypatch.setattr(window.ctx, "send", window.send)
    made.at("home")
    yield made
    monkeypatch.undo()
    window.controller = before


@pytest.mark.parametrize("after", [0.05, 0.5, 1.1])
def test_the_second_touch_does_nothing_to_what_the_first_has_brought(visitor: Visitor, after: float) -> None:
    beside = 20.0  # 5 mm on this panel
    visitor.twice(TILE, after, beside)
    visitor.twice("start", after, beside)  # in whose place the way back comes
    assert visitor.touches == [ev.ChooseMatter, ev.Start]
    visitor.at("form-month-range")  # filled in beforehand
    visitor.twice("continue", after, beside)
    visitor.twice("declare-yes", after, beside)
    assert visitor.touches == [ev.ChooseMatter, ev.Start, ev.GiveAnswer, ev.Declare]
    visitor.at("check")
    visitor.twice("submit", after, beside)
    assert visitor.touches[4:] == [ev.Submit]


def test_who_is_quick_is_not_kept_waiting(visitor: Visitor) -> None:
    visitor.touch(TILE)
    visitor.seconds += GUARD + 0.05
    visitor.touch("start")  # elsewhere
    visitor.seconds += 2 * GUARD + 0.05
    visitor.touch("back")  # the same place, as soon as anybody has read what stands there
    assert visitor.touches == [ev.ChooseMatter, ev.Start, ev.Back]
    visitor.at("matters")
    for _ in range(4):  # the same again, and no other thing
        visitor.touch("page-next")
        visitor.seconds += GUARD + 0.05
    assert visitor.touches[3:] == [ev.TurnPage] * 4


def test_a_page_that_comes_late_is_not_answered_by_an_impatient_touch(visitor: Visitor) -> None:
    visitor.at("check")
    place = visitor.touch("submit")
    visitor.seconds += 9.0
    visitor.hall.state = page("done-certificate")
    visitor.window.redraw()
    visitor.seconds += 1.0
    visitor.at_point(*place)
    assert visitor.touches == [ev.Submit]


def test_a_switch_is_not_switched_back(visitor: Visitor) -> None:
    visitor.at("done-rating-reasons")
    node = next(node for node in visitor.robot.nodes() if node.key.startswith("reason:"))
    visitor.twice(node.key, 0.9)
    assert visitor.robot.get(node.key).state["checked"]


def test_who_touches_twice_skips_no_leaf(visitor: Visitor) -> None:
    def turned(after: float) -> int:
        visitor.at("matters")
        before = len(visitor.touches)
        visitor.twice("page-next", after)
        return len(visitor.touches) - before

    assert turned(0.7) == 2  # nobody knows her yet: somebody who leafs on
    visitor.at("guide")
    visitor.twice("start", 0.7)
    assert [turned(after) for after in (0.2, 0.7, 1.1)] == [1, 1, 1]
    assert turned(1.6) == 2
    for _ in range(2):
        visitor.at("guide")
        visitor.touch("start")
        visitor.seconds += 5.0
        visitor.touch("back")
        visitor.seconds += 5.0
    assert turned(0.7) == 2


def test_letters_that_all_come_twice_are_nobodys_word(visitor: Visitor) -> None:
    def typed(*pairs: tuple[str, float]) -> str:
        for letter, after in pairs:
            visitor.twice(f"key:{letter}", after)
        return str(visitor.robot.get("answer").value).replace(" ", "")

    visitor.at("form-phone")
    for digit in "133885566":  # begins with one alone
        visitor.touch(f"digit:{digit}")
        visitor.seconds += 0.3
    visitor.at_point(*visitor.robot.get("digit:6").centre)
    assert visitor.robot.get("answer").value.replace(" ", "") == "1338855666"
    visitor.at("form-text")
    assert typed(("s", 0.3), ("h", 0.7)) == "sshh"
    assert typed(("b", 0.3), ("x", 0.3), ("x", 1.1)) == "sshhbxx"


def test_keys_type_once_for_who_touches_everything_twice_and_twice_for_others(visitor: Visitor) -> None:
    def typed(*pauses: float) -> str:
        visitor.at("form-phone")
        for pause in pauses:
            visitor.touch("digit:7")
            visitor.seconds += pause
        return visitor.robot.get("answer").value

    assert typed(0.2, 0.9) == "77"
    assert typed(0.05, 0.9) == "7"  # a key that bounces
    assert not visitor.says("form.steady")
    for _ in range(OFTEN):
        visitor.at("guide")
        visitor.twice("start", 0.4)
    assert typed(0.2, 0.9) == "7"
    assert visitor.says("form.steady")
    assert typed(1.6, 0.9) == "77"
    assert typed(1.1, 1.6, 1.1, 0.9) == "77"  # twice, each of them twice
    for _ in range(OFTEN):  # it was a helper's hand, or a moment
        visitor.at("guide")
        visitor.touch("start")
        visitor.seconds += 5.0
        visitor.touch("back")
    assert typed(0.2, 0.9) == "77"
