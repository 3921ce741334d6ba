"""Basic medical insurance: who is insured how, and what was paid."""

from __future__ import annotations

from datetime import date

from kiosk.matters.periods import month_text
from kiosk.server.extracts import (
    EMPLOYER,
    Extract,
    month_words,
    monthly_base,
    months,
    opened,
    pick,
    yuan,
)


def insurance(number: str, first: date, last: date, today: date) -> Extract:
    """Kind, state, since when, where, and the balance of the personal account."""
    begun = opened(number, "medical")
    balance = pick(number, "medical balance", 12_000, 860_000)
    rows = (
        ("险种", "职工基本医疗保险（含生育保险）"),
        ("参保状态", "正常参保"),
        ("开始参保", month_words(begun)),
        ("参保地", "河南省平顶山市"),
        ("参保单位", EMPLOYER),
        ("个人账户余额", f"{yuan(balance)}元"),
    )
    return Extract(
        title="基本医疗保险参保信息",
        columns=("项目", "内容"),
        rows=rows,
        note=f"截至{today.year}年{today.month}月{today.day}日。",
        statement=f"自{month_words(begun)}起在本市参加职工基本医疗保险，参保状态正常",
    )


def contributions(number: str, first: date, last: date, today: date) -> Extract:
    """Months of employees' medical insurance.  Base, employer's 7 %, own 2 %, all of which is credited."""
    rows = []
    total = 0
    for month in months(max(first, opened(number, "medical")), last):
        base = monthly_base(number, "medical", month)
        own = base * 2 // 100
        total += own
        rows.append((month_text(month), yuan(base), yuan(base * 7 // 100), yuan(own), "已到账"))
    span = f"{month_words(first)}至{month_words(last)}"
    return Extract(
        title="职工基本医疗保险缴费明细",
        columns=("缴费月份", "缴费基数（元）", "单位缴纳（元）", "个人缴纳（元）", "状态"),
        rows=tuple(rows),
        note=f"{span}共缴费{len(rows)}个月，个人缴纳合计{yuan(total)}元，全部记入个人账户。",
        statement=f"在本市参加职工基本医疗保险，{span}实际缴费{len(rows)}个月",
        facts=(("险种", "职工基本医疗保险"), ("参保单位", EMPLOYER)),
    )
