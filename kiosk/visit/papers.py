"""From a visit to what its papers say: masked, dated, and true at the moment of printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from devices.contract import Fault, IdentityDocument
from kiosk.delivery.application import WantedMaterial
from kiosk.delivery.papers.data import (
    DocumentState,
    GuideData,
    NoticeData,
    NoticeItem,
    SlipData,
    SlipMaterial,
    SlipPart,
    SlipState,
)
from kiosk.matters import guide as guides
from kiosk.matters.kinds import MaterialSource, Shape
from kiosk.matters.models import Bilingual, JointPart, Material
from kiosk.matters.numbers import mask_name, mask_number
from kiosk.matters.periods import day_en, day_zh
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.materials import all_may_be_owed
from kiosk.visit.promise import finish_by, promise, window_hours
from kiosk.visit.state import (
    CaseState,
    KeepingState,
    MaterialStatus,
    MaterialView,
    PaperKind,
    PaperState,
    Submission,
    Visit,
)

TITLES: Final = {  # what a print queue may see
    PaperKind.SLIP: "kiosk slip",
    PaperKind.DOCUMENT: "kiosk document",
    PaperKind.GUIDE: "kiosk guide",
    PaperKind.NOTICE: "kiosk notice",
}

# What can be done about a missing material, by where it comes from.
DECLINED: Final = Bilingual(
    zh="这项需要您本人承诺。可以返回上一步作出承诺，或到窗口提交证明材料。",
    en="This needs your own declaration. Go back and declare it, or hand in proof at a service window.",
)


def draw(kind: PaperKind, visit: Visit, info: TerminalInfo) -> bytes | Fault:
    """The PDF of a paper that the terminal makes itself."""
    now = datetime.now(UTC)
    if kind is PaperKind.SLIP:
        from kiosk.delivery.papers.slip import slip

        return slip(slip_data(visit, info))
    if kind is PaperKind.NOTICE:
        from kiosk.delivery.papers.notice import notice

        return notice(notice_data(visit, info, now))
    if kind is PaperKind.GUIDE and visit.matter is not None:
        from kiosk.delivery.papers.guide import guide

        return guide(visit.matter, guide_data(visit, info, now))
    return Fault("paper.nothing_to_print", kind.value)


def slip_data(visit: Visit, info: TerminalInfo) -> SlipData:
    """What the slip of this visit's application says now."""
    assert visit.matter is not None and visit.person is not None and visit.submission is not None
    matter, submission = visit.matter, visit.submission
    answer = submission.answer
    reference = submission.number
    english = not visit.mode.language.startswith("zh")
    data = SlipData(
        state=_slip_state(submission.state),
        matter_name=matter.name.zh,
        department=matter.guide.authority,
        serial=submission.serial,
        masked_name=mask_name(visit.person.document.name),
        masked_number=mask_number(visit.person.document.number),
        at=datetime.fromisoformat(submission.began_utc),
        terminal_name=info.name,
        terminal_id=info.id,
        hall=info.hall,
        project_no=submission.project_no or submission.of or None,
        later=bool(submission.of),
        signed=visit.signature.way if visit.signature and not submission.of else "",
        promised=_promised(visit, "zh"),
        parts=tuple(_slip_part(visit, part) for part in visit.parts),
        materials=(*(_slip_material(visit, view) for view in visit.materials), *_also_owed(visit)),
        next_text=_next_text(visit, info.phone).zh,
        lookup_url=f"{info.lookup_url}{reference}" if info.lookup_url else "",
        phone=info.phone,
        reason=answer.reason_zh if answer else None,
        document_state=_document_state(visit),
        unsure=_unsure(submission),
        wanted=_wanted(answer.supplements) if answer else (),
    )
    if not english:
        return data
    return replace(
        data,
        bilingual=True,
        matter_name_en=matter.name.en,
        department_en=matter.department.en,
        promised_en=_promised(visit, "en"),
        next_text_en=_next_text(visit, info.phone).en,
    )


def notice_data(visit: Visit, info: TerminalInfo, now: datetime) -> NoticeData:
    """一次性告知书: everything that is missing, at once."""
    assert visit.matter is not None and visit.person is not None
    matter = visit.matter
    missing = {view.code for view in visit.materials if view.status is MaterialStatus.MISSING}
    return NoticeData(
        matter_name=matter.name.zh,
        department=matter.guide.authority,
        items=tuple(
            _notice_item(visit, each, info.phone) for each in matter.guide.materials if each.code in missing
        ),
        at=now,
        terminal_name=info.name,
        terminal_id=info.id,
        hall=info.hall,
        masked_name=mask_name(visit.person.document.name),
        masked_number=mask_number(visit.person.document.number),
        kept_until=visit.keeping.until if visit.keeping.state is KeepingState.KEPT else None,
        lookup_url=notice_url(visit, info),
        phone=info.phone,
        bilingual=not visit.mode.language.startswith("zh"),
        matter_name_en=matter.name.en,
        department_en=matter.department.en,
    )


