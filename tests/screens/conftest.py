"""One real window for all tests of the screens: Kivy has one in a process, and it is drawn offscreen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any

import pytest

from kiosk.availability import Nearby
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.hours import HallHours
from kiosk.matters.load import load_folder, load_model
from kiosk.matters.models import Need
from kiosk.settings_sections import DEFAULT_HALL_HOURS
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.events import AnyTouch, ReadAloud, TextShown
from kiosk.visit.state import Visit
from screens import window_setup
from screens.app import CitizenWindow
from screens.kit.context import SHANGHAI, Ctx
from screens.opening import open_window
from screens.theme import THEMES, Metrics
from screens.window_setup import Display

MATTERS = Path(__file__).parents[2] / "config" / "matters"
NOON = datetime(2026, 11, 24, 10, 24, tzinfo=SHANGHAI)
PORTRAIT = Display()
window_setup.prepare(PORTRAIT, headless=True)  # before any test module imports a widget
LANDSCAPE = Display(width=1920, height=1080, ppi=69)
SMALL = Display(width=800, height=1280, ppi=149)
DISPLAYS = {"portrait": PORTRAIT, "landscape": LANDSCAPE, "small": SMALL}


_hours = load_model(DEFAULT_HALL_HOURS, HallHours)
assert isinstance(_hours, HallHours)
HALL_HOURS = _hours


class Puppet:
    """A controller whose state the test sets; it keeps what the screens send."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.state = Visit(number=1)
        self.catalogue = catalogue
        self.configured = 0
        self.info = TerminalInfo(
            id="PDS-T-01",
            name="测试自助终端",
            hall="平顶山市政务服务大厅",
            phone="0375-12345",
            lookup_url="https://example.org/c/",
            identity_sources=frozenset({"samv", "social_security", "scanner"}),
            printers=frozenset({"receipt", "document"}),
            nearby=(
                Nearby("湛河区大厅3号机", needs=frozenset({Need.IDENTITY, Need.RECEIPT}), metres=300),
                Nearby("新华区大厅2号机", "新华区示范路2号一楼", "24小时", 800),
            ),
            hall_hours=HALL_HOURS,
        )
        self.sent: list[Any] = []
        self.changed = False
        self.woken: Callable[[], None] = lambda: None

    def send(self, event: Any) -> None:
        if not isinstance(event, AnyTouch | TextShown | ReadAloud):
            self.sent.append(event)

    def poll(self) -> bool:
        changed, self.changed = self.changed, False
        return changed

    def due_seconds(self) -> float:
        return inf


def still_window(catalogue: Catalogue, **more: Any) -> tuple[CitizenWindow, Puppet]:
    """The window in which states are drawn to be looked at: upright, at noon, without motion.

    Kivy has one in a process.  ``more``: as for :func:`screens.opening.open_window`.
    """
    puppet = Puppet(catalogue)
    return open_window(puppet, PORTRAIT, headless=True, motion=False, now=lambda: NOON, **more), puppet


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    loaded = load_folder(MATTERS)
    assert isinstance(loaded, Catalogue)
    assert len(loaded)
    return loaded


@pytest.fixture(scope="session")
def _window(catalogue: Catalogue) -> CitizenWindow:
    crashes: list[BaseException] = []
    window, _ = still_window(
        catalogue, double_tap_seconds=0.0, report=lambda _code, crash: crashes.append(crash)
    )
    window.crashes = crashes  # type: ignore[attr-defined]
    return window


@pytest.fixture
def undrawn(_window: CitizenWindow) -> Iterator[CitizenWindow]:
    """The window upright, nothing sent; for tests that show a page first: what it shows is another's."""
    puppet = _window.controller
    assert isinstance(puppet, Puppet)
    puppet.state = Visit(number=1)
    puppet.sent.clear()
    _window.crashes.clear()  # type: ignore[attr-defined]
    _window.ctx.double_tap_seconds = 0.0
    _window.ctx.draft.clear()
    _window.ctx.pressed_at.clear()
    _window.stage.forget()
    if _window.display != PORTRAIT:
        _window.resize(PORTRAIT)
    yield _window
    assert not _window.crashes, _window.crashes  # type: ignore[attr-defined]


@pytest.fixture
def window(undrawn: CitizenWindow) -> CitizenWindow:
    """The window as a terminal starts: upright, home, nothing sent."""
    undrawn.resize(PORTRAIT)
    return undrawn


@pytest.fixture
def ctx(window: CitizenWindow) -> Ctx:
    return window.ctx


def dressed(ctx: Ctx, display: Display, theme: str = "light", **mode: Any) -> Ctx:
    """The context for another panel and mode, without building a page."""
    ctx.theme = THEMES[theme]
    ctx.metrics = Metrics(
        display.width, display.height, display.ppi, screen_bottom_mm=display.screen_bottom_mm, **mode
    )
    return ctx
