"""What is asked for beside an application: help, a time at a counter, a visit at home, a complaint."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kiosk.visit.state.recording import Recording
from values import dataclass


class HelpState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    CALLING = "calling"
    CALLED = "called"  # the platform has taken the call
    FAILED = "failed"  # the call did not get through: the page gives the telephone number


class AppointmentState(StrEnum):
    OPEN = "open"
    MAKING = "making"
    MADE = "made"  # the platform has given a number
    QUEUED = "queued"  # kept here and sent by itself; nobody has given a number yet
    FAILED = "failed"  # not made: the page says so and gives the telephone number


@dataclass(frozen=True)
class Appointment:
    """A time at a counter (预约服务).  ``day`` is ``YYYY-MM-DD``."""

    state: AppointmentState = AppointmentState.OPEN
    day: str = ""
    period: str = ""  # morning | noon | afternoon
    number: str = ""


class AskingState(StrEnum):
    OPEN = "open"
    TEXT = "text"  # what is to be said is typed
    VOICE = "voice"  # it is spoken
    PHONE = "phone"  # under which number somebody can be reached
    SENDING = "sending"
    SENT = "sent"  # the platform has given a number
    QUEUED = "queued"  # on this disk, sent by itself
    FAILED = "failed"


@dataclass(frozen=True, repr=False)
class Asking:
    """What is asked for beside an application: ``kind`` is complaint, home_visit or green_channel."""

    kind: str = ""
    state: AskingState = AskingState.OPEN
    reasons: tuple[str, ...] = ()
    text: str = ""
    number: str = ""
    phone: str = ""
    """Sent along; a failed request is sent again with it."""
    recording: Recording | None = None
    unspoken: bool = False
    """What was spoken is not taken by the platform: it was thrown away, and the other ways are open."""


PRIORITIES: Final = ("elderly", "ill", "disabled", "pregnant", "military", "fire_rescue", "medical")
"""Article 23 (1): whom the green channel serves first."""
ELDERLY_YEARS: Final = 60
