"""Short sounds: what they are made of, and that ALSA takes them."""

from __future__ import annotations

import array
import threading
from pathlib import Path

import pytest

from devices.contract import Fault
from devices.sound.player import Player
from devices.sound.tones import NOTES, PEAK, RATE, Tone, samples


def values(tone: Tone, volume: int) -> array.array[int]:
    made = array.array("h")
    made.frombytes(samples(tone, volume))
    return made


@pytest.mark.parametrize("tone", NOTES)
def test_a_tone_is_short_fades_and_is_as_loud_as_wanted(tone: Tone) -> None:
    full, soft = values(tone, 100), values(tone, 20)
    assert len(full) == len(soft) == sum(int(RATE * seconds) for _, seconds in NOTES[tone])
    assert len(full) < RATE  # a second
    assert full[0] == full[-1] == 0
    assert 0 < max(soft) <= 32767 * PEAK * 0.2 + 1
    assert max(full) <= 32767 * PEAK + 1
    assert max(full) > 3 * max(soft)
    assert not any(values(tone, 0))


def test_success_rises() -> None:
    hertz = [note for note, _ in NOTES["success"]]
    assert len(hertz) == 2 and hertz == sorted(hertz)


def test_alsa_plays_exactly_that(tmp_path: Path) -> None:
    heard = tmp_path / "heard.raw"
    never = threading.Event()
    assert Player(f"file:{heard},raw").play(samples("success", 60), RATE, never) is None
    assert heard.read_bytes().startswith(samples("success", 60))
    missing = Player("hw:CARD=NoSuchCard").play(samples("click", 60), RATE, never)
    assert isinstance(missing, Fault) and missing.code == "sound.no_device"
