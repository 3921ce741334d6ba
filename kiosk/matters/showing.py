"""Answers as people read them, on the check page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.matters.choices import label_of
from kiosk.matters.kinds import FieldKind
from kiosk.matters.periods import (
    day_en,
    day_zh,
    month_en,
    month_zh,
    parse_date,
    parse_date_range,
    parse_month_range,
)

if TYPE_CHECKING:
    from kiosk.matters.models import Question

_NOT_FILLED_IN: Final = {"zh": "未填写", "en": "Not filled in"}
ACCOUNT_DIGITS: Final = 12
"""A sensitive number of as many digits is an account; a shorter one is a code that has to be checked."""
_YES_NO: Final = {"yes": ("是", "Yes"), "no": ("否", "No")}


def display(question: Question, answer: str, language: str) -> str:
    """``answer`` in words; ``language`` is ``zh`` or ``en``.  What does not fit its kind stays as it is."""
    if not answer:
        return _NOT_FILLED_IN[_known(language)]
    match question.kind:
        case FieldKind.DATE:
            return _date(answer, language)
        case FieldKind.MONTH_RANGE:
            return _month_range(answer, language)
        case FieldKind.DATE_RANGE:
            return _date_range(answer, language)
        case FieldKind.AMOUNT:
            return f"{answer} yuan" if language == "en" else f"{answer}元"
        case FieldKind.CHOICE:
            return _choice(question, answer, language)
        case FieldKind.YES_NO:
            zh, en = _YES_NO.get(answer, (answer, answer))
            return en if language == "en" else zh
        case FieldKind.PHONE:
            return " ".join(part for part in (answer[:3], answer[3:7], answer[7:]) if part)
        case FieldKind.BANK_CARD:
            return _fours(answer)
        case FieldKind.DIGITS if question.unit is not None:
            return f"{answer} {question.unit.en}" if language == "en" else f"{answer}{question.unit.zh}"
        case _:
            return answer


def masked(question: Question, answer: str, language: str = "zh") -> str:
    """Like :func:`display`, for the page on which the citizen checks it before it is sent.

    Who is to check an answer has to see it: telephone and address stand in full.  An account number, which
    has a check digit of its own, is told by its last four digits, so that nobody reads it over a shoulder.
    """
    account = question.kind is FieldKind.BANK_CARD or (
        question.kind is FieldKind.DIGITS and question.unit is None and len(answer) >= ACCOUNT_DIGITS
    )
    if not question.sensitive or not answer or not account:
        return display(question, answer, language)
    return f"ends in {answer[-4:]}" if language == "en" else f"尾号 {answer[-4:]}"


def _known(language: str) -> str:
    return "en" if language == "en" else "zh"


def _date(answer: str, language: str) -> str:
    day = parse_date(answer)
    if day is None:
        return answer
    return day_en(day) if language == "en" else day_zh(day)


def _date_range(answer: str, language: str) -> str:
    days = parse_date_range(answer)
    if days is None:
        return answer
    first, last = days
    return f"{day_en(first)} to {day_en(last)}" if language == "en" else f"{day_zh(first)}至{day_zh(last)}"


def _month_range(answer: str, language: str) -> str:
    months = parse_month_range(answer)
    if months is None:
        return answer
    first, last = months
    if language == "en":
        return month_en(first) if first == last else f"{month_en(first)} to {month_en(last)}"
    return month_zh(first) if first == last else f"{month_zh(first)}至{month_zh(last)}"


def _choice(question: Question, answer: str, language: str) -> str:
    label = label_of(question, answer)
    if label is None:
        return answer
    return label.en if language == "en" else label.zh


def _fours(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
