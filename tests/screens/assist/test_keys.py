"""A keypad and switches on the real window."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from kiosk import keypad
from kiosk.visit import events as ev
from kiosk.visit.state import Overlay
from screens.assist import assist as assist_module
from screens.kit.tree import tree
from tests.screens.assist.conftest import PATIENCE_SECONDS, Visitor
from tests.screens.pages import PAGES

# The lint of all pages sees that each target can have the focus; here is tried that it really gets it.
SAMPLES = (
    "matters",
    "form-list-regions",
    "form-text-error",
    "notice-kept",
    "submitting-long",
    "asking-phone",
    "tools",
)


def test_a_page_says_heading_step_and_first_focus(visitor: Visitor) -> None:
    said = visitor.at(PAGES["form-phone"], voice=True)
    assert said.startswith("语音已打开")
    said = visitor.at(PAGES["form-choice"], voice=True)
    heading, step = said.split("。")[:2]
    assert heading == PAGES["form-choice"].question.question.zh.rstrip("。")  # type: ignore[union-attr]
    assert step.startswith("第")
    assert "单选" in said.rsplit("。", 1)[-1] or "单选" in said


def test_up_and_down_go_through_everything_and_tell_the_ends(visitor: Visitor) -> None:
    visitor.at(PAGES["form-yes-no"], voice=True, keypad=True)
    seen = {visitor.focused}
    while "这是最后一项" not in visitor.press("down"):
        seen.add(visitor.focused)
    assert {node.key for node in tree(visitor.window.stage) if node.touchable} <= seen
    for _ in range(60):
        if "这是第一项" in visitor.press("up"):
            return
    raise AssertionError


def test_enter_presses_and_cancel_goes_back(visitor: Visitor) -> None:
    visitor.at(PAGES["guide"], voice=True, keypad=True)
    visitor.press("right")
    visitor.window.assist.focus.go_to("start")
    visitor.press("enter")
    assert visitor.puppet.sent[-1] == ev.Start()
    visitor.press("escape")
    assert visitor.puppet.sent[-1] == ev.Back()


def test_left_and_right_go_on_but_never_confirm(visitor: Visitor) -> None:
    visitor.at(PAGES["form-phone-filled"], voice=True, keypad=True)
    visitor.press("down", "right")
    assert isinstance(visitor.puppet.sent[-1], ev.GiveAnswer)
    for name in ("check", "notice-owing", "form-declaration", "leave-cleared", "done-certificate"):
        visitor.at(PAGES[name], voice=True, keypad=True)
        visitor.press("down")
        for key in ("right", "right", "right", "left"):
            visitor.press(key)
        touches = [each for each in visitor.puppet.sent if isinstance(each, ev.Touch)]
        assert touches == [], name


def test_the_same_key_again_at_once_is_a_tremble_but_not_with_another_in_between(visitor: Visitor) -> None:
    visitor.at(PAGES["form-phone-filled"], voice=True, keypad=True)
    visitor.window.ctx.double_tap_seconds = 60.0
    visitor.press("right", "right")
    assert _answers(visitor) == 1
    visitor.press("down", "right")
    assert _answers(visitor) == 2
    visitor.window.ctx.double_tap_seconds = 0.0


def _answers(visitor: Visitor) -> int:
    return sum(isinstance(each, ev.GiveAnswer) for each in visitor.puppet.sent)


def test_a_held_key_presses_once_and_digits_type(visitor: Visitor) -> None:
    visitor.at(PAGES["form-phone"], voice=True, keypad=True)
    field = next(node for node in tree(visitor.window.stage) if node.role == "textfield")
    said = visitor.press("1", "numpad3", "9")
    assert field.widget.typed.replace(" ", "") == "139"
    assert "三九" not in said
    assert said.endswith("已输入 三 位")
    visitor.press("backspace")
    assert field.widget.typed == "13"


def test_held_doubled_and_simultaneous_presses(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    window, ctx, now = visitor.window, visitor.window.ctx, [1000.0]
    monkeypatch.setattr(ctx, "monotonic", lambda: now[0])
    monkeypatch.setattr(ctx, "double_tap_seconds", 0.6)
    next_, select = (keypad.code_of(name) or 0 for name in ("tab", "f2"))
    visitor.at(PAGES["home"], keypad=True)

    def moved(*presses: tuple[int, float]) -> int:
        """How many places the ring goes on; each press, and the seconds until the next."""
        focus, went = window.assist.focus, 0
        for code, pause in presses:
            before = visitor.focused
            window.assist.key_down(code)
            window.assist.key_up(code)
            went += visitor.focused != before
            now[0] += pause
            assert focus.shown
        return went

    moved((next_, 2.0))  # shows where one is
    before = visitor.focused
    window.assist.key_down(next_)
    for _ in range(40):  # as the system repeats a key that is held
        now[0] += 0.03
        window.assist.key_down(next_)
    first = visitor.focused
    window.assist.key_up(next_)
    assert first != before and moved((next_, 1.0)) == 1
    assert moved((next_, 0.02), (next_, 1.0)) == 1  # a contact bounces
    assert moved((next_, 0.3), (next_, 0.4), (next_, 0.3), (next_, 3.0)) == 4
    visitor.puppet.sent.clear()
    window.assist.key_down(next_)  # both at once
    now[0] += 0.05
    window.assist.key_down(select)
    window.assist.key_up(next_)
    window.assist.key_up(select)
    assert not [each for each in visitor.puppet.sent if isinstance(each, ev.ChooseMatter | ev.SearchMatters)]
    now[0] += 5.0
    went = [moved((next_, 0.5), (next_, 1.6)) for _ in range(7)]
    assert went[:3] == [2, 2, 2] and went[4:] == [1, 1, 1]
    assert moved((next_, 1.6), (next_, 1.6)) == 2
    window.stage.forget()


def test_a_second_press_gives_no_answer_that_nobody_has_read(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, puppet, now = visitor.window, visitor.puppet, [1000.0]
    monkeypatch.setattr(window.ctx, "monotonic", lambda: now[0])
    monkeypatch.setattr(window.ctx, "double_tap_seconds", 0.6)
    send = puppet.send

    def leads(event: ev.Event) -> None:
        send(event)
        if isinstance(event, ev.GiveAnswer):
            puppet.state = replace(PAGES["form-phone-filled"], mode=puppet.state.mode)

    visitor.at(PAGES["form-month-range"], keypad=True)
    monkeypatch.setattr(puppet, "send", leads)
    monkeypatch.setattr(window.assist, "_send", window.send)

    def press(after: float) -> int:
        code = keypad.code_of("right") or 0
        now[0] += after
        window.assist.key_down(code)
        window.assist.key_up(code)
        return _answers(visitor)

    window.assist.focus.shown = True
    assert [press(after) for after in (5.0, 0.3, 0.7, 1.3)] == [1, 1, 1, 2]
    window.stage.forget()


def test_what_is_private_is_spoken_into_headphones_only(visitor: Visitor) -> None:
    number = PAGES["form-phone-filled"]
    answer = "幺三九，三七五零，零零二六"
    visitor.at(number, voice=True, keypad=True)
    visitor.press("down")
    visitor.window.assist.focus.go_to("answer")
    assert answer not in visitor.press("f1")
    for name in ("check", "result", "done-certificate", "identify-read", "form-phone-filled"):
        visitor.at(PAGES[name], voice=True, keypad=True)
        visitor.press("f1")
    loud = visitor.ear.heard
    assert not any(each.private for each in loud)
    for secret in ("张某国", "六万四千", answer):
        assert not any(secret in each.said for each in loud), secret
    visitor.at(number)
    visitor.press("f15")  # the jack of the keypad
    assert visitor.puppet.state.headphones
    visitor.window.assist.focus.go_to("answer")
    begun = len(visitor.ear.heard)
    visitor.press("down", "up")
    heard = [each for each in visitor.ear.heard[begun:] if answer in each.said]
    assert heard
    assert all(each.private for each in heard)
    visitor.press("f16")
    assert not visitor.puppet.state.mode.speaks


def test_the_first_key_wakes_and_offers_the_voice(visitor: Visitor) -> None:
    visitor.at(PAGES["home"])
    assert "要听语音" in visitor.press("down")
    assert visitor.window.assist.focus.shown
    assert visitor.press("f1").startswith("语音已打开")
    visitor.at(replace(PAGES["home"], overlay=Overlay.ASLEEP))
    visitor.press("down")
    assert ev.Wake() in visitor.puppet.sent


def test_focus_stays_in_the_dialog_and_comes_back(visitor: Visitor) -> None:
    page = PAGES["guide"]
    visitor.at(page, voice=True, keypad=True)
    visitor.press("down")
    visitor.window.assist.focus.go_to("expand-guide")
    said = visitor.at(replace(page, overlay=Overlay.IDLE, idle_left=45), voice=True, keypad=True)
    assert "您还在吗" in said
    assert visitor.focused == "stay"
    for _ in range(8):
        visitor.press("down")
        inside = {node.key for node in tree(visitor.window.stage)}
        assert visitor.focused in inside
    visitor.press("escape")
    assert visitor.puppet.sent[-1] == ev.Stay()
    visitor.at(page, voice=True, keypad=True)
    assert visitor.focused == "expand-guide"


def test_the_ring_is_drawn_around_the_focus_and_a_finger_takes_it_away(visitor: Visitor) -> None:
    visitor.at(PAGES["guide"], keypad=True)
    visitor.press("down")
    focus = visitor.window.assist.focus
    assert focus.node is not None
    assert focus._ring.shown == focus.node.bounds
    visitor.press("down")
    assert focus._ring.shown == focus.node.bounds
    visitor.robot.touch(1, 1)
    assert focus._ring.shown is None


def test_two_switches_reach_and_press_everything(visitor: Visitor) -> None:
    visitor.at(PAGES["form-yes-no"], keypad=True)
    visitor.press("tab")
    seen = []
    for _ in range(30):
        visitor.press("tab")
        if visitor.focused in seen:
            break
        seen.append(visitor.focused)
    assert {node.key for node in tree(visitor.window.stage) if node.touchable} == set(seen)
    while visitor.focused != "back":
        visitor.press("tab")
    visitor.press("f2")
    assert visitor.puppet.sent[-1] == ev.Back()


def test_one_switch_scans_by_itself(visitor: Visitor) -> None:
    visitor.at(PAGES["form-yes-no"], scan_seconds=0.05)
    assist = visitor.window.assist
    seen: set[str] = set()
    end = time.monotonic() + PATIENCE_SECONDS
    while len(seen) < 4:
        assert time.monotonic() < end
        visitor.window.poll()
        seen.add(visitor.focused)
    while visitor.focused != "back":
        visitor.window.poll()
    visitor.robot._hand.key("spacebar")
    assert visitor.puppet.sent[-1] == ev.Back()
    assert assist.focus.shown


def test_a_switch_that_is_held_starts_scanning_and_ends_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.at(PAGES["form-yes-no"])
    monkeypatch.setattr(assist_module, "HOLD_SECONDS", 0.0)
    assert "扫描已打开" in visitor.press("spacebar")
    assert visitor.puppet.state.mode.scan_seconds > 0
    assert "扫描已关闭" in visitor.press("f2")
    assert visitor.puppet.state.mode.scan_seconds == 0


def test_rate_and_volume_by_keys_and_both_are_said(visitor: Visitor) -> None:
    visitor.at(PAGES["home"], voice=True, keypad=True)
    assert "百分之一百二十五" in visitor.press("f8")
    assert visitor.puppet.state.mode.rate == 125
    for _ in range(9):
        visitor.press("f8")
    assert visitor.puppet.state.mode.rate == 200
    visitor.press("down")
    assert visitor.ear.heard[-1].manner.rate == 200
    visitor.press("f10")
    assert visitor.puppet.state.mode.volume == 80


def test_an_error_is_spoken_at_once_and_takes_the_focus(visitor: Visitor) -> None:
    visitor.at(PAGES["form-phone"], voice=True, keypad=True)
    visitor.press("down")
    said = visitor.at(PAGES["form-phone-error"], voice=True, keypad=True)
    words = PAGES["form-phone-error"].form.error_words
    assert words is not None
    assert words[0].split("，")[0][:6] in said
    assert visitor.focused == "answer"


def test_english_pages_are_spoken_in_english(visitor: Visitor) -> None:
    said = visitor.at(PAGES["home"], voice=True, language="en")
    assert said.startswith("Voice is on")
    assert "button" in said


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_page_is_reached_by_keypad_and_says_something(visitor: Visitor, name: str) -> None:
    said = visitor.at(PAGES[name], voice=True, keypad=True)
    assert said.strip()
    focus = visitor.window.assist.focus
    reached = {node.key for node in focus.stops}
    nodes = tree(visitor.window.stage)
    assert {node.key for node in nodes if node.touchable} <= reached
    if any(node.touchable and not node.state.get("disabled") for node in nodes):
        assert focus.node is not None
        assert focus.node in focus.stops
    for node in nodes:
        if error := node.state.get("error"):
            assert error[:4] in "".join(each.name for each in nodes) or node.role == "textfield"
