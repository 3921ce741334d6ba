"""Household register and traffic police: a few invented entries, the same for the same person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from kiosk.matters.numbers import birth_of
from kiosk.server.extracts import Extract, day_words, pick

_POLICE_STATION: Final = "平顶山市公安局示范派出所（演示）"
_PLATE: Final = "豫D·演示{:02}"

# What was done, fine in yuan, points (道路交通安全违法行为记分管理办法; fines are examples).
_VIOLATIONS: Final = (
    ("违反停车规定停放机动车", 100, 0),
    ("违反禁止标线指示", 100, 1),
    ("不按规定让行", 100, 3),
    ("不按交通信号灯规定通行", 200, 6),
    ("行人通过人行横道时没有停车让行", 100, 3),
)
_SETTLED_DAYS: Final = 60  # in here everybody deals with it within two months
_ROADS: Final = (
    "建设路与光明路交叉口",
    "矿工路与开源路交叉口",
    "新城区长安大道中段",
    "湛南路东段",
    "平安大道西段",
)


def household_changes(number: str, first: date, last: date, today: date) -> Extract:
    """Entries of the household register that were changed: what it was before, what after."""
    born = birth_of(number) or today
    rows = []
    for label, age, before, after in (
        ("文化程度", 22, "高中", "大学专科"),
        ("婚姻状况", 27, "未婚", "已婚"),
        ("服务处所", 31, "无", "平顶山市示范单位（演示）"),
    ):
        day = born + timedelta(days=age * 365 + pick(number, f"household {label}", 0, 700))
        if day <= today:
            rows.append((day.isoformat(), label, before, after))
    rows.sort()
    return Extract(
        title="户口登记项目变更情况",
        columns=("变更日期", "登记项目", "变更前", "变更后"),
        rows=tuple(rows),
        note="姓名、性别、出生日期、公民身份号码没有变更记录。",
        statement=f"截至{day_words(today)}，户口登记项目共有{len(rows)}次变更；"
        "姓名、性别、出生日期、公民身份号码没有变更",
        facts=(("户口登记机关", _POLICE_STATION),),
    )


def household_moves(number: str, first: date, last: date, today: date) -> Extract:
    """Where the household came from and when."""
    born = birth_of(number) or today
    day = min(born + timedelta(days=19 * 365 + pick(number, "household move", 0, 3000)), today)
    rows = (
        (born.isoformat(), "出生登记", "河南省平顶山市叶县示范村（演示）"),
        (day.isoformat(), "迁入", "河南省平顶山市示范区示范路（演示）"),
    )
    return Extract(
        title="户口迁移情况",
        columns=("日期", "登记内容", "登记地址"),
        rows=rows,
        note="迁移情况以户口登记机关的登记为准。",
        statement=f"户口于{day_words(day)}迁入现户口登记地，此后没有迁出",
        facts=(("户口登记机关", _POLICE_STATION),),
    )


def traffic_violations(number: str, first: date, last: date, today: date) -> Extract:
    """Those that have not been dealt with."""
    return _violations(number, today, open_only=True)


def all_traffic_violations(number: str, first: date, last: date, today: date) -> Extract:
    """Those of the last twelve months, dealt with or not."""
    return _violations(number, today, open_only=False)


def _violations(number: str, today: date, *, open_only: bool) -> Extract:
    rows = []
    fine = 0
    points = 0
    for year in (today.year - 1, today.year):
        for turn in range(pick(number, f"traffic count {year}", 1, 3)):
            label = f"{year} {turn}"
            day = date(year, 1, 1) + timedelta(days=pick(number, f"traffic day {label}", 0, 364))
            done = (today - day).days > _SETTLED_DAYS
            if not timedelta() <= today - day <= timedelta(days=365) or (open_only and done):
                continue
            what, yuan, minus = _VIOLATIONS[pick(number, f"traffic what {label}", 0, len(_VIOLATIONS) - 1)]
            if not done:
                fine += yuan
                points += minus
            road = _ROADS[pick(number, f"traffic road {label}", 0, len(_ROADS) - 1)]
            plate = _PLATE.format(pick(number, "traffic plate", 1, 99))
            state = "已处理" if done else "未处理"
            rows.append((day.isoformat(), plate, road, what, str(yuan), str(minus), state))
    rows.sort()
    span = "未处理的违法" if open_only else "最近十二个月的违法"
    return Extract(
        title="道路交通安全违法行为查询结果",
        columns=("日期", "号牌", "地点", "违法行为", "罚款（元）", "记分", "状态"),
        rows=tuple(rows) or (("", "", "", f"没有{span}", "", "", ""),),
        note=f"没有处理的罚款共{fine}元，记{points}分。",
        statement=f"截至{day_words(today)}，本人机动车和驾驶证{span}共{len(rows)}条",
    )
