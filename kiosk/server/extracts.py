"""What registers of the demonstration give, and how they invent it: the same for the same person for ever.

The data are made from a keyed hash of the holder's number: whatever range is asked for, months and
amounts stay the same, and nobody's real data are in here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_KEY: Final = b"kiosk demonstration registers, 1"  # nothing secret: it only keeps them apart from others'
FIRST_MONTH: Final = date(2012, 1, 1)  # nobody's account in here is older
SETTLING_MONTH: Final = 7  # bases and interest change with the social security and fund year
EMPLOYER: Final = "平顶山市示范单位（演示）"


@dataclass(frozen=True, repr=False)
class Extract:
    """What a register says of one person: a table, and sentences for the paper."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    statement: str
    """The sentence of a certificate, without name and number."""

    facts: tuple[tuple[str, str], ...] = ()
    """More about the person in this register: account, employer."""


def pick(subject: str, label: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high`` that belongs to ``subject`` and ``label`` for ever."""
    digest = hmac.new(_KEY, f"{label}\0{subject}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


def opened(number: str, register: str) -> date:
    """The account's first month: from 2012 to 2019, the same for ever."""
    return later(FIRST_MONTH, pick(number, f"{register} opened", 0, 95))


def monthly_base(number: str, register: str, month: date) -> int:
    """The monthly base in fen: it grows by nought to six per cent each July."""
    year = month.year if month.month >= SETTLING_MONTH else month.year - 1
    base = pick(number, f"{register} base", 350_000, 900_000)
    for passed in range(FIRST_MONTH.year, year):
        base += base * pick(number, f"{register} growth {passed}", 0, 6) // 100
    return base // 100 * 100


def months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = later(month, 1)


def later(month: date, count: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def earlier(month: date, count: int) -> date:
    return later(month, -min(count, (month.year - 1) * 12 + month.month - 1))


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"


def month_words(month: date) -> str:
    return f"{month.year}年{month.month}月"


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
