"""Sums that a guide states have to come out: fees, numbers of materials, the time of the steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from kiosk.matters.guide import limit_text
from kiosk.matters.guide_model import Guide, TimeLimit
from kiosk.matters.kinds import LimitUnit
from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.limits import longer_from
from kiosk.matters.lint.subject import Subject, Surroundings
from kiosk.matters.numbers import number_of

_NUMBER: Final = r"(\d{1,4}|[一二三四五六七八九十两百]{1,5})"
_YUAN: Final = re.compile(
    r"(\d{1,9}(?:\.\d{1,2})?)\s*元(?!以[上下内]|[至到])(?:\s*[×xX*]\s*(\d{1,3})(?!\d))?"
)
_TOTAL: Final = re.compile(r"(?:共计|合计|总计|总共|一共|合共|总额|总费用|共收取?|共)[为是：:]?\s*$")
_FREE: Final = re.compile(
    r"免费|不收费|不收取(?:任何)?费用|免收|无需(?:缴费|付费|交费)|不需要(?:缴费|付费|交费)"
)
_CHARGES: Final = re.compile(r"^\s*(?:收费|收取)(?!目录|项目)|[1-9]\d{0,8}(?:\.\d{1,2})?\s*元")
_ALTERNATIVE: Final = re.compile(r"或|每|/|其中|减半|补领|换领|首次|另|超过|逾期|滞纳")
_COUNTED: Final = (
    re.compile(
        rf"(?:共计|合计|总计|总共|一共|共|以[上下]|下列|上述|全部|所需|提[供交]的)(?:需?提[供交])?(?:的)?{_NUMBER}(份|项|种|件|类)(?:的)?(?:申请|申报|所需|书面|办理)?材料"
    ),
    re.compile(rf"材料(?:共计|合计|总计|总共|一共|共|为|有)(?:有|为)?{_NUMBER}(份|项|种|件|类)"),
)
_STEP_DAYS: Final = re.compile(
    rf"(?:在|约|不超过|最多)?{_NUMBER}(个工作日|工作日|个自然日|自然日|日|天)(?:内|以内)?(?:办结|完成)?"
)
_STEP_NONE: Final = re.compile(
    r"(?:当场|当日|当天|即时|立即|即办|实时|随时|无).{0,6}|\d{1,3}(?:分钟|小时)(?:内|以内)?"
)
_LONGEST: Final = 3660  # days; what a limit may have
_NOT_COUNTED: Final = re.compile(r"不计(?:算|入)?在|不计入|不计算")
_BESIDE: Final = re.compile(rf"并联|并行|同时|同步|{_NOT_COUNTED.pattern}")


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    guide = subject.guide
    if guide is None:
        return
    yield from _fees(subject, guide)
    yield from _counts(subject, guide)
    yield from _steps(subject, guide)


def _fees(subject: Subject, guide: Guide) -> Iterator[Finding]:
    fee, at = guide.fee, ("guide", "fee")
    yuan = Decimal(fee.amount_fen) / 100
    if (fee.amount_fen or fee.up_to_fen) and not fee.basis:
        yield subject.finding(
            at,
            "sums.fee_without_basis",
            Severity.ERROR,
            ARTICLE_7,
            "收费必须有依据：请在fee.basis写明收费文件的名称、文号和条款",
            "a fee needs a basis: name the document and its article under fee.basis",
        )
    for path, text in (
        (("guide", "fee", "standard"), fee.standard),
        (("guide", "fee_basis"), guide.fee_basis),
    ):
        free = _FREE.search(text)
        if free and fee.amount_fen and fee.up_to_fen is None and not _ALTERNATIVE.search(text):
            yield _fee_finding(
                subject,
                path,
                f"写着“{free.group()}”，但收费金额（amount_fen）是{yuan}元：请核对",
                f"the words say that it is free, amount_fen says {yuan} yuan",
                free.group(),
            )
    charges = _CHARGES.search(guide.fee_basis)
    if charges and not fee.amount_fen and not fee.up_to_fen and not _FREE.search(guide.fee_basis):
        yield _fee_finding(
            subject,
            ("guide", "fee_basis"),
            f"写着“{charges.group()}”，但收费金额（amount_fen）是0元，群众会看到“免费”：请核对",
            f"the words say that it is charged for, amount_fen says {yuan} yuan, and it is shown as free",
            charges.group(),
        )
    most = None if fee.up_to_fen is None else Decimal(fee.up_to_fen) / 100
    yield from _fee_sum(subject, fee.standard, yuan, most)
    if fee.items:
        total = sum(item.amount_fen * item.count for item in fee.items)
        if total != fee.amount_fen:
            yield _fee_finding(
                subject,
                ("guide", "fee", "items"),
                f"收费项目合计{Decimal(total) / 100}元，但收费金额（amount_fen）是{yuan}元：请核对",
                f"the items come to {Decimal(total) / 100} yuan, amount_fen to {yuan}",
            )
    if (
        not fee.amount_fen
        and not fee.up_to_fen
        and re.match(r"支持|可以?网上支付|提供", guide.online_payment)
    ):
        yield subject.finding(
            ("guide", "online_payment"),
            "sums.payment_without_fee",
            Severity.WARNING,
            ARTICLE_7,
            "不收费的事项没有网上支付：请写“不收费，不需要网上支付”",
            "nothing is charged, so there is nothing to pay online: say so",
        )


def _fee_sum(subject: Subject, standard: str, yuan: Decimal, most: Decimal | None) -> Iterator[Finding]:
    """工本费20元、拍照费15元，共计35元: the parts make the total, and the total is what is charged."""
    path = ("guide", "fee", "standard")
    parts: list[Decimal] = []
    total: Decimal | None = None
    for hit in _YUAN.finditer(standard):
        amount = Decimal(hit.group(1)) * int(hit.group(2) or 1)
        if _TOTAL.search(standard[: hit.start()]):
            total = amount
        else:
            parts.append(amount)
    if not parts and total is None:
        return
    if (
        total is not None
        and len(parts) > 1
        and sum(parts) != total
        and not re.search("减半|优惠|其中", standard)
    ):
        yield _fee_finding(
            subject,
            path,
            f"各项相加是{sum(parts)}元，写的合计是{total}元：请改正",
            f"the parts come to {sum(parts)} yuan, the stated total is {total}",
        )
        if yuan in (sum(parts), total):
            return  # said once
    stated = [*parts, *([total] if total is not None else [])]
    said = "、".join(f"{amount}元" for amount in stated)
    charged = {total} if total is not None and most is None else {*stated, sum(parts, Decimal(0))}
    if yuan not in charged and not (yuan == 0 and _FREE.search(standard)):
        yield _fee_finding(
            subject,
            path,
            f"文字写的是{said}，但收费金额（amount_fen）是{yuan}元：请改成一致",
            f"the words say {said}, amount_fen says {yuan} yuan (it is in fen)",
        )
    if most is not None and most < max(stated):
        yield _fee_finding(
            subject,
            ("guide", "fee", "up_to_fen"),
            f"文字写的最多是{max(stated)}元，但最高金额（up_to_fen）是{most}元：请改成一致",
            f"the words say up to {max(stated)} yuan, up_to_fen says {most} (it is in fen)",
        )


def _fee_finding(subject: Subject, path: tuple[str, ...], zh: str, en: str, word: str = "") -> Finding:
    return subject.finding(
        path, "sums.fee", Severity.ERROR, ARTICLE_7, zh, f"{en}: correct one of them", word=word
    )


def _counts(subject: Subject, guide: Guide) -> Iterator[Finding]:
    kinds = len(guide.materials)
    paper = [
        material for material in guide.materials if material.form in ("original", "copy", "original_and_copy")
    ]
    copies = sum(material.copies * (2 if material.form == "original_and_copy" else 1) for material in paper)
    for index, material in enumerate(guide.materials):
        if material in paper and material.copies == 0:
            yield subject.finding(
                ("guide", "materials", index, "copies"),
                "sums.copies",
                Severity.ERROR,
                ARTICLE_7,
                f"材料“{material.name.zh}”要交纸质的，份数却是0：请写明几份；不用交的请取消",
                f"“{material.name.en}” is wanted on paper, in 0 copies: write how many, or drop it",
            )
    right = {kinds, len(paper), *([copies] if copies else []), kinds - len(paper) + copies}
    if guide.materials_count is not None and guide.materials_count != kinds:
        yield subject.finding(
            ("guide", "materials_count"),
            "sums.materials",
            Severity.ERROR,
            ARTICLE_7,
            f"写的是{guide.materials_count}项材料，清单里有{kinds}项：请核对",
            f"{guide.materials_count} materials are stated, {kinds} are listed: correct one of them",
        )
    for key in ("guide", "bring", "steps", "next", "eligibility"):
        for path, text in subject.texts(key):
            if {"basis", "legal_basis"} & set(map(str, path)):
                continue
            for pattern in _COUNTED:
                for hit in pattern.finditer(text):
                    stated = number_of(hit.group(1))
                    if stated in right:
                        continue
                    yield subject.finding(
                        path,
                        "sums.materials",
                        Severity.ERROR,
                        ARTICLE_7,
                        f"“{hit.group()}”与材料清单不符：清单里有{kinds}项、纸质材料{copies}份，请改正",
                        f"“{hit.group()}” is not the list of {kinds} materials, {copies} papers: correct it",
                        word=hit.group(),
                    )


def _steps(subject: Subject, guide: Guide) -> Iterator[Finding]:
    """No step takes longer than is promised for all, nor do they together.

    Steps in working days and in calendar days are added up as calendar days: they take at least that long.
    """
    promised = guide.promised_limit
    allowed = limit_text(promised.model_copy(update={"note": ""}))
    allowed_en = limit_text(promised.model_copy(update={"note": ""}), "en")
    taken: list[tuple[int, LimitUnit]] = []
    whole = not any(_BESIDE.search(f"{step.name}{step.duty}{step.limit}") for step in guide.procedure)
    for index, step in enumerate(guide.procedure):
        hit = _STEP_DAYS.fullmatch(step.limit.strip())
        if hit is None:
            whole = whole and _STEP_NONE.fullmatch(step.limit.strip()) is not None
            continue
        days = number_of(hit.group(1))
        unit = LimitUnit.WORKDAY if "工作日" in hit.group(2) else LimitUnit.CALENDAR_DAY
        if not _NOT_COUNTED.search(f"{step.name}{step.duty}") and _exceeds(days, unit, promised):
            yield subject.finding(
                ("guide", "procedure", index, "limit"),
                "sums.steps",
                Severity.ERROR,
                ARTICLE_7,
                f"“{step.name}”这一环节的{step.limit}超过承诺办结时限{allowed}：请核对，不计入时限的请写明",
                f"this step alone takes longer than the {allowed_en} that are promised: correct one of them, "
                "or say that it is not counted (不计入)",
            )
            whole = False
        taken.append((days, unit))
    together = sum(days for days, _ in taken)
    units = {unit for _, unit in taken}
    if not whole or not taken or not _exceeds(together, _one_of(units), promised):
        return
    least = "至少" if len(units) > 1 else ""
    yield subject.finding(
        ("guide", "procedure"),
        "sums.steps",
        Severity.ERROR,
        ARTICLE_7,
        f"办理流程各环节相加{least}是{together}天，超过承诺办结时限{allowed}：请核对各环节时限",
        f"the steps take {'at least ' if least else ''}{together} days together, {allowed_en} are promised: "
        "correct one of them",
    )


def _one_of(units: set[LimitUnit]) -> LimitUnit:
    return next(iter(units)) if len(units) == 1 else LimitUnit.CALENDAR_DAY


def _exceeds(days: int, unit: LimitUnit, promised: TimeLimit) -> bool:
    """Whether so many days are longer than what is promised, whenever one begins."""
    return days > 0 and longer_from(TimeLimit(amount=min(days, _LONGEST), unit=unit), promised) == date.min
