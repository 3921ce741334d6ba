"""Every shape of panel gets a page on which nothing is cut, covered, too small or out of reach."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.app import CitizenWindow
from screens.kit.button_row import ButtonRow
from screens.kit.buttons import Button, Chip, Row
from screens.kit.choices import Checkbox, RadioGroup
from screens.kit.context import Ctx
from screens.kit.digit_pad import DigitPad
from screens.kit.field import Field
from screens.kit.frame import Frame
from screens.kit.layout import Card, Grid
from screens.kit.lint import lint
from screens.kit.notes import Banner, Steps
from screens.kit.page import Parts
from screens.kit.pictures import ProgressBar, QRCode
from screens.kit.semantics import Role
from screens.kit.table import Table
from screens.kit.tables import KeyValue
from screens.kit.text import Text
from screens.kit.tile import Tile
from screens.window_setup import Display
from tests.screens.conftest import DISPLAYS, LANDSCAPE, PORTRAIT, SMALL
from tests.screens.kit.conftest import Show

LOW = replace(PORTRAIT, screen_bottom_mm=950.0)
SHAPES = {**DISPLAYS, "low": LOW}
ENGLISH = "Social insurance record"


def nothing(*_any: Any) -> None:
    """What these buttons do."""


def crowded(ctx: Ctx) -> Parts:
    """One of everything, in the language of the visit."""
    chinese = ctx.language == "zh"
    title = "社保参保缴费凭证打印" if chinese else ENGLISH
    caption = "约3分钟 · 免费" if chinese else "About 3 minutes · free"
    tiles = [Tile(ctx, f"tile{n}", f"{title} {n}", caption, "printer", nothing) for n in range(4)]
    tiles.append(Tile(ctx, "closed", "closed" if not chinese else "停办", caption, "car", nothing, title))
    return Parts(
        heading=title,
        lead=caption * 2,
        step=(2, 4),
        body=[
            Grid(ctx, tiles, 2),
            Row(ctx, "row", f"{title} 5", caption, nothing, icon="home", trailing="8"),
            Banner(ctx, "warning", caption * 3),
            Steps(ctx, [(title, "done"), (caption, "running"), (title, "waiting"), (caption, "failed")]),
            Card(
                ctx, [KeyValue(ctx, caption, title, nothing, "edit:one"), KeyValue(ctx, title, caption * 4)]
            ),
            Table(ctx, [caption, title], [[title, caption]] * 3),
            RadioGroup(ctx, "answer", [("yes", f"{title} 6"), ("no", f"{title} 7")], "yes", nothing),
            Checkbox(ctx, "agree", f"{title} 8", True, nothing),
            Chip(ctx, "chip", f"{title} 9", True, nothing, "home"),
            Field(ctx, "field", title, caption, error=caption),
            QRCode(ctx, "https://example.org/c/ABCDEFGHJK", title),
            ProgressBar(ctx, title, 0.4),
            Text(ctx, f"{caption} \ue863\U00020bb7 " * 12),
        ],
        primary=Button(ctx, "go", "确认并提交申请" if chinese else "Confirm and submit", nothing),
        secondary=[
            Button(ctx, "back", "返回上一步" if chinese else "Back", nothing, "secondary"),
            Button(ctx, "print", "打印指南" if chinese else "Print this guide", nothing, "secondary"),
        ],
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_a_crowded_page_is_right_on_every_leaf(
    show: Show, window: CitizenWindow, shape: str, language: str, elder: bool
) -> None:
    robot = show(crowded, SHAPES[shape], language=language, elder=elder, reach=shape == "low")
    seen = set()
    for _leaf in range(60):
        findings = lint(window.stage, window.ctx.metrics)
        assert not findings, "\n".join(map(str, findings))
        seen |= {node.key for node in robot.nodes()}
        following = robot.find("page-next")
        if following is None or following.state.get("disabled"):
            break
        robot.touch(*following.centre)
    assert {f"tile{n}" for n in range(4)} | {"row", "answer:yes", "agree", "chip", "field", "print"} <= seen


@pytest.mark.parametrize(
    ("theme", "shape"), list(product(["contrast", "evening"], ["portrait", "landscape"]))
)
def test_the_other_themes_are_readable(show: Show, window: CitizenWindow, theme: str, shape: str) -> None:
    show(crowded, SHAPES[shape], theme=theme)
    findings = lint(window.stage, window.ctx.metrics)
    assert not findings, "\n".join(map(str, findings))


def test_the_digit_pad_fits_every_shape_beside_its_field(show: Show, window: CitizenWindow) -> None:
    for shape, elder in product(SHAPES.values(), (False, True)):
        show(
            lambda ctx: Parts("手机号码", body=[Field(ctx, "f", "手机", "138"), DigitPad(ctx, nothing)]),
            shape,
            elder=elder,
            reach=shape is LOW,
        )
        findings = lint(window.stage, window.ctx.metrics)
        assert not findings, "\n".join(map(str, findings))


def test_the_frame_of_each_shape(show: Show, window: CitizenWindow) -> None:
    upright = show(lambda ctx: Parts("标题"))
    assert upright.has("tool:elder") and upright.has("help")
    small = show(lambda ctx: Parts("标题"), SMALL)
    assert small.has("tool:more") and small.has("help") and not small.has("tool:elder")
    across = show(lambda ctx: Parts("标题", body=[Text(ctx, "文")]), LANDSCAPE)
    text = across.get(role=Role.TEXT, name="文")
    assert text.bounds[0] >= 420
    assert text.bounds[2] <= 1040


def test_exit_is_there_only_during_a_visit(show: Show, window: CitizenWindow) -> None:
    robot = show(lambda ctx: Parts("标题"))
    assert not robot.has("exit")
    controller: Any = window.controller
    matter = next(iter(controller.catalogue))
    controller.state = replace(controller.state, page=Page.GUIDE, matter=matter)
    window.redraw()
    robot.press("exit")
    assert controller.sent == [ev.AskLeave()]


def test_the_tools_send_what_they_say(show: Show, window: CitizenWindow) -> None:
    robot = show(lambda ctx: Parts("标题"))
    for key in ("tool:elder", "tool:contrast", "tool:more", "help"):
        robot.press(key)
    controller: Any = window.controller
    assert controller.sent == [
        ev.SetMode(elder=True),
        ev.SetMode(theme="contrast"),
        ev.OpenTools(),
        ev.OpenHelp(),
    ]


def test_in_reach_mode_all_that_is_touched_is_low(show: Show, window: CitizenWindow) -> None:
    robot = show(crowded, LOW, reach=True)
    top = window.ctx.metrics.reach_top
    assert top < 1100
    for node in robot.nodes():
        if node.touchable:
            assert node.bounds[1] + node.bounds[3] <= top
    heading = robot.get(role=Role.HEADING)
    assert heading.bounds[1] > top


def test_the_tree_reads_the_page_first_and_what_surrounds_it_afterwards(show: Show) -> None:
    nodes = show(crowded).nodes()
    assert nodes[0].role is Role.SCREEN
    keys = [node.key for node in nodes if node.key]
    assert keys.index("tile0") < keys.index("tile3") < keys.index("go")
    assert keys.index("go") < keys.index("help") < keys.index("tool:elder")
    assert all(node.page == "home" for node in nodes)


def test_the_pages_own_turning_is_kept_when_it_is_built_again(show: Show, window: CitizenWindow) -> None:
    robot = show(crowded)
    robot.press("page-next")
    first = {node.key for node in robot.nodes()}
    window.show_again()
    assert {node.key for node in robot.nodes()} == first


def test_the_robot_turns_the_pages_to_find_a_key(show: Show) -> None:
    robot = show(crowded, SMALL)
    assert robot.find("agree") is None
    assert robot.has("agree")
    assert not robot.has("nothing")
    robot.press("agree")
    robot.press("tile0")


def test_the_aside_stands_beside_the_content_across(show: Show, window: CitizenWindow) -> None:
    show(lambda ctx: Parts("标题", body=[Text(ctx, "文" * 60)], aside=Text(ctx, "旁")), LANDSCAPE)
    frame: Any = window.stage.page
    assert isinstance(frame, Frame)
    assert frame.parts.aside is not None
    assert frame.parts.aside.x >= frame.areas.body[0] + frame.areas.body[2]
    assert not lint(window.stage, window.ctx.metrics)
    assert not [child for child in frame.children if isinstance(child, ButtonRow)]


def test_a_panel_of_another_size_is_one_too(show: Show, window: CitizenWindow) -> None:
    for display in (Display(1366, 768, 100), Display(768, 1366, 100), Display(2160, 3840, 138)):
        show(crowded, display)
        findings = lint(window.stage, window.ctx.metrics)
        assert not findings, "\n".join(map(str, findings))
