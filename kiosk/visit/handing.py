"""How a matter stands, and materials that come later: the same person, after the card.

Everything said of a case is the platform's own answer.  What is handed in is an application's younger
sibling: kept under a key of its own before it is called handed in, and sent after everything that the same
person has in line before it.
"""

from __future__ import annotations

from dataclasses import replace

from devices.contract import CodeScanned
from kiosk.matters.models import Material, MaterialSource
from kiosk.visit import events as ev
from kiosk.visit import submitting
from kiosk.visit.effects import ArmIdentity, DisarmIdentity, FindCases
from kiosk.visit.state import (
    CasesState,
    Form,
    Given,
    Handing,
    MaterialStatus,
    MaterialView,
    Page,
    Person,
    Visit,
    Way,
)
from kiosk.visit.world import Step, World

MOST_EVIDENCE_CHARACTERS = 512


def look(visit: Visit, world: World) -> Step:
    """After the identity: what the platform knows of this person's cases."""
    person = visit.person
    asked = replace(visit, page=Page.CASES, matter=None, submission=None)
    if person is None or person.offline or not person.token:
        away = Handing(CasesState.FAILED, fault="platform.unreachable")
        return replace(asked, handing=away), ()
    return replace(asked, handing=Handing(CasesState.LOOKING)), (FindCases(visit.number, person.token),)


def ask_again(visit: Visit, event: ev.AskProgress, world: World) -> Step:
    if visit.handing.state is CasesState.LOOKING:
        return visit, ()
    return look(visit, world)


def found(visit: Visit, event: ev.CasesFound, world: World) -> Step:
    if visit.handing.state is not CasesState.LOOKING:
        return visit, ()
    return replace(visit, handing=Handing(CasesState.SHOWN, event.cases), last_touch=world.now), ()


def not_found(visit: Visit, event: ev.CasesNotFound, world: World) -> Step:
    if visit.handing.state is not CasesState.LOOKING:
        return visit, ()
    failed = Handing(CasesState.FAILED, fault=event.fault)
    return replace(visit, handing=failed, last_touch=world.now).with_fault(event.fault), ()


def choose(visit: Visit, event: ev.ChooseCase, world: World) -> Step:
    case = next((each for each in visit.handing.cases if each.answer.project_no == event.project_no), None)
    matter = world.catalogue.by_code(case.task_code) if case is not None else None
    person = visit.person
    wanted = case.taken_here(world.today) if case is not None else ()
    if matter is None or person is None or not wanted:
        return visit, ()
    known = {each.code: each for each in matter.guide.materials}
    ways = tuple((each.code, _way(known.get(each.code), person)) for each in wanted)
    given = tuple(
        Given(code, _status_there(known.get(code), person)) for code, way in ways if way is Way.THERE
    )
    chosen = replace(visit.handing, chosen=case, ways=ways, given=given, scanning="")
    at = replace(visit, page=Page.HAND_IN, matter=matter, form=Form(), handing=_next_to_scan(chosen))
    return at, (ArmIdentity(),) if at.handing.scanning else ()


def scan_for(visit: Visit, event: ev.ScanFor, world: World) -> Step:
    if dict(visit.handing.ways).get(event.code) is not Way.SCAN:
        return visit, ()
    return replace(visit, handing=replace(visit.handing, scanning=event.code)), (ArmIdentity(),)


def scanned(visit: Visit, event: CodeScanned, world: World) -> Step:
    code = visit.handing.scanning
    said = event.code.strip()[:MOST_EVIDENCE_CHARACTERS]
    if not code or not said:
        return visit, ()
    taken = _with(visit.handing, Given(code, "provided", said))
    return replace(visit, handing=_next_to_scan(replace(taken, scanning="")), last_touch=world.now), ()


def declare(visit: Visit, event: ev.DeclareLater, world: World) -> Step:
    if dict(visit.handing.ways).get(event.code) is not Way.DECLARE:
        return visit, ()
    return replace(visit, handing=_with(visit.handing, Given(event.code, "declared"))), ()


def take_back(visit: Visit, event: ev.TakeBack, world: World) -> Step:
    if dict(visit.handing.ways).get(event.code) is Way.THERE:
        return visit, ()
    left = tuple(each for each in visit.handing.given if each.code != event.code)
    return replace(visit, handing=_next_to_scan(replace(visit.handing, given=left))), ()


def hand_in(visit: Visit, event: ev.HandIn, world: World) -> Step:
    handing = visit.handing
    if handing.chosen is None or not handing.given:
        return visit, ()
    given = {each.code: each for each in handing.given}
    views = tuple(
        MaterialView(
            each.code,
            MaterialStatus(given[each.code].status) if each.code in given else MaterialStatus.OWED,
            may_be_owed=True,
            until=each.until,
        )
        for each in handing.chosen.wanted
        if each.code in given or each in handing.chosen.answer.owed
    )
    going, effects = submitting.begin(
        replace(visit, materials=views),
        world,
        materials=tuple((each.code, each.status) for each in handing.given),
        project_no=handing.of,
        evidence={each.code: each.evidence for each in handing.given if each.evidence},
    )
    return going, (DisarmIdentity(), *effects)


def back_to_cases(visit: Visit, event: ev.Back, world: World) -> Step:
    """What was scanned and not handed in is forgotten; the list is as the platform told it."""
    shown = Handing(CasesState.SHOWN, visit.handing.cases)
    return replace(visit, page=Page.CASES, matter=None, handing=shown), (DisarmIdentity(),)


def back_home(visit: Visit, event: ev.Back, world: World) -> Step:
    return replace(visit, page=Page.HOME, matter=None, handing=Handing()), ()


def _way(material: Material | None, person: Person) -> Way:
    if material is None:
        return Way.SCAN
    if _status_there(material, person):
        return Way.THERE
    return Way.DECLARE if material.source is MaterialSource.DECLARATION else Way.SCAN


def _status_there(material: Material | None, person: Person) -> str:
    if material is None:
        return ""
    licences = {material.code, material.licence} - {""}
    if licences & person.licences or material.source is MaterialSource.PLATFORM:
        return "shared"
    if material.source is MaterialSource.CARD:
        return "shared" if person.code else "provided"
    return ""


def _with(handing: Handing, given: Given) -> Handing:
    others = tuple(each for each in handing.given if each.code != given.code)
    return replace(handing, given=(*others, given))


def _next_to_scan(handing: Handing) -> Handing:
    """The scanner waits for the next that can be scanned and has not been."""
    if handing.scanning and not handing.has(handing.scanning):
        return handing
    waits = (code for code, way in handing.ways if way is Way.SCAN and not handing.has(code))
    return replace(handing, scanning=next(waits, ""))
