"""The window shows the state, whatever happens, and never a white page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kiosk.visit.events import Crashed
from kiosk.visit.state import Mode, Overlay, Page
from screens import citizen, window_setup
from screens.app import CitizenWindow
from screens.kit.buttons import Button
from screens.kit.page import CitizenPage, Parts
from screens.kit.semantics import Role
from screens.robot import Robot, RobotFault


class Good(CitizenPage):
    name: ClassVar[Page] = Page.HOME

    def parts(self) -> Parts:
        self.ctx.draft.setdefault("typed", "")
        return Parts("好", body=[Button(self.ctx, "go", "开始", lambda: None)])


class Bad(CitizenPage):
    name: ClassVar[Page] = Page.GUIDE

    def parts(self) -> Parts:
        raise ValueError("王小明 must not be written anywhere")


@pytest.fixture
def pages(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Page, type[CitizenPage]]]:
    """Which class draws which page; the test changes it."""
    made: dict[Page, type[CitizenPage]] = {Page.HOME: Good, Page.GUIDE: Bad, Page.FAILSAFE: Good}
    monkeypatch.setattr(citizen, "page_class", lambda page: made[page])
    window.show_again()
    yield made
    monkeypatch.undo()
    window.controller.state = replace(window.controller.state, page=Page.HOME)  # type: ignore[misc]
    window.show_again()


def go(window: CitizenWindow, **changes: Any) -> None:
    controller: Any = window.controller
    controller.state = replace(controller.state, **changes)
    window.redraw()


def test_the_first_page_is_home(window: CitizenWindow) -> None:
    robot = Robot(window)
    assert robot.get(role=Role.SCREEN).value == "home"
    assert robot.has("all-matters")


def test_a_page_that_crashes_leads_to_the_failsafe_page(
    window: CitizenWindow, pages: dict[Page, type[CitizenPage]]
) -> None:
    controller: Any = window.controller

    def send(event: Any) -> None:
        controller.sent.append(event)
        if isinstance(event, Crashed):
            controller.state = replace(controller.state, page=Page.FAILSAFE)

    controller.send, plain = send, controller.send
    try:
        go(window, page=Page.GUIDE)
    finally:
        controller.send = plain
    assert controller.sent == [Crashed("page.crashed")]
    assert Robot(window).get(role=Role.SCREEN)
    crashes: list[BaseException] = window.crashes  # type: ignore[attr-defined]
    assert [type(crash) for crash in crashes] == [ValueError]
    crashes.clear()


def test_when_even_that_crashes_there_is_still_a_page_that_says_whom_to_ask(
    window: CitizenWindow, pages: dict[Page, type[CitizenPage]]
) -> None:
    pages[Page.FAILSAFE] = Bad
    go(window, page=Page.GUIDE)  # the puppet does not change its page: the flow itself is broken
    robot = Robot(window)
    assert robot.get(role=Role.SCREEN).value == "failsafe"
    said = " ".join(node.name for node in robot.nodes())
    assert window.ctx.terminal.phone in said
    window.crashes.clear()  # type: ignore[attr-defined]
    go(window, page=Page.HOME)
    assert Robot(window).get(role=Role.SCREEN).name == "好"


def test_the_built_in_report_never_prints_what_an_exception_says(
    window: CitizenWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    from screens.app import _to_standard_error

    _to_standard_error("page.crashed", ValueError("王小明"))
    assert capsys.readouterr().err == "page.crashed: ValueError\n"


def test_a_draft_outlives_another_size_but_not_another_page(
    window: CitizenWindow, pages: dict[Page, type[CitizenPage]]
) -> None:
    pages[Page.GUIDE] = Good
    window.ctx.draft["typed"] = "138"
    go(window, mode=Mode(elder=True, theme="contrast", language="en"))
    assert window.ctx.draft["typed"] == "138"
    assert window.ctx.metrics.elder
    assert window.ctx.theme.name == "contrast"
    go(window, page=Page.GUIDE)
    assert window.ctx.draft["typed"] == ""
    window.ctx.draft["typed"] = "139"
    go(window, number=2)
    assert window.ctx.draft.get("typed", "") == ""


def test_a_page_is_built_again_only_when_it_looks_different(window: CitizenWindow) -> None:
    before = window.stage.page
    go(window, last_touch=12.0, idle_left=3)
    assert window.stage.page is before
    go(window, mode=Mode(language="en"))
    assert window.stage.page is not before


def test_the_clock_is_kept_up_without_building_the_page(window: CitizenWindow) -> None:
    robot = Robot(window)
    frame = window.stage.page
    later = window.ctx.now().replace(minute=59)  # of another hour it would be greeted again
    plain, window.ctx._now = window.ctx._now, lambda: later
    window.poll()
    assert f"{later:%H:%M}" in robot.get(role=Role.TIMER).name
    assert window.stage.page is frame
    window.ctx._now = plain
    window.poll()


def test_an_overlay_comes_and_goes_over_the_same_page(window: CitizenWindow) -> None:
    page = window.stage.page
    go(window, overlay=Overlay.TOOLS)
    assert window.stage.overlay is not None
    assert window.stage.page is page
    go(window, overlay=Overlay.NONE)
    assert window.stage.overlay is None
    assert window.stage.page is page


def test_a_picture_is_really_drawn(window: CitizenWindow, tmp_path: Path) -> None:
    robot = Robot(window)
    robot.picture(tmp_path / "home.png")
    assert (tmp_path / "home.png").stat().st_size > 10_000
    page = window.stage.page
    window.stage.show(None, None)
    with pytest.raises(RobotFault, match="nothing is drawn"):
        robot.picture(tmp_path / "nothing.png")
    window.stage.show(page, None)


def test_the_window_leaves_no_way_out(window: CitizenWindow) -> None:
    from kivy.base import EventLoop
    from kivy.config import Config

    assert Config.get("kivy", "exit_on_escape") == "0"
    assert Config.items("modules") == []
    assert [key for key, _ in Config.items("input")] == ["mouse"]
    assert os.environ["KIVY_NO_ARGS"] == "1"
    assert os.environ["KIVY_NO_CONFIG"] == "1"  # no file of the user's says otherwise
    window_handle: Any = EventLoop.window
    page = window.stage.page
    for key in (27, 282, 292, 293):  # escape, F1, F11, F12
        window_handle.dispatch("on_keyboard", key, 0, "", [])
    window_handle.dispatch("on_textinput", "x")
    assert window.stage.page is page
    assert [type(child).__name__ for child in window_handle.children] == ["Stage"]


def test_a_window_without_its_settings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(window_setup.MARK)
    with pytest.raises(RuntimeError, match="before Kivy"):
        window_setup.prepare(window_setup.Display(), headless=True)


def test_a_bug_on_the_clock_leads_to_the_failsafe_page(window: CitizenWindow) -> None:
    from kivy.clock import Clock

    def bug(_seconds: float) -> None:
        raise RuntimeError("a bug")

    puppet: Any = window.controller
    puppet.sent.clear()
    Clock.schedule_once(bug, 0)
    Robot(window).settle()
    assert [event.code for event in puppet.sent if isinstance(event, Crashed)] == ["page.crashed"]
    crashes: list[BaseException] = window.crashes  # type: ignore[attr-defined]
    assert [type(crash) for crash in crashes] == [RuntimeError]
    crashes.clear()
