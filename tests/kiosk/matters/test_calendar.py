from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.matters.calendar import Calendar, CalendarOverrides, DayKind, PromisedDay
from kiosk.matters.load import load_model
from kiosk.matters.models import LimitUnit, TimeLimit

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        *((date(2026, month, day), DayKind.MAKE_UP_WORKDAY) for month, day in ((1, 4), (2, 14), (10, 10))),
        *((date(2026, month, day), DayKind.MAKE_UP_WORKDAY) for month, day in ((2, 28), (5, 9), (9, 20))),
        (date(2026, 10, 1), DayKind.PUBLIC_HOLIDAY),
        (date(2026, 10, 3), DayKind.PUBLIC_HOLIDAY),
        (date(2026, 11, 21), DayKind.WEEKEND),
        (date(2026, 11, 24), DayKind.WORKDAY),
    ],
)
def test_the_four_kinds_of_day(day: date, kind: DayKind) -> None:
    found = CALENDAR.day(day)
    assert (found.kind, found.known) == (kind, True)
    assert CALENDAR.is_workday_by_law(day) is (kind in (DayKind.WORKDAY, DayKind.MAKE_UP_WORKDAY))


def test_an_unknown_year_is_plain_and_says_so() -> None:
    assert CALENDAR.is_year_known(2026)
    assert not CALENDAR.is_year_known(2027)
    after = CALENDAR.day(date(2027, 1, 4))
    assert (after.kind, after.known) == (DayKind.WORKDAY, False)
    assert CALENDAR.day(date(2027, 1, 2)).kind is DayKind.WEEKEND
    assert not CALENDAR.day(date(2003, 12, 31)).known


def test_what_is_a_holiday_by_law_in_every_year_is_one_in_an_unknown_year_too() -> None:
    new_year = CALENDAR.day(date(2027, 1, 1))
    assert (new_year.kind, new_year.known, new_year.name) == (DayKind.PUBLIC_HOLIDAY, True, "元旦")
    assert not CALENDAR.is_year_known(2027)
    assert CALENDAR.day(date(2027, 10, 3)).kind is DayKind.PUBLIC_HOLIDAY
    pushed = CalendarOverrides.model_validate(
        {"version": "1", "years": [{"year": 2027, "days": [{"day": "2027-01-01", "kind": "workday"}]}]}
    )
    assert Calendar(pushed).day(date(2027, 1, 1)).kind is DayKind.WORKDAY  # pushed data are the strongest


def test_limits_over_the_national_holiday_and_into_an_unknown_year() -> None:
    assert CALENDAR.add_workdays(date(2026, 9, 30), 0) == PromisedDay(date(2026, 9, 30), True)
    assert CALENDAR.add_workdays(date(2026, 9, 30), 1) == PromisedDay(date(2026, 10, 8), True)
    assert CALENDAR.add_workdays(date(2026, 9, 30), 3) == PromisedDay(date(2026, 10, 10), True)
    assert CALENDAR.add_workdays(date(2026, 12, 31), 1) == PromisedDay(date(2027, 1, 4), False)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_workdays(date(2026, 9, 30), -1)
    with pytest.raises(ValueError, match="last year"):
        CALENDAR.add_workdays(date(9999, 12, 30), 5)


def test_limits_by_unit() -> None:
    start = date(2026, 9, 30)
    for unit, amount, day in (
        (LimitUnit.IMMEDIATE, 0, start),
        (LimitUnit.MINUTE, 30, start),
        (LimitUnit.CALENDAR_DAY, 5, date(2026, 10, 5)),
        (LimitUnit.WORKDAY, 5, date(2026, 10, 13)),
    ):
        assert CALENDAR.last_day(TimeLimit(amount=amount, unit=unit), start).day == day


def test_pushed_days_are_stronger_than_the_package(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(
        """
version: "2"
years:
  - year: 2026
    days: [{ day: 2026-11-24, kind: public_holiday, name: 本市纪念日 }]
  - year: 2027
    source: 国务院办公厅关于2027年部分节假日安排的通知
    complete: true
    days:
      - { day: 2027-01-01, kind: public_holiday, name: 元旦 }
      - { day: 2027-01-03, kind: make_up_workday }
""",
        encoding="utf-8",
    )
    overrides = load_model(path, CalendarOverrides)
    assert isinstance(overrides, CalendarOverrides)
    calendar = Calendar(overrides)
    assert calendar.kind_of(date(2026, 11, 24)) is DayKind.PUBLIC_HOLIDAY
    assert calendar.kind_of(date(2026, 11, 25)) is DayKind.WORKDAY
    assert calendar.is_year_known(2027)
    assert calendar.day(date(2027, 1, 1)).name == "元旦"
    assert calendar.add_workdays(date(2026, 12, 31), 1) == PromisedDay(date(2027, 1, 3), True)
    assert calendar.day(date(2027, 1, 9)).known


def test_a_day_without_complete_year_leaves_the_year_unknown() -> None:
    overrides = CalendarOverrides.model_validate(
        {"version": "1", "years": [{"year": 2028, "days": [{"day": "2028-01-01", "kind": "public_holiday"}]}]}
    )
    calendar = Calendar(overrides)
    assert calendar.day(date(2028, 1, 1)).known
    assert not calendar.day(date(2028, 1, 2)).known
    assert not calendar.is_year_known(2028)


@settings(max_examples=60, deadline=None)
@given(st.dates(min_value=date(2004, 1, 1), max_value=date(2026, 11, 1)), st.integers(1, 25))
def test_a_limit_ends_on_a_workday_and_holds_that_many(start: date, workdays: int) -> None:
    end = CALENDAR.add_workdays(start, workdays).day
    assert CALENDAR.is_workday_by_law(end)
    span = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(CALENDAR.is_workday_by_law(day) for day in span) == workdays


def pushed(*days: dict[str, str], year: int = 2027) -> CalendarOverrides:
    years = [{"year": year, "complete": True, "days": days}]
    return CalendarOverrides.model_validate({"version": "2", "years": years})


def test_a_holiday_by_law_stays_one_in_a_pushed_year_that_does_not_repeat_it() -> None:
    day = Calendar(pushed()).day(date(2027, 1, 1))
    assert (day.kind, day.known, day.name) == (DayKind.PUBLIC_HOLIDAY, True, "元旦")
    told = pushed({"day": "2027-01-01", "kind": "make_up_workday"})
    assert Calendar(told).kind_of(date(2027, 1, 1)) is DayKind.MAKE_UP_WORKDAY


@pytest.mark.parametrize(
    ("years", "line"),
    [
        ("- { year: 2027, days: [{ day: 2026-10-01, kind: workday }] }", "not in 2027"),
        ("- { year: 2027, days: [" + "{ day: 2027-10-01, kind: weekend }, " * 2 + "] }", "twice"),
        ("- { year: 2027 }\n- { year: 2027, complete: true }", "twice"),
    ],
)
def test_a_pushed_year_that_contradicts_itself_is_refused(tmp_path: Path, years: str, line: str) -> None:
    file = tmp_path / "calendar.yaml"
    file.write_text(f'version: "2"\nyears:\n{years}\n', encoding="utf-8")
    found = load_model(file, CalendarOverrides)
    assert isinstance(found, list)
    assert line in found[0].message
