"""The rating, the next matter, and the end: nothing of the person stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.visit import events as ev
from kiosk.visit.coming_out import certificate_left
from kiosk.visit.effects import (
    CallForHelp,
    DisarmIdentity,
    DropRecording,
    Effect,
    SendRating,
    SettleApplication,
    WipeVisit,
    WriteEvent,
)
from kiosk.visit.state import (
    Asking,
    HelpState,
    Mode,
    Overlay,
    Page,
    PaperState,
    PaperText,
    Rating,
    RatingState,
    Visit,
)
from kiosk.visit.world import Step, World

REASONS_BELOW = 3  # a rating below this asks for a reason code
CALL_AGAIN_SECONDS: Final = 60.0
"""Nobody is called twice by somebody who only looks at the help again."""
_STEPS: Final = {
    Page.HOME: "在首页", Page.MATTERS: "在找事项", Page.GUIDE: "在看办事指南", Page.IDENTIFY: "在出示证件",
    Page.INELIGIBLE: "不符合条件", Page.FORM: "在填写", Page.NOTICE: "材料不齐", Page.SIGN: "在签名",
    Page.CHECK: "在核对，还没提交", Page.SUBMITTING: "正在提交", Page.RESULT: "在看查询结果",
    Page.DONE: "已办完，在取纸或评价", Page.FAILSAFE: "机器出了问题", Page.CASES: "在看我的办件",
    Page.HAND_IN: "在补交材料", Page.OWED: "在补打单子", Page.RESUME: "在接着上次的办",
}  # fmt: skip
"""For whoever is called; the screens have their own words."""


def rate(visit: Visit, event: ev.Rate, world: World) -> Step:
    rating = visit.rating
    if rating.state not in (RatingState.OPEN, RatingState.REASONS) or not 1 <= event.satisfaction <= 5:
        return visit, ()
    chosen = Rating(RatingState.REASONS, event.satisfaction, event.reasons)
    if event.satisfaction < REASONS_BELOW and not event.reasons:
        return replace(visit, rating=chosen), ()
    project_no = visit.submission.project_no if visit.submission else None
    if project_no is None:  # nothing that the platform could tie a rating to; the page says so
        return replace(visit, rating=replace(chosen, state=RatingState.KEPT)), ()
    sent = replace(visit, rating=replace(chosen, state=RatingState.SENDING))
    return sent, (SendRating(visit.number, project_no, event.satisfaction, event.reasons),)


def rating_settled(visit: Visit, event: ev.RatingSettled, world: World) -> Step:
    state = RatingState.SENT if event.sent else RatingState.KEPT
    return replace(visit, rating=replace(visit.rating, state=state)), ()


def skip_rating(visit: Visit, event: ev.SkipRating, world: World) -> Step:
    if visit.rating.state not in (RatingState.OPEN, RatingState.REASONS):
        return visit, ()
    return replace(visit, rating=Rating(RatingState.SKIPPED)), ()


def another_matter(visit: Visit, event: ev.AnotherMatter, world: World) -> Step:
    """The same person goes home for one more matter; the card is not asked for again."""
    next_visit = Visit(
        number=visit.number + 1,
        mode=visit.mode,
        person=visit.person,
        identify=visit.identify,
        saved=visit.saved,
        owed=visit.owed,
        unavailable=visit.unavailable,
        readers=visit.readers,
        reader_fault=visit.reader_fault,
        readers_permanent=visit.readers_permanent,
        headphones=visit.headphones,
        microphone=visit.microphone,
        priority=visit.priority,
        last_touch=world.now,
        faults=visit.faults,
        card_on=visit.card_on,
    )
    return next_visit, (*_settle(visit), WriteEvent("visit.again"))


def ask_leave(visit: Visit, event: ev.AskLeave, world: World) -> Step:
    return replace(visit, overlay=Overlay.LEAVE), ()


def leave(visit: Visit, event: ev.Leave, world: World) -> Step:
    """离开 with a certificate that has not come out asks once; the question's own button goes."""
    asked = visit.overlay in (Overlay.LEAVE, Overlay.IDLE)
    if visit.page is Page.DONE and certificate_left(visit) and not asked:
        return replace(visit, overlay=Overlay.LEAVE), ()
    return end_visit(visit, world, "left")


def stay(visit: Visit, event: ev.Stay, world: World) -> Step:
    if visit.overlay is Overlay.TAKE_CARD:
        return replace(visit, overlay=Overlay.NONE, card_on=""), ()
    if visit.overlay is Overlay.IDLE:
        return answered(visit), ()
    visit, effects = _asked_no_more(visit)
    return replace(visit, overlay=Overlay.NONE, help=HelpState.CLOSED, paper_text=PaperText()), effects


