"""One voice: in order, stopped at once, and nothing private through the loudspeaker."""

from __future__ import annotations

import io
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.contract import Fault
from devices.sound.player import Player
from kiosk.settings_sections import SoundSettings
from kiosk.speech.reading import Segment
from kiosk.speech.speaker import Manner, Speaker, Utterance
from kiosk.speech.transcript import Transcript
from kiosk.speech.voices import Command, Espeak, Sound, VoiceSink, louder, sink_of

PATIENCE_SECONDS = 120.0


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


class Slow:
    """Speaks until it is told to stop."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.stopped = 0

    def speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> Fault | None:
        self.began.append(utterance.text)
        assert cancelled.wait(PATIENCE_SECONDS)
        self.stopped += 1
        return None


def test_one_after_the_other_and_a_new_one_interrupts() -> None:
    ear = Transcript()
    speaker = Speaker(ear)
    speaker.say([Utterance("第1句"), Utterance("第2句")])
    wait(lambda: len(ear.heard) == 2)
    assert [each.said for each in ear.heard] == ["第一句", "第二句"]
    speaker.stop()
    slow = Slow()
    speaker = Speaker(slow)
    speaker.say([Utterance("一"), Utterance("二")])
    wait(lambda: slow.began == ["一"])
    speaker.say([Utterance("三")])
    wait(lambda: slow.began == ["一", "三"])
    speaker.hush()
    wait(lambda: slow.stopped == 2 and not speaker.busy)
    speaker.stop()


def test_private_words_need_headphones_and_end_when_they_are_pulled_out() -> None:
    ear = Transcript()
    speaker = Speaker(ear)
    speaker.say([Utterance("号码", private=True), Utterance("按钮")])
    wait(lambda: len(ear.heard) == 1)
    assert ear.heard[0].said == "按钮"
    speaker.headphones(True)
    speaker.say([Utterance("号码", private=True)])
    wait(lambda: len(ear.heard) == 2)
    speaker.stop()
    slow = Slow()
    speaker = Speaker(slow)
    speaker.headphones(True)
    speaker.say([Utterance("号码", private=True), Utterance("再说", private=True)])
    wait(lambda: slow.began == ["号码"])
    speaker.headphones(False)
    wait(lambda: slow.stopped == 1 and not speaker.busy)
    assert slow.began == ["号码"]
    speaker.stop()


def test_a_missing_sound_card_is_told_once_and_nothing_else_happens() -> None:
    told: list[Fault] = []
    sink = VoiceSink(Espeak(), Player("no-such-card"))
    speaker = Speaker(sink, told.append)
    for _ in range(3):
        speaker.say([Utterance("你好")], interrupt=False)
    wait(lambda: not speaker.busy)
    assert [fault.code for fault in told] == ["sound.no_device"]
    assert speaker.fault is not None
    speaker.stop()


def test_a_voice_that_crashes_does_not_silence_the_terminal() -> None:
    crashes: list[str] = []

    class Broken(Transcript):
        def speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> Fault | None:
            if utterance.text == "坏":
                raise ValueError
            return super().speak(utterance, manner, cancelled)

    ear = Broken()
    speaker = Speaker(ear, crashed=lambda code, _crash: crashes.append(code))
    speaker.say([Utterance("坏"), Utterance("好")])
    wait(lambda: len(ear.heard) == 1)
    assert crashes == ["speech.crashed"]
    speaker.stop()


# --- voices --------------------------------------------------------------------------------------------


def spoken(segment: Segment, rate: int = 100) -> Sound:
    sound = Espeak().sound(segment, Manner(rate), threading.Event())
    assert isinstance(sound, Sound), sound
    return sound


def test_espeak_speaks_both_languages_and_faster_is_shorter() -> None:
    for segment in (Segment("zh", "您还在吗"), Segment("en", "Are you still here")):
        usual, fast = spoken(segment), spoken(segment, 200)
        assert 0.4 < len(fast.samples) / len(usual.samples) < 0.75


def test_volume_scales_the_samples() -> None:
    assert louder(b"\x00\x10\x00\xf0", 50) == b"\x00\x08\x00\xf8"
    assert louder(b"\x00\x10", 100) == b"\x00\x10"


def test_any_command_may_be_the_voice(tmp_path: Path) -> None:
    program = tmp_path / "voice.py"
    program.write_text(
        "import sys, wave\n"
        "text = sys.stdin.read()\n"
        "file = wave.open(sys.stdout.buffer, 'wb')\n"
        "file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)\n"
        "file.writeframes(f'{sys.argv[1]} {sys.argv[2]} {text}'.encode().ljust(400))\n"
    )
    voice = Command((sys.executable, str(program), "{language}", "{rate}"))
    sound = voice.sound(Segment("zh", "你好"), Manner(rate=150), threading.Event())
    assert isinstance(sound, Sound)
    assert sound.rate == 16000
    assert sound.samples.decode().strip() == "zh 150 你好"
    gone = Command(("no-such-program",)).sound(Segment("zh", "你好"), Manner(), threading.Event())
    assert isinstance(gone, Fault)
    assert gone.code == "speech.no_voice"
    stereo = io.BytesIO()
    with wave.open(stereo, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\0" * 8)
    (tmp_path / "stereo.wav").write_bytes(stereo.getvalue())
    wrong = Command(("cat", str(tmp_path / "stereo.wav"))).sound(
        Segment("zh", "你"), Manner(), threading.Event()
    )
    assert isinstance(wrong, Fault)
    assert wrong.code == "speech.not_wav"


@pytest.mark.parametrize(("voice", "speaks"), [("espeak", True), ("none", False)])
def test_the_settings_name_the_voice(voice: str, speaks: bool) -> None:
    assert (sink_of(SoundSettings.model_validate({"voice": voice})) is not None) is speaks


def test_a_voice_leaves_nothing_in_home_or_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(Espeak().sound(Segment("zh", "一"), Manner(), threading.Event()), Sound)
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["HOME", "TMPDIR"]
