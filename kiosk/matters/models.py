"""What a matter is: its names, its guide with the 26 elements of Article 7, its form, materials and papers.

One YAML file in ``config/matters`` is one :class:`Matter`.  The models only say what is well formed;
what the regulation demands beyond that is the linter's (``kiosk.matters.lint``).

Codes follow GB/T 39554.1-2020: ``task_code`` has 31 characters (18 unified social credit code of the
implementing body, 1 level, 12 base code), ``catalog_code`` is the 12-character base code.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Frozen, and an unknown key is an error: a typing slip never silently loses a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Bilingual(Strict):
    """A text that citizens read: simplified Chinese and English."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Shape(StrEnum):
    CERTIFICATE = "certificate"  # a paper printed on the spot
    QUERY = "query"  # an answer shown, and printed if wanted
    FILING = "filing"  # the platform accepts at once
    APPLICATION = "application"  # a form and materials, decided later


class Need(StrEnum):
    """What the terminal must have for this matter."""

    IDENTITY = "identity"
    RECEIPT = "receipt"
    DOCUMENT = "document"


# --- guide: the 26 elements of Article 7, in its order ------------------------------------------


class Basis(Strict):
    """One legal basis: the document, its number or date, and the article relied on."""

    title: Annotated[str, Field(min_length=1)]
    reference: str = ""  # 文号 or date of promulgation
    article: str = ""  # 第X条
    text: str = ""  # the words relied on


class LimitUnit(StrEnum):
    IMMEDIATE = "immediate"
    MINUTE = "minute"
    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"


class TimeLimit(Strict):
    """A time limit.  ``immediate`` (即办) has amount 0."""

    amount: Annotated[int, Field(ge=0, le=3660)]
    unit: LimitUnit
    note: str = ""  # e.g. what is not counted


class Fee(Strict):
    """``amount_fen`` is in fen (0.01 yuan); 0 is free of charge and needs no basis."""

    amount_fen: Annotated[int, Field(ge=0)]
    standard: Annotated[str, Field(min_length=1)]  # 收费标准 in words
    basis: tuple[Basis, ...] = ()


class MaterialSource(StrEnum):
    """How the terminal comes by a material without paper."""

    CARD = "card"  # what the identity card says is the material
    PLATFORM = "platform"  # the platform shares it (电子证照, 数据共享)
    DECLARATION = "declaration"  # declared on the screen (告知承诺)
    APPLICANT = "applicant"  # only the applicant has it: it is missing here, owed or a reason to stop


class Owing(Strict):
    """容缺: the material may be handed in later."""

    days: Annotated[int, Field(ge=1, le=90)]  # calendar days after acceptance
    how: Bilingual  # where and how to hand it in


class Material(Strict):
    code: Annotated[str, Field(pattern=r"^[A-Z0-9_]{2,32}$")]
    name: Bilingual
    source: MaterialSource
    basis: tuple[Basis, ...]
    form: Literal["original", "copy", "original_and_copy", "electronic", "declaration"]
    copies: Annotated[int, Field(ge=0)] = 1
    issuer: str = ""  # 来源渠道: who issues it
    licence: str = ""  # the electronic licence that stands in, if any
    owing: Owing | None = None
    declaration: Bilingual | None = None  # the text declared, for source "declaration"


class Place(Strict):
    name: str
    address: str
    window: str = ""


class Channel(Strict):
    kind: Literal["phone", "counter", "web", "app"]
    value: Annotated[str, Field(min_length=1)]


class ProcessStep(Strict):
    name: str
    duty: str  # who does what
    limit: str  # how long it takes


Words = Annotated[str, Field(min_length=1)]


