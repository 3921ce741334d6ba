"""Basic medical insurance: who is insured how, and what was paid."""

from __future__ import annotations

from datetime import date

from kiosk.server.extracts import (
    EMPLOYER,
    Extract,
    month_words,
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
