"""What a technician can do.  The pages send these to :meth:`kiosk.technician.desk.TechnicianDesk.send`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from values import dataclass

if TYPE_CHECKING:
    from kiosk.technician.state import View


class Command:
    """Base of whatever a technician's page sends; each counts as a touch."""


@dataclass(frozen=True)
class AskEntry(Command):
    """The gesture was made.  Refused without a word while somebody is in the middle of something."""


@dataclass(frozen=True)
class Digit(Command):
    digit: str  # one of 0123456789


@dataclass(frozen=True)
class Erase(Command):
    """The last digit."""


@dataclass(frozen=True)
class GivePin(Command):
    pass


@dataclass(frozen=True)
class Leave(Command):
    pass


@dataclass(frozen=True)
class Show(Command):
    view: View
    device: str | None = None


@dataclass(frozen=True)
class TurnPage(Command):
    by: int


@dataclass(frozen=True)
class SelfTest(Command):
    device: str


@dataclass(frozen=True)
class SelfTestAll(Command):
    pass


@dataclass(frozen=True)
class ReadTest(Command):
    """Wait for any card or code on this reader, and forget what it says; ``False`` calls it off."""

    device: str
    wanted: bool = True


@dataclass(frozen=True)
class VoiceTest(Command):
    """Say a sentence into this microphone: its level is shown, and nothing of it is kept."""

    device: str


@dataclass(frozen=True)
class Restart(Command):
    device: str


@dataclass(frozen=True)
class TestPrint(Command):
    device: str


@dataclass(frozen=True)
class PaperCameOut(Command):
    """The technician's answer after a test print."""

    device: str
    yes: bool


@dataclass(frozen=True)
class Refilled(Command):
    """A new roll or a full tray was put in."""

    device: str


@dataclass(frozen=True)
class CheckNetwork(Command):
    pass


@dataclass(frozen=True)
class MeasureMachine(Command):
    pass


@dataclass(frozen=True)
class RecordTest(Command):
    """A test that only a person can judge: ``kind`` screen, sound or keypad."""

    kind: str
    passed: bool


@dataclass(frozen=True)
class PlaySound(Command):
    pass


@dataclass(frozen=True)
class BeginCalibration(Command):
    pass


@dataclass(frozen=True)
class CalibrationTouch(Command):
    """Where the finger was, in fractions of the panel before any correction."""

    x: float
    y: float


@dataclass(frozen=True)
class ConfirmCalibration(Command):
    pass


@dataclass(frozen=True)
class ResetCalibration(Command):
    pass


@dataclass(frozen=True)
class AskService(Command):
    """First step: to take the terminal out of service, or back into it.  ``False`` calls it off."""

    asked: bool = True


@dataclass(frozen=True)
class SetService(Command):
    """Second step."""

    out: bool


@dataclass(frozen=True)
class WriteReport(Command):
    """The readiness report as PDF, into ``folder``."""

    folder: str


@dataclass(frozen=True)
class ExportLog(Command):
    folder: str


@dataclass(frozen=True)
class PrintReport(Command):
    """The readiness report on the terminal's own printer for documents."""


@dataclass(frozen=True)
class Touched(Command):
    """A finger came down somewhere."""
