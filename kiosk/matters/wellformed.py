"""What the types of a matter cannot say: parts that must fit each other.

What the regulation demands is the linter's; this is only what would make a form impossible to show,
to answer or to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.matters.models import FieldKind, MaterialSource, Matter, Question
from kiosk.matters.periods import THIS_MONTH, TODAY, parse_date, parse_month

_WITH_LENGTH = frozenset({FieldKind.TEXT, FieldKind.DIGITS, FieldKind.ADDRESS})


@dataclass(frozen=True)
class Flaw:
    path: tuple[str | int, ...]  # of the value in the matter's file
    code: str
    message: str


def flaws(matter: Matter) -> tuple[Flaw, ...]:
    """Everything contradictory in ``matter``, in the order of the file."""
    return (*_materials(matter), *_form(matter), *_rehearsal(matter))


def _materials(matter: Matter) -> Iterator[Flaw]:
    materials = matter.guide.materials
    for index in _repeated(material.code for material in materials):
        path = ("guide", "materials", index, "code")
        yield Flaw(path, "matter.repeated", "another material has this code: give each its own")
    for index, material in enumerate(materials):
        declared = material.source is MaterialSource.DECLARATION
        if declared and material.declaration is None:
            message = "a material that is declared on the screen needs its text: add “declaration”"
            yield Flaw(("guide", "materials", index, "source"), "matter.declaration_missing", message)
        if material.declaration is not None and not declared:
            message = "only a material with source: declaration has a text to declare: remove it"
            yield Flaw(("guide", "materials", index, "declaration"), "matter.out_of_place", message)
        if material.owing is not None and material.source is not MaterialSource.APPLICANT:
            message = "only a material with source: applicant can be owed: remove “owing”"
            yield Flaw(("guide", "materials", index, "owing"), "matter.out_of_place", message)


def _form(matter: Matter) -> Iterator[Flaw]:
    for index in _repeated(question.key for question in matter.form):
        message = "another question has this key: give each its own"
        yield Flaw(("form", index, "key"), "matter.repeated", message)
    for index, question in enumerate(matter.form):
        for flaw in _question(question):
            yield Flaw(("form", index, *flaw.path), flaw.code, flaw.message)


def _question(question: Question) -> Iterator[Flaw]:
    yield from _options(question)
    yield from _lengths(question)
    yield from _bounds(question)


def _options(question: Question) -> Iterator[Flaw]:
    if question.kind is FieldKind.CHOICE:
        if not question.options:
            yield Flaw(("kind",), "matter.options_missing", "a choice needs “options” to choose from")
    elif question.options:
        yield Flaw(("options",), "matter.out_of_place", "only a question of kind choice has options")
    for index in _repeated(option.value for option in question.options):
        message = "another option has this value: give each its own"
        yield Flaw(("options", index, "value"), "matter.repeated", message)


def _lengths(question: Question) -> Iterator[Flaw]:
    for name in ("min_length", "max_length"):
        if getattr(question, name) is not None and question.kind not in _WITH_LENGTH:
            message = f"a question of kind {question.kind} has no {name}: remove it"
            yield Flaw((name,), "matter.out_of_place", message)
    for name in ("minimum", "maximum"):
        if getattr(question, name) is not None and question.kind is not FieldKind.DIGITS:
            yield Flaw((name,), "matter.out_of_place", f"only a question of kind digits has a {name}")
    for low, high in (("min_length", "max_length"), ("minimum", "maximum")):
        least, most = getattr(question, low), getattr(question, high)
        if least is not None and most is not None and least > most:
            yield Flaw((low,), "matter.bounds", f"{low} is greater than {high}: nothing could be answered")


def _bounds(question: Question) -> Iterator[Flaw]:
    match question.kind:
        case FieldKind.DATE:
            parse, word, shape = parse_date, TODAY, "YYYY-MM-DD"
        case FieldKind.MONTH_RANGE:
            parse, word, shape = parse_month, THIS_MONTH, "YYYY-MM"
        case _:
            for name in ("earliest", "latest"):
                if getattr(question, name) is not None:
                    message = f"only questions of kind date and month_range have {name}: remove it"
                    yield Flaw((name,), "matter.out_of_place", message)
            return
    fixed = {}
    for name in ("earliest", "latest"):
        bound = getattr(question, name)
        if bound is None or bound == word:
            continue
        fixed[name] = parse(bound)
        if fixed[name] is None:
            yield Flaw((name,), "matter.bounds", f"{name} must be {shape} or {word}, and a real day")
    earliest, latest = fixed.get("earliest"), fixed.get("latest")
    if earliest and latest and earliest > latest:
        message = "earliest is after latest: nothing could be answered"
        yield Flaw(("earliest",), "matter.bounds", message)


def _rehearsal(matter: Matter) -> Iterator[Flaw]:
    keys = {question.key for question in matter.form}
    for key in matter.rehearsal.answers:
        if key not in keys:
            message = f"the form has no question “{key}”: correct or remove this answer"
            yield Flaw(("rehearsal", "answers", key), "matter.unknown_answer", message)


def _repeated(values: Iterable[str]) -> list[int]:
    """The places of those values that stood before."""
    seen: set[str] = set()
    places = []
    for index, value in enumerate(values):
        if value in seen:
            places.append(index)
        seen.add(value)
    return places
