"""说一说: what a recording means, told before; level and time while it records; and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.visit import events as ev
from kiosk.visit.state import LONGEST_SECONDS, WARNING_SECONDS, Recording, RecordingState
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.dialog import Dialog, WideDialog
from screens.kit.layout import Card, Column, Line
from screens.kit.meter import Bars, LiveBars
from screens.kit.notes import Banner
from screens.kit.semantics import Role, private
from screens.kit.text import Text

if TYPE_CHECKING:
    from kiosk.visit.events import Touch
    from screens.kit.buttons import Kind
    from screens.kit.context import Ctx


_BEGINS: Final = {True: "recording.after_notes", False: "recording.when_seen"}
"""Whether two notes say that one may speak."""


def voice_dialog(ctx: Ctx) -> Dialog:
    recording = ctx.state.asking.recording
    assert recording is not None
    words = ctx.words
    match recording.state:
        case RecordingState.CONSENT:
            return _consent(ctx)
        case RecordingState.STARTING:
            opening: list[Block] = [Banner(ctx, "info", words("recording.opening"), "microphone")]
            return Dialog(ctx, words("recording.heading"), opening, [_leave(ctx, "cancel")])
        case RecordingState.RECORDING:
            return _now(ctx)
        case RecordingState.RECORDED:
            return _recorded(ctx, recording)
        case RecordingState.UNHEARD:
            key = "unheard" if recording.verdict == "silent" else "short"
            told = Banner(ctx, "warning", words(f"recording.{key}"), "microphone-question")
        case RecordingState.FAILED:
            told = Banner(
                ctx, "danger", words("recording.failed", phone=ctx.terminal.phone), "microphone-off"
            )
    ways = [_leave(ctx, "no")]
    if ctx.state.microphone:
        ways.append(_record(ctx, "again"))
    return Dialog(ctx, words("recording.heading"), [told], ways)


def spoken(ctx: Ctx) -> list[Block]:
    """In the complaint: the way to speak, or what was spoken.  Nothing where no microphone works."""
    from kiosk.visit import recording as rules

    there = ctx.state.asking.recording
    if there is None and not rules.may_speak(ctx.state):
        return []
    label = "recording.change" if there is not None else "recording.offer"
    way = Button(
        ctx,
        "speak",
        ctx.words(label),
        lambda: ctx.send(ev.OpenRecording()),
        "secondary",
        "microphone",
        high=96,
    )
    if there is None:
        return [way]
    said = Text(ctx, ctx.words("recording.there", time=clock(there.seconds)))
    said.name = ctx.words("recording.there", time=in_words(ctx, there.seconds))
    return [*private(Card(ctx, said, padding=16)), way]


def clock(seconds: float) -> str:
    """1:05"""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def in_words(ctx: Ctx, seconds: float) -> str:
    """1:05 is read out as a time of the day."""
    whole = int(seconds)
    if whole < 60:
        return ctx.words("recording.seconds", seconds=whole)
    return ctx.words("recording.minutes", minutes=whole // 60, seconds=whole % 60)


def _consent(ctx: Ctx) -> Dialog:
    """Plain words before anything is recorded: what, who, how long, and how else."""
    words = ctx.words
    told = [
        words("recording.what", minutes=LONGEST_SECONDS // 60),
        words("recording.who"),
        words("recording.kept", days=ctx.terminal.recording_days, phone=ctx.terminal.phone),
        " ".join((words("recording.near"), words(_BEGINS[ctx.terminal.signals])))
        if ctx.language == "en"
        else words("recording.near") + words(_BEGINS[ctx.terminal.signals]),
    ]
    low = ctx.metrics.elder or ctx.metrics.orientation == "landscape"
    made = WideDialog if low and not ctx.metrics.narrow else Dialog
    body: list[Block] = [Text(ctx, each) for each in told]
    return made(ctx, words("recording.heading"), body, [_leave(ctx, "no"), _record(ctx, "agree")])


def _now(ctx: Ctx) -> Dialog:
    """It records: said in words, and seen by what moves with the voice."""
    words = ctx.words
    on = Banner(ctx, "info", words("recording.now"), "record-circle-outline")
    time = Text(ctx, _times(ctx, 0.0), "lead_bold", role=Role.TIMER)
    hint = Text(ctx, words("recording.speak"), live="polite")

    def level() -> float:
        return ctx.meter().level if ctx.meter is not None else 0.0

    def looked() -> None:
        if ctx.meter is None:
            return
        meter = ctx.meter()
        time.text = _times(ctx, meter.seconds)
        left = LONGEST_SECONDS - meter.seconds
        if left <= WARNING_SECONDS:
            hint.text = words("recording.ending", seconds=max(0, int(left)))
        else:
            hint.text = words("recording.speak" if meter.heard else "recording.closer")

    bars = LiveBars(ctx, level, looked)
    end = Button(ctx, "continue", words("recording.end"), lambda: ctx.send(ev.EndRecording()), icon="stop")
    body: list[Block] = [on, Card(ctx, Column(ctx, [bars, time, hint], gap=12), padding=24)]
    dialog = Dialog(ctx, words("recording.heading_now"), body, [_leave(ctx, "cancel"), end])
    looked()
    return dialog


def _times(ctx: Ctx, seconds: float) -> str:
    left = max(0.0, LONGEST_SECONDS - int(seconds))
    return ctx.words("recording.times", gone=clock(seconds), left=clock(left))


def _recorded(ctx: Ctx, recording: Recording) -> Dialog:
    words = ctx.words
    length = Text(ctx, words("recording.length", time=clock(recording.seconds)), "lead_bold")
    length.name = words("recording.length", time=in_words(ctx, recording.seconds))
    blocks: list[Block] = [Bars(ctx, recording.bars), length]
    padding = 16 if ctx.metrics.narrow else 24
    body: list[Block] = [*_about(ctx, recording), Card(ctx, Column(ctx, blocks, gap=12), padding=padding)]
    body += _hearing(ctx, recording)
    buttons = [_leave(ctx, "delete"), *([_record(ctx, "again", "secondary")] if ctx.state.microphone else [])]
    buttons.append(Button(ctx, "use", words("recording.use"), lambda: ctx.send(ev.UseRecording())))
    return Dialog(ctx, words("recording.heading_done"), body, buttons)


def _about(ctx: Ctx, recording: Recording) -> list[Block]:
    """What has to be known of it: cut off, at its end, or hardly to be heard."""
    words = ctx.words
    if recording.verdict == "faint":
        return [Banner(ctx, "warning", words("recording.faint"), "volume-low")]
    if recording.fault.startswith("microphone."):
        return [Banner(ctx, "warning", words("recording.cut_off"), "microphone-off")]
    if recording.full:
        return [Banner(ctx, "info", words("recording.full"), "timer-outline")]
    return []


def _hearing(ctx: Ctx, recording: Recording) -> list[Block]:
    """Through headphones alone: nobody else is to hear it."""
    words = ctx.words
    if not ctx.state.headphones:
        return [Text(ctx, words("recording.no_headphones"), "body", "muted")]
    found: list[Block] = []
    if recording.fault.startswith("sound."):
        found.append(Banner(ctx, "warning", words("recording.not_played"), "volume-off"))
    playing = recording.playing
    event: Touch = ev.HushRecording() if playing else ev.HearRecording()
    label = words("recording.hush" if playing else "recording.hear")
    icon = "stop" if playing else "headphones"
    found.append(Button(ctx, "hear", label, lambda: ctx.send(event), "secondary", icon, high=96))
    return [Line(ctx, found, shares=[1])] if len(found) == 1 else found


def _record(ctx: Ctx, label: str, kind: Kind = "primary") -> Button:
    return Button(ctx, "record", ctx.words(f"recording.{label}"), lambda: ctx.send(ev.BeginRecording()), kind)


def _leave(ctx: Ctx, label: str) -> Button:
    """``delete`` has a key of its own: the keypad's cancel must not throw away what was said."""
    key = "delete-recording" if label == "delete" else "back"
    return Button(
        ctx, key, ctx.words(f"recording.{label}"), lambda: ctx.send(ev.LeaveRecording()), kind="secondary"
    )
