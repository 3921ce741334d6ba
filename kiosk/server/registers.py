"""Registers of the demonstration: which of them answers a matter, and the span of months asked for.

Which register answers is told by the words in the matter's name and in that of its result; the first that
fits, so what is special comes before what is general.  A matter that names none gets its papers from its
form alone.  The rows themselves are invented (``kiosk.server.extracts``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from kiosk.matters.models import FieldKind, Matter
from kiosk.matters.periods import parse_date_range, parse_month_range
from kiosk.server import register_civil as civil
from kiosk.server import register_home as home
from kiosk.server import register_land as land
from kiosk.server import register_learning as learning
from kiosk.server import register_medical as medical
from kiosk.server import register_police as police
from kiosk.server import register_social as social
from kiosk.server import register_tax as tax
from kiosk.server.extracts import Extract, earlier, pick
from kiosk.server.register_contributions import MEDICAL, OLD_AGE
from kiosk.server.register_home import housing_fund
from kiosk.server.register_land import land_search

__all__ = ["Extract", "consult", "housing_fund", "land_search", "pick"]

_DEFAULT_MONTHS: Final = 12
_MOST_MONTHS: Final = 600

Register = Callable[[str, date, date, date], Extract]
"""Holder's number, first and last month asked for, today."""

SPANS: Final[Mapping[str, int]] = {
    "last_year": 1,
    "last_3_years": 3,
    "last_5_years": 5,
    "all_years": _MOST_MONTHS // 12,
}
"""Values of a choice that stand for so many whole calendar years before this one."""


def consult(matter: Matter, number: str, answers: Mapping[str, str], today: date) -> Extract | None:
    """What the matter's register says about ``number``; ``None`` when no register belongs to it."""
    names = f"{matter.name.zh} {matter.guide.result_name}"
    for words, register in _REGISTERS:
        if any(word in names for word in words):
            chosen = _narrowed(register, answers)
            first, last = _range(matter, answers, today)
            return chosen(number, first, last, today)
    return None


_REGISTERS: Final[tuple[tuple[tuple[str, ...], Register], ...]] = (
    (("还款明细",), home.repayments),
    (("异地贷款",), home.deposits_for_elsewhere),
    (("公积金",), housing_fund),
    (("登记资料",), land.own_homes),
    (("无房", "不动产", "住房情况"), land_search),
    (("权益记录单",), social.yearly_record),
    (("待遇证明",), social.pension),
    (("社会保障卡",), social.card),
    (("医疗保险参保信息",), medical.insurance),
    (("医疗保险缴费",), MEDICAL.contributions),
    (("户籍证明",), police.household_changes),
    (("安全违法",), police.traffic_violations),
    (("纳税记录",), tax.income_record),
    (("完税证明",), tax.deed_tax),
    (("最低生活保障", "特困"), civil.assistance),
    (("残疾人证",), civil.disability_card),
    (("优待证申领进度",), civil.veteran_card),
    (("学历",), learning.diplomas),
    (("就业创业证",), learning.employment),
    (("参保", "社保", "社会保险", "养老保险", "缴费"), OLD_AGE.contributions),
)

_BY_ANSWER: Final[Mapping[Register, Mapping[str, Register]]] = {
    police.household_changes: {"moved": police.household_moves},
    police.traffic_violations: {"all": police.all_traffic_violations},
    social.pension: {"now": social.pension_now},
    land.own_homes: {"burdens": land.own_homes_and_burdens},
    learning.diplomas: {"highest": learning.highest_diploma},
    tax.deed_tax: {
        "vehicle_purchase": tax.vehicle_purchase,
        "vehicle_vessel": tax.vehicle_vessel,
        "business": tax.business,
        "income_2018": tax.income_before,
    },
}
"""Registers in which an answer decides what is looked up: the answer's value, what it looks up."""


def _narrowed(register: Register, answers: Mapping[str, str]) -> Register:
    narrower = _BY_ANSWER.get(register, {})
    return next((narrower[value] for value in answers.values() if value in narrower), register)


def _range(matter: Matter, answers: Mapping[str, str], today: date) -> tuple[date, date]:
    """First days of the first and last month asked for, or the days where days are asked for; by default
    the twelve months up to this one."""
    this_month = today.replace(day=1)
    for question in matter.questions():
        if question.kind is FieldKind.MONTH_RANGE:
            asked = parse_month_range(answers.get(question.key, ""))
            if asked is not None:
                first, last = asked
                return max(first, earlier(last, _MOST_MONTHS)), min(last, this_month)
        elif question.kind is FieldKind.DATE_RANGE:
            days = parse_date_range(answers.get(question.key, ""))
            if days is not None:
                return days
        elif question.kind is FieldKind.CHOICE and (years := SPANS.get(answers.get(question.key, ""))):
            return earlier(date(today.year, 1, 1), 12 * years), date(today.year - 1, 12, 1)
    return earlier(this_month, _DEFAULT_MONTHS - 1), this_month
