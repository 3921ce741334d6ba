"""When a rehearsal gives a matter up that cannot be begun, instead of waiting until its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from screens.robot import RobotFault

WHY: Final[Mapping[str, str]] = {
    "not_in_catalogue": "it is not in force today, or the base catalogue does not list it",
    "drifted": "its guide is not what the platform publishes, and [matters] drift withdraws it",
    "no_reader": "no card reader or scanner is configured",
    "no_document_printer": "no printer for documents is configured",
    "no_identity": "the card reader or scanner does not work now; kiosk diagnose tells why",
    "printer": "the printer does not work now; kiosk diagnose tells why",
    "closed": "it is outside the hours in which it can be done",
}
MENDS_ITSELF: Final = frozenset({"no_identity", "printer"})  # a device comes back
LASTING_SECONDS: Final = 2.0
"""What has just begun to listen to devices and platform may have been told wrong for a moment."""
DEVICE_SECONDS: Final = 30.0


class Closed:
    """``patient``: a script may bring a device back, so that such a matter is waited for."""

    def __init__(self, patient: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._patient = patient
        self._monotonic = monotonic
        self._reason = ""
        self._since = 0.0

    def look(self, reason: str) -> None:
        """``reason``: why the matter cannot be begun now; empty: it can.  Raises :class:`RobotFault`."""
        now = self._monotonic()
        if reason != self._reason:
            self._reason, self._since = reason, now
        mends = reason in MENDS_ITSELF
        if not reason or (mends and self._patient):
            return
        if now - self._since >= (DEVICE_SECONDS if mends else LASTING_SECONDS):
            raise RobotFault(why(reason))


def why(reason: str) -> str:
    """What a rehearsal says of it."""
    return f"the matter cannot be done here now: {reason}, {WHY.get(reason, 'as its guide says')}"
