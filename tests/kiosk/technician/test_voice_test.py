"""试音 on a real arecord: a voice is heard, silence is told, and nothing is kept of either."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from devices.sound.microphone import Microphone, MicrophoneOptions
from devices.virtual.microphone import DEVICE, VirtualMicrophone
from kiosk.technician import voice_test
from kiosk.technician.state import Hearing
from kiosk.technician.voice_test import heard


@pytest.fixture
def virtual(tmp_path: Path) -> VirtualMicrophone:
    return VirtualMicrophone(tmp_path / "microphone")


@pytest.fixture
def microphone(virtual: VirtualMicrophone) -> Microphone:
    options = MicrophoneOptions(device=DEVICE, alsa_config=virtual.config)
    return Microphone("麦克风", lambda _event: None, options)


def test_a_voice_passes_and_its_level_is_shown(virtual: VirtualMicrophone, microphone: Microphone) -> None:
    virtual.speak()
    shown: list[Hearing] = []
    check = heard(microphone, shown.append, threading.Event())
    assert check is not None and check.passed and check.name == "voice"
    assert max(shown[-1].levels) > 0.5 and 0 < shown[-1].seconds_left < voice_test.VOICE_TEST_SECONDS


def test_silence_and_a_missing_microphone_fail_with_their_codes(
    virtual: VirtualMicrophone, microphone: Microphone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_test, "VOICE_TEST_SECONDS", 1.2)
    virtual.be_silent()
    silent = heard(microphone, lambda _hearing: None, threading.Event())
    assert silent is not None and silent.fault is not None
    assert silent.fault.code == "microphone.not_heard"
    virtual.pull_out()
    gone = heard(microphone, lambda _hearing: None, threading.Event())
    assert gone is not None and gone.fault is not None
    assert gone.fault.code == "microphone.no_device"


def test_one_that_is_called_off_says_nothing(virtual: VirtualMicrophone, microphone: Microphone) -> None:
    stopped = threading.Event()
    assert heard(microphone, lambda _hearing: stopped.set(), stopped) is None