def answered(visit: Visit) -> Visit:
    """Back to where the idle warning came; whoever stays has answered the question whether to leave, too."""
    if visit.overlay is not Overlay.IDLE:
        return visit
    below = Overlay.NONE if visit.warned is Overlay.LEAVE else visit.warned
    return replace(visit, overlay=below, warned=Overlay.NONE, idle_left=0)


def _asked_no_more(visit: Visit) -> Step:
    if not visit.asking.kind:
        return visit, ()
    from kiosk.visit import recording

    return recording.closed(visit)


def open_help(visit: Visit, event: ev.OpenHelp, world: World) -> Step:
    """Who has called somebody a moment ago sees that; later it can be done again."""
    visit, effects = _asked_no_more(visit)
    lately = visit.called_at is not None and world.now - visit.called_at < CALL_AGAIN_SECONDS
    return replace(visit, overlay=Overlay.HELP, help=HelpState.CALLED if lately else HelpState.OPEN), effects


def call_staff(visit: Visit, event: ev.CallStaff, world: World) -> Step:
    if visit.help not in (HelpState.OPEN, HelpState.FAILED):
        return visit, ()
    parts = [f"群众在自助终端求助：{_STEPS[visit.page]}"]
    parts += [f"事项：{visit.matter.name.zh}"] if visit.matter is not None else []
    return replace(visit, help=HelpState.CALLING), (CallForHelp(visit.number, "；".join(parts)),)


def help_settled(visit: Visit, event: ev.HelpSettled, world: World) -> Step:
    if visit.help is not HelpState.CALLING:
        return visit, ()
    if not event.called:
        return replace(visit, help=HelpState.FAILED), ()
    return replace(visit, help=HelpState.CALLED, called_at=world.now), ()


def open_tools(visit: Visit, event: ev.OpenTools, world: World) -> Step:
    return replace(visit, overlay=Overlay.TOOLS), ()


def set_mode(visit: Visit, event: ev.SetMode, world: World) -> Step:
    return replace(visit, mode=_changed(visit.mode, event)), ()


def adapt_mode(visit: Visit, event: ev.AdaptMode, world: World) -> Step:
    return replace(visit, mode=_changed(visit.mode, event), last_touch=world.now), ()


def _changed(mode: Mode, event: ev.SetMode | ev.AdaptMode) -> Mode:
    return replace(mode, **{key: value for key, value in vars(event).items() if value is not None})


def headphones_changed(visit: Visit, event: ev.HeadphonesChanged, world: World) -> Step:
    """Plugging in starts the voice and wakes the screen; pulling out ends what was started by it."""
    if event.inside == visit.headphones:
        return visit, ()
    mode = replace(visit.mode, voice=True if event.inside else None)
    overlay = Overlay.NONE if visit.overlay is Overlay.ASLEEP else visit.overlay
    effects: tuple[Effect, ...] = ()
    if visit.asking.recording is not None and not event.inside:
        from kiosk.visit import recording

        effects = recording.headphones_out(visit)
    changed = replace(visit, headphones=event.inside, mode=mode, overlay=overlay, last_touch=world.now)
    return changed, effects


def home_mode(visit: Visit, world: World) -> Mode:
    """The terminal's own; who has headphones in goes on listening."""
    return replace(world.home_mode, voice=True) if visit.headphones else world.home_mode


def end_visit(visit: Visit, world: World, disposition: str) -> Step:
    """Everything back to the start: person, answers, language, size, theme.

    A card that may still lie here is what the person would miss most: home asks for a moment.
    """
    fresh = Visit(
        number=visit.number + 1,
        mode=home_mode(visit, world),
        headphones=visit.headphones,
        microphone=visit.microphone,
        overlay=Overlay.TAKE_CARD if visit.card_on else Overlay.NONE,
        card_on=visit.card_on,
        unavailable=visit.unavailable,
        readers=visit.readers,
        reader_fault=visit.reader_fault,
        readers_permanent=visit.readers_permanent,
        last_touch=world.now,
    )
    effects: tuple[Effect, ...] = (
        DisarmIdentity(),
        *_settle(visit),
        WipeVisit(visit.number),
        WriteEvent("visit.end", (("disposition", disposition), ("page", visit.page.value))),
    )
    return fresh, effects


def failsafe(visit: Visit, code: str) -> Step:
    """Something that cannot happen happened: say what became of the matter, and stop."""
    dropped: tuple[Effect, ...] = (DropRecording(),) if visit.asking.recording is not None else ()
    told = replace(visit, page=Page.FAILSAFE, overlay=Overlay.NONE, asking=Asking(), failsafe=code)
    effects = (DisarmIdentity(), *dropped, WriteEvent("visit.failsafe", (("fault", code),)))
    return told.with_fault(code), effects


def _settle(visit: Visit) -> tuple[Effect, ...]:
    if visit.submission is None:
        return ()
    out = all(paper.state is PaperState.PRINTED for paper in visit.submission.papers)
    return (SettleApplication(visit.submission.key, papers_out=out),)
