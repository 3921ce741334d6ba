"""Help: what this step is for, somebody to come, and a number to call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.visit import events as ev
from kiosk.visit.state import HelpState, Page
from screens.citizen import presence
from screens.citizen.drawings import drawing, taking
from screens.kit.block import Block
from screens.kit.button_row import ButtonRow
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog
from screens.kit.layout import Column, Line
from screens.kit.notes import Banner
from screens.kit.text import Heading, Text

STEP_DRAWINGS: Final[Mapping[Page, Callable[[Ctx], Block]]] = {
    Page.IDENTIFY: lambda ctx: drawing(ctx, _source(ctx), 200),
    Page.DONE: lambda ctx: taking(ctx, _source(ctx), 200),
}
"""What is done at this machine's front in a step."""


def help_dialog(ctx: Ctx) -> Dialog:
    words = ctx.words
    step = Column(
        ctx,
        [
            Heading(ctx, words("help.this_step"), level=3),
            Text(ctx, words(f"help.{ctx.state.page.value}")),
        ],
        gap=8,
    )
    body: list[Block] = [
        *_shown(ctx, step),
        *_call(ctx),
        *presence.presence(ctx),
        Text(ctx, words("help.phone", phone=ctx.terminal.phone)),
    ]
    body.append(_services(ctx))
    body.append(Text(ctx, words("common.terminal", id=ctx.terminal.id), "caption", "muted"))
    buttons = [Button(ctx, "close", words("help.close"), lambda: ctx.send(ev.Stay()), kind="secondary")]
    if presence.nobody_comes(ctx):
        if ctx.state.matter is not None and presence.windows(ctx):
            buttons.append(
                Button(ctx, "appointment", words("help.appointment"), lambda: ctx.send(ev.OpenAppointment()))
            )
    elif ctx.state.help in (HelpState.OPEN, HelpState.FAILED):
        buttons.append(Button(ctx, "call-staff", words("help.call"), lambda: ctx.send(ev.CallStaff())))
    return Dialog(ctx, words("help.heading"), body, buttons)


def _shown(ctx: Ctx, step: Block) -> list[Block]:
    """This step with a drawing of this machine where something is laid or taken, and a voice on request."""
    picture = STEP_DRAWINGS.get(ctx.state.page)
    if picture is not None and not ctx.metrics.narrow and not ctx.metrics.elder:
        step = Line(ctx, [step, picture(ctx)], gap=24, shares=[1, None])
    if ctx.listen is None:
        return [step]
    said = ctx.words(f"help.{ctx.state.page.value}")
    listen = ctx.listen
    hear = Button(
        ctx, "listen", ctx.words("help.listen"), lambda: listen(said), "secondary", "volume-high", high=88
    )
    return [step, hear]


def _services(ctx: Ctx) -> Block:
    """Articles 18, 23 and 28: who goes first, who is visited at home, and where one complains."""
    buttons = [
        Button(
            ctx,
            f"ask:{kind}",
            ctx.words(f"asking.short_{kind}"),
            lambda kind=kind: ctx.send(ev.OpenAsking(kind)),  # type: ignore[misc]
            "secondary",
            style="body_bold",
            high=88,
        )
        for kind in ("green_channel", "home_visit", "complaint")
    ]
    return ButtonRow(ctx, buttons, evenly=True, one_row=True)


def _call(ctx: Ctx) -> list[Block]:
    """What became of the call, in the words that are true now."""
    match ctx.state.help:
        case HelpState.CALLING:
            return [Banner(ctx, "info", ctx.words("help.calling"), "bell-ring-outline")]
        case HelpState.CALLED:
            return [
                Banner(
                    ctx,
                    "success",
                    ctx.words("help.called", phone=ctx.terminal.phone),
                    "account-check-outline",
                )
            ]
        case HelpState.FAILED:
            failed = ctx.words("help.failed", phone=ctx.terminal.phone)
            return [Banner(ctx, "danger", failed, "phone-alert-outline")]
        case _:
            return []


def _source(ctx: Ctx) -> str:
    """Whose card it is about: the one that was read, else the first way that this terminal has."""
    if ctx.state.person is not None and ctx.state.person.document.source:
        return ctx.state.person.document.source
    return next(
        (each for each in ("samv", "social_security") if each in ctx.terminal.identity_sources), "samv"
    )
