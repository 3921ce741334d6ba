"""What is said of what changes: the useful word first, and nothing twice."""

from __future__ import annotations

from dataclasses import replace

from kiosk.speech import reading
from kiosk.visit import events as ev
from kiosk.visit.state import Page, Rating, RatingState
from tests.screens.assist.conftest import Visitor
from tests.screens.pages import PAGES


def _next(visitor: Visitor, **changed: object) -> str:
    """The same visit goes on; what is said of it."""
    begun = len(visitor.ear.heard)
    visitor.puppet.state = replace(visitor.puppet.state, **changed)  # type: ignore[arg-type]
    visitor.window.show_again()
    return visitor.heard(begun)


def test_reasons_are_heard_from_the_first_and_afterwards_only_what_is_new(visitor: Visitor) -> None:
    reasons = replace(PAGES["done-rating-reasons"], headphones=True)
    visitor.speaker.headphones(True)
    opened = visitor.at(replace(reasons, rating=Rating(RatingState.OPEN)), voice=True, keypad=True)
    assert "办件编号" in opened
    visitor.window.assist.focus.go_to("rate:1")
    assert "复选框，未选中，第一项" in _next(visitor, rating=reasons.rating)
    assert visitor.focused.startswith("reason:")
    thanked = _next(visitor, rating=Rating(RatingState.SENT, 1))
    assert "谢谢您的评价" in thanked
    assert "办件编号" not in thanked


def test_an_answer_that_was_mended_is_heard_where_it_was(visitor: Visitor) -> None:
    visitor.speaker.headphones(True)
    check = replace(PAGES["check"], headphones=True)
    visitor.at(check, voice=True, keypad=True)
    edit = [node.key for node in visitor.robot.nodes() if node.key.startswith("edit:")][-1]
    visitor.window.assist.focus.go_to(edit)
    _next(visitor, page=Page.FORM)
    back = _next(visitor, page=Page.CHECK, form=replace(check.form, index=0))
    assert visitor.focused == edit
    row, button = back.split("。")[-2:]
    assert "按钮" in button and row


def test_a_number_that_is_not_whole_yet_is_heard_digit_by_digit(visitor: Visitor) -> None:
    visitor.speaker.headphones(True)
    visitor.at(replace(PAGES["form-phone"], headphones=True), voice=True, keypad=True)
    visitor.press("1", "5", "9", "7")
    assert visitor.press("backspace") == "一 五 九"
    visitor.window.assist.focus.go_to("digit:4")
    assert visitor.press("enter") == "一 五 九，四"


def test_a_date_says_which_box_is_next_and_at_the_end_the_day(visitor: Visitor) -> None:
    visitor.speaker.headphones(True)
    visitor.at(replace(PAGES["form-date"], headphones=True), voice=True, keypad=True)
    for _ in range(8):
        visitor.press("backspace")
    assert visitor.press("1", "9", "5", "5") == "一。九。五。五。月"
    assert visitor.press("0", "3", "0", "8").endswith("一九五五年三月八日")


def test_the_search_is_no_secret_and_leads_to_what_it_found(visitor: Visitor) -> None:
    said = visitor.at(PAGES["matters-search"], voice=True, keypad=True)
    assert "首字母" in said
    assert visitor.press("7").startswith("p")
    visitor.press("2")
    searched = [each.text for each in visitor.puppet.sent if isinstance(each, ev.SearchMatters)]
    assert searched[-1] == "pa"
    found = _next(visitor, browse=PAGES["matters-found"].browse)
    assert "找到" in found
    assert "往下听找到的" in visitor.press("7")
    assert "按钮，第一项" in visitor.press("right")


def test_no_number_of_a_case_comes_out_of_the_loudspeaker(visitor: Visitor) -> None:
    for name in ("done-certificate", "done-not-printed", "done-owing"):
        said = visitor.at(PAGES[name], voice=True, keypad=True)
        number = next(node for node in visitor.robot.nodes() if node.key == "number")
        assert number.private
        assert "插上耳机才读" in said
        assert reading.said(number.name, "zh") not in said


def test_what_comes_after_the_first_button_is_not_missed(visitor: Visitor) -> None:
    visitor.speaker.headphones(True)
    visitor.at(replace(PAGES["check"], headphones=True), voice=True, keypad=True)
    assert visitor.press("f1").split("。")[1].startswith("第一页")
    said = visitor.at(replace(PAGES["done-rating-reasons"], rating=Rating(RatingState.OPEN)), voice=True)
    assert "离开前请拿好" in said


def test_who_cannot_see_the_drawing_hears_where_the_reader_is(visitor: Visitor) -> None:
    ctx = visitor.window.ctx
    ctx.machine = {"screen": (0.1, 0.1, 0.8, 0.4), "reader": (0.6, 0.7, 0.3, 0.1)}
    try:
        said = visitor.at(PAGES["identify-waiting"], voice=True, keypad=True)
    finally:
        ctx.machine = {}
    assert "读卡区，在屏幕下方，靠右" in said
    assert "卡槽，在屏幕" not in said  # nobody has told where that is
