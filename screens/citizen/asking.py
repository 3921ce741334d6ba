"""绿色通道, 上门服务 and 投诉: what is asked for is said by touches, and what became of it truly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from kiosk.visit import events as ev
from kiosk.visit import requesting
from kiosk.visit.state import PRIORITIES, AskingState
from screens.citizen.form_digits import grouped
from screens.citizen.phone import WRITTEN, may_write, phone_button
from screens.citizen.recording import spoken, voice_dialog
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.choices import Checkbox, RadioGroup
from screens.kit.dialog import Dialog, WideDialog
from screens.kit.digit_pad import DigitPad
from screens.kit.field import Field
from screens.kit.layout import Card, Column, Line
from screens.kit.notes import Banner
from screens.kit.pager import fits
from screens.kit.panels import SPELLED, TextPanel, spelled
from screens.kit.pictures import QRCode
from screens.kit.semantics import private
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

_WANTED: Final = {"complaint": "asking.say_first", "home_visit": "asking.choose_first"}
BELOW: Final = "asking:below"
"""In the page's draft: letters that were spelled in the field of the page below."""
PHONE: Final = "asking:phone"
"""In the page's draft: the digits typed so far."""
PHONE_GROUPS: Final = (3, 4, 4)
PHONE_MOST: Final = 12


def asking_dialog(ctx: Ctx) -> Dialog:
    asking = ctx.state.asking
    heading = ctx.words(f"asking.{asking.kind}")
    match asking.state:
        case AskingState.OPEN:
            return _open(ctx, heading)
        case AskingState.TEXT:
            return _text(ctx)
        case AskingState.VOICE:
            return voice_dialog(ctx)
        case AskingState.PHONE:
            return _phone(ctx, ctx.words("asking.phone_heading"))
        case AskingState.SENDING:
            body: list[Block] = [Banner(ctx, "info", ctx.words("asking.sending"), "progress-upload")]
            return Dialog(ctx, heading, body, [])
        case AskingState.SENT:
            body = [
                Banner(ctx, "success", ctx.words(f"asking.sent_{asking.kind}"), "check-circle-outline"),
                Text(ctx, ctx.words("asking.number"), "body", "muted"),
                *private(Text(ctx, asking.number, "lead_bold")),
            ]
        case AskingState.QUEUED:
            queued = ctx.words("asking.queued", phone=ctx.terminal.phone)
            body = [Banner(ctx, "warning", queued, "cloud-off-outline")]
        case AskingState.FAILED:
            failed = ctx.words("asking.failed", phone=ctx.terminal.phone)
            body = [Banner(ctx, "danger", failed, "phone-alert-outline")]
            again = Button(ctx, "ask", ctx.words("asking.again"), lambda: ctx.send(ev.Ask()))
            return Dialog(ctx, heading, body, [_close(ctx), again])
    return Dialog(ctx, heading, body, [_close(ctx)])


def _open(ctx: Ctx, heading: str) -> Dialog:
    kind = ctx.state.asking.kind
    speaks = kind in requesting.MAY_WRITE and bool(spoken(ctx))
    lead: Block = Text(ctx, ctx.words("asking.spoken_lead"))
    if not speaks:
        lead = Text(ctx, ctx.words(f"asking.{kind}_lead", **_lead_args(ctx, kind)))
    if kind == "green_channel":
        return _green(ctx, heading, lead)
    chosen = ctx.state.asking.reasons
    boxes = [
        Checkbox(
            ctx,
            f"reason:{reason}",
            ctx.words(f"asking.reason_{reason}"),
            reason in chosen,
            lambda _now, reason=reason: ctx.send(ev.ChooseReason(reason)),  # type: ignore[misc]
        )
        for reason in requesting.REASONS[kind]
    ]
    if ctx.state.asking.unspoken:
        lead = Banner(
            ctx, "warning", ctx.words("asking.unspoken", phone=ctx.terminal.phone), "microphone-off"
        )
    body: list[Block] = [lead, *(_told(ctx) if speaks else ()), *_in_pairs(ctx, boxes)]
    if kind in requesting.MAY_WRITE:
        body += [*(() if speaks else _written(ctx)), *_by_telephone(ctx)]
    wanted = "asking.speak_first" if speaks else _WANTED[kind]
    reason = None if requesting.complete(ctx.state) else ctx.words(wanted)
    on = Button(
        ctx,
        "continue",
        ctx.words("common.continue"),
        lambda: ctx.send(ev.GivePhone()),
        disabled_reason=reason,
    )
    # Where there is little room the way on comes when there is one.
    return Dialog(ctx, heading, body, [_close(ctx), *([] if reason and ctx.metrics.narrow else [on])])


