"""The receipt slip: 收件凭证, or 受理通知书 once the platform has accepted.

What it says follows from ``SlipData.state`` alone, and never goes beyond what has happened
(行政许可法 art. 32: acceptance is the authority's own act).
"""

from __future__ import annotations

from collections.abc import Iterator

from assets.typesetting import Block, Framed, Gap, Rule, Style, Text, roll
from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import SlipData, SlipMaterial, SlipMaterialStatus, SlipState
from values import dataclass


@dataclass(frozen=True)
class _Words:
    title: str
    title_en: str
    statement: str
    statement_en: str


_WORDS: dict[SlipState, _Words] = {
    "accepted": _Words(
        "受理通知书",
        "Notice of Acceptance",
        "您的申请已被受理。",
        "Your application has been accepted.",
    ),
    "received": _Words(
        "收件凭证",
        "Receipt",
        "政务服务平台已收到您的申请，是否受理还没有决定。",
        "The platform has received your application. Whether it is accepted is not decided yet.",
    ),
    "refused": _Words(
        "办理结果告知",
        "Outcome of Your Application",
        "您的申请不予受理。",
        "Your application was not accepted.",
    ),
    "supplement": _Words(
        "收件凭证",
        "Receipt",
        "政务服务平台已收到您的申请，请您补正材料后再办理。",
        "The platform has received your application and asks you to correct or add something.",
    ),
    "queued": _Words(
        "收件凭证",
        "Receipt",
        "您的申请还没有送达政务服务平台。已保存在本终端，网络恢复后自动提交，您不必重新申请。",
        "Nothing has reached the platform yet. Your application is kept in this terminal and will be "
        "sent by itself; you need not apply again.",
    ),
    "set_aside": _Words(
        "办理结果告知",
        "Outcome of Your Application",
        "政务服务平台没有接收您的申请。请带上这张纸到窗口办理，或拨打电话询问。",
        "The platform did not take your application. Please bring this paper to a counter, or call.",
    ),
}

# Where an attempt may have arrived and its answer was lost.
_UNSURE: dict[SlipState, _Words] = {
    "queued": _Words(
        "收件凭证",
        "Receipt",
        "还没有得到政务服务平台的答复。申请已保存在本终端，会自动再次提交，不会重复办理。",
        "The platform has not answered yet. Your application is kept in this terminal and will be sent "
        "again by itself; it will not be handled twice.",
    ),
    "set_aside": _Words(
        "办理结果告知",
        "Outcome of Your Application",
        "无法确认政务服务平台是否已收到您的申请。请不要重复申请，凭流水号到窗口或拨打电话询问。",
        "Nobody can tell whether the platform has your application. Do not apply again: ask at a counter "
        "or call, and quote the serial number.",
    ),
}

# Materials that were handed in later.
_LATER: dict[SlipState, _Words] = {
    "accepted": _Words(
        "补交材料凭证",
        "Materials Received",
        "政务服务平台已收到您补交的材料，办件已受理。",
        "The platform has received your materials. Your application is accepted.",
    ),
    "received": _Words(
        "补交材料凭证",
        "Materials Received",
        "政务服务平台已收到您补交的材料，还没有作出决定。",
        "The platform has received your materials and has not decided yet.",
    ),
    "refused": _Words(
        "办理结果告知",
        "Outcome of Your Application",
        "政务服务平台已收到您补交的材料，您的申请不予受理。",
        "The platform has received your materials. Your application was not accepted.",
    ),
    "supplement": _Words(
        "补交材料凭证",
        "Materials Received",
        "政务服务平台已收到您这次补交的材料，还有材料要补，见下。",
        "The platform has received these materials. More is needed, see below.",
    ),
    "queued": _Words(
        "补交材料凭证",
        "Materials Kept",
        "您补交的材料还没有送达政务服务平台。已保存在本终端，网络恢复后自动提交，不用再交一次。",
        "Your materials have not reached the platform yet. They are kept in this terminal and will be sent "
        "by themselves; do not hand them in again.",
    ),
    "set_aside": _Words(
        "办理结果告知",
        "Materials Not Taken",
        "政务服务平台没有接收这次补交的材料。请带上这张纸和材料到窗口办理，或拨打电话询问。",
        "The platform did not take these materials. Please bring this paper and the materials to a counter, "
        "or call.",
    ),
}
_LATER_UNSURE: dict[SlipState, _Words] = {
    "queued": _Words(
        "补交材料凭证",
        "Materials Kept",
        "还没有得到政务服务平台的答复。补交的材料已保存在本终端，会自动再次提交，不会重复。",
        "The platform has not answered yet. Your materials are kept in this terminal and will be sent again "
        "by themselves; they will not count twice.",
    ),
    "set_aside": _Words(
        "办理结果告知",
        "Outcome Unknown",
        "无法确认政务服务平台是否已收到您补交的材料。请凭编号到窗口或拨打电话询问。",
        "Nobody can tell whether the platform has your materials. Ask at a counter or call, and quote the "
        "number.",
    ),
}

