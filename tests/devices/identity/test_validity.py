from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import IdentityDocument
from devices.identity.codes import ETHNICITIES, ethnicity_name, sex_name
from devices.identity.validity import expiry_fault, has_valid_check, is_citizen_number, is_date, today
from devices.virtual.identity_card import numbered


def test_the_published_number_is_valid_and_no_other_check_character_is() -> None:
    for character in "0123456789X":
        assert has_valid_check("11010519491231002" + character) == (character == "X")


@given(st.text("0123456789", min_size=17, max_size=17))
def test_check_characters_agree_with_an_independent_computation(first_17: str) -> None:
    assert has_valid_check(numbered(first_17))


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(first_17: str, at: int, by: int) -> None:
    number = numbered(first_17)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not has_valid_check(wrong)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1" * 15,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２X",
        "1101051949123100²X",
        "1" * 19,
    ],
)
def test_other_texts_are_no_numbers(number: str) -> None:
    assert not has_valid_check(number)


def test_a_birth_date_that_does_not_exist_makes_a_number_invalid() -> None:
    number = numbered("11010519490230002")
    assert has_valid_check(number)
    assert not is_citizen_number(number)


def test_no_region_is_refused() -> None:
    assert is_citizen_number(numbered("99999919900101001"))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("20240229", True),
        ("20230229", False),
        ("20231301", False),
        ("00000000", False),
        ("2023010", False),
        ("２０２３０１０１", False),
        ("2023 101", False),
    ],
)
def test_dates_are_days_of_the_calendar(text: str, valid: bool) -> None:
    assert is_date(text) is valid


def test_a_card_is_valid_on_its_last_day_and_not_after() -> None:
    card = IdentityDocument("samv", "resident", "某", "1", valid_until="20250630")
    assert expiry_fault(card, "20250630") is None
    fault = expiry_fault(card, "20250701")
    assert fault is not None
    assert (fault.code, fault.permanent) == ("card.expired", True)


@pytest.mark.parametrize("last_day", ["长期", ""])
def test_a_card_without_a_last_day_does_not_expire(last_day: str) -> None:
    card = IdentityDocument("samv", "resident", "某", "1", valid_until="20250630")
    assert expiry_fault(replace(card, valid_until=last_day), "99991231") is None


def test_today_is_a_date() -> None:
    assert is_date(today())


def test_the_ethnicity_table_is_whole_and_without_the_usual_typing_errors() -> None:
    assert set(ETHNICITIES) == {f"{code:02d}" for code in range(1, 57)} | {"97", "98"}
    names = [names[0] for names in ETHNICITIES.values()]
    assert len(set(names)) == len(names)
    assert [ethnicity_name(code) for code in ("16", "20", "36", "46")] == ["哈尼", "傈僳", "毛南", "德昂"]


def test_unlisted_codes_are_shown_and_not_guessed_at() -> None:
    assert ethnicity_name("60") == "60"
    assert ethnicity_name("") == ""
    assert (sex_name("2"), sex_name("2", english=True), sex_name("7")) == ("女", "female", "7")
