"""Writing with the own telephone what is long to type: nothing goes into a field unchecked."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.effects import CloseWritingPlace, OpenWritingPlace
from kiosk.visit.finishing import answered
from kiosk.visit.state import AskingState, Overlay, Page, PhoneState, PhoneText, Visit
from kiosk.visit.world import Step, World

MOST_CHARACTERS = 2000


def open_phone(visit: Visit, event: ev.OpenPhone, world: World) -> Step:
    """From a question of the form, or from what is written beside a complaint; also once more."""
    asking = visit.overlay is Overlay.ASKING and visit.asking.state is AskingState.TEXT
    filling = visit.page is Page.FORM and visit.overlay is Overlay.NONE
    again = visit.overlay is Overlay.PHONE and visit.phone is not None
    if not (asking or filling or again) or not 1 <= event.most <= MOST_CHARACTERS:
        return visit, ()
    phone = PhoneText(world.new_key(), event.most)
    opened = replace(visit, overlay=Overlay.PHONE, phone=phone)
    return opened, (OpenWritingPlace(visit.number, phone.place, phone.most),)


def opened(visit: Visit, event: ev.PhoneOpened, world: World) -> Step:
    if not _waits(visit, event, PhoneState.OPENING):
        return visit, ()
    return _now(visit, PhoneState.OPEN, world, url=event.url, until=world.now + event.seconds)


def read(visit: Visit, event: ev.PhoneRead, world: World) -> Step:
    return _now(visit, PhoneState.READ, world) if _waits(visit, event, PhoneState.OPEN) else (visit, ())


def written(visit: Visit, event: ev.PhoneWritten, world: World) -> Step:
    """Somebody is here: who has written looks up now."""
    if not _waits(visit, event, PhoneState.OPEN, PhoneState.READ):
        return visit, ()
    return _now(visit, PhoneState.WRITTEN, world, text=event.text, url="")


def expired(visit: Visit, event: ev.PhoneExpired, world: World) -> Step:
    if not _waits(visit, event, PhoneState.OPEN, PhoneState.READ):
        return visit, ()
    assert visit.phone is not None
    return replace(visit, phone=replace(visit.phone, state=PhoneState.EXPIRED, url="")), ()


def failed(visit: Visit, event: ev.PhoneFailed, world: World) -> Step:
    if not _waits(visit, event, PhoneState.OPENING, PhoneState.OPEN, PhoneState.READ):
        return visit, ()
    assert visit.phone is not None
    told = replace(visit.phone, state=PhoneState.FAILED, url="", fault=event.fault)
    return replace(visit, phone=told).with_fault(event.fault), ()


def take(visit: Visit, event: ev.TakeText, world: World) -> Step:
    """The page has put it into its field; a complaint's stands in the visit itself."""
    if visit.phone is None or visit.phone.state is not PhoneState.WRITTEN:
        return visit, ()
    if visit.asking.state is AskingState.TEXT:
        visit = replace(visit, asking=replace(visit.asking, text=visit.phone.text))
    return leave(visit, ev.LeavePhone(), world)


def leave(visit: Visit, event: ev.LeavePhone, world: World) -> Step:
    if visit.phone is None:
        return visit, ()
    return replace(visit, overlay=below(visit), phone=None), (CloseWritingPlace(),)


def below(visit: Visit) -> Overlay:
    """What lies under the page for the telephone."""
    return Overlay.ASKING if visit.asking.state is AskingState.TEXT else Overlay.NONE


def _waits(visit: Visit, event: ev.PhoneEvent, *states: PhoneState) -> bool:
    phone = visit.phone
    return phone is not None and phone.place == event.place and phone.state in states


def _now(visit: Visit, state: PhoneState, world: World, **more: object) -> Step:
    assert visit.phone is not None
    phone = replace(visit.phone, state=state, **more)  # type: ignore[arg-type]
    return replace(answered(visit), phone=phone, last_touch=world.now), ()
