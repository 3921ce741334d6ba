"""A device on the technician's pages: how it is, since when, what is wrong, what to do, with a picture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.mending import mending
from kiosk.technician import commands
from kiosk.technician.cards import NOT_READY, READY, WARNING, of_the_past, rank, trouble
from kiosk.technician.names import CARDS, PAPERS, STATES, STEPS, TESTS, called, short_moment, who
from kiosk.technician.state import DeviceCard, View
from kiosk.touch_panel import DRIVER as TOUCH_PANEL
from screens.kit.block import Block
from screens.kit.buttons import Row
from screens.kit.layout import Card, Column, Line
from screens.kit.pictures import Picture
from screens.kit.semantics import Role
from screens.kit.text import Heading, Icon, Text
from screens.technician.frame import sentence

if TYPE_CHECKING:
    from assets.drawings import Part
    from kiosk.technician.state import NetworkStep, TestRecord
    from screens.kit.buttons import Button, Kind
    from screens.kit.context import Ctx
    from screens.technician.room import Room

LOOKS: Final = {
    NOT_READY: ("alert-octagon", "danger"),
    WARNING: ("alert", "warning"),
    READY: ("check-circle", "success"),
}
PART_OF: Final[dict[str, Part]] = {
    "resident_card": "reader",
    "social_security_card": "slot",
    "code": "scanner",
    "receipt": "slip",
    "document": "document",
}
ICON_OF: Final = {
    "resident_card": "card-account-details-outline",
    "social_security_card": "smart-card-outline",
    "code": "barcode-scan",
    "receipt": "receipt-text-outline",
    "document": "printer",
    "microphone": "microphone",
}
SUMMARY_STEPS: Final = 4
DRAWING_HIGH: Final = 195


class DeviceRow(Row):
    """One device of the overview, all across: press for its own page."""

    def measure(self, width: int) -> float:
        words = self._words(width)
        height = self.title.fit(words) + (self.caption.fit(words) if self.caption.text else 0)
        return max(self.ctx.px(self.ctx.metrics.dense_high), height + self.ctx.px(20))


def device_row(room: Room, card: DeviceCard, brief: bool = False) -> Row:
    """``brief``: two of them stand beside each other, and only say since when."""
    since = room.words("overview.since", moment=short_moment(card.since, room.language))
    made = DeviceRow(
        room.ctx,
        f"device:{card.name}",
        card.name,
        since if brief else facts(room, card),
        lambda: room.act(commands.Show(View.DEVICE, card.name)),
        icon=ICON_OF.get(next(iter(card.capabilities), ""), "devices"),
        trailing=state_words(room, card),
    )
    made.value = state_words(room, card)
    return made


def platform_row(room: Room) -> Row | None:
    """How the platform is reached; nothing where none is configured or nobody has looked yet."""
    steps = room.state.network
    if not steps or steps[0].fault == "platform.not_configured":
        return None
    failed = platform_fault(room)
    said = "platform_busy" if any(each.state in ("waiting", "running") for each in steps) else "platform_ok"
    caption = room.words("net.heading")
    if failed is not None:
        said = "platform_wrong" if failed.name == "time" else "platform_bad"
        step = called(STEPS, failed.name, room.language)
        caption = f"{step} · {room.words('overview.failed')}"
    trailing = room.words(f"overview.{said}")
    made = DeviceRow(
        room.ctx,
        "platform",
        room.words("overview.platform"),
        caption,
        lambda: room.act(commands.Show(View.NETWORK)),
        icon="alert-octagon" if failed is not None else "lan",
        trailing=trailing,
    )
    made.value = trailing
    return made


def sound_row(room: Room) -> Row | None:
    """The sound device, where it does not take what it is given."""
    fault = room.state.sound_fault
    if fault is None:
        return None
    made = DeviceRow(
        room.ctx,
        "sound",
        room.words("overview.sound_device"),
        sentence(fault, room.language),
        lambda: room.act(commands.Show(View.SOUND)),
        icon="volume-off",
        trailing=room.words("overview.sound_bad"),
    )
    made.value = room.words("overview.sound_bad")
    return made


def platform_fault(room: Room) -> NetworkStep | None:
    """The step on the way to the platform that failed."""
    steps = room.state.network
    if steps and steps[0].fault == "platform.not_configured":
        return None
    return next((each for each in steps if each.fault is not None), None)


def state_words(room: Room, card: DeviceCard) -> str:
    state = "stuck" if card.driver == TOUCH_PANEL else card.state
    said = called(STATES, state, room.language)
    if card.paper in ("low", "out", "jammed"):
        said = called(PAPERS, card.paper, room.language)
    elif card.card in ("unreadable", "left_behind"):
        said = called(CARDS, card.card, room.language)
    return said


def facts(room: Room, card: DeviceCard) -> str:
    """Since when, and what its last test showed."""
    since = room.words("overview.since", moment=short_moment(card.since, room.language))
    return f"{since} · {test_words(room, card)}"


def test_words(room: Room, card: DeviceCard) -> str:
    if card.testing:
        return room.words("overview.testing")
    record = card.last_test
    return room.words("overview.never_tested") if record is None else record_words(room, record)


def record_words(room: Room, record: TestRecord) -> str:
    result = {True: "passed", False: "failed", None: "unsaid"}[record.passed]
    return room.words(
        "overview.tested",
        test=called(TESTS, record.kind, room.language),
        result=room.words(f"overview.{result}"),
        moment=short_moment(record.at, room.language),
        by=who(record.by, room.language),
    )


def title_line(room: Room, card: DeviceCard, below: str = "", beside: Block | None = None) -> Block:
    """Mark, name, and in words how it is: a colour never says it alone."""
    ctx = room.ctx
    icon, ink = LOOKS[rank(card)]
    words: list[Block] = [Heading(ctx, card.name, level=2)]
    if below:
        words.append(Text(ctx, below, "caption", "muted"))
    state = Text(ctx, state_words(room, card), "lead_bold" if ctx.metrics.narrow else "h2", ink)
    parts: list[Block] = [Icon(ctx, icon, 48, ink), Column(ctx, words, gap=0), state]
    shares: list[float | None] = [None, 1, None]
    if beside is not None:
        parts.append(beside)
        shares.append(None)
    return Line(ctx, parts, gap=16, shares=shares)


def trouble_card(room: Room, card: DeviceCard) -> Block:
    """The worst device, opened: what is wrong, what to do about it, and where it is on this machine."""
    ctx = room.ctx
    code = trouble(card)
    if ctx.metrics.narrow:
        return _small_trouble_card(room, card, code)
    show, second, third = first_actions(room, card)
    picture = drawing(room, card) if code is not None else None
    words = Column(ctx, explanation(room, card, code, SUMMARY_STEPS) if code is not None else [], gap=8)
    if ctx.metrics.orientation == "landscape" and picture is not None:
        beside = Column(ctx, [picture, second, third], gap=16)
        blocks: list[Block] = [
            title_line(room, card, facts(room, card), show),
            Line(ctx, [words, beside], shares=[1, None], valign="top"),
        ]
    else:
        blocks = [
            title_line(room, card, facts(room, card)),
            words if picture is None else Line(ctx, [words, picture], shares=[1, None], valign="top"),
            Line(ctx, [show, second, third], gap=16, shares=[1, 1, 1], stretch=True),
        ]
    return Card(ctx, Column(ctx, blocks, gap=12), padding=(28, 20))


def _small_trouble_card(room: Room, card: DeviceCard, code: str | None) -> Block:
    """On a small tablet: the sentence and the steps, and nothing that its own page has."""
    ctx = room.ctx
    blocks: list[Block] = [title_line(room, card)]
    if code is not None:
        blocks += _then(room, card)
        blocks.append(Text(ctx, sentence(code, room.language), "body_bold"))
        steps = mending(code, card.capabilities).of(room.language)[:SUMMARY_STEPS]
        blocks += [Step(ctx, number, step) for number, step in enumerate(steps, 1)]
    show, _, last = first_actions(room, card, icons=False)
    blocks.append(Line(ctx, [show, last], gap=16, shares=[1, 1], stretch=True))
    return Card(ctx, Column(ctx, blocks, gap=8), padding=(24, 16))


def explanation(room: Room, card: DeviceCard, code: str, most: int | None = None) -> list[Block]:
    """The technician's sentence, the code, and the steps to mend."""
    ctx = room.ctx
    cause = f"{code}　{card.cause}" if card.cause else code
    steps = mending(code, card.capabilities).of(room.language)[:most]
    return [
        *_then(room, card),
        Text(ctx, sentence(code, room.language), "body_bold"),
        Text(ctx, f"{room.words('part.code')}　{cause}", "caption", "muted"),
        Heading(ctx, room.words("overview.do_this"), level=3),
        *(Step(ctx, number, step) for number, step in enumerate(steps, 1)),
    ]


