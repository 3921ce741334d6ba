"""A microphone through the real ``arecord``: ALSA's file plugin stands in for the sound card alone."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from devices import registry
from devices.contract import DeviceState, Fault, StatusChanged
from devices.device_set import DeviceSet
from devices.sound.capture import Capture
from devices.sound.levels import BYTES_A_SECOND, FRAME_BYTES, SILENCE_DBFS, dbfs, judged
from devices.sound.microphone import Microphone, MicrophoneOptions
from devices.virtual.microphone import DEVICE, VirtualMicrophone, voice
from tests.devices.waiting import wait_until


@pytest.fixture
def virtual(tmp_path: Path) -> VirtualMicrophone:
    return VirtualMicrophone(tmp_path / "microphone")


def entry(virtual: VirtualMicrophone, **more: object) -> dict[str, object]:
    given = {"name": "麦克风", "driver": "microphone", "device": DEVICE, "alsa_config": str(virtual.config)}
    return {**given, **more}


def made(virtual: VirtualMicrophone, **more: object) -> Microphone:
    options = {key: value for key, value in entry(virtual, **more).items() if key not in ("name", "driver")}
    return Microphone("麦克风", lambda _event: None, MicrophoneOptions.model_validate(options))


def levels_of(buffer: bytearray) -> list[float]:
    with memoryview(buffer) as view:
        return [dbfs(view[at : at + FRAME_BYTES]) for at in range(0, len(view), FRAME_BYTES)]


def test_what_is_spoken_comes_out_of_arecord_as_it_went_in(virtual: VirtualMicrophone) -> None:
    virtual.speak(seconds=1.0)
    buffer, counts = bytearray(BYTES_A_SECOND * 3 // 2), list[int]()
    began = time.monotonic()
    with memoryview(buffer) as view:
        assert Capture(DEVICE, virtual.config).record(view, counts.append, threading.Event()) is None
    # The plugin would give it at once; the reader keeps to the clock, but for its head start.
    assert time.monotonic() - began > 0.5
    assert counts == sorted(counts) and counts[-1] == len(buffer)
    assert bytes(buffer[:BYTES_A_SECOND]) == (virtual.config.parent / "heard-samples").read_bytes()
    assert judged(levels_of(buffer), -45.0).verdict == "good"


def test_it_stops_when_told_and_keeps_what_it_heard(virtual: VirtualMicrophone) -> None:
    virtual.speak()
    stopped, buffer, heard = threading.Event(), bytearray(BYTES_A_SECOND * 60), list[int]()

    def told(count: int) -> None:
        heard.append(count)
        if count >= BYTES_A_SECOND // 4:
            stopped.set()

    with memoryview(buffer) as view:
        assert made(virtual).record(view, told, stopped) is None
    assert any(buffer[: heard[-1]]) and not any(buffer[heard[-1] :])


def test_pulled_out_in_the_middle_it_says_so_and_keeps_what_it_heard(virtual: VirtualMicrophone) -> None:
    virtual.speak()
    microphone, buffer, heard = made(virtual), bytearray(BYTES_A_SECOND * 60), list[int]()

    def told(count: int) -> None:
        heard.append(count)
        if len(heard) == 3:
            virtual.pull_out()

    with memoryview(buffer) as view:
        fault = microphone.record(view, told, threading.Event())
    assert isinstance(fault, Fault) and fault.code == "microphone.lost"
    assert microphone.status.state is DeviceState.NO_DEVICE
    assert any(buffer[: heard[2]])
    assert microphone.step() == fault  # its supervisor closes it and tries anew


def test_silence_a_whisper_and_a_voice_are_told_apart(virtual: VirtualMicrophone) -> None:
    hall = [5.0 * (-1) ** number for number in range(16_000 * 2)]
    for samples, verdict in (
        (hall, "silent"),
        (voice(0.004, 2.0), "faint"),
        (voice(0.3, 2.0), "good"),
        (voice(0.3, 0.6), "short"),
        ([0.0] * 32_000, "silent"),
        ([9000.0] * 32_000, "silent"),  # a constant offset is no sound
        ([*[0.0] * 31_000, *[30_000.0, -30_000.0] * 500], "silent"),  # nor is a knock
    ):
        virtual.give(samples)
        raw = bytearray((virtual.config.parent / "heard-samples").read_bytes())
        assert judged(levels_of(raw), -45.0).verdict == verdict


def test_the_bars_are_the_course_of_it() -> None:
    found = judged([SILENCE_DBFS] * 40 + [-6.0] * 40, -45.0, bars=4)
    assert found.bars == (0.0, 0.0, 0.9, 0.9)
    assert found.seconds == 4.0 and found.loudest == -6.0 and found.noise == SILENCE_DBFS
    assert judged([], -45.0) == judged([], -45.0) and judged([], -45.0).bars == ()


def test_what_is_wrong_has_its_own_code(virtual: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault_of(microphone: Microphone) -> str:
        fault = microphone.open()
        assert fault is not None and microphone.status.fault == fault
        return fault.code

    assert fault_of(made(virtual, device="hw:CARD=NoSuchCard")) == "microphone.no_device"
    assert fault_of(made(virtual, alsa_config=str(virtual.config.parent / "none"))) == "microphone.no_device"
    monkeypatch.setenv("PATH", "/nowhere")
    assert fault_of(made(virtual)) == "microphone.no_recorder"


def test_the_self_test_hears_whether_it_is_switched_off(virtual: VirtualMicrophone) -> None:
    from devices.contract import Deadline

    def tested() -> dict[str, str]:
        checks = made(virtual).self_test(Deadline(20))
        return {check.name: check.fault.code if check.fault else "" for check in checks}

    assert tested() == {"open": "", "level": ""}
    virtual.give([0.0] * 16_000)
    assert tested()["level"] == "microphone.muted"
    virtual.give([20_000.0 * (-1) ** number for number in range(16_000)])
    assert tested()["level"] == "microphone.noisy"
    virtual.pull_out()
    assert tested() == {"open": "microphone.no_device"}


def test_plugged_in_again_it_is_used_again(virtual: VirtualMicrophone) -> None:
    virtual.pull_out()
    events: list[object] = []
    devices = DeviceSet.build([entry(virtual)], events.append)
    assert isinstance(devices, DeviceSet)
    devices.start_all()
    try:
        wait_until(lambda: devices.statuses()["麦克风"].state is DeviceState.NO_DEVICE)
        assert devices.microphone() is None
        virtual.plug_in()
        wait_until(lambda: devices.microphone() is not None)
        virtual.pull_out()  # nobody records: that it is gone is noticed all the same
        wait_until(lambda: devices.microphone() is None)
    finally:
        devices.stop_all()
    assert all(isinstance(each, StatusChanged) for each in events)


def test_wrong_keys_are_named() -> None:
    problems = registry.check({"name": "m", "driver": "microphone", "devise": "x", "quiet_dbfs": 3})
    assert {problem.key for problem in problems} == {"devise", "quiet_dbfs"}
