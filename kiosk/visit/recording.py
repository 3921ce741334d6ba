"""A complaint by voice: told what it means, spoken, heard again, made anew or thrown away, and sent.

The sound itself is with the recorder (``kiosk.recorder``); in here are its length and loudness.  It is
overwritten when it is not wanted, when it has been sent or kept, and when its dialog or the visit ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.visit import events as ev
from kiosk.visit.effects import (
    BeginRecording,
    DropRecording,
    Effect,
    EndRecording,
    HushRecording,
    PlayRecording,
    WriteEvent,
)
from kiosk.visit.finishing import answered
from kiosk.visit.state import Asking, AskingState, Recording, RecordingState, Visit
from kiosk.visit.world import Step, World

MAY_SPEAK: Final = ("complaint",)
UNHEARD: Final = ("silent", "short")


def may_speak(visit: Visit) -> bool:
    """Whether the way is offered: a microphone works at this moment."""
    return visit.microphone and visit.asking.kind in MAY_SPEAK


def open_recording(visit: Visit, event: ev.OpenRecording, world: World) -> Step:
    asking = visit.asking
    there = asking.recording is not None
    if asking.state is not AskingState.OPEN or not (there or may_speak(visit)):
        return visit, ()
    recording = asking.recording or Recording()
    return replace(visit, asking=replace(asking, state=AskingState.VOICE, recording=recording)), ()


def begin(visit: Visit, event: ev.BeginRecording, world: World) -> Step:
    """Consent was given by this touch; what was recorded before is overwritten."""
    before = _open(visit)
    if before is None or before.under_way:
        return visit, ()
    take = world.new_key()
    recording = Recording(RecordingState.STARTING, take)
    written = WriteEvent("recording.begin")
    return _with(visit, recording), (*_dropped(before), written, BeginRecording(visit.number, take))


def begun(visit: Visit, event: ev.RecordingBegun, world: World) -> Step:
    recording = _of(visit, event.take)
    if recording is None or recording.state is not RecordingState.STARTING:
        return visit, ()
    return _with(visit, replace(recording, state=RecordingState.RECORDING), world), ()


def end(visit: Visit, event: ev.EndRecording, world: World) -> Step:
    recording = _open(visit)
    if recording is None or not recording.under_way:
        return visit, ()
    return visit, (EndRecording(),)


def ended(visit: Visit, event: ev.RecordingEnded, world: World) -> Step:
    recording = _of(visit, event.take)
    if recording is None or not recording.under_way:
        return visit, ()
    unheard = event.verdict in UNHEARD
    made = replace(
        recording,
        state=RecordingState.UNHEARD if unheard else RecordingState.RECORDED,
        seconds=event.seconds,
        verdict=event.verdict,
        bars=event.bars,
        full=event.full,
        fault=event.fault,
        marks=event.marks,
    )
    told = visit.with_fault(event.fault) if event.fault else visit
    written = _written("unheard" if unheard else "recorded", event.fault)
    return _with(told, made, world), (written, *((DropRecording(),) if unheard else ()))


def failed(visit: Visit, event: ev.RecordingFailed, world: World) -> Step:
    recording = _of(visit, event.take)
    if recording is None or not recording.under_way:
        return visit, ()
    made = Recording(RecordingState.FAILED, event.take, fault=event.fault)
    return _with(visit.with_fault(event.fault), made, world), (_written("failed", event.fault),)


def hear(visit: Visit, event: ev.HearRecording, world: World) -> Step:
    """Only headphones: nobody else in the hall is to hear it."""
    recording = _open(visit)
    if recording is None or not recording.usable or recording.playing or not visit.headphones:
        return visit, ()
    playing = replace(recording, playing=True, fault="")
    return _with(visit, playing), (PlayRecording(visit.number, recording.take),)


def hush(visit: Visit, event: ev.HushRecording, world: World) -> Step:
    recording = _open(visit)
    if recording is None or not recording.playing:
        return visit, ()
    return visit, (HushRecording(),)


def played(visit: Visit, event: ev.RecordingPlayed, world: World) -> Step:
    recording = _of(visit, event.take)
    if recording is None or not recording.playing:
        return visit, ()
    told = visit.with_fault(event.fault) if event.fault else visit
    return _with(told, replace(recording, playing=False, fault=event.fault), world), ()


def use(visit: Visit, event: ev.UseRecording, world: World) -> Step:
    recording = _open(visit)
    if recording is None or not recording.usable:
        return visit, ()
    kept = replace(visit.asking, state=AskingState.OPEN, recording=replace(recording, playing=False))
    return replace(visit, asking=kept), ((HushRecording(),) if recording.playing else ())


def leave(visit: Visit, event: ev.LeaveRecording, world: World) -> Step:
    recording = _open(visit)
    if recording is None:
        return visit, ()
    effects: list[Effect] = [*_dropped(recording)]
    if recording.under_way:
        effects.append(_written("called_off"))
    elif recording.usable:
        effects.append(WriteEvent("recording.dropped"))
    left = replace(visit.asking, state=AskingState.OPEN, recording=None)
    return replace(visit, asking=left), tuple(effects)


def headphones_out(visit: Visit) -> tuple[Effect, ...]:
    """What was being heard must not go on through the loudspeaker."""
    recording = visit.asking.recording
    return (HushRecording(),) if recording is not None and recording.playing else ()


def closed(visit: Visit) -> Step:
    """The dialog that asks is left: what was said in it goes with it."""
    recording = visit.asking.recording
    if recording is None:
        return replace(visit, asking=Asking()), ()
    effects: tuple[Effect, ...] = _dropped(recording)
    if recording.under_way:
        effects = (*effects, _written("called_off"))
    return replace(visit, asking=Asking()), effects


def sent(visit: Visit) -> Step:
    """The request is on its way or on the disk: here it is not needed any more."""
    if visit.asking.recording is None:
        return visit, ()
    return replace(visit, asking=replace(visit.asking, recording=None)), (DropRecording(),)


def microphone_changed(visit: Visit, event: ev.MicrophoneChanged, world: World) -> Step:
    return (visit if visit.microphone == event.ready else replace(visit, microphone=event.ready)), ()


def _open(visit: Visit) -> Recording | None:
    """What the page is about now."""
    return visit.asking.recording if visit.asking.state is AskingState.VOICE else None


def _of(visit: Visit, take: str) -> Recording | None:
    recording = _open(visit)
    return recording if recording is not None and recording.take == take else None


def _with(visit: Visit, recording: Recording, world: World | None = None) -> Visit:
    """``world``: something came of it by itself, and who waits for that is here."""
    made = replace(visit, asking=replace(visit.asking, recording=recording))
    if world is None:
        return made
    return replace(answered(made), last_touch=world.now)


def _dropped(recording: Recording) -> tuple[Effect, ...]:
    return (DropRecording(),) if recording.take else ()


def _written(disposition: str, fault: str = "") -> WriteEvent:
    return WriteEvent("recording.end", (("disposition", disposition), ("fault", fault)))