def _green(ctx: Ctx, heading: str, lead: Block) -> Dialog:
    """The groups of Article 23, one of which may be known from the card."""
    priority = ctx.state.priority
    options = [(group, ctx.words(f"asking.group_{group}")) for group in PRIORITIES]
    options.append(("none", ctx.words("asking.group_none")))
    group = RadioGroup(
        ctx,
        "priority",
        options,
        priority or "none",
        lambda value: ctx.send(ev.ChoosePriority("" if value == "none" else value)),
        name=heading,
        columns=2,
    )
    body: list[Block] = [lead, *private(group)]
    with_it = requesting.goes_with_application(ctx.state)
    if priority and with_it:
        marked = Banner(ctx, "success", ctx.words("asking.marked"), "flag-outline")
        # On a low panel the groups need the room; who they are for was said before one was chosen.
        body[:1] = [marked] if ctx.metrics.orientation == "landscape" else [lead, marked]
    buttons = [_close(ctx)]
    if not with_it:
        reason = None if priority else ctx.words("asking.none_chosen")
        register = Button(
            ctx, "ask", ctx.words("asking.register"), lambda: ctx.send(ev.Ask()), disabled_reason=reason
        )
        if priority or not ctx.metrics.narrow:  # where there is little room it comes when there is one
            buttons.append(register)
    return Dialog(ctx, heading, body, buttons)


def _lead_args(ctx: Ctx, kind: str) -> dict[str, str]:
    return {"phone": ctx.terminal.phone} if kind == "complaint" else {}


def _in_pairs(ctx: Ctx, boxes: list[Checkbox]) -> list[Block]:
    """Two beside each other, where their words have room."""
    if ctx.metrics.narrow or ctx.metrics.elder or len(boxes) < 4:
        return list(boxes)
    return [Line(ctx, boxes[at : at + 2], gap=16, shares=[1, 1]) for at in range(0, len(boxes), 2)]


def _told(ctx: Ctx) -> list[Block]:
    """In one's own words: the two ways beside each other, and what was told by either."""
    said, written = spoken(ctx), _written(ctx, short=True)
    ways = [said.pop(), written.pop()]
    return [*said, *written, Line(ctx, ways, gap=16, shares=[1, 1], stretch=True)]


def _written(ctx: Ctx, short: bool = False) -> list[Block]:
    """In one's own words, with the keys of this terminal or with the own telephone."""
    text = ctx.state.asking.text
    label = "asking.rewrite" if text else "asking.write_short" if short else "asking.write"
    write = Button(
        ctx, "write", ctx.words(label), lambda: _begin(ctx), "secondary", "pencil-outline", high=96
    )
    if not text:
        return [write]
    said = Column(ctx, [Text(ctx, ctx.words("asking.written"), "body", "muted"), Text(ctx, text)], gap=4)
    return [*private(Card(ctx, said, padding=16)), write]


def _begin(ctx: Ctx) -> None:
    """The letters that wait in the field below stay there."""
    ctx.draft[BELOW] = ctx.draft.pop(SPELLED, "")
    ctx.draft.pop(WRITTEN, None)
    ctx.send(ev.WriteMore())


