"""Hands a recording over to the platform, under a name of its own: sent again it is the same one.

Fault codes: those of ``exchange`` and ``platform_faults``; ``platform.recording_refused``.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final
from urllib.parse import quote

from devices.contract import Fault
from kiosk.delivery.exchange import Exchange
from kiosk.delivery.platform_faults import fault_of_reply

PATH: Final = "/v1/recordings"
TYPE: Final = "audio/wav"


class RecordingClient:
    """Every call gives a value or a fault, and none raises.  Any thread."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

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
            return None
        fault = fault_of_reply(reply)
        return Fault("platform.recording_refused", fault.cause, permanent=True) if fault.permanent else fault
