"""Letters by the digits of a keypad, and candidates that are told apart by ear."""

from __future__ import annotations

from kiosk.speech.describing import describe
from screens.app import CitizenWindow
from screens.assist.spelling import AGAIN_SECONDS, LETTERS, Speller
from screens.assist.spoken import described
from screens.kit.keys import Key
from screens.kit.tree import tree
from screens.rehearsal.spelling import sound, spelling_of
from screens.robot import Robot
from tests.screens.citizen.putting import put


def test_the_same_digit_goes_on_and_a_pause_begins_anew() -> None:
    speller = Speller()
    assert [speller.letter("2", at) for at in (0.0, 0.3, 0.6, 0.9)] == [
        ("a", False),
        ("b", True),
        ("c", True),
        ("a", True),
    ]
    assert speller.letter("2", 0.9 + AGAIN_SECONDS + 0.1) == ("a", False)
    assert speller.letter("3", 3.0) == ("d", False)
    speller.end()  # another key came between
    assert speller.letter("3", 3.1) == ("d", False)
    assert sorted("".join(LETTERS.values())) == [chr(code) for code in range(ord("a"), ord("z") + 1)]


def test_digits_spell_where_letters_are_typed_and_stay_digits_elsewhere(window: CitizenWindow) -> None:
    put(window, "form-text")
    speller, robot = Speller(), Robot(window)
    for number, digit in enumerate("22233"):  # c, e
        assert speller.press(tree(window.stage), digit, number * 0.2)
    assert robot.get("answer").value == "ce"
    assert speller.press(tree(window.stage), "1", 9.0) == ""
    robot.press("mode:symbols")
    assert speller.press(tree(window.stage), "2", 9.5) == ""
    put(window, "form-digits")
    assert speller.press(tree(window.stage), "2", 10.0) == ""


def test_a_candidate_is_said_with_a_word_that_tells_it_apart(window: CitizenWindow) -> None:
    put(window, "form-text")
    ctx = window.ctx

    def said(key: str, name: str) -> str:
        widget = Key(ctx, key, name, lambda: None)
        node = next(node for node in tree(widget) if node.key == key)
        return "".join(each.text for each in described(ctx, node, alone=True))

    assert said("candidate:0", "张").startswith("张，弓长张，")
    assert said("candidate:1", "章").startswith("章，立早章，")
    assert "的" not in said("candidate:2", "平顶山")  # a phrase says itself
    assert "弓长" not in said("key:z", "张")


def test_most_characters_of_names_and_places_have_a_word() -> None:
    usual = (
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗平顶山市新华区卫东湛河石龙鲁宝丰叶县舞钢汝州郏路街号楼单元室"
    )
    assert [each for each in usual if not describe(each)] == []
    assert describe("\U0002a6a5") == ""  # nothing is made up
    assert [spelling_of(each) for each in "张女绿"] == ["zhang", "nv", "lv"]


def test_nearly_every_character_of_everyday_has_a_word_that_sounds_like_no_other() -> None:
    usual = [bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)]
    characters = [each.decode("gb2312") for each in usual if each < b"\xd7\xfa"][::12]
    told = {each: describe(each) for each in characters}
    assert sum(not words for words in told.values()) < 5
    assert all(map(describe, "瑞彰聪颖翔"))
    assert sound(describe("历")) != sound(describe("励"))
