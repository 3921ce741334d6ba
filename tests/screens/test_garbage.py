"""Pages that have gone are given back, but not while somebody waits for the next one."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from screens import garbage
from screens.app import CitizenWindow
from screens.garbage import STILL_SECONDS
from screens.kit.block import Block
from screens.robot import Robot


@pytest.fixture(autouse=True)
def _nobody_else_collects() -> Iterator[None]:
    gc.collect()
    before = gc.get_threshold()
    gc.set_threshold(10**9)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the collector takes for now: a busy machine lets a still moment go by between any two lines."""
    now = [1000.0]
    monkeypatch.setattr(garbage, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_a_page_that_went_is_collected_once_the_window_is_still(
    window: CitizenWindow, moment: list[float]
) -> None:
    gone = weakref.ref(_shown(window))
    window.show_again()
    window.poll()
    assert gone() is not None  # the next touch may come at once
    moment[0] += 1.1 * STILL_SECONDS
    window.poll()
    assert gone() is None


def test_a_still_window_collects_once(
    window: CitizenWindow, moment: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[float] = []
    collect: Callable[[], int] = gc.collect

    def counted() -> int:
        times.append(moment[0])
        return collect()

    monkeypatch.setattr(gc, "collect", counted)
    window.show_again()
    for _ in range(3):
        moment[0] += 0.55 * STILL_SECONDS
        Robot(window).frame()
        window.poll()
    assert len(times) == 1


def _shown(window: CitizenWindow) -> Block:
    page = window.stage.page
    assert isinstance(page, Block)
    return page
