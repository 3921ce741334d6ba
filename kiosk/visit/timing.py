"""Time-outs that can always be answered, and never run while the terminal itself is at work."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import submitting
from kiosk.visit.events import AnyTouch, Tick
from kiosk.visit.finishing import end_visit
from kiosk.visit.state import AppointmentState, IdentifyPhase, KeepingState, Overlay, Page, Visit
from kiosk.visit.world import Step, World

IDLE_SECONDS = 120.0
IDLE_ELDER_SECONDS = 300.0
DONE_SECONDS = 60.0  # after the papers are out
WARNING_SECONDS = 45.0
ASLEEP_SECONDS = 60.0
TAKE_CARD_SECONDS = 8.0  # long enough to turn round for it
LONG_TEXT_SECONDS = 60.0  # more for a page full of text


def tick(visit: Visit, event: Tick, world: World) -> Step:
    visit = submitting.show_done_meanwhile(visit, world)
    if visit.overlay is Overlay.ASLEEP:  # nobody is here: dusk and dawn show at once
        return (visit if visit.mode == world.home_mode else replace(visit, mode=world.home_mode)), ()
    if working(visit):
        return visit, ()
    idle = world.now - visit.last_touch
    if visit.page is Page.HOME and visit.person is None:
        return _tick_home(visit, idle, world)
    limit = limit_seconds(visit)
    if idle < limit:
        return visit, ()
    left = int(limit + WARNING_SECONDS - idle + 0.999)
    if left <= 0:
        return end_visit(visit, world, "idle")
    return replace(visit, overlay=Overlay.IDLE, idle_left=left), ()


def touched(visit: Visit, event: AnyTouch, world: World) -> Step:
    if visit.overlay is Overlay.IDLE:
        return visit, ()  # the warning is answered by its own two buttons
    return replace(visit, last_touch=world.now), ()


def working(visit: Visit) -> bool:
    """While submitting, printing or verifying, the citizen waits for us, not we for the citizen."""
    verifying = visit.page is Page.IDENTIFY and visit.identify.phase in (
        IdentifyPhase.VERIFYING,
        IdentifyPhase.READING,
    )
    booking = visit.appointment.state is AppointmentState.MAKING
    keeping = visit.keeping.state is KeepingState.KEEPING
    return visit.page is Page.SUBMITTING or verifying or booking or keeping or submitting.printing(visit)


def limit_seconds(visit: Visit) -> float:
    base = IDLE_ELDER_SECONDS if visit.mode.elder else IDLE_SECONDS
    if visit.page is Page.DONE:
        return max(DONE_SECONDS, base / 2)
    if visit.page is Page.FAILSAFE:
        return DONE_SECONDS
    long_text = visit.guide_expanded or visit.page in (Page.NOTICE, Page.CHECK, Page.RESULT)
    return base + (LONG_TEXT_SECONDS if long_text else 0.0)


def _tick_home(visit: Visit, idle: float, world: World) -> Step:
    if visit.overlay is Overlay.TAKE_CARD:
        return (replace(visit, overlay=Overlay.NONE, card_on="") if idle >= TAKE_CARD_SECONDS else visit), ()
    if idle < ASLEEP_SECONDS:
        return visit, ()
    asleep = Visit(
        number=visit.number,
        mode=world.home_mode,
        overlay=Overlay.ASLEEP,
        unavailable=visit.unavailable,
        readers=visit.readers,
        reader_fault=visit.reader_fault,
        readers_permanent=visit.readers_permanent,
    )
    return replace(asleep, last_touch=world.now), ()
