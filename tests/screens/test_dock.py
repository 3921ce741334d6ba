"""The demonstrator's dock does what its buttons say, off the window's thread, and says how it went."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from kivy.uix.widget import Widget

from screens.app import CitizenWindow
from screens.dock import Dock, Docked
from screens.dock_action import DockAction
from screens.dock_width import DOCK_WIDTH
from screens.finger import Finger
from screens.kit.context import Ctx
from screens.robot import Robot
from screens.theme import EVENING, Metrics


@dataclass(frozen=True)
class Refusal:
    code: str


class Hall:
    def __init__(self) -> None:
        self.threads: list[str] = []
        self.go_on = threading.Event()

    def lay(self) -> None:
        self.go_on.wait(120)
        self.threads.append(threading.current_thread().name)

    def insert(self) -> Refusal:
        return Refusal("pcsc.no_virtual_reader")

    def scan(self) -> None:
        raise OSError("no such port")


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def dock(window: CitizenWindow, hall: Hall) -> Iterator[Dock]:
    actions = [
        DockAction("lay", "放上身份证 · Lay ID card", hall.lay),
        DockAction("insert", "插入社保卡 · Insert card", hall.insert),
        DockAction("scan", "扫码 · Scan", hall.scan),
    ]
    plain = window.ctx
    ctx = Ctx(
        EVENING, Metrics(540, 960, 51), plain.state, plain.send, plain.catalogue, plain.terminal,
        double_tap_seconds=0.0,
    )  # fmt: skip
    dock = Dock(ctx, actions)
    dock.place(0, 0, DOCK_WIDTH, window.display.height)
    window.stage.add_widget(dock)
    page, window.stage.page = window.stage.page, dock
    yield dock
    window.stage.remove_widget(dock)
    window.stage.page = page


def press(window: CitizenWindow, key: str) -> None:
    robot = Robot(window)
    robot.touch(*robot.get(f"dock:{key}").centre)


def wait_for(window: CitizenWindow, dock: Dock, mark: str) -> str:
    robot = Robot(window)
    end = time.monotonic() + 120
    while not dock.last.text.startswith(mark) and time.monotonic() < end:
        robot.frame()
        time.sleep(0.005)
    return dock.last.text


def test_what_takes_time_does_not_stop_the_window(window: CitizenWindow, dock: Dock, hall: Hall) -> None:
    press(window, "lay")
    assert dock.last.text.startswith("…")
    Robot(window).frame()
    assert hall.threads == []
    hall.go_on.set()
    assert wait_for(window, dock, "✓") == "✓ 放上身份证 · Lay ID card"
    assert hall.threads == ["dock-lay"]


def test_a_fault_is_shown_with_its_code(window: CitizenWindow, dock: Dock) -> None:
    press(window, "insert")
    assert wait_for(window, dock, "✗").endswith("pcsc.no_virtual_reader")


def test_a_crash_of_a_stand_in_is_shown_and_goes_no_further(window: CitizenWindow, dock: Dock) -> None:
    press(window, "scan")
    assert wait_for(window, dock, "✗").endswith("OSError")


def test_each_side_takes_its_own_touches(window: CitizenWindow, dock: Dock) -> None:
    heard: list[str] = []

    class Side(Widget):  # type: ignore[misc]
        def __init__(self, name: str) -> None:
            super().__init__(size=(1080, 1920), __no_builder=True)
            self.name = name

        def on_touch_down(self, touch: object) -> bool:
            heard.append(self.name)
            return True

    root = Docked(Side("terminal"), Side("dock"))
    for x in (5, 1079, 1080, 1200):
        finger = Finger(1, (0.0, 0.5))
        finger.x, finger.y = x, 900
        root.on_touch_down(finger)
    assert heard == ["terminal", "terminal", "dock", "dock"]
