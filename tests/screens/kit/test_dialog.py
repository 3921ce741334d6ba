"""What lies over the page takes every touch, starts the tree, and has room in every shape."""

from __future__ import annotations

from itertools import product

import pytest

from screens.app import CitizenWindow
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog, Veil
from screens.kit.lint import lint
from screens.kit.page import Parts
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.robot import RobotFault
from tests.screens.conftest import DISPLAYS, PORTRAIT
from tests.screens.kit.conftest import Show

pressed: list[str] = []


@pytest.fixture(autouse=True)
def nothing_pressed() -> None:
    pressed.clear()


def page(ctx: Ctx) -> Parts:
    return Parts("标题", body=[Button(ctx, "under", "下面的按钮", lambda: pressed.append("under"))])


def leave(ctx: Ctx) -> Dialog:
    stay = Button(ctx, "stay", "继续办理", lambda: pressed.append("stay"))
    go = Button(ctx, "leave", "离开", lambda: pressed.append("leave"), "secondary")
    return Dialog(ctx, "要离开吗？", [Text(ctx, "没有提交的内容会清除。")], [go, stay])


def long(ctx: Ctx) -> Dialog:
    rows: list[Block] = [Button(ctx, f"choice{n}", f"第{n}项", lambda: None, "secondary") for n in range(20)]
    return Dialog(ctx, "很长的单子", rows, [Button(ctx, "close", "关闭", lambda: pressed.append("close"))])


def test_only_the_dialog_is_there_for_ear_and_finger(show: Show) -> None:
    robot = show(page, overlay=leave)
    nodes = robot.nodes()
    assert nodes[0].role is Role.DIALOG
    assert {node.key for node in nodes if node.key} == {"leave", "stay"}
    with pytest.raises(RobotFault):
        robot.press("under")
    robot.press("stay")
    assert pressed == ["stay"]


def test_a_touch_beside_the_dialog_does_nothing(show: Show) -> None:
    robot = show(page)
    place = robot.get("under").centre
    robot = show(page, overlay=leave)
    robot.touch(*place)
    robot.touch(5, 5)
    assert pressed == []


def test_the_affirmative_button_stands_at_the_right(show: Show) -> None:
    robot = show(page, overlay=leave)
    assert robot.get("stay").bounds[0] > robot.get("leave").bounds[0]


@pytest.mark.parametrize("shape", DISPLAYS)
def test_a_long_dialog_is_cut_into_pages(show: Show, window: CitizenWindow, shape: str) -> None:
    for elder, language in product((False, True), ("zh", "en")):
        robot = show(page, DISPLAYS[shape], overlay=long, elder=elder, language=language)
        seen: set[str] = set()
        for _ in range(30):
            findings = lint(window.stage, window.ctx.metrics)
            assert not findings, "\n".join(map(str, findings))
            seen |= {node.key for node in robot.nodes()}
            if robot.get("page-next").state.get("disabled"):
                break
            robot.touch(*robot.get("page-next").centre)
        assert {f"choice{n}" for n in range(20)} <= seen
        assert robot.find("close")


def test_a_veil_is_one_target_as_large_as_the_window(show: Show) -> None:
    robot = show(
        page,
        overlay=lambda ctx: Veil(
            ctx, "wake", "轻触屏幕开始", lambda: pressed.append("wake"), [Text(ctx, "轻触屏幕开始")]
        ),
    )
    node = robot.get("wake")
    assert node.bounds == (0, 0, PORTRAIT.width, PORTRAIT.height)
    robot.touch(10, 1900)
    assert pressed == ["wake"]
