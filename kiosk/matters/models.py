"""What a matter is: its names, its guide with the 26 elements of Article 7, its form, materials and papers.

One YAML file in ``config/matters`` is one :class:`Matter`.  The models only say what is well formed;
what the regulation demands beyond that is the linter's (``kiosk.matters.lint``).

Codes follow GB/T 39554.1-2020: ``task_code`` has 31 characters (18 unified social credit code of the
implementing body, 1 level, 12 base code), ``catalog_code`` is the 12-character base code.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from kiosk.matters.form_model import (
    Compute,
    CrossCheck,
    FormEntry,
    Group,
    Option,
    Question,
)
from kiosk.matters.guide_model import (
    Basis,
    Channel,
    Fee,
    FeeItem,
    Guide,
    Material,
    Owing,
    Place,
    ProcessStep,
    ResultPaper,
    TimeLimit,
)
from kiosk.matters.kinds import FieldKind, LimitUnit, MaterialSource, Need, Prefill, Shape
from kiosk.matters.rules import Rule
from kiosk.matters.slots import Slot
from kiosk.matters.strict import Bilingual, Strict, Words

__all__ = [
    "Basis",
    "Bilingual",
    "Channel",
    "Compute",
    "Condition",
    "CrossCheck",
    "Exchange",
    "Fee",
    "FeeItem",
    "FieldKind",
    "Finish",
    "Group",
    "Guide",
    "JointPart",
    "LimitUnit",
    "Material",
    "MaterialSource",
    "Matter",
    "Need",
    "Option",
    "Owing",
    "Place",
    "Prefill",
    "ProcessStep",
    "Question",
    "Rehearsal",
    "RehearsalCard",
    "ResultPaper",
    "Rule",
    "SamplePicture",
    "Shape",
    "Slot",
    "Strict",
    "TimeLimit",
    "Words",
]


class Condition(Bilingual):
    """One line of "can I do it": said in everyday words, and checked where it can be.

    ``check`` is evaluated from the card, and from the answer to ``ask`` (yes or no, under the key
    ``eligible_1``, counted from 1), which is put only where the card does not tell; without ``ask`` the line
    itself is asked then.  Without both the line is only said.  ``otherwise`` tells who does not fulfil it
    what to do instead.
    """

    check: Rule | None = None
    ask: Bilingual | None = None
    otherwise: Bilingual | None = None


class Finish(Strict):
    """A pre-application (预申报): what still has to be done in person, where, and within what time."""

    what: Bilingual
    where: Bilingual
    days: Annotated[int, Field(ge=1, le=180)]  # calendar days; afterwards the pre-application lapses


class SamplePicture(Strict):
    """A picture that the guide's page shows: what the result looks like, or how a material has to be.

    The file lies in ``pictures`` beside the folder of the matters, PNG or JPEG.  ``of``: ``result``, or the
    code of a material.  ``text`` says what is to be seen, for who cannot see it.
    """

    file: Annotated[
        str, Field(pattern=r"^[0-9A-Za-z\u4e00-\u9fff_-][0-9A-Za-z\u4e00-\u9fff_.-]{0,79}\.(png|jpg)$")
    ]
    of: Annotated[str, Field(pattern=r"^(result|[A-Z0-9_]{2,32})$")]
    text: Bilingual


class JointPart(Strict):
    """One of the matters that a joint matter (一件事) does at once."""

    task_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{31}$")]
    catalog_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{12}$")]
    name: Bilingual
    department: Bilingual
    lead: bool = False  # 牵头部门; exactly one part leads
    when: Rule | None = None  # done only where this holds


class Exchange(Strict):
    """Fields of the national exchange (国家平台数据交换) that only the implementing body knows.

    Their codes differ from place to place: they are written down, never worked out.
    """

    task_handle_item: str = ""
    project_type: str = ""  # 1 即办件, 2 承诺件
    handle_type: str = ""
    server_type: str = ""
    user_topic_type: str = ""
    task_state: str = ""
    promise_type: str = ""
    promise_explain: str = ""
    anticipate_day: str = ""
    link_way: str = ""
    supervise_way: str = ""
    result_type: str = ""
    is_fee: bool | None = None  # left out: as the guide's fee says
    limit_scene_num: Annotated[int, Field(ge=0, le=9)] = 0  # 到现场次数
    is_service_terminals: bool = True
    is_schedule: bool = False
    is_express: bool = False
    is_pay_online: bool = False
    plan_effective_date: date | None = None
    plan_cancel_date: date | None = None


class RehearsalCard(Strict):
    """The invented person of a rehearsal; no real one."""

    name: str
    number: str
    sex: Literal["1", "2"]
    ethnicity: str = "01"
    birth: Annotated[str, Field(pattern=r"^\d{8}$")]
    address: str


class Rehearsal(Strict):
    card: RehearsalCard
    answers: dict[str, str] = Field(default_factory=dict)
    rating: Annotated[int, Field(ge=1, le=5)] | None = 5


class Matter(Strict):
    """One matter as the terminal offers it."""

    task_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{31}$")]
    catalog_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{12}$")]
    task_version: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")] = "1"
    name: Bilingual  # official
    plain_name: Bilingual  # as people say it, on tiles and headings
    department: Bilingual
    words: tuple[str, ...] = ()  # what people also call it, for the search
    themes: tuple[str, ...] = ()  # 养老 就业 医疗 住房 ...
    icon: str  # a Material Design Icons name
    shape: Shape
    minutes: Annotated[int, Field(ge=1, le=60)]
    bring: tuple[Bilingual, ...]  # what to bring, in everyday words
    eligibility: tuple[Condition, ...] = ()  # can I do it, in everyday words
    steps: Annotated[tuple[Bilingual, ...], Field(min_length=1)]  # what will happen here
    next: Bilingual  # what comes after, told on the done page
    signature: bool = False  # the applicant signs on the screen before it is sent
    result_document: bool = False  # the platform gives a PDF that is printed here
    finish: Finish | None = None  # given: what is sent from here is a pre-application
    parts: tuple[JointPart, ...] = ()  # given: a joint matter of several bodies
    hours: tuple[Slot, ...] = ()  # when it can be done here; empty: at any time
    exchange: Exchange = Exchange()
    pictures: Annotated[tuple[SamplePicture, ...], Field(max_length=8)] = ()
    guide: Guide
    form: tuple[FormEntry, ...] = ()
    checks: tuple[CrossCheck, ...] = ()
    rehearsal: Rehearsal

    def questions(self) -> Iterator[Question]:
        """Every question of the file, those inside groups with their own keys, too."""
        for entry in self.form:
            if isinstance(entry, Group):
                yield from entry.questions
            else:
                yield entry

    def answer_keys(self) -> frozenset[str]:
        """Every key that an answer may have: groups counted out, questions of eligibility, too."""
        checked = (number for number, each in enumerate(self.eligibility, 1) if each.ask or each.check)
        keys = {f"eligible_{number}" for number in checked}
        for entry in self.form:
            if isinstance(entry, Group):
                inner = [*(question.key for question in entry.questions), "more"]
                keys |= {f"{entry.group}_{n}_{key}" for n in range(1, entry.at_most + 1) for key in inner}
            else:
                keys.add(entry.key)
        return frozenset(keys)

    @property
    def begins(self) -> date | None:
        """The first day on which it may be offered."""
        return self.exchange.plan_effective_date

    @property
    def ends(self) -> date | None:
        """The first day on which it may not be offered any more."""
        return self.exchange.plan_cancel_date

    def in_force(self, day: date) -> bool:
        """Whether it may be offered on ``day``."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)

    @property
    def fee(self) -> Fee:
        return self.guide.fee

    @property
    def needs(self) -> tuple[Need, ...]:
        """What this matter needs of the terminal.  The slip can be shown instead of printed; A4 cannot."""
        return (Need.IDENTITY, Need.DOCUMENT) if self.result_document else (Need.IDENTITY, Need.RECEIPT)
