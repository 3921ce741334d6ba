"""Questions and answers: making an answer tidy, checking it, filling it in from what is known.

An answer is always a ``str`` in the text form of its kind (``models.FieldKind``); no answer is ``""``.
A wrong answer is an :class:`AnswerProblem` whose words tell the citizen what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kiosk.matters.answers import AnswerProblem, check_kind, problem
from kiosk.matters.asking import asked, computed, own_keys
from kiosk.matters.characters import unusable_character
from kiosk.matters.eligibility import key_of
from kiosk.matters.kinds import FieldKind, Prefill
from kiosk.matters.models import Group, Matter, Question
from kiosk.matters.normal_form import normalise
from kiosk.matters.prefill import candidates
from kiosk.matters.rules import Facts, holds
from kiosk.matters.showing import display, masked

__all__ = [
    "AnswerProblem",
    "as_known",
    "check_across",
    "check_answer",
    "check_answers",
    "display",
    "masked",
    "normalise",
    "open_questions",
    "prefilled",
]


def check_answer(question: Question, answer: str, today: date) -> AnswerProblem | None:
    """What is wrong with a normalised ``answer``, or None.  ``today`` is the day in Asia/Shanghai."""
    if not answer:
        return _required(question) if question.required else None
    character = unusable_character(answer)
    if character is not None:
        return problem("answer.character", character=character)
    return check_kind(question, answer, today)


def check_answers(
    matter: Matter, answers: Mapping[str, str], facts: Facts, today: date
) -> dict[str, AnswerProblem]:
    """The problems of a whole form by question key; unknown keys and wrong sums are problems, too."""
    found = {}
    applying = asked(matter, answers, facts, today)
    for question in applying:
        wrong = check_answer(question, answers.get(question.key, ""), today)
        if wrong is not None:
            found[question.key] = wrong
    worked_out = computed(matter, answers, facts, today)
    known = {question.key for question in applying} | worked_out.keys()
    known |= {key_of(n) for n, each in enumerate(matter.eligibility, 1) if each.ask}  # the card may have told
    found.update({key: problem("answer.unknown_question") for key in answers if key not in known})
    for key, value in worked_out.items():
        if answers.get(key, value) != value:
            found[key] = problem("answer.computed")
    return found or check_across(matter, answers, facts, today)


def check_across(
    matter: Matter, answers: Mapping[str, str], facts: Facts, today: date
) -> dict[str, AnswerProblem]:
    """What does not hold between answers, at the question that each check names.

    A check that names a question of a group is made for each one of the group.
    """
    found: dict[str, AnswerProblem] = {}
    applying = {question.key for question in asked(matter, answers, facts, today)}
    for check in matter.checks:
        for key, local in _places(matter, check.question, answers):
            if key in applying and key not in found and holds(check.rule, local, facts, today) is False:
                found[key] = AnswerProblem("answer.across", check.message.zh, check.message.en)
    return found


def _places(matter: Matter, key: str, answers: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The keys that a question of the file has in the form, each with the answers as its rules see them."""
    groups = [entry for entry in matter.form if isinstance(entry, Group)]
    group = next((each for each in groups if key in {question.key for question in each.questions}), None)
    if group is None or any(isinstance(entry, Question) and entry.key == key for entry in matter.form):
        yield key, answers
        return
    for number in range(1, group.at_most + 1):
        own = own_keys(group, number)
        yield own[key], {**answers, **{short: answers.get(full, "") for short, full in own.items()}}


def prefilled(
    matter: Matter,
    known: Mapping[Prefill, str],
    facts: Facts,
    today: date,
    answers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """``answers`` with those that need not be asked for, by question key; only those that pass the check."""
    answers = dict(answers or {})
    for question in asked(matter, answers, facts, today):
        if question.key in answers:
            continue
        raw = known.get(question.prefill, "") if question.prefill else ""
        for candidate in candidates(question, raw) if raw else ():
            answer = normalise(question, candidate)
            if answer and check_answer(question, answer, today) is None:
                answers[question.key] = answer
                break
    return answers


def as_known(question: Question, answer: str, known: Mapping[Prefill, str]) -> bool:
    """Whether ``answer`` is what was known beforehand, and nobody's own words."""
    raw = known.get(question.prefill, "") if question.prefill else ""
    return bool(answer and raw) and answer in {
        normalise(question, each) for each in candidates(question, raw)
    }


def open_questions(
    matter: Matter, answers: Mapping[str, str], facts: Facts, today: date
) -> tuple[Question, ...]:
    """The questions still to be put, in the form's order.  An optional one is put once, too."""
    return tuple(each for each in asked(matter, answers, facts, today) if each.key not in answers)


def _required(question: Question) -> AnswerProblem:
    match question.kind:
        case FieldKind.CHOICE | FieldKind.YES_NO:
            return problem("answer.choice_required")
        case FieldKind.DATE:
            return problem("answer.date_required")
        case FieldKind.DATE_RANGE:
            return problem("answer.days_required")
        case FieldKind.MONTH_RANGE:
            return problem("answer.months_required")
        case _:
            return problem("answer.required", label_zh=question.label.zh, label_en=question.label.en)
