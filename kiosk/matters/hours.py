"""Whether something is open now, and until or from when: matters, and people who help (Article 22).

Everything is in the terminal's own time (Asia/Shanghai).  ``certain`` is false when the kind of a day is
a guess, because no notice for its year is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from kiosk.matters.calendar import Calendar, Day
from kiosk.matters.slots import DayKind, Slot
from kiosk.matters.strict import Strict
from values import dataclass

_LOOK_AHEAD_DAYS: Final = 15  # the longest holiday has nine
_NOON_HOUR: Final = 12


@dataclass(frozen=True)
class Opening:
    """``change``: when it closes if it is open, else when it opens; ``None`` if not within two weeks."""

    is_open: bool
    change: datetime | None
    certain: bool


class HallHours(Strict):
    """The hall's people (``config/hall-hours.yaml``).

    ``by_appointment``: on days when counters are closed, for who has asked for it beforehand (预约服务) ·
    ``regular``: at the counters · ``flexible_minutes``: before and after, on workdays by law, by appointment
    (早晚弹性办) · ``lunch``: counters that do not close at noon (午间不间断) · ``on_call``: who comes to the
    terminals when help is asked for.
    """

    regular: tuple[Slot, ...]
    flexible_minutes: Annotated[int, Field(ge=0, le=180)] = 60
    lunch: tuple[Slot, ...] = ()
    on_call: tuple[Slot, ...] = ()
    by_appointment: tuple[Slot, ...] = ()


StaffKind = Literal["counter", "lunch", "flexible", "on_call", "none"]


@dataclass(frozen=True)
class Staff:
    """Who is there now, and until when.  ``flexible``: with an appointment only.

    ``next_counter``: when counters open, where they are closed now and open within two weeks.
    ``unknown_year``: the first year, of today and of the days until then, whose holidays are only guessed.
    """

    kind: StaffKind
    until: datetime | None
    next_counter: datetime | None
    certain: bool
    day: Day
    unknown_year: int | None = None


Period = Literal["morning", "noon", "afternoon"]


@dataclass(frozen=True)
class Window:
    """A time at the counters that an appointment can be made for; ``opened``: for it alone."""

    day: date
    period: Period
    begins: datetime
    ends: datetime
    certain: bool
    opened: bool = False


def opening(slots: Iterable[Slot], calendar: Calendar, now: datetime) -> Opening:
    """Whether one of ``slots`` holds at ``now`` (in the terminal's zone); without any it is always open."""
    slots = tuple(slots)
    if not slots:
        return Opening(True, None, True)
    certain = calendar.day(now.date()).known
    intervals: list[tuple[datetime, datetime]] = []
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = now.date() + timedelta(days=ahead)
        intervals += _of_day(slots, calendar.day(day).kind, day, now)
    begin = end = None
    for start, stop in sorted(intervals):
        if end is not None and start <= end:  # two slots that touch are one
            end = max(end, stop)
        elif end is None or end <= now:
            begin, end = start, stop
        else:
            break
    if begin is None or end is None or end <= now:
        return Opening(False, None, certain)
    return Opening(True, end, certain) if begin <= now else Opening(False, begin, certain)


def staff(hall: HallHours, calendar: Calendar, now: datetime) -> Staff:
    """Who can help in the hall at ``now``."""
    today = calendar.day(now.date())
    counters = opening(hall.regular, calendar, now)
    at_counters = bool(hall.regular) and counters.is_open
    next_counter = None if at_counters or not hall.regular else counters.change
    kind: StaffKind = "none"
    until: datetime | None = None
    if at_counters:
        kind, until = "counter", counters.change
    elif _in(hall.lunch, calendar, now):
        kind, until = "lunch", opening(hall.lunch, calendar, now).change
    elif today.is_workday_by_law and (near := _near(hall, today.kind, now)):
        kind, until = "flexible", near
    elif _in(hall.on_call, calendar, now):
        kind, until = "on_call", opening(hall.on_call, calendar, now).change
    until_then = 0 if next_counter is None else (next_counter.date() - now.date()).days
    days = (calendar.day(now.date() + timedelta(days=ahead)) for ahead in range(until_then + 1))
    guessed = next((day.day.year for day in days if not day.known), None)
    return Staff(kind, until, next_counter, guessed is None, today, guessed)


def windows(hall: HallHours, calendar: Calendar, now: datetime, most: int = 4) -> tuple[Window, ...]:
    """The next times at the counters that have not begun yet, within two weeks.

    One of those that are opened for appointments alone is among them (Article 23), on a day that is certainly
    free, and not today: somebody has to come for it.
    """
    found: list[Window] = []
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = calendar.day(now.date() + timedelta(days=ahead))
        free = ahead and day.known and not _of_day(hall.regular, day.kind, day.day, now)
        opened = hall.by_appointment if free else ()
        for slots, noon in ((hall.regular, False), (hall.lunch, True), (opened, False)):
            for begins, ends in _of_day(slots, day.kind, day.day, now):
                period: Period = "noon" if noon else "morning" if begins.hour < _NOON_HOUR else "afternoon"
                if begins > now:
                    found.append(Window(day.day, period, begins, ends, day.known, slots is opened))
    by_period = {(window.day, window.period): window for window in reversed(found)}
    in_order = sorted(by_period.values(), key=lambda window: window.begins)
    usual = [window for window in in_order if not window.opened]
    opened_first = [window for window in in_order if window.opened][:1]
    offered = [*usual[: most - len(opened_first)], *opened_first]
    return tuple(sorted(offered, key=lambda window: window.begins))


def _in(slots: tuple[Slot, ...], calendar: Calendar, now: datetime) -> bool:
    return bool(slots) and opening(slots, calendar, now).is_open


def _near(hall: HallHours, kind: DayKind, now: datetime) -> datetime | None:
    """Until when it is the time before the first hour of the day, or after the last one."""
    intervals = sorted(_of_day(hall.regular, kind, now.date(), now))
    if not intervals:
        return None
    margin = timedelta(minutes=hall.flexible_minutes)
    first, last = intervals[0][0], max(stop for _, stop in intervals)
    if first - margin <= now < first:
        return first
    return last + margin if last <= now < last + margin else None


def _of_day(
    slots: Iterable[Slot], kind: DayKind, day: date, now: datetime
) -> list[tuple[datetime, datetime]]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    return [
        (midnight + _clock(slot.from_), midnight + _clock(slot.until)) for slot in slots if kind in slot.days
    ]


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
