"""The guide of a matter as people read it: the 26 elements of Article 7 in order, for screen and paper.

The elements are written in Chinese, as published (Article 12: same source); titles, time limits and fees
are also given in English.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kiosk.matters.kinds import LimitUnit, MaterialSource
from kiosk.matters.strict import Bilingual
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.models import (
        Basis,
        Channel,
        Fee,
        Guide,
        Material,
        Matter,
        Place,
        ProcessStep,
        ResultPaper,
        TimeLimit,
    )
    from kiosk.matters.offer import FeeRange

_FEN_PER_YUAN: Final = 100

_UNITS: Final = {
    LimitUnit.MINUTE: ("分钟", "minute"),
    LimitUnit.HOUR: ("小时", "hour"),
    LimitUnit.WORKDAY: ("个工作日", "working day"),
    LimitUnit.CALENDAR_DAY: ("天", "day"),
    LimitUnit.MONTH: ("个月", "month"),
}
_FORMS: Final = {
    "original": "原件",
    "copy": "复印件",
    "original_and_copy": "原件和复印件",
    "electronic": "电子信息",
    "declaration": "承诺",
}
_SOURCES: Final = {
    MaterialSource.CARD: "刷卡读取，不用交复印件",
    MaterialSource.PLATFORM: "由政务服务平台共享，不用带",
    MaterialSource.DECLARATION: "在终端上当场确认",
    MaterialSource.APPLICANT: "由申请人提供",
}
_HOTLINES: Final = {  # two numbers beside each other say nothing without whose they are
    "12315": "市场监管投诉",
    "12328": "交通运输服务",
    "12329": "住房公积金",
    "12333": "人力资源和社会保障",
    "12345": "政务服务便民热线",
    "12348": "法律服务",
    "12366": "税务",
    "12367": "移民和出入境",
    "12393": "医疗保障",
    "12123": "交通管理",
}
_CHANNELS: Final = {"phone": "电话", "counter": "现场", "web": "网站", "app": "手机应用", "letter": "信函"}
_RESULTS: Final = {"licence": "证照", "document": "文书", "record": "登记结果", "payment": "待遇给付"}
_DELIVERIES: Final = {
    "printed_here": "在终端上当场打印",
    "collected": "到窗口领取",
    "posted": "邮寄送达",
    "electronic": "电子送达",
}


@dataclass(frozen=True)
class Element:
    """One element of the guide; ``number`` is its place in Article 7, ``paragraphs`` are never empty."""

    number: int
    zh: str
    en: str
    paragraphs: tuple[str, ...]


def elements(matter: Matter) -> tuple[Element, ...]:
    """All 26, in the order of Article 7."""
    guide = matter.guide
    texts: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("事项名称", "Name", (guide.item_name,)),
        ("事项编码", "Code", (guide.item_code,)),
        ("事项类型", "Type", (guide.item_type,)),
        ("设定依据", "Legal basis", map(basis_text, guide.legal_basis)),
        ("实施主体", "Implementing body", (guide.authority,)),
        ("受理条件", "Conditions", _numbered(guide.conditions)),
        ("服务对象", "For whom", (guide.audience,)),
        ("法定办结时限", "Time limit by law", (limit_text(guide.legal_limit),)),
        ("承诺办结时限", "Promised time limit", (limit_text(guide.promised_limit),)),
        ("结果名称", "Result", (guide.result_name, *map(_result_text, guide.results))),
        ("结果样本", "Sample of the result", (guide.result_sample,)),
        ("收费标准", "Fee", (fee_text(guide.fee),)),
        ("收费依据", "Basis of the fee", (guide.fee_basis, *map(basis_text, guide.fee.basis))),
        ("所需材料", "Materials", _materials(guide)),
        ("容缺受理", "Handing in later", (guide.owing_rule,)),
        ("办理流程", "Procedure", _numbered(map(_step_text, guide.procedure))),
        ("办理形式", "Ways to apply", ("、".join(guide.handling_forms),)),
        ("审查标准", "Standard of review", (guide.review_standard,)),
        ("通办范围", "Where it can be done", (guide.scope,)),
        ("预约办理", "Appointment", (guide.appointment,)),
        ("网上支付", "Online payment", (guide.online_payment,)),
        ("物流快递", "Delivery", (guide.express,)),
        ("办理地点", "Places", map(_place_text, guide.places)),
        ("办理时间", "Hours", (guide.hours,)),
        ("咨询方式", "Questions", map(_channel_text, guide.consultation)),
        ("监督投诉方式", "Complaints", map(_channel_text, guide.supervision)),
    )
    return tuple(
        Element(number, zh, en, tuple(paragraphs))
        for number, (zh, en, paragraphs) in enumerate(texts, start=1)
    )


def limit_text(limit: TimeLimit, language: str = "zh") -> str:
    """即办, 30分钟, 5个工作日, 30天, with the note in Chinese."""
    english = language == "en"
    if limit.unit is LimitUnit.IMMEDIATE or limit.amount == 0:
        words = "At once" if english else "即办（当场办结）"
    else:
        zh, en = _UNITS[limit.unit]
        words = f"{limit.amount} {en}{'' if limit.amount == 1 else 's'}" if english else f"{limit.amount}{zh}"
    return words if english or not limit.note else f"{words}（{limit.note}）"


def fee_text(fee: Fee, language: str = "zh") -> str:
    """免费, or the amount in yuan, 20至40 where it depends on the case, with the published standard."""
    if fee.amount_fen == 0:
        return "Free of charge" if language == "en" else "免费"
    amount = yuan_text(fee, language)
    return f"{amount} yuan" if language == "en" else f"{amount}元（{fee.standard}）"


def yuan_text(fee: Fee | FeeRange, language: str = "zh") -> str:
    """20, 20.50, 20至40: the number alone."""
    least = _yuan(fee.amount_fen)
    if fee.up_to_fen is None:
        return least
    return f"{least} to {_yuan(fee.up_to_fen)}" if language == "en" else f"{least}至{_yuan(fee.up_to_fen)}"


def _yuan(amount_fen: int) -> str:
    yuan, fen = divmod(amount_fen, _FEN_PER_YUAN)
    return f"{yuan}.{fen:02}" if fen else f"{yuan}"


def basis_text(basis: Basis) -> str:
    """《title》（reference）article：text."""
    title = basis.title if basis.title.startswith("《") else f"《{basis.title}》"
    reference = f"（{basis.reference}）" if basis.reference else ""
    words = f"：{basis.text}" if basis.text else ""
    return f"{title}{reference}{basis.article}{words}"


def materials_to_bring(matter: Matter) -> tuple[Material, ...]:
    """Those that only the applicant can provide, beside the card."""
    return tuple(
        material for material in matter.guide.materials if material.source is MaterialSource.APPLICANT
    )


def facts(matter: Matter) -> tuple[tuple[Bilingual, Bilingual], ...]:
    """What a citizen needs first, as label and value: how long here, when decided, what it costs."""
    minutes, guide = matter.minutes, matter.guide
    return (
        (
            Bilingual(zh="在这里办理", en="Time needed here"),
            Bilingual(zh=f"大约{minutes}分钟", en=f"About {minutes} minute{'' if minutes == 1 else 's'}"),
        ),
        (
            Bilingual(zh="办结时间", en="Decided"),
            Bilingual(
                zh=limit_text(guide.promised_limit.model_copy(update={"note": ""})),
                en=limit_text(guide.promised_limit, "en"),
            ),
        ),
        (Bilingual(zh="费用", en="Fee"), Bilingual(zh=fee_text(guide.fee), en=fee_text(guide.fee, "en"))),
    )


def _numbered(texts: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(texts)
    if len(listed) == 1:
        return listed
    return tuple(f"{number}. {text}" for number, text in enumerate(listed, start=1))


def _materials(guide: Guide) -> tuple[str, ...]:
    if not guide.materials:
        return ("无需提交材料",)
    return _numbered(map(_material_text, guide.materials))


def _material_text(material: Material) -> str:
    parts = [f"{material.name.zh}：{_FORMS[material.form]}"]
    if material.form in ("original", "copy", "original_and_copy") and material.copies:
        parts[0] += f"{material.copies}份"
    parts.append(_SOURCES[material.source])
    if material.issuer:
        parts.append(f"来源：{material.issuer}")
    if material.owing:
        parts.append(f"可以容缺，{material.owing.days}天内补交：{material.owing.how.zh.rstrip('。')}")
    if material.basis:
        parts.append("依据：" + "；".join(_short_basis(basis) for basis in material.basis))
    return "；".join(parts) + "。"


def _result_text(result: ResultPaper) -> str:
    valid = f"，有效期{result.valid_months}个月" if result.valid_months else ""
    return f"{result.name}：{_RESULTS[result.kind]}，{_DELIVERIES[result.delivery]}{valid}"


def _short_basis(basis: Basis) -> str:
    return basis_text(basis.model_copy(update={"text": ""}))


def _step_text(step: ProcessStep) -> str:
    return f"{step.name}：{step.duty}（{step.limit}）"


def _place_text(place: Place) -> str:
    more = "".join(f"，{each}" for each in (place.window, place.phone, place.hours) if each)
    return f"{place.name}：{place.address}{more}"


def _channel_text(channel: Channel) -> str:
    whose = _HOTLINES.get(channel.value, "") if channel.kind == "phone" else ""
    return f"{_CHANNELS[channel.kind]}：{channel.value}" + (f"（{whose}）" if whose else "")
