"""Time-outs that can always be answered, and never run while the terminal itself is at work."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.visit.coming_out import printing, show_done_meanwhile
from kiosk.visit.events import AnyTouch, ReadAloud, TextShown, Tick
from kiosk.visit.finishing import end_visit, home_mode
from kiosk.visit.state import (
    AppointmentState,
    AskingState,
    CasesState,
    HelpState,
    IdentifyPhase,
    KeepingState,
    Overlay,
    Page,
    Visit,
    nobody_is_here,
)
from kiosk.visit.world import Step, World

IDLE_SECONDS = 120.0
IDLE_SLOW_SECONDS = 300.0  # large type, voice, keypad or scanning
HELPER_SECONDS = 900.0  # somebody was called, and may have far to come
DONE_SECONDS = 60.0  # after the papers are out
WARNING_SECONDS = 45.0
ASLEEP_SECONDS = 60.0
TAKE_CARD_SECONDS = 8.0  # long enough to turn round for it
TICK_SECONDS: Final = 1.0
AFTER_SECONDS: Final = 15.0
"""What comes after a visit, such as looking for what it left behind, goes by the second."""
REST_SECONDS: Final = 5.0
"""Nobody waits for anything.  Not longer: the wall clock may be set meanwhile."""
AT_HOME: Final = (Overlay.NONE, Overlay.ASLEEP, Overlay.TAKE_CARD)
"""Over home nothing else is left without a warning: a complaint may be half written there."""
FREE_CHARACTERS: Final = 200
"""As much of a page as the usual limit leaves time for."""
SECONDS_A_CHARACTER: Final = 0.3
"""200 characters a minute: who is tired, reads a third as fast as usual."""
MOST_FOR_TEXT_SECONDS: Final = 600.0


def tick(visit: Visit, event: Tick, world: World) -> Step:
    visit = show_done_meanwhile(visit, world)
    if visit.overlay is Overlay.ASLEEP:  # nobody is here: dusk and dawn show at once
        return (visit if visit.mode == world.home_mode else replace(visit, mode=world.home_mode)), ()
    if working(visit):
        return visit, ()
    idle = world.now - visit.last_touch
    if visit.page is Page.HOME and visit.person is None and visit.overlay in AT_HOME:
        return _tick_home(visit, idle, world)
    if visit.overlay is not Overlay.IDLE:
        if idle < limit_seconds(visit):
            return visit, ()
        visit = replace(visit, overlay=Overlay.IDLE, warned=visit.overlay, warned_at=world.now)
    # By its own beginning, so that it has its seconds whatever the limit was and is.
    left = int(visit.warned_at + WARNING_SECONDS - world.now + 0.999)
    if left <= 0:
        return end_visit(visit, world, "idle")
    return replace(visit, idle_left=left), ()


def pause_seconds(visit: Visit, now: float) -> float:
    """From one tick to the next: what comes with time alone.  All else are events, and come at once."""
    idle = now - visit.last_touch
    if not nobody_is_here(visit):
        return TICK_SECONDS
    if visit.overlay is Overlay.ASLEEP:
        return REST_SECONDS
    if idle < AFTER_SECONDS:
        return TICK_SECONDS
    return max(0.0, min(REST_SECONDS, asleep_seconds(visit) - idle))


def asleep_seconds(visit: Visit) -> float:
    """How long home stays lit for nobody."""
    return IDLE_SLOW_SECONDS if visit.mode.slow else ASLEEP_SECONDS


def touched(visit: Visit, event: AnyTouch, world: World) -> Step:
    if visit.overlay is Overlay.IDLE:
        return visit, ()  # the warning is answered by its own two buttons
    return replace(visit, last_touch=world.now), ()


def text_shown(visit: Visit, event: TextShown, world: World) -> Step:
    if visit.overlay is Overlay.IDLE:
        return visit, ()  # what lies below is what there is to read
    return replace(visit, characters=event.characters), ()


def read_aloud(visit: Visit, event: ReadAloud, world: World) -> Step:
    """Nobody is timed while being read to, but the warning's own words do not put the warning off."""
    if visit.overlay is Overlay.IDLE:
        return visit, ()
    return replace(visit, last_touch=world.now), ()


def working(visit: Visit) -> bool:
    """While submitting, printing or verifying, the citizen waits for us, not we for the citizen; and nobody
    is timed while speaking or listening to that, which have an end of their own."""
    verifying = visit.page is Page.IDENTIFY and visit.identify.phase in (
        IdentifyPhase.VERIFYING,
        IdentifyPhase.READING,
    )
    booking = visit.appointment.state is AppointmentState.MAKING
    asking = visit.asking.state is AskingState.SENDING
    spoken = visit.asking.recording
    speaking = spoken is not None and (spoken.under_way or spoken.playing)
    keeping = visit.keeping.state is KeepingState.KEEPING
    looking = visit.handing.state is CasesState.LOOKING
    calling = visit.help is HelpState.CALLING
    busy = verifying or booking or asking or speaking or keeping or looking or calling
    return visit.page is Page.SUBMITTING or busy or printing(visit)


def limit_seconds(visit: Visit) -> float:
    """How long nobody has to touch anything before the warning comes."""
    waits = visit.called_at is not None and visit.page not in (Page.DONE, Page.FAILSAFE)
    if visit.help is HelpState.CALLED or waits:
        return HELPER_SECONDS
    base = IDLE_SLOW_SECONDS if visit.mode.slow or _elsewhere(visit) else IDLE_SECONDS
    if visit.page is Page.DONE:
        base = max(DONE_SECONDS, base / 2)
    elif visit.page is Page.FAILSAFE:
        base = DONE_SECONDS
    return base + text_seconds(visit)


def _elsewhere(visit: Visit) -> bool:
    """Hands that touch nothing here: on the own telephone, in the bag for the card, at a signature."""
    looking_for_card = visit.page is Page.IDENTIFY and visit.identify.phase is not IdentifyPhase.DONE
    return (
        visit.phone is not None or looking_for_card or visit.page is Page.SIGN or bool(visit.handing.scanning)
    )


def text_seconds(visit: Visit) -> float:
    """More for a page full of text; twice as much for who reads slowly or listens."""
    more = max(0, visit.characters - FREE_CHARACTERS) * SECONDS_A_CHARACTER
    return min(MOST_FOR_TEXT_SECONDS, more * (2 if visit.mode.slow else 1))


def _tick_home(visit: Visit, idle: float, world: World) -> Step:
    if visit.overlay is Overlay.TAKE_CARD:
        return (replace(visit, overlay=Overlay.NONE, card_on="") if idle >= TAKE_CARD_SECONDS else visit), ()
    if idle < asleep_seconds(visit):
        return visit, ()
    asleep = Visit(
        number=visit.number,
        mode=home_mode(visit, world),
        headphones=visit.headphones,
        microphone=visit.microphone,
        overlay=Overlay.ASLEEP,
        unavailable=visit.unavailable,
        readers=visit.readers,
        reader_fault=visit.reader_fault,
        readers_permanent=visit.readers_permanent,
    )
    return replace(asleep, last_touch=world.now), ()
