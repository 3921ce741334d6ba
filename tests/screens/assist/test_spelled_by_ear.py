"""A name and an address spelled by keypad: who does it goes by what is spoken, never by the screen."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.typing.pinyin import Pinyin
from kiosk.visit import events as ev
from screens.rehearsal.knowing import word
from screens.rehearsal.spelling import SpellingByEar
from screens.robot import RobotFault
from tests.screens.assist.conftest import PATIENCE_SECONDS, Visitor
from tests.screens.pages import PAGES

STEPS_AT_MOST = 60
IN_HEADPHONES = replace(PAGES["form-text"], headphones=True)


@pytest.fixture(scope="module")
def engine() -> Pinyin:
    pinyin, done = Pinyin(), threading.Event()
    assert pinyin.prepare(done.set) or done.wait(PATIENCE_SECONDS)
    assert pinyin.fault is None
    return pinyin


@pytest.fixture
def listener(visitor: Visitor, engine: Pinyin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    """In headphones; the clock is the test's, so that a pause between two letters takes no time."""
    ctx = visitor.window.ctx
    real, ahead = time.monotonic(), [0.0]
    monkeypatch.setattr(ctx, "monotonic", lambda: real + ahead[0])
    ctx.ime = engine
    visitor.speaker.headphones(True)
    visitor.ahead = ahead  # type: ignore[attr-defined]
    yield visitor
    engine.reset()
    ctx.ime = None


class BlindHands:
    """All that somebody has who sees nothing: keys, and ears."""

    def __init__(self, listener: Visitor, language: str) -> None:
        self._listener = listener
        self._language = language
        self.press = listener.press

    def rest(self, seconds: float) -> None:
        self._listener.ahead[0] += seconds  # type: ignore[attr-defined]

    def tap(self, digit: str) -> str:
        return self._listener.tap(digit)

    def choose(self, name: str) -> str:
        """Down to the end and up to the beginning, until it is heard as something to press."""
        button = word("speech.role_button", self._language)
        for key in ("down", "up"):
            for _ in range(STEPS_AT_MOST):
                heard = self.press(key)
                if re.match(rf"{re.escape(name)}[，,] ?{button}", heard):
                    return self.press("enter")
                if word("speech.last" if key == "down" else "speech.first", self._language) in heard:
                    break
        raise RobotFault(f"{name} was never spoken")


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "婉"), ("zh", "李6号"), ("en", "Li 4"), ("en", "送")],
)
def test_what_is_spelled_by_ear_is_what_is_given(listener: Visitor, language: str, text: str) -> None:
    said = listener.at(IN_HEADPHONES, voice=True, keypad=True, language=language)
    assert word("speech.how_to_spell", language)[:8] in said
    hands = BlindHands(listener, language)
    SpellingByEar(language, hands.press, hands.tap, hands.choose, hands.rest).spell(text)
    listener.press("right")
    given = [event.raw for event in listener.puppet.sent if isinstance(event, ev.GiveAnswer)]
    assert given == [text.lower()]


def test_who_waits_after_a_letter_hears_what_it_may_become(listener: Visitor) -> None:
    listener.at(IN_HEADPHONES, voice=True, keypad=True)
    for digit in "9", "2", "6":  # w, a, m: then once more for n
        listener.tap(digit)
    assert "往下选字，第一个" in listener.press("6")


def test_letters_that_digits_spell_are_gone_past_but_by_switches_they_are_reached(listener: Visitor) -> None:
    listener.at(IN_HEADPHONES, voice=True, keypad=True)
    for _ in range(STEPS_AT_MOST):
        if "最后一项" in listener.press("down"):
            break
        assert not re.fullmatch(r"key:[a-z0-9]", listener.focused)
    listener.press("tab")
    for _ in range(STEPS_AT_MOST):
        if listener.focused == "key:q":
            return
        listener.press("tab")
    raise AssertionError
