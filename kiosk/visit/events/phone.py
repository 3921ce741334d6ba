"""What can happen while somebody writes with a telephone.  ``place`` is the visit's name for the one place
that holds now: what comes for another is too late."""

from __future__ import annotations

from kiosk.visit.events.touch import Touch
from values import dataclass


@dataclass(frozen=True)
class OpenPhone(Touch):
    """用手机写, or once more; ``most`` characters have room."""

    most: int


@dataclass(frozen=True)
class TakeText(Touch):
    """用这段文字: the page has put it into the field."""


@dataclass(frozen=True)
class LeavePhone(Touch):
    """不用手机写: back to the keys."""


@dataclass(frozen=True, repr=False)
class PhoneOpened:
    """``url`` is for the QR code; it holds for ``seconds``."""

    visit: int
    place: str
    url: str
    seconds: float


@dataclass(frozen=True)
class PhoneRead:
    """A telephone has opened the page."""

    visit: int
    place: str


@dataclass(frozen=True, repr=False)
class PhoneWritten:
    visit: int
    place: str
    text: str


@dataclass(frozen=True)
class PhoneExpired:
    visit: int
    place: str


@dataclass(frozen=True)
class PhoneFailed:
    visit: int
    place: str
    fault: str


PhoneEvent = PhoneOpened | PhoneRead | PhoneWritten | PhoneExpired | PhoneFailed