def guide_data(visit: Visit, info: TerminalInfo, now: datetime) -> GuideData:
    return GuideData(
        at=now,
        terminal_name=info.name,
        terminal_id=info.id,
        hall=info.hall,
        lookup_url=guide_url(visit, info),
        phone=info.phone,
        bilingual=not visit.mode.language.startswith("zh"),
    )


def guide_url(visit: Visit, info: TerminalInfo) -> str:
    """Where the guide can be read on a telephone; the pages' QR code leads there, too."""
    return f"{info.lookup_url}guides/{visit.matter.task_code}" if info.lookup_url and visit.matter else ""


def notice_url(visit: Visit, info: TerminalInfo) -> str:
    """Where the notice can be read on a telephone: which materials are missing, nothing of whom."""
    if not info.lookup_url or visit.matter is None:
        return ""
    missing = ",".join(view.code for view in visit.materials if view.status is MaterialStatus.MISSING)
    return f"{info.lookup_url}notices/{visit.matter.task_code}?missing={missing}"


def document_of_holder(holder: Mapping[str, str]) -> IdentityDocument:
    """The person whom the platform names for an opaque code."""

    def known(key: str) -> str:
        return str(holder.get(key) or "")

    return IdentityDocument(
        source="scanner",
        kind="code",
        name=known("name"),
        number=known("number"),
        sex=known("sex"),
        ethnicity=known("ethnicity"),
        birth=known("birth"),
        address=known("address"),
    )


def action_for(material: Material, until: str, may_go_on: bool, phone: str) -> Bilingual:
    """What can be done now about one missing material; ``until`` is ``YYYY-MM-DD``.

    ``may_go_on``: nothing else is missing that would stop the application.
    """
    if material.source is MaterialSource.DECLARATION:
        return DECLINED
    if material.owing is None:
        return Bilingual(
            zh=f"请准备好后再来，或到大厅窗口办理；也可拨打{phone}咨询。",
            en=f"Please come back with it, or go to a service window; {phone} gives advice.",
        )
    if not may_go_on:
        return Bilingual(
            zh=f"这一份可以后补；缺少的另一份备齐后即可办理。{material.owing.how.zh}",
            en=f"This one may follow later, once what else is missing is there. {material.owing.how.en}",
        )
    last_day = date.fromisoformat(until)
    return Bilingual(
        zh=f"可以先办理，{day_zh(last_day)}前补交。{material.owing.how.zh}",
        en=f"You can go on now and hand it in by {day_en(last_day)}. {material.owing.how.en}",
    )


def _slip_state(state: CaseState) -> SlipState:
    # NOT_SENT cannot be printed: a slip is asked for only after the application is on disk.
    states: dict[CaseState, SlipState] = {
        CaseState.QUEUED: "queued",
        CaseState.ACCEPTED: "accepted",
        CaseState.RECEIVED: "received",
        CaseState.REFUSED: "refused",
        CaseState.SUPPLEMENT: "supplement",
        CaseState.SET_ASIDE: "set_aside",
    }
    return states[state]


def _unsure(submission: Submission) -> bool:
    """Whether the platform may have what it has not answered, or what has been set aside."""
    if submission.state is CaseState.SET_ASIDE:
        return submission.told == "unconfirmed"
    return submission.state is CaseState.QUEUED and submission.reached


def _wanted(asked: tuple[WantedMaterial, ...]) -> tuple[SlipMaterial, ...]:
    return tuple(SlipMaterial(each.name, "missing", each.until or None, each.how) for each in asked)


def _also_owed(visit: Visit) -> tuple[SlipMaterial, ...]:
    """What the platform calls owed beyond the materials that this terminal knows of."""
    answer = visit.submission.answer if visit.submission else None
    known = {view.code for view in visit.materials}
    return tuple(
        SlipMaterial(each.name, "owed", each.until or None, each.how)
        for each in (answer.owed if answer else ())
        if each.code not in known
    )


def _document_state(visit: Visit) -> DocumentState | None:
    assert visit.submission is not None
    states = {paper.state for paper in visit.submission.papers if paper.kind is PaperKind.DOCUMENT}
    if not states:
        return None
    if states == {PaperState.PRINTED}:
        return "printed"
    if PaperState.NOT_PRINTED in states:
        return "owed"
    return None if states & {PaperState.WAITING, PaperState.PRINTING} else "unknown"


def _promised(visit: Visit, language: str) -> str:
    told = promise(visit)
    assert visit.submission is not None
    if told is None or (told.at_once and visit.submission.state is CaseState.RECEIVED):
        return ""  # what has only been received has not been done at once
    limit = told.limit_text(language)
    english = language == "en"
    if told.once_complete:
        return f"{limit} once everything is handed in" if english else f"材料补齐后{limit}内办结"
    if told.words:
        return told.words
    if not told.by:
        return limit
    last_day = date.fromisoformat(told.by)
    return f"{limit}, by {day_en(last_day)}" if english else f"{limit}，{day_zh(last_day)}前"


