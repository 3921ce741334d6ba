"""确定要退出吗? with the truth about what leaving loses."""

from __future__ import annotations

from kiosk.visit import events as ev
from kiosk.visit.coming_out import certificate_left
from kiosk.visit.state import CaseState, PaperState
from screens.kit.block import Block
from screens.kit.buttons import Button, Kind
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog
from screens.kit.notes import Banner
from screens.kit.text import Text


def leave_dialog(ctx: Ctx) -> Dialog:
    words = ctx.words
    body: list[Block] = [Text(ctx, words(f"leave.{consequence(ctx)}"), "lead")]
    unprinted = certificate_left(ctx.state)
    if unprinted:
        body.append(Banner(ctx, "warning", words("leave.unprinted"), "printer-alert"))
    if _printing(ctx):
        body.append(Banner(ctx, "warning", words("leave.printing"), "printer"))
    if ctx.state.person is not None:
        body.append(Text(ctx, words("leave.take")))
    buttons = [
        Button(ctx, "leave", words("leave.leave"), lambda: ctx.send(ev.Leave()), kind=leave_kind(ctx)),
        Button(ctx, "stay", words(stay_words(ctx)), lambda: ctx.send(ev.Stay())),
    ]
    return Dialog(ctx, words("leave.heading_unprinted" if unprinted else "leave.heading"), body, buttons)


def leave_kind(ctx: Ctx) -> Kind:
    """Red only where leaving loses something: what was filled in, or a paper that is not out."""
    return "danger" if consequence(ctx) == "cleared" or certificate_left(ctx.state) else "secondary"


def consequence(ctx: Ctx) -> str:
    """The key of the sentence that is true now."""
    state = ctx.state
    if state.submission is None or state.submission.state is CaseState.NOT_SENT:
        return "nothing" if state.person is None else "cleared"
    match state.submission.state:
        case CaseState.QUEUED:
            return "queued"
        case CaseState.REFUSED | CaseState.SET_ASIDE:
            return "ended"
        case _:
            return "submitted"


def stay_words(ctx: Ctx) -> str:
    """继续办理 while there is something to go on with."""
    return "common.stay" if consequence(ctx) in ("cleared", "nothing") else "common.stay_here"


def _printing(ctx: Ctx) -> bool:
    papers = [ctx.state.guide_paper, ctx.state.notice_paper]
    if ctx.state.submission is not None:
        papers += ctx.state.submission.papers
    return any(paper is not None and paper.state is PaperState.PRINTING for paper in papers)
