"""The screens' sounds stay out of the way of speech, of each other, and of a sound card that is not there."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path

from devices.contract import Fault
from devices.sound.tones import samples
from kiosk import chimes as module
from kiosk.chimes import Chimes
from kiosk.settings_sections import SoundSettings
from kiosk.sound import open_chimes, sound_state

PATIENCE_SECONDS = 120.0


class Ear:
    """Hears until it is let go."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.heard: list[bytes] = []
        self.cut = 0
        self.go = threading.Event()
        self.fault = fault

    def play(self, samples: bytes, rate: int, cancelled: threading.Event) -> Fault | None:
        self.heard.append(samples)
        while not self.go.is_set():
            if cancelled.wait(0.005):
                self.cut += 1
                return None
        return self.fault

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while len(self.heard) < count:
            assert time.monotonic() < end
            time.sleep(0.005)


def test_nothing_is_played_into_words_and_words_end_a_sound() -> None:
    ear, speaking = Ear(), threading.Event()
    chimes = Chimes(ear, speaking.is_set)
    speaking.set()
    chimes.play("click", 60)
    speaking.clear()
    chimes.play("card", 60)
    ear.wait_for(1)
    assert ear.heard == [samples("card", 60)]
    speaking.set()
    end = time.monotonic() + PATIENCE_SECONDS
    while not ear.cut:
        assert time.monotonic() < end
        time.sleep(0.005)
    chimes.stop()


def test_many_touches_do_not_queue_up() -> None:
    ear = Ear()
    chimes = Chimes(ear)
    chimes.play("click", 60)
    ear.wait_for(1)
    for _ in range(20):
        chimes.play("click", 60)
    ear.go.set()
    chimes.stop()
    assert len(ear.heard) <= 2


def test_a_missing_card_is_told_once_and_left_alone() -> None:
    told: list[Fault] = []
    ear = Ear(Fault("sound.no_device"))
    ear.go.set()
    chimes = Chimes(ear, noticed=told.append)
    chimes.play("click", 60)
    ear.wait_for(1)
    end = time.monotonic() + PATIENCE_SECONDS
    while not told:
        assert time.monotonic() < end
        time.sleep(0.005)
    for _ in range(5):
        chimes.play("click", 60)
    chimes.stop()
    assert len(ear.heard) == 1 and [fault.code for fault in told] == ["sound.no_device"]
    assert module.SILENT_SECONDS > 30


def test_the_settings_put_it_on_the_voice_s_device_or_off(tmp_path: Path) -> None:
    heard = tmp_path / "heard.raw"
    settings = SoundSettings(voice="none", device=f"file:{heard},raw")
    with ExitStack() as stack:
        chimes = open_chimes(settings, None, stack)
        assert chimes is not None
        chimes.play("success", 40)
        end = time.monotonic() + PATIENCE_SECONDS
        while not heard.exists() or samples("success", 40) not in heard.read_bytes():
            assert time.monotonic() < end
            time.sleep(0.01)
        assert open_chimes(SoundSettings(signals=False), None, stack) is None


def test_diagnosis_tells_a_missing_card_also_without_a_voice() -> None:
    assert sound_state(SoundSettings(voice="none", device="hw:CARD=NoSuchCard"))["fault"] == "sound.no_device"
    assert sound_state(SoundSettings(voice="none", device="null"))["fault"] is None
    off = SoundSettings(voice="none", signals=False, device="hw:CARD=NoSuchCard")
    assert sound_state(off)["fault"] is None
