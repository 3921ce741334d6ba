"""An ear in the place of the loudspeaker: keeps what would have been heard, for rehearsals and tests."""

from __future__ import annotations

import threading

from devices.contract import Fault
from kiosk.speech.speaker import Manner, Utterance
from values import dataclass


@dataclass(frozen=True, repr=False)
class Heard:
    """``said`` as it was heard: numbers in words."""

    said: str
    private: bool
    manner: Manner


class Transcript:
    """Hears at once what a voice would take seconds for."""

    def __init__(self) -> None:
        self._heard: list[Heard] = []
        self._lock = threading.Lock()

    def speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> Fault | None:
        if not cancelled.is_set():
            with self._lock:
                self._heard.append(Heard(utterance.said, utterance.private, manner))
        return None

    @property
    def heard(self) -> tuple[Heard, ...]:
        with self._lock:
            return tuple(self._heard)
