"""The form of a matter: questions, groups of questions that repeat, checks across questions."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag

from kiosk.matters.kinds import FieldKind, Prefill
from kiosk.matters.rules import Rule
from kiosk.matters.strict import Bilingual, Strict

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Option(Strict):
    value: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    label: Bilingual


class Compute(Strict):
    """A value that is worked out and not asked for.  Exactly one of them; each names questions.

    ``sum``: of amounts or digits; ``child_costs`` is ``costs`` of the group ``child``, of all of them
    · ``months``, ``days``: how many in a month or date range, both ends counted
    · ``age``: full years at a date, today.
    """

    sum: tuple[Key, ...] = ()
    months: Key | None = None
    days: Key | None = None
    age: Key | None = None


class Question(Strict):
    key: Key
    kind: FieldKind
    question: Bilingual  # asked as a sentence: 您的手机号码是多少?
    label: Bilingual  # on the check page and on paper: 手机号码
    hint: Bilingual | None = None
    required: bool = True
    sensitive: bool = False  # of the person; account numbers are shown by their last digits only
    prefill: Prefill | None = None
    options: tuple[Option, ...] = ()  # for choice
    catalogue: Literal["regions", "banks", "ethnicities", "relations"] | None = None  # options from a list
    when: Rule | None = None  # asked only where this holds; left out: always
    compute: Compute | None = None  # worked out from other answers, never asked
    min_length: Annotated[int, Field(ge=0)] | None = None  # characters, for text, digits and address
    max_length: Annotated[int, Field(ge=1, le=200)] | None = None
    unit: Bilingual | None = None  # for digits that are a quantity: 小时, hours; said after the number
    minimum: Annotated[int, Field(ge=0)] | None = None  # for digits: the number itself
    maximum: Annotated[int, Field(ge=0)] | None = None
    earliest: str | None = None  # date: YYYY-MM-DD or "today"; month_range: YYYY-MM or "this_month"
    latest: str | None = None


class Group(Strict):
    """Questions that are asked once for each of several: children, properties, members of a household.

    The answers of the second one carry keys such as ``child_2_name``; rules inside a group name the
    questions of the same one by their own keys.
    """

    group: Key
    label: Bilingual  # 孩子, Child: the pages say 第1个孩子
    at_least: Annotated[int, Field(ge=1, le=9)] = 1
    at_most: Annotated[int, Field(ge=1, le=9)]
    more: Bilingual  # 还有别的孩子吗?
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    when: Rule | None = None


class CrossCheck(Strict):
    """What must hold between answers; ``question`` is the one that is shown again when it does not."""

    rule: Rule
    question: Key
    message: Bilingual  # says what to do


QUESTION_TAG: Final = "<question>"
GROUP_TAG: Final = "<group>"


def _entry_tag(given: Any) -> str:
    return (
        GROUP_TAG
        if isinstance(given, Group) or (isinstance(given, dict) and "group" in given)
        else QUESTION_TAG
    )


FormEntry = Annotated[
    Annotated[Question, Tag(QUESTION_TAG)] | Annotated[Group, Tag(GROUP_TAG)], Discriminator(_entry_tag)
]
