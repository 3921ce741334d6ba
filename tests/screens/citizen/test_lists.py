"""Long lists, amounts, ranges of days and the pages around a form: by touches through the window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.matters import choices
from kiosk.visit import events as ev
from screens.app import CitizenWindow
from screens.robot import Robot
from tests.screens.citizen.putting import put
from tests.screens.conftest import SMALL
from tests.screens.samples import LISTS


@pytest.fixture
def robot(window: CitizenWindow) -> Robot:
    return Robot(window)


def test_a_region_is_chosen_level_by_level(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-list-regions")
    for value in choices.way_to(LISTS[0], "410402"):
        robot.press(f"answer:{value}")
    robot.press("continue")
    assert sent == [ev.GiveAnswer("regions", "410402")]
    robot.press("level-up")
    robot.press("level-up")
    robot.press("answer:310000")  # nothing lies within: chosen at once, on whatever page of the list
    robot.press("continue")
    assert sent[-1] == ev.GiveAnswer("regions", "310000")


def test_a_list_opens_where_the_answer_stands(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-list-regions-chosen")
    assert robot.get("answer:410402").state["checked"]
    assert robot.has("level-up")


def test_letters_find_a_place_that_lies_within_another(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-list-regions")
    robot.press("by-letters")
    robot.type_letters("pds")
    robot.press("answer:410400")  # 平顶山市: now which part of it
    robot.press("answer:410481")
    robot.press("continue")
    assert sent == [ev.GiveAnswer("regions", "410481")]


def test_on_a_small_panel_what_letters_find_has_a_page_of_its_own(
    window: CitizenWindow, robot: Robot
) -> None:
    window.resize(SMALL)
    sent = put(window, "form-list-ethnicities")
    robot.press("by-letters")
    robot.set_value("answer", "hz")
    robot.press("show-found")
    robot.press("answer:03")
    robot.press("continue")
    assert sent == [ev.GiveAnswer("ethnicities", "03")]
    robot.press("to-list")
    assert robot.has("answer:56")


def test_nothing_found_says_so_and_leads_back(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-list-banks")
    robot.press("by-letters")
    robot.set_value("answer", "qqq")
    assert any("没有找到" in node.name for node in robot.nodes())
    robot.press("to-list")
    assert robot.has("answer:zhongyuan")


def test_an_amount_takes_one_point_and_two_decimals(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-amount")
    for key in "01200.505":
        robot.press(f"digit:{key}")
    assert robot.get("answer").value == "1,200.50 元"
    robot.press("delete")
    robot.press("continue")
    assert sent == [ev.GiveAnswer("rent", "1200.5")]


def test_two_days_are_typed_one_after_the_other(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-date-range")
    robot.type_digits("2026100820261021")
    robot.press("continue")
    assert sent == [ev.GiveAnswer("away", "2026-10-08/2026-10-21")]


@pytest.mark.parametrize(
    ("page", "key", "event"),
    [
        ("ineligible", "another", ev.AnotherMatter()),
        ("ineligible-asked", "back", ev.Back()),
        ("owed", "print-owed", ev.PrintOwed()),
        ("owed", "leave-owed", ev.LeaveOwed()),
        ("resume", "resume", ev.Resume()),
        ("resume", "start-anew", ev.StartAnew()),
        ("notice-may-keep", "keep-form", ev.KeepForm()),
        ("appointment-failed", "window:2026-11-25:morning", ev.MakeAppointment("2026-11-25", "morning")),
        ("appointment-made", "close", ev.Stay()),
    ],
)
def test_a_button_sends_what_it_says(
    window: CitizenWindow, robot: Robot, page: str, key: str, event: Any
) -> None:
    sent = put(window, page)
    robot.press(key)
    assert sent == [event]


def test_a_device_that_goes_takes_no_key_from_under_a_finger(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-amount")
    robot.press("digit:7")
    key = robot.get("digit:8").widget
    controller: Any = window.controller
    code = controller.state.matter.task_code
    controller.state = replace(controller.state, unavailable={code: "printer"}, readers=frozenset())
    controller.state = replace(controller.state, reader_fault="samv.not_authorised", readers_permanent=True)
    window.redraw()
    assert robot.get("digit:8").widget is key
    assert robot.get("answer").value == "7 元"
    put(window, "guide")
    assert not robot.get("start").state.get("disabled")
    controller.state = replace(controller.state, unavailable={code: "printer"})
    window.redraw()
    assert robot.get("start").state["disabled"]
