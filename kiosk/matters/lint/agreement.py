"""What a guide says in several places is the same: money, days, what may come later, what remains.

A citizen reads 要带什么 and 办完之后, not the 26 elements behind them: what differs there misleads her.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from kiosk.matters.guide import limit_text
from kiosk.matters.guide_model import Fee, Guide, TimeLimit
from kiosk.matters.kinds import LimitUnit, Shape
from kiosk.matters.lint.findings import ARTICLE_7, ARTICLE_22, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.models import Matter

_CHARGED: Final = re.compile(  # 工本费10元, and not 医药费、寄递费、罚款
    r"(?:工本费|手续费|登记费|签注费|证照费|证件费|收费标准|收费|收取|[交缴]费|费用)"
    r"(?:标准|为|是|共|合计|[一每][证件本人次份张]|[:： ])*([1-9]\d{0,6}(?:\.\d{1,2})?)元"
)
_FEE_ENGLISH: Final = re.compile(r"(?i)\b(?:fee|costs?|charge)\b[^.;,\d]{0,24}?(\d{1,7}(?:\.\d{1,2})?) yuan")
_YUAN: Final = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)\s*元")
_DONE: Final = (
    "办好|办结|办完|办理完毕|做好|制好|制证|制作完成|查好|核对好|审核完|审核结束|发给?您?执照|发证|出证"
)
_DONE_IN: Final = re.compile(
    rf"(\d{{1,4}})(个?工作日|个?自然日|天|日)(?:之|以)?内[^，。；、：0-9]{{0,8}}?(?:{_DONE})"
)
_GO_WITHIN: Final = re.compile(
    r"(\d{1,3})(?:天|日)(?:之|以)?内[^，。；：0-9]{0,12}?(?:窗口|大厅|派出所|现场|领取|核验|照相|拍照|按指纹)"
)
_LATER_WITHIN: Final = re.compile(
    r"(\d{1,3})(?:个?工作日|天|日)(?:之|以)?内[^，。；：0-9]{0,6}?(?:补交|补齐|补充|补正|后补|移交|交齐)"
)
_NOTHING_LATER: Final = re.compile(r"^(?:本事项)?(?:不适用|不可以?|不能|不支持|不予|不实行|无|没有|不)")
_MAY_COME_LATER: Final = re.compile(r"可以?容缺|后补|补交|补齐|容缺受理[:：]?可以?")
_NOT_CHARGED: Final = re.compile(r"^(?:本事项)?(?:不收费|免费|无需缴费|无需付费)")
_COUNTED: Final = re.compile(r"(?<![\d.])(\d{1,6})\s*(?:元|个?工作日|天|周?岁)")
_ANY_NUMBER: Final = re.compile(r"(?<![\d.])(\d{1,6})(?!\d)")
_PRE_APPLIED: Final = re.compile(
    r"预先?申报|预先?受理|预约|还[要需得]|仍[要需]|再[到去]|本人.{0,12}(?:窗口|核验|领取)"
)


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    matter = subject.matter
    if matter is None:
        return
    guide = matter.guide
    yield from _money(subject, guide.fee)
    yield from _days(subject, matter)
    yield from _later(subject, guide)
    yield from _payment(subject, guide)
    yield from _said_to_be_begun(subject, matter)
    yield from _translated(subject)
    yield from _paper(subject, matter)


def _money(subject: Subject, fee: Fee) -> Iterator[Finding]:
    least, most = Decimal(fee.amount_fen) / 100, Decimal(fee.up_to_fen or fee.amount_fen) / 100
    parts = {Decimal(item.amount_fen) / 100 for item in fee.items}
    parts |= {Decimal(hit) for hit in _YUAN.findall(fee.standard)}
    shown = f"{least}元" if least == most else f"{least}元至{most}元"
    shown_en = f"{least} yuan" if least == most else f"{least} to {most} yuan"
    places = ("bring", "steps", "next", "finish", "eligibility")
    for place in (*((key,) for key in places), ("guide", "fee_basis"), ("guide", "online_payment")):
        for path, text in subject.texts(*place):
            pattern = _FEE_ENGLISH if path[-1] == "en" else _CHARGED
            for hit in pattern.finditer(text):
                amount = Decimal(hit.group(1))
                if least <= amount <= most or amount in parts:
                    continue
                yield _finding(
                    subject,
                    path,
                    "sums.fee",
                    f"这里写的是{amount}元，但收费金额是{shown}（fee）：请改成一致",
                    f"{amount} yuan stand here, the fee is {shown_en}: correct one of them",
                    hit.group(),
                )


def _days(subject: Subject, matter: Matter) -> Iterator[Finding]:
    promised = matter.guide.promised_limit
    said, said_en = _plain(promised), limit_text(promised.model_copy(update={"note": ""}), "en")
    notes = [(("guide", "promised_limit", "note"), promised.note)]
    told = [each for key in ("next", "steps", "bring") for each in subject.texts(key) if each[0][-1] == "zh"]
    for path, text in (*notes, *told):
        for hit in _DONE_IN.finditer(text):
            if not _same(int(hit.group(1)), "工作日" in hit.group(2), promised):
                yield _finding(
                    subject,
                    path,
                    "limits.told_differently",
                    f"这里写的是“{hit.group()}”，但承诺办结时限是{said}：请改成一致",
                    f"“{hit.group()}” is not the promised {said_en}: correct one of them",
                    hit.group(),
                )
    if matter.finish is None:
        return
    for path, text in (*told, (("finish", "what", "zh"), matter.finish.what.zh)):
        for hit in _GO_WITHIN.finditer(text):
            if int(hit.group(1)) != matter.finish.days:
                yield _finding(
                    subject,
                    path,
                    "limits.told_differently",
                    f"这里写的是“{hit.group()}”，但finish.days是{matter.finish.days}天：请改成一致",
                    f"“{hit.group()}” is not the {matter.finish.days} days of finish: correct one of them",
                    hit.group(),
                )


def _same(days: int, workdays: bool, limit: TimeLimit) -> bool:
    unit = LimitUnit.WORKDAY if workdays else LimitUnit.CALENDAR_DAY
    if limit.unit is LimitUnit.MONTH:
        return unit is LimitUnit.CALENDAR_DAY and days <= 31 * limit.amount
    if limit.unit not in (LimitUnit.WORKDAY, LimitUnit.CALENDAR_DAY):
        return days == 0
    return days == limit.amount and unit is limit.unit


def _later(subject: Subject, guide: Guide) -> Iterator[Finding]:
    """容缺受理: what the element says is what the materials may."""
    owing = {material.owing.days for material in guide.materials if material.owing is not None}
    rule, path = guide.owing_rule, ("guide", "owing_rule")
    refused = _NOTHING_LATER.search(rule) is not None
    if owing and refused:
        yield _finding(
            subject,
            path,
            "owing.disagrees",
            "写着不能容缺受理，但有材料写了可以后补（owing）：请改成一致",
            "it says that nothing may be handed in later, a material may (owing): correct one of them",
        )
    elif not owing and not refused and _MAY_COME_LATER.search(rule):
        yield _finding(
            subject,
            path,
            "owing.disagrees",
            "写着可以容缺受理，但没有一项材料写了几天内补、交到哪里（owing）：请在那项材料里写明",
            "it says that something may be handed in later, no material says until when and where: add owing",
        )
    if not owing:
        return
    places = [(path, rule), *(each for each in subject.texts("bring") if each[0][-1] == "zh")]
    for where, text in places:
        for hit in _LATER_WITHIN.finditer(text):
            if int(hit.group(1)) not in owing:
                days = "、".join(f"{each}天" for each in sorted(owing))
                yield _finding(
                    subject,
                    where,
                    "owing.disagrees",
                    f"这里写的是“{hit.group()}”，材料里写的是{days}（owing.days）：请改成一致",
                    f"“{hit.group()}” is not what the materials say (owing.days): correct one of them",
                    hit.group(),
                )


def _payment(subject: Subject, guide: Guide) -> Iterator[Finding]:
    if (guide.fee.amount_fen or guide.fee.up_to_fen) and _NOT_CHARGED.search(guide.online_payment):
        yield _finding(
            subject,
            ("guide", "online_payment"),
            "sums.fee",
            "写着不收费，但收费标准里有收费：请写明在哪里付、怎么付",
            "it says that nothing is charged, there is a fee: say where and how it is paid",
        )


def _said_to_be_begun(subject: Subject, matter: Matter) -> Iterator[Finding]:
    """A pre-application says that it is one: nobody goes home and waits."""
    if matter.finish is None or _PRE_APPLIED.search(matter.next.zh):
        return
    yield _finding(
        subject,
        ("next", "zh"),
        "finish.untold",
        "这是预先申报（finish），但“办完之后”没有说还要做什么：请写明这是预先申报、还要到哪里做什么",
        "this is a pre-application (finish), what remains to be done is not said here: say so",
    )


def _translated(subject: Subject) -> Iterator[Finding]:
    """The English says the same amounts, days and ages."""
    for path, zh in subject.texts():
        if path[-1] != "zh":
            continue
        en = subject.text(*path[:-1], "en")
        numbers = set(_ANY_NUMBER.findall(en or ""))
        missing = [hit for hit in _COUNTED.finditer(zh) if hit.group(1) not in numbers]
        if numbers and missing:
            yield subject.finding(
                (*path[:-1], "en"),
                "words.numbers_differ",
                Severity.WARNING,
                ARTICLE_22,
                f"中文写的是“{missing[0].group()}”，英文里没有这个数：请改成一致",
                f"the Chinese says {missing[0].group(1)}, the English another number: correct one of them",
            )


def _paper(subject: Subject, matter: Matter) -> Iterator[Finding]:
    """What is printed here at once is there at once, and what is called a certificate is printed."""
    if matter.shape is Shape.CERTIFICATE and not matter.result_document:
        yield _finding(
            subject,
            ("shape",),
            "shape.no_document",
            "当场打印的证明（shape: certificate）没有要打印的文件：请写result_document: true，或者改shape",
            "a certificate is printed here, but there is no document: set result_document, or another shape",
        )
    limit = matter.guide.promised_limit
    if matter.result_document and limit.unit not in (LimitUnit.IMMEDIATE, LimitUnit.MINUTE):
        yield _finding(
            subject,
            ("result_document",),
            "shape.not_at_once",
            f"结果在终端上当场打印（result_document），但承诺办结时限是{_plain(limit)}：请改成一致",
            "the result is printed here at once, the promised limit is longer: correct one of them",
        )


def _plain(limit: TimeLimit) -> str:
    return limit_text(limit.model_copy(update={"note": ""}))


def _finding(subject: Subject, path: Path_, code: str, zh: str, en: str, word: str = "") -> Finding:
    return subject.finding(path, code, Severity.ERROR, ARTICLE_7, zh, en, word=word)
