"""The recorder on a real arecord: what was said, its level while it is said, and nothing of it afterwards."""

from __future__ import annotations

import queue
import threading
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from devices.contract import Deadline, Fault
from devices.sound.microphone import Microphone, MicrophoneOptions
from devices.virtual.microphone import DEVICE, VirtualMicrophone
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.requests import KEEP_DAYS, RECORDING, Request, Requests, RequestSender
from kiosk.delivery.store import Store, open_store
from kiosk.recorder import Recorder
from kiosk.settings import PlatformSettings
from kiosk.speech.speaker import Manner, Speaker, Utterance
from kiosk.visit import events as ev
from tests.devices.waiting import wait_until
from tests.kiosk.server.conftest import running

SECONDS = 20.0


class Ear:
    """Hears what the terminal says; each word takes until it is called off."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> Fault | None:
        self.heard.append(utterance.text)
        cancelled.wait(SECONDS)
        return None


class Headphones:
    """In the place of aplay."""

    def __init__(self) -> None:
        self.played: list[bytes] = []

    def play(self, samples: bytes | memoryview, rate: int, cancelled: threading.Event) -> Fault | None:
        self.played.append(bytes(samples))
        return None


class Bench:
    def __init__(self, folder: Path) -> None:
        self.virtual = VirtualMicrophone(folder / "microphone")
        self.virtual.speak()
        options = MicrophoneOptions(device=DEVICE, alsa_config=self.virtual.config)
        self.microphone: Microphone | None = Microphone("麦克风", lambda _event: None, options)
        self.posted: queue.Queue[Any] = queue.Queue()
        self.crashes: list[BaseException] = []
        self.recorder = Recorder(
            lambda: self.microphone, self.posted.put, lambda _code, crash: self.crashes.append(crash)
        )
        self.ear, self.headphones = Ear(), Headphones()
        self.speaker = Speaker(self.ear)
        self.recorder.hear_through(self.headphones, self.speaker, None)

    def next(self) -> Any:
        return self.posted.get(timeout=SECONDS)

    def said(self, seconds: float, take: str = "take-1") -> ev.RecordingEnded:
        """Speak so long."""
        self.recorder.begin(1, take)
        assert self.next() == ev.RecordingBegun(1, take)
        wait_until(lambda: self.recorder.meter.seconds >= seconds)
        self.recorder.end()
        ended = self.next()
        assert isinstance(ended, ev.RecordingEnded)
        return ended


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.recorder.stop()
    made.speaker.stop()
    assert made.crashes == []


def test_what_is_said_is_there_as_wav_and_gone_when_dropped(bench: Bench) -> None:
    ended = bench.said(1.2)
    assert (ended.verdict, ended.fault, ended.full) == ("good", "", False)
    assert len(ended.bars) == 40 and max(ended.bars) > 0.5
    with wave.open(BytesIO(bench.recorder.wav("take-1"))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        assert abs(sound.getnframes() - ended.seconds * 16_000) < 1  # half a sample at its end is none
        heard = sound.readframes(sound.getnframes())
    given = (bench.virtual.config.parent / "heard-samples").read_bytes()
    assert heard[: len(given)] == given[: len(heard)]
    bench.recorder.play(1, "take-1")
    assert bench.next() == ev.RecordingPlayed(1, "take-1", "")
    assert bench.headphones.played == [heard]
    take = bench.recorder._take
    assert take is not None
    assert 1 <= len(ended.marks) <= 4  # a pause between two words is like any other
    bench.recorder.drop()
    assert not any(take.room())
    assert bench.recorder.wav("take-1") == b""


def test_the_level_moves_with_the_voice_and_silence_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.recorder.UNHEARD_AFTER_SECONDS", 0.6)
    levels: set[float] = set()
    bench.recorder.begin(1, "take-1")
    assert bench.next() == ev.RecordingBegun(1, "take-1")

    def moves() -> bool:
        levels.add(bench.recorder.meter.level)
        return len(levels) > 4

    wait_until(moves)
    assert bench.recorder.meter.heard
    bench.recorder.drop()
    bench.virtual.be_silent()
    bench.recorder.begin(1, "take-2")
    wait_until(lambda: not bench.recorder.meter.heard)  # 没有听到声音，请靠近一点
    wait_until(lambda: bench.recorder.meter.seconds > 1.1)
    bench.recorder.end()
    assert bench.next() == ev.RecordingBegun(1, "take-2")
    assert bench.next().verdict == "silent"


def test_the_terminal_itself_is_silent_meanwhile(bench: Bench) -> None:
    bench.speaker.say([Utterance("请按开始")])
    wait_until(lambda: bench.ear.heard == ["请按开始"])
    bench.recorder.begin(1, "take-1")
    assert bench.next() == ev.RecordingBegun(1, "take-1")
    assert not bench.speaker.busy and bench.recorder.recording
    bench.speaker.headphones(True)
    bench.speaker.say([Utterance("正在录音")])
    assert not bench.speaker.busy
    bench.recorder.end()
    bench.next()
    bench.speaker.say([Utterance("录好了")])
    wait_until(lambda: bench.ear.heard == ["请按开始", "录好了"])


def test_a_cable_that_is_pulled_leaves_what_was_said(bench: Bench) -> None:
    bench.recorder.begin(1, "take-1")
    assert bench.next() == ev.RecordingBegun(1, "take-1")
    wait_until(lambda: bench.recorder.meter.seconds > 1.1)
    bench.virtual.pull_out()
    ended = bench.next()
    assert (ended.verdict, ended.fault) == ("good", "microphone.lost")
    assert len(bench.recorder.wav("take-1")) > 32_000
    bench.microphone = None
    bench.recorder.begin(1, "take-2")
    assert bench.next() == ev.RecordingFailed(1, "take-2", "microphone.none")
    assert bench.recorder.wav("take-1") == b""


def test_left_in_the_middle_nothing_is_told_and_nothing_stays(bench: Bench) -> None:
    bench.recorder.begin(1, "take-1")
    assert bench.next() == ev.RecordingBegun(1, "take-1")
    take = bench.recorder._take
    assert take is not None
    bench.recorder.drop()
    bench.recorder.stop()  # its thread has ended
    assert not any(take.room()) and bench.posted.empty()
    assert not bench.recorder.recording


def test_it_reaches_the_platform_once_however_often_that_was_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.delivery import requests as sending
    from kiosk.recorder import wav_of
    from kiosk.server.database import requests as filed
    from kiosk.server.recordings import recordings as table

    monkeypatch.setattr(sending, "FIRST_PAUSE_SECONDS", 0.05)
    said = wav_of(memoryview(bytes(range(256)) * 1000))
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert not isinstance(outbox, Fault)
    requests = Requests(outbox.store, outbox.vault)
    (tmp_path / "platform").mkdir()
    with running(tmp_path / "platform") as platform:
        client = PlatformClient(PlatformSettings(url=platform.url), "PDS-HALL-01")
        sender = RequestSender(requests, client)
        name = "5a0f8f0c-0f3c-4f0b-8f2c-0c5d2c5d7e11"
        body = {"text": "录音 8 秒", RECORDING: name, KEEP_DAYS: "14"}
        request = Request("11111111-2222-4333-8444-555555555555", "complaint", body, said)
        platform.command(mode="lose_answer", path_prefix="/v1/requests")
        asked = sender.ask(request, Deadline(5))
        assert isinstance(asked, Fault) and not asked.permanent
        assert requests.get(request.key) == request  # sealed, whole
        for file in tmp_path.glob("terminal.sqlite*"):
            assert said[300:332] not in file.read_bytes()
        platform.command(mode="right")
        sender.start()
        wait_until(lambda: requests.keys() == [])
        sender.stop()
        with platform.engine.connect() as connection:
            (complaint,) = connection.execute(filed.select()).all()
            (recording,) = connection.execute(table.select()).all()
        assert (recording.request_no, recording.keep_days) == (complaint.request_no, 14)
        assert "keep_days" not in complaint.body
        kept = platform.application.state.platform.recordings
        assert kept.sound_of(complaint.request_no) == said
    store.close()


def test_one_that_the_platform_refuses_is_not_kept_and_said(tmp_path: Path) -> None:
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert not isinstance(outbox, Fault)
    requests = Requests(outbox.store, outbox.vault)
    (tmp_path / "platform").mkdir()
    with running(tmp_path / "platform") as platform:
        sender = RequestSender(requests, PlatformClient(PlatformSettings(url=platform.url), "PDS-HALL-01"))
        body = {RECORDING: "5a0f8f0c-0f3c-4f0b-8f2c-0c5d2c5d7e22", KEEP_DAYS: "30"}
        request = Request("11111111-2222-4333-8444-666666666666", "complaint", body, b"no sound")
        asked = sender.ask(request, Deadline(5))
        assert isinstance(asked, Fault)
        assert (asked.code, asked.permanent) == ("platform.recording_refused", True)
        assert requests.keys() == []
    store.close()
