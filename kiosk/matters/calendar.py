"""The four kinds of day of Article 22, and time limits counted in workdays.

Sources, the strongest first: pushed overrides, the package ``chinesecalendar`` (the State Council's
notices, 2004 to 2026 in 1.11.0), the holidays that fall on the same day of every year by law, plain Saturday
and Sunday with the year told as unknown.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.matters.kinds import LimitUnit
from kiosk.matters.slots import DayKind
from kiosk.matters.strict import Strict
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.guide_model import TimeLimit

__all__ = ["Calendar", "CalendarOverrides", "Day", "DayKind", "Override", "PromisedDay", "YearOverride"]

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


# 全国年节及纪念日放假办法, as amended by decree 795 of the State Council, in force since 2025.
_EVERY_YEAR: Final = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
_EVERY_YEAR_SINCE: Final = 2025
WORKDAYS_BY_LAW: Final = frozenset({DayKind.WORKDAY, DayKind.MAKE_UP_WORKDAY})


class Override(Strict):
    """One day of a pushed calendar.  ``kind`` says what the day is by law."""

    day: date
    kind: DayKind
    name: str = ""  # 国庆节


class YearOverride(Strict):
    """A pushed calendar of one year.

    ``complete`` means that the notice for the whole year has been entered: the year then counts as known.
    Days that are a holiday by law every year need not be repeated.
    """

    year: Annotated[int, Field(ge=2000, le=2100)]
    source: str = ""  # the notice: title and number
    complete: bool = False
    days: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _of_its_year(self) -> Self:
        seen: set[date] = set()
        for one in self.days:
            if one.day.year != self.year:
                raise PydanticCustomError(
                    "calendar",
                    "{day} is not in {year}: correct the day or the year",
                    {"day": str(one.day), "year": self.year},
                )
            if one.day in seen:
                raise PydanticCustomError(
                    "calendar", "{day} stands here twice: keep one of them", {"day": str(one.day)}
                )
            seen.add(one.day)
        return self


class CalendarOverrides(Strict):
    version: Annotated[str, Field(min_length=1)]
    years: tuple[YearOverride, ...] = ()

    @model_validator(mode="after")
    def _each_year_once(self) -> Self:
        years = [year.year for year in self.years]
        if (twice := next((year for year in years if years.count(year) > 1), None)) is not None:
            raise PydanticCustomError(
                "calendar", "the year {year} stands here twice: put its days together", {"year": twice}
            )
        return self


@dataclass(frozen=True)
class Day:
    """``known`` is false when no notice, override or law says what the day is: the kind is a guess."""

    day: date
    kind: DayKind
    known: bool
    name: str = ""

    @property
    def is_workday_by_law(self) -> bool:
        return self.kind in WORKDAYS_BY_LAW


@dataclass(frozen=True)
class PromisedDay:
    """``certain`` is false when a day of an unknown year was counted."""

    day: date
    certain: bool


class Calendar:
    def __init__(self, overrides: CalendarOverrides | None = None) -> None:
        years: Iterable[YearOverride] = overrides.years if overrides else ()
        self._days = {one.day: one for year in years for one in year.days}
        self._complete = {year.year for year in years if year.complete}

    def day(self, day: date) -> Day:
        override = self._days.get(day)
        if override is not None:
            return Day(day, override.kind, True, override.name)
        if day.year in self._complete:
            return _by_law(day) or Day(day, _plain_kind(day), True)
        return _by_notice(day) or _by_law(day) or Day(day, _plain_kind(day), False)

    def kind_of(self, day: date) -> DayKind:
        return self.day(day).kind

    def is_workday_by_law(self, day: date) -> bool:
        return self.day(day).is_workday_by_law

    def is_year_known(self, year: int) -> bool:
        return year in self._complete or _by_notice(date(year, 7, 1)) is not None

    def add_workdays(self, start: date, workdays: int) -> PromisedDay:
        """The last day of a limit of ``workdays`` that begins on the day after ``start``.

        0 is ``start`` itself.  Raises ValueError for a negative number or beyond the year 9999.
        """
        if workdays < 0:
            raise ValueError("a time limit cannot be negative")
        day, left, certain = start, workdays, True
        while left:
            try:
                day += _ONE_DAY
            except OverflowError as error:
                raise ValueError("the time limit ends after the last year that can be counted") from error
            looked_up = self.day(day)
            certain = certain and looked_up.known
            left -= looked_up.is_workday_by_law
        return PromisedDay(day, certain)

    def last_day(self, limit: TimeLimit, start: date) -> PromisedDay:
        """The day on which ``limit`` ends when it began on ``start`` (day of acceptance, not counted)."""
        match limit.unit:
            case LimitUnit.IMMEDIATE | LimitUnit.MINUTE | LimitUnit.HOUR:
                return PromisedDay(start, True)
            case LimitUnit.CALENDAR_DAY:
                return PromisedDay(start + timedelta(days=limit.amount), True)
            case LimitUnit.WORKDAY:
                return self.add_workdays(start, limit.amount)
            case LimitUnit.MONTH:
                return PromisedDay(_months_later(start, limit.amount), True)


def _months_later(start: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _plain_kind(day: date) -> DayKind:
    return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKDAY


def _by_law(day: date) -> Day | None:
    name = _EVERY_YEAR.get((day.month, day.day))
    if name is None or day.year < _EVERY_YEAR_SINCE:
        return None
    return Day(day, DayKind.PUBLIC_HOLIDAY, True, name)


def _by_notice(day: date) -> Day | None:
    """The day by the State Council's notice for its year, None if the package has none."""
    from chinese_calendar import constants

    if day.year not in _notice_years():
        return None
    if day in constants.workdays:
        return Day(day, DayKind.MAKE_UP_WORKDAY, True, _chinese(constants.workdays[day]))
    if day in constants.holidays:
        return Day(day, DayKind.PUBLIC_HOLIDAY, True, _chinese(constants.holidays[day]))
    return Day(day, _plain_kind(day), True)


@cache
def _notice_years() -> range:
    from chinese_calendar import constants

    return range(min(constants.holidays).year, max(constants.holidays).year + 1)


def _chinese(name: str) -> str:
    from chinese_calendar.constants import Holiday

    return next((holiday.chinese for holiday in Holiday if holiday.value == name), name)
