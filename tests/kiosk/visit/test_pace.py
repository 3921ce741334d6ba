"""How often a visit is told the time: by the second while somebody is here, seldom and in time at rest."""

from __future__ import annotations

import threading
from itertools import pairwise
from types import SimpleNamespace

import pytest

from kiosk.matters.load import load_folder
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.visit import controller as module
from kiosk.visit import events as ev
from kiosk.visit.controller import Controller, TerminalInfo
from kiosk.visit.state import Mode, Overlay, Page, Visit
from kiosk.visit.timing import (
    AFTER_SECONDS,
    ASLEEP_SECONDS,
    IDLE_SECONDS,
    REST_SECONDS,
    TICK_SECONDS,
)

CATALOGUE = load_folder(DEFAULT_MATTERS_FOLDER)
INFO = TerminalInfo("PDS-T-01", "", "", "", "https://example.org/c/", frozenset(), frozenset())
MOMENT = 0.001


class Times:
    """Both clocks; the wall clock may be set."""

    def __init__(self) -> None:
        self.now = 5000.0
        self.ahead = 1_795_486_210.25  # of the monotonic clock

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now + self.ahead


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Times:
    times = Times()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=times.monotonic, time=times.time))
    return times


@pytest.fixture
def controller(times: Times) -> Controller:
    assert not isinstance(CATALOGUE, list)

    def report(code: str, crash: BaseException) -> None:
        raise AssertionError(code) from crash

    made = Controller(INFO, CATALOGUE, Mode(), lambda _effect, _visit: None, report)
    made.poll()
    return made


def wait(controller: Controller, times: Times, seconds: float) -> list[float]:
    """Poll when it is due, as a window does; at what times that was."""
    end = times.now + seconds
    polled = []
    while times.now + (due := controller.due_seconds()) <= end:
        times.now += max(due, MOMENT)
        controller.poll()
        polled.append(times.now)
    times.now = end
    return polled


def test_an_hour_of_nobody_takes_some_looks_a_minute(controller: Controller, times: Times) -> None:
    wait(controller, times, ASLEEP_SECONDS + AFTER_SECONDS)
    assert controller.state.overlay is Overlay.ASLEEP
    polled = wait(controller, times, 3600.0)
    assert len(polled) <= 3600 / REST_SECONDS + 2 * 60
    apart = [after - before for before, after in pairwise(polled)]
    assert max(apart) <= REST_SECONDS + 2 * MOMENT


def test_the_screen_falls_asleep_on_time(controller: Controller, times: Times) -> None:
    began = times.now
    while controller.state.overlay is not Overlay.ASLEEP:
        assert times.now <= began + ASLEEP_SECONDS + 2 * MOMENT
        times.now += max(MOMENT, controller.due_seconds())
        controller.poll()
    assert times.now >= began + ASLEEP_SECONDS


def test_who_comes_is_told_the_time_by_the_second_from_then_on(controller: Controller, times: Times) -> None:
    wait(controller, times, 3 * ASLEEP_SECONDS)
    times.now += controller.due_seconds() / 2
    controller.send(ev.Wake())
    controller.send(ev.ShowMatters())
    assert controller.state.page is Page.MATTERS
    assert controller.due_seconds() <= TICK_SECONDS
    came = times.now
    polled = wait(controller, times, IDLE_SECONDS + 10)
    warned = controller.state
    assert (warned.overlay, warned.idle_left > 0) == (Overlay.IDLE, True)
    assert len(polled) >= times.now - came - 1


def test_every_minute_of_the_wall_clock_is_met_as_it_begins(controller: Controller, times: Times) -> None:
    wait(controller, times, 2 * ASLEEP_SECONDS)
    begun = {round(at + times.ahead, 2) for at in wait(controller, times, 600.0)}
    assert len([at for at in begun if at % 60 < 0.05]) == 10


def test_a_wall_clock_that_was_set_is_noticed_at_the_next_look(controller: Controller, times: Times) -> None:
    wait(controller, times, 2 * ASLEEP_SECONDS)
    times.ahead += 7200.0 + 59.0
    polled = wait(controller, times, 2 * REST_SECONDS)
    assert polled  # no longer than at rest, whatever the clock says
    times.ahead -= 86_400.0
    assert wait(controller, times, 2 * REST_SECONDS)


def test_after_a_visit_it_goes_by_the_second_for_a_while(controller: Controller, times: Times) -> None:
    wait(controller, times, 2 * ASLEEP_SECONDS)
    controller.state = Visit(number=2, last_touch=times.now)
    polled = wait(controller, times, AFTER_SECONDS)
    assert len(polled) >= AFTER_SECONDS / TICK_SECONDS - 1


def test_what_is_posted_is_in_line_when_the_window_is_woken(controller: Controller, times: Times) -> None:
    wait(controller, times, 2 * ASLEEP_SECONDS)
    controller.poll()
    due: list[float] = []
    controller.woken = lambda: due.append(controller.due_seconds())
    poster = threading.Thread(target=controller.post, args=(ev.HeadphonesChanged(True),))
    poster.start()
    poster.join()
    assert due == [0.0]
    assert controller.poll()
    assert controller.state.headphones


def test_whoever_has_something_between_visits_is_looked_at_now(controller: Controller, times: Times) -> None:
    wait(controller, times, 2 * ASLEEP_SECONDS)
    controller.poll()
    looked: list[float] = []
    woken: list[bool] = []

    def look() -> bool:
        looked.append(times.now)
        return False

    controller.between_visits = look
    controller.woken = lambda: woken.append(True)
    controller.poll()
    assert not looked
    controller.wake()
    assert woken and controller.due_seconds() == 0.0
    controller.poll()
    assert looked == [times.now]
