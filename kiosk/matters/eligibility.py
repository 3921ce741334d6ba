"""Who may apply: told before the form, from the card, and from a question or two where the card is silent.

A condition has three standings.  ``True`` and ``False`` come from the card or from an answer; ``None`` is for
what is only said, or not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kiosk.matters.ages import birthday
from kiosk.matters.form_model import Question
from kiosk.matters.kinds import FieldKind
from kiosk.matters.models import Condition, Matter
from kiosk.matters.rules import Facts, holds
from kiosk.matters.strict import Bilingual


def key_of(number: int) -> str:
    """Under which the answer about the ``number``-th condition is kept, counted from 1."""
    return f"eligible_{number}"


def questions(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> Iterator[Question]:
    """What has to be asked: one yes or no for each condition that the card leaves open.

    None after a condition that is known not to hold: it would be asked in vain.
    """
    for number, condition in enumerate(matter.eligibility, 1):
        if condition.check is None and condition.ask is None:
            continue
        key = key_of(number)
        others = {name: answer for name, answer in answers.items() if name != key}
        if condition.check is None or holds(condition.check, others, facts, today) is None:
            yield question_of(number, condition)
        if standing(number, condition, answers, facts, today) is False:
            return


def question_of(number: int, condition: Condition) -> Question:
    """How the ``number``-th condition is asked for, where the card leaves it open."""
    return Question(
        key=key_of(number),
        kind=FieldKind.YES_NO,
        question=condition.ask or _put(condition),
        label=condition.ask or _said(condition),  # beside the answer it has to be the question
    )


def standing(
    number: int, condition: Condition, answers: Mapping[str, str], facts: Facts, today: date
) -> bool | None:
    """Whether the ``number``-th condition is fulfilled; ``None``: nobody can tell, or nobody need."""
    if condition.check is not None:
        known = holds(condition.check, answers, facts, today)
        if known is not None:
            return known
    answer = answers.get(key_of(number), "")
    return {"yes": True, "no": False}.get(answer)


def unmet(
    matter: Matter, answers: Mapping[str, str], facts: Facts, today: date
) -> tuple[tuple[int, Condition], ...]:
    """The conditions that certainly do not hold, with their numbers."""
    return tuple(
        (number, condition)
        for number, condition in enumerate(matter.eligibility, 1)
        if standing(number, condition, answers, facts, today) is False
    )


def fulfilled_from(condition: Condition, facts: Facts, today: date) -> date | None:
    """The day from which somebody is old enough, where that is all that is missing."""
    check = condition.check
    if check is None or check.age_at_least is None or check.age_at_most is not None or facts.birth is None:
        return None
    day = birthday(facts.birth, facts.birth.year + check.age_at_least)
    return day if day > today else None


def _said(condition: Condition) -> Bilingual:
    return Bilingual(zh=condition.zh, en=condition.en)


def _put(condition: Condition) -> Bilingual:
    return Bilingual(zh=f"您符合这一条吗：{condition.zh}？", en=f"Is this true for you: {condition.en}?")
