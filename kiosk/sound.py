"""The terminal's voice and its headphones, put together from the settings.

Without a sound card, a player or a voice the terminal goes on in silence: pages say everything in writing,
and the log and the technician's pages say what is missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from devices.sound.headphones import AlsaJack, AlwaysIn, FileJack, Headphones, InputJack, Jack
from devices.sound.player import Player
from devices.sound.tones import RATE
from kiosk.chimes import Chimes
from kiosk.log import log
from kiosk.speech.speaker import Sink, Speaker
from kiosk.speech.voices import sink_of
from kiosk.visit.events import Event, HeadphonesChanged

if TYPE_CHECKING:
    from devices.contract import Fault
    from kiosk.settings_sections import SoundSettings


def open_sound(
    settings: SoundSettings, post: Callable[[Event], None], stack: ExitStack, sink: Sink | None = None
) -> Speaker | None:
    """The speaker; ``None`` where there is to be no voice.  ``sink``: another ear than the loudspeaker."""
    sink = sink or sink_of(settings)
    if sink is None:
        return None
    speaker = Speaker(sink, _noticed, log.crash)
    stack.callback(speaker.stop)

    def told(inside: bool) -> None:
        """From the jack's thread: first the speaker, so that nothing private is heard meanwhile."""
        speaker.headphones(inside)
        post(HeadphonesChanged(inside))

    jack = jack_of(settings)
    if jack is not None:
        headphones = Headphones(jack, told, _noticed)
        headphones.start()
        stack.callback(headphones.stop)
    return speaker


def open_chimes(
    settings: SoundSettings,
    speaker: Speaker | None,
    stack: ExitStack,
    recording: Callable[[], bool] = lambda: False,
) -> Chimes | None:
    """The short sounds, through the same device as the voice; ``None`` where there are to be none.  While
    somebody is recorded there are none."""
    if not settings.signals:
        return None

    def others() -> bool:
        return recording() or (speaker is not None and speaker.busy)

    chimes = Chimes(Player(settings.device), others, _noticed)
    stack.callback(chimes.stop)
    return chimes


def sound_state(settings: SoundSettings) -> dict[str, str | None]:
    """For ``kiosk diagnose``: whether the voice speaks and the sound card takes it; nothing is heard."""
    sink = sink_of(settings)
    fault = sink.probe() if sink is not None else None
    if sink is None and settings.signals:
        fault = Player(settings.device).play(bytes(RATE // 10 * 2), RATE, threading.Event())
    return {
        "voice": settings.voice,
        "headphones": settings.headphones,
        "fault": fault.code if fault else None,
    }


def jack_of(settings: SoundSettings) -> Jack | None:
    match settings.headphones:
        case "input":
            return InputJack(settings.jack)
        case "alsa":
            return AlsaJack(settings.jack)
        case "file":
            return FileJack(settings.headphones_file or Path())
        case "always":
            return AlwaysIn()
        case _:
            return None


def _noticed(fault: Fault) -> None:
    log.warning("sound.fault", fault=fault.code)
