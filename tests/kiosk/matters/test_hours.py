"""Open or not, until or from when, and who is there: over the four kinds of day (Article 22)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from kiosk.matters.calendar import Calendar, CalendarOverrides
from kiosk.matters.hours import HallHours, Opening, opening, staff, windows
from kiosk.matters.load import load_model
from kiosk.matters.slots import Slot
from tests.kiosk.matters.examples import CONFIG

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def slot(begin: str, end: str, *days: str) -> Slot:
    return Slot.model_validate({"days": days or ("workday",), "from": begin, "until": end})


def shipped() -> HallHours:
    found = load_model(CONFIG / "hall-hours.yaml", HallHours)
    assert isinstance(found, HallHours)
    return found


def test_the_shipped_files_are_good() -> None:
    assert shipped().regular
    assert isinstance(load_model(CONFIG / "calendar.yaml", CalendarOverrides), CalendarOverrides)


def test_without_hours_it_is_always_open() -> None:
    assert opening((), CALENDAR, at("2026-10-01T03:00")) == Opening(True, None, True)


@pytest.mark.parametrize(
    ("now", "is_open", "change"),
    [
        ("2026-11-24T08:59", False, "2026-11-24T09:00"),
        ("2026-11-24T09:00", True, "2026-11-24T17:00"),  # two slots that touch are one
        ("2026-11-24T12:00", True, "2026-11-24T17:00"),
        ("2026-11-24T17:00", False, "2026-11-25T09:00"),
        ("2026-11-27T18:00", False, "2026-11-30T09:00"),  # over a weekend
        ("2026-09-30T18:00", False, "2026-10-08T09:00"),  # over the national holiday
        ("2026-10-10T10:00", False, "2026-10-12T09:00"),  # a make-up workday is no workday by name
    ],
)
def test_open_and_closed_and_the_next_change(now: str, is_open: bool, change: str) -> None:
    slots = (slot("09:00", "12:00"), slot("12:00", "17:00"))
    assert opening(slots, CALENDAR, at(now)) == Opening(is_open, at(change), True)


def test_over_midnight_two_slots_are_one() -> None:
    night = (slot("20:00", "24:00", "workday", "weekend"), slot("00:00", "06:00", "workday", "weekend"))
    assert opening(night, CALENDAR, at("2026-11-24T23:59")) == Opening(True, at("2026-11-25T06:00"), True)
    with pytest.raises(ValidationError):
        slot("20:00", "06:00")


def test_what_never_comes_within_two_weeks_has_no_change() -> None:
    holidays = (slot("09:00", "12:00", "public_holiday"),)
    assert opening(holidays, CALENDAR, at("2026-11-01T09:00")) == Opening(False, None, True)


@pytest.mark.parametrize(
    ("now", "kind", "until", "next_counter"),
    [
        ("2026-11-24T07:30", "none", None, "2026-11-24T09:00"),
        ("2026-11-24T08:00", "flexible", "2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-24T09:00", "counter", "2026-11-24T12:00", None),
        ("2026-11-24T12:30", "lunch", "2026-11-24T13:00", "2026-11-24T13:00"),
        ("2026-11-24T17:30", "flexible", "2026-11-24T18:00", "2026-11-25T09:00"),
        ("2026-11-24T18:00", "none", None, "2026-11-25T09:00"),
        ("2026-11-28T10:00", "none", None, "2026-11-30T09:00"),  # Saturday
        ("2026-10-10T10:00", "counter", "2026-10-10T12:00", None),  # a Saturday that is a workday by law
        ("2026-10-01T10:00", "none", None, "2026-10-08T09:00"),
        ("2027-01-01T10:00", "none", None, "2027-01-04T09:00"),  # a holiday by law, the year not announced
    ],
)
def test_who_is_there(now: str, kind: str, until: str | None, next_counter: str | None) -> None:
    found = staff(shipped(), CALENDAR, at(now))
    assert found.kind == kind
    assert found.until == (at(until) if until else None)
    assert found.next_counter == (at(next_counter) if next_counter else None)


def test_an_unknown_year_is_told_as_unknown() -> None:
    assert staff(shipped(), CALENDAR, at("2026-11-24T10:00")).certain
    assert not staff(shipped(), CALENDAR, at("2027-01-04T10:00")).certain
    assert not opening((slot("09:00", "12:00"),), CALENDAR, at("2027-02-08T10:00")).certain


@pytest.mark.parametrize(
    ("now", "year"),
    [
        ("2026-12-31T18:00", 2027),  # today is known, the day on which counters open is not
        ("2027-01-01T10:00", 2027),  # a holiday by law, and then a guess
        ("2026-12-31T08:30", None),
        ("2026-12-30T18:00", None),
        ("2027-01-04T10:00", 2027),
    ],
)
def test_the_next_opening_is_a_guess_when_its_day_is(now: str, year: int | None) -> None:
    found = staff(shipped(), CALENDAR, at(now))
    assert found.unknown_year == year
    assert found.certain is (year is None)


def test_pushed_days_change_who_is_there() -> None:
    pushed = CalendarOverrides.model_validate(
        {
            "version": "2",
            "years": [
                {
                    "year": 2027,
                    "complete": True,
                    "days": [{"day": "2027-01-04", "kind": "public_holiday", "name": "元旦"}],
                }
            ],
        }
    )
    found = staff(shipped(), Calendar(pushed), at("2027-01-04T10:00"))
    assert (found.kind, found.certain, found.day.name) == ("none", True, "元旦")
    assert found.next_counter == at("2027-01-05T09:00")


def test_somebody_on_call_on_a_weekend_and_a_hall_without_counters() -> None:
    hall = HallHours.model_validate(
        {"regular": [], "on_call": [{"days": ["weekend"], "from": "09:00", "until": "17:00"}]}
    )
    found = staff(hall, CALENDAR, at("2026-11-28T10:00"))
    assert (found.kind, found.until, found.next_counter) == ("on_call", at("2026-11-28T17:00"), None)
    assert staff(hall, CALENDAR, at("2026-11-24T10:00")).kind == "none"
    assert windows(hall, CALENDAR, at("2026-11-24T10:00")) == ()


def test_windows_for_an_appointment_are_those_that_have_not_begun() -> None:
    found = windows(shipped(), CALENDAR, at("2026-11-27T11:00"))
    assert [(window.day, window.period) for window in found[:4]] == [
        (date(2026, 11, 27), "noon"),
        (date(2026, 11, 27), "afternoon"),
        (date(2026, 11, 28), "morning"),
        (date(2026, 11, 30), "morning"),
    ]
    assert [window.opened for window in found] == [False, False, True, False]
    assert (found[1].begins, found[1].ends) == (at("2026-11-27T13:00"), at("2026-11-27T17:00"))
    over_new_year = windows(shipped(), CALENDAR, at("2026-12-31T18:00"))
    assert over_new_year[0].day == date(2027, 1, 4)
    assert not over_new_year[0].certain


def test_a_day_off_is_among_those_offered_and_never_the_same_day() -> None:
    """Article 23: 在公休日…提供预约服务.  Somebody has to come for it, and to hear of it before."""
    monday = windows(shipped(), CALENDAR, at("2026-11-23T08:00"))
    assert [window.opened for window in monday] == [False, False, False, True]
    assert monday[-1].day == date(2026, 11, 28)
    saturday = windows(shipped(), CALENDAR, at("2026-11-28T07:00"))
    assert [(each.day, each.opened) for each in saturday[:2]] == [
        (date(2026, 11, 29), True),
        (date(2026, 11, 30), False),
    ]
    make_up = windows(shipped(), CALENDAR, at("2026-10-09T18:00"))  # 10 October is a Saturday that is worked
    assert make_up[0].day == date(2026, 10, 10) and not make_up[0].opened
    without = shipped().model_copy(update={"by_appointment": ()})
    assert not any(each.opened for each in windows(without, CALENDAR, at("2026-11-23T08:00")))
