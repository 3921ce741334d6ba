"""A microphone without a sound card: ALSA's own file plugin gives what lies in a file, again and again.

The terminal does not know: its ``arecord`` opens a PCM by name, from an ``asound.conf`` of this folder.  The
plugin gives sound faster than time passes; the terminal keeps to the clock.
"""

from __future__ import annotations

import array
import math
import os
import random
import signal
import sys
import wave
from pathlib import Path
from typing import Final

from devices.sound.levels import RATE, SAMPLE_BYTES

DEVICE: Final = "kiosk_microphone"
_BASE: Final = "</usr/share/alsa/alsa.conf>\n"
_PCM: Final = """\
pcm.{device} {{
    type file
    slave.pcm "null"
    file "/dev/null"
    infile "{sound}"
    format "raw"
}}
"""
_HUSH: Final = 6
"""The noise of an empty hall, of 32768: about -75 dBFS."""


class VirtualMicrophone:
    """``config`` and :data:`DEVICE` are for the device's entry in terminal.toml."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.config = folder / "asound.conf"
        self._sound = folder / "heard-samples"
        self.be_silent()
        self.plug_in()

    def plug_in(self) -> None:
        _write(self.config, (_BASE + _PCM.format(device=DEVICE, sound=self._sound)).encode())

    def pull_out(self) -> None:
        """Whatever records from it now ends, as it does when a cable is pulled."""
        _write(self.config, _BASE.encode())
        for number in self._recorders():
            os.kill(number, signal.SIGKILL)

    def be_silent(self) -> None:
        """Nobody speaks: what begins to record now hears the hall."""
        noise = random.Random(5)
        self.give([noise.uniform(-_HUSH, _HUSH) for _ in range(RATE)])

    def speak(self, peak: float = 0.3, seconds: float = 3.0) -> None:
        """Somebody speaks, in syllables that are none; ``peak`` from 0 to 1."""
        self.give(voice(peak, seconds))

    def play(self, file: Path) -> None:
        """What stands in a WAV of 16 kHz, 16-bit, mono.  Raises ``ValueError`` for another kind."""
        with wave.open(str(file), "rb") as sound:
            if (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) != (RATE, SAMPLE_BYTES, 1):
                raise ValueError(f"{file}: give a WAV of 16 kHz, 16-bit, mono")
            _write(self._sound, sound.readframes(sound.getnframes()))

    def give(self, samples: list[float]) -> None:
        """These, each from -32768 to 32767, again and again."""
        values = array.array("h", (round(each) for each in samples))
        if sys.byteorder == "big":
            values.byteswap()
        _write(self._sound, values.tobytes())

    def _recorders(self) -> list[int]:
        """The processes of this user that record from it."""
        wanted = f"ALSA_CONFIG_PATH={self.config}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                named = entry.name.isdigit() and (entry / "comm").read_text().strip() == "arecord"
                if named and wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue  # another user's, or ended meanwhile
        return found


def voice(peak: float = 0.3, seconds: float = 3.0) -> list[float]:
    """About four syllables a second over a voice's pitch and its overtones."""
    breath, made = random.Random(7), []
    for number in range(int(RATE * seconds)):
        at = number / RATE
        pitch = 130 + 25 * math.sin(2 * math.pi * 0.7 * at)
        tone = sum(math.sin(2 * math.pi * pitch * overtone * at) / overtone for overtone in (1, 2, 3, 5, 8))
        syllable = max(0.0, math.sin(2 * math.pi * 4 * at)) ** 0.5
        made.append(32767 * peak * (0.42 * tone * syllable + breath.uniform(-0.01, 0.01)))
    return made


def _write(file: Path, content: bytes) -> None:
    """Whole at once: a recorder may be opening it."""
    temporary = file.with_name(f"{file.name}.tmp")
    temporary.write_bytes(content)
    temporary.rename(file)
