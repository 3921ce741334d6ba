"""A technician's way through the real window and a real desk: in by the gesture, what is at fault, out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.virtual.samv_module import SamvModule
from kiosk.faults import sentences
from kiosk.mending import mending
from kiosk.settings import Settings
from kiosk.technician.cards import trouble
from kiosk.technician.desk import TechnicianDesk
from kiosk.technician.state import Phase
from kiosk.terminal import Terminal
from screens.app import CitizenWindow
from screens.robot import Robot
from screens.technician.layer import TechnicianLayer
from tests.kiosk.technician.conftest import NAME, PIN, READER, until
from tests.kiosk.technician.conftest import desk as desk
from tests.kiosk.technician.conftest import module as module
from tests.kiosk.technician.conftest import settings as settings
from tests.kiosk.technician.conftest import terminal as terminal
from tests.screens.technician.states import SITE
from tests.screens.technician.test_touches import hold


@pytest.fixture
def layer(window: CitizenWindow, desk: TechnicianDesk) -> Iterator[TechnicianLayer]:
    made = TechnicianLayer(
        desk, SITE, window.ctx, window.stage, lambda: window._redraw(window.controller.state)
    )
    window.technician = made
    window.stage.entered = made.ask_entry
    yield made
    made.forget()
    window.technician = None
    window.stage.entered = lambda: None
    window.show_again()


def test_in_by_the_gesture_what_is_at_fault_and_out_again(
    window: CitizenWindow,
    layer: TechnicianLayer,
    desk: TechnicianDesk,
    module: SamvModule,
    settings: Settings,
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    robot = Robot(window)
    module.hang_up()
    until(desk, lambda: terminal.devices.statuses()[READER].fault is not None)
    clock = [window.ctx.monotonic()]
    with monkeypatch.context() as patched:
        patched.setattr(window.ctx, "monotonic", lambda: clock[0])
        hold(robot, window, clock, 20, window.ctx.metrics.height - 20)
        hold(robot, window, clock, window.ctx.metrics.width - 20, window.ctx.metrics.height - 20)
    window.stage.guarded_until = 0.0
    assert desk.state.phase is Phase.ENTER_PENDING
    assert robot.get("pin").value == ""
    robot.type_digits(PIN)
    assert PIN not in repr(robot.get("pin"))
    robot.press("confirm")
    until(desk, lambda: desk.state.phase is Phase.ACTIVE)
    window.poll()
    window._redraw(window.controller.state)
    said = [node.name for node in robot.nodes()]
    assert NAME in said
    worst = desk.state.cards[0]
    code = trouble(worst)
    assert worst.name == READER and code is not None
    assert said.index(READER) < said.index(sentences(code).technician) < said.index(mending(code).steps[0])
    robot.picture(tmp_path / "overview.png")
    robot.press("self-test")
    until(desk, lambda: not desk.hands.testing and desk.hands.idle)
    module.plug_in()
    until(desk, lambda: all(card.ready for card in desk.state.cards))
    window._redraw(window.controller.state)
    robot.press("leave")
    until(desk, lambda: not desk.state.on)
    window._redraw(window.controller.state)
    assert robot.get(role="screen").value == "home"
