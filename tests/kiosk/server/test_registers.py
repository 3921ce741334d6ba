from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.matters.models import Matter
from kiosk.server.registers import consult, contributions, housing_fund, pick
from tests.kiosk.server.samples import FILING, MATTERS, NUMBER, OTHER_NUMBER, matter

TODAY = date(2026, 11, 24)
months = st.tuples(st.integers(2010, 2026), st.integers(1, 12)).map(lambda pair: date(*pair, 1))


def fen(text: str) -> int:
    return round(float(text.replace(",", "")) * 100)


@given(months, months)
def test_contributions_lie_in_the_months_asked_for(first: date, last: date) -> None:
    rows = contributions(NUMBER, first, last, TODAY).rows
    listed = [row[0] for row in rows]
    assert listed == sorted(set(listed))
    assert all(first <= date.fromisoformat(f"{month}-01") <= last for month in listed)


@given(months, months, months)
def test_overlapping_ranges_agree(first: date, middle: date, last: date) -> None:
    first, middle, last = sorted((first, middle, last))
    whole = housing_fund(NUMBER, first, last, TODAY).rows
    part = housing_fund(NUMBER, middle, last, TODAY).rows
    assert whole[len(whole) - len(part) :] == part


def test_every_balance_follows_from_the_one_before() -> None:
    rows = housing_fund(NUMBER, date(2024, 1, 1), date(2026, 11, 1), TODAY).rows
    for before, after in pairwise(rows):
        assert fen(before[4]) + fen(after[2]) == fen(after[4])


def test_nothing_lies_in_the_future() -> None:
    rows = housing_fund(NUMBER, date(2026, 10, 1), date(2027, 12, 1), date(2026, 10, 2)).rows
    assert all(row[0] <= "2026-10-02" for row in rows)


def test_persons_differ_and_stay_themselves() -> None:
    asked = (date(2026, 1, 1), date(2026, 6, 1), TODAY)
    assert contributions(NUMBER, *asked).rows == contributions(NUMBER, *asked).rows
    assert contributions(NUMBER, *asked).rows != contributions(OTHER_NUMBER, *asked).rows


@given(st.text(), st.integers(-5, 5), st.integers(0, 9))
def test_picks_stay_in_their_range(subject: str, low: int, span: int) -> None:
    assert low <= pick(subject, "any", low, low + span) <= low + span


def test_registers_are_known_by_the_names_of_matters() -> None:
    fund = Matter.model_validate(MATTERS["query"])
    extract = consult(fund, NUMBER, {"months": "2026-03/2026-04"}, TODAY)
    assert extract is not None and {row[0][:7] for row in extract.rows} == {"2026-03", "2026-04"}
    without_range = consult(fund, NUMBER, {}, TODAY)
    assert without_range is not None and len({row[0][:7] for row in without_range.rows}) == 12
    land = Matter.model_validate(matter(FILING, "无房证明", "certificate"))
    searched = consult(land, NUMBER, {}, TODAY)
    assert searched is not None and "未查询到" in searched.statement
    assert consult(Matter.model_validate(MATTERS["filing"]), NUMBER, {}, TODAY) is None
