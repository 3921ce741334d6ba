"""Voices: programs that turn a text into sound.

espeak-ng needs no other file and takes about 20 ms for a sentence.  A better voice is a setting: a piper
model, or any command that reads a text and writes WAV.

Fault codes: ``speech.no_voice`` (the program is not installed), ``speech.failed``, ``speech.not_wav``.
"""

from __future__ import annotations

import array
import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from devices.contract import Fault
from devices.sound.player import Player
from kiosk.speech.speaker import Manner, Utterance
from values import dataclass

if TYPE_CHECKING:
    from kiosk.settings_sections import SoundSettings
    from kiosk.speech.reading import Segment

WORDS_A_MINUTE: Final = {"zh": 150, "en": 155}
"""Of espeak-ng at 100 %; Mandarin counts a syllable as a word."""
ESPEAK_VOICES: Final = {"zh": "cmn-latn-pinyin", "en": "en-gb"}
_NO_SOUND_SERVER: Final = "unix:/dev/null"
"""espeak-ng looks for PulseAudio even where it only writes, and leaves folders for it in HOME and /tmp."""
LONGEST_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.02
_BYTES_OF_SAMPLE: Final = 2


@dataclass(frozen=True, repr=False)
class Sound:
    """16-bit mono samples."""

    samples: bytes
    rate: int


class Voice(Protocol):
    def sound(self, segment: Segment, manner: Manner, cancelled: threading.Event) -> Sound | Fault: ...


class Espeak:
    """Of a further language its own voice, where espeak-ng has one; else that of English reads it."""

    def __init__(self) -> None:
        self._unknown: set[str] = set()

    def sound(self, segment: Segment, manner: Manner, cancelled: threading.Event) -> Sound | Fault:
        language = "en" if segment.language in self._unknown else segment.language
        sound = self._by(language, segment.text, manner, cancelled)
        if not isinstance(sound, Fault) or language in ESPEAK_VOICES or cancelled.is_set():
            return sound
        self._unknown.add(language)
        return self._by("en", segment.text, manner, cancelled)

    def _by(self, language: str, text: str, manner: Manner, cancelled: threading.Event) -> Sound | Fault:
        from kiosk.speech.mandarin import pinyin

        rate = WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["en"]) * manner.rate // 100
        voice = ESPEAK_VOICES.get(language, language.lower())
        command = ["espeak-ng", "-v", voice, "-s", str(rate), "--stdin", "--stdout"]
        return _run(command, pinyin(text) if language == "zh" else text, cancelled)


class Piper:
    """A voice file for Chinese, and perhaps one for English; what it has no file for, espeak-ng says."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files
        self._otherwise = Espeak()

    def sound(self, segment: Segment, manner: Manner, cancelled: threading.Event) -> Sound | Fault:
        file = self._files.get(segment.language)
        if file is None:
            return self._otherwise.sound(segment, manner, cancelled)
        scale = f"{100 / manner.rate:.2f}"
        command = ["piper", "--model", str(file), "--length_scale", scale, "--output_file", "-"]
        return _run(command, segment.text, cancelled)


class Command:
    """Reads the text on standard input and writes WAV to standard output."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)

    def sound(self, segment: Segment, manner: Manner, cancelled: threading.Event) -> Sound | Fault:
        rate = str(manner.rate)
        command = [
            word.replace("{language}", segment.language).replace("{rate}", rate) for word in self._words
        ]
        return _run(command, segment.text, cancelled)


class VoiceSink:
    """A voice and a player together."""

    def __init__(self, voice: Voice, player: Player) -> None:
        self._voice = voice
        self._player = player

    def speak(self, utterance: Utterance, manner: Manner, cancelled: threading.Event) -> Fault | None:
        for segment in utterance.segments:
            sound = self._voice.sound(segment, manner, cancelled)
            if cancelled.is_set():
                return None
            if isinstance(sound, Fault):
                return sound
            fault = self._player.play(louder(sound.samples, manner.volume), sound.rate, cancelled)
            if fault is not None or cancelled.is_set():
                return fault
        return None

    def probe(self) -> Fault | None:
        """Speak one syllable into silence: what is missing shows."""
        from kiosk.speech.reading import Segment

        never = threading.Event()
        sound = self._voice.sound(Segment("zh", "一"), Manner(), never)
        if isinstance(sound, Fault):
            return sound
        return self._player.play(bytes(sound.rate // 10 * _BYTES_OF_SAMPLE), sound.rate, never)


def sink_of(settings: SoundSettings) -> VoiceSink | None:
    """What the settings name; ``None`` where there is to be no voice."""
    match settings.voice:
        case "none":
            return None
        case "piper":
            files = {"zh": settings.piper_zh, "en": settings.piper_en}
            voice: Voice = Piper({language: file for language, file in files.items() if file is not None})
        case "command":
            voice = Command(settings.command)
        case _:
            voice = Espeak()
    return VoiceSink(voice, Player(settings.device))


def louder(samples: bytes, volume: int) -> bytes:
    """``volume`` in per cent of what the voice gives."""
    if volume >= 100:
        return samples
    values = array.array("h", samples[: len(samples) // _BYTES_OF_SAMPLE * _BYTES_OF_SAMPLE])
    if sys.byteorder == "big":
        values.byteswap()
    scaled = array.array("h", (value * volume // 100 for value in values))
    if sys.byteorder == "big":
        scaled.byteswap()
    return scaled.tobytes()


def _run(command: Sequence[str], text: str, cancelled: threading.Event) -> Sound | Fault:
    program = shutil.which(command[0])
    if program is None:
        return Fault("speech.no_voice", command[0], permanent=True)
    with subprocess.Popen(
        [program, *command[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PULSE_SERVER": _NO_SOUND_SERVER, **os.environ, "LC_ALL": "C.UTF-8"},
    ) as running:
        done: list[bytes] = []
        reader = threading.Thread(
            target=lambda: done.append(running.communicate(text.encode("utf-8", "replace"))[0]), name="voice"
        )
        reader.start()
        waited = 0.0
        while reader.is_alive():
            reader.join(_POLL_SECONDS)
            waited += _POLL_SECONDS
            if cancelled.is_set() or waited > LONGEST_SECONDS:
                running.kill()
        code = running.returncode
    if code != 0 or not done:
        return Fault("speech.failed", f"{Path(program).name} ended with {code}")
    return _sound(done[0])


def _sound(data: bytes) -> Sound | Fault:
    """Out of WAV; programs that write to a pipe do not know the length beforehand and give a wrong one."""
    import wave

    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != _BYTES_OF_SAMPLE:
                return Fault("speech.not_wav", f"{file.getnchannels()} channels", permanent=True)
            return Sound(file.readframes(file.getnframes()), file.getframerate())
    except (wave.Error, EOFError) as error:
        return Fault("speech.not_wav", type(error).__name__)
