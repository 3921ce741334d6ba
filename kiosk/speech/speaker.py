"""One speaker for a terminal: says one thing after the other on its own thread, and stops at once when told.

Nothing here waits for the window, and the window waits for nothing here.  What is private is dropped while
no headphones are in, whoever asked for it.

Fault codes: those of the voices (``speech.*``) and of the player (``sound.*``).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from devices.contract import Fault
from values import dataclass

if TYPE_CHECKING:
    from kiosk.speech.reading import Segment

SILENT_SECONDS: Final = 60.0
"""After a fault of the sound nothing is tried for so long: a missing card does not come back in a second."""
STOP_SECONDS: Final = 2.0


@dataclass(frozen=True, repr=False)
class Utterance:
    """``text`` as it is written; ``pause_seconds`` of silence come before it."""

    text: str
    language: str = "zh"
    private: bool = False
    pause_seconds: float = 0.0

    @property
    def segments(self) -> tuple[Segment, ...]:
        from kiosk.speech import reading

        return reading.spoken(self.text, self.language)

    @property
    def said(self) -> str:
        """The words that are heard."""
        from kiosk.speech import reading

        return reading.said(self.text, self.language)

    def __repr__(self) -> str:
        return f"Utterance({self.language}, private={self.private})"  # the text may be a person's


@dataclass(frozen=True)
class Manner:
    """``rate`` and ``volume`` in per cent."""

    rate: int = 100
    volume: int = 60


USUAL: Final = Manner()


class Sink(Protocol):
    """What speaks: a voice and a player, or a test's ear."""

    def speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> Fault | None:
        """Say it, and return when it was heard or ``cancelled`` is set."""


class Speaker:
    """Any thread may call it; nothing blocks."""

    def __init__(
        self,
        sink: Sink,
        noticed: Callable[[Fault], None] = lambda _fault: None,
        crashed: Callable[[str, BaseException], None] = lambda _code, _crash: None,
    ) -> None:
        """``noticed`` gets a fault once, until the sound works again."""
        self._sink = sink
        self._noticed = noticed
        self._crashed = crashed
        self._waiting: deque[tuple[Utterance, Manner]] = deque()
        self._changed = threading.Condition()
        self._cancelled = threading.Event()
        self._speaking: Utterance | None = None
        self._listening_alone = False
        self._stopped = False
        self._still = False
        self._silent_until = 0.0
        self.fault: Fault | None = None
        self.patient = True
        """Silence is kept where an utterance asks for it; an ear that only notes the words needs none."""
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._speaking is not None or bool(self._waiting)

    def say(self, utterances: Sequence[Utterance], manner: Manner = USUAL, interrupt: bool = True) -> None:
        """Say these; what was being said ends at once, unless they are to follow it."""
        with self._changed:
            if self._stopped or self._still:
                return
            if interrupt:
                self._hush()
            self._waiting.extend((each, manner) for each in utterances if each.text.strip())
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def hush(self) -> None:
        with self._changed:
            self._hush()

    def still(self, wanted: bool) -> None:
        """While somebody is recorded nothing is said: what is being said ends, and what is to be said does
        not wait.  Headphones are no exception: they are near the microphone."""
        with self._changed:
            self._still = wanted
            if wanted:
                self._hush()

    def headphones(self, inside: bool) -> None:
        """Pulled out: what is private ends before the loudspeaker says it."""
        with self._changed:
            self._listening_alone = inside
            if inside:
                return
            kept = [each for each in self._waiting if not each[0].private]
            self._waiting.clear()
            self._waiting.extend(kept)
            if self._speaking is not None:
                self._cancelled.set()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._hush()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _hush(self) -> None:
        self._waiting.clear()
        self._cancelled.set()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._speaking = None
                self._changed.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped:
                    return
                utterance, manner = self._waiting.popleft()
                if utterance.private and not self._listening_alone:
                    continue
                self._speaking = utterance
                self._cancelled = cancelled = threading.Event()
            try:
                if not cancelled.wait(utterance.pause_seconds if self.patient else 0.0):
                    self._speak(utterance, manner, cancelled)
            except Exception as crash:  # noqa: BLE001 - a bug of a voice must not silence the terminal for good
                self._crashed("speech.crashed", crash)

    def _speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> None:
        if time.monotonic() < self._silent_until:
            return
        fault = self._sink.speak(utterance, manner, cancelled)
        if fault is None:
            self.fault = None
            return
        self._silent_until = time.monotonic() + SILENT_SECONDS
        if self.fault is None or self.fault.code != fault.code:
            self._noticed(fault)
        self.fault = fault
