"""Conditions that can be evaluated: who may apply, what is asked, which material is wanted.

A rule is one condition, or several joined.  Written in a matter's file:

    { question: pick_up, is: [post] }              an answer is one of these values
    { question: children, at_least: 2 }            a number, an amount, or the age at a date of birth
    { left: began, relation: before, right: ended} two answers compared; ``right`` may be "today"
    { age_at_least: 60 }                           full years today, from the card
    { before_retirement: true }                    below the statutory age of who was born then
    { sex: female } { region: ["4104"] } { document: [resident] }
    { all: [...] } { any: [...] } { not: {...} }

Evaluation has three values.  ``None`` means that nobody can tell yet: the card does not say it, or the
question has not been answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.matters.ages import full_years, retires
from kiosk.matters.numbers import birth_of, sex_of
from kiosk.matters.periods import TODAY, parse_card_date, parse_date, parse_month
from kiosk.matters.strict import Strict
from values import dataclass

MAX_RULE_DEPTH: Final = 8
_KINDS: Final = (
    "question",
    "left",
    "age_at_least",
    "age_at_most",
    "before_retirement",
    "sex",
    "region",
    "document",
    "all_of",
    "any_of",
    "none_of",
)
_SEX_DIGITS: Final = {"male": "1", "female": "2"}

Value = Annotated[str, Field(min_length=1, max_length=80)]


class Rule(Strict):
    question: str | None = None
    is_: Annotated[tuple[Value, ...], Field(alias="is")] = ()
    at_least: int | None = None
    at_most: int | None = None
    left: str | None = None
    relation: Literal["before", "not_after", "equal", "not_equal", "less", "not_more"] | None = None
    right: str | None = None
    age_at_least: Annotated[int | None, Field(ge=0, le=150)] = None
    age_at_most: Annotated[int | None, Field(ge=0, le=150)] = None
    before_retirement: Literal[True] | None = None
    sex: Literal["male", "female"] | None = None
    region: tuple[Annotated[str, Field(pattern=r"^\d{2,6}$")], ...] = ()
    document: tuple[str, ...] = ()
    all_of: Annotated[tuple[Rule, ...], Field(alias="all")] = ()
    any_of: Annotated[tuple[Rule, ...], Field(alias="any")] = ()
    none_of: Annotated[Rule | None, Field(alias="not")] = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [name for name in _KINDS if getattr(self, name) not in (None, ())]
        if len(kinds) != 1:
            raise PydanticCustomError("rule", "a rule is exactly one condition; join several with all or any")
        if self.question is not None and not self.is_ and self.at_least is None and self.at_most is None:
            raise PydanticCustomError("rule", "say what the answer is compared with: is, at_least or at_most")
        if self.question is None and (self.is_ or self.at_least is not None or self.at_most is not None):
            raise PydanticCustomError("rule", "is, at_least and at_most belong to a question: name it")
        if (self.left is None, self.relation is None, self.right is None) not in (
            (True, True, True),
            (False, False, False),
        ):
            raise PydanticCustomError("rule", "a comparison needs left, relation and right")
        if _depth(self) > MAX_RULE_DEPTH:
            raise PydanticCustomError("rule", "rules within rules: too deep to be understood")
        return self

    def questions(self) -> Iterable[str]:
        """The keys of all questions that it names."""
        if self.question:
            yield self.question
        if self.left:
            yield self.left
        if self.right and self.right != TODAY:
            yield self.right
        for inner in self._inner():
            yield from inner.questions()

    def _inner(self) -> tuple[Rule, ...]:
        return (*self.all_of, *self.any_of, *((self.none_of,) if self.none_of else ()))


@dataclass(frozen=True, repr=False)
class Facts:
    """What is known of the applicant without asking.  ``sex`` is the digit of GB/T 2261.1."""

    birth: date | None = None
    sex: str = ""
    number: str = ""
    document: str = ""

    @classmethod
    def of(cls, *, birth: str = "", sex: str = "", number: str = "", document: str = "") -> Facts:
        """From the texts of a card.  A number says birth and sex where the card has no such field."""
        born = parse_card_date(birth) or parse_date(birth) or birth_of(number)
        return cls(born, sex if sex in ("1", "2") else sex_of(number), number, document)


def holds(rule: Rule, answers: Mapping[str, str], facts: Facts, today: date) -> bool | None:
    """Whether ``rule`` holds today (in Asia/Shanghai); ``None`` when nobody can tell."""
    if rule.all_of:
        return _all(holds(each, answers, facts, today) for each in rule.all_of)
    if rule.any_of:
        return _not(_all(_not(holds(each, answers, facts, today)) for each in rule.any_of))
    if rule.none_of is not None:
        return _not(holds(rule.none_of, answers, facts, today))
    if rule.question is not None:
        return _answer(rule, answers.get(rule.question, ""), today)
    if rule.left is not None:
        return _compared(rule, answers, today)
    if rule.age_at_least is not None or rule.age_at_most is not None:
        return None if facts.birth is None else _old_enough(rule, facts.birth, today)
    if rule.before_retirement:
        if facts.birth is None or not facts.sex:
            return None
        return today < retires(facts.birth, facts.sex)
    if rule.sex is not None:
        return facts.sex == _SEX_DIGITS[rule.sex] if facts.sex else None
    if rule.region:
        return facts.number.startswith(rule.region) if facts.number[:6].isdigit() else None
    return facts.document in rule.document if facts.document else None


def _old_enough(rule: Rule, birth: date, today: date) -> bool:
    age, least, most = full_years(birth, today), rule.age_at_least, rule.age_at_most
    return (least is None or age >= least) and (most is None or age <= most)


def _answer(rule: Rule, answer: str, today: date) -> bool | None:
    if not answer:
        return None
    if rule.is_:
        return answer in rule.is_
    born = parse_date(answer)
    number = Decimal(full_years(born, today)) if born else _number(answer)
    if number is None:
        return None
    return (rule.at_least is None or number >= rule.at_least) and (
        rule.at_most is None or number <= rule.at_most
    )


_RELATIONS: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "equal": lambda left, right: left == right,
    "not_equal": lambda left, right: left != right,
}


def _compared(rule: Rule, answers: Mapping[str, str], today: date) -> bool | None:
    left = answers.get(rule.left or "", "")
    right = today.isoformat() if rule.right == TODAY else answers.get(rule.right or "", "")
    if not left or not right:
        return None
    relation = str(rule.relation)
    if relation in _RELATIONS:
        return _RELATIONS[relation](left, right)
    if relation in ("before", "not_after"):
        days = [parse_date(each) or parse_month(each) for each in (left, right)]
        if days[0] is None or days[1] is None:
            return None
        return days[0] < days[1] if relation == "before" else days[0] <= days[1]
    numbers = [_number(each) for each in (left, right)]
    if numbers[0] is None or numbers[1] is None:
        return None
    return numbers[0] < numbers[1] if relation == "less" else numbers[0] <= numbers[1]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _all(values: Iterable[bool | None]) -> bool | None:
    known: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            known = None
    return known


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _depth(rule: Rule) -> int:
    return 1 + max((_depth(each) for each in rule._inner()), default=0)
