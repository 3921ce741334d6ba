"""Checks of answers by kind, and what to say when one is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kiosk.matters.characters import is_han
from kiosk.matters.choices import label_of
from kiosk.matters.models import FieldKind, Question
from kiosk.matters.periods import (
    THIS_MONTH,
    TODAY,
    parse_date,
    parse_date_range,
    parse_month,
    parse_month_range,
)

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

_MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

WORDS: Final = {
    "answer.required": ("请填写{label_zh}。", "Please fill in: {label_en}."),
    "answer.choice_required": ("请选择一项。", "Please choose one."),
    "answer.date_required": ("请选择年、月、日。", "Please choose the year, month and day."),
    "answer.months_required": (
        "请选择开始月份和结束月份。",
        "Please choose the first month and the last month.",
    ),
    "answer.days_required": ("请选择开始日期和结束日期。", "Please choose the first day and the last day."),
    "answer.days": (
        "日期不对，请重新选择开始日期和结束日期。",
        "These are not two days. Please choose the first and the last day again.",
    ),
    "answer.days_order": (
        "开始日期在结束日期之后，请把开始日期选早一些。",
        "The first day is after the last one. Please choose an earlier first day.",
    ),
    "answer.amount": (
        "这里填金额，只写数字，最多两位小数，例如1200.50。",
        "Please write an amount in digits, with at most two decimals, such as 1200.50.",
    ),
    "answer.amount_too_large": (
        "金额太大，请核对，最多可以填{limit}元。",
        "The amount is too large. Please check it; at most {limit} yuan can be entered.",
    ),
    "answer.amount_too_small": (
        "金额太小，请填写不少于{limit}元的金额。",
        "Please enter an amount of at least {limit} yuan.",
    ),
    "answer.computed": (
        "这个数是自动算出来的，不能另外填写，请返回核对前面的数。",
        "This number is worked out from the others. Please go back and check those.",
    ),
    "answer.character": (
        "有一个符号不能使用（{character}），请删掉它再继续。",
        "One symbol cannot be used ({character}). Please delete it and go on.",
    ),
    "answer.unknown_question": (
        "这个问题不在表单里，请返回重新填写。",
        "This question is not on the form. Please go back and fill it in again.",
    ),
    "answer.too_short": (
        "写得太短，请至少写{length}个字。",
        "This is too short. Please write at least {length} characters.",
    ),
    "answer.too_long": (
        "写得太长，请不要超过{length}个字。",
        "This is too long. Please write no more than {length} characters.",
    ),
    "answer.no_words": (
        "这里只有标点符号，请用文字或数字填写。",
        "There are only signs here. Please write words or numbers.",
    ),
    "answer.not_digits": ("这里只能填数字，请重新输入。", "Only digits can go here. Please type it again."),
    "answer.digits_exact": (
        "应当是{length}位数字，现在是{given}位，请核对后重新输入。",
        "This needs {length} digits; there are {given} now. Please check and type it again.",
    ),
    "answer.digits_too_few": (
        "位数不够，至少要{length}位数字，请补全。",
        "There are too few digits. Please enter at least {length}.",
    ),
    "answer.digits_too_many": (
        "位数多了，最多{length}位数字，请核对后重新输入。",
        "There are too many digits; at most {length} fit. Please check and type it again.",
    ),
    "answer.number_too_small": (
        "数字太小，请填写不小于{limit}的数。",
        "Please enter a number of at least {limit}.",
    ),
    "answer.number_too_large": (
        "数字太大，请填写不大于{limit}的数。",
        "Please enter a number of at most {limit}.",
    ),
    "answer.phone_length": (
        "手机号码应当是11位数字，现在是{given}位，请核对后重新输入。",
        "A mobile number has 11 digits; there are {given} now. Please check and type it again.",
    ),
    "answer.phone": (
        "这不是手机号码，请输入以1开头的11位手机号码。",
        "This is not a mobile number. Please enter the 11 digits, beginning with 1.",
    ),
    "answer.date": (
        "没有这一天，请重新选择年、月、日。",
        "There is no such day. Please choose the year, month and day again.",
    ),
    "answer.date_too_early": (
        "日期太早，请选择{limit_zh}或以后的日期。",
        "Please choose {limit_en} or later.",
    ),
    "answer.date_too_late": (
        "日期太晚，请选择{limit_zh}或以前的日期。",
        "Please choose {limit_en} or earlier.",
    ),
    "answer.months": (
        "月份不对，请重新选择开始月份和结束月份。",
        "These are not two months. Please choose the first and the last month again.",
    ),
    "answer.months_order": (
        "开始月份在结束月份之后，请把开始月份选早一些。",
        "The first month is after the last one. Please choose an earlier first month.",
    ),
    "answer.months_too_early": (
        "开始月份太早，请选择{limit_zh}或以后的月份。",
        "The first month is too early. Please choose {limit_en} or later.",
    ),
    "answer.months_too_late": (
        "结束月份太晚，请选择{limit_zh}或以前的月份。",
        "The last month is too late. Please choose {limit_en} or earlier.",
    ),
    "answer.choice": ("请从列出的选项中选择一项。", "Please choose one of the options shown."),
    "answer.yes_no": ("请选择“是”或“否”。", "Please choose Yes or No."),
    "answer.bank_card_length": (
        "银行卡号应当是13到19位数字，现在是{given}位，请对照卡面重新输入。",
        "A bank card number has 13 to 19 digits; there are {given} now. Please type it again from the card.",
    ),
    "answer.bank_card": (
        "银行卡号有误，可能输错了一位，请对照卡面逐位核对。",
        "This card number is not right; one digit may be wrong. Please compare it with the card.",
    ),
    "answer.address": (
        "地址不完整，请写明市、区（县）、街道（乡镇）和门牌号。",
        "The address is not complete. Please write city, district, street and number.",
    ),
}


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
        return problem("answer.number_too_small", limit=question.minimum)
    if question.maximum is not None and int(answer) > question.maximum:
        return problem("answer.number_too_large", limit=question.maximum)
    return None


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
    return problem("answer.date") if day is None else _in_bounds(question, day, day, today)


def _date_range(question: Question, answer: str, today: date) -> AnswerProblem | None:
    days = parse_date_range(answer)
    if days is None:
        return problem("answer.days")
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


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def day_en(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def month_zh(month: date) -> str:
    return f"{month.year}年{month.month}月"


def month_en(month: date) -> str:
    return f"{_MONTHS_EN[month.month - 1]} {month.year}"
