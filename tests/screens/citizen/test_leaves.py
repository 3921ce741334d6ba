"""What a page is for stands on its first leaf, whatever the panel and however large the type."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit import events as ev
from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.citizen import guide_full
from screens.kit.lint import lint
from screens.kit.pager import PagerRow
from screens.kit.table import TableRow
from screens.kit.tree import tree
from screens.robot import Robot
from tests.screens.conftest import DISPLAYS
from tests.screens.matrix import WORST
from tests.screens.pages import PAGES

LARGE = Mode(elder=True)
SHAPES = {
    "across": ("landscape", LARGE),
    "across-english": ("landscape", Mode(elder=True, language="en")),
    "upright": ("portrait", LARGE),
    "small": ("small", Mode()),
    "worst": (WORST.panel, WORST.mode),
}


@pytest.fixture
def window(undrawn: CitizenWindow) -> CitizenWindow:
    """Every test here shows its own page first."""
    return undrawn


def show(window: CitizenWindow, name: str, shape: str) -> set[str]:
    """The keys on the first leaf."""
    panel, mode = SHAPES[shape]
    controller: Any = window.controller
    window.ctx.draft.clear()
    controller.state = replace(PAGES[name], mode=mode)
    window.resize(DISPLAYS[panel])
    window.show_again()
    return {node.key for node in tree(window.stage)}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["done-certificate", "done-not-printed", "done-owing"])
def test_the_rating_and_what_is_asked_for_are_on_the_first_leaf(
    window: CitizenWindow, name: str, shape: str
) -> None:
    keys = show(window, name, shape)
    assert {"rate:5", "rate"} & keys, "Article 25"
    if name == "done-not-printed":
        assert "print-again:document:doc-1" in keys
    assert {"another", "leave"} <= keys


def test_where_the_five_words_have_no_room_they_are_one_touch_away(window: CitizenWindow) -> None:
    assert "rate" in show(window, "done-not-printed", "worst")
    robot = Robot(window)
    robot.press("rate")
    shown = {node.key for node in tree(window.stage)}
    assert {"rate:1", "rate:2", "rate:3", "rate:4", "rate:5"} <= shown
    assert lint(window.stage, window.ctx.metrics) == []
    robot.press("back")
    assert robot.has("leave")
    robot.press("rate")
    controller: Any = window.controller
    controller.sent.clear()
    robot.press("rate:4")
    assert [each for each in controller.sent if isinstance(each, ev.Rate)] == [ev.Rate(4)]


@pytest.mark.parametrize(("shape", "least"), [("across", 6), ("upright", 9), ("small", 4), ("worst", 3)])
def test_a_leaf_of_months_has_as_many_as_have_room(window: CitizenWindow, shape: str, least: int) -> None:
    show(window, "result", shape)
    rows = [each for each in window.stage.walk(restrict=True) if isinstance(each, TableRow) and not each.head]
    assert len(rows) >= least


def test_a_guide_of_many_leaves_is_a_list_of_parts_that_are_opened(window: CitizenWindow) -> None:
    assert "start" in show(window, "guide-in-full", "worst")
    robot = Robot(window)
    while not robot.has("part:papers"):
        robot.press("page-next")
    assert lint(window.stage, window.ctx.metrics) == []
    robot.press("part:papers")
    titles = [node.name for node in tree(window.stage) if node.role == "heading"]
    assert titles[:2] == ["What papers", "14　Materials"]
    assert robot.has("start")
    robot.press("back")
    assert robot.has("part:about")
    assert [number for part in guide_full.PARTS.values() for number in part] == list(range(1, 27))


def test_across_the_pager_stands_among_the_buttons(window: CitizenWindow) -> None:
    keys = show(window, "result", "across")
    assert {"skip-print", "page-previous", "page-next", "print-result"} <= keys
    assert any(isinstance(each, PagerRow) for each in window.stage.walk(restrict=True))


def test_on_a_small_panel_the_way_out_is_on_the_first_leaf_and_the_act_on_each(
    window: CitizenWindow,
) -> None:
    first = show(window, "check", "worst")
    assert {"back", "page-next", "submit"} <= first and "page-previous" not in first
    robot = Robot(window)
    window.controller.sent.clear()  # type: ignore[attr-defined]
    robot.press("page-next")
    assert ev.TurnPage(1) in window.controller.sent  # type: ignore[attr-defined]
    controller: Any = window.controller
    controller.state = replace(controller.state, check_page=1)
    window.redraw()
    later = {node.key for node in tree(window.stage)}
    assert {"page-previous", "page-next", "submit"} <= later and "back" not in later
    assert robot.has("back")
