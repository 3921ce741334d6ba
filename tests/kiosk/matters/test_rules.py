"""Rules: three values, ages on the very day, and what a rule must not be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.matters.ages import full_years, retirement_age, retires
from kiosk.matters.rules import Facts, Rule, holds
from tests.kiosk.matters.examples import TODAY

NOBODY = Facts()
WOMAN = Facts.of(number="410402195802143024")
A_CHILD_IS_OWN = {
    "children": "2",
    "began": "2026-02-28",
    "ended": "2026-03-01",
    "pay": "1200.50",
    "post": "no",
}


def rule(**given: Any) -> Rule:
    return Rule.model_validate(given)


def test_a_card_number_says_birth_and_sex() -> None:
    assert (WOMAN.birth, WOMAN.sex) == (date(1958, 2, 14), "2")
    assert Facts.of(birth="19580214").birth == Facts.of(birth="1958-02-14").birth == date(1958, 2, 14)
    assert Facts.of(birth="19580230", number="x") == Facts(None, "", "x", "")


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(1961, 11, 25), date(2026, 11, 24), 64),
        (date(1961, 11, 25), date(2026, 11, 25), 65),  # a birthday today
        (date(1960, 2, 29), date(2025, 2, 27), 64),
        (date(1960, 2, 29), date(2025, 2, 28), 65),  # born on a leap day, in a year without one
        (date(1960, 2, 28), date(2025, 2, 28), 65),  # by law at the same time
        (date(1960, 2, 29), date(2024, 2, 28), 63),  # and in a year with one
        (date(1960, 2, 29), date(2024, 2, 29), 64),
        (date(1896, 2, 29), date(1900, 2, 28), 4),  # no leap year, though it can be divided by four
        (date(1996, 2, 29), date(2000, 2, 28), 3),
        (date(2026, 11, 24), date(2026, 11, 24), 0),
    ],
)
def test_a_year_is_full_on_the_birthday(born: date, day: date, years: int) -> None:
    assert full_years(born, day) == years
    facts = Facts(birth=born)
    assert holds(rule(age_at_least=years), {}, facts, day) is True
    assert holds(rule(age_at_least=years + 1), {}, facts, day) is False
    assert holds(rule(age_at_most=years), {}, facts, day) is True


@pytest.mark.parametrize(
    ("born", "sex", "age", "day"),
    [  # the tables of the decision of 2024-09-13
        (date(1964, 12, 31), "1", (60, 0), date(2024, 12, 31)),
        (date(1965, 1, 1), "1", (60, 1), date(2025, 2, 1)),
        (date(1965, 4, 30), "1", (60, 1), date(2025, 5, 30)),
        (date(1965, 5, 10), "1", (60, 2), date(2025, 7, 10)),
        (date(1968, 8, 31), "1", (60, 11), date(2029, 7, 31)),
        (date(1968, 9, 15), "1", (61, 0), date(2029, 9, 15)),
        (date(1972, 9, 15), "1", (62, 0), date(2034, 9, 15)),
        (date(1976, 8, 31), "1", (62, 11), date(2039, 7, 31)),
        (date(1976, 9, 1), "1", (63, 0), date(2039, 9, 1)),
        (date(1990, 1, 31), "1", (63, 0), date(2053, 1, 31)),
        (date(1969, 12, 31), "2", (55, 0), date(2024, 12, 31)),
        (date(1970, 1, 31), "2", (55, 1), date(2025, 2, 28)),  # a month without that day
        (date(1973, 9, 1), "2", (56, 0), date(2029, 9, 1)),
        (date(1981, 8, 1), "2", (57, 11), date(2039, 7, 1)),
        (date(1981, 9, 1), "2", (58, 0), date(2039, 9, 1)),
        (date(2001, 5, 5), "2", (58, 0), date(2059, 5, 5)),
    ],
)
def test_the_statutory_age_grows_with_the_month_of_birth(
    born: date, sex: str, age: tuple[int, int], day: date
) -> None:
    assert (retirement_age(born, sex), retires(born, sex)) == (age, day)
    below, facts = rule(before_retirement=True), Facts(birth=born, sex=sex)
    assert holds(below, {}, facts, day - timedelta(days=1)) is True
    assert holds(below, {}, facts, day) is False
    assert holds(below, {}, Facts(birth=born), day) is None  # nobody can tell


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"question": "post", "is": ["yes"]}, False),
        ({"question": "children", "at_least": 2}, True),
        ({"question": "children", "at_most": 1}, False),
        ({"question": "pay", "at_least": 1200}, True),
        ({"question": "began", "at_most": 0}, True),  # a date of birth: years today
        ({"question": "nothing", "is": ["yes"]}, None),
        ({"left": "began", "relation": "before", "right": "ended"}, True),
        ({"left": "ended", "relation": "not_after", "right": "today"}, True),
        ({"left": "pay", "relation": "less", "right": "children"}, False),
        ({"left": "began", "relation": "less", "right": "pay"}, None),
        ({"left": "began", "relation": "equal", "right": "began"}, True),
        ({"age_at_least": 65}, True),
        ({"sex": "male"}, False),
        ({"region": ["4104"]}, True),
        ({"region": ["11", "31"]}, False),
        ({"document": ["resident"]}, None),  # WOMAN's document is not known
    ],
)
def test_each_kind_of_rule(given: dict[str, Any], expected: bool | None) -> None:
    assert holds(rule(**given), A_CHILD_IS_OWN, WOMAN, TODAY) is expected
    assert holds(rule(**{"not": given}), A_CHILD_IS_OWN, WOMAN, TODAY) is (
        None if expected is None else not expected
    )


@pytest.mark.parametrize("given", [{"age_at_least": 1}, {"sex": "female"}, {"region": ["41"]}])
def test_without_a_card_nobody_can_tell(given: dict[str, Any]) -> None:
    assert holds(rule(**given), {}, NOBODY, TODAY) is None


VALUES = st.sampled_from([True, False, None])
AS_RULE = {
    True: {"question": "y", "is": ["1"]},
    False: {"question": "y", "is": ["0"]},
    None: {"question": "u", "is": ["1"]},
}


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_all_and_any_are_kleenes(values: list[bool | None]) -> None:
    parts = [AS_RULE[value] for value in values]
    every = holds(rule(all=parts), {"y": "1"}, NOBODY, TODAY)
    some = holds(rule(any=parts), {"y": "1"}, NOBODY, TODAY)
    assert every is (False if False in values else None if None in values else True)
    assert some is (True if True in values else None if None in values else False)


def test_what_is_no_rule_is_refused() -> None:
    deep: dict[str, Any] = {"sex": "male"}
    for _ in range(9):
        deep = {"not": deep}
    every: tuple[dict[str, Any], ...] = (
        {},
        {"sex": "male", "age_at_least": 1},
        {"question": "a"},
        {"at_least": 3},
        {"left": "a", "relation": "before"},
        {"all": []},
        {"age_at_least": -1},
        {"region": ["41x"]},
        {"sex": "1"},
        {"when": "a"},
        deep,
    )
    for wrong in every:
        with pytest.raises(ValidationError):
            rule(**wrong)


def test_a_rule_tells_every_question_that_it_names() -> None:
    named = rule(
        any=[{"question": "a", "is": ["x"]}, {"not": {"left": "b", "relation": "before", "right": "today"}}]
    )
    assert set(named.questions()) == {"a", "b"}