_SIGNED: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "drawn": ("手写签名", "By hand"),
    "button": ("按键确认（不便手写）", "Confirmed by button"),
    "helped": ("请人代按确认（不便手写）", "Somebody pressed for the applicant"),
}

_STATUS: dict[SlipMaterialStatus, tuple[str, str]] = {
    "provided": ("已收到", "Received"),
    "shared": ("不用交", "Not needed"),
    "declared": ("已确认", "Confirmed"),
    "owed": ("待补交", "Owed"),
    "missing": ("未提交", "Missing"),
}

_DOCUMENT = {
    "printed": (
        "A4纸件已在本终端打印，请从A4出纸口取走。",
        "Your document was printed here. Please take it from the A4 tray.",
    ),
    "owed": (
        "A4纸件还没有打印出来，不必重新申请。",
        "Your document has not been printed yet. Do not apply again.",
    ),
    "unknown": (
        "打印机不能确认A4纸件是否打印完整，请先看看A4出纸口。",
        "The printer cannot tell whether your document came out. Look in the A4 tray first.",
    ),
}


def title(state: SlipState) -> str:
    """The paper's title: 受理通知书 only for an acceptance."""
    return _WORDS[state].title


def slip(data: SlipData) -> bytes:
    """The slip as a PDF for an 80 mm roll, one page as long as its content.

    Raises ``ValueError`` when ``data.at`` has no time zone.
    """
    return roll(tuple(_blocks(data)), title=_words(data).title)


def _blocks(data: SlipData) -> Iterator[Block]:
    words = _words(data)
    english = data.bilingual
    yield Text(data.hall, common.CENTRED)
    if english and data.hall_en:
        yield Text(data.hall_en, common.CENTRED)
    yield Text(words.title, common.TITLE)
    if english:
        yield Text(words.title_en, common.CENTRED)
    yield Gap(5)
    said: list[Block] = [Text(words.statement, common.STATEMENT)]
    if english:
        said.append(Text(words.statement_en, common.BODY))
    yield Framed(tuple(said))
    yield Gap(5)
    yield from _numbers(data)
    yield Rule(dash=common.DASH)
    yield common.pairs(
        common.rows_of(
            english,
            ("事项名称", "Matter", data.matter_name, data.matter_name_en),
            ("实施机关", "Department", data.department, data.department_en),
            ("申请人", "Applicant", data.masked_name, ""),
            ("证件号码", "ID number", data.masked_number, ""),
            (
                "补交时间" if data.later else "申请时间",
                "Time",
                common.moment(data.at),
                common.moment_en(data.at),
            ),
            ("签名", "Signature", *_SIGNED[data.signed]),
            ("承诺时限", "Time limit", *_promise(data)),
        )
    )
    if data.reason:
        yield Rule(dash=common.DASH)
        yield from _headed("平台答复", "The platform's answer", english)
        yield Text(data.reason, common.BODY)
    yield from _parts(data)
    yield from _wanted(data)
    yield from _materials(data)
    yield from _what_next(data)
    yield Rule(dash=common.DASH)
    # What the platform did not take cannot be looked up there.
    address = "" if data.state == "set_aside" else data.lookup_url
    yield common.asking(tuple(_asking(data, address)), address)
    yield Rule()
    yield Text(f"{data.terminal_name}　终端编号 {data.terminal_id}", common.CENTRED)
    if data.state in ("accepted", "refused"):
        yield Text("本纸未加盖印章，\n正式文书以实施机关出具的为准。", common.CENTRED)
        if data.bilingual:
            yield Text("This slip has no seal. The department's own document is what counts.", common.CENTRED)
    yield common.fading(english, masked=bool(data.masked_name or data.masked_number))


def _when(data: SlipData) -> str:
    return "补交时间" if data.later else "申请时间"


def _words(data: SlipData) -> _Words:
    words, unsure = (_LATER, _LATER_UNSURE) if data.later else (_WORDS, _UNSURE)
    return unsure.get(data.state, words[data.state]) if data.unsure else words[data.state]


def _promise(data: SlipData) -> tuple[str, str]:
    """A time limit runs only where something is under way at the platform."""
    running = data.state in ("accepted", "received")
    return (data.promised, data.promised_en) if running else ("", "")


