"""Makes tidy what was typed, scanned or chosen; what cannot be made tidy is left for the check to refuse."""

from __future__ import annotations

import re
from typing import Final

from kiosk.matters.characters import half_width, half_width_alphanumeric, join_pairs
from kiosk.matters.choices import value_of
from kiosk.matters.kinds import FieldKind
from kiosk.matters.models import Question

_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—－_.·()]+")
_COUNTRY_CODE: Final = re.compile(r"(?:\+|00)86(?=1[3-9][0-9]{9}$)")
_SPACES: Final = re.compile(r"\s+")
_DATE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DATE_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTHS: Final = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})月?(?:/|至|到|~|～|—|–|-|to)([0-9]{4})[-/.年]([0-9]{1,2})月?"
)
_MONTHS_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})(?:/|至|到|~|～|—|–|-|to)([0-9]{4})([0-9]{2})")
_YUAN: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{0,2}))?")
_YES: Final = frozenset({"yes", "y", "true", "1", "是", "有", "同意", "需要", "要"})
_NO: Final = frozenset({"no", "n", "false", "0", "否", "没有", "不同意", "不需要", "不要", "不是"})


def normalise(question: Question, raw: str) -> str:
    """``raw`` in the text form of the question's kind, or as near to it as it can be brought."""
    text = join_pairs(raw).strip()
    match question.kind:
        case FieldKind.TEXT | FieldKind.ADDRESS:
            return half_width_alphanumeric(text).strip()
        case FieldKind.DIGITS:
            return _SPACES.sub("", half_width(text))
        case FieldKind.PHONE:
            return _COUNTRY_CODE.sub("", _SEPARATORS.sub("", half_width(text)))
        case FieldKind.BANK_CARD:
            return _SEPARATORS.sub("", half_width(text))
        case FieldKind.DATE:
            return _date(_SPACES.sub("", half_width(text)))
        case FieldKind.MONTH_RANGE:
            return _month_range(_SPACES.sub("", half_width(text)))
        case FieldKind.DATE_RANGE:
            return _date_range(_SPACES.sub("", half_width(text)))
        case FieldKind.AMOUNT:
            return _amount(_SPACES.sub("", half_width(text)))
        case FieldKind.CHOICE:
            return value_of(question, text)
        case FieldKind.YES_NO:
            return _yes_no(half_width(text).lower())


def _date(text: str) -> str:
    match = _DATE.fullmatch(text) or _DATE_DIGITS.fullmatch(text)
    if match is None:
        return text
    year, month, day = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


def _date_range(text: str) -> str:
    first, separator, last = text.partition("/")
    return f"{_date(first)}/{_date(last)}" if separator else text


def _amount(text: str) -> str:
    """Two decimals, without thousands separators and leading noughts; ``1,200元`` is ``1200.00``."""
    plain = text.removeprefix("¥").removesuffix("元").replace(",", "")
    match = _YUAN.fullmatch(plain)
    return f"{int(match[1])}.{(match[2] or '')[:2]:0<2}" if match else text


def _month_range(text: str) -> str:
    match = _MONTHS.fullmatch(text) or _MONTHS_DIGITS.fullmatch(text)
    if match is None:
        return text
    first_year, first_month, last_year, last_month = match.groups()
    return f"{first_year}-{int(first_month):02}/{last_year}-{int(last_month):02}"


def _yes_no(text: str) -> str:
    if text in _YES:
        return "yes"
    return "no" if text in _NO else text