def _next_text(visit: Visit, phone: str) -> Bilingual:
    assert visit.matter is not None and visit.submission is not None
    answer = visit.submission.answer
    # Where an attempt may have arrived, nobody knows that the platform is away.
    again = visit.submission.reached
    sent = "本终端会自动再次提交" if again else "平台恢复后由本终端自动发送"
    when = "again by itself" if again else "by itself when the platform is back"
    match visit.submission.state:
        case CaseState.QUEUED if visit.matter.result_document:
            wanted = "查询结果" if visit.matter.shape is Shape.QUERY else "证明"
            return Bilingual(
                zh=f"{wanted}要等平台办好。{sent}，办好后请凭流水号到大厅窗口领取，可先拨打{phone}询问。",
                en=f"There is no paper yet: this terminal sends the application {when}. "
                f"Call {phone} first, then collect it at a service window with the serial number.",
            )
        case CaseState.QUEUED:
            return Bilingual(
                zh=f"{sent}，不用再来重办。可用流水号或拨打{phone}查询。",
                en=f"This terminal sends it {when}. No need to apply again.",
            )
        case CaseState.SET_ASIDE if visit.submission.told == "unconfirmed":
            return Bilingual(
                zh=f"请拨打{phone}，或带上这张纸到大厅窗口，报流水号核对平台是否已收到。不要重复申请。",
                en=f"Call {phone}, or take this paper to a service window, and have the serial number looked "
                "up. Do not apply again.",
            )
        case CaseState.SET_ASIDE | CaseState.REFUSED | CaseState.SUPPLEMENT:
            return Bilingual(
                zh=f"请拨打{phone}咨询，或带上这张纸到大厅窗口办理。",
                en=f"Please call {phone}, or take this paper to a service window.",
            )
        case _ if last_day := finish_by(visit):
            day, told = date.fromisoformat(last_day), visit.matter.next
            return Bilingual(
                zh=f"{told.zh}最晚{day_zh(day)}。", en=f"{told.en} The last day is {day_en(day)}."
            )
        case CaseState.RECEIVED if not (answer and answer.documents):
            return Bilingual(
                zh=f"平台还没有决定。决定后可拨打{phone}，报办件编号查询结果和领取办法。",
                en=f"Not decided yet. Afterwards call {phone} and give the case number to ask how it ended.",
            )
        case _ if visit.matter.result_document and not (answer and answer.documents):
            return Bilingual(
                zh=f"平台已经受理，但没有给出证明文件。请拨打{phone}，报编号查询领取办法。",
                en=f"Accepted, but the platform has not given a paper. Call {phone} and give the number.",
            )
        case _ if visit.matter.result_document and _document_state(visit) != "printed":
            return _not_in_hand(visit, phone)  # the guide's own words begin with the paper in the hand
        case _:
            return visit.matter.next


def _not_in_hand(visit: Visit, phone: str) -> Bilingual:
    """A result paper that is on its way, lost, or perhaps there: how to come by it in any case."""
    assert visit.matter is not None
    hours = window_hours(visit.matter.guide.hours)
    when = f"（{hours}）" if hours else ""
    if _document_state(visit) is None:
        return Bilingual(
            zh=f"证明在本终端打印，请到A4出纸口取走。"
            f"没有打印出来的，不必重新申请，凭编号到大厅窗口补打{when}。",
            en="Your paper is printed at this terminal. If it does not come out, do not apply again: get it "
            "at a service window with the number.",
        )
    return Bilingual(
        zh=f"请凭编号到大厅窗口补打{when}，可先拨打{phone}询问。",
        en=f"Get it at a service window with the number; {phone} tells when it is open.",
    )


PART_STATES: Final = {
    "accepted": "已受理",
    "received": "已收件",
    "refused": "不予受理",
    "supplement": "待补正",
}


def _slip_part(visit: Visit, part: JointPart) -> SlipPart:
    answer = visit.submission.answer if visit.submission else None
    states = {each.task_code: each.state for each in answer.parts} if answer else {}
    said = PART_STATES.get(states.get(part.task_code, ""), "")
    return SlipPart(part.name.zh, part.department.zh, part.lead, said, part.name.en)


def _slip_material(visit: Visit, view: MaterialView) -> SlipMaterial:
    assert visit.matter is not None
    material = next(each for each in visit.matter.guide.materials if each.code == view.code)
    owed = view.status is MaterialStatus.OWED
    return SlipMaterial(
        name=material.name.zh,
        status=view.status.value,
        until=view.until if owed else None,
        how=material.owing.how.zh if owed and material.owing else "",
        name_en=material.name.en,
        how_en=material.owing.how.en if owed and material.owing else "",
    )


def _source(material: Material) -> str:
    """Where it comes from, in everyday words."""
    own = material.issuer in ("", "申请人自备")
    return "自己准备" if own else material.issuer


def _notice_item(visit: Visit, material: Material, phone: str) -> NoticeItem:
    view = next(each for each in visit.materials if each.code == material.code)
    action = action_for(material, view.until, all_may_be_owed(visit.materials), phone)
    return NoticeItem(
        name=material.name.zh,
        basis=tuple(guides.basis_text(each) for each in material.basis),
        source=_source(material),
        action=action.zh,
        name_en=material.name.en,
        action_en=action.en,
    )