def _numbers(data: SlipData) -> Iterator[Block]:
    """The number to quote, large; the terminal's own serial below it."""
    english = data.bilingual
    if data.project_no:
        yield Text("办件编号　Case number" if english else "办件编号", common.BODY)
        yield Text(common.in_lines(data.project_no), common.NUMBER)
        yield common.pairs(common.rows_of(english, ("流水号", "Serial", data.serial, "")))
    else:
        yield Text("流水号　Serial number" if english else "流水号", common.BODY)
        yield Text(common.in_lines(data.serial), common.NUMBER)
        note = "办件编号由政务服务平台收到申请后给出。查询时请报流水号。"
        if data.state == "set_aside":
            note = f"{'还没有得到' if data.unsure else '没有'}办件编号。询问时请报流水号。"
        yield Text(note, common.SMALL)
        if english:
            yield Text("There is no case number yet. Please quote the serial number.", common.SMALL)


def _parts(data: SlipData) -> Iterator[Block]:
    """一件事一次办: what is done at once, by whom, and how each stands."""
    if not data.parts:
        return
    yield Rule(dash=common.DASH)
    yield from _headed("一次办好这几件事", "Done together", data.bilingual)
    for number, part in enumerate(data.parts, 1):
        yield Text(f"{number}. {part.name}", common.STRONG)
        if data.bilingual and part.name_en:
            yield Text(part.name_en, common.SMALL)
        role = "牵头部门" if part.lead else "协办部门"
        yield Text(
            "　".join(each for each in (f"{role}：{part.department}", part.state) if each), common.BODY
        )


def _wanted(data: SlipData) -> Iterator[Block]:
    """一次性告知: everything that the platform wants, with by when and how."""
    if not data.wanted:
        return
    yield Rule(dash=common.DASH)
    yield from _headed("需要补正", "To be supplemented", data.bilingual)
    for number, wanted in enumerate(data.wanted, 1):
        yield Text(f"{number}. {wanted.name}", common.STRONG)
        if wanted.until:
            yield Text(f"请在{common.day(wanted.until)}前补正。", common.BODY)
            if data.bilingual:
                yield Text(f"By {wanted.until}.", common.SMALL)
        if wanted.how:
            yield Text(wanted.how, common.BODY)


def _materials(data: SlipData) -> Iterator[Block]:
    ended = data.state in ("refused", "set_aside")  # nothing is to be handed in for what has ended
    materials = [each for each in data.materials if not (ended and each.status == "owed")]
    if not materials:
        return
    yield Rule(dash=common.DASH)
    yield from _headed("材料", "Materials", data.bilingual)
    rows = []
    for material in materials:
        label, label_en = _STATUS[material.status]
        lines = "\n".join(_material_lines(material, data.bilingual))
        rows.append((f"{label}\n{label_en}" if data.bilingual else label, lines))
    yield common.pairs(tuple(rows))


def _material_lines(material: SlipMaterial, english: bool) -> Iterator[str]:
    yield material.name
    if english and material.name_en:
        yield material.name_en
    if material.status == "shared":
        yield "平台已有，不用交。"
        if english:
            yield "The platform has it."
    if material.status == "owed":
        if material.until:
            yield f"容缺受理，请在{common.day(material.until)}前补交。"
            if english:
                yield f"To be handed in by {material.until}."
        if material.how:
            yield material.how
        if english and material.how_en:
            yield material.how_en


def _what_next(data: SlipData) -> Iterator[Block]:
    document = _DOCUMENT[data.document_state] if data.document_state else None
    if not data.next_text and document is None:
        return
    yield Rule(dash=common.DASH)
    yield from _headed("接下来", "What is next", data.bilingual)
    lines = [data.next_text, data.next_text_en if data.bilingual else ""]
    if document:
        lines += [document[0], document[1] if data.bilingual else ""]
    for line in filter(None, lines):
        yield Text(line, common.BODY)


def _asking(data: SlipData, address: str) -> Iterator[Block]:
    number, number_en = ("办件编号", "case number") if data.project_no else ("流水号", "serial number")
    yield from _headed("怎样查询", "How to ask", data.bilingual)
    if address:
        later = data.state == "queued"
        yield Text("送达后可扫码查看办理进度" if later else "手机扫码查看办理进度", common.SMALL)
        if data.bilingual:
            yield Text("Scan to see the progress" + (" once it is sent" if later else ""), common.SMALL)
    yield Text(f"拨打{data.phone}，报{number}", common.SMALL)
    if data.bilingual:
        yield Text(f"Call {data.phone} and quote the {number_en}", common.SMALL)
    yield Text(data.phone, Style(19.0, 25.0, bold=True))


def _headed(text: str, english: str, bilingual: bool) -> Iterator[Block]:
    yield Text(f"{text}　{english}" if bilingual else text, common.STRONG)
