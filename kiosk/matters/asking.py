"""Which questions a form asks, given what has been answered: eligibility, conditions, groups, sums.

:func:`asked` makes one flat list of plain questions out of a form; everything else (checks, pages, papers,
the platform) works on that list and knows neither conditions nor groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from kiosk.matters import eligibility
from kiosk.matters.ages import full_years
from kiosk.matters.form_model import Compute, Group, Question
from kiosk.matters.kinds import FieldKind
from kiosk.matters.models import Matter
from kiosk.matters.periods import parse_date, parse_date_range, parse_month_range
from kiosk.matters.rules import Facts, Rule, holds
from kiosk.matters.strict import Bilingual


def asked(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> tuple[Question, ...]:
    """The questions of the form that apply, in its order, computed ones left out.

    A question whose condition nobody can tell yet does not apply yet: it follows the one that decides.
    """
    return tuple(
        question for question in _applying(matter, answers, facts, today) if question.compute is None
    )


def first_open(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> Question | None:
    """The first of :func:`asked` that has no answer at all yet."""
    return next(
        (
            question
            for question in _applying(matter, answers, facts, today)
            if question.compute is None and question.key not in answers
        ),
        None,
    )


def computed(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> dict[str, str]:
    """The values that are worked out, by question key; those whose sources are all answered."""
    values: dict[str, str] = {}
    applying = tuple(_applying(matter, answers, facts, today))
    there = {question.key for question in applying}
    for question in applying:
        if question.compute is not None:
            value = _worked_out(_counted_out(question, matter, there), {**answers, **values}, today)
            if value is not None:
                values[question.key] = value
    return values


def shown(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> tuple[Question, ...]:
    """What the check page, papers and the platform show: asked and computed, in the form's order.

    "Is there another one?" has done its duty and is not shown.
    """
    once = more_keys(matter)
    return tuple(each for each in _applying(matter, answers, facts, today) if each.key not in once)


def between(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> tuple[Question, ...]:
    """Those that apply of "is there another one?", which :func:`shown` leaves out."""
    once = more_keys(matter)
    return tuple(each for each in _applying(matter, answers, facts, today) if each.key in once)


def more_keys(matter: Matter) -> frozenset[str]:
    """The keys of "is there another one?"."""
    return frozenset(
        f"{entry.group}_{number}{_MORE}"
        for entry in matter.form
        if isinstance(entry, Group)
        for number in range(entry.at_least, entry.at_most)
    )


def own_keys(group: Group, number: int) -> dict[str, str]:
    """The keys of the ``number``-th of a group, by the keys that its questions have in the file."""
    return {question.key: f"{group.group}_{number}_{question.key}" for question in group.questions}


def pruned(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> dict[str, str]:
    """``answers`` without those to questions that no longer apply, and with fresh computed values."""
    kept = dict(answers)
    while True:
        keys = {question.key for question in asked(matter, kept, facts, today)}
        left = {key: answer for key, answer in kept.items() if key in keys}
        if left == kept:
            return {**kept, **computed(matter, kept, facts, today)}
        kept = left


_MORE = "_more"


def _applying(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> Iterator[Question]:
    yield from eligibility.questions(matter, answers, facts, today)
    for entry in matter.form:
        if entry.when is not None and holds(entry.when, answers, facts, today) is not True:
            continue
        if isinstance(entry, Group):
            yield from _repeated(entry, answers, facts, today)
        else:
            yield entry


def _repeated(group: Group, answers: Mapping[str, str], facts: Facts, today: date) -> Iterator[Question]:
    for number in range(1, group.at_most + 1):
        own = own_keys(group, number)
        local = {**answers, **{key: answers.get(full, "") for key, full in own.items()}}
        for question in group.questions:
            if question.when is None or holds(question.when, local, facts, today) is True:
                yield _numbered(group, question, number, own)
        if number < group.at_least:
            continue
        if number == group.at_most:
            return
        more = f"{group.group}_{number}{_MORE}"
        yield Question(key=more, kind=FieldKind.YES_NO, question=group.more, label=group.more)
        if answers.get(more) != "yes":
            return


def _numbered(group: Group, question: Question, number: int, own: Mapping[str, str]) -> Question:
    """The question for the ``number``-th of the group, with its own key and a label that says which."""
    if group.at_most == 1:
        label, put = question.label, question.question
    else:
        zh, en = f"第{number}个{group.label.zh}", f"{group.label.en} {number}"
        label = Bilingual(zh=f"{zh}：{question.label.zh}", en=f"{en}: {question.label.en}")
        put = Bilingual(zh=f"{zh}：{question.question.zh}", en=f"{en}: {question.question.en}")
    changes: dict[str, object] = {"key": own[question.key], "label": label, "question": put, "when": None}
    if question.compute is not None:
        changes["compute"] = _own_compute(question.compute, own)
    return question.model_copy(update=changes)


def _own_compute(compute: Compute, own: Mapping[str, str]) -> Compute:
    return Compute(
        sum=tuple(own.get(key, key) for key in compute.sum),
        months=own.get(compute.months, compute.months) if compute.months else None,
        days=own.get(compute.days, compute.days) if compute.days else None,
        age=own.get(compute.age, compute.age) if compute.age else None,
    )


def _counted_out(question: Question, matter: Matter, there: set[str]) -> Question:
    """With what a sum takes from a group named one by one, for those of the group that are there."""
    assert question.compute is not None
    whole = {
        f"{group.group}_{key}": keys
        for group in matter.form
        if isinstance(group, Group)
        for key, keys in _each(group).items()
    }
    named = [each for key in question.compute.sum for each in whole.get(key, (key,))]
    if tuple(named) == question.compute.sum:
        return question
    return question.model_copy(update={"compute": Compute(sum=tuple(key for key in named if key in there))})


def _each(group: Group) -> dict[str, tuple[str, ...]]:
    """All keys that the questions of a group can have, by those that they have in the file."""
    numbered = [own_keys(group, number) for number in range(1, group.at_most + 1)]
    return {question.key: tuple(own[question.key] for own in numbered) for question in group.questions}


def _worked_out(question: Question, answers: Mapping[str, str], today: date) -> str | None:
    compute = question.compute
    assert compute is not None
    if compute.sum:
        return _sum(question, [answers.get(key, "") for key in compute.sum])
    if compute.months:
        months = parse_month_range(answers.get(compute.months, ""))
        if months is None:
            return None
        first, last = months
        return str((last.year - first.year) * 12 + last.month - first.month + 1)
    if compute.days:
        days = parse_date_range(answers.get(compute.days, ""))
        return None if days is None else str((days[1] - days[0]).days + 1)
    born = parse_date(answers.get(compute.age or "", ""))
    return None if born is None else str(full_years(born, today))


def _sum(question: Question, parts: list[str]) -> str | None:
    """Of those that are there: an optional one that was left out counts nothing."""
    try:
        numbers = [Decimal(part) for part in parts if part]
    except InvalidOperation:
        return None
    if not numbers:
        return None
    total = sum(numbers, Decimal(0))
    return f"{total:.2f}" if question.kind is FieldKind.AMOUNT else f"{total:.0f}"


def wanted(when: Rule | None, answers: Mapping[str, str], facts: Facts, today: date) -> bool:
    """Whether something with the condition ``when`` is wanted: also where nobody can tell, to be safe."""
    return when is None or holds(when, answers, facts, today) is not False
