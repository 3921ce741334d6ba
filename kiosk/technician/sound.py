"""A short sound through the terminal's own loudspeaker, by whatever player the system has.

Fault codes: ``technician.no_player``, ``technician.sound_failed``.
"""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Final

from devices.contract import Deadline, Fault

PLAYERS: Final = ("pw-play", "paplay", "aplay")
LONGEST_SECONDS: Final = 10.0
_RATE: Final = 22_050
_NOTES_HZ: Final = (523.25, 659.25, 783.99)  # C, E, G
_NOTE_SECONDS: Final = 0.35
_LOUDNESS: Final = 0.4
_EDGE_SECONDS: Final = 0.02  # faded in and out, or the loudspeaker clicks


def play_test(deadline: Deadline) -> Fault | None:
    """Three rising notes; waits until they are over."""
    player = next((path for name in PLAYERS if (path := shutil.which(name))), None)
    if player is None:
        return Fault("technician.no_player", ", ".join(PLAYERS), permanent=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-sound-") as folder:
        notes = Path(folder) / "test.wav"
        write_notes(notes)
        with subprocess.Popen(
            [player, str(notes)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            while running.poll() is None:
                if not deadline.wait(0.05):
                    running.kill()
                    running.wait()
                    return Fault("technician.sound_failed", "it did not end")
            code = running.returncode
    return Fault("technician.sound_failed", f"{Path(player).name} ended with {code}") if code else None


def write_notes(path: Path) -> None:
    """The notes as 16-bit mono WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        for pitch in _NOTES_HZ:
            file.writeframes(
                b"".join(struct.pack("<h", _sample(number, pitch)) for number in range(_count()))
            )


def _count() -> int:
    return round(_RATE * _NOTE_SECONDS)


def _sample(number: int, pitch: float) -> int:
    at = number / _RATE
    edge = min(1.0, at / _EDGE_SECONDS, (_NOTE_SECONDS - at) / _EDGE_SECONDS)
    return round(32767 * _LOUDNESS * edge * math.sin(2 * math.pi * pitch * at))
