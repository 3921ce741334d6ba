"""Every citizen's page in every variant, as states: what pictures, lints and layout tests are made from.

``PAGES`` maps a name to a visit.  People, numbers and cases are invented.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.delivery.application import Answer
from kiosk.delivery.owed import OwedPapers
from kiosk.delivery.saved import SavedForm
from kiosk.matters.models import MaterialSource, Prefill, Slot
from kiosk.signing import Signature
from kiosk.visit.state import (
    Appointment,
    AppointmentState,
    Asking,
    AskingState,
    Browse,
    CaseState,
    Form,
    FormStep,
    HelpState,
    Identify,
    IdentifyPhase,
    Keeping,
    KeepingState,
    MaterialStatus,
    Overlay,
    Page,
    Paper,
    PaperKind,
    PaperState,
    PaperText,
    PaperTextState,
    PhoneState,
    PhoneText,
    Visit,
)
from tests.screens.pages_done import (
    answer,
    done_pages,
    joint_pages,
    rehearsed,
    result_pages,
    submission,
    submitting_pages,
)
from tests.screens.pages_forms import form_pages, form_step
from tests.screens.pages_handing import handing_pages
from tests.screens.pages_materials import views
from tests.screens.pages_recording import recording_pages
from tests.screens.samples import (
    ANSWERS,
    APPLICATION,
    BY_CODE,
    CATALOGUE,
    CERTIFICATE,
    CONDITIONAL,
    EVERY_KIND,
    FILING,
    IDENTITY_FAULTS,
    INFO,
    JUST_NOW,
    LONG_AGO,
    OLD_CARD,
    PERSON,
    PRE_APPLICATION,
    PROJECT_NO,
    QUERY,
    QUESTIONS,
    RARE,
    SERIAL,
)

__all__ = ["CATALOGUE", "INFO", "PAGES"]


def _ineligible() -> dict[str, Visit]:
    at = Visit(number=1, page=Page.INELIGIBLE, matter=CONDITIONAL, person=PERSON)
    told = replace(at, matter=CONDITIONAL.model_copy(update={"eligibility": CONDITIONAL.eligibility[1:]}))
    asked_ = Form(steps=(FormStep("eligible_1"),), answers={"eligible_1": "no"})
    return {
        "ineligible": at,
        "ineligible-asked": replace(told, form=asked_),
        "guide-conditions": replace(at, page=Page.GUIDE, person=None),
        "guide-not-fulfilled": replace(at, page=Page.GUIDE),
    }


def _phoning() -> dict[str, Visit]:
    """Writing with the own telephone, over the question for an address."""
    question = form_pages()["form-address"]
    url = "https://platform.example.gov.cn/w/3p7bfXt9wbTTW2HC7OQ1Nz"
    written = "平顶山市新华区曙光街街道七号院三单元五楼东户，进院以后往右走第二个门"

    def at(state: PhoneState, **more: str) -> Visit:
        phone = PhoneText("place-1", 80, state, **more)  # type: ignore[arg-type]
        return replace(question, overlay=Overlay.PHONE, phone=phone)

    return {
        "phone-opening": at(PhoneState.OPENING),
        "phone-open": at(PhoneState.OPEN, url=url),
        "phone-read": at(PhoneState.READ, url=url),
        "phone-written": at(PhoneState.WRITTEN, text=written),
        "phone-expired": at(PhoneState.EXPIRED),
        "phone-failed": at(PhoneState.FAILED, fault="platform.unreachable"),
    }


def _identify() -> dict[str, Visit]:
    at = Visit(number=1, page=Page.IDENTIFY, matter=CERTIFICATE)

    def phase(phase: IdentifyPhase, since: float = JUST_NOW, fault: str | None = None) -> Visit:
        return replace(at, identify=Identify(phase, fault, since))

    done = replace(phase(IdentifyPhase.DONE), card_on="samv")
    found = {
        "identify-waiting": phase(IdentifyPhase.WAITING),
        "identify-silent": replace(phase(IdentifyPhase.WAITING), readers=frozenset()),
        "identify-silent-lasting": replace(
            phase(IdentifyPhase.WAITING), readers=frozenset(), readers_permanent=True
        ),
        "identify-waiting-long": phase(IdentifyPhase.WAITING, LONG_AGO),
        "identify-reading": phase(IdentifyPhase.READING),
        "identify-verifying": replace(phase(IdentifyPhase.VERIFYING), person=PERSON),
        "identify-read": replace(done, person=PERSON),
        "identify-read-rare-name": replace(done, person=RARE),
        "identify-read-social-card": replace(done, person=OLD_CARD, card_on="social_security"),
        "identify-taken": replace(done, person=OLD_CARD, card_on=""),
        "identify-read-code": replace(done, person=BY_CODE, card_on=""),
        "identify-read-offline": replace(done, person=replace(PERSON, offline=True)),
    }
    for code in IDENTITY_FAULTS:
        found[f"identify-failed-{code}"] = phase(IdentifyPhase.FAILED, fault=code)
    return found


def _notices() -> dict[str, Visit]:
    missing = views(APPLICATION, MaterialStatus.MISSING)
    at = Visit(number=1, page=Page.NOTICE, matter=APPLICATION, person=PERSON, materials=missing)
    declined = tuple(
        replace(view, status=MaterialStatus.MISSING) if view.status is MaterialStatus.DECLARED else view
        for view in missing
    )

    def paper(state: PaperState, fault: str | None = None) -> Visit:
        return replace(at, notice_paper=Paper(PaperKind.NOTICE, state=state, fault=fault, tries=1))

    filled = replace(at, form=Form(answers={"phone": "13937500026"}))
    kept = Keeping(KeepingState.KEPT, "2026-12-24")
    missed = tuple(view.code for view in missing if view.status is MaterialStatus.MISSING)
    saved = SavedForm(APPLICATION.task_code, "1", "2026-12-24", missing=missed)
    owed = OwedPapers("k", SERIAL, APPLICATION.task_code, "2026-11-20T13:05:00Z", "accepted")
    given = replace(owed, answer=Answer(PROJECT_NO, "accepted"))
    return {
        "owed": Visit(number=1, page=Page.OWED, matter=CERTIFICATE, person=PERSON, owed=(given,)),
        "owed-queued": Visit(number=1, page=Page.OWED, matter=CERTIFICATE, person=PERSON, owed=(owed,)),
        "resume": Visit(number=1, page=Page.RESUME, matter=APPLICATION, person=PERSON, saved=(saved,)),
        "notice-may-keep": filled,
        "notice-kept": replace(filled, keeping=kept),
        "notice-kept-declined": replace(filled, keeping=kept, materials=declined),
        "notice-keeping": replace(filled, keeping=Keeping(KeepingState.KEEPING)),
        "notice-not-kept": replace(filled, keeping=Keeping(KeepingState.FAILED), materials=declined),
        "notice-owing": at,
        "notice-may-not-be-owed": replace(at, materials=declined),
        "notice-printing": paper(PaperState.PRINTING),
        "notice-printed": paper(PaperState.PRINTED),
        "notice-not-printed": paper(PaperState.NOT_PRINTED, "printer.paper_out"),
    }


def _checks() -> dict[str, Visit]:
    steps = tuple(FormStep(question.key) for question in QUESTIONS)
    declared = tuple(
        FormStep(material.code, declaration=True)
        for material in APPLICATION.guide.materials
        if material.source is MaterialSource.DECLARATION
    )
    form = Form(steps=steps + declared, answers=ANSWERS)
    full = Visit(
        number=1,
        page=Page.CHECK,
        matter=EVERY_KIND,
        person=PERSON,
        form=form,
        materials=views(EVERY_KIND, MaterialStatus.OWED),
        owing_accepted=True,
    )
    found = {"check": full, "check-last-page": replace(full, check_page=9)}
    beforehand = {"address": Prefill.CARD_ADDRESS, "phone": Prefill.PLATFORM_PHONE}
    questions = tuple(each.model_copy(update={"prefill": beforehand.get(each.key)}) for each in QUESTIONS)
    known = replace(PERSON, phone=ANSWERS["phone"])
    found["check-prefilled"] = replace(full, form=replace(full.form, questions=questions), person=known)
    signed = Signature(answers=full.form.answers, declared=full.form.declared)
    found["check-signed"] = replace(full, signature=signed)
    found["sign"] = replace(full, page=Page.SIGN, matter=APPLICATION)
    found["check-offline"] = replace(full, person=replace(PERSON, offline=True))
    for matter in (CERTIFICATE, QUERY, FILING):
        found[f"check-{matter.shape.value}"] = Visit(
            number=1,
            page=Page.CHECK,
            matter=matter,
            person=PERSON,
            form=rehearsed(matter),
            materials=views(matter, MaterialStatus.SHARED),
        )
    return found


def _failsafe() -> dict[str, Visit]:
    at = Visit(number=1, page=Page.FAILSAFE, matter=CERTIFICATE, person=PERSON, failsafe="page.crashed")
    found = {
        "failsafe-nothing": at,
        "failsafe-not-kept": replace(at, submission=submission(CaseState.NOT_SENT, fault="outbox.full")),
        "failsafe-unknown": replace(at, submission=submission(CaseState.NOT_SENT)),
    }
    for state in CaseState:
        if state is not CaseState.NOT_SENT:
            said = answer() if state not in (CaseState.QUEUED, CaseState.SET_ASIDE) else None
            found[f"failsafe-{state.value}"] = replace(at, submission=submission(state, answer=said))
    return found


def _overlays() -> dict[str, Visit]:
    home = Visit(number=1)
    filling = form_step(2)
    done = done_pages()["done-certificate"]
    guide = _guides()["guide"]

    def appointment(state: AppointmentState, number: str = "") -> Visit:
        made = Appointment(state, "2026-11-25", "morning", number)
        return replace(guide, overlay=Overlay.APPOINTMENT, appointment=made)

    def asking(kind: str, state: AskingState = AskingState.OPEN, at: Visit = guide, **more: object) -> Visit:
        made = Asking(kind, state, number="SQ20261124-0001-7f3a" if state is AskingState.SENT else "")
        return replace(at, overlay=Overlay.ASKING, asking=replace(made, **more))  # type: ignore[arg-type]

    return {
        "asking-green-channel": replace(asking("green_channel"), priority="elderly"),
        "asking-green-channel-home": asking("green_channel", at=home),
        "asking-home-visit": asking("home_visit", reasons=("cannot_walk",)),
        "asking-phone": asking("home_visit", AskingState.PHONE, reasons=("cannot_walk",)),
        "asking-complaint": asking("complaint", at=home),
        "asking-complaint-unspoken": asking("complaint", unspoken=True, at=home),
        "asking-complaint-written": asking("complaint", text="等了一个小时，没有人来管。", at=home),
        "asking-text": asking("complaint", AskingState.TEXT, text="等了一个小时，没有人来管。"),
        **_phoning(),
        **recording_pages(home),
        "asking-sending": asking("complaint", AskingState.SENDING),
        "asking-sent": asking("home_visit", AskingState.SENT),
        "asking-queued": asking("complaint", AskingState.QUEUED),
        "asking-failed": asking("green_channel", AskingState.FAILED),
        "paper": replace(
            done,
            overlay=Overlay.PAPER,
            paper_text=PaperText(PaperTextState.READ, "受理通知书", ON_PAPER),
        ),
        "paper-reading": replace(done, overlay=Overlay.PAPER, paper_text=PaperText(title="受理通知书")),
        "paper-failed": replace(
            done, overlay=Overlay.PAPER, paper_text=PaperText(PaperTextState.FAILED, "受理通知书")
        ),
        "help-identify": replace(_identify()["identify-waiting"], overlay=Overlay.HELP, help=HelpState.OPEN),
        "appointment-queued": appointment(AppointmentState.QUEUED),
        "appointment-open": replace(guide, overlay=Overlay.APPOINTMENT),
        "appointment-making": appointment(AppointmentState.MAKING),
        "appointment-made": appointment(AppointmentState.MADE, "YY20261124-0001-7f3a"),
        "appointment-failed": appointment(AppointmentState.FAILED),
        "asleep": replace(home, overlay=Overlay.ASLEEP),
        "help-open": replace(filling, overlay=Overlay.HELP, help=HelpState.OPEN),
        "help-calling": replace(filling, overlay=Overlay.HELP, help=HelpState.CALLING),
        "help-called": replace(filling, overlay=Overlay.HELP, help=HelpState.CALLED),
        "help-failed": replace(home, overlay=Overlay.HELP, help=HelpState.FAILED),
        "tools": replace(home, overlay=Overlay.TOOLS),
        "take-card": replace(home, overlay=Overlay.TAKE_CARD, card_on="samv"),
        "take-social-card": replace(home, overlay=Overlay.TAKE_CARD, card_on="social_security"),
        "leave-cleared": replace(filling, overlay=Overlay.LEAVE),
        "leave-nothing": replace(_guides()["guide"], overlay=Overlay.LEAVE),
        "leave-submitted": replace(done, overlay=Overlay.LEAVE),
        "leave-printing": replace(done_pages()["done-printing"], overlay=Overlay.LEAVE),
        "leave-unprinted": replace(done_pages()["done-not-printed"], overlay=Overlay.LEAVE),
        "leave-queued": replace(done_pages()["done-queued"], overlay=Overlay.LEAVE),
        "leave-refused": replace(done_pages()["done-refused"], overlay=Overlay.LEAVE),
        "idle": replace(filling, overlay=Overlay.IDLE, idle_left=38),
        "idle-done": replace(done, overlay=Overlay.IDLE, idle_left=7),
    }


ON_PAPER: Final = (
    *("平顶山市政务服务中心", "您的申请已被受理。"),
    *("办件编号 1141 0400 0058 A614 7B34 1072 3011 0002 0261 1240 001", "流水号 7KQ4 M2XH 9T"),
    *("事项名称 社会保险参保缴费凭证打印", "实施机关 平顶山市社会保险中心", "申请人 张*国"),
    *("证件号码 410***********0014", "申请时间 2026年11月24日 10:24", "已收到 居民身份证"),
    *("接下来 证明当场打印，可以直接使用。", "手机扫码查看办理进度"),
    "热敏纸字迹会变淡，请拍照留存。",
)
IN_OFFICE_HOURS: Final = APPLICATION.model_copy(
    update={"hours": (Slot.model_validate({"days": ["workday"], "from": "14:00", "until": "17:00"}),)}
)


def _guides() -> dict[str, Visit]:
    at = Visit(number=1, page=Page.GUIDE, matter=APPLICATION)

    def paper(state: PaperState, fault: str | None = None, tries: int = 1) -> Visit:
        return replace(at, guide_paper=Paper(PaperKind.GUIDE, state=state, fault=fault, tries=tries))

    closed = {APPLICATION.task_code: "no_document_printer"}
    found = {f"guide-{matter.shape.value}": replace(at, matter=matter) for matter in CATALOGUE}
    found["guide-pre-application"] = replace(at, matter=PRE_APPLICATION)
    found |= {
        "guide": at,
        "guide-in-full": replace(at, guide_expanded=True),
        "guide-in-full-last-page": replace(at, guide_expanded=True, guide_page=99),
        "guide-printing": paper(PaperState.PRINTING),
        "guide-printed": paper(PaperState.PRINTED, tries=2),
        "guide-not-printed": paper(PaperState.NOT_PRINTED, "printer.paper_jam"),
        "guide-unavailable": replace(at, unavailable=closed),
        "guide-closed": replace(
            at, matter=IN_OFFICE_HOURS, unavailable={IN_OFFICE_HOURS.task_code: "closed"}
        ),
    }
    return found


def _lists() -> dict[str, Visit]:
    codes = tuple(matter.task_code for matter in CATALOGUE)[:9]  # two pages of them
    at = Visit(number=1, page=Page.MATTERS, browse=Browse(found=codes))
    department = CATALOGUE.departments[0].zh
    cared = tuple(matter.task_code for matter in CATALOGUE.listing(theme="养老"))
    some = tuple(matter.task_code for matter in CATALOGUE.listing(department=department))
    return {
        "home": Visit(number=1),
        "home-again": Visit(number=2, person=PERSON),
        "home-unavailable": Visit(number=1, unavailable={CERTIFICATE.task_code: "no_document_printer"}),
        "matters": at,
        "matters-last-page": replace(at, browse=replace(at.browse, page=99)),
        "matters-theme": replace(at, browse=Browse(theme="养老", found=cared)),
        "matters-department": replace(at, browse=Browse(department=department, found=some)),
        "matters-search": replace(at, browse=Browse(searching=True, found=codes)),
        "matters-found": replace(at, browse=Browse(text="sb", searching=True, found=(codes[0], *some[2:4]))),
        "matters-nothing": replace(at, browse=Browse(text="xyz", searching=True)),
        "matters-unavailable": replace(at, unavailable={codes[0]: "no_document_printer"}),
    }


_ALL: Final[dict[str, Visit]] = {
    **_lists(),
    **_guides(),
    **_identify(),
    **_ineligible(),
    **form_pages(),
    **_notices(),
    **handing_pages(),
    **_checks(),
    **submitting_pages(),
    **result_pages(),
    **done_pages(),
    **joint_pages(),
    **_failsafe(),
    **_overlays(),
}
# Each is a visit of its own, so that nothing typed on one picture shows on the next.
PAGES: Final = {name: replace(visit, number=number) for number, (name, visit) in enumerate(_ALL.items(), 1)}
