"""Records 16 kHz, 16-bit, mono through ALSA, by a process of its own, from its pipe into given memory.

Nothing that is heard is ever put on a disk: ``arecord`` writes into a pipe, which ends with this process, and
what is read goes straight into the caller's buffer.  Reading keeps to the clock: what gives sound faster than
time passes (a file in a microphone's place) is held back, and a real card never is.

Fault codes: ``microphone.no_recorder`` (alsa-utils is not installed), ``microphone.no_device`` (no sound card
that records, or not this one), ``microphone.busy`` (another program has it), ``microphone.no_permission``,
``microphone.format`` (it cannot do 16 kHz, 16-bit, mono), ``microphone.lost`` (gone in the middle),
``microphone.no_data`` (it is open and gives nothing), ``microphone.failed``.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.contract import Fault
from devices.sound.levels import BYTES_A_SECOND, RATE

RECORDER: Final = "arecord"
FIRST_SECONDS: Final = 5.0
"""A sound card may take its time to begin."""
STALL_SECONDS: Final = 3.0
HEAD_START_BYTES: Final = BYTES_A_SECOND // 2
FASTER: Final = 1.05
"""A card's own clock may be a little faster than this one."""
PERIOD_MICROSECONDS: Final = 50_000
BUFFER_MICROSECONDS: Final = 500_000
_LOOK_SECONDS: Final = 0.05
_PIPE_BYTES: Final = 8_192
_MOST_SAID: Final = 4_000
_CONFIG: Final = "ALSA_CONFIG_PATH"

_SAYINGS: Final = (
    ("microphone.format", ("rate is not accurate", "non available", "not available")),
    ("microphone.busy", ("resource busy",)),
    ("microphone.no_permission", ("permission denied", "operation not permitted")),
    (
        "microphone.no_device",
        ("no soundcards", "no such", "unknown pcm", "cannot find card", "audio open error"),
    ),
)
"""What arecord says when it cannot begin, and which fault that is; the first that fits."""


class Capture:
    """``device`` is ALSA's name of where sound comes from; empty: the system's own.  ``config``: another
    ``asound.conf`` than the system's."""

    def __init__(self, device: str = "", config: Path | None = None) -> None:
        self._device = device
        self._config = config

    def record(
        self, into: memoryview, heard: Callable[[int], None], stopped: threading.Event
    ) -> Fault | None:
        """Until ``into`` is full or ``stopped`` is set.  ``heard`` is told how many bytes there are."""
        program = shutil.which(RECORDER)
        if program is None:
            return Fault("microphone.no_recorder", RECORDER, permanent=True)
        command = [program, "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(RATE)]
        command += [f"--period-time={PERIOD_MICROSECONDS}", f"--buffer-time={BUFFER_MICROSECONDS}"]
        if self._device:
            command += ["-D", self._device]
        with subprocess.Popen(
            [*command, "-"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pipesize=_PIPE_BYTES,  # what waits in there is soon old
            bufsize=0,  # read below, into the caller's memory and nowhere else
            env=self._environment(),
        ) as running:
            said = _Said(running)
            try:
                fault = self._read(running, into, heard, stopped, said)
            finally:
                running.kill()
            said.end()
        return fault

    def _environment(self) -> dict[str, str]:
        found = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
        config = str(self._config) if self._config is not None else os.environ.get(_CONFIG, "")
        return {**found, _CONFIG: config} if config else found

    def _read(
        self,
        running: subprocess.Popen[bytes],
        into: memoryview,
        heard: Callable[[int], None],
        stopped: threading.Event,
        said: _Said,
    ) -> Fault | None:
        assert running.stdout is not None
        pipe = running.stdout.fileno()
        count, began, last = 0, 0.0, time.monotonic()
        while count < len(into) and not stopped.is_set():
            now = time.monotonic()
            room = len(into) - count
            if count:
                due = HEAD_START_BYTES + int((now - began) * BYTES_A_SECOND * FASTER) - count
                if due <= 0:
                    stopped.wait(_LOOK_SECONDS)
                    continue
                room = min(room, due)
            if not select.select([pipe], [], [], _LOOK_SECONDS)[0]:
                if time.monotonic() - last > (STALL_SECONDS if count else FIRST_SECONDS):
                    return Fault("microphone.no_data", f"nothing for {STALL_SECONDS:.0f} s")
                continue
            read = os.readv(pipe, [into[count : count + room]])
            if not read:
                return said.fault(running, began=bool(count))
            if not count and "rate is not accurate" in said.text:
                return Fault("microphone.format", said.last, permanent=True)
            last = time.monotonic()
            began = began or last
            count += read
            heard(count)
        return None


class _Said:
    """What the recorder complains of, the last of it; read all the time, or it would wait for that."""

    def __init__(self, running: subprocess.Popen[bytes]) -> None:
        self._running = running
        self.text = ""
        self._thread = threading.Thread(target=self._listen, name="arecord", daemon=True)
        self._thread.start()

    @property
    def last(self) -> str:
        lines = self.text.strip().splitlines()
        return lines[-1][:120] if lines else ""

    def fault(self, running: subprocess.Popen[bytes], began: bool) -> Fault:
        """It has ended by itself."""
        code = running.wait()
        self.end()
        told = self.last or str(code)
        if began:
            return Fault("microphone.lost", told)
        said = self.text.lower()
        for found, signs in _SAYINGS:
            if any(sign in said for sign in signs):
                return Fault(found, told)
        return Fault("microphone.failed", told)

    def end(self) -> None:
        self._thread.join(1.0)

    def _listen(self) -> None:
        assert self._running.stderr is not None
        descriptor = self._running.stderr.fileno()
        try:
            while piece := os.read(descriptor, 1024):
                self.text = (self.text + piece.decode(errors="replace"))[-_MOST_SAID:]
        except OSError:
            return
