"""The local lists, checked against the readings of pypinyin: a slip there would never be found by typing."""

from __future__ import annotations

import unicodedata

from pypinyin import Style, pinyin

from kiosk.typing.local import best, everyday, first, phrases


def readings(character: str) -> set[str]:
    own = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return {unicodedata.normalize("NFC", reading).replace("ü", "v") for reading in own}


def test_every_syllable_of_a_phrase_is_a_reading_of_its_character() -> None:
    for phrase in phrases():
        assert len(phrase.text) == len(phrase.syllables), phrase
        for character, syllable in zip(phrase.text, phrase.syllables, strict=True):
            assert syllable in readings(character), (phrase.text, character)


def test_no_phrase_stands_twice() -> None:
    texts = [phrase.text for phrase in phrases()]
    assert len(set(texts)) == len(texts)


def test_what_comes_first_for_a_syllable_is_read_so() -> None:
    surnames = {("zeng", "曾"), ("dan", "单")}
    for syllable, characters in first().items():
        assert len(set(characters)) == len(characters), syllable
        for character in characters:
            assert syllable in readings(character) or (syllable, character) in surnames, (syllable, character)


def test_the_order_keeps_everything_once() -> None:
    found = ["𢧐", "路程", "录", "陆", "鲁", "路", "䚄"]
    taken, order = best("lu", found, most=len(found))
    assert taken == found
    assert sorted(order) == list(range(len(found)))
    assert [found[place] for place in order] == ["路", "鲁", "陆", "路程", "录", "𢧐", "䚄"]


def test_no_more_is_taken_than_the_first_places_need() -> None:
    found = ["𢧐", "路程", "录", "陆", "鲁", "路", "䚄", "卢", "芦"]
    asked = iter(found)
    taken, order = best("lu", asked, most=2)
    assert [taken[place] for place in order[:2]] == ["路", "鲁"]
    assert "芦" in list(asked)
    asked = iter(found)
    taken, order = best("l", asked, most=2)
    assert [taken[place] for place in order] == ["路程", "录"]
    assert list(asked) == found[3:]


def test_everyday_characters() -> None:
    assert everyday("平顶山")
    assert everyday("郏县")
    assert not everyday("喆")
    assert not everyday("\U00020bb7")
