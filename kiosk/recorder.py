"""Records what somebody says for a complaint, plays it back to them, and overwrites it.

There is one buffer, made when somebody speaks and zeroed when nobody needs it; nothing of it is ever put on a
disk as it is.  While it records, the terminal itself is silent: no guidance, no click, no chime gets into it.

Fault codes: those of the microphone and of the player; ``microphone.none`` (none that works).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from devices.sound import tones
from devices.sound.levels import (
    BYTES_A_SECOND,
    FRAME_BYTES,
    FRAME_SECONDS,
    RATE,
    SAMPLE_BYTES,
    SILENCE_DBFS,
    dbfs,
    judged,
    share,
)
from kiosk.privacy.needles import marks_of
from kiosk.privacy.stack import overwrite_own_stack
from kiosk.visit import events as ev
from kiosk.visit.state import LONGEST_SECONDS
from values import dataclass

if TYPE_CHECKING:
    from devices.contract import Fault, MicrophoneDriver

MOST_BYTES: Final = LONGEST_SECONDS * BYTES_A_SECOND
SILENT_WITHIN_SECONDS: Final = 2.0
"""Until the voice has come to rest."""
UNHEARD_AFTER_SECONDS: Final = 3.0
"""So long without a sound that anybody would hear, the meter says so."""
STOP_SECONDS: Final = 3.0
HEADER_BYTES: Final = 44


class Player(Protocol):
    def play(self, samples: bytes | memoryview, rate: int, cancelled: threading.Event) -> Fault | None: ...


class Room(Protocol):
    """What else sounds here."""

    def still(self, wanted: bool) -> None:
        """Say nothing until told otherwise; what is being said ends."""

    @property
    def busy(self) -> bool: ...


@dataclass(frozen=True)
class Meter:
    """How it stands at this moment.  ``level`` from 0 to 1; ``heard``: a voice, within the last seconds."""

    seconds: float = 0.0
    level: float = 0.0
    heard: bool = True


class Recorder:
    """``begin``, ``end``, ``play``, ``hush`` and ``drop`` return at once; what comes of them is posted."""

    def __init__(
        self,
        microphone: Callable[[], MicrophoneDriver | None],
        post: Callable[[ev.Event], None],
        report: Callable[[str, BaseException], None],
    ) -> None:
        self._microphone = microphone
        self._post = post
        self._report = report
        self._player: Player | None = None
        self._room: Room | None = None
        self._signal_volume: int | None = None
        self._lock = threading.Lock()
        self._take: _Take | None = None
        self._threads: list[threading.Thread] = []
        self._one = threading.Lock()  # recording ends before the next begins

    def hear_through(self, player: Player, room: Room | None, signal_volume: int | None) -> None:
        """``player``: the headphones.  ``room``: who has to be silent meanwhile.  ``signal_volume``: of the
        two notes that say that one may speak; ``None``: there are to be none."""
        self._player, self._room, self._signal_volume = player, room, signal_volume

    @property
    def recording(self) -> bool:
        take = self._take
        return take is not None and take.under_way

    @property
    def meter(self) -> Meter:
        """Any thread, many times a second."""
        take = self._take
        return take.meter if take is not None else Meter()

    def begin(self, visit: int, name: str) -> None:
        self.drop()
        take = _Take(visit, name)
        with self._lock:
            self._take = take
        self._in_background(lambda: self._record(take), lambda: take.failed("desk.crashed"))

    def end(self) -> None:
        take = self._take
        if take is not None:
            take.stopped.set()

    def play(self, visit: int, name: str) -> None:
        take = self._of(name)
        if take is None or self._player is None:
            self._post(ev.RecordingPlayed(visit, name, "sound.no_device"))
            return
        take.hushed = threading.Event()
        self._in_background(lambda: self._play(take), lambda: ev.RecordingPlayed(visit, name, "desk.crashed"))

    def hush(self) -> None:
        take = self._take
        if take is not None:
            take.hushed.set()

    def wav(self, name: str) -> bytes:
        """As it is sent: WAV, 16 kHz, 16-bit, mono.  Empty where there is none of that name."""
        take = self._of(name)
        return wav_of(take.sound()) if take is not None else b""

    def drop(self) -> None:
        """Overwrite it; what runs ends."""
        with self._lock:
            take, self._take = self._take, None
        if take is not None:
            take.wipe()

    def stop(self) -> None:
        self.drop()
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    # --- on threads of their own ------------------------------------------------------------------------

    def _record(self, take: _Take) -> ev.Event | None:
        microphone = self._microphone()
        if microphone is None:
            return take.failed("microphone.none")
        take.quiet_dbfs = microphone.quiet_dbfs
        with self._one:
            try:
                self._be_still(take)
                if take.dropped:
                    return None
                fault = microphone.record(take.room(), lambda count: self._heard(take, count), take.stopped)
            finally:
                if self._room is not None:
                    self._room.still(False)
        if take.dropped:
            return None
        return take.failed(fault.code) if fault and not take.count else take.ended(fault)

    def _be_still(self, take: _Take) -> None:
        """Then two notes: from there on it listens, also for who cannot see that."""
        if self._room is not None:
            self._room.still(True)
            end = time.monotonic() + SILENT_WITHIN_SECONDS
            while self._room.busy and time.monotonic() < end:
                take.stopped.wait(0.02)
        if self._player is not None and self._signal_volume is not None and not take.stopped.is_set():
            self._player.play(tones.samples("success", self._signal_volume), tones.RATE, take.stopped)

    def _heard(self, take: _Take, count: int) -> None:
        first = not take.count
        take.heard(count)
        if first and not take.dropped:
            self._post(ev.RecordingBegun(take.visit, take.name))

    def _play(self, take: _Take) -> ev.Event:
        assert self._player is not None
        fault = self._player.play(take.sound(), RATE, take.hushed)
        return ev.RecordingPlayed(take.visit, take.name, fault.code if fault else "")

    def _of(self, name: str) -> _Take | None:
        take = self._take
        return take if take is not None and take.name == name and not take.under_way else None

    def _in_background(
        self, work: Callable[[], ev.Event | None], otherwise: Callable[[], ev.Event | None]
    ) -> None:
        def run() -> None:
            try:
                event = work()
            except Exception as crash:  # noqa: BLE001 - the page waits for an answer
                self._report("desk.crashed", crash)
                event = otherwise()
            if event is not None:
                self._post(event)
            overwrite_own_stack()

        thread = threading.Thread(target=run, name="recorder", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()


class _Take:
    """One recording: its bytes, and what is known of them."""

    def __init__(self, visit: int, name: str) -> None:
        self.visit = visit
        self.name = name
        self.stopped = threading.Event()
        self.hushed = threading.Event()
        self.dropped = False
        self.under_way = True
        self.count = 0
        self.quiet_dbfs = SILENCE_DBFS
        self.meter = Meter()
        self._buffer = bytearray(MOST_BYTES)
        self._levels: list[float] = []
        self._voice_at = 0.0  # seconds of the recording

    def room(self) -> memoryview:
        return memoryview(self._buffer)

    def sound(self) -> memoryview:
        return memoryview(self._buffer)[: self.count // SAMPLE_BYTES * SAMPLE_BYTES]

    def heard(self, count: int) -> None:
        if self.dropped:  # came after it had been overwritten
            self.wipe()
            return
        view = memoryview(self._buffer)
        while (at := len(self._levels) * FRAME_BYTES) + FRAME_BYTES <= count:
            self._levels.append(dbfs(view[at : at + FRAME_BYTES]))
            if self._levels[-1] >= self.quiet_dbfs:
                self._voice_at = len(self._levels) * FRAME_SECONDS
        self.count = count
        seconds = count / BYTES_A_SECOND
        level = share(self._levels[-1]) if self._levels else 0.0
        self.meter = Meter(seconds, level, seconds - self._voice_at < UNHEARD_AFTER_SECONDS)

    def ended(self, fault: Fault | None) -> ev.RecordingEnded:
        self.under_way = False
        found = judged(self._levels, self.quiet_dbfs)
        return ev.RecordingEnded(
            self.visit,
            self.name,
            self.count / BYTES_A_SECOND,
            found.verdict,
            found.bars,
            self.count == MOST_BYTES,
            fault.code if fault else "",
            marks_of(self.sound()),
        )

    def failed(self, code: str) -> ev.RecordingFailed:
        self.under_way = False
        return ev.RecordingFailed(self.visit, self.name, code)

    def wipe(self) -> None:
        self.dropped = True
        self.stopped.set()
        self.hushed.set()
        self._buffer[:] = bytes(len(self._buffer))
        self._levels = []
        self.meter = Meter()


def wav_of(sound: memoryview) -> bytes:
    """RIFF, WAVE, PCM: what every player knows."""
    size = len(sound) // SAMPLE_BYTES * SAMPLE_BYTES
    words = ((RATE, 4), (RATE * SAMPLE_BYTES, 4), (SAMPLE_BYTES, 2), (8 * SAMPLE_BYTES, 2))
    form = b"".join(value.to_bytes(length, "little") for value, length in ((16, 4), (1, 2), (1, 2), *words))
    head = b"RIFF" + (HEADER_BYTES - 8 + size).to_bytes(4, "little") + b"WAVEfmt " + form
    return b"".join((head, b"data", size.to_bytes(4, "little"), sound[:size]))
