"""Checks of answers by kind, and what to say when one is wrong."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kiosk.matters.answer_words import WORDS
from kiosk.matters.characters import is_han
from kiosk.matters.choices import label_of
from kiosk.matters.kinds import FieldKind
from kiosk.matters.periods import (
    THIS_MONTH,
    TODAY,
    day_en,
    day_zh,
    month_en,
    month_zh,
    parse_date,
    parse_date_range,
    parse_month,
    parse_month_range,
)
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.models import Question

DEFAULT_MAX_LENGTH: Final = 100
DEFAULT_MAX_DIGITS: Final = 30
DEFAULT_MAX_YUAN: Final = 100_000_000
MIN_ADDRESS_LENGTH: Final = 6
MIN_FOREIGN_ADDRESS_LETTERS: Final = 8
EARLIEST_DAY: Final = date(1900, 1, 1)

_DIGITS: Final = re.compile(r"[0-9]+")
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,9})\.[0-9]{2}")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_BANK_CARD: Final = re.compile(r"[1-9][0-9]{12,18}")
_PLACE_WORDS: Final = frozenset("省市区县旗州盟镇乡村街路道巷弄号组屯庄寨院楼栋")


@dataclass(frozen=True)
class AnswerProblem:
    """``code`` is a key of :data:`WORDS`; ``zh`` and ``en`` tell the citizen what to do.

    The words never repeat the answer.
    """

    code: str
    zh: str
    en: str


def problem(code: str, **parts: object) -> AnswerProblem:
    zh, en = WORDS[code]
    return AnswerProblem(code, zh.format(**parts), en.format(**parts))


def check_kind(question: Question, answer: str, today: date) -> AnswerProblem | None:
    """What is wrong with a non-empty ``answer`` for the question's kind."""
    match question.kind:
        case FieldKind.TEXT:
            return _length(question, answer, 1) or _words(answer)
        case FieldKind.DIGITS:
            return _digits(question, answer)
        case FieldKind.PHONE:
            return _phone(answer)
        case FieldKind.DATE:
            return _date(question, answer, today)
        case FieldKind.MONTH_RANGE:
            return _month_range(question, answer, today)
        case FieldKind.DATE_RANGE:
            return _date_range(question, answer, today)
        case FieldKind.AMOUNT:
            return _amount(question, answer)
        case FieldKind.CHOICE:
            return problem("answer.choice") if label_of(question, answer) is None else None
        case FieldKind.BANK_CARD:
            return _bank_card(answer)
        case FieldKind.ADDRESS:
            return _address(question, answer)
        case FieldKind.YES_NO:
            return None if answer in ("yes", "no") else problem("answer.yes_no")


