"""A panel that reports fingers nobody has: the visit goes on and ends in time, and a technician is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devices.device_set import DeviceSet
from kiosk.mending import mending
from kiosk.touch_panel import NAME, tell_stuck
from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.app import CitizenWindow
from screens.finger import Hand
from screens.robot import Robot
from screens.stuck import LYING_SECONDS, QUIET_SECONDS, TOLD_SECONDS
from tests.screens.citizen.putting import put


class Panel:
    """The glass of the window, by a clock that the test moves."""

    def __init__(self, window: CitizenWindow) -> None:
        self.window, self.robot, self.devices = window, Robot(window), DeviceSet([])
        self.finger, self.ghost = Hand(), Hand()
        self.seconds = 1000.0
        self.touches = 0
        send = window.controller.send

        def counting(event: ev.Event) -> None:
            self.touches += isinstance(event, ev.AnyTouch)
            send(event)

        window.controller.send = counting  # type: ignore[method-assign]

    def press(self, key: str) -> None:
        self.finger.down(*self.robot.get(key).centre)
        self.seconds += 0.1
        self.finger.up()

    @property
    def told(self) -> str:
        """Where, as a technician reads it."""
        self.window.stage.look_for_stuck()
        faults = [report.status.fault for report in self.devices.reports() if report.name == NAME]
        return faults[0].cause if faults and faults[0] is not None else ""


@pytest.fixture
def panel(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Panel]:
    monkeypatch.setattr(window.controller, "send", window.controller.send)
    made = Panel(window)
    monkeypatch.setattr(window.ctx, "monotonic", lambda: made.seconds)
    window.stage.forget()
    monkeypatch.setattr(window.stage, "stuck_at", lambda place: tell_stuck(made.devices, place))
    yield made
    window.stage.forget()


def test_a_finger_that_is_never_lifted(panel: Panel, window: CitizenWindow) -> None:
    sent = put(window, "guide")
    x, y = panel.robot.get("start").centre
    panel.ghost.down(x, y)
    heard = panel.touches
    for _ in range(200):  # a panel that is not sure where
        panel.seconds += 0.5
        panel.ghost.move(x + 9, y - 4)
        panel.ghost.move(x, y)
    assert panel.touches == heard, "nobody is here: the visit may come to its end"
    assert (
        panel.told
        == f"x {round(100 * x / window.stage.width)} %, y {round(100 - 100 * y / window.stage.height)} %"
    )
    panel.press("back")
    assert [each for each in sent if isinstance(each, ev.Touch)] == [ev.Back()]
    panel.ghost.up()
    assert sent[-1:] == [ev.Back()]
    panel.seconds += TOLD_SECONDS / 2  # it comes and goes
    assert panel.told
    panel.seconds += TOLD_SECONDS
    assert not panel.told


def test_a_place_that_taps_by_itself(panel: Panel, window: CitizenWindow) -> None:
    sent = put(window, "form-phone")
    x, y = panel.robot.get("digit:5").centre
    for _ in range(300):
        panel.seconds += 0.02
        panel.ghost.down(x, y)
        panel.ghost.up()
    heard, typed = panel.touches, panel.robot.get("answer").value
    for number in range(2000):
        panel.seconds += 0.02
        panel.ghost.down(x, y)
        panel.ghost.up()
        if number % 500 == 0:
            panel.press("delete")
    assert panel.touches == heard + 4
    assert panel.robot.get("answer").value.replace(" ", "") == typed.replace(" ", "")[:-4]
    assert panel.told
    panel.seconds += QUIET_SECONDS + 1
    before = panel.touches
    panel.press("digit:5")
    assert panel.touches == before + 1
    assert not [each for each in sent if isinstance(each, ev.Leave)]


def test_nobody_is_taken_for_a_panel(panel: Panel, window: CitizenWindow) -> None:
    put(window, "form-phone-filled")
    for _ in range(25):  # as fast as a hand can, for some seconds
        panel.seconds += 0.06
        panel.press("delete")
    x, y = panel.robot.get("digit:5").centre
    panel.ghost.down(x, y)  # long, and then somewhere else
    panel.seconds += LYING_SECONDS - 1
    panel.ghost.move(x - 200, y)
    panel.seconds += LYING_SECONDS - 1
    assert not panel.told
    panel.ghost.up()


def test_what_comes_by_itself_takes_no_finger_that_was_on_its_way(
    panel: Panel, window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.ctx, "double_tap_seconds", 0.6)
    put(window, "form-phone")
    panel.seconds += 200.0
    sent = put(window, "idle")
    panel.seconds += 0.3
    panel.press("leave")
    assert sent == []
    panel.seconds += 0.6
    panel.press("leave")
    assert sent == [ev.Leave()]
    assert window.controller.state.page is not Page.HOME


def test_steps_to_mend_a_panel_are_its_own() -> None:
    assert mending("touch.stuck", ()).of("zh") != mending("nothing.known", ()).of("zh")
