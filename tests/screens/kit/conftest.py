"""A page of the test's own making, on the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from kiosk.typing.pinyin import Pinyin
from kiosk.visit.state import Mode, Page, Visit
from screens import citizen
from screens.app import CitizenWindow
from screens.kit.block import Block
from screens.kit.context import Ctx
from screens.kit.page import CitizenPage, Parts
from screens.robot import Robot
from screens.window_setup import Display
from tests.screens.conftest import PORTRAIT
from tests.screens.kit.typed import opened

Make = Callable[[Ctx], Parts]
Show = Callable[..., Robot]


@pytest.fixture
def show(window: CitizenWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """``show(make, display, overlay=..., **mode)`` puts a page up and gives a robot in front of it."""

    def put(
        make: Make, display: Display = PORTRAIT, overlay: Callable[[Ctx], Block] | None = None, **mode: Any
    ) -> Robot:
        class TestPage(CitizenPage):
            name: ClassVar[Page] = Page.HOME

            def parts(self) -> Parts:
                return make(self.ctx)

        monkeypatch.setattr(citizen, "page_class", lambda _page: TestPage)
        monkeypatch.setattr(citizen, "overlay", lambda ctx: overlay(ctx) if overlay else None)
        monkeypatch.setattr(citizen, "overlay_signature", lambda _ctx: overlay)
        controller: Any = window.controller
        controller.state = replace(controller.state, mode=Mode(**mode))
        window.ctx.draft.clear()
        window.resize(display)
        robot = Robot(window)
        robot.frame()
        return robot

    yield put
    monkeypatch.undo()
    controller: Any = window.controller
    controller.state = Visit(number=1)
    window.show_again()


@pytest.fixture(scope="session")
def real() -> Pinyin:
    pinyin = opened(Pinyin())
    assert pinyin.fault is None
    return pinyin


@pytest.fixture
def pinyin(window: CitizenWindow, real: Pinyin) -> Iterator[Pinyin]:
    window.ctx.ime = real
    yield real
    real.reset()
    window.ctx.ime = None


@pytest.fixture
def robot(window: CitizenWindow, pinyin: Pinyin) -> Robot:
    """In front of a page that asks for text, with the real engine behind it."""
    return Robot(window)
