"""Help: what this step is for, somebody to come, and a number to call."""

from __future__ import annotations

from kiosk.visit import events as ev
from kiosk.visit.state import HelpState
from screens.citizen import presence
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog
from screens.kit.layout import Column
from screens.kit.notes import Banner
from screens.kit.text import Heading, Text


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
        step,
        *_call(ctx),
        *presence.presence(ctx),
        Text(ctx, words("help.phone", phone=ctx.terminal.phone)),
    ]
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