def luhn_holds(digits: str) -> bool:
    """The check of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _length(question: Question, answer: str, default_least: int) -> AnswerProblem | None:
    least = question.min_length if question.min_length is not None else default_least
    most = question.max_length or max(DEFAULT_MAX_LENGTH, least)
    if len(answer) < least:
        return problem("answer.too_short", length=least)
    if len(answer) > most:
        return problem("answer.too_long", length=most)
    return None


def _words(answer: str) -> AnswerProblem | None:
    said = any(character.isalnum() or is_han(character) for character in answer)
    return None if said else problem("answer.no_words")


def _digits(question: Question, answer: str) -> AnswerProblem | None:
    if not _DIGITS.fullmatch(answer):
        return problem("answer.not_digits")
    least = question.min_length if question.min_length is not None else 1
    most = question.max_length or max(DEFAULT_MAX_DIGITS, least)
    if least == most and len(answer) != least:
        return problem("answer.digits_exact", length=least, given=len(answer))
    if len(answer) < least:
        return problem("answer.digits_too_few", length=least)
    if len(answer) > most:
        return problem("answer.digits_too_many", length=most)
    if question.minimum is not None and int(answer) < question.minimum:
        return _limit(question, "small", question.minimum)
    if question.maximum is not None and int(answer) > question.maximum:
        return _limit(question, "large", question.maximum)
    return None


def _limit(question: Question, side: str, limit: int) -> AnswerProblem:
    """With its unit and what it is a quantity of, where the matter names one."""
    if question.unit is None:
        return problem(f"answer.number_too_{side}", limit=limit)
    label, unit = question.label, question.unit
    return problem(
        f"answer.quantity_too_{side}",
        limit=limit,
        label_zh=label.zh,
        label_en=label.en,
        unit_zh=unit.zh,
        unit_en=unit.en,
    )


def _phone(answer: str) -> AnswerProblem | None:
    if not _DIGITS.fullmatch(answer):
        return problem("answer.phone")
    if len(answer) != 11:
        return problem("answer.phone_length", given=len(answer))
    return None if _MOBILE.fullmatch(answer) else problem("answer.phone")


def _amount(question: Question, answer: str) -> AnswerProblem | None:
    if not _AMOUNT.fullmatch(answer):
        return problem("answer.amount")
    yuan = Decimal(answer)
    if yuan < (question.minimum or 0):
        return problem("answer.amount_too_small", limit=question.minimum)
    most = question.maximum if question.maximum is not None else DEFAULT_MAX_YUAN
    return problem("answer.amount_too_large", limit=most) if yuan > most else None


def _date(question: Question, answer: str, today: date) -> AnswerProblem | None:
    day = parse_date(answer)
    return _no_date(answer) if day is None else _in_bounds(question, day, day, today)


def _no_date(answer: str) -> AnswerProblem:
    """Why this is no day: the part that is wrong, so that it can be put right where it stands."""
    parts = answer.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts if part) or len(parts) > 3:
        return problem("answer.date")
    if [len(part) for part in parts] != [4, 2, 2]:
        return problem("answer.date_unfinished")
    if not 1 <= int(parts[1]) <= 12:
        return problem("answer.date_month")
    return problem("answer.date" if 1 <= int(parts[2]) <= 31 else "answer.date_day")


def _date_range(question: Question, answer: str, today: date) -> AnswerProblem | None:
    days = parse_date_range(answer)
    if days is None:
        wrong = [_no_date(part) for part in answer.split("/") if parse_date(part) is None]
        told = [each for each in wrong if each.code in ("answer.date_month", "answer.date_day")]
        return told[0] if told else problem("answer.days")
    return problem("answer.days_order") if days[0] > days[1] else _in_bounds(question, *days, today)


def _in_bounds(question: Question, first: date, last: date, today: date) -> AnswerProblem | None:
    earliest = today if question.earliest == TODAY else parse_date(question.earliest or "")
    earliest = earliest or EARLIEST_DAY
    latest = today if question.latest == TODAY else parse_date(question.latest or "")
    if first < earliest:
        return problem("answer.date_too_early", limit_zh=day_zh(earliest), limit_en=day_en(earliest))
    if latest is not None and last > latest:
        return problem("answer.date_too_late", limit_zh=day_zh(latest), limit_en=day_en(latest))
    return None


def _month_range(question: Question, answer: str, today: date) -> AnswerProblem | None:
    months = parse_month_range(answer)
    if months is None:
        return problem("answer.months")
    first, last = months
    if first > last:
        return problem("answer.months_order")
    this_month = today.replace(day=1)
    earliest = (
        this_month
        if question.earliest == THIS_MONTH
        else parse_month(question.earliest or "") or EARLIEST_DAY
    )
    latest = this_month if question.latest == THIS_MONTH else parse_month(question.latest or "")
    if first < earliest:
        return problem("answer.months_too_early", limit_zh=month_zh(earliest), limit_en=month_en(earliest))
    if latest is not None and last > latest:
        return problem("answer.months_too_late", limit_zh=month_zh(latest), limit_en=month_en(latest))
    return None


def _bank_card(answer: str) -> AnswerProblem | None:
    if not _DIGITS.fullmatch(answer):
        return problem("answer.not_digits")
    if not 13 <= len(answer) <= 19:
        return problem("answer.bank_card_length", given=len(answer))
    if not _BANK_CARD.fullmatch(answer) or not luhn_holds(answer):
        return problem("answer.bank_card")
    return None


def _address(question: Question, answer: str) -> AnswerProblem | None:
    wrong = _length(question, answer, MIN_ADDRESS_LENGTH)
    if wrong is not None:
        return wrong
    letters = [character for character in answer if character.isalpha() or is_han(character)]
    if any(is_han(character) for character in letters):
        plausible = len(set(letters)) >= 4 and any(character in _PLACE_WORDS for character in letters)
    else:
        plausible = len(letters) >= MIN_FOREIGN_ADDRESS_LETTERS and len(set(letters)) >= 4
    return None if plausible else problem("answer.address")
