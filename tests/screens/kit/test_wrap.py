"""Lines break as Chinese is set, and nothing is ever lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from screens.kit.wrap import NO_END, NO_START, break_lines, units

TEXTS = st.text(alphabet="你好社保证明，。（）“”AbC 123-/\n\u20bb7𠮷", max_size=60)


def wide(text: str) -> float:
    """Two for a Chinese character, one for a letter."""
    return sum(1 if ord(character) < 0x2000 else 2 for character in text)


@given(TEXTS, st.integers(2, 40))
def test_no_character_is_lost_or_moved(text: str, width: int) -> None:
    lines = break_lines(text, width, wide)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert lines


@given(TEXTS, st.integers(2, 40))
def test_no_line_is_wider_than_its_room(text: str, width: int) -> None:
    for line in break_lines(text, width, wide):
        assert wide(line) <= width or len(line) == 1


@given(TEXTS)
def test_units_join_to_the_text(text: str) -> None:
    assert "".join(units(text)) == text


def test_no_closing_mark_starts_a_line_and_no_opening_one_ends_it() -> None:
    text = "请带身份证，（原件）到窗口办理。" * 6
    for width in range(8, 40, 2):
        for line in break_lines(text, width, wide):
            assert line[0] not in NO_START, (width, line)
            assert line[-1] not in NO_END, (width, line)


def test_words_and_numbers_stay_whole() -> None:
    assert break_lines("please bring your card 12345", 12, wide) == ["please bring", "your card", "12345"]


def test_a_word_wider_than_the_line_is_broken_where_it_must_be() -> None:
    assert break_lines("6222020200001234567", 10, wide) == ["6222020200", "001234567"]


def test_a_long_number_is_broken_between_its_parts() -> None:
    assert break_lines("SQ20261124-0001-7f3a", 17, wide) == ["SQ20261124-0001-", "7f3a"]
    assert break_lines("编号 SQ20261124-0001", 11, wide) == ["编号", "SQ20261124-", "0001"]
    assert break_lines("-0123456789", 4, wide)[0] == "-012"  # no part fits


def test_no_character_stands_alone_on_the_last_line() -> None:
    lines = break_lines("您好请选择要办理的事项", 20, wide)
    assert lines == ["您好请选择要办理的", "事项"]


def test_line_ends_of_the_text_are_kept() -> None:
    assert break_lines("一\n\n二", 20, wide) == ["一", "", "二"]
