"""A form with groups, conditions, sums and checks, filled in page by page without a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from devices.contract import IdentityRead
from kiosk.matters.catalogue import Catalogue
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.state import FormStep, Page, Person
from tests.kiosk.matters.examples import MATTERS
from tests.kiosk.matters.family import ANSWERS, asks, family
from tests.kiosk.visit.walk import CARD, Walk

MATTER = family()
OTHER = next(each for each in MATTERS if each.task_code != MATTER.task_code)


def begun() -> Walk:
    walk = Walk(Catalogue([MATTER]))
    walk.identified(MATTER)
    return walk


def answer(walk: Walk, **changes: str) -> list[str]:
    """Answer whatever is asked until the check page or an error; the keys in the order asked."""
    order = []
    while walk.visit.page is Page.FORM:
        key = walk.visit.form.steps[walk.visit.form.index].key
        order.append(key)
        question = walk.visit.question
        assert question is not None and question.key == key  # also "is there another one?"
        walk.do(ev.GiveAnswer(key, {**ANSWERS, **changes}.get(key, "")))
        if walk.visit.form.error:
            break
    return order


def test_nothing_is_asked_twice_and_what_is_known_not_at_all() -> None:
    walk = begun()
    order = answer(walk)
    assert order == list(ANSWERS)
    assert walk.visit.page is Page.CHECK
    answers = walk.visit.form.answers
    assert answers["since"] == "1949-06-15"  # from the card
    assert (answers["costs"], answers["days"], answers["child_1_age"]) == ("1500.50", "14", "11")
    labels = [question.label.zh for question in walk.visit.questions]
    assert "第1个孩子：age" in labels


def test_a_child_that_was_forgotten_is_added_from_the_check_page() -> None:
    walk = begun()
    answer(walk)
    walk.do(ev.EditAnswer("child_2_more"), ev.GiveAnswer("child_2_more", "yes"))
    assert walk.visit.form.steps[walk.visit.form.index] == FormStep("child_3_name")
    answer(walk, child_3_name="张三", child_3_born="2025-01-01")
    assert walk.at()[0] is Page.CHECK
    assert walk.visit.form.answers["child_3_age"] == "1"
    walk.do(ev.EditAnswer("child_2_more"), ev.GiveAnswer("child_2_more", "no"))
    assert not [key for key in walk.visit.form.answers if key.startswith("child_3")]


def test_every_step_has_its_question_on_the_page() -> None:
    walk = begun()
    while walk.visit.page is Page.FORM:
        key = walk.visit.form.steps[walk.visit.form.index].key
        assert walk.visit.question is not None
        walk.do(ev.GiveAnswer(key, ANSWERS.get(key, "")))


def test_what_is_sent_is_what_was_asked_and_worked_out() -> None:
    walk = begun()
    answer(walk, married="no")
    walk.do(ev.Submit())
    sent = walk.asked(ef.KeepApplication)[0].answers
    assert "spouse" not in sent
    assert "child_2_fee" not in sent
    assert sent["costs"] == "1500.50"


def test_a_change_inside_a_group_comes_straight_back() -> None:
    walk = begun()
    answer(walk)
    walk.do(ev.EditAnswer("child_2_born"))
    assert walk.visit.form.steps[walk.visit.form.index] == FormStep("child_2_born")
    walk.do(ev.GiveAnswer("child_2_born", "2023-03-01"))
    assert walk.visit.page is Page.CHECK
    assert walk.visit.form.answers["child_2_age"] == "3"
    walk.do(ev.EditAnswer("child_2_born"), ev.GiveAnswer("child_2_born", "2016-03-01"))
    assert walk.visit.form.steps[walk.visit.form.index] == FormStep("child_2_school")  # now at school
    walk.do(ev.GiveAnswer("child_2_school", "二小"))
    assert walk.visit.page is Page.CHECK


def test_back_from_a_change_leaves_everything_as_it_was() -> None:
    walk = begun()
    answer(walk)
    before = walk.visit.form.answers
    walk.do(ev.EditAnswer("heating"), ev.GiveAnswer("heating", "9000"))
    assert walk.visit.form.error == "answer.across"
    walk.do(ev.Back())
    assert walk.visit.page is Page.CHECK
    assert walk.visit.form.answers == before
    walk.do(ev.EditAnswer("child_2_born"), ev.GiveAnswer("child_2_born", "2016-03-01"), ev.Back())
    assert (walk.visit.page, walk.visit.form.answers) == (Page.CHECK, before)


def test_answers_that_do_not_go_together_are_asked_again_with_the_words() -> None:
    walk = begun()
    order = answer(walk, child_2_name="李梅")
    assert order[-1] == "child_2_name"
    assert walk.visit.form.error_words is not None
    assert walk.visit.form.error_words[0] == "孩子的姓名与配偶相同，请核对。"
    assert walk.visit.form.raw == "李梅"
    walk.do(ev.GiveAnswer("child_2_name", "张二"))
    assert walk.visit.form.error is None
    answer(walk)
    assert walk.visit.page is Page.CHECK


def test_what_was_left_open_is_not_filled_in_again() -> None:
    matter = family(
        form=[asks("phone", "phone", required=False, prefill="platform.phone")],
        checks=(),
        rehearsal={**MATTER.rehearsal.model_dump(), "answers": {}},
    )
    walk = Walk(Catalogue([matter]))
    walk.to_identify(matter)
    person = replace(Person(CARD), phone="13937500026")
    walk.do(IdentityRead("reader", CARD), ev.Verified(1, person), ev.Continue())
    assert walk.visit.page is Page.CHECK
    walk.do(ev.EditAnswer("phone"), ev.GiveAnswer("phone", ""))
    assert (walk.visit.page, walk.visit.form.answers) == (Page.CHECK, {})


def test_midnight_in_the_middle_of_a_form_is_noticed_before_it_is_sent() -> None:
    matter = family(
        form=[asks("day", "date", earliest="today"), asks("place", "text")],
        checks=(),
        rehearsal={**MATTER.rehearsal.model_dump(), "answers": {}},
    )
    walk = Walk(Catalogue([matter]))
    walk.identified(matter)
    walk.do(ev.GiveAnswer("day", "2026-11-24"))
    walk.utc = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # the 25th in Shanghai
    walk.do(ev.GiveAnswer("place", "新华区"))
    assert walk.visit.form.error == "answer.date_too_early"
    walk.do(ev.GiveAnswer("day", "2026-11-26"))
    assert walk.visit.page is Page.CHECK


TOO_YOUNG: dict[str, Any] = {"zh": "年满80周岁", "en": "80 or older", "check": {"age_at_least": 80}}
ASKED: dict[str, Any] = {
    "zh": "没有养老金",
    "en": "No pension",
    "ask": {"zh": "没有养老金，对吗？", "en": "No pension?"},
}


def with_conditions(*conditions: dict[str, Any]) -> Walk:
    bare = {**MATTER.rehearsal.model_dump(), "answers": {}}
    matter = family(eligibility=conditions, form=[asks("place", "text")], checks=(), rehearsal=bare)
    walk = Walk(Catalogue([matter, OTHER]))
    walk.identified(matter)
    return walk


def test_who_does_not_fulfil_a_condition_is_told_before_the_form() -> None:
    walk = with_conditions(TOO_YOUNG)
    assert walk.visit.page is Page.INELIGIBLE
    walk.do(ev.Back(), ev.Start())
    assert walk.visit.page is Page.INELIGIBLE
    walk.do(ev.AnotherMatter())  # the card is asked for once a visit
    walk.do(ev.ChooseMatter(OTHER.task_code), ev.Start())
    assert walk.at()[0] in (Page.FORM, Page.CHECK, Page.NOTICE)


def test_a_wrong_yes_or_no_can_be_put_right() -> None:
    walk = with_conditions(ASKED)
    assert walk.visit.form.steps[0] == FormStep("eligible_1")
    walk.do(ev.GiveAnswer("eligible_1", "no"))
    assert walk.at()[0] is Page.INELIGIBLE
    walk.do(ev.Back(), ev.GiveAnswer("eligible_1", "yes"), ev.GiveAnswer("place", "新华区"))
    assert walk.at()[0] is Page.CHECK
    walk.do(ev.EditAnswer("eligible_1"), ev.GiveAnswer("eligible_1", "no"))
    assert walk.at()[0] is Page.INELIGIBLE
    walk.do(ev.Back())  # as it was before the change
    assert walk.at()[0] is Page.CHECK
    assert walk.visit.form.answers == {"eligible_1": "yes", "place": "新华区"}
