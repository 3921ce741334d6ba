"""The guide of a matter: the 26 elements of Article 7, each with a type of its own where it has one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kiosk.matters.kinds import LimitUnit, MaterialSource
from kiosk.matters.rules import Rule
from kiosk.matters.strict import Bilingual, Strict, Words


class Basis(Strict):
    """One legal basis: the document, its number or date, and the article relied on."""

    title: Annotated[str, Field(min_length=1)]
    reference: str = ""  # 文号 or date of promulgation
    article: str = ""  # 第X条
    text: str = ""  # the words relied on


class TimeLimit(Strict):
    """A time limit.  ``immediate`` (即办) has amount 0.

    Whether it is the legal or the promised one says its place; ``basis`` is the rule that sets the legal one.
    """

    amount: Annotated[int, Field(ge=0, le=3660)]
    unit: LimitUnit
    note: str = ""  # e.g. what is not counted
    basis: tuple[Basis, ...] = ()


class FeeItem(Strict):
    """One part of a fee: 工本费, 拍照费."""

    name: Words
    amount_fen: Annotated[int, Field(ge=0)]
    count: Annotated[int, Field(ge=1, le=99)] = 1


class Fee(Strict):
    """``amount_fen`` is in fen (0.01 yuan); 0 is free of charge and needs no basis.

    ``items``, where given, add up to it.  Where the fee depends on the case, it is the least of all and
    ``up_to_fen`` the most.
    """

    amount_fen: Annotated[int, Field(ge=0)]
    up_to_fen: Annotated[int | None, Field(ge=1)] = None
    standard: Annotated[str, Field(min_length=1)]  # 收费标准 in words
    basis: tuple[Basis, ...] = ()
    items: tuple[FeeItem, ...] = ()


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
    sample: str = ""  # a filled-in sample: its file name or address
    blank: str = ""  # the empty form to fill in, likewise
    owing: Owing | None = None
    declaration: Bilingual | None = None  # the text declared, for source "declaration"
    when: Rule | None = None  # wanted only where this holds; left out: always


class Place(Strict):
    name: str
    address: str
    window: str = ""
    hours: str = ""  # when it is open, where that differs from the guide's hours
    phone: str = ""


class Channel(Strict):
    kind: Literal["phone", "counter", "web", "app", "letter"]
    value: Annotated[str, Field(min_length=1)]


class ProcessStep(Strict):
    name: str
    duty: str  # who does what
    limit: str  # how long it takes


class ResultPaper(Strict):
    """One thing that comes out of it: a licence, a paper, an entry in a register."""

    name: Words
    kind: Literal["licence", "document", "record", "payment"]  # 证照 批文 登记 给付
    sample: str = ""  # the sample's file name or address
    valid_months: Annotated[int, Field(ge=1, le=1200)] | None = None  # left out: as long as it is true
    delivery: Literal["printed_here", "collected", "posted", "electronic"] = "electronic"


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
    results: tuple[ResultPaper, ...] = ()  # 10 and 11 one by one, where there are several
    fee: Fee  # 12 收费标准, 13 收费依据 (fee.basis)
    fee_basis: Words  # 13 收费依据 in words; 不收费 says so
    materials: tuple[Material, ...]  # 14 所需材料
    materials_count: Annotated[int, Field(ge=0, le=99)] | None = (
        None  # as published; has to be how many there are
    )
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
