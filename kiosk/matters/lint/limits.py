"""Time limits: a promise is never longer than the law, whatever the units.

Working days are longer than calendar days, by as much as the calendar says: the limits are counted out from
every day of a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from kiosk.matters.calendar import Calendar
from kiosk.matters.guide import limit_text
from kiosk.matters.guide_model import TimeLimit
from kiosk.matters.kinds import LimitUnit
from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.subject import Subject, Surroundings

YEAR: Final = 2025  # a whole year by the State Council's notice, and the weeks after it, too
MOST_COUNTED: Final = 400  # days; a longer limit is compared by its shortest and longest time
_AT_ONCE: Final = (LimitUnit.IMMEDIATE, LimitUnit.MINUTE, LimitUnit.HOUR)
_MINUTES: Final = {LimitUnit.IMMEDIATE: 0, LimitUnit.MINUTE: 1, LimitUnit.HOUR: 60}


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    guide = subject.guide
    if guide is None:
        return
    for name in ("legal_limit", "promised_limit"):
        yield from _makes_sense(subject, name, getattr(guide, name))
    longer = longer_from(guide.promised_limit, guide.legal_limit)
    if longer is None:
        return
    promised, legal = (_plain(limit) for limit in (guide.promised_limit, guide.legal_limit))
    always = longer == date.min
    when = "" if always else f"（例如从{longer.isoformat()}起算）"
    when_en = "" if always else f" when counted from {longer.isoformat()}"
    yield subject.finding(
        ("guide", "promised_limit"),
        "limits.promised_longer" if always else "limits.promised_may_be_longer",
        Severity.ERROR if always else Severity.WARNING,
        ARTICLE_7,
        f"承诺办结时限{promised}比法定办结时限{legal}长{when}：请缩短承诺时限",
        f"the promised limit ({limit_text(guide.promised_limit, 'en')}) is longer than the legal one "
        f"({limit_text(guide.legal_limit, 'en')}){when_en}: promise less",
    )


def _plain(limit: TimeLimit) -> str:
    return limit_text(limit.model_copy(update={"note": ""}))


def _makes_sense(subject: Subject, name: str, limit: TimeLimit) -> Iterator[Finding]:
    zero = limit.amount == 0
    if zero == (limit.unit is LimitUnit.IMMEDIATE):
        return
    yield subject.finding(
        ("guide", name, "amount"),
        "limits.amount",
        Severity.ERROR,
        ARTICLE_7,
        "时限为0请用unit: immediate（即办）" if zero else "即办（immediate）的amount应当是0",
        "a limit of 0 is unit: immediate" if zero else "immediate has amount 0",
    )


def longer_from(promised: TimeLimit, legal: TimeLimit) -> date | None:
    """A day from which the promise is longer than the law; ``date.min`` for every day, None for none."""
    if promised.unit in _AT_ONCE and legal.unit in _AT_ONCE:
        minutes = [limit.amount * _MINUTES[limit.unit] for limit in (promised, legal)]
        return date.min if minutes[0] > minutes[1] else None
    return _longer(promised.amount, promised.unit, legal.amount, legal.unit)


@lru_cache(maxsize=4096)
def _longer(amount: int, unit: LimitUnit, most: int, most_unit: LimitUnit) -> date | None:
    if unit is most_unit:
        return date.min if amount > most else None
    promised, legal = TimeLimit(amount=amount, unit=unit), TimeLimit(amount=most, unit=most_unit)
    if max(amount, most) > MOST_COUNTED:
        return date.min if _days(promised) > _days(legal) else None
    calendar, first = Calendar(), date(YEAR, 1, 1)
    starts = [first + timedelta(days=number) for number in range(365)]
    later = [start for start in starts if _end(calendar, promised, start) > _end(calendar, legal, start)]
    if not later:
        return None
    return date.min if len(later) == len(starts) else later[0]


def _end(calendar: Calendar, limit: TimeLimit, start: date) -> date:
    return calendar.last_day(limit, start).day


def _days(limit: TimeLimit) -> float:
    """Roughly, for limits of more than a year."""
    per = {LimitUnit.WORKDAY: 365 / 250, LimitUnit.CALENDAR_DAY: 1.0, LimitUnit.MONTH: 365 / 12}
    return limit.amount * per.get(limit.unit, 0.0)
