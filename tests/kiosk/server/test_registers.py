from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matters.models import Matter, Shape
from kiosk.server.register_contributions import OLD_AGE
from kiosk.server.register_home import repayments
from kiosk.server.register_police import all_traffic_violations, traffic_violations
from kiosk.server.register_social import yearly_record
from kiosk.server.registers import consult, housing_fund, pick
from tests.kiosk.matters.examples import MATTERS as SHIPPED
from tests.kiosk.server.samples import FILING, MATTERS, NUMBER, OTHER_NUMBER, matter

TODAY = date(2026, 11, 24)
months = st.tuples(st.integers(2010, 2026), st.integers(1, 12)).map(lambda pair: date(*pair, 1))


def fen(text: str) -> int:
    return round(float(text.replace(",", "")) * 100)


@given(months, months)
def test_contributions_lie_in_the_months_asked_for(first: date, last: date) -> None:
    rows = OLD_AGE.contributions(NUMBER, first, last, TODAY).rows
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
    assert OLD_AGE.contributions(NUMBER, *asked).rows == OLD_AGE.contributions(NUMBER, *asked).rows
    assert OLD_AGE.contributions(NUMBER, *asked).rows != OLD_AGE.contributions(OTHER_NUMBER, *asked).rows


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


@pytest.mark.parametrize(
    "shipped",
    [each for each in SHIPPED if each.shape in (Shape.QUERY, Shape.CERTIFICATE)],
    ids=lambda each: each.plain_name.en,
)
def test_every_query_and_certificate_has_a_register_that_answers_it(shipped: Matter) -> None:
    rehearsal = shipped.rehearsal
    extract = consult(shipped, rehearsal.card.number, rehearsal.answers, TODAY)
    assert extract is not None
    assert all(len(row) == len(extract.columns) for row in extract.rows)
    assert extract.rows or extract.facts
    assert "未查询到" not in extract.statement or shipped.plain_name.zh == "无房证明"
    again = consult(shipped, rehearsal.card.number, rehearsal.answers, TODAY)
    assert again == extract


def test_an_answer_decides_what_is_looked_up() -> None:
    pension, household = SHIPPED.get("养老金证明"), SHIPPED.get("户籍证明")
    assert pension is not None and household is not None
    elder = pension.rehearsal.card.number
    now = consult(pension, elder, {"content": "now"}, TODAY)
    listed = consult(pension, elder, {"content": "months", "period": "2026-01/2026-03"}, TODAY)
    assert now is not None and listed is not None
    assert (now.rows, len(listed.rows)) == ((), 3)
    young = consult(pension, "410421200109281333", {"content": "now"}, TODAY)
    assert young is not None and "未查询到" in young.statement
    titles = {consult(household, NUMBER, {"content": what}, TODAY) for what in ("changed", "moved")}
    assert len({extract.title for extract in titles if extract}) == 2


def test_a_loan_is_repaid_row_by_row() -> None:
    rows = repayments(NUMBER, date(2012, 1, 1), date(2026, 11, 1), TODAY).rows
    for before, after in pairwise(rows):
        assert fen(before[4]) - fen(after[1]) == fen(after[4])
        assert fen(after[1]) + fen(after[2]) == fen(after[3])


def test_the_yearly_record_adds_up_to_what_is_saved() -> None:
    rows = yearly_record(NUMBER, date(2015, 1, 1), date(2025, 12, 1), TODAY).rows
    for before, after in pairwise(rows):
        assert fen(before[5]) + fen(after[3]) + fen(after[4]) == fen(after[5])


def test_open_violations_are_some_of_all() -> None:
    month = TODAY.replace(day=1)
    for number in (NUMBER, OTHER_NUMBER, *(each.rehearsal.card.number for each in SHIPPED)):
        everything = all_traffic_violations(number, month, month, TODAY).rows
        still_open = traffic_violations(number, month, month, TODAY).rows
        assert {row for row in still_open if row[0]} <= set(everything)
        assert all(row[0] <= TODAY.isoformat() for row in everything)


@pytest.mark.parametrize("suffix", range(20))
def test_a_search_and_a_query_say_the_same_of_one_person(suffix: int) -> None:
    number = f"4104021980010100{suffix:02}"
    search, own, deeds = SHIPPED.get("无房证明"), SHIPPED.get("名下房产查询"), SHIPPED.get("完税证明")
    assert search is not None and own is not None and deeds is not None
    searched = consult(search, number, {}, TODAY)
    listed = consult(own, number, {"content": "burdens"}, TODAY)
    paid = consult(deeds, number, {"tax": "deed", "paid": "1994-01-01/2026-11-24"}, TODAY)
    assert searched is not None and listed is not None and paid is not None
    homes = [row[0] for row in listed.rows if row[1]]
    assert homes == [row[0] for row in searched.rows if "未查询到" not in row[3]]
    assert len(homes) == len([row for row in paid.rows if row[0]])


def test_only_what_was_paid_between_the_days_is_certified() -> None:
    matter = SHIPPED.get("完税证明")
    assert matter is not None
    asked = {"tax": "vehicle_vessel", "paid": "2024-01-01/2025-12-31"}
    extract = consult(matter, NUMBER, asked, TODAY)
    assert extract is not None
    assert {row[0][:4] for row in extract.rows} == {"2024", "2025"}
    assert sum(fen(row[4]) for row in extract.rows) == fen(extract.note.split("合计")[1].rstrip("元。"))
    nothing = consult(matter, NUMBER, asked | {"paid": "1994-01-01/1994-12-31"}, TODAY)
    assert nothing is not None and nothing.rows[0][3] == "所选日期之间没有入库记录"
