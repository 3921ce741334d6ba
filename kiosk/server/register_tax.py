"""Taxes: the record of income tax since 2019, and what was paid of single taxes between two days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from kiosk.matters.periods import month_text
from kiosk.server.extracts import (
    Extract,
    day_words,
    later,
    month_words,
    monthly_base,
    months,
    opened,
    pick,
    yuan,
)
from kiosk.server.register_land import homes

_OFFICE: Final = "国家税务总局平顶山市示范区税务局（演示）"
_FREE_NOW: Final = 500_000  # fen a month, since October 2018
_FREE_BEFORE: Final = 350_000
_OWN_INSURANCE_PER_MILLE: Final = 105 + 100  # old age, medical, unemployment and housing fund
_RATE_PERCENT: Final = 3  # the lowest bracket; nobody in here earns more
_NEW_LAW: Final = date(2019, 1, 1)
_NOTHING: Final = "所选日期之间没有入库记录"

Payment = tuple[date, str, str, str, int]
"""Day received, tax, what it is for, item, fen."""


def income_record(number: str, first: date, last: date, today: date) -> Extract:
    """What was declared for each month, also where no tax was due."""
    rows = []
    total = 0
    for month in months(max(first, opened(number, "pension"), _NEW_LAW), last):
        declared = later(month, 1) + timedelta(days=pick(number, "tax day", 4, 14))
        if declared > today:
            break
        tax = _income_tax(number, month, _FREE_NOW)
        total += tax
        rows.append((declared.isoformat(), "工资薪金所得", month_text(month), yuan(tax), "已申报"))
    span = f"{month_words(first)}至{month_words(last)}"
    return Extract(
        title="个人所得税纳税记录",
        columns=("申报日期", "所得项目", "税款所属期", "实缴（退）金额（元）", "状态"),
        rows=tuple(rows) or (("", "没有申报记录", "", "", ""),),
        note=f"{span}实缴税额合计{yuan(total)}元。金额为零的月份已经申报，不用缴税。",
        statement=f"{span}由扣缴义务人申报个人所得税{len(rows)}个月，实缴税额合计{yuan(total)}元",
        facts=(("纳税人识别号", "同公民身份号码"), ("主管税务机关", _OFFICE)),
    )


def deed_tax(number: str, first: date, last: date, today: date) -> Extract:
    return _paid("契税", _deeds(number), first, last, today)


def vehicle_purchase(number: str, first: date, last: date, today: date) -> Extract:
    return _paid("车辆购置税", _cars(number), first, last, today)


def vehicle_vessel(number: str, first: date, last: date, today: date) -> Extract:
    return _paid("车船税", _yearly(number, today), first, last, today)


def business(number: str, first: date, last: date, today: date) -> Extract:
    return _paid("个体经营税款", _quarters(number, today), first, last, today)


def income_before(number: str, first: date, last: date, today: date) -> Extract:
    """Income tax on wages up to December 2018, when it was still certified so."""
    return _paid("个人所得税", _wages(number), first, last, today)


def _paid(what: str, payments: Iterator[Payment], first: date, last: date, today: date) -> Extract:
    found = sorted(each for each in payments if first <= each[0] <= min(last, today))
    total = sum(fen for *_, fen in found)
    rows = tuple((day.isoformat(), tax, period, item, yuan(fen)) for day, tax, period, item, fen in found)
    span = f"{day_words(first)}至{day_words(last)}"
    return Extract(
        title="税收完税证明",
        columns=("入库日期", "税种", "税款所属时期", "品目名称", "实缴金额（元）"),
        rows=rows or (("", what, "", _NOTHING, ""),),
        note=f"{span}共{len(rows)}笔，实缴金额合计{yuan(total)}元。",
        statement=f"{span}缴纳{what}{len(rows)}笔，实缴金额合计{yuan(total)}元，税款已经缴入国库",
        facts=(("税务机关", _OFFICE),),
    )


def _deeds(number: str) -> Iterator[Payment]:
    for home in homes(number):
        paid = home.registered - timedelta(days=pick(number, f"deed {home.place}", 5, 40))
        yield paid, "契税", paid.isoformat(), "商品住房买卖", home.price // 100


def _car(number: str) -> tuple[date, int]:
    """The day on which the car was bought, and its price in fen without value-added tax."""
    bought = date(2015, 1, 1) + timedelta(days=pick(number, "car day", 0, 3_900))
    return bought, pick(number, "car price", 600, 1_600) * 10_000


def _cars(number: str) -> Iterator[Payment]:
    bought, price = _car(number)
    paid = bought + timedelta(days=pick(number, "car tax day", 1, 30))
    yield paid, "车辆购置税", paid.isoformat(), "小汽车", price // 10


def _yearly(number: str, today: date) -> Iterator[Payment]:
    bought, _ = _car(number)
    amount = pick(number, "vessel tax", 0, 2) * 6_000 + 30_000
    for year in range(bought.year, today.year + 1):
        day = date(year, bought.month, min(bought.day, 28))
        yield day, "车船税", str(year), "乘用车", amount


def _quarters(number: str, today: date) -> Iterator[Payment]:
    for year in range(2021, today.year + 1):
        for quarter in range(1, 5):
            month = later(date(year, 3 * quarter, 1), 1)
            day = month + timedelta(days=pick(number, f"business day {year} {quarter}", 4, 14))
            fen = pick(number, f"business {year} {quarter}", 60, 900) * 100
            yield day, "个人所得税", f"{year}年第{quarter}季度", "经营所得", fen


def _wages(number: str) -> Iterator[Payment]:
    for month in months(opened(number, "pension"), date(2018, 12, 1)):
        tax = _income_tax(number, month, _FREE_BEFORE)
        if tax:
            day = later(month, 1) + timedelta(days=pick(number, "tax day", 4, 14))
            yield day, "个人所得税", month_text(month), "工资薪金所得", tax


def _income_tax(number: str, month: date, free: int) -> int:
    wage = monthly_base(number, "pension", month)
    taxable = wage - wage * _OWN_INSURANCE_PER_MILLE // 1000 - free
    return max(0, taxable) * _RATE_PERCENT // 100
