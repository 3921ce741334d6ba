"""Conditions that somebody can fulfil: no contradiction, no value that cannot be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import Final

from kiosk.matters.choices import options
from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.sampling import applicants
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.models import FieldKind, Group, Matter, Question, Rule
from kiosk.matters.rules import holds

MOST_ASKED: Final = 6  # questions of eligibility that are tried in every way


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    matter = subject.matter
    if matter is None:
        return
    for path, rule, known in placed(matter):
        yield from _rule(subject, path, rule, known)
    yield from _somebody(subject, matter, around.today)


def placed(matter: Matter) -> Iterator[tuple[Path_, Rule, Mapping[str, Question]]]:
    """Every rule with its place and the questions that it may name."""
    outer = {entry.key: entry for entry in matter.form if isinstance(entry, Question)}
    for index, condition in enumerate(matter.eligibility):
        if condition.check is not None:
            yield from _within(("eligibility", index, "check"), condition.check, {})
    for index, entry in enumerate(matter.form):
        if entry.when is not None:
            yield from _within(("form", index, "when"), entry.when, outer)
        if isinstance(entry, Group):
            local = outer | {question.key: question for question in entry.questions}
            for inner, question in enumerate(entry.questions):
                if question.when is not None:
                    yield from _within(("form", index, "questions", inner, "when"), question.when, local)
    for index, across in enumerate(matter.checks):
        yield from _within(("checks", index, "rule"), across.rule, outer)
    for index, material in enumerate(matter.guide.materials):
        if material.when is not None:
            yield from _within(("guide", "materials", index, "when"), material.when, outer)
    for index, part in enumerate(matter.parts):
        if part.when is not None:
            yield from _within(("parts", index, "when"), part.when, outer)


def _within(
    path: Path_, rule: Rule, known: Mapping[str, Question]
) -> Iterator[tuple[Path_, Rule, Mapping[str, Question]]]:
    yield path, rule, known
    for name, inner in (("all", rule.all_of), ("any", rule.any_of)):
        for index, each in enumerate(inner):
            yield from _within((*path, name, index), each, known)
    if rule.none_of is not None:
        yield from _within((*path, "not"), rule.none_of, known)


def _rule(subject: Subject, path: Path_, rule: Rule, known: Mapping[str, Question]) -> Iterator[Finding]:
    for least, most, name in (
        (rule.at_least, rule.at_most, "at_least"),
        (rule.age_at_least, rule.age_at_most, "age_at_least"),
    ):
        if least is not None and most is not None and least > most:
            yield _finding(
                subject,
                (*path, name),
                "conditions.empty_range",
                Severity.ERROR,
                f"下限{least}大于上限{most}，没有人符合：请改正",
                f"at least {least} and at most {most} is nobody: correct one of them",
            )
    question = known.get(rule.question or "")
    if question is not None and rule.is_:
        offered = _offered(question)
        for value in rule.is_ if offered else ():
            if value not in offered:
                yield _finding(
                    subject,
                    (*path, "is"),
                    "conditions.unknown_value",
                    Severity.ERROR,
                    f"“{question.label.zh}”没有“{value}”这个选项，条件永远不成立：请改正",
                    f"“{question.label.en}” has no option “{value}”, so this never holds: correct it",
                )
    if rule.all_of:
        yield from _contradiction(subject, path, rule)


def _offered(question: Question) -> frozenset[str]:
    match question.kind:
        case FieldKind.CHOICE:
            return frozenset(option.value for option in options(question))
        case FieldKind.YES_NO:
            return frozenset(("yes", "no"))
        case _:
            return frozenset()


def _contradiction(subject: Subject, path: Path_, rule: Rule) -> Iterator[Finding]:
    """What can be seen without trying: two of ``all`` that exclude each other."""
    parts = rule.all_of
    for number, one in enumerate(parts):
        for other in parts[:number]:
            if _exclude(one, other):
                yield _finding(
                    subject,
                    (*path, "all", number),
                    "conditions.contradiction",
                    Severity.ERROR,
                    "与前面的条件互相矛盾，不可能同时成立：请改正",
                    "this contradicts a condition before it; both never hold at once: correct one of them",
                )
                break


def _exclude(one: Rule, other: Rule) -> bool:
    if one.sex and other.sex:
        return one.sex != other.sex
    if one.question and one.question == other.question:
        if one.is_ and other.is_:
            return not set(one.is_) & set(other.is_)
        return _apart(one.at_least, one.at_most, other.at_least, other.at_most)
    if one.region and other.region:
        return not any(a.startswith(b) or b.startswith(a) for a, b in product(one.region, other.region))
    if one.document and other.document:
        return not set(one.document) & set(other.document)
    if one.none_of is not None and one.none_of == other:
        return True
    if other.none_of is not None and other.none_of == one:
        return True
    return _apart(one.age_at_least, one.age_at_most, other.age_at_least, other.age_at_most)


def _apart(least: int | None, most: int | None, other_least: int | None, other_most: int | None) -> bool:
    """Whether two ranges have no number in common."""
    return (least is not None and other_most is not None and least > other_most) or (
        other_least is not None and most is not None and other_least > most
    )


def _somebody(subject: Subject, matter: Matter, today: date) -> Iterator[Finding]:
    """There is a person who may apply."""
    checks = [(index, each.check) for index, each in enumerate(matter.eligibility) if each.check is not None]
    if not checks:
        return
    numbers = [number for number, each in enumerate(matter.eligibility, 1) if each.ask]
    keys = [f"eligible_{number}" for number in numbers]
    choices = product(("yes", "no"), repeat=len(keys)) if len(keys) <= MOST_ASKED else [("yes",) * len(keys)]
    answers = [dict(zip(keys, chosen, strict=True)) for chosen in choices]
    people = applicants(_flat([rule for _, rule in checks]), today)
    alone: set[int] = set()
    together = False
    for facts, given in product(people, answers):
        fine = {index for index, rule in checks if holds(rule, given, facts, today) is not False}
        alone |= fine
        together = together or len(fine) == len(checks)
    for index, _ in checks:
        if index not in alone:
            yield _finding(
                subject,
                ("eligibility", index, "check"),
                "conditions.nobody",
                Severity.ERROR,
                "没有人符合这个条件：请改正",
                "nobody fulfils this condition: correct it",
            )
    if not together and len(alone) == len(checks):
        yield _finding(
            subject,
            ("eligibility",),
            "conditions.nobody",
            Severity.ERROR,
            "没有人能同时符合这些条件：请核对是否互相矛盾",
            "nobody fulfils all of these conditions at once: correct those that contradict each other",
        )


def _flat(rules: list[Rule]) -> list[Rule]:
    found = []
    while rules:
        rule = rules.pop()
        found.append(rule)
        rules += [*rule.all_of, *rule.any_of, *((rule.none_of,) if rule.none_of else ())]
    return found


def _finding(subject: Subject, path: Path_, code: str, severity: Severity, zh: str, en: str) -> Finding:
    return subject.finding(path, code, severity, ARTICLE_7, zh, en)
