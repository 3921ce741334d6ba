"""What can happen while somebody speaks a complaint.  ``take`` is the visit's name for the one recording that
holds now: what comes of another is too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.visit.events.touch import Touch
from values import dataclass

if TYPE_CHECKING:
    from kiosk.privacy.needles import Needle


@dataclass(frozen=True)
class OpenRecording(Touch):
    """说一说: what it means is told first; or back to what was recorded."""


@dataclass(frozen=True)
class BeginRecording(Touch):
    """同意，开始录音; also once more, in place of what was recorded."""


@dataclass(frozen=True)
class EndRecording(Touch):
    """说完了."""


@dataclass(frozen=True)
class HearRecording(Touch):
    """听一遍; through headphones alone."""


@dataclass(frozen=True)
class HushRecording(Touch):
    pass


@dataclass(frozen=True)
class UseRecording(Touch):
    """It goes with the complaint; back to that."""


@dataclass(frozen=True)
class LeaveRecording(Touch):
    """删除, or 不录了: what was recorded is overwritten at once; back to the complaint."""


@dataclass(frozen=True)
class RecordingBegun:
    """The first sound is here: from now on it records."""

    visit: int
    take: str


@dataclass(frozen=True, repr=False)
class RecordingEnded:
    """``fault``: what ended it before anybody said so."""

    visit: int
    take: str
    seconds: float
    verdict: str
    bars: tuple[float, ...] = ()
    full: bool = False
    fault: str = ""
    marks: tuple[Needle, ...] = ()


@dataclass(frozen=True)
class RecordingFailed:
    visit: int
    take: str
    fault: str


@dataclass(frozen=True)
class RecordingPlayed:
    """To its end, or hushed; ``fault``: or not at all."""

    visit: int
    take: str
    fault: str = ""


RecordingEvent = RecordingBegun | RecordingEnded | RecordingFailed | RecordingPlayed
