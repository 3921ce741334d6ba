"""预约窗口: one touch on a time, and a number to come with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.visit import events as ev
from kiosk.visit.state import AppointmentState
from screens.citizen import presence, wording
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.dialog import Dialog
from screens.kit.notes import Banner
from screens.kit.semantics import private
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.hours import Window
    from screens.kit.context import Ctx


def appointment_dialog(ctx: Ctx) -> Dialog:
    words, made = ctx.words, ctx.state.appointment
    match made.state:
        case AppointmentState.MAKING:
            body: list[Block] = [Banner(ctx, "info", words("appointment.making"), "calendar-clock-outline")]
        case AppointmentState.MADE:
            body = _made(ctx)
        case AppointmentState.QUEUED:
            queued = words("appointment.queued", phone=ctx.terminal.phone)
            body = [Banner(ctx, "warning", queued, "cloud-off-outline")]
        case AppointmentState.FAILED:
            failed = words("appointment.failed", phone=ctx.terminal.phone)
            body = [Banner(ctx, "danger", failed, "phone-alert-outline"), *_offers(ctx)]
        case AppointmentState.OPEN:
            body = _offers(ctx)
    close = Button(ctx, "close", words("appointment.close"), lambda: ctx.send(ev.Stay()), kind="secondary")
    return Dialog(ctx, words("appointment.heading"), body, [close])


def _offers(ctx: Ctx) -> list[Block]:
    matter = ctx.state.matter
    assert matter is not None
    offered = presence.windows(ctx)
    if not offered:
        return [Text(ctx, ctx.words("appointment.none", phone=ctx.terminal.phone))]
    lead = Text(ctx, ctx.words("appointment.lead", matter=ctx.both(matter.plain_name)))
    unknown = {window.day.year for window in offered if not window.certain}
    notes: list[Block] = [
        Text(ctx, ctx.words("presence.unknown_year", year=year), "caption", "muted")
        for year in sorted(unknown)
    ]
    opened = any(window.opened for window in offered)
    told = [Text(ctx, ctx.words("appointment.opened"), "body", "muted")] if opened else []
    return [lead, *(_offer(ctx, window) for window in offered), *told, *notes]


def _offer(ctx: Ctx, window: Window) -> Button:
    day, period = window.day.isoformat(), window.period
    return Button(
        ctx,
        f"window:{day}:{period}",
        wording.window(ctx, window),
        lambda: ctx.send(ev.MakeAppointment(day, period)),
        kind="secondary",
        style="body_bold",
        high=96,
    )


def _made(ctx: Ctx) -> list[Block]:
    made, matter = ctx.state.appointment, ctx.state.matter
    assert matter is not None
    day = wording.weekday_of(ctx, made.day)
    when = ctx.words("appointment.when", day=day, period=ctx.words(f"appointment.{made.period}"))
    bring = wording.bring(ctx, matter)
    lines: list[Block] = [
        Banner(ctx, "success", ctx.words("appointment.made"), "calendar-check-outline"),
        Heading(ctx, when, level=3),
        Text(ctx, ctx.words("appointment.number"), "caption", "muted"),
        *private(Text(ctx, made.number, "lead_bold")),
        Text(ctx, ctx.words("appointment.where", hall=ctx.terminal.hall or ctx.terminal.name)),
    ]
    if bring:
        lines.append(Text(ctx, ctx.words("appointment.bring", bring=bring)))
    return lines