class Guide(Strict):
    """The 26 elements of Article 7.  The field order is the order of the article."""

    item_name: Words  # 1 事项名称
    item_code: Words  # 2 事项编码
    item_type: Words  # 3 事项类型
    legal_basis: Annotated[tuple[Basis, ...], Field(min_length=1)]  # 4 设定依据
    authority: Words  # 5 实施主体
    conditions: Annotated[tuple[Words, ...], Field(min_length=1)]  # 6 受理条件
    audience: Words  # 7 服务对象
    legal_limit: TimeLimit  # 8 法定办结时限
    promised_limit: TimeLimit  # 9 承诺办结时限
    result_name: Words  # 10 结果名称
    result_sample: Words  # 11 结果样本: what the result looks like, or the sample's file name
    fee: Fee  # 12 收费标准, 13 收费依据 (fee.basis)
    fee_basis: Words  # 13 收费依据 in words; 不收费 says so
    materials: tuple[Material, ...]  # 14 所需材料
    owing_rule: Words  # 15 容缺受理
    procedure: Annotated[tuple[ProcessStep, ...], Field(min_length=1)]  # 16 办理流程
    handling_forms: Annotated[tuple[Words, ...], Field(min_length=1)]  # 17 办理形式
    review_standard: Words  # 18 审查标准
    scope: Words  # 19 通办范围
    appointment: Words  # 20 预约办理
    online_payment: Words  # 21 网上支付
    express: Words  # 22 物流快递
    places: Annotated[tuple[Place, ...], Field(min_length=1)]  # 23 办理地点
    hours: Words  # 24 办理时间
    consultation: Annotated[tuple[Channel, ...], Field(min_length=1)]  # 25 咨询方式
    supervision: Annotated[tuple[Channel, ...], Field(min_length=1)]  # 26 监督投诉方式


# --- form ----------------------------------------------------------------------------------------


class FieldKind(StrEnum):
    """Kinds of question and the text form of their answers (an answer is always a ``str``).

    text, digits, phone, bank_card, address: as typed · date ``YYYY-MM-DD`` · month_range
    ``YYYY-MM/YYYY-MM`` · choice: the option's value · yes_no: ``yes`` or ``no``.
    """

    TEXT = "text"
    DIGITS = "digits"
    PHONE = "phone"
    DATE = "date"
    MONTH_RANGE = "month_range"
    CHOICE = "choice"
    BANK_CARD = "bank_card"
    ADDRESS = "address"
    YES_NO = "yes_no"


class Prefill(StrEnum):
    """Where an answer comes from when it is already known: it is then not asked again."""

    CARD_NAME = "card.name"
    CARD_NUMBER = "card.number"
    CARD_BIRTH = "card.birth"
    CARD_SEX = "card.sex"
    CARD_ETHNICITY = "card.ethnicity"
    CARD_ADDRESS = "card.address"
    PLATFORM_PHONE = "platform.phone"


class Option(Strict):
    value: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    label: Bilingual


class Question(Strict):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind: FieldKind
    question: Bilingual  # asked as a sentence: 您的手机号码是多少?
    label: Bilingual  # on the check page and on paper: 手机号码
    hint: Bilingual | None = None
    required: bool = True
    sensitive: bool = False  # masked on the check page and on paper
    prefill: Prefill | None = None
    options: tuple[Option, ...] = ()  # for choice
    min_length: Annotated[int, Field(ge=0)] | None = None  # characters, for text, digits and address
    max_length: Annotated[int, Field(ge=1, le=200)] | None = None
    minimum: Annotated[int, Field(ge=0)] | None = None  # for digits: the number itself
    maximum: Annotated[int, Field(ge=0)] | None = None
    earliest: str | None = None  # date: YYYY-MM-DD or "today"; month_range: YYYY-MM or "this_month"
    latest: str | None = None


# --- the matter ----------------------------------------------------------------------------------


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
    answers: dict[str, str] = {}
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
    eligibility: tuple[Bilingual, ...] = ()  # can I do it, in everyday words
    steps: Annotated[tuple[Bilingual, ...], Field(min_length=1)]  # what will happen here
    next: Bilingual  # what comes after, told on the done page
    result_document: bool = False  # the platform gives a PDF that is printed here
    guide: Guide
    form: tuple[Question, ...] = ()
    rehearsal: Rehearsal

    @property
    def needs(self) -> tuple[Need, ...]:
        """What this matter needs of the terminal.  The slip can be shown instead of printed; A4 cannot."""
        return (Need.IDENTITY, Need.DOCUMENT) if self.result_document else (Need.IDENTITY, Need.RECEIPT)
