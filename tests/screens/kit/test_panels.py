"""What is typed arrives, key by key, and each key is large enough on every panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from screens.app import CitizenWindow
from screens.finger import Hand
from screens.kit.candidates import STYLES, Candidates
from screens.kit.context import Ctx
from screens.kit.digit_pad import DigitPad
from screens.kit.field import BULLET, Field
from screens.kit.lint import lint
from screens.kit.page import Parts
from screens.kit.panels import TextPanel
from tests.screens.conftest import DISPLAYS, SMALL
from tests.screens.kit.conftest import Show

CANDIDATES = {
    "w": ["我", "为"],
    "wa": ["哇", "瓦"],
    "wang": ["王", "网", "往", "忘", "望", "旺", "汪", "亡"] * 3,
}


class FixedPinyin:
    """An engine whose answers are known; what is asked of it is kept."""

    fault: object | None = None
    rest = ""
    can_write = False

    def __init__(self) -> None:
        self.letters = ""
        self.resets = 0
        self.expected: list[str] = []

    def prepare(self, done: Callable[[], None]) -> bool:
        return True

    def keys(self, letters: str, most: int = 240) -> list[str]:
        self.letters = letters
        return CANDIDATES.get(letters, [])

    def expect(self, letters: str, most: int = 240) -> list[str]:
        self.expected.append(letters)
        return CANDIDATES.get(letters, [])

    def choose(self, index: int) -> str:
        return CANDIDATES[self.letters][index]

    def reset(self) -> None:
        self.letters = ""
        self.resets += 1

    def by_strokes(self, signs: str) -> list[str]:
        return []

    def read(self, strokes: Sequence[Sequence[tuple[float, float]]]) -> list[str]:
        return []


class Typed:
    def __init__(self) -> None:
        self.text = ""

    def add(self, text: str) -> None:
        self.text += text

    def delete(self) -> None:
        self.text = self.text[:-1]


@pytest.fixture
def engine(ctx: Ctx) -> Iterator[FixedPinyin]:
    engine = FixedPinyin()
    ctx.ime = engine
    yield engine
    ctx.ime = None


def test_digits_arrive_even_the_same_one_twice(show: Show, ctx: Ctx) -> None:
    keys: list[str] = []
    robot = show(lambda ctx: Parts("号码", body=[DigitPad(ctx, keys.append, extra=("X",))]))
    ctx.double_tap_seconds = 0.0
    robot.type_digits("1138X")
    robot.press("delete")
    assert keys == ["1", "1", "3", "8", "X", "delete"]
    assert not robot.has("clear")


def test_letters_capitals_symbols_and_space(show: Show, ctx: Ctx) -> None:
    typed = Typed()
    robot = show(lambda ctx: Parts("名称", body=[TextPanel(ctx, typed.add, typed.delete)]))
    for key in ("key:a", "capitals", "key:b", "key:space", "mode:symbols", "key:1", "key:，", "delete"):
        robot.press(key)
    assert typed.text == "aB 1"
    assert not robot.has("mode:pinyin")


def test_pinyin_gives_candidates_and_forgets(show: Show, engine: FixedPinyin, ctx: Ctx) -> None:
    typed = Typed()
    robot = show(lambda ctx: Parts("名称", body=[TextPanel(ctx, typed.add, typed.delete)]))
    for letter in "wang":
        robot.press(f"key:{letter}")
    assert typed.text == ""
    assert robot.get("candidate:0").name == "王"
    robot.press("candidate:1")
    assert typed.text == "网"
    assert engine.letters == ""
    assert engine.resets > 0
    assert not robot.has("candidate:0")


def test_with_each_letter_the_same_keys_say_something_else(
    show: Show, engine: FixedPinyin, window: CitizenWindow
) -> None:
    """Made anew, they were most of what a letter cost."""
    typed = Typed()
    robot = show(lambda ctx: Parts("名称", body=[TextPanel(ctx, typed.add, typed.delete)]))
    bar = next(each for each in window.stage.walk() if isinstance(each, Candidates))
    long = "平顶山市卫东区" * 5
    bar.show(["王", "网", long])
    first: Any = robot.get("candidate:0").widget
    bar.show([long, "望"])
    assert robot.get("candidate:0").widget is first
    names = [node.name for node in robot.nodes() if node.key.startswith("candidate:")]
    assert names == [long, "望"][: len(names)]
    long_style = first.label.style_name
    bar.show(["王"])
    assert (first.name, first.label.text, first.label.lines) == ("王", "王", ["王"])
    assert first.label.style_name == STYLES[0] != long_style
    assert first.width == first.natural_width()
    bar.show([])
    assert not robot.has("candidate:0")
    bar.show(["旺", "往"])
    robot.press("key:w")
    assert robot.get("candidate:0").name == "我"


def test_every_candidate_can_be_reached(show: Show, engine: FixedPinyin, ctx: Ctx) -> None:
    robot = show(lambda ctx: Parts("名称", body=[TextPanel(ctx, lambda _text: None, lambda: None)]))
    for letter in "wang":
        robot.press(f"key:{letter}")
    some = {node.key for node in robot.nodes() if node.key.startswith("candidate:")}
    assert len(some) < 24
    robot.press("more-candidates")
    seen: set[str] = set()
    for _ in range(6):
        seen |= {node.key for node in robot.nodes() if node.key.startswith("candidate:")}
        if robot.get("next-candidates").state.get("disabled"):
            break
        robot.press("next-candidates")
    assert seen == {f"candidate:{n}" for n in range(24)}


def test_a_letter_under_a_finger_is_expected_and_not_typed(show: Show, engine: FixedPinyin) -> None:
    typed = Typed()
    robot = show(lambda ctx: Parts("名称", body=[TextPanel(ctx, typed.add, typed.delete)]))
    robot.press("key:w")
    x, y = robot.get("key:a").centre
    hand = Hand()
    hand.down(x, y)
    hand.frame()
    hand.frame()
    assert engine.expected[-1] == "wa"
    assert robot.get("candidate:0").name == "我"
    hand.move(x, y + 200)
    hand.up()
    hand.frame()
    assert robot.get("candidate:0").name == "我"
    assert engine.letters == "w"


def test_deleting_takes_the_spelling_first(show: Show, engine: FixedPinyin, ctx: Ctx) -> None:
    typed = Typed()
    typed.text = "王"
    robot = show(lambda ctx: Parts("名称", body=[TextPanel(ctx, typed.add, typed.delete)]))
    robot.press("key:w")
    robot.press("delete")
    assert typed.text == "王"
    robot.press("delete")
    assert typed.text == ""


@pytest.mark.parametrize("with_engine", [False, True])
def test_the_text_panel_is_right_on_every_panel(
    show: Show, window: CitizenWindow, engine: FixedPinyin, with_engine: bool
) -> None:
    window.ctx.ime = engine if with_engine else None
    for display, language in product(DISPLAYS.values(), ("zh", "en")):
        robot = show(
            lambda ctx: Parts("名", body=[TextPanel(ctx, lambda _text: None, lambda: None)]),
            display,
            language=language,
        )
        for key in ("mode:symbols", "mode:letters"):
            robot.press(key)
            findings = lint(window.stage, window.ctx.metrics)
            assert not findings, "\n".join(map(str, findings))


def test_every_letter_is_somewhere_on_a_small_panel(show: Show, ctx: Ctx) -> None:
    robot = show(lambda ctx: Parts("名", body=[TextPanel(ctx, lambda _text: None, lambda: None)]), SMALL)
    seen: set[str] = set()
    for _ in range(4):
        seen |= {node.key for node in robot.nodes()}
        robot.press("more-keys")
    assert {f"key:{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"} <= seen


def test_a_masked_field_shows_dots_and_says_hidden(show: Show, ctx: Ctx) -> None:
    robot = show(lambda ctx: Parts("密码", body=[Field(ctx, "pin", "密码", "1234", masked=True)]))
    node = robot.get("pin")
    field = node.widget
    assert field.content.text == BULLET * 4
    assert node.value == "已隐藏"
    assert "1234" not in repr(node)


def test_a_field_says_its_error_and_grows_with_its_text(show: Show) -> None:
    robot = show(lambda ctx: Parts("地址", body=[Field(ctx, "answer", "地址", "", error="请填写地址")]))
    node = robot.get("answer")
    assert node.state == {"invalid": True, "error": "请填写地址"}
    before = node.bounds[3]
    node.widget.show("平顶山市新华区建设路" * 6)
    assert robot.get("answer").bounds[3] > before


def test_a_whole_text_can_be_entered_at_once(show: Show) -> None:
    entered: list[str] = []
    robot = show(lambda ctx: Parts("地址", body=[Field(ctx, "answer", "地址", "", on_text=entered.append)]))
    robot.set_value("answer", "新华区")
    assert entered == ["新华区"]
