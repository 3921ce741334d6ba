from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matters.numbers import (
    check_citizen_number,
    citizen_check_character,
    credit_check_character,
    credit_code_warning,
    mask_name,
    mask_number,
)


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("张建国", "张*国"),
        ("张三", "张*"),
        ("张", "*"),
        ("", ""),
        ("欧阳娜娜", "欧**娜"),
        ("陈𠮷林", "陈*林"),
        ("陈\ud842\udfb7林", "陈*林"),
        ("𠮷田", "𠮷*"),
        ("王\ue123", "王*"),
        ("葛\U000e0100城\u0301金\ufa11", "葛\U000e0100**\ufa11"),
        ("买买提·艾合买提", "买******提"),
        ("John Smith", "J*** S****"),
        ("ANNA MARIA O'NEIL", "A*** M**** O*****"),
        ("José Á", "J*** *"),
    ],
)
def test_names(name: str, mask: str) -> None:
    assert mask_name(name) == mask


@pytest.mark.parametrize(
    ("number", "mask"),
    [
        ("410402199001011234", "410***********1234"),
        ("41010219900101123X", "410***********123X"),
        ("USA410190010112", "USA**********12"),
        ("130503670401001", "130**********01"),
        ("12345678", "12****78"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_numbers(number: str, mask: str) -> None:
    assert mask_number(number) == mask


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 12, 31)), st.integers(0, 999))
def test_masks_never_show_the_birth_date(born: date, sequence: int) -> None:
    digits = f"410402{born:%Y%m%d}{sequence:03}"
    number = digits + citizen_check_character(digits)
    assert check_citizen_number(number) is None
    mask = mask_number(number)
    assert len(mask) == 18
    assert set(mask[6:14]) == {"*"}
    assert set(mask_number(f"410402{born:%y%m%d}{sequence:03}")[6:12]) == {"*"}
    assert set(mask_number(f"USA4104{born:%y%m%d}12")[7:13]) == {"*"}


@given(st.text(max_size=30))
def test_masks_keep_length_and_hide_something(text: str) -> None:
    mask = mask_number(text)
    assert len(mask) == len(text)
    assert not text or mask.count("*") >= (len(text) + 1) // 2


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("11010519491231002X", None),
        ("110105194912310021", "number.check"),
        ("11010519490231002X", "number.birth"),
        ("110105209912310024", "number.birth"),
        ("11010519491231002x", "number.shape"),
        ("1101051949123100", "number.shape"),
        ("１１０１０５１９４９１２３１００２X", "number.shape"),
    ],
)
def test_citizen_numbers(number: str, code: str | None) -> None:
    found = check_citizen_number(number, date(2026, 11, 24))
    assert (found.code if found else None) == code


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_found(digits: str, place: int, by: int) -> None:
    other = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert citizen_check_character(digits) != citizen_check_character(other)


def test_credit_codes_warn() -> None:
    assert credit_code_warning("12441500196720244T") is None
    assert credit_check_character("12441500196720244") == "T"
    wrong, shape = credit_code_warning("12441500196720244A"), credit_code_warning("I2441500196720244T")
    assert wrong is not None and wrong.code == "number.check"
    assert shape is not None and shape.code == "number.shape"
