"""Which questions a form puts, as answers come in; what is worked out; what does not go together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.matters.asking import asked, computed, pruned, shown, wanted
from kiosk.matters.forms import check_across, check_answers, open_questions, prefilled
from kiosk.matters.models import Matter, Prefill
from kiosk.matters.rules import Facts, Rule
from kiosk.matters.wellformed import flaws
from tests.kiosk.matters.examples import TODAY
from tests.kiosk.matters.family import ANSWERS, CHECKS, FORM, asks, family, words

MATTER = family()
FACTS = Facts.of(birth="19880101")
FULL = prefilled(
    MATTER, {Prefill.CARD_BIRTH: "19880101"}, FACTS, TODAY, {k: v for k, v in ANSWERS.items() if v}
)


def keys(answers: dict[str, str], matter: Matter = MATTER) -> list[str]:
    return [question.key for question in asked(matter, answers, FACTS, TODAY)]


def walked(matter: Matter, answers: dict[str, str]) -> list[str]:
    """The order in which questions are put to somebody who answers them one after the other."""
    given: dict[str, str] = {}
    order: list[str] = []
    while open_ := [q for q in open_questions(matter, given, FACTS, TODAY) if q.key not in order]:
        key = open_[0].key
        order.append(key)
        if answers.get(key):
            given[key] = answers[key]
    return order


def test_the_file_is_well_formed() -> None:
    assert flaws(MATTER) == ()


def test_questions_follow_the_answers_that_decide_them() -> None:
    assert walked(MATTER, {**ANSWERS, "since": "1988-01-01"}) == [*ANSWERS, "since"]
    assert "spouse" not in keys({"married": "no"})
    assert "child_1_school" not in keys({"child_1_born": "2024-01-01"})
    assert "child_2_name" not in keys({"child_1_more": "no"})


def test_a_group_asks_for_one_more_only_up_to_its_end() -> None:
    three = {**FULL, "child_2_more": "yes"}
    assert "child_3_name" in keys(three)
    assert "child_3_more" not in keys(three)
    twins = family(form=[{**FORM[2], "at_least": 2}])
    assert keys({}, twins)[:2] == ["child_1_name", "child_1_born"]
    assert "child_1_more" not in keys({}, twins)
    assert "child_2_more" in keys({}, twins)


def test_pages_say_which_one_of_the_group() -> None:
    by_key = {question.key: question for question in asked(MATTER, FULL, FACTS, TODAY)}
    assert by_key["child_2_name"].label.zh == "第2个孩子：name"
    assert by_key["child_2_name"].question.en == "Child 2: name?"
    assert by_key["child_1_more"].question.zh == "还有别的孩子吗？"


def test_values_are_worked_out_and_never_asked() -> None:
    found = computed(MATTER, FULL, FACTS, TODAY)
    assert found == {"child_1_age": "11", "child_2_age": "2", "costs": "1500.50", "days": "14"}
    assert not found.keys() & set(keys(FULL))
    form = [*FORM, asks("fees", "amount", compute={"sum": ["child_fee", "heating"]})]  # of all children
    whole = family(form=form)
    assert not [*flaws(whole)]
    fees = [
        computed(whole, {**FULL, **more}, FACTS, TODAY)["fees"] for more in ({}, {"child_2_fee": "80.00"})
    ]
    assert fees == ["620.00", "700.00"]
    gone = {**FULL, "child_2_fee": "80.00", "child_1_more": "no"}  # who is no longer named does not count
    assert computed(whole, gone, FACTS, TODAY)["fees"] == "620.00"
    assert computed(MATTER, {**FULL, "heating": ""}, FACTS, TODAY)["costs"] == "1200.50"
    assert "days" not in computed(MATTER, {**FULL, "away": "soon"}, FACTS, TODAY)
    # Born on a leap day: in another year she is a year older with the last day of February.
    ages = [computed(MATTER, FULL, FACTS, date(2026, 2, day))["child_2_age"] for day in (27, 28)]
    assert ages == ["1", "2"]


def test_what_is_shown_leaves_out_only_whether_there_is_another() -> None:
    said = [question.key for question in shown(MATTER, pruned(MATTER, FULL, FACTS, TODAY), FACTS, TODAY)]
    assert "child_1_more" not in said
    assert "need_more" in said
    assert said.index("child_1_age") == said.index("child_1_born") + 1


def test_an_answer_that_no_longer_applies_goes_and_takes_others_along() -> None:
    left = pruned(MATTER, {**FULL, "child_1_more": "no", "married": "no"}, FACTS, TODAY)
    assert not [key for key in left if key.startswith("child_2")]
    assert "spouse" not in left
    assert left["child_1_age"] == "11"


def test_a_whole_form_is_checked_as_it_was_asked() -> None:
    whole = pruned(MATTER, FULL, FACTS, TODAY)
    assert check_answers(MATTER, whole, FACTS, TODAY) == {}
    assert check_answers(MATTER, FULL, FACTS, TODAY) == {}  # what is worked out may be left out

    def codes(**changes: str) -> dict[str, str]:
        found = check_answers(MATTER, {**whole, **changes}, FACTS, TODAY)
        return {key: problem.code for key, problem in found.items()}

    assert codes(costs="1.00") == {"costs": "answer.computed"}
    assert codes(child_3_name="张三") == {"child_3_name": "answer.unknown_question"}
    assert codes(child_2_more="yes") == {
        "child_3_name": "answer.required",
        "child_3_born": "answer.date_required",
    }
    assert codes(rent="1200.5", costs="1500.50")["rent"] == "answer.amount"
    assert codes(rent="0.00", costs="300.00", heating="300.00")["rent"] == "answer.amount_too_small"
    assert codes(away="2026-10-21/2026-10-08", days="-12")["away"] == "answer.days_order"
    assert codes(away="2026-10-21/2026-12-08")["away"] == "answer.date_too_late"


def test_answers_that_do_not_go_together_are_told_at_the_question_named() -> None:
    dear = {**FULL, "heating": "1500.00"}
    assert [*check_across(MATTER, dear, FACTS, TODAY)] == ["heating"]
    assert check_across(MATTER, dear, FACTS, TODAY)["heating"].zh == CHECKS[0]["message"]["zh"]
    assert check_across(MATTER, {"heating": "1500.00"}, FACTS, TODAY) == {}  # nobody can tell yet
    assert [*check_across(MATTER, {**FULL, "child_2_name": "李梅"}, FACTS, TODAY)] == ["child_2_name"]


def test_material_conditions_hold_when_nobody_can_tell() -> None:
    rule = Rule.model_validate({"question": "married", "is": ["yes"]})
    assert wanted(None, {}, FACTS, TODAY)
    assert wanted(rule, {}, FACTS, TODAY)
    assert not wanted(rule, {"married": "no"}, FACTS, TODAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"checks": [{**CHECKS[0], "question": "nobody"}]}, "matter.unknown_question"),
        ({"checks": [{**CHECKS[1], "question": "rent"}]}, "matter.unknown_question"),  # names a group's own
        ({"form": [*FORM, asks("sum", "digits", compute={"sum": ["nothing"]})], "checks": []}, None),
        ({"form": [{**FORM[2], "at_least": 3, "at_most": 2}], "checks": []}, "matter.bounds"),
        ({"form": [*FORM, asks("rent", "amount")]}, "matter.repeated"),
        (
            {"form": [asks("c", "choice", catalogue="banks", options=[{"value": "a", "label": words("a")}])]},
            None,
        ),
    ],
)
def test_forms_that_could_not_be_answered_are_refused(changes: dict[str, Any], code: str | None) -> None:
    rehearsal = {"card": MATTER.rehearsal.card.model_dump(), "answers": {}}
    found = [flaw.code for flaw in flaws(family(**{"checks": [], **changes}, rehearsal=rehearsal))]
    assert found
    assert code is None or code in found
