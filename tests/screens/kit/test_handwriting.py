"""Characters written with a finger."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.visit.state import Page, Visit
from screens.app import CitizenWindow
from screens.robot import Robot
from screens.window_setup import Display
from tests.screens.conftest import DISPLAYS
from tests.screens.kit.typed import assert_sound, choose, put
from tests.screens.pages import PAGES

# --- by hand ------------------------------------------------------------------------------------------

# 王, from the upper left corner of the field, 0 to 1.
WANG = (
    ((0.40, 0.15), (0.60, 0.15)),
    ((0.42, 0.48), (0.58, 0.48)),
    ((0.50, 0.15), (0.50, 0.50), (0.50, 0.88)),
    ((0.38, 0.88), (0.62, 0.88)),
)


@pytest.mark.parametrize("display", DISPLAYS.values(), ids=DISPLAYS)
@pytest.mark.parametrize("elder", [False, True])
def test_a_character_is_written_with_a_finger_and_chosen(
    window: CitizenWindow, robot: Robot, display: Display, elder: bool
) -> None:
    put(window, PAGES["form-text"], display, elder=elder)
    robot.press("mode:writing")
    assert_sound(window)
    robot.draw("writing", WANG)
    choose(robot, "王")
    assert robot.get("answer").value == "王"
    assert not window.ctx.draft.get("panel:strokes")


def test_strokes_are_taken_back_one_by_one_and_all_at_once(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.press("mode:writing")
    robot.draw("writing", WANG)
    robot.press("take-back")
    assert len(window.ctx.draft["panel:strokes"]) == len(WANG) - 1
    robot.press("delete")
    assert not window.ctx.draft["panel:strokes"]
    assert not robot.has("candidate:0")


def test_what_was_written_is_gone_with_the_page(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.press("mode:writing")
    robot.draw("writing", WANG)
    controller: Any = window.controller
    controller.state = Visit(number=controller.state.number + 1, page=Page.HOME)
    window.redraw()
    assert not window.ctx.draft


# --- by strokes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("display", DISPLAYS.values(), ids=DISPLAYS)
@pytest.mark.parametrize("elder", [False, True])
def test_a_character_that_nobody_can_spell_is_found_by_its_strokes(
    window: CitizenWindow, robot: Robot, display: Display, elder: bool
) -> None:
    put(window, PAGES["form-text"], display, elder=elder)
    robot.press("mode:writing")
    robot.press("mode:strokes")
    assert_sound(window)
    for stroke in ("across", "across", "across", "down", "turn", "left", "dot"):  # 㛃, and a slip
        robot.press(f"stroke:{stroke}")
    robot.press("delete")
    for stroke in ("turn", "left", "across"):
        robot.press(f"stroke:{stroke}")
    assert window.ctx.draft["panel:signs"] == "一一一丨乛丿乛丿一"
    assert_sound(window)
    choose(robot, "㛃")
    assert robot.get("answer").value == "㛃"
    assert not window.ctx.draft.get("panel:signs")
