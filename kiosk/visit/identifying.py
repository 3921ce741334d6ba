"""The card or the code: asked for once a visit, on every reader at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from devices.contract import (
    CardLifted,
    CodeScanned,
    IdentityDocument,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
)
from kiosk.matters.ages import full_years
from kiosk.matters.rules import Facts
from kiosk.visit import events as ev
from kiosk.visit import handing, reprinting
from kiosk.visit.effects import ArmIdentity, DisarmIdentity, VerifyIdentity, WriteEvent
from kiosk.visit.state import ELDERLY_YEARS, Handing, Identify, IdentifyPhase, Overlay, Page, Person, Visit
from kiosk.visit.world import Step, World

# A fault of the platform or of the line to it does not stop somebody who holds a card: the platform
# verifies later, from the application itself.  A code means nothing without the platform.
PLATFORM_AWAY_PREFIX = "platform."

CARD_SOURCES = ("samv", "social_security")


def begin_identify(visit: Visit, world: World) -> Step:
    waiting = replace(visit, page=Page.IDENTIFY, identify=Identify(since=world.now))
    if visit.readers == frozenset() and visit.reader_fault and visit.reader_fault not in visit.faults:
        waiting = waiting.with_fault(visit.reader_fault)  # nothing answers, and has not for a while
    return waiting, (ArmIdentity(), WriteEvent("identity.begin"))


def reading(visit: Visit, event: IdentityReading, world: World) -> Step:
    if visit.identify.phase not in (IdentifyPhase.WAITING, IdentifyPhase.FAILED):
        return visit, ()
    return replace(visit, identify=replace(visit.identify, phase=IdentifyPhase.READING, fault=None)), ()


def read(visit: Visit, event: IdentityRead, world: World) -> Step:
    return _verify(visit, event.document, "")


def scanned(visit: Visit, event: CodeScanned, world: World) -> Step:
    return _verify(visit, None, event.code)


def failed(visit: Visit, event: IdentityFailed, world: World) -> Step:
    if visit.identify.phase in (IdentifyPhase.VERIFYING, IdentifyPhase.DONE):
        return visit, ()  # a second card on another reader does not undo the first
    return _failed(visit, event.fault.code), (_end("failed"),)


def lifted(visit: Visit, event: CardLifted, world: World) -> Step:
    """A card is gone.  Some readers cannot tell; those that can end every reminder of it."""
    if visit.page is Page.IDENTIFY and visit.identify.phase is IdentifyPhase.READING:
        return _failed(visit, "card.lifted_early"), ()
    if visit.overlay is Overlay.TAKE_CARD:
        return replace(visit, overlay=Overlay.NONE, card_on=""), ()
    return (replace(visit, card_on="") if visit.card_on else visit), ()


def verified(visit: Visit, event: ev.Verified, world: World) -> Step:
    pending = visit.person
    if visit.identify.phase is not IdentifyPhase.VERIFYING or pending is None:
        return visit, ()
    asked = pending.code or pending.document.number
    if asked != (event.person.code or event.person.document.number):
        return visit, ()  # the answer to a card that was laid before this one
    return _known(replace(visit, saved=event.saved, owed=event.owed), event.person, world.today), (
        _end("verified"),
    )


def not_verified(visit: Visit, event: ev.NotVerified, world: World) -> Step:
    pending = visit.person
    if visit.identify.phase is not IdentifyPhase.VERIFYING:
        return visit, ()
    if pending and not pending.code and event.fault.startswith(PLATFORM_AWAY_PREFIX):
        told = replace(visit, saved=event.saved, owed=event.owed).with_fault(event.fault)
        away = _known(told, replace(pending, offline=True), world.today)
        return away, (_end("offline"),)
    waiting = _failed(replace(visit, person=None), event.fault)
    return waiting, (ArmIdentity(), _end("failed"))


def readers_changed(visit: Visit, event: ev.ReadersChanged, world: World) -> Step:
    """The page names only what answers; a reader that goes while it is asked for is part of the visit."""
    lost = event.fault or ("" if event.ready else visit.reader_fault)
    known = replace(visit, readers=event.ready, reader_fault=lost, readers_permanent=event.permanent)
    asked = visit.page is Page.IDENTIFY and visit.identify.phase is not IdentifyPhase.DONE
    new = asked and event.fault and event.fault not in visit.faults
    return (known.with_fault(event.fault) if new else known), ()


def go_on(visit: Visit, event: ev.Continue, world: World) -> Step:
    if visit.identify.phase is not IdentifyPhase.DONE:
        return visit, ()
    if visit.matter is None:  # who has asked how a matter stands
        return handing.look(visit, world)
    return reprinting.begin(visit, world)


def back(visit: Visit, event: ev.Back, world: World) -> Step:
    # Who is still being verified is not here yet; who was verified stays, the card is asked for once.
    person = visit.person if visit.identify.phase is IdentifyPhase.DONE else None
    if visit.matter is None:
        left = replace(visit, page=Page.HOME, person=person, identify=Identify(), handing=Handing())
        return left, (DisarmIdentity(),)
    return replace(visit, page=Page.GUIDE, person=person, identify=Identify()), (DisarmIdentity(),)


def _verify(visit: Visit, document: IdentityDocument | None, code: str) -> Step:
    if visit.identify.phase in (IdentifyPhase.VERIFYING, IdentifyPhase.DONE):
        return visit, ()
    pending = Person(document or IdentityDocument("scanner", "code", "", ""), code=code)
    verifying = replace(
        visit,
        person=pending,
        card_on=document.source if document is not None and document.source in CARD_SOURCES else "",
        identify=replace(visit.identify, phase=IdentifyPhase.VERIFYING, fault=None),
    )
    return verifying, (DisarmIdentity(), VerifyIdentity(visit.number, document, code))


def _known(visit: Visit, person: Person, today: date) -> Visit:
    """Who is old by the card is in the green channel without asking (Articles 18 and 23)."""
    born = Facts.of(birth=person.document.birth, number=person.document.number).birth
    old = born is not None and full_years(born, today) >= ELDERLY_YEARS
    return replace(
        visit,
        priority=visit.priority or ("elderly" if old else ""),
        person=person,
        identify=replace(visit.identify, phase=IdentifyPhase.DONE, fault=None),
    )


def _failed(visit: Visit, code: str) -> Visit:
    marked = visit.with_fault(code)
    return replace(marked, identify=replace(marked.identify, phase=IdentifyPhase.FAILED, fault=code))


def _end(disposition: str) -> WriteEvent:
    return WriteEvent("identity.end", (("disposition", disposition),))