def _text(ctx: Ctx) -> Dialog:
    """A field and keys for what happened."""
    typed: str = ctx.draft.setdefault(WRITTEN, ctx.state.asking.text)
    field = Field(ctx, "asking-text", "", "", lines=1 if ctx.metrics.narrow else 2)
    field.name = ctx.words("asking.write_heading")

    def put(text: str) -> None:
        ctx.draft[WRITTEN] = text[: requesting.MOST_WRITTEN]
        field.show(ctx.draft[WRITTEN], spelled(ctx))

    def enter(text: str) -> None:
        panel.clear()
        put(text)

    panel = TextPanel(
        ctx,
        lambda text: put(ctx.draft[WRITTEN] + text),
        lambda: put(ctx.draft[WRITTEN][:-1]),
        lambda: put(ctx.draft[WRITTEN]),
    )
    field.on_text = enter
    put(typed)

    def done() -> None:
        text = ctx.draft.pop(WRITTEN) + spelled(ctx)
        ctx.draft[SPELLED] = ctx.draft.pop(BELOW, "")
        ctx.send(ev.GiveText(text))

    def buttons() -> list[Button]:
        most = requesting.MOST_WRITTEN
        ready = Button(ctx, "written", ctx.words("asking.write_done"), done)
        return [*([phone_button(ctx, most)] if may_write(ctx, most) else []), ready]

    heading, keys = ctx.words("asking.write_heading"), [*private(field), panel]
    room = WideDialog(ctx, heading, [], buttons())
    for gap in (24, 8):
        if fits(ctx, keys, room.body_height(), room.inner, gap):
            return WideDialog(ctx, heading, [Column(ctx, keys, gap)], buttons())
    # Keys and field belong together: on a low panel the way on stands beside the field.
    line = Line(ctx, [field, buttons()[-1]], gap=16, shares=[1, None])
    return WideDialog(ctx, heading, [Column(ctx, [line, panel], gap=8)], [])


def _by_telephone(ctx: Ctx) -> list[Block]:
    """The whole complaint on one's own telephone, here or later."""
    address = ctx.terminal.lookup_url
    if not address:
        return []
    place = f"{address}complaints?terminal={quote(ctx.terminal.id, safe='')}"
    code = QRCode(ctx, place, ctx.words("asking.scan_name"), size=160)
    words = Text(ctx, ctx.words("asking.scan"), "body", "muted")
    if ctx.metrics.narrow:
        return [words, code]
    return [Card(ctx, Line(ctx, [code, words], shares=[None, 1]), padding=16)]


def _phone(ctx: Ctx, heading: str) -> Dialog:
    """A number to call back: needed for a home visit, voluntary for a complaint."""
    needed = ctx.state.asking.kind in requesting.NEEDS_PHONE
    known = ctx.state.person.phone if ctx.state.person else ""
    typed: str = ctx.draft.setdefault(PHONE, known)
    narrow = ctx.metrics.narrow
    below = not narrow and ctx.metrics.orientation == "portrait"  # else the keys may stand beside the field
    hint = ctx.words("form.digits") if below else ""
    field = Field(ctx, "asking-phone", "", grouped(typed, PHONE_GROUPS), placeholder=hint)
    field.name = ctx.words("asking.phone")

    def type_key(key: str) -> None:
        before = ctx.draft[PHONE]
        after = before[:-1] if key == "delete" else "" if key == "clear" else (before + key)[:PHONE_MOST]
        ctx.draft[PHONE] = after
        field.show(grouped(after, PHONE_GROUPS))

    def send() -> None:
        digits: str = ctx.draft[PHONE]
        if len(digits) in requesting.PHONE_DIGITS or not (digits or needed):
            ctx.send(ev.Ask(digits))
        else:
            said.text = ctx.words("asking.phone_short" if narrow else "asking.phone_wrong")

    why = Text(ctx, ctx.words("asking.phone_why" if needed else "asking.phone_optional"), live="assertive")

    def enter(text: str) -> None:
        ctx.draft[PHONE] = ""
        for sign in filter(str.isdigit, text):
            type_key(sign)

    field.on_text = enter
    back = Button(
        ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.GivePhone(back=True)), kind="secondary"
    )
    act = Button(
        ctx, "ask", ctx.words(f"asking.send_{'complaint' if narrow else ctx.state.asking.kind}"), send
    )
    # Box and keys stay together; on a small panel the heading itself says what is wrong.
    pad = DigitPad(ctx, type_key)
    if narrow:
        body: list[Block] = [Column(ctx, [field, pad], gap=8)]
    else:
        body = [Column(ctx, [why, field], gap=12), pad]
        room = Dialog(ctx, heading, [], [_close(ctx)])
        if not fits(ctx, body, room.body_height(), room.inner):
            body = [Line(ctx, body, gap=24, shares=[1, 1], valign="top")]
    dialog = Dialog(ctx, heading, body, [back, act])
    said = dialog.heading if narrow else why
    return dialog


def _close(ctx: Ctx) -> Button:
    return Button(ctx, "close", ctx.words("help.close"), lambda: ctx.send(ev.Stay()), kind="secondary")
