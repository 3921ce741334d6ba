"""Hands a recording over to the platform, under a name of its own: sent again it is the same one.

Not every platform takes recordings: who is to speak is asked only where it is known that this one does.

Fault codes: those of ``exchange`` and ``platform_faults``; ``platform.recording_refused``;
``platform.no_recordings`` where there is nothing under the address.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from devices.contract import Fault
from kiosk.delivery.exchange import Exchange, Reply
from kiosk.delivery.platform_faults import fault_of_reply, problem_code

PATH: Final = "/v1/recordings"
TYPE: Final = "audio/wav"
NONE: Final = "platform.no_recordings"
PROBE: Final = "00000000-0000-4000-8000-000000000000"
"""An empty recording under this name is taken by nobody; where it is not even refused, none is."""
NOT_THERE: Final = (404, 405, 410, 501)
LOOK_AGAIN_SECONDS: Final = 60.0
GONE_LOOK_SECONDS: Final = 900.0


class RecordingClient:
    """Every call gives a value or a fault, and none raises.  Any thread.

    ``taken``: whether this platform takes recordings; ``None`` until it has been asked.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.taken: bool | None = None
        self.when_known: Callable[[], None] | None = None
        """Called when ``taken`` has changed.  Without anybody who wants to know it is not asked."""
        self._next_look = 0.0

    def look(self) -> None:
        """Ask, where somebody wants to know or something waits for it, and it is time."""
        unasked = self.taken is None and self.when_known is None
        if self.taken or unasked or time.monotonic() < self._next_look:
            return
        taken = self.ask()
        if not isinstance(taken, Fault):
            self._know(taken)
        self._next_look = time.monotonic() + (GONE_LOOK_SECONDS if taken is False else LOOK_AGAIN_SECONDS)

    def ask(self) -> bool | Fault:
        """Whether this platform takes recordings; a fault where that cannot be told now."""
        reply = self._exchange("PUT", f"{PATH}/{PROBE}", b"", {"Content-Type": TYPE})
        if isinstance(reply, Fault):
            return reply
        if reply.status in NOT_THERE:
            return False
        fault = None if reply.status < 300 else fault_of_reply(reply)
        return True if fault is None or fault.permanent else fault

    def _know(self, taken: bool) -> None:
        if taken is not self.taken:
            self.taken = taken
            if self.when_known is not None:
                self.when_known()

    def hand_over(
        self, name: str, sound: bytes, keep_days: int, within_seconds: float | None = None
    ) -> Fault | None:
        """``keep_days``: so long after the complaint was dealt with, as the citizen was told."""
        digest = base64.b64encode(hashlib.sha256(sound).digest()).decode("ascii")
        headers = {"Content-Type": TYPE, "Content-Digest": f"sha-256=:{digest}:"}
        path = f"{PATH}/{quote(name, safe='')}?keep_days={keep_days}"
        reply = self._exchange("PUT", path, sound, headers, within_seconds=within_seconds)
        if isinstance(reply, Fault):
            return reply
        if 200 <= reply.status < 300:
            self._know(True)
            return None
        if self._nowhere(reply):
            self._next_look = time.monotonic() + GONE_LOOK_SECONDS
            self._know(False)
            return Fault(NONE, str(reply.status))
        fault = fault_of_reply(reply)
        return Fault("platform.recording_refused", fault.cause, permanent=True) if fault.permanent else fault

    @staticmethod
    def _nowhere(reply: Reply) -> bool:
        """There is nothing under the address, and not for a reason that the platform gives for this one."""
        return reply.status in NOT_THERE and not problem_code(reply)
