"""Plays the short sounds of the screens through the voice's own sound device, and never into its words.

Any thread may call; nothing waits.  A sound that would come while something is spoken, or while another one
is heard, is left out: what it says stands on the page, too.

Fault codes: those of the player (``sound.*``).
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from devices.contract import Fault
from devices.sound.tones import RATE, Tone, samples

SILENT_SECONDS: Final = 60.0
"""After a fault nothing is tried for so long: a missing card does not come back in a second."""
OLDEST_SECONDS: Final = 0.3
"""A sound that waited longer belongs to nothing any more."""
STOP_SECONDS: Final = 2.0


class Player(Protocol):
    def play(self, samples: bytes, rate: int, cancelled: threading.Event) -> Fault | None: ...


class Chimes:
    def __init__(
        self,
        player: Player,
        speaking: Callable[[], bool] = lambda: False,
        noticed: Callable[[Fault], None] = lambda _fault: None,
    ) -> None:
        """``noticed`` gets a fault once, until the sound works again."""
        self._player = player
        self._noticed = noticed
        self._wanted: queue.Queue[tuple[Tone, int, float] | None] = queue.Queue(1)
        self._cancelled = _Yielding(speaking)
        self._silent_until = 0.0
        self.fault: Fault | None = None
        self._thread: threading.Thread | None = None

    def play(self, tone: Tone, volume: int) -> None:
        """``volume`` in per cent."""
        if self._cancelled.is_set() or time.monotonic() < self._silent_until:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="chimes", daemon=True)
            self._thread.start()
        try:
            self._wanted.put_nowait((tone, volume, time.monotonic()))
        except queue.Full:
            return  # one is heard, and one waits

    def stop(self) -> None:
        self._cancelled.set()
        if self._thread is not None:
            self._wanted.put(None)
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            tone, volume, since = wanted
            if self._cancelled.is_set() or time.monotonic() - since > OLDEST_SECONDS:
                continue
            fault = self._player.play(samples(tone, volume), RATE, self._cancelled)
            if fault is not None:
                self._silent_until = time.monotonic() + SILENT_SECONDS
                if self.fault is None or self.fault.code != fault.code:
                    self._noticed(fault)
            self.fault = fault


class _Yielding(threading.Event):
    """Set for good when the terminal ends, and for as long as something is spoken."""

    def __init__(self, speaking: Callable[[], bool]) -> None:
        super().__init__()
        self._speaking = speaking

    def is_set(self) -> bool:
        return super().is_set() or self._speaking()

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout) or self._speaking()
