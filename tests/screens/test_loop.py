"""A finger is not kept waiting for a frame, and a clock is not kept waiting for a finger."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from screens import loop
from screens.app import CitizenWindow
from screens.kit.tree import tree
from tests.screens.citizen.test_pages import show
from tests.screens.pages import PAGES


@pytest.fixture
def ended() -> Iterator[None]:
    from kivy.animation import Animation
    from kivy.base import EventLoop
    from kivy.core.window import Window

    Animation.cancel_all(Window)  # Kivy's own, for room beside a keyboard, once a test has changed its size
    yield
    EventLoop.quit = False


def test_a_finger_that_came_while_waiting_shows_before_the_next_wait(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, ended: None
) -> None:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from screens.finger import Finger

    show(window, PAGES["home"])
    button = next(node for node in tree(window.stage) if node.touchable)
    x, y = button.centre
    finger = Finger(1, (x / Window.width, y / Window.height))
    waiting: list[Any] = []  # with SDL
    seen: list[bool] = []

    def wait(_seconds: float) -> None:
        seen.append(button.widget.pressed)
        if len(seen) > 2:
            EventLoop.quit = True
        else:
            waiting.append(("begin" if len(seen) == 1 else "end", finger))

    def taken() -> None:
        EventLoop.input_events += waiting
        waiting.clear()

    monkeypatch.setattr(loop, "sleeper", lambda: wait)
    monkeypatch.setattr(Window, "mainloop", taken)
    loop.run()
    assert seen == [False, True, False]


def test_it_sleeps_until_something_is_due_and_no_longer(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, ended: None
) -> None:
    from kivy.base import EventLoop
    from kivy.clock import Clock

    asked: list[float] = []
    done: list[float] = []
    monkeypatch.setattr(loop, "sleeper", lambda: asked.append)
    Clock.tick()
    soon = Clock.schedule_interval(lambda _seconds: done.append(asked[-1]), 0)
    Clock.schedule_once(lambda _seconds: setattr(EventLoop, "quit", True), 0.2)
    loop.run()
    soon.cancel()
    assert done
    assert max(asked) <= loop.FRAME_SECONDS  # while something moves
    EventLoop.quit = False
    asked.clear()

    def rested(seconds: float) -> None:
        asked.append(seconds)
        EventLoop.quit = (
            seconds > loop.FRAME_SECONDS or len(asked) > 1000
        )  # a busy machine is behind at first

    monkeypatch.setattr(loop, "sleeper", lambda: rested)
    later = Clock.schedule_once(lambda _seconds: None, 600.0)
    loop.run()
    later.cancel()
    assert loop.FRAME_SECONDS < max(asked) <= loop.LONGEST_SECONDS  # at rest


def test_what_drawing_takes_is_part_of_the_frame(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, ended: None
) -> None:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    now = 0.0
    began: list[float] = []

    def passes(seconds: float) -> None:
        nonlocal now
        now += seconds

    def draw() -> None:
        began.append(now)
        passes(loop.FRAME_SECONDS * 0.6)
        Window.dispatch("on_flip")
        EventLoop.quit = len(began) == 5

    clock = SimpleNamespace(monotonic=lambda: now, sleep=passes)
    monkeypatch.setattr(loop, "time", clock)
    monkeypatch.setattr(loop, "sleeper", lambda: passes)
    monkeypatch.setattr(loop, "_left", lambda: 0.0)  # a picture is due at every frame
    monkeypatch.setattr(EventLoop, "idle", draw)
    loop.run()
    frames = [after - before for before, after in itertools.pairwise(began)]
    assert frames == pytest.approx([loop.FRAME_SECONDS] * 4)
