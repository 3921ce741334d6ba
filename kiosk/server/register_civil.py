"""Assistance of civil affairs, the disability card, and a veteran's card on its way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from kiosk.server.extracts import Extract, day_words, later, month_words, pick, yuan

_DISABILITIES: Final = ("视力残疾", "听力残疾", "言语残疾", "肢体残疾", "智力残疾", "精神残疾")
_GRADES: Final = "一二三四"
_CARD_YEARS: Final = 10
_FEDERATION: Final = "平顶山市示范区残疾人联合会（演示）"
_STATION: Final = "示范街道退役军人服务站（演示）"

# What is done, by whom, and how many days after the step before it.
_STEPS: Final = (
    ("提出申请", _STATION, 0),
    ("核对身份", _STATION, 2),
    ("县级审核", "示范区退役军人事务局（演示）", 5),
    ("市级审核", "平顶山市退役军人事务局（演示）", 6),
    ("银行制证", "合作银行（演示）", 15),
    ("送达发放", _STATION, 7),
)


def assistance(number: str, first: date, last: date, today: date) -> Extract:
    """The minimum living allowance of a household, or the support of a person in extreme hardship."""
    begun = later(date(2019, 1, 1), pick(number, "assistance begun", 0, 72))
    hardship = pick(number, "assistance kind", 0, 3) == 0
    people = 1 if hardship else pick(number, "assistance people", 1, 4)
    each = pick(number, "assistance each", 330, 620) * 100 * (2 if hardship else 1)
    kind = "特困人员" if hardship else "最低生活保障对象"
    month = today.replace(day=1)
    return Extract(
        title="社会救助情况",
        columns=(),
        rows=(),
        note="",
        statement=f"系平顶山市{kind}（演示），自{month_words(begun)}起享受救助，截至{day_words(today)}正在享受",
        facts=(
            ("救助类别", kind),
            ("开始年月", month_words(begun)),
            ("保障人数", f"{people}人"),
            (f"{month_words(month)}保障金", f"{yuan(each * people)}元"),
        ),
    )


def disability_card(number: str, first: date, last: date, today: date) -> Extract:
    """What stands on the card.  Its number is that of the identity card and needs not be shown again."""
    issued = date(2017, 6, 1) + timedelta(days=pick(number, "disability issued", 0, 3_000))
    until = issued.replace(year=issued.year + _CARD_YEARS, day=min(issued.day, 28))
    kind = _DISABILITIES[pick(number, "disability kind", 0, len(_DISABILITIES) - 1)]
    grade = _GRADES[pick(number, "disability grade", 0, len(_GRADES) - 1)] + "级"
    state = "有效" if today <= until else "已经过期"
    rows = (
        ("残疾类别", kind),
        ("残疾等级", grade),
        ("签发日期", issued.isoformat()),
        ("有效期至", until.isoformat()),
        ("签发机关", _FEDERATION),
        ("证件状态", state),
    )
    return Extract(
        title="残疾人证信息查询结果",
        columns=("项目", "内容"),
        rows=rows,
        note="到期前三个月可以换证。",
        statement=f"持有中华人民共和国残疾人证（演示），{kind}{grade}，证件{state}",
    )


def veteran_card(number: str, first: date, last: date, today: date) -> Extract:
    """A card that was applied for some weeks ago: the steps done, the one under way, those to come."""
    day = today - timedelta(days=pick(number, "veteran applied", 4, 50))
    rows = []
    done = ""
    for what, who, after in _STEPS:
        day += timedelta(days=after)
        if day <= today:
            rows.append((what, who, day.isoformat(), "已完成"))
            done = what
        else:
            under_way = bool(rows) and rows[-1][3] == "已完成"
            rows.append((what, who, "", "正在办理" if under_way else "等待办理"))
    return Extract(
        title="退役军人优待证申领进度",
        columns=("环节", "办理单位", "完成日期", "状态"),
        rows=tuple(rows),
        note="制好的证送到提出申请的服务站，由服务站打电话通知领取。",
        statement=f"截至{day_words(today)}，退役军人优待证申领（演示）已经完成“{done}”",
    )
