"""Housing: provident fund and its loans."""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.server.extracts import (
    EMPLOYER,
    SETTLING_MONTH,
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

_RATE_PER_100_000: Final = 2_600  # 2.6 % a year
_LOAN_YEARS: Final = (10, 15, 20)


def housing_fund(number: str, first: date, last: date, today: date) -> Extract:
    """Movements of the housing provident fund account with the balance after each, in yuan."""
    rows, balance = _movements(number, first, last, today)
    return Extract(
        title="住房公积金缴存明细",
        columns=("日期", "摘要", "收入（元）", "支出（元）", "余额（元）"),
        rows=rows,
        note=f"查询区间{month_words(first)}至{month_words(last)}，共{len(rows)}笔；期末余额{yuan(balance)}元。",
        statement=f"在本市缴存住房公积金，截至{month_words(last)}账户余额{yuan(balance)}元",
        facts=(("个人账号", _account(number)), ("缴存单位", EMPLOYER)),
    )


def deposits_for_elsewhere(number: str, first: date, last: date, today: date) -> Extract:
    """What another city's centre needs to know before it lends: deposits without a gap, no loan."""
    begun = opened(number, "fund")
    month = today.replace(day=1)
    count = (month.year - begun.year) * 12 + month.month - begun.month + 1
    _, balance = _movements(number, month, month, today)
    base = monthly_base(number, "fund", month)
    return Extract(
        title="住房公积金缴存使用情况",
        columns=(),
        rows=(),
        note="",
        statement=f"在本市缴存住房公积金，已连续足额缴存{count}个月，截至{day_words(today)}账户状态正常，"
        "没有使用过住房公积金个人住房贷款",
        facts=(
            ("个人账号", _account(number)),
            ("缴存单位", EMPLOYER),
            ("开户月份", month_words(begun)),
            ("月缴存基数", f"{yuan(base)}元"),
            ("月缴存额", f"{yuan(base * 20 // 100)}元"),
            ("账户余额", f"{yuan(balance)}元"),
            ("贷款次数", "0次"),
        ),
    )


def repayments(number: str, first: date, last: date, today: date) -> Extract:
    """A loan repaid in equal parts of the principal; every row follows from the one before."""
    begun = later(opened(number, "fund"), pick(number, "loan after", 18, 60))
    years = _LOAN_YEARS[pick(number, "loan years", 0, len(_LOAN_YEARS) - 1)]
    loan = pick(number, "loan amount", 10, 40) * 1_000_000
    day = pick(number, "loan day", 5, 25)
    part = -(-loan // (years * 12))
    owed = loan
    rows = []
    paid = 0
    for month in months(later(begun, 1), min(last, later(begun, years * 12))):
        if date(month.year, month.month, day) > today:
            break
        interest = owed * _RATE_PER_100_000 // 100_000 // 12
        principal = min(part, owed)
        owed -= principal
        if month >= first:
            paid += principal + interest
            rows.append(
                (
                    f"{month.year}-{month.month:02}-{day:02}",
                    yuan(principal),
                    yuan(interest),
                    yuan(principal + interest),
                    yuan(owed),
                )
            )
    span = f"{month_words(first)}至{month_words(last)}"
    return Extract(
        title="住房公积金贷款还款明细",
        columns=("还款日期", "本金（元）", "利息（元）", "合计（元）", "剩余本金（元）"),
        rows=tuple(rows),
        note=f"{span}共还款{len(rows)}期，合计{yuan(paid)}元；剩余本金{yuan(owed)}元。利率为演示数据。",
        statement=f"在本市有一笔住房公积金个人住房贷款，{span}共还款{len(rows)}期，剩余本金{yuan(owed)}元",
        facts=(
            ("贷款金额", f"{yuan(loan)}元"),
            ("发放月份", month_words(begun)),
            ("贷款期限", f"{years}年"),
            ("还款方式", "等额本金"),
        ),
    )


def _account(number: str) -> str:
    return f"4104{pick(number, 'fund account', 0, 99_999_999):08}"


def _movements(number: str, first: date, last: date, today: date) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Rows from ``first`` on, and the balance at the end."""
    begun = opened(number, "fund")
    day = pick(number, "fund day", 5, 25)
    balance = 0
    year_start = 0
    rows = []
    for month in months(begun, last):
        movements = []
        if month.month == SETTLING_MONTH and month > begun:
            interest = year_start * 15 // 1000  # 1.5 % on what was there a year ago
            movements.append((date(month.year, month.month, 1), "年度结息", interest))
            year_start = balance + interest
        paid = monthly_base(number, "fund", month) * 20 // 100  # employer and employee, 10 % each
        movements.append((date(month.year, month.month, day), f"汇缴{month.year}年{month.month:02}月", paid))
        for at, what, fen in movements:
            if at > today:
                continue
            balance += fen
            if month >= first:
                rows.append((at.isoformat(), what, yuan(fen), "", yuan(balance)))
    return tuple(rows), balance
