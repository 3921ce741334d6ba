"""Everything that a page may show: one frozen value per moment of a visit.

The flow (``kiosk.visit.flow``) turns a state and an event into the next state and a list of effects.
Screens draw from the state and never keep facts of their own.  Sentences are not in here: a page gets
keys and context, and finds the words in its message catalogue.
"""

from __future__ import annotations

from kiosk.visit.state.asking import (
    ELDERLY_YEARS,
    PRIORITIES,
    Appointment,
    AppointmentState,
    Asking,
    AskingState,
    HelpState,
)
from kiosk.visit.state.case import CaseState, Rating, RatingState, StepName, StepState, Submission
from kiosk.visit.state.form import Form, FormStep, Keeping, KeepingState, MaterialStatus, MaterialView
from kiosk.visit.state.handing import CasesState, Given, Handing, Way
from kiosk.visit.state.mode import RATES, SCAN_SECONDS, VOLUMES, Mode
from kiosk.visit.state.papers import Paper, PaperKind, PaperState, PaperText, PaperTextState
from kiosk.visit.state.person import Identify, IdentifyPhase, Person
from kiosk.visit.state.phone import PhoneState, PhoneText
from kiosk.visit.state.place import Overlay, Page
from kiosk.visit.state.recording import LONGEST_SECONDS, WARNING_SECONDS, Recording, RecordingState
from kiosk.visit.state.whole import Browse, Visit, nobody_is_here

__all__ = [
    "ELDERLY_YEARS",
    "LONGEST_SECONDS",
    "PRIORITIES",
    "RATES",
    "SCAN_SECONDS",
    "VOLUMES",
    "WARNING_SECONDS",
    "Appointment",
    "AppointmentState",
    "Asking",
    "AskingState",
    "Browse",
    "CaseState",
    "CasesState",
    "Form",
    "FormStep",
    "Given",
    "Handing",
    "HelpState",
    "Identify",
    "IdentifyPhase",
    "Keeping",
    "KeepingState",
    "MaterialStatus",
    "MaterialView",
    "Mode",
    "Overlay",
    "Page",
    "Paper",
    "PaperKind",
    "PaperState",
    "PaperText",
    "PaperTextState",
    "Person",
    "PhoneState",
    "PhoneText",
    "Rating",
    "RatingState",
    "Recording",
    "RecordingState",
    "StepName",
    "StepState",
    "Submission",
    "Visit",
    "Way",
    "nobody_is_here",
]
