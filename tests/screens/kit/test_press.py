"""What a finger does: pressed at once, fired on release, once, and only where nothing is in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit.state import Page
from screens.app import CitizenWindow
from screens.finger import Hand
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.keys import Key
from screens.kit.page import Parts
from screens.kit.press import Pressable
from screens.kit.tile import Tile
from screens.robot import RobotFault
from tests.screens.kit.conftest import Show


class Count:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def one_button(count: Count, **options: Any) -> Any:
    return lambda ctx: Parts("标题", body=[Button(ctx, "go", "开始办理", count, **options)])


def test_a_press_fires_on_release_and_shows_at_once(show: Show) -> None:
    count = Count()
    robot = show(one_button(count))
    node = robot.get("go")
    button: Any = node.widget
    hand = Hand()
    hand.down(*node.centre)
    assert button.pressed
    assert tuple(button._ground.rgba) == pytest.approx(button.ctx.theme.pressed)
    assert count.times == 0
    hand.up()
    assert not button.pressed
    assert count.times == 1
    assert tuple(button._ground.rgba) == pytest.approx(button.ctx.theme.primary)


def test_a_finger_that_moved_did_not_mean_it_and_one_that_trembled_did(show: Show) -> None:
    count = Count()
    robot = show(one_button(count))
    node = robot.get("go")
    (x, y), edge = node.centre, node.bounds[1] + 10
    hand = Hand()

    def went(*places: tuple[float, float]) -> int:
        before = count.times
        hand.down(*places[0])
        for place in places[1:]:
            hand.move(*place)
        hand.up()
        return count.times - before

    assert went((x, y), (x + 20, y)) == 1
    assert went((x, y), (x + 40, y), (x - 30, y + 30), (x + 40, y)) == 1
    assert went((x, y), (x + 50, y)) == 0
    assert went((x, y), (x + 300, y), (x, y)) == 0  # has wiped across
    assert went((x, edge), (x, edge - 31)) == 0  # on what lies beside it
    assert went((x, edge), (x, edge - 20)) == 1
    assert went((x, edge - 60), (x, y)) == 0  # came from beside it


def test_a_second_tap_within_600_ms_does_nothing_but_keys_repeat(
    show: Show, ctx: Ctx, window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses, typed = Count(), Count()
    now = [ctx.monotonic()]
    monkeypatch.setattr(ctx, "monotonic", lambda: now[0])
    robot = show(
        lambda ctx: Parts("标题", body=[Button(ctx, "go", "提交", presses), Key(ctx, "k", "1", typed)])
    )
    ctx.double_tap_seconds = 0.6
    for presses_until_now, seconds in ((1, 0.3), (1, 0.29), (1, 0.02), (2, 0.0)):
        robot.touch(*robot.get("go").centre)
        robot.touch(*robot.get("k").centre)
        assert presses.times == presses_until_now
        now[0] += seconds
    assert typed.times == 3  # but 20 ms after the last: no finger presses so fast, a panel bounces
    window.stage.forget()  # it was later here than it is


def test_a_tap_of_the_page_before_does_nothing_on_the_page_after(show: Show, window: CitizenWindow) -> None:
    count = Count()
    robot = show(one_button(count))
    place = robot.get("go").centre
    robot.touch(*place)
    assert count.times == 1
    window.ctx.double_tap_seconds = 60.0
    controller: Any = window.controller
    controller.state = replace(controller.state, page=Page.GUIDE)
    window.redraw()
    robot.touch(*robot.get("go").centre)
    assert count.times == 1
    assert not window.stage.accepts_touches
    window.ctx.double_tap_seconds = 0.0
    window.stage.guarded_until = 0.0


def test_a_page_that_went_while_the_finger_was_down_is_not_pressed(show: Show, window: CitizenWindow) -> None:
    count = Count()
    robot = show(one_button(count))
    hand = Hand()
    hand.down(*robot.get("go").centre)
    window.show_again()
    hand.up()
    assert count.times == 0


def test_of_several_fingers_one_presses(
    show: Show, ctx: Ctx, monkeypatch: pytest.MonkeyPatch, window: CitizenWindow
) -> None:
    first, second = Count(), Count()
    robot = show(
        lambda ctx: Parts("标题", body=[Button(ctx, "a", "甲", first), Button(ctx, "b", "乙", second)])
    )
    now = [ctx.monotonic()]
    monkeypatch.setattr(ctx, "monotonic", lambda: now[0])
    a, b, nothing = robot.get("a").centre, robot.get("b").centre, (window.stage.width - 2, 2)
    one, other = Hand(), Hand()

    def touched(rests: tuple[float, float], presses: tuple[float, float], seconds: float) -> tuple[int, int]:
        """The first finger is still down while the second presses; how often each button fired."""
        before = first.times, second.times
        one.down(*rests)
        now[0] += seconds
        one.move(rests[0] + 5, rests[1])  # no panel is quite sure
        other.down(*presses)
        other.up()
        one.up()
        return first.times - before[0], second.times - before[1]

    assert touched(a, b, 0.1) == (1, 0)  # two at once
    assert touched(nothing, b, 0.1) == (0, 1)  # a palm beside everything
    assert touched(a, b, 2.0) == (0, 1)  # one that rests, and is lifted after the other has pressed
    assert touched(a, a, 2.0) == (1, 0)
    one.down(*a)
    now[0] += 2.0
    other.down(*nothing)  # a palm comes to who presses long
    one.up()
    other.up()
    assert (first.times, second.times) == (3, 2)
    assert not robot.get("a").widget.pressed
    one.down(*a)  # a panel that never lets go
    for _ in range(3):
        now[0] += 60.0
        one.move(a[0] - 5, a[1])
        other.down(*b)
        other.up()
    assert (first.times, second.times) == (3, 5)
    one.up()
    window.stage.forget()


def test_disabled_says_why_and_does_nothing(show: Show) -> None:
    count = Count()
    robot = show(one_button(count, disabled_reason="读卡器没有准备好"))
    node = robot.get("go")
    assert node.state == {"disabled": True, "reason": "读卡器没有准备好"}
    robot.touch(*node.centre)
    assert count.times == 0
    with pytest.raises(RobotFault, match="disabled"):
        robot.press("go")


def test_a_tile_that_is_disabled_shows_the_reason(show: Show) -> None:
    robot = show(
        lambda ctx: Parts("标题", body=[Tile(ctx, "m", "无房证明", "约3分钟", "home", Count(), "打印机缺纸")])
    )
    tile: Any = robot.get("m").widget
    assert tile.caption.text == "打印机缺纸"


class Small(Button):
    def measure(self, width: int) -> float:
        return 40


def test_the_robot_refuses_what_a_finger_could_not_hit(show: Show) -> None:
    robot = show(lambda ctx: Parts("标题", body=[Small(ctx, "small", "小", Count())]))
    with pytest.raises(RobotFault, match="only"):
        robot.press("small")
    with pytest.raises(RobotFault, match="there is no nothing"):
        robot.press("nothing")


def test_the_robot_says_what_lies_over_a_button(show: Show, window: CitizenWindow) -> None:
    robot = show(one_button(Count()))
    button = robot.get("go").widget
    cover = Pressable(window.ctx, "cover", "盖", Count())
    cover.place(button.x, button.y, button.width, button.height)
    frame: Block = window.stage.page  # type: ignore[assignment]
    frame.add_widget(cover)
    with pytest.raises(RobotFault, match="covered by Pressable cover"):
        robot.press("go")
