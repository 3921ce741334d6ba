"""Answers and applicants to try a form with: for each question the values that can make a difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Final

from kiosk.matters.choices import options
from kiosk.matters.forms import check_answer, normalise
from kiosk.matters.models import FieldKind, Matter, Question, Rule
from kiosk.matters.numbers import citizen_check_character
from kiosk.matters.periods import month_text, parse_date, parse_month
from kiosk.matters.rules import Facts

MOST_VALUES: Final = 24  # of one question that decides something; a longer list is tried by its ends
MOST_APPLICANTS: Final = 60
_TEXTS: Final = ("张三", "平顶山市新华区体育路26号院3号楼", "一二三四五六七八九十" * 20)
_BANK_CARD: Final = "6228480000000000018"
_PLAIN_AGE: Final = 30
_ABOUT_RETIREMENT: Final = (40, 70)
"""Of every year of birth and both sexes below the statutory age, and above it."""


def rules_of(matter: Matter) -> Iterator[Rule]:
    """Every rule of the file, those inside others, too."""
    for rule in (
        *(condition.check for condition in matter.eligibility),
        *(entry.when for entry in matter.form),
        *(question.when for question in matter.questions()),
        *(check.rule for check in matter.checks),
        *(material.when for material in matter.guide.materials),
        *(part.when for part in matter.parts),
    ):
        if rule is not None:
            yield from within(rule)


def within(rule: Rule) -> Iterator[Rule]:
    yield rule
    for inner in (*rule.all_of, *rule.any_of, *((rule.none_of,) if rule.none_of else ())):
        yield from within(inner)


def applicants(rules: Iterable[Rule], today: date) -> tuple[Facts, ...]:
    """People who differ in what the rules look at: on both sides of each age, of both sexes, from here and
    elsewhere, with each document."""
    listed = list(rules)
    ages = {age for rule in listed for bound in (rule.age_at_least, rule.age_at_most) if bound is not None
            for age in (bound - 1, bound, bound + 1) if 0 <= age <= 130}  # fmt: skip
    retiring = any(rule.before_retirement for rule in listed)
    ages |= {*_ABOUT_RETIREMENT} if retiring else set()
    sexes = ["1", "2"] if retiring or any(rule.sex for rule in listed) else ["2"]
    regions = [*dict.fromkeys(region for rule in listed for region in rule.region)]
    documents = [*dict.fromkeys(document for rule in listed for document in rule.document)]
    found = [
        Facts(_born(age, today), sex, _number(region, age, sex, today), document)
        for age, sex, region, document in product(
            sorted(ages) or [_PLAIN_AGE],
            sexes,
            [*regions, "110101"] if regions else ["410402"],
            [*documents, "other_document"] if documents else ["resident"],
        )
    ]
    step = max(1, -(-len(found) // MOST_APPLICANTS))
    return tuple(found[::step])


def _born(age: int, today: date) -> date:
    try:
        return today.replace(year=today.year - age) - timedelta(days=1)
    except ValueError:  # 29 February
        return today.replace(year=today.year - age, day=28)


def _number(region: str, age: int, sex: str, today: date) -> str:
    digits = f"{region:0<6}{_born(age, today):%Y%m%d}00{sex}"
    return digits + citizen_check_character(digits)


def deciding(matter: Matter) -> frozenset[str]:
    """The keys of questions that a rule looks at, as the rules name them."""
    return frozenset(key for rule in rules_of(matter) for key in rule.questions())


def values(question: Question, name: str, matter: Matter, today: date) -> tuple[str, ...]:
    """Good answers to ``question``, which rules call ``name``: where rules divide, on both sides."""
    named = [rule for rule in rules_of(matter) if name in rule.questions()]
    given = [text for rule in named if rule.question == name for text in rule.is_]
    bounds = [bound for rule in named if rule.question == name
              for bound in (rule.at_least, rule.at_most) if bound is not None]  # fmt: skip
    tried: list[str] = []
    rehearsed = matter.rehearsal.answers.get(question.key)
    match question.kind:
        case FieldKind.CHOICE:
            offered = [option.value for option in options(question)]
            compared = any(name in (rule.left, rule.right) for rule in named)
            if compared and len(offered) <= MOST_VALUES:
                tried = offered
            else:  # those that no rule names are all alike
                tried = [*(value for value in offered if value in given)]
                tried += [value for value in offered if value not in given][:1]
        case FieldKind.YES_NO:
            tried = ["yes", "no"]
        case FieldKind.DIGITS | FieldKind.AMOUNT:
            tried = _numbers(question, bounds, given)
        case FieldKind.DATE:
            tried = [day.isoformat() for day in _days(question, bounds, today)] + given
        case FieldKind.DATE_RANGE:
            days = sorted(_days(question, bounds, today))
            tried = [f"{day.isoformat()}/{day.isoformat()}" for day in days]
            tried += [f"{days[0].isoformat()}/{days[-1].isoformat()}"]
        case FieldKind.MONTH_RANGE:
            months = sorted({day.replace(day=1) for day in _days(question, bounds, today)})
            tried = [f"{month_text(month)}/{month_text(month)}" for month in months]
            tried += [f"{month_text(months[0])}/{month_text(months[-1])}"]
        case FieldKind.PHONE:
            tried = ["13800000000"]
        case FieldKind.BANK_CARD:
            tried = [_BANK_CARD]
        case FieldKind.TEXT | FieldKind.ADDRESS:
            tried = [*given, *_words(question)]
    rehearsed_answer = (
        [normalise(question, rehearsed)] if rehearsed and question.kind is not FieldKind.CHOICE else []
    )
    good = [text for text in dict.fromkeys([*rehearsed_answer, *tried])
            if check_answer(question, text, today) is None]  # fmt: skip
    if not question.required:
        good.append("")
    return tuple(good[:MOST_VALUES])


def _numbers(question: Question, bounds: list[int], given: list[str]) -> list[str]:
    least = question.min_length or 1
    around = [number + step for number in bounds for step in (-1, 0, 1) if number + step >= 0]
    ends = [number for number in (question.minimum, question.maximum) if number is not None]
    middle = [sum(ends) // 2] if len(ends) == 2 else []
    if question.kind is FieldKind.AMOUNT:
        return [*given, *(f"{number}.00" for number in [*around, *ends, *middle, 0, 1, 1000])]
    shortest = "1" * least
    longest = "1" * (question.max_length or least)
    return [*given, *(f"{number:0{least}}" for number in [*around, *ends, *middle, 1, 40]), shortest, longest]


def _days(question: Question, ages: list[int], today: date) -> list[date]:
    ends = [
        parse_date(text) or parse_month(text) for text in (question.earliest or "", question.latest or "")
    ]
    month = today.replace(day=1)
    near = [today, today - timedelta(days=1), today + timedelta(days=1), today - timedelta(days=400)]
    by_age = [
        _born(age + step, today) for age in ages if 0 <= age <= 130 for step in (-1, 0, 1) if age + step >= 0
    ]
    return [
        *(day for day in ends if day),
        *near,
        month,
        *by_age,
        today + timedelta(days=400),
        _born(30, today),
    ]


def _words(question: Question) -> list[str]:
    least, most = question.min_length or 0, question.max_length or 100
    fitted = [text[:most] for text in _TEXTS]
    return [*fitted, (_TEXTS[1] + _TEXTS[2])[: max(least, min(most, 12))]]
