"""Registers of the demonstration: contribution months, housing fund rows, a search of the land register.

The data are made from a keyed hash of the holder's number: the same person always has the same months
and amounts, whatever range is asked for, and nobody's real data are in here.  Which register answers a
matter is told by the words in its name; a matter that names none gets its papers from its form alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.matters.models import FieldKind, Matter
from kiosk.matters.periods import month_text, parse_month_range

_KEY: Final = b"kiosk demonstration registers, 1"  # nothing secret: it only keeps them apart from others'
_DEFAULT_MONTHS: Final = 12
_MOST_MONTHS: Final = 600
_FIRST_MONTH: Final = date(2012, 1, 1)  # nobody's account in here is older
_EMPLOYER: Final = "平顶山市示范单位（演示）"
_SETTLING_MONTH: Final = 7  # bases and interest change with the social security and fund year


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


Register = Callable[[str, date, date, date], Extract]


def pick(subject: str, label: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high`` that belongs to ``subject`` and ``label`` for ever."""
    digest = hmac.new(_KEY, f"{label}\0{subject}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


def consult(matter: Matter, number: str, answers: Mapping[str, str], today: date) -> Extract | None:
    """What the matter's register says about ``number``; ``None`` when no register belongs to it."""
    names = f"{matter.name.zh} {matter.guide.result_name}"
    for words, register in _REGISTERS:
        if any(word in names for word in words):
            first, last = _range(matter, answers, today)
            return register(number, first, last, today)
    return None


def contributions(number: str, first: date, last: date, today: date) -> Extract:
    """Months of the basic old-age insurance.  Base, employer's 16 %, own 8 %; amounts in yuan."""
    rows = []
    total = 0
    for month in _months(max(first, _opened(number, "pension")), last):
        base = _base(number, "pension", month)
        own = base * 8 // 100
        total += own
        rows.append((month_text(month), _yuan(base), _yuan(base * 16 // 100), _yuan(own), "已缴"))
    span = f"{_month_words(first)}至{_month_words(last)}"
    return Extract(
        title="基本养老保险参保缴费明细",
        columns=("缴费月份", "缴费基数（元）", "单位缴纳（元）", "个人缴纳（元）", "状态"),
        rows=tuple(rows),
        note=f"{span}共缴费{len(rows)}个月，个人缴纳合计{_yuan(total)}元。",
        statement=f"在本市参加企业职工基本养老保险，{span}实际缴费{len(rows)}个月，个人缴纳合计{_yuan(total)}元",
        facts=(("险种", "企业职工基本养老保险"), ("缴费单位", _EMPLOYER)),
    )


def housing_fund(number: str, first: date, last: date, today: date) -> Extract:
    """Movements of the housing provident fund account with the balance after each, in yuan."""
    opened = _opened(number, "fund")
    day = pick(number, "fund day", 5, 25)
    balance = 0
    year_start = 0
    rows = []
    for month in _months(opened, last):
        movements = []
        if month.month == _SETTLING_MONTH and month > opened:
            interest = year_start * 15 // 1000  # 1.5 % on what was there a year ago
            movements.append((date(month.year, month.month, 1), "年度结息", interest))
            year_start = balance + interest
        paid = _base(number, "fund", month) * 20 // 100  # employer and employee, 10 % each
        movements.append((date(month.year, month.month, day), f"汇缴{month.year}年{month.month:02}月", paid))
        for at, what, fen in movements:
            if at > today:
                continue
            balance += fen
            if month >= first:
                rows.append((at.isoformat(), what, _yuan(fen), "", _yuan(balance)))
    return Extract(
        title="住房公积金缴存明细",
        columns=("日期", "摘要", "收入（元）", "支出（元）", "余额（元）"),
        rows=tuple(rows),
        note=f"查询区间{_month_words(first)}至{_month_words(last)}，共{len(rows)}笔；期末余额{_yuan(balance)}元。",
        statement=f"在本市缴存住房公积金，截至{_month_words(last)}账户余额{_yuan(balance)}元",
        facts=(
            ("个人账号", f"4104{pick(number, 'fund account', 0, 99_999_999):08}"),
            ("缴存单位", _EMPLOYER),
        ),
    )


def land_search(number: str, first: date, last: date, today: date) -> Extract:
    """A search for real estate in the holder's name: in here nobody has any."""
    return Extract(
        title="不动产登记信息查询结果",
        columns=("查询范围", "查询方式", "截止日期", "查询结果"),
        rows=(("平顶山市不动产登记簿（演示）", "姓名和证件号码", today.isoformat(), "未查询到登记信息"),),
        note="查询结果仅反映查询时登记簿的记载。",
        statement=f"截至{_day_words(today)}，在平顶山市不动产登记信息（演示）中未查询到名下不动产登记信息",
    )


_REGISTERS: Final[tuple[tuple[tuple[str, ...], Register], ...]] = (
    (("公积金",), housing_fund),
    (("无房", "不动产", "住房情况"), land_search),
    (("参保", "社保", "社会保险", "养老保险", "缴费", "权益记录"), contributions),
)


def _range(matter: Matter, answers: Mapping[str, str], today: date) -> tuple[date, date]:
    """First days of the first and last month asked for; by default the twelve months up to this one."""
    this_month = today.replace(day=1)
    for question in matter.questions():
        if question.kind is FieldKind.MONTH_RANGE:
            asked = parse_month_range(answers.get(question.key, ""))
            if asked is not None:
                first, last = asked
                return max(first, _earlier(last, _MOST_MONTHS)), min(last, this_month)
    return _earlier(this_month, _DEFAULT_MONTHS - 1), this_month


def _opened(number: str, register: str) -> date:
    """The account's first month: from 2012 to 2019, the same for ever."""
    return _later(_FIRST_MONTH, pick(number, f"{register} opened", 0, 95))


def _base(number: str, register: str, month: date) -> int:
    """The monthly base in fen: it grows by nought to six per cent each July."""
    year = month.year if month.month >= _SETTLING_MONTH else month.year - 1
    base = pick(number, f"{register} base", 350_000, 900_000)
    for passed in range(_FIRST_MONTH.year, year):
        base += base * pick(number, f"{register} growth {passed}", 0, 6) // 100
    return base // 100 * 100


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = _later(month, 1)


def _later(month: date, count: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def _earlier(month: date, count: int) -> date:
    return _later(month, -min(count, (month.year - 1) * 12 + month.month - 1))


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"


def _month_words(month: date) -> str:
    return f"{month.year}年{month.month}月"


def _day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
