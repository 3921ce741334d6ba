"""A spoken complaint on the screen: offered where it can be, a level that is real, and each way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.recorder import Meter
from kiosk.visit import events as ev
from kiosk.visit.state import AskingState
from screens.app import CitizenWindow
from screens.kit.meter import BARS, LiveBars
from screens.robot import Robot
from screens.words import Catalogue as Words
from tests.devices.waiting import wait_until
from tests.screens.citizen.putting import put
from tests.screens.pages import PAGES

WORDS = Words.of("zh")


@pytest.fixture
def robot(window: CitizenWindow) -> Robot:
    return Robot(window)


def turned(robot: Robot) -> bool:
    """One turn of the window's loop."""
    robot.frame()
    return True


def names(robot: Robot) -> str:
    return " ".join(node.name for node in robot.nodes())


def test_it_is_offered_where_a_microphone_works_and_nowhere_else(window: CitizenWindow, robot: Robot) -> None:
    put(window, "asking-complaint")
    assert not robot.has("speak") and robot.has("write")
    sent = put(window, "asking-complaint-microphone")
    robot.press("speak")
    assert sent == [ev.OpenRecording()]


def test_what_it_means_is_said_before_and_nothing_is_recorded_without_a_touch(
    window: CitizenWindow, robot: Robot
) -> None:
    sent = put(window, "recording-consent")
    told = names(robot)
    for part in ("只录您说的话", "2 分钟", "处理投诉的工作人员", "30 天后删除", "旁边的人会听到"):
        assert part in told
    robot.press("record")
    robot.press("back")
    assert sent == [ev.BeginRecording(), ev.LeaveRecording()]


def test_level_and_time_move_with_the_microphone(window: CitizenWindow, robot: Robot) -> None:
    heard = Meter(5.0, 0.8, True)
    window.ctx.meter = lambda: heard
    try:
        sent = put(window, "recording-now")
        assert window.stage.overlay is not None
        live = next(block for block in window.stage.overlay.walk() if isinstance(block, LiveBars))
        assert live.levels == [0.0] * BARS
        wait_until(lambda: turned(robot) and live.levels[-1] == 0.8)
        assert WORDS.text("recording.times", gone="0:05", left="1:55") in names(robot)
        heard = Meter(60.0, 0.0, False)
        wait_until(lambda: turned(robot) and "请靠近一点" in names(robot))
        heard = Meter(110.0, 0.5, True)
        wait_until(lambda: turned(robot) and WORDS.text("recording.ending", seconds=10) in names(robot))
        assert live.levels[-1] == 0.5
        robot.press("continue")
        assert sent == [ev.EndRecording()]
        put(window, "recording-done")
        before = list(live.levels)
        for _ in range(5):
            robot.frame()
        assert live.levels == before  # nobody sees it any more: it asks nobody any more
    finally:
        window.ctx.meter = None


def test_what_was_said_is_used_made_anew_or_thrown_away(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "recording-done")
    assert "42秒" in names(robot) and not robot.has("hear")
    for key in ("use", "record", "delete-recording"):
        robot.press(key)
    assert sent == [ev.UseRecording(), ev.BeginRecording(), ev.LeaveRecording()]
    sent = put(window, "recording-done-headphones")
    robot.press("hear")
    assert sent == [ev.HearRecording()]
    sent = put(window, "recording-playing")
    robot.press("hear")
    assert sent == [ev.HushRecording()]


def test_in_the_complaint_it_stands_with_the_rest(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, "asking-complaint-spoken")
    assert "录音 42秒" in names(robot)
    robot.press("continue")
    assert sent == [ev.GivePhone()]
    spoken = PAGES["asking-complaint-spoken"]
    assert replace(spoken.asking, recording=None).state is AskingState.OPEN


def test_with_keys_alone_the_first_enter_ends_it_and_cancel_deletes_nothing_that_is_done(
    window: CitizenWindow, robot: Robot
) -> None:
    put(window, "recording-now")
    window.assist.shown()
    focused = window.assist.focus.node
    assert focused is not None and focused.key == "continue"
    sent = put(window, "recording-done")
    robot.key("escape")
    assert [each for each in sent if isinstance(each, ev.LeaveRecording)] == []
