"""Days and months as text: ``YYYY-MM-DD``, ``YYYY-MM`` and ``YYYY-MM/YYYY-MM``."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

TODAY: Final = "today"
THIS_MONTH: Final = "this_month"

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
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
_RANGE_SEPARATOR: Final = "/"


def parse_date(text: str) -> date | None:
    """The day, or None if ``text`` is not ``YYYY-MM-DD`` or there is no such day."""
    match = _DATE.fullmatch(text)
    return _day(*match.groups()) if match else None


def parse_month(text: str) -> date | None:
    """The first day of the month, or None if ``text`` is not ``YYYY-MM`` or there is no such month."""
    match = _MONTH.fullmatch(text)
    return _day(match[1], match[2], "1") if match else None


def parse_month_range(text: str) -> tuple[date, date] | None:
    """First days of the first and of the last month, in the order given."""
    first, separator, last = text.partition(_RANGE_SEPARATOR)
    begin, end = parse_month(first), parse_month(last)
    return (begin, end) if separator and begin and end else None


def parse_date_range(text: str) -> tuple[date, date] | None:
    """First and last day, in the order given."""
    first, separator, last = text.partition(_RANGE_SEPARATOR)
    begin, end = parse_date(first), parse_date(last)
    return (begin, end) if separator and begin and end else None


def parse_card_date(text: str) -> date | None:
    """The day of a card's ``YYYYMMDD``."""
    return parse_date(f"{text[:4]}-{text[4:6]}-{text[6:]}") if len(text) == 8 else None


def month_text(month: date) -> str:
    return f"{month.year:04}-{month.month:02}"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def day_en(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def month_zh(month: date) -> str:
    return f"{month.year}年{month.month}月"


def month_en(month: date) -> str:
    return f"{_MONTHS_EN[month.month - 1]} {month.year}"
