"""Plays 16-bit mono sound through ALSA, by a process of its own that can be ended at any moment.

Kivy's own sound is not used: loaded after the window exists, SDL2's mixer can deadlock.

Fault codes: ``sound.no_player`` (alsa-utils is not installed), ``sound.no_device`` (no sound card, or not
this one), ``sound.failed``.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from typing import Final

from devices.contract import Fault

PLAYER: Final = "aplay"
_CHUNK_BYTES: Final = 4096
_POLL_SECONDS: Final = 0.05
_NO_DEVICE: Final = (
    "no soundcards",
    "no such file",
    "no such device",
    "unknown pcm",
    "cannot find card",
    "audio open error",
)


class Player:
    """``device`` is ALSA's name of where it goes; empty: the system's own."""

    def __init__(self, device: str = "") -> None:
        self._device = device

    def play(self, samples: bytes | memoryview, rate: int, cancelled: threading.Event) -> Fault | None:
        """Until it was heard, or ``cancelled`` is set: then it is silent at once."""
        program = shutil.which(PLAYER)
        if program is None:
            return Fault("sound.no_player", PLAYER, permanent=True)
        command = [program, "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(rate)]
        if self._device:
            command += ["-D", self._device]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            bufsize=0,  # what is buffered would be flushed into a player that has ended
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        ) as running:
            feeder = threading.Thread(target=_feed, args=(running, samples), name="sound", daemon=True)
            feeder.start()
            while running.poll() is None:
                if cancelled.wait(_POLL_SECONDS):
                    running.kill()
                    break
            feeder.join(1.0)
            assert running.stderr is not None
            said = running.stderr.read().decode(errors="replace").strip()
            code = running.wait()
        if code == 0 or cancelled.is_set():
            return None
        missing = any(sign in said.lower() for sign in _NO_DEVICE)
        return Fault(
            "sound.no_device" if missing else "sound.failed",
            said.splitlines()[-1][:120] if said else str(code),
        )


def _feed(running: subprocess.Popen[bytes], samples: bytes | memoryview) -> None:
    assert running.stdin is not None
    with contextlib.suppress(OSError, ValueError):  # the player has ended, or was ended
        rest = memoryview(samples)
        while rest:
            rest = rest[running.stdin.write(rest[:_CHUNK_BYTES]) or 0 :]
        running.stdin.close()