def _then(room: Room, card: DeviceCard) -> list[Block]:
    """Heads a fault that a past test found and that the device itself no longer reports."""
    if card.last_test is None or not of_the_past(card):
        return []
    moment = short_moment(card.last_test.at, room.language)
    return [Text(room.ctx, room.words("overview.then", moment=moment), "body", "muted")]


class Step(Block):
    """A numbered step, its lines under one another."""

    def __init__(self, ctx: Ctx, number: int, text: str) -> None:
        super().__init__(ctx)
        self.semantics(Role.LISTITEM, text, value=str(number))
        self.mark = Text(ctx, f"{number}.", "body_bold", "on_tint", role=Role.NONE)
        self.text = Text(ctx, text, "body", role=Role.NONE)
        self.beside = ctx.px(36)
        self.hold(self.mark, self.text)

    def measure(self, width: int) -> float:
        return self.text.fit(width - self.beside)

    def natural_width(self) -> int:
        return self.text.natural_width() + self.beside

    def least_width(self) -> int:
        return self.text.least_width() + self.beside

    def arrange(self) -> None:
        width = int(self.width) - self.beside
        high = self.text.fit(width)
        line = self.mark.style.line
        self.mark.place(self.x, self.top - line, self.beside, line)
        self.text.place(self.x + self.beside, self.top - high, width, high)


