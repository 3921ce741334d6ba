"""Somebody at the keypad of the real window; what is said is read from the ear in the loudspeaker's place."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk import keypad
from kiosk.speech.speaker import Speaker
from kiosk.speech.transcript import Transcript
from kiosk.visit import events as ev
from kiosk.visit.finishing import adapt_mode, headphones_changed, set_mode
from kiosk.visit.state import Mode, Visit
from screens.app import CitizenWindow
from screens.assist import assist as assist_module
from screens.assist.assist import Assist
from screens.robot import Robot
from tests.screens.conftest import Puppet

PATIENCE_SECONDS = 120.0


class Listening(Puppet):
    """Takes what keys and plugs change, as the flow does; the rest is only kept."""

    def send(self, event: Any) -> None:
        super().send(event)
        steps: dict[type, Any] = {
            ev.AdaptMode: adapt_mode,
            ev.SetMode: set_mode,
            ev.HeadphonesChanged: headphones_changed,
        }
        if type(event) in steps:
            self.state = steps[type(event)](self.state, event, WORLD)[0]


class _World:
    now = 0.0


WORLD: Any = _World()


class Visitor:
    """Presses keys and hears."""

    def __init__(self, window: CitizenWindow, speaker: Speaker, ear: Transcript, puppet: Listening) -> None:
        self.window = window
        self.robot = Robot(window)
        self.speaker = speaker
        self.ear = ear
        self.puppet = puppet

    def at(self, visit: Visit, **mode: Any) -> str:
        """A page; what is said of it."""
        begun = len(self.ear.heard)
        self.puppet.state = replace(visit, mode=Mode(**mode), headphones=visit.headphones)
        self.puppet.sent.clear()
        self.window.ctx.draft.clear()
        self.window.show_again()
        return self.heard(begun)

    def press(self, *names: str) -> str:
        begun = len(self.ear.heard)
        for name in names:
            self.robot.key(name)
            self.heard(begun)
        return self.heard(begun)

    def tap(self, name: str) -> str:
        """On as soon as anything is heard."""
        begun = len(self.ear.heard)
        self.robot.key(name)
        end = time.monotonic() + PATIENCE_SECONDS
        while len(self.ear.heard) == begun:
            assert time.monotonic() < end, f"nothing was said to {name}"
            time.sleep(0.001)
        return "。".join(each.said for each in self.ear.heard[begun:])

    def heard(self, begun: int) -> str:
        self.robot.frame()
        end = time.monotonic() + PATIENCE_SECONDS
        while self.speaker.busy:
            assert time.monotonic() < end
            time.sleep(0.005)
        return "。".join(each.said for each in self.ear.heard[begun:])

    @property
    def focused(self) -> str:
        node = self.window.assist.focus.node
        return node.key if node is not None else ""


@pytest.fixture
def visitor(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setattr(assist_module, "HOLD_SECONDS", 3600.0)  # a busy machine holds no key down
    before_assist, before_controller = window.assist, window.controller
    puppet = Listening(before_controller.catalogue)
    ear = Transcript()
    speaker = Speaker(ear)
    window.controller = puppet
    window.assist = Assist(
        window.ctx, window.stage, window.send, puppet.send, speaker, keypad.key_map({}), jack_by_keys=True
    )
    yield Visitor(window, speaker, ear, puppet)
    speaker.stop()
    window.assist.leave()
    window.assist, window.controller = before_assist, before_controller
