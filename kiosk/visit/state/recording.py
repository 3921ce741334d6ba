"""A complaint that is spoken: what is known of it, and never a sound of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from values import dataclass

if TYPE_CHECKING:
    from kiosk.privacy.needles import Needle

LONGEST_SECONDS: Final = 120
WARNING_SECONDS: Final = 15
"""So long before the end it is said that it comes."""


class RecordingState(StrEnum):
    CONSENT = "consent"  # what is recorded, who hears it, how long it is kept: nothing is recorded yet
    STARTING = "starting"  # the microphone is being opened
    RECORDING = "recording"
    RECORDED = "recorded"  # to be heard, made anew, thrown away or used
    UNHEARD = "unheard"  # there was nothing to hear, or it was far too short: it is gone
    FAILED = "failed"  # the microphone does not work: nothing is there


@dataclass(frozen=True, repr=False)
class Recording:
    """``take`` names the sound itself, which the recorder has.  ``bars``: its course, each from 0 to 1.

    ``verdict``: good, faint, silent or short.  ``full``: it has reached the longest that it may be.
    ``fault``: what ended it, or why nothing came of it, or why it cannot be heard.
    ``marks`` are what must not be found anywhere later.
    """

    state: RecordingState = RecordingState.CONSENT
    take: str = ""
    seconds: float = 0.0
    verdict: str = ""
    bars: tuple[float, ...] = ()
    full: bool = False
    playing: bool = False
    fault: str = ""
    marks: tuple[Needle, ...] = ()

    @property
    def usable(self) -> bool:
        return self.state is RecordingState.RECORDED

    @property
    def under_way(self) -> bool:
        return self.state in (RecordingState.STARTING, RecordingState.RECORDING)
