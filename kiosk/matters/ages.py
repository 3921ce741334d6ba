"""How old somebody is: 周岁, by the calendar; and the statutory retirement age.

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

from calendar import isleap, monthrange
from datetime import date
from typing import Final


def birthday(birth: date, year: int) -> date:
    """The day in ``year`` on which somebody born on ``birth`` is a year older."""
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return birth.replace(year=year)


def full_years(birth: date, day: date) -> int:
    """The age on ``day``; negative before the birth."""
    return day.year - birth.year - (day < birthday(birth, day.year))


# 全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定 (2024-09-13, in force since
# 2025-01-01): by sex, the age before, for how many months of birth it grows by one month, and the most
# months.  Women in workers' posts retired with 50: whether somebody is one is on no card, so that for women
# the later of the two ages counts: nobody is sent away whom the law may still let work.
_DELAY_BEGINS: Final = (2025, 1)
_GROWS: Final = {"1": (60, 4, 36), "2": (55, 4, 36)}


def retirement_age(birth: date, sex: str) -> tuple[int, int]:
    """Years and months, for a man (``"1"``) or a woman (``"2"``, the later age of the two)."""
    years, each, most = _GROWS[sex]
    year, month = _DELAY_BEGINS
    late = (birth.year - (year - years)) * 12 + birth.month - month
    more = 0 if late < 0 else min(most, late // each + 1)
    return years + more // 12, more % 12


def retires(birth: date, sex: str) -> date:
    """The day on which the statutory age is reached; in a month without that day its last (art. 202)."""
    years, months = retirement_age(birth, sex)
    whole = birth.year * 12 + birth.month - 1 + 12 * years + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(birth.day, monthrange(year, month + 1)[1]))
