"""The window looks at once when there is news, often while something goes on, and seldom at rest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from kivy.base import EventLoop
from kivy.cache import Cache
from kivy.clock import Clock

from kiosk.visit.state import Mode, Overlay, Visit
from screens import garbage, loop
from screens.app import CitizenWindow
from screens.finger import Finger, Hand
from screens.pulse import LIVELY_SECONDS, LONGEST_SECONDS, POLL_SECONDS
from screens.wake import WAKE
from tests.screens.conftest import Puppet

HOUR = 3600.0


class Times:
    """A clock for the window and for Kivy that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def times(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Times]:
    """``window`` long after anything has happened in it; its timers are on this clock."""
    Hand()  # asks for frames one by one
    window.poll()
    times = Times()
    monkeypatch.setattr(garbage, "time", SimpleNamespace(monotonic=times))
    window._garbage._changed_at = window._garbage._refreshed_at = None
    monkeypatch.setattr(Clock, "time", times)
    monkeypatch.setattr(window.ctx, "monotonic", times)
    EventLoop.idle()
    window.pulse._look_in(0.0)
    times.now += 2 * LIVELY_SECONDS
    EventLoop.idle()
    window.pulse._lively_until = window.pulse._purged = times.now
    EventLoop.idle()
    yield times
    monkeypatch.undo()
    EventLoop.quit = False
    EventLoop.idle()
    window.pulse._look_in(0.0)


@pytest.fixture
def polls(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    polls: list[bool] = []
    real = window.poll

    def poll() -> bool:
        polls.append(real())
        return polls[-1]

    monkeypatch.setattr(window, "poll", poll)
    return polls


def frames(times: Times, seconds: float, step: float = 0.01) -> None:
    end = times.now + seconds
    while times.now < end:
        times.now += step
        EventLoop.idle()


def puppet_of(window: CitizenWindow) -> Puppet:
    assert isinstance(window.controller, Puppet)
    return window.controller


def test_news_from_another_thread_are_taken_in_the_next_frame(
    window: CitizenWindow, times: Times, polls: list[bool]
) -> None:
    EventLoop.idle()
    assert not polls
    puppet = puppet_of(window)
    puppet.changed = True
    news = threading.Thread(target=puppet.woken)
    news.start()
    news.join()
    EventLoop.idle()
    assert polls == [True]


def test_a_change_is_followed_for_a_while_and_then_left_alone(
    window: CitizenWindow, times: Times, polls: list[bool]
) -> None:
    puppet_of(window).changed = True
    window.pulse.wake()
    EventLoop.idle()
    frames(times, LIVELY_SECONDS)
    often = len(polls)
    assert often > LIVELY_SECONDS / POLL_SECONDS / 2
    frames(times, LONGEST_SECONDS)  # the first second of it may still count
    assert len(polls) - often <= 3


def test_a_finger_and_a_key_are_followed_too(window: CitizenWindow, times: Times, polls: list[bool]) -> None:
    finger = Finger(1, (0.5, 0.02))
    keys: list[Callable[[], object]] = [
        lambda: EventLoop.post_dispatch_input("begin", finger),
        lambda: EventLoop.post_dispatch_input("update", finger),
        lambda: EventLoop.post_dispatch_input("end", finger),
        lambda: EventLoop.window.dispatch("on_key_up", 273, 0),
    ]
    for act in keys:
        frames(times, 2 * LONGEST_SECONDS, 0.5)
        polls.clear()
        act()
        frames(times, 2 * POLL_SECONDS)
        assert polls


@pytest.mark.parametrize(
    "state",
    [Visit(number=1), Visit(number=1, overlay=Overlay.ASLEEP), Visit(number=1, mode=Mode(elder=True))],
)
def test_the_loop_does_not_spin_at_rest(
    window: CitizenWindow, times: Times, monkeypatch: pytest.MonkeyPatch, state: Visit
) -> None:
    """An hour of it: what is left are some looks a minute.  Before, it was twenty a second."""
    puppet_of(window).state = state
    window.redraw()
    began, passes = times.now, 0

    def sleep(seconds: float) -> None:
        nonlocal passes
        passes += 1
        times.now += seconds
        EventLoop.quit = times.now - began > HOUR or passes > HOUR

    monkeypatch.setattr(loop, "sleeper", lambda: sleep)
    monkeypatch.setattr(Clock, "on_schedule", lambda _event: None)
    loop.run()
    assert times.now - began > HOUR
    assert passes < HOUR / LONGEST_SECONDS * 1.5 + 10 * LIVELY_SECONDS / POLL_SECONDS


def test_what_another_thread_puts_on_the_clock_ends_the_sleep(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``@mainthread`` of Kivy, or an engine that is ready: nobody has to know of the bell."""
    done: list[bool] = []
    sleeps: list[float] = []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        WAKE.heard()
        other = threading.Thread(target=lambda: Clock.schedule_once(lambda _s: done.append(True), 0))
        other.start()
        other.join()
        assert WAKE.heard()
        EventLoop.quit = True

    monkeypatch.setattr(loop, "sleeper", lambda: sleep)
    monkeypatch.setattr(Clock, "on_schedule", lambda _event: None)
    loop.run()
    EventLoop.quit = False
    EventLoop.idle()
    assert done and len(sleeps) == 1


def test_who_counts_on_it_makes_it_beat_more_often(
    window: CitizenWindow, times: Times, polls: list[bool]
) -> None:
    frames(times, 2 * LONGEST_SECONDS, 0.5)
    polls.clear()
    frames(times, 2 * LONGEST_SECONDS, 0.5)
    before = len(polls)
    window.pulse.not_longer_than(LONGEST_SECONDS / 5)
    frames(times, LONGEST_SECONDS, 0.5)
    polls.clear()
    frames(times, 2 * LONGEST_SECONDS, 0.5)
    window.pulse.longest_seconds = LONGEST_SECONDS
    assert len(polls) > 3 * before > 0


@pytest.mark.parametrize("busy", ["a voice", "a scanning focus", "a finger that lies", "garbage"])
def test_what_ends_by_itself_is_looked_at_often(
    window: CitizenWindow, times: Times, polls: list[bool], monkeypatch: pytest.MonkeyPatch, busy: str
) -> None:
    frames(times, 2 * LONGEST_SECONDS, 0.5)
    state: Any = window.controller.state
    if busy == "a voice":
        monkeypatch.setattr(type(window.assist._voice), "busy", property(lambda _self: True))
    elif busy == "a scanning focus":
        puppet_of(window).state = Visit(number=1, mode=Mode(scan_seconds=2.5))
        window.redraw()
    elif busy == "a finger that lies":
        monkeypatch.setattr(type(window.stage), "pressed", property(lambda _self: True))
    else:
        monkeypatch.setattr(type(window._garbage), "waits", property(lambda _self: True))
    frames(times, LONGEST_SECONDS + 1)
    polls.clear()
    frames(times, 1.0)
    assert len(polls) > 1.0 / POLL_SECONDS / 2
    puppet_of(window).state = state


def test_what_kivy_has_cached_is_let_go_in_time(window: CitizenWindow, times: Times) -> None:
    Cache.register("test.pulse", timeout=10)
    Cache.append("test.pulse", "picture", object())
    frames(times, 2 * LONGEST_SECONDS - 1, 0.5)
    assert Cache.get("test.pulse", "picture") is not None  # which counts from now on
    frames(times, 10 + LONGEST_SECONDS + 1, 0.5)
    assert not Cache._objects["test.pulse"]
    Cache._categories.pop("test.pulse")
    Cache._objects.pop("test.pulse")
