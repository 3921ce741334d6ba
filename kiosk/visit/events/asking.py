"""Touches of who asks for help, a time at a counter, a visit at home, or complains."""

from __future__ import annotations

from kiosk.visit.events.touch import Touch
from values import dataclass


@dataclass(frozen=True)
class OpenHelp(Touch):
    pass


@dataclass(frozen=True)
class CallStaff(Touch):
    pass


@dataclass(frozen=True)
class OpenAppointment(Touch):
    """预约窗口."""


@dataclass(frozen=True)
class MakeAppointment(Touch):
    """One of the times offered; ``day`` is ``YYYY-MM-DD``."""

    day: str
    period: str


@dataclass(frozen=True)
class OpenAsking(Touch):
    """绿色通道, 上门服务 or 投诉: complaint, home_visit, green_channel."""

    kind: str


@dataclass(frozen=True)
class ChoosePriority(Touch):
    """Which group of the green channel; empty: none."""

    group: str


@dataclass(frozen=True)
class ChooseReason(Touch):
    """One of the offered reasons, chosen or taken back."""

    reason: str


@dataclass(frozen=True)
class WriteMore(Touch):
    """写一写: from the reasons to the keys."""


@dataclass(frozen=True, repr=False)
class GiveText(Touch):
    """What was written beside the reasons; back to them."""

    text: str


@dataclass(frozen=True)
class GivePhone(Touch):
    """Go on to the telephone number, or back to the reasons."""

    back: bool = False


@dataclass(frozen=True, repr=False)
class Ask(Touch):
    """Send it; ``phone`` may be empty where nobody has to call back."""

    phone: str = ""
