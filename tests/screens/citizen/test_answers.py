"""Answers to a form by finger: digits, letters, choices, months, and the keys of a small panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.citizen.form_digits import grouped
from screens.citizen.form_months import moved
from screens.robot import Robot
from screens.window_setup import Display
from tests.screens.citizen.putting import put
from tests.screens.conftest import SMALL
from tests.screens.pages import PAGES
from tests.screens.pages_forms import form_step


@pytest.mark.parametrize(
    ("kind", "keys", "raw"),
    [
        ("phone", "13937500026", "13937500026"),
        ("phone", "139375000261234", "13937500026"),  # no twelfth digit
        ("bank-card", "6228480000000000018", "6228480000000000018"),
        ("digits", "48", "48"),
        ("date", "20250901", "2025-09-01"),
        ("date", "202509", "2025-09"),  # not finished: the check says so
        ("date", "202591", "2025-09-01"),  # no month begins with 9, and the first is meant
        ("date", "2025915", "2025-09-15"),
        ("date", "2025125", "2025-12-05"),
        ("date", "2025153", "2025-15-03"),  # no such month; the check says which part
    ],
)
def test_digits_become_the_answer(
    window: CitizenWindow, robot: Robot, kind: str, keys: str, raw: str
) -> None:
    sent = put(window, f"form-{kind}")
    robot.type_digits(keys)
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == [raw]


def test_letters_and_a_wrong_one_taken_back(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-text")
    for key in ("key:a", "key:b", "key:c", "delete"):
        robot.press(key)
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["ab"]


def test_a_choice_is_chosen_first_and_sent_then(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-choice")
    robot.press("answer:post")
    assert not [each for each in sent if isinstance(each, ev.GiveAnswer)]
    robot.press("answer:counter")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["counter"]


def test_months_by_shortcut_and_step(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-month-range")  # today is in November 2026
    robot.press("months:last_two_years")
    robot.press("first:month_on")
    robot.press("last:year_back")
    robot.press("continue")
    robot.press("last:year_on")
    robot.press("last:year_on")  # not past this month
    robot.press("continue")
    answers = [each.raw for each in sent if isinstance(each, ev.GiveAnswer)]
    assert answers == ["2025-01/2025-11", "2025-01/2026-11"]


@pytest.mark.parametrize(
    ("display", "elder"),
    [(Display(width=1280, height=800, ppi=149), False), (SMALL, True)],
    ids=["across", "small"],
)
def test_both_months_are_entered_at_once_whatever_leaf_they_stand_on(
    window: CitizenWindow, robot: Robot, display: Display, elder: bool
) -> None:
    window.resize(display)
    sent = put(window, replace(PAGES["form-month-range"], mode=Mode(elder=elder)))
    assert robot.has("page-next") is elder  # across they stand beside each other
    robot.set_value("answer", "2025-02/2025-11")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["2025-02/2025-11"]


def test_the_last_month_takes_the_first_along(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "form-month-range")
    robot.press("months:last_year")
    for _ in range(2):
        robot.press("last:year_back")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["2024-11/2024-11"]


def test_what_was_found_wrong_is_still_there_and_said_twice(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-phone-error")
    field = robot.get("answer")
    assert field.value == "139 3750"
    assert field.state["error"] == "手机号码应当是11位数字，现在是7位，请核对后重新输入。"
    assert robot.get(role="alert").name == field.state["error"]


def test_larger_type_in_the_middle_of_an_answer_loses_nothing(window: CitizenWindow, robot: Robot) -> None:
    put(window, "form-phone")
    robot.type_digits("139")
    controller: Any = window.controller
    controller.state = replace(controller.state, mode=replace(controller.state.mode, elder=True))
    window.redraw()
    assert robot.get("answer").value == "139"


def test_on_a_small_panel_the_keys_come_when_asked_for(window: CitizenWindow, robot: Robot) -> None:
    window.resize(SMALL)
    sent = put(window, replace(form_step(2), mode=Mode(elder=True)))
    assert not robot.has("digit:1")
    robot.press("type")
    robot.type_digits("13937500026")
    robot.press("typed")
    robot.press("continue")
    assert [each.raw for each in sent if isinstance(each, ev.GiveAnswer)] == ["13937500026"]


@pytest.mark.parametrize("page", ["form-text", "form-phone", "form-date-range"])
def test_on_a_small_panel_a_touch_on_the_box_brings_the_keys(
    window: CitizenWindow, robot: Robot, page: str
) -> None:
    window.resize(SMALL)
    controller: Any = window.controller
    put(window, PAGES[page])
    controller.state = replace(controller.state, mode=replace(controller.state.mode, elder=True))
    window.redraw()
    assert not robot.has("typed")
    robot.touch(*robot.get("answer").centre)
    robot.settle()
    assert robot.has("typed")


def test_groups_and_months() -> None:
    from datetime import date

    assert grouped("13937500026", (3, 4, 4)) == "139 3750 0026"
    assert grouped("62", (4, 4)) == "62"
    assert moved(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert moved(date(2026, 12, 1), 13) == date(2028, 1, 1)
