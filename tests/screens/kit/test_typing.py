"""Chinese text by touches: the real engine behind the real panel, on the pages that ask for text."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from devices.contract import Fault
from kiosk.typing.pinyin import Opened, Pinyin, open_best
from kiosk.typing.single import SingleCharacters
from kiosk.visit.state import Mode, Page, Visit
from screens.app import CitizenWindow
from screens.kit import keyboard
from screens.kit.context import Ctx
from screens.kit.field import ELLIPSIS, Field
from screens.kit.page import Parts
from screens.kit.panels import SPELLED, TextPanel
from screens.kit.text import Text
from screens.robot import Robot
from screens.window_setup import Display
from tests.screens.conftest import DISPLAYS, LANDSCAPE, PORTRAIT, SMALL
from tests.screens.kit.conftest import Show
from tests.screens.kit.typed import PATIENCE_SECONDS, answers, assert_sound, candidate, choose, opened, put
from tests.screens.pages import PAGES

LONG = "pingdingshanshiweidongqujianshelu"
LEAST_CANDIDATES = 30


# --- a question ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("display", "elder"),
    [
        (PORTRAIT, False),
        (PORTRAIT, True),
        (LANDSCAPE, False),
        (LANDSCAPE, True),
        (SMALL, False),
        (SMALL, True),
    ],
    ids=["portrait", "portrait-elder", "landscape", "landscape-elder", "small", "small-elder"],
)
def test_a_place_is_typed_and_sent(
    window: CitizenWindow, robot: Robot, display: Display, elder: bool
) -> None:
    sent = put(window, PAGES["form-text"], display, elder=elder)
    robot.type_letters("pingdingshan")
    assert robot.get("answer").value == "pingdingshan"
    choose(robot, "平顶山")
    assert robot.get("answer").value == "平顶山"
    if robot.find("typed") is not None:
        robot.press("typed")
    robot.press("continue")
    assert answers(sent) == ["平顶山"]


def test_a_long_phrase_in_parts_and_a_number_in_between(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("pingdingshanshi")
    choose(robot, "平顶山")
    assert robot.get("answer").value == "平顶山shi"
    choose(robot, "市")
    robot.type_letters("guangminglu")
    robot.type_letters("12")  # takes the best candidate first, as on a telephone
    robot.type_letters("haoyuan")
    robot.press("key:space")
    assert robot.get("answer").value == "平顶山市光明路12号院"
    robot.press("key:space")
    robot.press("delete")
    robot.press("delete")
    assert robot.get("answer").value == "平顶山市光明路12号"


def test_deleting_goes_back_letter_by_letter(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("wang")
    choose(robot, "王")
    robot.type_letters("li")
    for left in ("王l", "王", ""):
        robot.press("delete")
        assert robot.get("answer").value == left


def test_letters_that_are_not_chosen_are_letters_of_the_text(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, PAGES["form-text"])
    robot.type_letters("wechat")
    robot.press("mode:letters")
    robot.type_letters("x")
    robot.press("mode:pinyin")
    robot.type_letters("ka")
    robot.press("continue")
    assert answers(sent) == []  # not picked yet: the page says so
    robot.press("mode:letters")
    robot.press("continue")
    assert answers(sent) == ["wechatxka"]


def test_symbols_wait_for_the_phrase_that_is_being_spelled(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("yexian")
    robot.press("mode:symbols")
    assert candidate(robot, "叶县")
    robot.press("key:，")
    assert robot.get("answer").value == "叶县，"


def test_spellings_that_mean_nothing_say_so_and_are_not_lost(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("vvv")
    assert any(node.name == "没有这个拼音，请删除后重打" for node in robot.nodes())
    robot.press("key:space")
    assert robot.get("answer").value == "vvv"


def test_no_answer_is_longer_than_the_question_allows(window: CitizenWindow, robot: Robot) -> None:
    sent = put(window, PAGES["form-text"])
    robot.set_value("answer", "平顶山" * 30)
    assert len(robot.get("answer").value) == 40  # the question's own limit
    robot.press("mode:letters")
    robot.type_letters("li")
    robot.press("continue")
    assert [len(answer) for answer in answers(sent)] == [40]


def test_a_whole_text_takes_the_place_of_letters(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("wang")
    robot.set_value("answer", "卖早点")
    assert robot.get("answer").value == "卖早点"
    assert not robot.has("candidate:0")


def test_larger_type_loses_neither_text_nor_letters(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("yexian")
    choose(robot, "叶县")
    robot.type_letters("baofeng")
    controller: Any = window.controller
    controller.state = replace(controller.state, mode=Mode(elder=True))
    window.redraw()
    assert robot.get("answer").value == "叶县baofeng"
    choose(robot, "宝丰")
    assert robot.get("answer").value == "叶县宝丰"


def test_the_next_page_knows_nothing_of_what_was_typed(
    window: CitizenWindow, robot: Robot, pinyin: Pinyin
) -> None:
    put(window, PAGES["form-text"])
    robot.type_letters("wangxiaoming")
    controller: Any = window.controller
    controller.state = Visit(number=controller.state.number + 1, page=Page.HOME)
    window.redraw()
    assert not window.ctx.draft
    assert pinyin.choose(0) == ""
    put(window, PAGES["form-text"])
    assert robot.get("answer").value == ""
    assert not robot.has("candidate:0")


@pytest.mark.parametrize("display", DISPLAYS.values(), ids=DISPLAYS)
def test_the_keys_stay_where_they_are(window: CitizenWindow, robot: Robot, display: Display) -> None:
    put(window, PAGES["form-text"], display)
    before = robot.get("key:i").bounds
    for _ in range(6):  # more than one line of a small box
        robot.type_letters("pds")
        assert robot.get("key:i").bounds == before
        choose(robot, "平顶山")
        assert robot.get("key:i").bounds == before
    robot.type_letters("yi")
    robot.press("more-candidates")
    robot.press("keyboard")
    assert robot.get("key:i").bounds == before


def test_of_a_text_longer_than_the_box_the_end_is_shown(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"], SMALL)
    text = "平顶山市卫东区建设路中段12号院3号楼2单元501室"
    robot.set_value("answer", text)
    field: Any = robot.get("answer").widget
    shown = field.content.text
    assert len(field.content.lines) == 1
    assert shown[0] == ELLIPSIS
    assert len(shown) > 4
    assert text.endswith(shown[1:])
    assert robot.get("answer").value == text


# --- the panel ----------------------------------------------------------------------------------------


def test_all_candidates_are_reached_by_pages(window: CitizenWindow, robot: Robot) -> None:
    put(window, PAGES["form-text"], SMALL)
    robot.type_letters("yi")
    robot.press("more-candidates")
    assert robot.get("less-candidates").state.get("disabled")
    seen: dict[str, str] = {}
    while True:
        seen |= {node.key: node.name for node in robot.nodes() if node.key.startswith("candidate:")}
        if robot.get("next-candidates").state.get("disabled"):
            break
        robot.press("next-candidates")
    assert len(seen) >= LEAST_CANDIDATES
    assert len(set(seen.values())) == len(seen)
    robot.press("less-candidates")
    robot.press("keyboard")
    assert robot.has("key:y")


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("page", ["form-text", "matters-search"])
@pytest.mark.parametrize("display", DISPLAYS.values(), ids=DISPLAYS)
def test_nothing_is_cut_or_too_small_while_typing(
    window: CitizenWindow, robot: Robot, display: Display, page: str, elder: bool
) -> None:
    put(window, PAGES[page], display, elder=elder)
    assert_sound(window)
    window.ctx.draft[SPELLED] = LONG
    window.ctx.rebuild()
    assert_sound(window)
    robot.press("more-candidates")
    assert_sound(window)
    robot.press("keyboard")
    for mode in ("mode:symbols", "mode:letters", "mode:pinyin"):
        robot.press(mode)
        assert_sound(window)


def test_nothing_is_cut_in_english_or_within_reach(window: CitizenWindow, robot: Robot) -> None:
    modes: list[dict[str, Any]] = [{"language": "en"}, {"reach": True}]
    for display, mode in product(DISPLAYS.values(), modes):
        put(window, PAGES["form-text"], display, **mode)
        if robot.find("mode:pinyin") is not None:
            robot.press("mode:pinyin")
        robot.type_letters("yi")
        assert_sound(window)
        robot.press("more-candidates")
        assert_sound(window)


def test_letters_typed_before_the_engine_is_open_get_their_candidates(
    show: Show, window: CitizenWindow
) -> None:
    may_open = threading.Event()

    def slowly() -> Opened:
        assert may_open.wait(PATIENCE_SECONDS)
        return open_best()

    window.ctx.ime = Pinyin(slowly)
    robot = show(lambda ctx: Parts("名", body=[TextPanel(ctx, lambda _text: None, lambda: None)]))
    robot.type_letters("yexian")
    assert not robot.has("candidate:0")
    may_open.set()
    opened(window.ctx.ime)
    robot.settle()
    assert robot.get("candidate:0").name == "叶县"
    window.ctx.ime = None


def test_without_librime_the_panel_says_how_to_type(show: Show, window: CitizenWindow) -> None:
    fault = Fault("typing.library_missing", permanent=True)
    window.ctx.ime = opened(Pinyin(lambda: (SingleCharacters(), fault)))
    typed: list[str] = []
    robot = show(lambda ctx: Parts("名", body=[TextPanel(ctx, typed.append, lambda: None)]))
    assert any(node.name == "打一个字的拼音，再点选汉字" for node in robot.nodes())
    robot.type_letters("zhangjian")
    choose(robot, "张")
    choose(robot, "建")
    assert typed == ["张", "建"]
    window.ctx.ime = None


# --- the keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", range(3, keyboard.FULL + 1))
@pytest.mark.parametrize("mode", keyboard.MODES)
@pytest.mark.parametrize("digits", [False, True])
def test_every_character_stands_on_one_key(mode: keyboard.Mode, columns: int, digits: bool) -> None:
    pages = [keyboard.rows(mode, columns, page, digits) for page in range(keyboard.pages(mode, columns))]
    assert len({len(rows) for rows in pages}) == 1
    assert all(len(row) <= columns for rows in pages for row in rows)
    characters = [character for rows in pages for row in rows for character in row]
    assert len(set(characters)) == len(characters)
    wanted = "1234567890-/·，。（）" if mode == "symbols" else "abcdefghijklmnopqrstuvwxyz"
    assert set(wanted) <= set(characters)


def test_a_long_error_follows_its_box_where_it_has_no_room_below(ctx: Ctx) -> None:
    field = Field(ctx, "answer", "名称", "", error="请对照卡面重新输入。" * 20)
    width = ctx.px(600)
    assert field.split(width, field.fit(width) // 8) is None
    bare = Field(ctx, "answer", "名称", "").fit(width)
    halves = field.split(width, bare)
    assert halves is not None and halves[0] is field and field.fit(width) == bare
    assert "重新输入" in "".join(
        each.text for each in halves[1].walk(restrict=True) if isinstance(each, Text)
    )
    assert field.state["invalid"] and field.state["error"]
