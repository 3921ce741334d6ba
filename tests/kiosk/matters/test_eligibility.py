"""Who may apply: from the card, on the very day, and by one question where the card is silent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.matters import eligibility
from kiosk.matters.asking import asked, pruned
from kiosk.matters.forms import check_answers
from kiosk.matters.models import Matter
from kiosk.matters.rules import Facts
from kiosk.matters.wellformed import flaws
from tests.kiosk.matters.examples import TODAY
from tests.kiosk.matters.family import family

OLD_ENOUGH: dict[str, Any] = {"zh": "年满65周岁", "en": "65 or older", "check": {"age_at_least": 65}}
NO_PENSION: dict[str, Any] = {
    "zh": "没有养老金",
    "en": "No pension",
    "ask": {"zh": "您没有养老金，对吗？", "en": "You have no pension, right?"},
}
OLD_OR_DISABLED: dict[str, Any] = {
    "zh": "年满60周岁或者有残疾",
    "en": "60 or older, or disabled",
    "check": {"any": [{"age_at_least": 60}, {"question": "eligible_1", "is": ["yes"]}]},
    "ask": {"zh": "您有残疾人证吗？", "en": "Do you hold a disability card?"},
}
SAID: dict[str, Any] = {"zh": "常住平顶山", "en": "You live here"}


def matter(*conditions: dict[str, Any]) -> Matter:
    made = family(eligibility=conditions, form=(), checks=(), rehearsal={**BARE, "answers": {}})
    assert flaws(made) == ()
    return made


BARE = family().rehearsal.model_dump()


def put(made: Matter, facts: Facts, day: date = TODAY, **answers: str) -> list[str]:
    return [question.key for question in asked(made, answers, facts, day)]


@pytest.mark.parametrize(
    ("birth", "day", "fits"),
    [
        ("19611125", date(2026, 11, 24), False),
        ("19611124", date(2026, 11, 24), True),  # a birthday today
        ("19600229", date(2025, 2, 27), False),
        ("19600229", date(2025, 2, 28), True),  # 民法典 art. 202: where there is no 29th
    ],
)
def test_an_age_is_known_from_the_card_and_not_asked(birth: str, day: date, fits: bool) -> None:
    made, facts = matter(OLD_ENOUGH), Facts.of(birth=birth)
    assert put(made, facts, day) == []
    assert bool(eligibility.unmet(made, {}, facts, day)) is not fits


def test_who_is_too_young_is_told_from_when() -> None:
    condition = matter(OLD_ENOUGH).eligibility[0]
    assert eligibility.fulfilled_from(condition, Facts.of(birth="19620308"), TODAY) == date(2027, 3, 8)
    assert eligibility.fulfilled_from(condition, Facts.of(birth="19640229"), TODAY) == date(2029, 2, 28)
    assert eligibility.fulfilled_from(condition, Facts.of(birth="19500101"), TODAY) is None
    assert eligibility.fulfilled_from(condition, Facts(), TODAY) is None


def test_a_card_without_a_birth_date_is_asked_once() -> None:
    made = matter(OLD_ENOUGH)
    question = next(iter(asked(made, {}, Facts(), TODAY)))
    assert (question.key, question.question.zh) == ("eligible_1", "您符合这一条吗：年满65周岁？")
    assert eligibility.unmet(made, {}, Facts(), TODAY) == ()
    assert eligibility.unmet(made, {"eligible_1": "yes"}, Facts(), TODAY) == ()
    assert [number for number, _ in eligibility.unmet(made, {"eligible_1": "no"}, Facts(), TODAY)] == [1]


def test_what_no_card_says_is_asked_and_stays_asked() -> None:
    made = matter(NO_PENSION, SAID)
    assert put(made, Facts()) == put(made, Facts(), eligible_1="yes") == ["eligible_1"]
    assert eligibility.unmet(made, {"eligible_1": "no"}, Facts(), TODAY)


def test_the_question_is_spared_where_the_card_decides() -> None:
    made = matter(OLD_OR_DISABLED)
    assert put(made, Facts.of(birth="19500101")) == []
    young = Facts.of(birth="19800101")
    assert put(made, young) == put(made, young, eligible_1="no") == ["eligible_1"]
    assert not eligibility.unmet(made, {"eligible_1": "yes"}, young, TODAY)
    assert eligibility.unmet(made, {"eligible_1": "no"}, young, TODAY)


def test_nothing_is_asked_after_a_condition_that_does_not_hold() -> None:
    made = matter(OLD_ENOUGH, NO_PENSION)
    assert put(made, Facts.of(birth="19900101")) == []
    assert put(made, Facts.of(birth="19500101")) == ["eligible_2"]


def test_the_answers_are_part_of_the_form_for_the_platform_too() -> None:
    made, facts = matter(NO_PENSION), Facts()
    assert {key: each.code for key, each in check_answers(made, {}, facts, TODAY).items()} == {
        "eligible_1": "answer.choice_required"
    }
    assert (
        check_answers(made, {"eligible_1": "no"}, facts, TODAY) == {}
    )  # well formed; the decision is another
    assert pruned(matter(OLD_ENOUGH), {"eligible_1": "yes"}, Facts.of(birth="19500101"), TODAY) == {}
