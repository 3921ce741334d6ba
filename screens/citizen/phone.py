"""用手机写: the code for the own telephone, and what was written there, to be checked before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.visit import events as ev
from kiosk.visit.state import AskingState, PhoneState, PhoneText
from screens.citizen.form_inputs import TYPED, UNFINISHED
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.dialog import Dialog
from screens.kit.layout import Card, Column, Line
from screens.kit.notes import Banner
from screens.kit.panels import SPELLED
from screens.kit.pictures import QRCode
from screens.kit.semantics import private
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

WRITTEN: Final = "asking:text"
"""In the page's draft: what is typed for a complaint."""
LONG_CHARACTERS: Final = 30
"""What may be longer than this is offered to the telephone."""


def may_write(ctx: Ctx, most: int) -> bool:
    return most >= LONG_CHARACTERS and bool(ctx.terminal.lookup_url)


def phone_button(ctx: Ctx, most: int) -> Button:
    narrow = ctx.metrics.narrow
    button = Button(
        ctx,
        "phone",
        ctx.words("phone.offer_short" if narrow else "phone.offer"),
        lambda: ctx.send(ev.OpenPhone(most)),
        kind="secondary",
        icon=None if narrow else "cellphone",
    )
    button.name = ctx.words("phone.offer")
    return button


def phone_dialog(ctx: Ctx) -> Dialog:
    phone = ctx.state.phone
    assert phone is not None
    words = ctx.words
    match phone.state:
        case PhoneState.OPENING:
            opening = [Banner(ctx, "info", words("phone.opening"), "progress-clock")]
            return Dialog(ctx, words("phone.heading"), opening, [_leave(ctx)])
        case PhoneState.OPEN | PhoneState.READ:
            return Dialog(ctx, words("phone.heading"), _code(ctx, phone), [_leave(ctx)])
        case PhoneState.WRITTEN:
            return _check(ctx, phone)
        case PhoneState.EXPIRED:
            body: list[Block] = [Banner(ctx, "warning", words("phone.expired"), "timer-off-outline")]
        case PhoneState.FAILED:
            unusable = phone.unusable
            told = words("phone.unusable" if unusable else "phone.failed")
            body = [Banner(ctx, "danger", told, "cellphone-off")]
    again = Button(ctx, "again", words("phone.again"), lambda: ctx.send(ev.OpenPhone(phone.most)))
    return Dialog(ctx, words("phone.heading"), body, [_leave(ctx), again])


def _code(ctx: Ctx, phone: PhoneText) -> list[Block]:
    """The code beside the three steps; below them where there is little room across."""
    metrics = ctx.metrics
    small = metrics.narrow or metrics.orientation == "landscape"
    code = Card(ctx, QRCode(ctx, phone.url, ctx.words("phone.code"), size=240 if small else 320), padding=16)
    told = [ctx.words("phone.step_1"), ctx.words("phone.step_2", most=phone.most), ctx.words("phone.step_3")]
    steps = Column(ctx, [Text(ctx, each) for each in told], gap=12)
    said = "phone.read" if phone.state is PhoneState.READ else "phone.waiting"
    reading = phone.state is PhoneState.READ
    now = Banner(ctx, "success" if reading else "info", ctx.words(said), "cellphone-text")
    now.live = "polite"
    valid = Text(ctx, ctx.words("phone.valid"), "body", "muted")
    if metrics.narrow or metrics.elder:
        return [code, now, steps, valid]
    return [Line(ctx, [code, steps], gap=32, shares=[None, 1], valign="middle"), now, valid]


def _check(ctx: Ctx, phone: PhoneText) -> Dialog:
    """What came is a stranger's until somebody here has read it."""
    text = Card(ctx, Text(ctx, phone.text, "lead"))
    asking = ctx.state.asking.state is AskingState.TEXT
    there = ctx.draft.get(WRITTEN if asking else TYPED)
    lead = Text(ctx, ctx.words("phone.check_instead" if there else "phone.check_lead"))
    use = Button(ctx, "use", ctx.words("phone.use"), lambda: _use(ctx, phone.text))
    again = Button(
        ctx, "again", ctx.words("phone.again"), lambda: ctx.send(ev.OpenPhone(phone.most)), kind="secondary"
    )
    # Where there is little room, who does not want it writes again, and leaves there.
    ways = [again, use] if ctx.metrics.narrow else [_leave(ctx), again, use]
    return Dialog(ctx, ctx.words("phone.check"), [lead, *private(text)], ways)


def _use(ctx: Ctx, text: str) -> None:
    """Into the field below, in place of what stood there."""
    ctx.draft[SPELLED] = ""
    if ctx.state.asking.state is AskingState.TEXT:
        ctx.draft.pop(WRITTEN, None)
        ctx.send(ev.TakeText())
        return
    ctx.draft[TYPED] = text
    ctx.draft.pop(UNFINISHED, None)
    ctx.send(ev.TakeText())
    ctx.rebuild()


def _leave(ctx: Ctx) -> Button:
    return Button(
        ctx, "leave-phone", ctx.words("phone.leave"), lambda: ctx.send(ev.LeavePhone()), kind="secondary"
    )
