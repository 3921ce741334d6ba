"""试音: somebody says a sentence into a microphone; its level is shown, and the sentence is overwritten.

Fault codes: those of the microphone; ``microphone.not_heard`` (nobody spoke, or nothing of it arrived).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from devices.contract import Check, Fault, MicrophoneDriver
from devices.sound.levels import BYTES_A_SECOND, FRAME_BYTES, FRAME_SECONDS, dbfs, judged, share
from kiosk.technician.state import Hearing

VOICE_TEST_SECONDS: Final = 10.0
SHOWN_FRAMES: Final = 4
"""The page shows a new level so often: five times a second."""
SHOWN_LEVELS: Final = 40
ENOUGH_SECONDS: Final = 1.0
"""Of a voice: then it is known that it hears."""


def heard(
    microphone: MicrophoneDriver, told: Callable[[Hearing], None], stopped: threading.Event
) -> Check | None:
    """Listen until a voice was heard, or the time is up.  ``None``: it was called off."""
    buffer = bytearray(int(VOICE_TEST_SECONDS * BYTES_A_SECOND) // FRAME_BYTES * FRAME_BYTES)
    levels: list[float] = []
    shown: list[float] = []
    ended = threading.Event()

    def look(count: int) -> None:
        while (at := len(levels) * FRAME_BYTES) + FRAME_BYTES <= count:
            levels.append(dbfs(view[at : at + FRAME_BYTES]))
            if len(levels) % SHOWN_FRAMES == 0:
                shown.append(round(share(max(levels[-SHOWN_FRAMES:])), 2))
                left = VOICE_TEST_SECONDS - len(levels) * FRAME_SECONDS
                told(Hearing(microphone.name, round(left), tuple(shown[-SHOWN_LEVELS:])))
        spoken = sum(level >= microphone.quiet_dbfs for level in levels) * FRAME_SECONDS
        if spoken >= ENOUGH_SECONDS or stopped.is_set():
            ended.set()

    try:
        with memoryview(buffer) as view:
            fault = microphone.record(view, look, ended)
    finally:
        buffer[:] = bytes(len(buffer))
    if stopped.is_set():
        return None
    if fault is not None:
        return Check("voice", False, fault.cause, fault)
    found = judged(levels, microphone.quiet_dbfs)
    detail = f"{found.noise:.0f} … {found.loudest:.0f} dBFS"
    good = found.verdict == "good"
    return Check("voice", good, detail, None if good else Fault("microphone.not_heard", detail))
