"""Days off as the State Council's notice tells them, pasted as it is.

    二、春节：2月15日（农历腊月二十八、周日）至23日（正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。

What the notice says twice is compared: the weekday behind a date, and how many days it is off.  A line that
contradicts itself or the year is not taken.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_ENTRY: Final = re.compile(r"(?=[一二三四五六七八九十]+、[^：:。\d]{1,20}[：:])")
_HEAD: Final = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,3}[、.．]\s*)?(?:(?P<name>[^：:。\d（(]{1,20})[：:])?(?P<rest>.*)"
)
_BESIDE: Final = r"\s*(?:[（(](?P<{0}>[^）)]*)[）)])?\s*"
_SPAN: Final = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    + _BESIDE.format("first")
    + r"(?:[至到~—–-]\s*"
    r"(?:(?P<to_year>\d{4})年)?(?:(?P<to_month>\d{1,2})月)?(?P<to_day>\d{1,2})日"
    + _BESIDE.format("last")
    + ")?"
)
_WEEKDAY: Final = re.compile(r"(?:周|星期)([一二三四五六日天])")
_COUNT: Final = re.compile(r"(?:共|放假)\s*(\d{1,2})\s*天")
_MOST_DAYS: Final = 60


def entries(text: str) -> list[str]:
    """A line for each holiday, where the notice was pasted as one paragraph."""
    return [each.strip() for line in text.split("\n") for each in _ENTRY.split(line) if each.strip()]


def read(line: str, year: int) -> list[dict[str, str]] | None:
    """The days of one line; ``None`` where it is none of a notice, or contradicts itself."""
    head = _HEAD.fullmatch(line)
    if head is None:
        return None
    name = re.sub(r"\s", "", head["name"] or "")
    found: list[dict[str, str]] = []
    for clause in filter(None, map(str.strip, head["rest"].split("。"))):
        spans = [_days(span, year) for span in _SPAN.finditer(clause)]
        works, off = "上班" in clause, "放假" in clause or "休息" in clause
        if not spans:
            continue  # 不调休, and what is said beside it
        if works == off or any(not days for days in spans):
            return None
        days = [day for each in spans for day in each]
        counted = _COUNT.search(clause)
        if off and counted is not None and int(counted[1]) != len(days):
            return None
        kind = "make_up_workday" if works else "public_holiday"
        found += [{"day": day.isoformat(), "kind": kind} | ({"name": name} if name else {}) for day in days]
    return found or None


def _days(span: re.Match[str], year: int) -> list[date]:
    """Nothing for days that there are not, or that are another day of the week."""
    try:
        first = date(int(span["year"] or year), int(span["month"]), int(span["day"]))
        last = first
        if span["to_day"]:
            last = date(
                int(span["to_year"] or first.year), int(span["to_month"] or first.month), int(span["to_day"])
            )
    except ValueError:
        return []
    if not 0 <= (last - first).days < _MOST_DAYS:
        return []
    for day, words in ((first, span["first"]), (last, span["last"])):
        said = _WEEKDAY.search(words or "")
        if said is not None and "一二三四五六日".index(said[1].replace("天", "日")) != day.weekday():
            return []
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
