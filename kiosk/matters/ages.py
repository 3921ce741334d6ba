"""How old somebody is: 周岁, by the calendar.

民法典 art. 201: the day on which a period of years begins is not counted.  Art. 202: its last day is the day
of the same number in the month of its end, and where that month has no such day, the month's last.  So a year
of life that began on 24 November ends with 24 November, and one that began on 29 February ends, in a year
without that day, with 28 February: whoever was born on 28 or on 29 February is a year older at the same time.

Strictly that is the end of the day (art. 203), and where law is to protect whoever is not old enough yet, the
day after the birthday is what counts: the Supreme People's Court on minors in criminal cases, the police on
administrative punishment.  Nothing of that kind is done at a terminal.  For a card, a pension or a concession
offices count the birthday itself as 年满 (art. 1259: 以上 and 届满 include the number).  The birthday of 29
February therefore is the 28th in other years, not 1 March: nobody is sent away for a day that the law does
not ask for.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date


def birthday(birth: date, year: int) -> date:
    """The day in ``year`` on which somebody born on ``birth`` is a year older."""
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return birth.replace(year=year)


def full_years(birth: date, day: date) -> int:
    """The age on ``day``; negative before the birth."""
    return day.year - birth.year - (day < birthday(birth, day.year))
