"""Masks for names and numbers, the check characters of Chinese identification codes, numbers in words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from kiosk.matters.characters import join_pairs
from kiosk.matters.periods import parse_card_date
from values import dataclass

MASK: Final = "*"

_CITIZEN_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")
_CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK: Final = "10X98765432"

_WRITTEN_DIGITS: Final = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
}
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_BASE: Final = len(_CREDIT_ALPHABET)


@dataclass(frozen=True)
class NumberProblem:
    """``code`` is ``number.shape``, ``number.birth`` or ``number.check``; no digits of the number in it."""

    code: str
    zh: str
    en: str


def mask_name(name: str) -> str:
    """``张*``, ``张*国``, ``欧**娜``; Latin names keep first letters: ``J*** S****``.

    Each code point is one character, also a rare or private-use one; what only changes the one before it
    (a variation selector, a combining mark) goes with that.
    """
    name = join_pairs(name).strip()
    if _is_latin(name):
        return " ".join(word[0] + MASK * (len(word) - 1) if len(word) > 1 else MASK for word in name.split())
    signs = _with_marks(name)
    if len(signs) <= 1:
        return MASK * len(signs)
    last = signs[-1] if len(signs) > 2 else MASK
    return signs[0] + MASK * (len(signs) - 2) + last


def _with_marks(text: str) -> list[str]:
    signs: list[str] = []
    for sign in text:
        if signs and unicodedata.category(sign) in ("Mn", "Me"):
            signs[-1] += sign
        else:
            signs.append(sign)
    return signs


def mask_number(number: str) -> str:
    """An identification number with its first three characters and its end; the birth date never shows.

    18 characters keep four at the end (``410***********1234``); 15, where the birth date ends before the
    last two or three, keep two; a shorter number keeps at most a quarter on each side.
    """
    length = len(number)
    match length:
        case 18:
            return mask_middle(number, 3, 4)
        case 15:
            return mask_middle(number, 3, 2)
        case _:
            return mask_middle(number, min(3, length // 4), min(4, length // 4) if length < 15 else 2)


def mask_middle(text: str, first: int, last: int) -> str:
    """``text`` with ``first`` and ``last`` characters left as they are and a star for every other."""
    if first + last >= len(text):
        return MASK * len(text)
    return text[:first] + MASK * (len(text) - first - last) + text[len(text) - last :]


def check_citizen_number(number: str, today: date | None = None) -> NumberProblem | None:
    """GB 11643: shape, a real birth date (not after ``today``), check character; never the region."""
    if not _CITIZEN_NUMBER.fullmatch(number):
        return NumberProblem(
            "number.shape",
            "身份证号码应当是18位，最后一位可以是X，请核对。",
            "An ID number has 18 characters, the last may be X. Please check it.",
        )
    born = parse_card_date(number[6:14])
    if born is None or (today is not None and born > today):
        return NumberProblem(
            "number.birth",
            "身份证号码里的出生日期不对，请核对第7到14位。",
            "The birth date in the ID number is not right. Please check digits 7 to 14.",
        )
    if citizen_check_character(number[:17]) != number[17]:
        return NumberProblem(
            "number.check",
            "身份证号码有误，可能输错了一位，请逐位核对。",
            "The ID number is not right; one digit may be wrong. Please check each of them.",
        )
    return None


def birth_of(number: str) -> date | None:
    """The birth date in an 18-character identification number; ``None`` when it holds none."""
    return parse_card_date(number[6:14]) if _CITIZEN_NUMBER.fullmatch(number) else None


def sex_of(number: str) -> str:
    """``1`` male, ``2`` female (GB/T 2261.1) from an 18-character number; empty when it does not say."""
    if not _CITIZEN_NUMBER.fullmatch(number):
        return ""
    return "1" if int(number[16]) % 2 else "2"


def citizen_check_character(digits: str) -> str:
    """The 18th character for 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _CITIZEN_WEIGHTS, strict=True))
    return _CITIZEN_CHECK[total % 11]


def credit_code_warning(code: str) -> NumberProblem | None:
    """GB 32100.  Only a warning: some codes that were issued fail the check."""
    if len(code) != 18 or any(character not in _CREDIT_ALPHABET for character in code):
        return NumberProblem(
            "number.shape",
            "统一社会信用代码应当是18位数字和大写字母（不含I、O、S、V、Z），请核对。",
            "A unified social credit code has 18 digits and capitals (no I, O, S, V, Z). Please check it.",
        )
    if credit_check_character(code[:17]) != code[17]:
        return NumberProblem(
            "number.check",
            "统一社会信用代码的校验位不符，请核对；个别早期代码也会如此。",
            "The check character of the credit code does not fit. Please check it; some early codes do this.",
        )
    return None


def credit_check_character(characters: str) -> str:
    """The 18th character for the first 17 of a unified social credit code."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * pow(3, place, _CREDIT_BASE)
        for place, character in enumerate(characters)
    )
    return _CREDIT_ALPHABET[-total % _CREDIT_BASE]


def _is_latin(name: str) -> bool:
    letters = [character for character in name if unicodedata.category(character)[0] in "LC"]
    return bool(letters) and all(unicodedata.name(character, "").startswith("LATIN") for character in letters)


def number_of(text: str) -> int:
    """``12``, ``三``, ``十二``, ``二十`` as a number."""
    if text.isascii():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _WRITTEN_DIGITS.get(sign, 0)
    return total + digit
