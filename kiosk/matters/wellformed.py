"""What the types of a matter cannot say: parts that must fit each other.

What the regulation demands is the linter's; this is only what would make a form impossible to show,
to answer or to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiosk.matters.kinds import FieldKind, MaterialSource
from kiosk.matters.models import Group, Matter, Question, Rule
from kiosk.matters.periods import THIS_MONTH, TODAY, parse_date, parse_month
from values import dataclass

Path = tuple[str | int, ...]

_WITH_NUMBER = frozenset({FieldKind.DIGITS, FieldKind.AMOUNT})
_WITH_LENGTH = frozenset({FieldKind.TEXT, FieldKind.DIGITS, FieldKind.ADDRESS})


@dataclass(frozen=True)
class Flaw:
    path: tuple[str | int, ...]  # of the value in the matter's file
    code: str
    message: str


def flaws(matter: Matter) -> tuple[Flaw, ...]:
    """Everything contradictory in ``matter``, in the order of the file."""
    return (
        *_fee(matter),
        *_materials(matter),
        *_pictures(matter),
        *_form(matter),
        *_rules(matter),
        *_parts(matter),
        *_rehearsal(matter),
    )


def _fee(matter: Matter) -> Iterator[Flaw]:
    fee = matter.guide.fee
    if fee.up_to_fen is not None and fee.up_to_fen <= fee.amount_fen:
        message = "up_to_fen is the most that is charged: it must be above amount_fen, or be left out"
        yield Flaw(("guide", "fee", "up_to_fen"), "matter.bounds", message)


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


def _pictures(matter: Matter) -> Iterator[Flaw]:
    known = {material.code for material in matter.guide.materials} | {"result"}
    for index, picture in enumerate(matter.pictures):
        if picture.of not in known:
            message = "a picture is of the “result” or of a material: there is no material of this code"
            yield Flaw(("pictures", index, "of"), "matter.out_of_place", message)


def _form(matter: Matter) -> Iterator[Flaw]:
    places = [*_places(matter)]
    for index in _repeated(key for _, key in _keys(matter)):
        message = "another question has this key: give each its own"
        yield Flaw(tuple(_keys(matter))[index][0], "matter.repeated", message)
    for path, question in places:
        for flaw in _question(question):
            yield Flaw((*path, *flaw.path), flaw.code, flaw.message)
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group) and entry.at_least > entry.at_most:
            message = "at_least is greater than at_most: nothing could be answered"
            yield Flaw(("form", index, "at_least"), "matter.bounds", message)


def _places(matter: Matter) -> Iterator[tuple[Path, Question]]:
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group):
            for inner, question in enumerate(entry.questions):
                yield ("form", index, "questions", inner), question
        else:
            yield ("form", index), entry


def _keys(matter: Matter) -> Iterator[tuple[Path, str]]:
    """Keys of groups and questions; those inside a group share its name space with it."""
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group):
            yield ("form", index, "group"), entry.group
            for inner, question in enumerate(entry.questions):
                yield ("form", index, "questions", inner, "key"), f"{entry.group}_{question.key}"
        else:
            yield ("form", index, "key"), entry.key


def _rules(matter: Matter) -> Iterator[Flaw]:
    """Every question that a rule, a sum or a check names has to be there, and to come before it is needed."""
    outer = {entry.key for entry in matter.form if isinstance(entry, Question)}
    totals = {key for path, key in _keys(matter) if path[-1] == "key"} - outer
    eligible = {f"eligible_{number}" for number in range(1, len(matter.eligibility) + 1)}
    for path, question in _places(matter):
        local, summed = outer, outer | totals
        if len(path) > 2:
            group = matter.form[int(path[1])]
            assert isinstance(group, Group)
            local = summed = outer | {each.key for each in group.questions}
        yield from _names(question.when, local, (*path, "when"))
        if question.compute is not None:
            named = (question.compute.months, question.compute.days, question.compute.age)
            yield from _unknown(list(question.compute.sum), summed, (*path, "compute"))
            yield from _unknown([each for each in named if each], local, (*path, "compute"))
    for index, entry in enumerate(matter.form):
        if isinstance(entry, Group):
            yield from _names(entry.when, outer, ("form", index, "when"))
    for index, check in enumerate(matter.checks):
        local = outer
        for entry in matter.form:
            if isinstance(entry, Group) and check.question not in outer:
                inside = {each.key for each in entry.questions}
                local = outer | inside if check.question in inside else local
        yield from _names(check.rule, local, ("checks", index, "rule"))
        yield from _unknown([check.question], local, ("checks", index, "question"))
    for index, material in enumerate(matter.guide.materials):
        yield from _names(material.when, outer, ("guide", "materials", index, "when"))
    for index, condition in enumerate(matter.eligibility):
        yield from _names(condition.check, eligible, ("eligibility", index, "check"))
    for index, part in enumerate(matter.parts):
        yield from _names(part.when, outer, ("parts", index, "when"))


def _names(rule: Rule | None, known: set[str], path: Path) -> Iterator[Flaw]:
    if rule is not None:
        yield from _unknown(list(rule.questions()), known, path)


def _unknown(named: list[str], known: set[str], path: Path) -> Iterator[Flaw]:
    for key in named:
        if key not in known:
            yield Flaw(path, "matter.unknown_question", f"there is no question “{key}”: correct the key")


def _parts(matter: Matter) -> Iterator[Flaw]:
    if matter.parts and sum(part.lead for part in matter.parts) != 1:
        yield Flaw(
            ("parts",), "matter.lead", "exactly one part of a joint matter leads: give one “lead: true”"
        )


def _question(question: Question) -> Iterator[Flaw]:
    yield from _options(question)
    yield from _lengths(question)
    yield from _bounds(question)


def _options(question: Question) -> Iterator[Flaw]:
    if question.kind is FieldKind.CHOICE:
        if not question.options and question.catalogue is None:
            message = "a choice needs “options” to choose from, or a “catalogue”"
            yield Flaw(("kind",), "matter.options_missing", message)
        if question.options and question.catalogue is not None:
            yield Flaw(("catalogue",), "matter.out_of_place", "options or a catalogue, not both: remove one")
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
        if getattr(question, name) is not None and question.kind not in _WITH_NUMBER:
            yield Flaw(
                (name,), "matter.out_of_place", f"only questions of kind digits and amount have a {name}"
            )
    for low, high in (("min_length", "max_length"), ("minimum", "maximum")):
        least, most = getattr(question, low), getattr(question, high)
        if least is not None and most is not None and least > most:
            yield Flaw((low,), "matter.bounds", f"{low} is greater than {high}: nothing could be answered")


def _bounds(question: Question) -> Iterator[Flaw]:
    match question.kind:
        case FieldKind.DATE | FieldKind.DATE_RANGE:
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
    known = matter.answer_keys()
    for key in matter.rehearsal.answers:
        if key not in known:
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
