"""The visit as a pure function: ``step(state, event, world)`` gives the next state and what to do.

Every event in every state is in exactly one of three classes:

* handled: the table below names the function;
* late or stale: an answer to a visit that is over, a card on a page that asks for none, the second of
  two quick touches.  It changes nothing, and is listed here as such;
* anything else is a bug: the flow goes to the failsafe page, which tells what became of the matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from devices.contract import (
    CardLifted,
    CodeScanned,
    IdentityFailed,
    IdentityRead,
    IdentityReading,
    StatusChanged,
    SupplyChanged,
)
from kiosk.visit import browsing, finishing, timing
from kiosk.visit import events as ev
from kiosk.visit.state import Overlay, Page, Visit
from kiosk.visit.world import Step, World
from values.later import Later

LATER = tuple(
    f"kiosk.visit.{name}"
    for name in (
        "appointing",
        "filling",
        "handing",
        "identifying",
        "phoning",
        "recording",
        "reprinting",
        "requesting",
        "resuming",
        "signing",
        "submitting",
    )
)
"""What no first page needs, and a start has no time for."""

if TYPE_CHECKING:
    from kiosk.visit import (
        appointing,
        filling,
        handing,
        identifying,
        phoning,
        recording,
        reprinting,
        requesting,
        resuming,
        signing,
        submitting,
    )
else:
    for module in LATER:
        globals()[module.rpartition(".")[2]] = Later(module)

Handler = Callable[[Visit, Any, World], Step]

ANYWHERE: dict[type, Handler] = {
    ev.Tick: timing.tick,
    ev.AnyTouch: timing.touched,
    CardLifted: identifying.lifted,
    ev.Wake: browsing.wake,
    ev.OpenHelp: finishing.open_help,
    ev.CallStaff: finishing.call_staff,
    ev.HelpSettled: finishing.help_settled,
    ev.OpenAppointment: appointing.open_appointment,
    ev.MakeAppointment: appointing.make_appointment,
    ev.AppointmentSettled: appointing.appointment_settled,
    ev.OpenAsking: requesting.open_asking,
    ev.ChoosePriority: requesting.choose_priority,
    ev.ChooseReason: requesting.choose_reason,
    ev.GivePhone: requesting.give_phone,
    ev.Ask: requesting.ask,
    ev.AskingSettled: requesting.settled,
    ev.WriteMore: requesting.write_more,
    ev.GiveText: requesting.give_text,
    ev.OpenPhone: phoning.open_phone,
    ev.TakeText: phoning.take,
    ev.LeavePhone: phoning.leave,
    ev.PhoneOpened: phoning.opened,
    ev.PhoneRead: phoning.read,
    ev.PhoneWritten: phoning.written,
    ev.PhoneExpired: phoning.expired,
    ev.PhoneFailed: phoning.failed,
    ev.OpenRecording: recording.open_recording,
    ev.BeginRecording: recording.begin,
    ev.EndRecording: recording.end,
    ev.HearRecording: recording.hear,
    ev.HushRecording: recording.hush,
    ev.UseRecording: recording.use,
    ev.LeaveRecording: recording.leave,
    ev.RecordingBegun: recording.begun,
    ev.RecordingEnded: recording.ended,
    ev.RecordingFailed: recording.failed,
    ev.RecordingPlayed: recording.played,
    ev.MicrophoneChanged: recording.microphone_changed,
    ev.PaperRead: requesting.paper_read,
    ev.OpenTools: finishing.open_tools,
    ev.SetMode: finishing.set_mode,
    ev.AdaptMode: finishing.adapt_mode,
    ev.HeadphonesChanged: finishing.headphones_changed,
    ev.TextShown: timing.text_shown,
    ev.ReadAloud: timing.read_aloud,
    ev.Stay: finishing.stay,
    ev.CasesFound: handing.found,
    ev.CasesNotFound: handing.not_found,
    ev.FormKept: resuming.form_kept,
    ev.FormNotKept: resuming.form_not_kept,
    ev.PaperSettled: submitting.paper_settled,
    ev.RatingSettled: finishing.rating_settled,
    ev.Answered: submitting.answered,
    ev.NotAnswered: submitting.not_answered,
}

BROWSING: dict[type, Handler] = {
    ev.GoHome: browsing.go_home,
    ev.ShowMatters: browsing.show_matters,
    ev.SearchMatters: browsing.search_matters,
    ev.ChooseMatter: browsing.choose_matter,
    ev.AskProgress: browsing.ask_progress,
}
LEAVING: dict[type, Handler] = {ev.AskLeave: finishing.ask_leave, ev.Leave: finishing.leave}

BY_PAGE: dict[Page, dict[type, Handler]] = {
    Page.HOME: {**BROWSING, **LEAVING},
    Page.MATTERS: {
        **BROWSING,
        **LEAVING,
        ev.TurnPage: browsing.turn_page,
        ev.Back: browsing.back_from_matters,
    },
    Page.GUIDE: {
        **LEAVING,
        ev.GoHome: browsing.go_home,
        ev.ExpandGuide: browsing.expand_guide,
        ev.TurnPage: browsing.turn_page,
        ev.PrintGuide: browsing.print_guide,
        ev.Start: browsing.start,
        ev.Back: browsing.back_from_guide,
    },
    Page.IDENTIFY: {
        **LEAVING,
        IdentityReading: identifying.reading,
        IdentityRead: identifying.read,
        CodeScanned: identifying.scanned,
        IdentityFailed: identifying.failed,
        ev.Verified: identifying.verified,
        ev.NotVerified: identifying.not_verified,
        ev.Continue: identifying.go_on,
        ev.Back: identifying.back,
    },
    Page.OWED: {
        **LEAVING,
        ev.PrintOwed: reprinting.print_owed,
        ev.LeaveOwed: reprinting.not_now,
        ev.Back: resuming.back,
    },
    Page.CASES: {
        **LEAVING,
        ev.AskProgress: handing.ask_again,
        ev.ChooseCase: handing.choose,
        ev.Back: handing.back_home,
    },
    Page.HAND_IN: {
        **LEAVING,
        ev.ScanFor: handing.scan_for,
        CodeScanned: handing.scanned,
        ev.DeclareLater: handing.declare,
        ev.TakeBack: handing.take_back,
        ev.HandIn: handing.hand_in,
        ev.Back: handing.back_to_cases,
    },
    Page.RESUME: {
        **LEAVING,
        ev.Resume: resuming.resume,
        ev.StartAnew: resuming.start_anew,
        ev.Back: resuming.back,
    },
    Page.INELIGIBLE: {
        **LEAVING,
        ev.AnotherMatter: finishing.another_matter,
        ev.Back: filling.back_from_ineligible,
    },
    Page.FORM: {
        **LEAVING,
        ev.GiveAnswer: filling.give_answer,
        ev.Declare: filling.declare,
        ev.Back: filling.back_from_form,
    },
    Page.NOTICE: {
        **LEAVING,
        ev.AcceptOwing: filling.accept_owing,
        ev.PrintNotice: filling.print_notice,
        ev.KeepForm: resuming.keep_form,
        ev.Back: filling.back_from_notice,
    },
    Page.SIGN: {
        **LEAVING,
        ev.Sign: signing.sign,
        ev.SignByButton: signing.sign_by_button,
        ev.Back: filling.back_from_check,
    },
    Page.CHECK: {
        **LEAVING,
        ev.SignAgain: signing.sign_again,
        ev.EditAnswer: filling.edit_answer,
        ev.TurnPage: browsing.turn_page,
        ev.Submit: submitting.submit,
        ev.Back: filling.back_from_check,
    },
    Page.SUBMITTING: {
        ev.Kept: submitting.kept,
        ev.NotKept: submitting.not_kept,
        ev.DocumentFetched: submitting.document_fetched,
        ev.DocumentNotFetched: submitting.document_not_fetched,
    },
    Page.RESULT: {
        **LEAVING,
        ev.TurnPage: browsing.turn_page,
        ev.PrintResult: submitting.print_result,
        ev.SkipPrint: submitting.skip_print,
    },
    Page.DONE: {
        **LEAVING,
        ev.PrintAgain: submitting.print_again,
        ev.ReadPaper: requesting.read_paper,
        StatusChanged: submitting.printer_spoke,
        ev.Rate: finishing.rate,
        ev.SkipRating: finishing.skip_rating,
        ev.AnotherMatter: finishing.another_matter,
        ev.DocumentFetched: submitting.document_fetched,
        ev.DocumentNotFetched: submitting.document_not_fetched,
    },
    Page.FAILSAFE: {**LEAVING},
}

# Devices speak whenever they like; on a page that asks for no card they change nothing.
DEVICE_EVENTS = (
    StatusChanged,
    IdentityReading,
    IdentityRead,
    IdentityFailed,
    CardLifted,
    CodeScanned,
    SupplyChanged,
)

# Whose card is laid, read or refused is here: a wait for a device never leads home by itself.
CARD_EVENTS = (
    IdentityReading,
    IdentityRead,
    IdentityFailed,
    CardLifted,
    CodeScanned,
    ev.Verified,
    ev.NotVerified,
)

# What may be touched while a dialog lies over the page.
OVERLAY_TOUCHES: dict[Overlay, tuple[type, ...]] = {
    Overlay.ASLEEP: (ev.Wake,),
    Overlay.IDLE: (ev.Stay, ev.Leave),
    Overlay.LEAVE: (ev.Stay, ev.Leave),
    Overlay.HELP: (ev.Stay, ev.CallStaff, ev.OpenAppointment, ev.OpenAsking),
    Overlay.PAPER: (ev.Stay,),
    Overlay.ASKING: (
        *(ev.Stay, ev.ChoosePriority, ev.ChooseReason, ev.GivePhone, ev.Ask, ev.OpenHelp),
        *(ev.WriteMore, ev.GiveText, ev.OpenPhone, ev.OpenRecording, ev.BeginRecording, ev.EndRecording),
        *(ev.HearRecording, ev.HushRecording, ev.UseRecording, ev.LeaveRecording),
    ),
    Overlay.PHONE: (ev.LeavePhone, ev.TakeText, ev.OpenPhone),
    Overlay.APPOINTMENT: (ev.Stay, ev.MakeAppointment),
    Overlay.TOOLS: (ev.Stay, ev.SetMode),
    Overlay.TAKE_CARD: (ev.Stay,),
}


def step(visit: Visit, event: ev.Event, world: World) -> Step:
    if isinstance(event, ev.Crashed):
        return finishing.failsafe(visit, event.code)
    if isinstance(event, ev.AvailabilityChanged):
        return _available(visit, event), ()
    if isinstance(event, ev.ReadersChanged):
        return identifying.readers_changed(visit, event, world)
    if getattr(event, "visit", visit.number) != visit.number:
        return visit, ()  # an answer to a visit that is over
    if isinstance(event, ev.Touch) and not isinstance(event, ev.AnyTouch):
        if visit.overlay is not Overlay.NONE and not isinstance(event, OVERLAY_TOUCHES[visit.overlay]):
            return visit, ()  # stale: the dialog takes all touches
        visit = _moved(visit, world)
    if isinstance(event, CARD_EVENTS) and visit.page is Page.IDENTIFY:
        visit = _somebody_is_here(visit, world)
    handler = BY_PAGE[visit.page].get(type(event)) or ANYWHERE.get(type(event))
    if handler is not None:
        return handler(visit, event, world)
    if isinstance(event, (ev.Touch, *DEVICE_EVENTS)):
        return visit, ()  # stale touch, or a device on a page that does not ask
    if visit.page is Page.FAILSAFE:
        return visit, ()  # workers may still finish; the page has said what is true
    if visit.page is not Page.IDENTIFY and isinstance(event, (ev.Verified, ev.NotVerified)):
        return visit, ()  # the citizen went back before the platform answered
    return finishing.failsafe(visit, "flow.unexpected_event")


def _moved(visit: Visit, world: World) -> Visit:
    return replace(visit, last_touch=world.now)


def _somebody_is_here(visit: Visit, world: World) -> Visit:
    return replace(finishing.answered(visit), last_touch=world.now)


def _available(visit: Visit, event: ev.AvailabilityChanged) -> Visit:
    return replace(visit, unavailable=dict(event.unavailable))
