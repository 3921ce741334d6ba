"""A microphone at a sound card.  It hears only while somebody has asked it to.

Whether it is there is tried once when it is opened, and again when the system's sound cards have changed:
a fifth of a second, which is looked at for nothing but its length and overwritten.  It is never opened for
anything else: no hall is listened to.

Fault codes: those of ``capture``; ``microphone.muted`` (nothing but zeros: switched off, or not plugged in),
``microphone.noisy`` (louder than a voice while nobody speaks).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar, Final

from pydantic import Field

from devices.contract import (
    Capability,
    Check,
    Deadline,
    DeviceState,
    Emit,
    Fault,
    MicrophoneDriver,
    Status,
)
from devices.options import Options
from devices.sound.capture import Capture
from devices.sound.levels import BYTES_A_SECOND, FRAME_BYTES, SILENCE_DBFS, dbfs, judged

CARDS: Final = Path("/proc/asound/pcm")
STEP_SECONDS: Final = 0.5
PROBE_SECONDS: Final = 0.2
TEST_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 10.0
"""What is not there is looked for so often, and at once when the sound cards have changed."""
NOISY_DBFS: Final = -25.0
_STATES: Final = {
    "microphone.no_device": DeviceState.NO_DEVICE,
    "microphone.lost": DeviceState.NO_DEVICE,
    "microphone.no_recorder": DeviceState.HARDWARE_ERROR,
    "microphone.format": DeviceState.HARDWARE_ERROR,
}


class MicrophoneOptions(Options):
    """``device``: ALSA's name, as ``arecord -L`` lists it; left out, the system's own.  ``alsa_config``: a
    file in place of the system's ``asound.conf``.  ``quiet_dbfs``: below that a voice is too quiet."""

    device: Annotated[str, Field(max_length=128, pattern=r"^[^\x00-\x1f]*$")] = ""
    alsa_config: Path | None = None
    quiet_dbfs: Annotated[float, Field(ge=-80.0, le=-10.0)] = -45.0


class Microphone(MicrophoneDriver):
    driver: ClassVar[str] = "microphone"
    capabilities: frozenset[Capability] = frozenset({Capability.MICROPHONE})

    def __init__(self, name: str, emit: Emit, options: MicrophoneOptions) -> None:
        super().__init__(name, emit)
        self.quiet_dbfs = options.quiet_dbfs
        self._options = options
        self._capture = Capture(options.device, options.alsa_config)
        self._at_work = threading.Lock()  # one hears at a time
        self._cards: object = None  # as they were when it was last tried
        self._tried = float("-inf")
        self._fault: Fault | None = None  # of the last try, or of a recording

    def open(self) -> Fault | None:
        cards, now = self._seen(), time.monotonic()
        if self._fault is not None and cards == self._cards and now - self._tried < AGAIN_SECONDS:
            return self._fault
        self._cards, self._tried = cards, now
        self._fault = self._try(PROBE_SECONDS)[0]
        self._publish()
        return self._fault

    def step(self) -> Fault | None:
        time.sleep(STEP_SECONDS)
        if self._fault is not None:  # a recording has found it: tried anew after the next pause
            self._tried = float("-inf")
            return self._fault
        if self._seen() != self._cards and not self._at_work.locked():
            return self.open()
        return None

    def close(self) -> None:
        """Nothing is held open between recordings."""

    def record(
        self, into: memoryview, heard: Callable[[int], None], stopped: threading.Event
    ) -> Fault | None:
        if not self._at_work.acquire(blocking=False):
            return Fault("microphone.busy", "a recording is under way")
        try:
            self.publish(Status(DeviceState.BUSY, detail=self._detail))
            self._fault = self._capture.record(into, heard, stopped)
        finally:
            self._at_work.release()
        self.counters["recordings"] += 1
        self._publish()
        return self._fault

    def self_test(self, deadline: Deadline) -> list[Check]:
        """Opens it, and listens for a second: it gives sound, and neither none at all nor too much."""
        fault, levels = self._try(TEST_SECONDS)
        if fault is not None and fault.code == "microphone.busy" and self.status.state is DeviceState.BUSY:
            return [Check("status", True, self._detail)]
        if fault is not None:
            return [Check("open", False, fault.cause, fault)]
        heard = judged(levels, self.quiet_dbfs)
        told = f"{heard.noise:.0f} … {heard.loudest:.0f} dBFS"
        wrong = None
        if heard.loudest <= SILENCE_DBFS:
            wrong = Fault("microphone.muted", told)
        elif heard.noise > NOISY_DBFS:
            wrong = Fault("microphone.noisy", told)
        return [Check("open", True, self._detail), Check("level", wrong is None, told, wrong)]

    @property
    def _detail(self) -> str:
        return self._options.device or "default"

    def _publish(self) -> None:
        fault = self._fault
        state = DeviceState.ONLINE if fault is None else _STATES.get(fault.code, DeviceState.OFFLINE)
        self.publish(Status(state, fault, detail=self._detail))

    def _try(self, seconds: float) -> tuple[Fault | None, list[float]]:
        """Listen so long; the level of each frame, and nothing else of it."""
        if not self._at_work.acquire(blocking=False):
            return Fault("microphone.busy", "a recording is under way"), []
        scratch = bytearray(int(BYTES_A_SECOND * seconds) // FRAME_BYTES * FRAME_BYTES)
        try:
            with memoryview(scratch) as view:
                fault = self._capture.record(view, lambda _count: None, threading.Event())
                frames = range(0, len(view), FRAME_BYTES)
                levels = [] if fault else [dbfs(view[at : at + FRAME_BYTES]) for at in frames]
        finally:
            scratch[:] = bytes(len(scratch))
            self._at_work.release()
        return fault, levels

    def _seen(self) -> object:
        """What would be otherwise if a sound card came or went."""
        config = self._options.alsa_config
        try:
            cards = CARDS.read_bytes()
        except OSError:
            cards = b""
        try:
            changed = config.stat().st_mtime_ns if config is not None else 0
        except OSError:
            changed = -1
        return cards, changed
