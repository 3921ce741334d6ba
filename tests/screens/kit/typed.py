"""Pages that ask for text, and what is touched on them."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from kiosk.typing.pinyin import Pinyin
from kiosk.visit import events as ev
from kiosk.visit.state import Mode, Visit
from screens.app import CitizenWindow
from screens.kit.lint import lint
from screens.robot import Robot
from screens.window_setup import Display
from tests.screens.conftest import PORTRAIT

PATIENCE_SECONDS = 120.0


def opened(pinyin: Pinyin) -> Pinyin:
    done = threading.Event()
    assert pinyin.prepare(done.set) or done.wait(PATIENCE_SECONDS)
    return pinyin


def put(window: CitizenWindow, visit: Visit, display: Display = PORTRAIT, **mode: Any) -> list[Any]:
    """Show a page; gives the list into which its events go."""
    controller: Any = window.controller
    controller.state = replace(visit, mode=Mode(**mode))
    controller.sent.clear()
    window.ctx.draft.clear()
    window.resize(display)
    robot = Robot(window)
    if robot.find("type") is not None:  # a panel too small for question and keys together
        robot.press("type")
    sent: list[Any] = controller.sent
    return sent


def choose(robot: Robot, text: str) -> None:
    """Touch a candidate, if need be on the sheet of all of them."""
    if not candidate(robot, text):
        robot.press("more-candidates")
    while not (key := candidate(robot, text)):
        robot.press("next-candidates")
    robot.press(key)


def candidate(robot: Robot, text: str) -> str:
    keys = (node.key for node in robot.nodes() if node.name == text and node.key.startswith("candidate:"))
    return next(keys, "")


def answers(sent: list[Any]) -> list[str]:
    return [event.raw for event in sent if isinstance(event, ev.GiveAnswer)]


def assert_sound(window: CitizenWindow) -> None:
    findings = lint(window.stage, window.ctx.metrics)
    assert not findings, "\n".join(map(str, findings))
