"""A finger on the technician's pages: the gesture, the journey, the panel's own tests; real touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk.technician import commands
from kiosk.technician.calibration import TARGETS
from kiosk.technician.state import TechnicianState, View
from kiosk.visit.events import AnyTouch
from screens.app import CitizenWindow
from screens.finger import Hand
from screens.robot import Robot
from screens.technician.panel import GRID
from screens.touch_map import TOUCH_MAP, TouchMap
from tests.screens.technician.states import GOOD, ON, PAGES, SLIPS, StillDesk, at
from tests.screens.technician.test_pages import desk as desk
from tests.screens.technician.test_pages import show


@pytest.fixture
def robot(window: CitizenWindow) -> Iterator[Robot]:
    yield Robot(window)
    TOUCH_MAP.figures = None


@pytest.mark.parametrize(
    ("page", "key", "command"),
    [
        ("overview", "leave", commands.Leave()),
        ("overview", "test-all", commands.SelfTestAll()),
        ("overview", f"device:{SLIPS.name}", commands.Show(View.DEVICE, SLIPS.name)),
        ("overview", "show:network", commands.Show(View.NETWORK)),
        ("overview", "show:service", commands.Show(View.SERVICE)),
        ("overview-bad", "self-test", commands.SelfTest(GOOD[0].name)),
        ("overview-bad", "restart", commands.Restart(GOOD[0].name)),
        ("overview-bad", "details", commands.Show(View.DEVICE, GOOD[0].name)),
        ("overview-jam", "test-print", commands.TestPrint(SLIPS.name)),
        ("device", "back", commands.Show(View.OVERVIEW)),
        ("device", "read-test", commands.ReadTest(GOOD[0].name)),
        ("device-reading", "read-test", commands.ReadTest(GOOD[0].name, False)),
        ("device-printer", "test-print", commands.TestPrint(SLIPS.name)),
        ("device-printer", "refilled", commands.Refilled(SLIPS.name)),
        ("device-asks-paper", "paper-yes", commands.PaperCameOut(SLIPS.name, True)),
        ("device-asks-paper", "paper-no", commands.PaperCameOut(SLIPS.name, False)),
        ("network", "check", commands.CheckNetwork()),
        ("machine", "measure", commands.MeasureMachine()),
        ("sound", "play", commands.PlaySound()),
        ("sound-played", "judge-passed", commands.RecordTest("sound", True)),
        ("keypad", "judge-failed", commands.RecordTest("keypad", False)),
        ("calibration-trial", "confirm", commands.ConfirmCalibration()),
        ("calibration-trial", "reset", commands.ResetCalibration()),
        ("supplies", f"refilled:{SLIPS.name}", commands.Refilled(SLIPS.name)),
        ("service", "service-ask", commands.AskService()),
        ("service-sure", "service-do", commands.SetService(True)),
        ("service-sure", "service-no", commands.AskService(False)),
        ("service-back", "service-ask", commands.AskService()),
        ("export", "report:1", commands.WriteReport("/media/kiosk/KINGSTON")),
        ("export", "log:0", commands.ExportLog("/var/lib/kiosk/export")),
        ("export", "print-report", commands.PrintReport()),
        ("entry", "digit:7", commands.Digit("7")),
        ("entry-typed", "delete", commands.Erase()),
        ("entry-typed", "confirm", commands.GivePin()),
        ("entry", "leave", commands.Leave()),
    ],
)
def test_a_touch_sends_its_command(
    window: CitizenWindow, desk: StillDesk, robot: Robot, page: str, key: str, command: commands.Command
) -> None:
    show(window, desk, PAGES[page])
    robot.press(key)
    assert [each for each in desk.sent if not isinstance(each, commands.Touched)] == [command]
    assert commands.Touched() in desk.sent


def hold(robot: Robot, window: CitizenWindow, clock: list[float], x: float, y: float) -> None:
    clock[0] += 1.0
    robot._hand.down(x, y)
    robot.frame()
    clock[0] += 2.5
    robot._hand.up()
    robot.frame()


def test_the_gesture_asks_to_come_in(
    window: CitizenWindow, desk: StillDesk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.technician is not None
    window.stage.entered = window.technician.ask_entry
    clock = [window.ctx.monotonic() + 10.0]  # later than any touch of the tests before
    monkeypatch.setattr(window.ctx, "monotonic", lambda: clock[0])
    show(window, desk, TechnicianState())
    metrics = window.ctx.metrics
    hold(robot, window, clock, 20, metrics.height - 20)
    assert commands.AskEntry() not in desk.sent
    hold(robot, window, clock, metrics.width - 20, metrics.height - 20)
    assert desk.sent == [commands.AskEntry()]
    controller: Any = window.controller
    assert [event for event in controller.sent if not isinstance(event, AnyTouch)] == []


def test_touches_on_these_pages_are_no_citizens(window: CitizenWindow, desk: StillDesk, robot: Robot) -> None:
    controller: Any = window.controller
    heard: list[Any] = []
    plain, controller.send = controller.send, heard.append
    try:
        show(window, desk, PAGES["closed"])
        robot.touch(500, 900)
        show(window, desk, ON)
        robot.touch(500, 900)
    finally:
        controller.send = plain
    assert heard == []


def test_two_quick_taps_are_not_two_steps(window: CitizenWindow, desk: StillDesk) -> None:
    """Both steps' buttons may lie in the same place."""
    window.ctx.double_tap_seconds = 0.6
    show(window, desk, PAGES["service"])
    window.stage.guarded_until = 0.0
    window.stage._lifted = window.ctx.monotonic()
    desk.state = PAGES["service-sure"]
    window._redraw(window.controller.state)
    assert not window.stage.accepts_touches


