"""From submitting to the rating, as states: what the platform has said, and which papers are out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.delivery.application import Answer, AnswerState, Document, PartAnswer, ResultTable, WantedMaterial
from kiosk.matters.models import Matter, Question
from kiosk.visit.state import (
    CaseState,
    Form,
    FormStep,
    MaterialStatus,
    Page,
    Paper,
    PaperKind,
    PaperState,
    Rating,
    RatingState,
    StepName,
    StepState,
    Submission,
    Visit,
)
from tests.screens.pages_materials import views
from tests.screens.samples import (
    APPLICATION,
    BY_CODE,
    CATALOGUE,
    CERTIFICATE,
    FILING,
    JUST_NOW,
    LONG_AGO,
    OLD_CARD,
    PERSON,
    PRE_APPLICATION,
    PROJECT_NO,
    QUERY,
    SERIAL,
)


def steps(**states: StepState) -> tuple[tuple[StepName, StepState], ...]:
    return tuple((StepName(name), state) for name, state in states.items())


TODAY: Final = "2026-11-24"
"""The platform gives a last day with everything, also with what is done at once."""


WAITING, RUNNING, OK, LOST = StepState.WAITING, StepState.RUNNING, StepState.DONE, StepState.FAILED


ALL_STEPS: Final = steps(keep=OK, send=OK, decide=OK, fetch=OK, print=OK)


def answer(state: str = "accepted", **more: object) -> Answer:
    return Answer(PROJECT_NO, state, **more)  # type: ignore[arg-type]


def submission(state: CaseState = CaseState.ACCEPTED, **more: object) -> Submission:
    made = Submission("key", SERIAL, state, ALL_STEPS, JUST_NOW, "2026-11-24T02:24:00Z")
    return replace(made, **more)  # type: ignore[arg-type]


def rehearsed(matter: Matter) -> Form:
    """Its form, filled in as its own rehearsal fills it in."""
    steps = tuple(FormStep(question.key) for question in matter.form if isinstance(question, Question))
    return Form(steps=steps, answers=matter.rehearsal.answers)


def submitting_pages() -> dict[str, Visit]:
    at = Visit(number=1, page=Page.SUBMITTING, matter=CERTIFICATE, person=PERSON)
    keeping = steps(keep=RUNNING, send=WAITING, decide=WAITING, fetch=WAITING, print=WAITING)
    sending = steps(keep=OK, send=RUNNING, decide=WAITING, fetch=WAITING, print=WAITING)
    printing = steps(keep=OK, send=OK, decide=OK, fetch=OK, print=RUNNING)
    away = steps(keep=OK, send=LOST, decide=WAITING, fetch=WAITING, print=RUNNING)
    queued = CaseState.QUEUED
    return {
        "submitting-keeping": replace(at, submission=submission(CaseState.NOT_SENT, steps=keeping)),
        "submitting-sending": replace(at, submission=submission(queued, steps=sending)),
        "submitting-long": replace(at, submission=submission(queued, steps=sending, began=LONG_AGO)),
        "submitting-printing": replace(at, submission=submission(steps=printing, answer=answer())),
        "submitting-away": replace(at, submission=submission(queued, steps=away)),
    }


def result_pages() -> dict[str, Visit]:
    columns = ("月份", "单位", "缴存额（元）", "余额（元）")
    months = tuple(f"{2026 - (n + 2) // 12}年{12 - (n + 2) % 12}月" for n in range(26))  # October, and back
    rows = tuple(
        (month, "平顶山市某某有限公司", "1,286.00", f"{64000 - 1286 * n:,}.00")
        for n, month in enumerate(months)
    )
    at = Visit(number=1, page=Page.RESULT, matter=QUERY, person=PERSON)

    def shown(table: ResultTable, page: int = 0) -> Visit:
        return replace(at, submission=submission(answer=answer(result=table)), result_page=page)

    wide = ResultTable(
        "缴费明细",
        ("缴费月份", "险种", "单位名称", "缴费基数", "单位缴费", "个人缴费", "到账情况"),
        tuple(
            (
                month,
                "企业职工基本养老保险",
                "平顶山市某某有限公司",
                "4,286",
                "685.76",
                "342.88",
                "已到账",
            )
            for month in months[:3]
        ),
        "数据截至昨天24时",
    )
    return {
        "result": shown(ResultTable("缴存明细", columns, rows, "数据截至昨天24时")),
        "result-last-page": shown(ResultTable("缴存明细", columns, rows), 99),
        "result-wide": shown(wide),
        "result-empty": shown(ResultTable("缴存明细", columns, ())),
    }


def done_pages() -> dict[str, Visit]:
    at = Visit(number=1, page=Page.DONE, matter=CERTIFICATE, person=PERSON)

    def papers(
        slip: PaperState, document: PaperState | None = None, fault: str | None = None, tries: int = 1
    ) -> tuple[Paper, ...]:
        found = [Paper(PaperKind.SLIP, state=slip, tries=tries, fault=fault)]
        if document is not None:
            title = "社会保险参保缴费凭证"
            found.append(
                Paper(PaperKind.DOCUMENT, title, "doc-1", document, fault=fault, tries=tries, fetched=True)
            )
        return tuple(found)

    printed, lost = PaperState.PRINTED, PaperState.NOT_PRINTED
    good = replace(
        at,
        submission=submission(
            answer=answer(documents=(Document("doc-1", "社会保险参保缴费凭证", 1),), promised_by=TODAY)
        ),
    )

    def with_papers(visit: Visit, found: tuple[Paper, ...]) -> Visit:
        assert visit.submission is not None
        return replace(visit, submission=replace(visit.submission, papers=found))

    certificate = with_papers(good, papers(printed, printed))
    owing = replace(
        at,
        matter=APPLICATION,
        materials=views(APPLICATION, MaterialStatus.OWED),
        submission=submission(
            CaseState.RECEIVED,
            answer=answer("received", promised_by="2026-12-01"),
            papers=papers(printed),
        ),
    )

    def ended(state: CaseState, said: Answer | None, matter: Matter = APPLICATION) -> Visit:
        return replace(
            at, matter=matter, submission=submission(state, answer=said, papers=papers(printed), fault="x.y")
        )

    refused = answer(
        "refused",
        reason_zh="单位已经给您办了就业登记，不能再登记灵活就业。",
        reason_en="An employer has registered you already.",
    )
    supplement = answer(
        "supplement",
        reason_zh="接单记录看不清，请补交。",
        supplements=(WantedMaterial("WORK_PROOF", "近一个月的接单记录", "2026-12-24"),),
    )
    unconfirmed = replace(
        at,
        matter=APPLICATION,
        submission=submission(CaseState.SET_ASIDE, papers=papers(printed), fault="delivery.unconfirmed"),
    )
    found = {
        "done-certificate": certificate,
        "done-printing": with_papers(good, papers(printed, PaperState.PRINTING)),
        "done-not-printed": with_papers(good, papers(printed, lost, "printer.paper_out")),
        "done-not-printed-thrice": with_papers(good, papers(lost, lost, "printer.paper_jam", tries=3)),
        "done-print-unknown": with_papers(good, papers(printed, PaperState.UNKNOWN)),
        "done-pre-application": ended(CaseState.RECEIVED, answer("received"), PRE_APPLICATION),
        "done-filing": replace(
            certificate,
            matter=FILING,
            submission=submission(answer=answer(promised_by=TODAY), papers=papers(printed)),
        ),
        "done-query-unprinted": replace(
            certificate,
            matter=QUERY,
            submission=submission(
                answer=answer(documents=(Document("doc-1", "公积金明细", 1),), promised_by=TODAY)
            ),
        ),
        "done-application": ended(CaseState.ACCEPTED, answer(promised_by="2026-12-01")),
        "done-owing": owing,
        "done-queued": ended(CaseState.QUEUED, None, CERTIFICATE),
        "done-refused": ended(CaseState.REFUSED, refused),
        "done-supplement": ended(CaseState.SUPPLEMENT, supplement),
        "done-set-aside": ended(CaseState.SET_ASIDE, None),
        "done-unconfirmed": unconfirmed,
        "done-received-without-paper": ended(CaseState.RECEIVED, answer("received"), CERTIFICATE),
        "done-rating-reasons": replace(certificate, rating=Rating(RatingState.REASONS, 1)),
        "done-by-social-card": replace(certificate, person=OLD_CARD),
        "done-by-code": replace(certificate, person=BY_CODE),
    }
    for state in (RatingState.SENDING, RatingState.SENT, RatingState.KEPT, RatingState.SKIPPED):
        found[f"done-rating-{state.value}"] = replace(certificate, rating=Rating(state, 5))
    return found


def joint_pages() -> dict[str, Visit]:
    """One thing, done once: what the guide, the check page and the done page say of its parts."""
    matter = next(each for each in CATALOGUE if len(each.parts) > 3)
    parts = tuple(sorted(matter.parts, key=lambda part: not part.lead))
    states: tuple[AnswerState, ...] = ("accepted", "received", "supplement", "refused")
    told = tuple(PartAnswer(part.task_code, state) for part, state in zip(parts, states, strict=False))
    at = Visit(number=1, page=Page.GUIDE, matter=matter, person=PERSON, parts=parts)
    waiting = submission(CaseState.QUEUED, papers=(Paper(PaperKind.SLIP, state=PaperState.PRINTED, tries=1),))
    answered = replace(waiting, state=CaseState.RECEIVED, answer=answer("received", parts=told))
    return {
        "guide-joint": replace(at, person=None),
        "check-joint": replace(
            at, page=Page.CHECK, materials=views(matter, MaterialStatus.OWED), form=rehearsed(matter)
        ),
        "done-joint": replace(at, page=Page.DONE, submission=answered),
        "done-joint-queued": replace(at, page=Page.DONE, submission=waiting),
    }
