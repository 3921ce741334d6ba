"""What stands beside the content where the panel lies across: how the terminal is used, how far one is.

It repeats and illustrates; nothing is said only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.matters.numbers import mask_name
from kiosk.visit.state import CaseState, Page
from screens.citizen.drawings import machine
from screens.kit.block import Block
from screens.kit.layout import Card, Column, Line
from screens.kit.page import CitizenPage
from screens.kit.semantics import private
from screens.kit.text import Heading, Icon, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

STEPS: Final = ("identify", "answer", "check", "papers")
"""The way through a visit, as a citizen sees it."""
STEP_OF: Final = {
    Page.GUIDE: 0,
    Page.IDENTIFY: 0,
    Page.FORM: 1,
    Page.NOTICE: 1,
    Page.SIGN: 1,
    Page.CHECK: 2,
    Page.SUBMITTING: 2,
    Page.RESULT: 3,
    Page.DONE: 3,
}
MARKS: Final = {
    "done": ("check-circle", "success"),
    "now": ("circle-slice-8", "on_tint"),
    "later": ("circle-outline", "muted"),
}


class LobbyPage(CitizenPage):
    """A page before anything is chosen: beside it stands how the terminal is used."""

    def context(self) -> Block | None:
        return how_to(self.ctx)


class VisitPage(CitizenPage):
    """A page of a visit: beside it stands which matter it is, for whom, and how far it is."""

    def context(self) -> Block | None:
        return journey(self.ctx)


def how_to(ctx: Ctx) -> Block:
    """The machine, and three lines on how it is used."""
    rows = [
        Line(
            ctx,
            [Text(ctx, f"{number}.", "body_bold", "on_tint"), Text(ctx, ctx.words(f"beside.how_{number}"))],
            gap=12,
            shares=[None, 1],
            valign="top",
        )
        for number in (1, 2, 3)
    ]
    heading = Heading(ctx, ctx.words("beside.how"), level=3)
    return Column(ctx, [Card(ctx, [machine(ctx, 220), heading, *rows], gap=12, padding=24)])


def journey(ctx: Ctx) -> Block | None:
    state = ctx.state
    if state.matter is None:
        return None
    said: list[Block] = [
        Text(ctx, ctx.words("beside.doing"), "body", "muted"),
        Text(ctx, ctx.both(state.matter.plain_name), "lead_bold"),
    ]
    if state.person is not None and state.person.document.name:
        said += private(Text(ctx, mask_name(state.person.document.name)))
    now = STEP_OF.get(state.page, 0)
    over = state.page is Page.DONE
    said += [
        _step(ctx, name, "done" if over or number < now else "now" if number == now else "later")
        for number, name in enumerate(STEPS)
    ]
    if state.submission is None or state.submission.state is CaseState.NOT_SENT:
        said.append(Text(ctx, ctx.words("beside.not_sent"), "body", "muted"))
    return Column(ctx, [Card(ctx, said, gap=12, padding=24)])


def _step(ctx: Ctx, name: str, mark: str) -> Block:
    icon, color = MARKS[mark]
    style = "body_bold" if mark == "now" else "body"
    words = Text(ctx, ctx.words(f"beside.step_{name}"), style, "text" if mark == "now" else "muted")
    words.name = ctx.words(f"beside.{mark}", step=words.text)
    return Line(ctx, [Icon(ctx, icon, 40, color), words], gap=12, shares=[None, 1])
