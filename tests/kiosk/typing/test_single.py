"""Typing without librime: slower, and still everything can be written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.typing.single import SingleCharacters

ENGINE = SingleCharacters()
LEAST_CANDIDATES = 30


def test_single_characters_common_ones_first() -> None:
    assert ENGINE.keys("de")[0] == "的"
    found = ENGINE.keys("ping")
    assert found[0] == "平"
    assert len(found) >= LEAST_CANDIDATES
    assert found.index("评") < found.index("鲆")


@pytest.mark.parametrize(("letters", "character"), [("lv", "吕"), ("nv", "女"), ("lu", "路"), ("wang", "王")])
def test_surnames_addresses_and_umlauts(letters: str, character: str) -> None:
    assert ENGINE.keys(letters)[0] == character


def test_local_phrases_are_known() -> None:
    assert ENGINE.keys("pingdingshan")[0] == "平顶山"
    assert ENGINE.keys("pds")[0] == "平顶山"
    assert ENGINE.choose(0) == "平顶山"
    assert ENGINE.rest == ""


def test_a_name_one_character_after_the_other() -> None:
    written, rest = "", "zhangjianguo"
    for character in "张建国":
        written += ENGINE.choose(ENGINE.keys(rest).index(character))
        rest = ENGINE.rest
    assert written == "张建国"
    assert rest == ""


def test_an_initial_alone_offers_what_begins_with_it() -> None:
    found = ENGINE.keys("zh")
    assert len(found) >= LEAST_CANDIDATES
    assert ENGINE.choose(0) == found[0]
    assert ENGINE.rest == ""


@pytest.mark.parametrize("odd", ["", " ", "1", "平", "a1", "\x00"])
def test_what_is_not_letters_has_no_candidates(odd: str) -> None:
    assert ENGINE.keys(odd) == []
    assert ENGINE.choose(0) == ""


@given(letters=st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20), pick=st.integers(0, 239))
def test_any_choice_leaves_an_end_of_the_letters(letters: str, pick: int) -> None:
    found = ENGINE.keys(letters)
    if not found:
        return
    assert ENGINE.choose(pick % len(found)) == found[pick % len(found)]
    assert letters.endswith(ENGINE.rest)
    assert len(ENGINE.rest) < len(letters)
