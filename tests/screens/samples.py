"""Invented people, questions and a terminal: what the pictured pages are filled with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from devices.contract import IdentityDocument
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.load import load_folder
from kiosk.matters.models import (
    Bilingual,
    Condition,
    FieldKind,
    MaterialSource,
    Matter,
    Option,
    Question,
    Rule,
    Shape,
)
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.state import Person

CATALOGUE: Final[Catalogue] = load_folder(Path(__file__).resolve().parents[2] / "config" / "matters")
INFO: Final = TerminalInfo(
    id="PDS-0001",
    name="新华区大厅1号机",
    hall="平顶山市政务服务大厅",
    phone="12345",
    lookup_url="https://zwfw.example.cn/t/",
    identity_sources=frozenset({"samv", "social_security", "scanner"}),
    printers=frozenset({"receipt", "document"}),
)

JUST_NOW: Final = 1e12
"""A moment on the monotonic clock that never comes: a page that has only begun to wait."""
LONG_AGO: Final = -1e6

SERIAL: Final = "7KQ4M2XH9T"
PROJECT_NO: Final = "114104000058A6147B3410723011000202611240001"


def _first(shape: Shape) -> Matter:
    return next(matter for matter in CATALOGUE if matter.shape is shape)


def _called(plain_name: str) -> Matter:
    return next(matter for matter in CATALOGUE if matter.plain_name.zh == plain_name)


CERTIFICATE: Final = _first(Shape.CERTIFICATE)
QUERY: Final = _first(Shape.QUERY)
FILING: Final = _first(Shape.FILING)
PRE_APPLICATION: Final = next(matter for matter in CATALOGUE if matter.finish is not None)
APPLICATION: Final = next(
    matter
    for matter in CATALOGUE
    if matter.shape is Shape.APPLICATION
    and any(material.source is MaterialSource.DECLARATION for material in matter.guide.materials)
)

PERSON: Final = Person(
    IdentityDocument(
        source="samv",
        kind="resident",
        name="张建国",
        number="410402195503080014",
        sex="1",
        ethnicity="01",
        birth="19550308",
        address="河南省平顶山市新华区光明路中段12号院3号楼2单元501室",
    ),
    token="token",
)
RARE: Final = replace(PERSON, document=replace(PERSON.document, name="\U00020bb7\ue863喆"))
"""A name with a character beyond the BMP and a private-use one, as cards carry them."""
OLD_CARD: Final = replace(PERSON, document=replace(PERSON.document, source="social_security"))
BY_CODE: Final = replace(
    PERSON, document=replace(PERSON.document, source="scanner", kind="code"), code="opaque"
)

IDENTITY_FAULTS: Final = (
    "card.expired",
    "card.left_behind",
    "card.lifted_early",
    "card.number_invalid",
    "card.text_damaged",
    "card.layout_unknown",
    "samv.card_removed",
    "samv.card_type_unknown",
    "samv.card_refuses_module",
    "samv.read_failed",
    "samv.no_answer",
    "pcsc.two_cards",
    "pcsc.card_unknown",
    "pcsc.resident_card_not_readable",
    "pcsc.card_unresponsive",
    "pcsc.no_reader",
    "social_security.record_damaged",
    "social_security.record_missing",
    "code.payment",
    "code.url",
    "code.binary",
    "platform.timeout",
    "serial.port_lost",
    "somebody.elses_code",
)


def _words(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


QUESTIONS: Final = (
    Question(
        key="work",
        kind=FieldKind.TEXT,
        question=_words("您现在做什么工作？", "What work do you do?"),
        label=_words("从事的工作", "Work"),
        hint=_words("例如：送外卖、开网约车、摆摊卖早点。", "For example: food delivery, a breakfast stall."),
        max_length=40,
    ),
    Question(
        key="hours",
        kind=FieldKind.DIGITS,
        question=_words("您每周大约工作多少小时？", "About how many hours a week do you work?"),
        label=_words("每周工作小时数", "Hours a week"),
        unit=_words("小时", "hours"),
        minimum=1,
        maximum=112,
        max_length=3,
    ),
    Question(
        key="phone",
        kind=FieldKind.PHONE,
        question=_words("您的手机号码是多少？", "What is your mobile number?"),
        label=_words("手机号码", "Mobile number"),
        hint=_words("办好后打这个电话通知您。", "We call this number when it is done."),
        sensitive=True,
    ),
    Question(
        key="since",
        kind=FieldKind.DATE,
        question=_words("从哪一天开始做这份工作？", "Since when have you done this work?"),
        label=_words("开始日期", "Since"),
        hint=_words("记不清的，填大概的日期。", "An approximate date is fine."),
        earliest="2000-01-01",
        latest="today",
    ),
    Question(
        key="months",
        kind=FieldKind.MONTH_RANGE,
        question=_words("要哪几个月的记录？", "Which months do you need?"),
        label=_words("起止月份", "Months"),
        earliest="1996-01",
        latest="this_month",
    ),
    Question(
        key="pick_up",
        kind=FieldKind.CHOICE,
        question=_words("证件做好后，您怎么领取？", "How would you like to receive the card?"),
        label=_words("领证方式", "Delivery"),
        options=(
            Option(
                value="counter", label=_words("到政务服务中心窗口领取", "Collect it at the service centre")
            ),
            Option(
                value="post",
                label=_words("邮寄到现住址（寄递费自付）", "By post to my address (postage at my cost)"),
            ),
            Option(value="street", label=_words("到街道便民服务中心领取", "Collect it in my neighbourhood")),
        ),
    ),
    Question(
        key="bank_card",
        kind=FieldKind.BANK_CARD,
        question=_words("社保补贴发到哪张银行卡？", "Which bank card should the subsidy go to?"),
        label=_words("补贴银行卡号", "Bank card for the subsidy"),
        hint=_words("填本人的银行卡号，社保补贴发到这张卡上。", "Your own card; the subsidy goes there."),
        required=False,
        sensitive=True,
    ),
    Question(
        key="address",
        kind=FieldKind.ADDRESS,
        question=_words("您现在住在哪里？", "Where do you live now?"),
        label=_words("现住址", "Address"),
        hint=_words("写明市、区（县）、街道（乡镇）和门牌号。", "City, district, street and number."),
        sensitive=True,
        max_length=80,
    ),
    Question(
        key="married",
        kind=FieldKind.YES_NO,
        question=_words("您的配偶在本市缴存公积金吗？", "Does your spouse pay into the housing fund here?"),
        label=_words("配偶缴存", "Spouse pays"),
    ),
    Question(
        key="rent",
        kind=FieldKind.AMOUNT,
        question=_words("您每个月的房租是多少元？", "How much rent do you pay a month?"),
        label=_words("每月房租", "Rent a month"),
        hint=_words("按租房合同上写的填。", "As your contract says."),
        minimum=1,
    ),
    Question(
        key="away",
        kind=FieldKind.DATE_RANGE,
        question=_words("您在外地住院是从哪天到哪天？", "From which day to which day were you in hospital?"),
        label=_words("住院时间", "Time in hospital"),
        earliest="2020-01-01",
        latest="today",
    ),
)
LISTS: Final = tuple(
    Question.model_validate(
        {"key": key, "kind": "choice", "catalogue": key, "question": question, "label": label}
    )
    for key, question, label in (
        ("regions", _words("您要到哪里看病？", "Where will you see a doctor?"), _words("就医地", "Place")),
        ("ethnicities", _words("孩子是什么民族？", "The child's ethnicity?"), _words("民族", "Ethnicity")),
        ("banks", _words("钱发到哪家银行？", "Which bank is the account with?"), _words("开户银行", "Bank")),
        (
            "relations",
            _words("这个人是您的什么人？", "Who is this person to you?"),
            _words("关系", "Relation"),
        ),
    )
)
LISTED: Final = {"regions": "410402", "ethnicities": "03", "banks": "zhongyuan", "relations": "mother"}
EVERY_KIND: Final = APPLICATION.model_copy(update={"form": QUESTIONS})
CONDITIONAL: Final = _called("高龄津贴").model_copy(
    update={
        "eligibility": (
            Condition(
                zh="年满80周岁",
                en="You are 80 or older",
                check=Rule(age_at_least=80),
                otherwise=_words(
                    "年满65周岁的，可以先办理老年优待证，凭身份证就能办。",
                    "From 65 on you can have the senior citizen card, with your identity card alone.",
                ),
            ),
            Condition(
                zh="没有领取过别处的高龄津贴",
                en="You receive no old-age allowance elsewhere",
                ask=_words(
                    "您没有在别的地方领高龄津贴，对吗？", "You receive no allowance elsewhere, right?"
                ),
            ),
            Condition(
                zh="户籍在平顶山市", en="You are registered in Pingdingshan", check=Rule(region=("4104",))
            ),
        )
    }
)
ANSWERS: Final = {
    "work": "送外卖",
    "hours": "48",
    "phone": "13937500026",
    "since": "2025-09-01",
    "months": "2023-12/2026-11",
    "pick_up": "post",
    "bank_card": "6228480000000000018",
    "address": "河南省平顶山市新华区光明路中段12号院3号楼2单元501室",
    "married": "yes",
    "rent": "1200.50",
    "away": "2026-10-08/2026-10-21",
}
WRONG: Final = {  # what a citizen may have typed; why it is refused, kiosk.matters.forms says
    "work": "",
    "hours": "999",
    "phone": "1393750",
    "since": "2025-02-30",
    "pick_up": "",
    "away": "2026-10-21/2026-10-08",
    "bank_card": "622848",
}
