"""Whether a pushed calendar can be the State Council's: days that are forgotten make a holiday a workday.

By 全国年节及纪念日放假办法 (decree 795, in force since 2025) seven festivals give 13 days a year, 11 before;
a notice moves weekends to them, so that it also names weekends that are worked.  Four of the festivals follow
the moon or the sun: each has its time of year here, not its day.  What is doubted may be right all the same:
these are warnings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from pydantic import ValidationError

from kiosk.matters.calendar import Calendar, CalendarOverrides, DayKind, YearOverride
from kiosk.matters.document import Node, parse_document
from kiosk.matters.lint.findings import Article, Finding, Severity

HOLIDAYS: Final = Article("第二十二条、全国年节及纪念日放假办法", "Article 22, rules on public holidays")
SEVEN_SINCE: Final = 2008  # festivals; before there were four
NEW_RULES: Final = 2025
LEAST_DAYS: Final = 13
LEAST_DAYS_BEFORE: Final = 11
SPRING_DAYS: Final = 4
SPRING_DAYS_BEFORE: Final = 3
BOTH_IN_OCTOBER: Final = 8  # days in a row, when Mid-Autumn falls into the week of National Day
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)
_SPRING: Final = ((1, 20), (2, 26))
_TOMBS: Final = ((4, 3), (4, 7))
_DRAGON_BOAT: Final = ((5, 25), (6, 27))
_MID_AUTUMN: Final = ((9, 7), (9, 30))

Span = tuple[tuple[int, int], tuple[int, int]]


def check_calendar(file: str, text: str) -> Iterator[Finding]:
    """What is doubtful in a calendar of overrides.  One that cannot be read is somebody else's find."""
    root = parse_document(text, file)
    if isinstance(root, list):
        return
    try:
        overrides = CalendarOverrides.model_validate(root.plain())
    except ValidationError:
        return
    calendar = Calendar(overrides)
    for place, year in enumerate(overrides.years):
        for number, zh, en in _of_days(year):
            yield _finding(root, file, ("years", place, "days", number), "calendar.weekday", zh, en)
        if year.complete and year.year >= SEVEN_SINCE:
            for code, zh, en in _of_year(calendar, year.year):
                yield _finding(root, file, ("years", place), code, zh, en)


def _of_days(year: YearOverride) -> Iterator[tuple[int, str, str]]:
    """Days that are called something that their day of the week cannot be."""
    for place, one in enumerate(year.days):
        on_weekend = one.day.weekday() >= _SATURDAY
        if one.kind is DayKind.MAKE_UP_WORKDAY and not on_weekend:
            zh = f"{one.day}不是周六、周日，不会是调休上班：请核对日期"
            en = f"{one.day} is no Saturday or Sunday, so nobody makes up for it: check the day"
        elif one.kind is DayKind.WORKDAY and on_weekend:
            zh = f"{one.day}是周六或周日：要上班的话，请写成调休上班"
            en = f"{one.day} is a Saturday or Sunday: if it is worked, write make_up_workday"
        elif one.kind is DayKind.WEEKEND and not on_weekend:
            zh = f"{one.day}不是周六、周日：放假请写成公共假日"
            en = f"{one.day} is no Saturday or Sunday: if it is off, write public_holiday"
        else:
            continue
        yield place, zh, en


def _of_year(calendar: Calendar, year: int) -> Iterator[tuple[str, str, str]]:
    """What a year that is said to be whole would lack."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = [first + timedelta(days=number) for number in range((after - first).days)]
    kinds = {day: calendar.kind_of(day) for day in days}
    off = {day for day, kind in kinds.items() if kind is DayKind.PUBLIC_HOLIDAY}
    least = LEAST_DAYS if year >= NEW_RULES else LEAST_DAYS_BEFORE
    check = "请对照国务院办公厅的通知补齐，没有填完就不要写全年都已填好（complete）"
    check_en = "compare with the notice, and leave complete out until all of it is here"
    if missing := _missing(year, off, kinds):
        names, names_en = "、".join(zh for zh, _ in missing), ", ".join(en for _, en in missing)
        zh = f"{year}年写着全年都已填好，却没有{names}的假期：{check}"
        yield (
            "calendar.festival",
            zh,
            f"{year} is said to be complete and has no days off for {names_en}: {check_en}",
        )
    elif len(off) < least:
        zh = f"{year}年写着全年都已填好，却只有{len(off)}天放假，法定至少{least}天：{check}"
        en = f"{year} is said to be complete with {len(off)} days off; by law there are {least}: {check_en}"
        yield "calendar.few", zh, en
    if DayKind.MAKE_UP_WORKDAY not in kinds.values():
        zh = f"{year}年没有一天调休上班，历年通知都有几天：请核对"
        yield (
            "calendar.no_make_up",
            zh,
            f"{year} has no make-up workday, and every notice so far had some: check it",
        )


def _missing(year: int, off: set[date], kinds: dict[date, DayKind]) -> list[tuple[str, str]]:
    """The festivals without a day off in their time of the year."""

    def free(span: Span) -> int:
        return sum(date(year, *span[0]) <= day <= date(year, *span[1]) for day in off)

    spring = SPRING_DAYS if year >= NEW_RULES else SPRING_DAYS_BEFORE
    autumn = free(_MID_AUTUMN) or _row(date(year, 10, 1), kinds) >= BOTH_IN_OCTOBER
    found = (
        (_row(date(year, 1, 1), kinds) > 0, "元旦", "New Year"),
        (free(_SPRING) >= spring, "春节", "the Spring Festival"),
        (free(_TOMBS) > 0, "清明节", "Tomb-sweeping Day"),
        (_row(date(year, 5, 1), kinds) > 0, "劳动节", "Labour Day"),
        (free(_DRAGON_BOAT) > 0, "端午节", "the Dragon Boat Festival"),
        (bool(autumn), "中秋节", "the Mid-Autumn Festival"),
        (_row(date(year, 10, 1), kinds) > 0, "国庆节", "National Day"),
    )
    return [(zh, en) for there, zh, en in found if not there]


def _row(day: date, kinds: dict[date, DayKind]) -> int:
    """How many days from ``day`` on nobody works."""
    count = 0
    while kinds.get(day) in (DayKind.PUBLIC_HOLIDAY, DayKind.WEEKEND):
        count, day = count + 1, day + _ONE_DAY
    return count


def _finding(root: Node, file: str, path: tuple[str | int, ...], code: str, zh: str, en: str) -> Finding:
    mark, _ = root.find(path)
    dotted = ".".join(map(str, path))
    return Finding(code, Severity.WARNING, HOLIDAYS, file, mark.line, mark.column, zh, en, dotted)
