"""A spoken complaint in every phase, as states."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from kiosk.recorder import Meter
from kiosk.visit.state import Asking, AskingState, Overlay, Recording, RecordingState, Visit

COURSE: Final = tuple(round(abs(math.sin(number / 3)) * 0.8, 3) for number in range(40))
METER: Final = Meter(37.2, 0.6, True)
"""What the pictures' window hears."""


def recording_pages(at: Visit) -> dict[str, Visit]:
    def asking(
        recording: Recording | None,
        state: AskingState = AskingState.VOICE,
        headphones: bool = False,
        microphone: bool = True,
    ) -> Visit:
        shown = replace(at, overlay=Overlay.ASKING, asking=Asking("complaint", state, recording=recording))
        return replace(shown, headphones=headphones, microphone=microphone)

    done = Recording(RecordingState.RECORDED, "take-1", 42.0, "good", COURSE)
    unheard = replace(done, state=RecordingState.UNHEARD, bars=())
    return {
        "asking-complaint-microphone": asking(None, AskingState.OPEN),
        "asking-complaint-spoken": asking(done, AskingState.OPEN),
        "recording-consent": asking(Recording()),
        "recording-starting": asking(replace(done, state=RecordingState.STARTING)),
        "recording-now": asking(replace(done, state=RecordingState.RECORDING)),
        "recording-done": asking(done),
        "recording-done-headphones": asking(done, headphones=True),
        "recording-playing": asking(replace(done, playing=True), headphones=True),
        "recording-not-played": asking(replace(done, fault="sound.no_device"), headphones=True),
        "recording-faint": asking(replace(done, verdict="faint")),
        "recording-cut-off": asking(replace(done, fault="microphone.lost"), microphone=False),
        "recording-full": asking(replace(done, seconds=120.0, full=True)),
        "recording-unheard": asking(replace(unheard, verdict="silent")),
        "recording-short": asking(replace(unheard, verdict="short", seconds=0.4)),
        "recording-failed": asking(Recording(RecordingState.FAILED, "take-1", fault="microphone.none")),
    }
