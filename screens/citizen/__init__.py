"""The citizen's pages: which class draws which page, and which dialog lies over it.

Each page is imported when it is first shown, so that the home page does not wait for the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from kiosk.visit.state import Overlay, Page

if TYPE_CHECKING:
    from screens.kit.block import Block
    from screens.kit.context import Ctx
    from screens.kit.page import CitizenPage

PAGES: Final = {
    Page.HOME: ("screens.citizen.home", "HomePage"),
    Page.MATTERS: ("screens.citizen.matters", "MattersPage"),
    Page.GUIDE: ("screens.citizen.guide", "GuidePage"),
    Page.IDENTIFY: ("screens.citizen.identify", "IdentifyPage"),
    Page.OWED: ("screens.citizen.owed", "OwedPage"),
    Page.CASES: ("screens.citizen.cases", "CasesPage"),
    Page.HAND_IN: ("screens.citizen.hand_in", "HandInPage"),
    Page.RESUME: ("screens.citizen.resume", "ResumePage"),
    Page.INELIGIBLE: ("screens.citizen.ineligible", "IneligiblePage"),
    Page.FORM: ("screens.citizen.form", "FormPage"),
    Page.NOTICE: ("screens.citizen.notice", "NoticePage"),
    Page.SIGN: ("screens.citizen.sign", "SignPage"),
    Page.CHECK: ("screens.citizen.check", "CheckPage"),
    Page.SUBMITTING: ("screens.citizen.submitting", "SubmittingPage"),
    Page.RESULT: ("screens.citizen.result", "ResultPage"),
    Page.DONE: ("screens.citizen.done", "DonePage"),
    Page.FAILSAFE: ("screens.citizen.failsafe", "FailsafePage"),
}
OVERLAYS: Final = {
    Overlay.ASLEEP: ("screens.citizen.asleep", "Asleep"),
    Overlay.HELP: ("screens.citizen.help", "help_dialog"),
    Overlay.APPOINTMENT: ("screens.citizen.appointment", "appointment_dialog"),
    Overlay.PAPER: ("screens.citizen.paper", "paper_dialog"),
    Overlay.ASKING: ("screens.citizen.asking", "asking_dialog"),
    Overlay.PHONE: ("screens.citizen.phone", "phone_dialog"),
    Overlay.TOOLS: ("screens.citizen.tools", "tools_dialog"),
    Overlay.LEAVE: ("screens.citizen.leave", "leave_dialog"),
    Overlay.IDLE: ("screens.citizen.idle", "IdleDialog"),
    Overlay.TAKE_CARD: ("screens.citizen.take_card", "take_card_dialog"),
}


def page_class(page: Page) -> type[CitizenPage]:
    module, name = PAGES[page]
    made: type[CitizenPage] = getattr(import_module(module), name)
    return made


def overlay(ctx: Ctx) -> Block | None:
    """What lies over the page now and takes all touches."""
    if ctx.state.overlay is Overlay.NONE:
        return None
    module, name = OVERLAYS[ctx.state.overlay]
    made: Block = getattr(import_module(module), name)(ctx)
    return made


def overlay_signature(ctx: Ctx) -> object:
    """Equal while the dialog can stay as it is.  The idle warning counts by itself: a dialog that was built
    anew each second would lose the touch that answers it."""
    state = ctx.state
    match state.overlay:
        case Overlay.NONE | Overlay.ASLEEP:
            return state.overlay
        case Overlay.HELP:
            return state.overlay, state.page, state.help
        case Overlay.APPOINTMENT:
            return state.overlay, state.appointment, state.mode
        case Overlay.PAPER:
            return state.overlay, state.paper_text, state.mode
        case Overlay.ASKING:
            heard = (state.microphone, state.headphones)
            return state.overlay, state.asking, state.priority, heard, state.mode
        case Overlay.PHONE:
            return state.overlay, state.phone, state.mode
        case Overlay.TOOLS:
            return state.overlay, state.mode
        case Overlay.TAKE_CARD:
            return state.overlay, state.card_on
        case Overlay.LEAVE:
            return (
                state.overlay,
                state.person is None,
                state.submission,
                state.guide_paper,
                state.notice_paper,
            )
        case Overlay.IDLE:
            return state.overlay, state.submission
