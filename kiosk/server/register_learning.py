"""Schooling and work: diplomas, and how somebody has been registered as employed or unemployed."""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.matters.numbers import birth_of
from kiosk.server.extracts import EMPLOYER, Extract, day_words, later, opened, pick

_COLLEGE: Final = "平顶山示范职业学院（演示）"
_UNIVERSITY: Final = "河南示范大学（演示）"
_SUBJECTS: Final = ("会计", "护理学", "机械工程", "汉语言文学", "计算机科学与技术", "土木工程")

# Level, school, age in the September of the first year, years of study.
_LADDERS: Final = (
    (("专科", _COLLEGE, 18, 3),),
    (("本科", _UNIVERSITY, 18, 4),),
    (("专科", _COLLEGE, 18, 3), ("本科", _UNIVERSITY, 22, 2)),
    (("本科", _UNIVERSITY, 18, 4), ("硕士研究生", _UNIVERSITY, 23, 3)),
)


def diplomas(number: str, first: date, last: date, today: date) -> Extract:
    """All that are registered, the first one first."""
    return _diplomas(number, today, only_highest=False)


def highest_diploma(number: str, first: date, last: date, today: date) -> Extract:
    return _diplomas(number, today, only_highest=True)


def employment(number: str, first: date, last: date, today: date) -> Extract:
    """Work, its end, and work again; the last entry holds now."""
    born = birth_of(number) or date(1980, 1, 1)
    begun = max(opened(number, "pension"), date(born.year + 18, 7, 1))
    left = later(begun, pick(number, "work left", 20, 50))
    again = later(left, pick(number, "work again", 1, 9))
    entries = (
        (begun, "就业登记", EMPLOYER),
        (left, "失业登记", "合同期满"),
        (again, "就业登记", "灵活就业（演示）"),
    )
    known = [entry for entry in entries if entry[0] <= today]
    rows = tuple(
        (what, day.isoformat(), detail, "当前" if index == len(known) else "已结束")
        for index, (day, what, detail) in enumerate(known, 1)
    )
    now = f"当前为{known[-1][1]}" if known else "没有登记记录"
    return Extract(
        title="就业创业证信息",
        columns=("登记类型", "登记日期", "用人单位或原因", "状态"),
        rows=rows or (("没有登记记录", "", "", ""),),
        note=f"截至{day_words(today)}，{now}。",
        statement=f"截至{day_words(today)}，在平顶山市就业失业登记信息（演示）中{now}",
    )


def _diplomas(number: str, today: date, *, only_highest: bool) -> Extract:
    born = birth_of(number) or date(1980, 1, 1)
    subject = _SUBJECTS[pick(number, "school subject", 0, len(_SUBJECTS) - 1)]
    rows = []
    for level, school, age, years in _LADDERS[pick(number, "school ladder", 0, len(_LADDERS) - 1)]:
        entered, ended = date(born.year + age, 9, 1), date(born.year + age + years, 7, 1)
        if ended <= today and ended.year >= 2001:  # registered electronically since then
            rows.append(
                (level, school, subject, "普通全日制", entered.isoformat(), ended.isoformat(), "毕业")
            )
    shown = tuple(rows[-1:] if only_highest else rows)
    found = f"登记有学历{len(shown)}条" if shown else "没有电子注册的学历"
    return Extract(
        title="学历信息查询结果",
        columns=("层次", "学校", "专业", "学习形式", "入学日期", "毕业日期", "结论"),
        rows=shown or (("没有电子注册的学历", "", "", "", "", "", ""),),
        note="2001年以前的学历证书没有电子注册，请申请学历认证。",
        statement=f"截至{day_words(today)}，在学历电子注册信息（演示）中{found}",
    )