def drawing(room: Room, card: DeviceCard, high: float = DRAWING_HIGH) -> Picture | None:
    """This machine's front with the device's part in a frame; nothing for a part that cannot be seen."""
    part = next((PART_OF[each] for each in card.capabilities if each in PART_OF), None)
    if part is None:
        return None
    from assets.drawing_tools import PALETTES
    from assets.drawings import DEFAULT_LAYOUT, PARTS, MachineLayout
    from assets.drawings import drawing as draw

    given = MachineLayout.of(room.site.layout)
    layout = given if isinstance(given, MachineLayout) else DEFAULT_LAYOUT
    has = room.ctx.terminal.parts
    parts = PARTS if has is None else {*(has & PARTS), part}
    palette = PALETTES[room.ctx.theme.name]
    path = draw("machine", palette=palette, layout=layout, highlight=part, parts=parts)
    return Picture(room.ctx, path, room.words("part.drawing"), highest=high)


def actions(room: Room, card: DeviceCard) -> list[Button]:
    """All that can be done with a device, on its own page."""
    if card.driver == TOUCH_PANEL:
        return [_touch_test(room)]
    if card.is_printer:
        others = [_refilled(room, card), _self_test(room, card, kind="secondary")]
        return [_restart(room, card), *others, _test_print(room, card)]
    trying = _speaking(room, card) if "microphone" in card.capabilities else _reading(room, card)
    return [_restart(room, card), trying, _self_test(room, card)]


def first_actions(room: Room, card: DeviceCard, icons: bool = True) -> list[Button]:
    """Its own page, and the two that mend it most often."""
    details = room.button(
        "details",
        room.words("overview.details"),
        commands.Show(View.DEVICE, card.name),
        icon="magnify" if icons else None,
    )
    if card.driver == TOUCH_PANEL:
        calibration = room.button(
            "calibrate", room.words("part.calibrate"), commands.Show(View.CALIBRATION), icon="target"
        )
        return [details, calibration, _touch_test(room)]
    if card.is_printer:
        return [details, _refilled(room, card, icons), _test_print(room, card, icons)]
    return [details, _restart(room, card), _self_test(room, card, icons)]


def _touch_test(room: Room) -> Button:
    """Somebody's finger, all over it: it has no driver to ask."""
    show = commands.Show(View.SCREEN)
    return room.button("touch-test", room.words("part.touch_test"), show, "primary", "gesture-tap")


def _self_test(room: Room, card: DeviceCard, icons: bool = True, kind: Kind = "primary") -> Button:
    testing = room.words("overview.testing") if card.testing else None
    return room.button(
        "self-test",
        testing or room.words("part.self_test"),
        commands.SelfTest(card.name),
        kind,
        "stethoscope" if icons else None,
        disabled=testing,
    )


def _restart(room: Room, card: DeviceCard) -> Button:
    return room.button("restart", room.words("part.restart"), commands.Restart(card.name), icon="restart")


def _refilled(room: Room, card: DeviceCard, icons: bool = True) -> Button:
    icon = "tray-full" if icons else None
    return room.button("refilled", room.words("part.refilled"), commands.Refilled(card.name), icon=icon)


def _test_print(room: Room, card: DeviceCard, icons: bool = True) -> Button:
    printing = room.words("part.printing") if room.state.printing else None
    asked = room.state.view is View.DEVICE and room.state.asks_paper == card.name
    return room.button(
        "test-print",
        printing or room.words("part.test_print"),
        commands.TestPrint(card.name),
        "primary",
        "printer-check" if icons else None,
        disabled=room.words("part.asks_paper") if asked else printing,
    )


def _reading(room: Room, card: DeviceCard) -> Button:
    waiting = room.state.reading == card.name
    label = (
        "part.read_stop"
        if waiting
        else "part.read_code"
        if card.capabilities == ("code",)
        else "part.read_test"
    )
    command = partial(commands.ReadTest, card.name, not waiting)
    return room.button("read-test", room.words(label), lambda: room.act(command()), icon="gesture-tap")


def _speaking(room: Room, card: DeviceCard) -> Button:
    listening = room.words("part.listening") if room.state.hearing is not None else None
    return room.button(
        "voice-test",
        listening or room.words("part.voice_test"),
        commands.VoiceTest(card.name),
        icon="account-voice",
        disabled=listening,
    )
