"""Papers of an earlier visit that did not come out: offered to the same person, after the card.

They are printed as the visit would have printed them: the done page of that application comes back, with its
number, its state of today, and the papers on their way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.delivery.owed import OwedPapers
from kiosk.matters.joint import parts_for
from kiosk.matters.models import Matter
from kiosk.visit import events as ev
from kiosk.visit import resuming, submitting
from kiosk.visit.effects import CountOffer, WriteEvent
from kiosk.visit.state import (
    CaseState,
    Form,
    Keeping,
    MaterialStatus,
    MaterialView,
    Page,
    Paper,
    PaperKind,
    PaperState,
    Rating,
    StepName,
    StepState,
    Submission,
    Visit,
)
from kiosk.visit.world import SHANGHAI, Step, World


def begin(visit: Visit, world: World) -> Step:
    """After the identity: what is owed is offered first, then what was kept, else the form begins."""
    if offered(visit, world) is None:
        return resuming.begin(visit, world)
    return replace(visit, page=Page.OWED), ()


def offered(visit: Visit, world: World) -> OwedPapers | None:
    """The newest that this terminal can print now."""
    if "receipt" not in world.printers or visit.person is None:
        return None
    return next((each for each in visit.owed if world.catalogue.by_code(each.task_code)), None)


def print_owed(visit: Visit, event: ev.PrintOwed, world: World) -> Step:
    owed = offered(visit, world)
    matter = world.catalogue.by_code(owed.task_code) if owed else None
    if owed is None or matter is None:
        return resuming.begin(visit, world)
    applied = datetime.fromisoformat(owed.applied_at)
    printable = "document" in world.printers
    documents = tuple(
        Paper(
            PaperKind.DOCUMENT,
            each.title,
            each.id,
            state=PaperState.WAITING if printable else PaperState.NOT_PRINTED,
            fault=None if printable else "printer.no_document_printer",
        )
        for each in (owed.answer.documents if owed.answer else ())
    )
    restored = replace(
        visit,
        page=Page.DONE,
        matter=matter,
        form=Form(answers=dict(owed.answers)),
        keeping=Keeping(),
        materials=_materials(matter, owed, applied),
        parts=()
        if owed.of
        else parts_for(matter, owed.answers, visit.facts, applied.astimezone(SHANGHAI).date()),
        owed=tuple(each for each in visit.owed if each is not owed),
        rating=Rating(),  # who has rated it before is told so by the platform
        submission=Submission(
            key=owed.key,
            serial=owed.serial,
            state=CaseState(owed.state),
            steps=((StepName.PRINT, StepState.RUNNING),),
            began=world.now,
            began_utc=owed.applied_at,
            answer=owed.answer,
            fault=owed.fault,
            reached=owed.reached,
            papers=(Paper(PaperKind.SLIP), *documents),
            of=owed.of,
        ),
    )
    printing, effects = submitting.print_result(restored, ev.PrintResult(), world)
    return printing, (CountOffer(owed.key), WriteEvent("print.again", (("key", owed.key),)), *effects)


def not_now(visit: Visit, event: ev.LeaveOwed, world: World) -> Step:
    """It stays owed, and is not asked about again in this visit."""
    return resuming.begin(replace(visit, owed=()), world)


def _materials(matter: Matter, owed: OwedPapers, applied: datetime) -> tuple[MaterialView, ...]:
    """As they were handed in; until when something may follow, by the platform's day where it gave one."""
    known = {each.code: each for each in matter.guide.materials}
    told = {each.code: each.until for each in (owed.answer.owed if owed.answer else ())}
    day = applied.astimezone(SHANGHAI).date()
    views = []
    for code, status in owed.materials:
        if code in known:
            owing = known[code].owing
            until = (day + timedelta(days=owing.days)).isoformat() if owing else ""
            views.append(
                MaterialView(code, MaterialStatus(status), owing is not None, told.get(code) or until)
            )
    return tuple(views)
