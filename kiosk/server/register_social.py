"""Old-age insurance and social security cards: contributions, the yearly record, pensions, the card."""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.matters.numbers import birth_of, sex_of
from kiosk.matters.periods import month_text
from kiosk.server.extracts import (
    EMPLOYER,
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

_PENSION_AGE: Final = {"1": 60, "2": 55}  # simplified; the delay of the retirement age is left out here
_RISE_PERCENT: Final = 3  # of pensions, each January
_RATE_PER_MILLE: Final = 30  # interest of the personal account, each year
_CARD_YEARS: Final = 10


def yearly_record(number: str, first: date, last: date, today: date) -> Extract:
    """The personal account year by year: months, average base, own payments, interest, what is saved."""
    begun = opened(number, "pension")
    saved = 0
    rows = []
    counted = 0
    for year in range(begun.year, last.year + 1):
        year_months = [*months(max(begun, date(year, 1, 1)), min(date(year, 12, 1), last))]
        bases = [monthly_base(number, "pension", month) for month in year_months]
        paid = sum(base * 8 // 100 for base in bases)
        interest = (saved + paid // 2) * _RATE_PER_MILLE // 1000
        saved += paid + interest
        if year >= first.year:
            counted += len(bases)
            average = sum(bases) // len(bases)
            rows.append((str(year), str(len(bases)), yuan(average), yuan(paid), yuan(interest), yuan(saved)))
    span = f"{rows[0][0]}年至{rows[-1][0]}年" if rows else f"{first.year}年至{last.year}年"
    return Extract(
        title="基本养老保险个人账户记录",
        columns=(
            "年度",
            "缴费月数",
            "月平均基数（元）",
            "个人缴费（元）",
            "当年利息（元）",
            "年末累计（元）",
        ),
        rows=tuple(rows),
        note=f"{span}共缴费{counted}个月；利率为演示数据。",
        statement=f"在本市参加企业职工基本养老保险，{span}共缴费{counted}个月，"
        f"截至{last.year}年末个人账户累计储存额{yuan(saved)}元",
        facts=(("险种", "企业职工基本养老保险"), ("参保单位", EMPLOYER), ("首次参保", month_words(begun))),
    )


def pension(number: str, first: date, last: date, today: date) -> Extract:
    """What was paid out each month, from the month in which the pension began."""
    begun = _pension_begun(number)
    if begun is None or begun > last:
        return _no_pension()
    rows = []
    total = 0
    for month in months(max(first, begun), last):
        basic, allowance = _pension_of(number, begun, month)
        total += basic + allowance
        rows.append((month_text(month), yuan(basic), yuan(allowance), yuan(basic + allowance), "已发放"))
    span = f"{month_words(first)}至{month_words(last)}"
    return Extract(
        title="养老保险待遇发放明细",
        columns=("发放月份", "基本养老金（元）", "地方补贴（元）", "实发合计（元）", "状态"),
        rows=tuple(rows),
        note=f"{span}共发放{len(rows)}个月，合计{yuan(total)}元。",
        statement=f"自{month_words(begun)}起在本市按月领取企业职工基本养老金，"
        f"{span}共发放{len(rows)}个月，合计{yuan(total)}元",
        facts=(("待遇类别", "企业职工基本养老金"), ("开始领取", month_words(begun))),
    )


def pension_now(number: str, first: date, last: date, today: date) -> Extract:
    """What is paid out in this month, without a table."""
    begun = _pension_begun(number)
    month = today.replace(day=1)
    if begun is None or begun > month:
        return _no_pension()
    total = sum(_pension_of(number, begun, month))
    return Extract(
        title="养老保险待遇",
        columns=(),
        rows=(),
        note="",
        statement=f"自{month_words(begun)}起在本市按月领取企业职工基本养老金，"
        f"{month_words(month)}发放{yuan(total)}元",
        facts=(
            ("待遇类别", "企业职工基本养老金"),
            ("开始领取", month_words(begun)),
            ("本月待遇", f"{yuan(total)}元"),
        ),
    )


def card(number: str, first: date, last: date, today: date) -> Extract:
    """The social security card: state, bank, dates; its number only by its last places."""
    issued = later(date(2018, 1, 1), pick(number, "card issued", 0, 83))
    banks = ("中国工商银行", "中国建设银行", "中国农业银行", "中国银行", "中国邮政储蓄银行")
    bank = banks[pick(number, "card bank", 0, len(banks) - 1)]
    shown = f"D****{pick(number, 'card number', 0, 9999):04}"
    rows = (
        ("社会保障卡号", shown),
        ("卡状态", "正常"),
        ("发卡日期", day_words(issued.replace(day=pick(number, "card day", 1, 28)))),
        ("有效期至", f"{issued.year + _CARD_YEARS}年{issued.month}月"),
        ("合作银行", f"{bank}（演示）"),
        (
            "银行账户",
            "已激活" if pick(number, "card bank active", 0, 3) else "未激活，到银行网点激活后可以用",
        ),
        ("发卡地", "河南省平顶山市"),
    )
    return Extract(
        title="社会保障卡信息",
        columns=("项目", "内容"),
        rows=rows,
        note="银行账户的余额和流水请向合作银行查询。",
        statement="在本市持有社会保障卡，卡状态正常",
    )


def _pension_begun(number: str) -> date | None:
    born = birth_of(number)
    if born is None:
        return None
    return later(born.replace(day=1), 12 * _PENSION_AGE.get(sex_of(number), 60) + 1)


def _pension_of(number: str, begun: date, month: date) -> tuple[int, int]:
    """Basic pension and allowance in fen."""
    basic = pick(number, "pension amount", 150_000, 320_000)
    for _ in range(begun.year, month.year):
        basic += basic * _RISE_PERCENT // 100
    return basic // 10 * 10, pick(number, "pension allowance", 8_000, 36_000) // 100 * 100


def _no_pension() -> Extract:
    return Extract(
        title="养老保险待遇发放明细",
        columns=("查询范围", "查询结果"),
        rows=(("平顶山市企业职工基本养老保险（演示）", "未查询到待遇发放记录"),),
        note="还没有开始领取养老金的，可以打印社保缴费证明。",
        statement="在本市企业职工基本养老保险（演示）中未查询到待遇发放记录",
    )
