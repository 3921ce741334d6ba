"""How a person's cases stand, and what is handed in later, as states."""

from __future__ import annotations

from dataclasses import replace

from kiosk.delivery.application import Answer, WantedMaterial
from kiosk.delivery.own_cases import OwnCase
from kiosk.matters.models import MaterialSource
from kiosk.visit.state import (
    CasesState,
    CaseState,
    Given,
    Handing,
    MaterialStatus,
    MaterialView,
    Page,
    Paper,
    PaperKind,
    PaperState,
    Submission,
    Visit,
    Way,
)
from tests.screens.samples import APPLICATION, CERTIFICATE, FILING, JUST_NOW, PERSON, PROJECT_NO, SERIAL

_AT = "2026-11-20T02:24:00+00:00"
_OWED = tuple(
    WantedMaterial(each.code, each.name.zh, "2026-12-24")
    for each in APPLICATION.guide.materials
    if each.source in (MaterialSource.APPLICANT, MaterialSource.DECLARATION)
)
_LATE = WantedMaterial("HOME_PROOF", "新住处证明", "2026-11-01")
_NEXT = f"{PROJECT_NO[:-1]}9"


def handing_pages() -> dict[str, Visit]:
    owing = OwnCase(
        APPLICATION.task_code,
        APPLICATION.name.zh,
        SERIAL,
        Answer(PROJECT_NO, "accepted", received_at=_AT, owed=_OWED),
    )
    wanted = Answer(_NEXT, "supplement", received_at=_AT, supplements=(_OWED[0], _LATE))
    done = Answer(f"{PROJECT_NO[:-1]}8", "accepted", received_at=_AT, promised_by="2026-12-01")
    cases = (
        owing,
        OwnCase(APPLICATION.task_code, "", SERIAL, wanted),
        OwnCase(FILING.task_code, "", SERIAL, done),
        OwnCase(CERTIFICATE.task_code, "", SERIAL, Answer("A1", "refused", received_at=_AT)),
        OwnCase(CERTIFICATE.task_code, "", SERIAL, Answer("A2", "received", received_at=_AT)),
        OwnCase("9" * 31, "本机没有的事项", SERIAL, Answer("A3", "supplement")),
        OwnCase("9" * 31, "", "", Answer("A4", "accepted")),
    )
    at = Visit(number=1, page=Page.CASES, person=PERSON, handing=Handing(CasesState.SHOWN, cases))
    sources = {each.code: each.source for each in APPLICATION.guide.materials}
    ways = tuple(
        (each.code, Way.DECLARE if sources[each.code] is MaterialSource.DECLARATION else Way.SCAN)
        for each in _OWED
    )
    scanning = next(code for code, way in ways if way is Way.SCAN)
    chosen = Handing(CasesState.SHOWN, cases, chosen=owing, ways=ways, scanning=scanning)
    later = replace(at, page=Page.HAND_IN, matter=APPLICATION, handing=chosen)
    given = (Given(_OWED[0].code, "provided", "ELC"),)
    some = replace(later, handing=replace(chosen, given=given, scanning=""))
    slip = Paper(PaperKind.SLIP, state=PaperState.PRINTED)
    handed = Submission("key", SERIAL, CaseState.ACCEPTED, (), JUST_NOW, _AT, papers=(slip,), of=PROJECT_NO)
    views = tuple(MaterialView(each.code, MaterialStatus.OWED, True, each.until) for each in _OWED[1:])
    ended = replace(some, page=Page.DONE, materials=views)
    return {
        "cases": at,
        "cases-none": replace(at, handing=Handing(CasesState.SHOWN)),
        "cases-failed": replace(at, handing=Handing(CasesState.FAILED, fault="platform.unreachable")),
        "hand-in": later,
        "hand-in-scanned": some,
        "done-handed": replace(
            ended, submission=replace(handed, answer=Answer(PROJECT_NO, "accepted", owed=_OWED[1:]))
        ),
        "done-handed-queued": replace(ended, submission=replace(handed, state=CaseState.QUEUED)),
    }