def test_what_counts_by_itself_does_not_take_the_page_from_under_the_finger(
    window: CitizenWindow, desk: StillDesk
) -> None:
    show(window, desk, PAGES["calibration-trial"])
    page = window.stage.page
    trial = desk.state.calibration
    desk.state = replace(desk.state, calibration=replace(trial, confirm_seconds=7), idle_left=12)
    window._redraw(window.controller.state)
    assert window.stage.page is page
    said = " ".join(node.name for node in Robot(window).nodes())
    assert "7 秒内" in said and "12 秒后" in said


def test_the_grid_covers_the_whole_panel_and_counts(
    window: CitizenWindow, desk: StillDesk, robot: Robot
) -> None:
    show(window, desk, PAGES["screen"])
    robot.press("grid")
    grid: Any = window.stage.page
    assert (grid.width, grid.height) == (window.ctx.metrics.width, window.ctx.metrics.height)
    for row in range(grid.rows):
        x, y, wide, high = grid.box_of(0, row)
        end = grid.box_of(grid.columns - 1, row)
        robot._hand.down(x + wide / 2, y + high / 2)
        for column in range(1, grid.columns):
            x, y, wide, high = grid.box_of(column, row)
            robot._hand.move(x + wide / 2, y + high / 2)
        assert end
        robot._hand.up()
    assert window.technician is not None
    touched, total = window.technician.room.ctx.draft[GRID]
    assert touched == total > 60
    robot.press("judge-passed")
    assert commands.RecordTest("screen", True) in desk.sent


def test_colours_come_one_after_the_other(window: CitizenWindow, desk: StillDesk, robot: Robot) -> None:
    show(window, desk, PAGES["screen"])
    robot.press("colours")
    for _ in range(5):
        robot.press("colour")
    assert robot.has("judge-failed")


def test_keys_of_a_keypad_are_ticked(window: CitizenWindow, desk: StillDesk, robot: Robot) -> None:
    from kivy.core.window import Window

    show(window, desk, PAGES["keypad"])
    assert robot.get("judge-passed").state["disabled"]
    for code in (273, 274, 276, 275, 13, 282):
        Window.dispatch("on_key_down", code, 0, "", [])
    assert not robot.get("judge-passed").state.get("disabled")
    show(window, desk, ON)
    Window.dispatch("on_key_down", 273, 0, "", [])
    assert not robot.has("judge-passed")


def test_a_calibrated_panel_is_corrected_and_calibrated_by_what_it_reports(
    window: CitizenWindow, desk: StillDesk
) -> None:
    """Through Kivy's own chain of input, as a panel's touches come."""
    from kivy.base import EventLoop

    from screens.touch_map import install

    install()
    install()
    assert EventLoop.postproc_modules.count(TOUCH_MAP) == 1
    shift = (1.0, 0.0, 0.1, 0.0, 1.0, 0.0)
    desk.state = replace(at(View.CALIBRATION, PAGES["calibration"]), touch_map=shift)
    window.show_again()
    assert window.technician is not None
    window.technician.take_map()
    x, y = TARGETS[1][0] - 0.1, TARGETS[1][1]
    touch = panel_touch(x, y)
    try:
        for kind in ("begin", "end"):
            EventLoop.input_events.append((kind, touch))
            EventLoop.dispatch_input()
    finally:
        TOUCH_MAP.figures = None
    assert (touch.sx, touch.sy) == pytest.approx((x + 0.1, y))
    sent = [each for each in desk.sent if isinstance(each, commands.CalibrationTouch)]
    assert [(each.x, each.y) for each in sent] == [pytest.approx(x)] or sent[0].x == pytest.approx(x)


def panel_touch(x: float, y: float) -> Any:
    from screens.finger import Finger

    Hand()
    return Finger(9_001, (x, y))


def test_a_place_is_never_corrected_twice() -> None:
    mapping = TouchMap()
    mapping.figures = (1.0, 0.0, 0.1, 0.0, 1.0, 0.0)
    touch = panel_touch(0.3, 0.4)
    for _ in range(3):  # an end without a new place comes as it was left
        mapping.process([("update", touch)])
    assert touch.sx == pytest.approx(0.4)
    touch.move((0.5, 0.4))
    mapping.process([("update", touch)])
    assert touch.sx == pytest.approx(0.6)


def test_a_page_that_breaks_harms_no_visit(
    window: CitizenWindow, desk: StillDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screens.technician.overview import OverviewPage

    def broken(_self: Any) -> Any:
        raise ValueError("a bug")

    monkeypatch.setattr(OverviewPage, "parts", broken)
    show(window, desk, ON)  # this desk goes out at once when it is told of a crash
    crashes: list[BaseException] = window.crashes  # type: ignore[attr-defined]
    assert [type(crash) for crash in crashes] == [ValueError]
    crashes.clear()
    assert window.controller.state.page.value == "home"
    assert Robot(window).get(role="screen").value in ("home", "failsafe")
