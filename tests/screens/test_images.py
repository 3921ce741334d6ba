"""A few pages as they were looked at and found good: a change that nobody meant shows here first.

Compared is what an eye would see from a step away (an eighth of each side), so that another release of the
software renderer, which rounds its edges differently, is no finding.  ``python -m tests.screens.test_images``
draws the references anew, to be looked at before they are committed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image, ImageChops, ImageStat

from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.robot import Robot
from screens.window_setup import Display
from tests.screens.conftest import DISPLAYS
from tests.screens.pages import PAGES

REFERENCES: Final = Path(__file__).parent / "references"
FIXED: Final = {
    "home-portrait-light": ("home", "portrait", Mode()),
    "home-portrait-contrast": ("home", "portrait", Mode(theme="contrast")),
    "home-landscape-evening": ("home", "landscape", Mode(theme="evening")),
    "check-landscape-english": ("check", "landscape", Mode(language="en")),
    "sign-small-elder": ("sign", "small", Mode(elder=True)),
    "form-date-reach": ("form-date", "portrait", Mode(reach=True)),
}
SMALLER: Final = 8
MEAN_AT_MOST: Final = 1.2  # of 255, over the page
DIFFERENT: Final = 40  # of 255: a place that is really another
DIFFERENT_AT_MOST: Final = 0.004  # of all places


def drawn(window: CitizenWindow, name: str, folder: Path) -> Image.Image:
    page, panel, mode = FIXED[name]
    display: Display = DISPLAYS[panel]
    controller: Any = window.controller
    controller.state = replace(PAGES[page], mode=mode)
    window.ctx.draft.clear()
    window.resize(display)
    path = folder / f"{name}.png"
    Robot(window).picture(path)
    with Image.open(path) as picture:
        size = (display.width // SMALLER, display.height // SMALLER)
        return picture.convert("RGB").resize(size, Image.Resampling.BOX)


def apart(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean difference, and the share of places that are really another."""
    difference = ImageChops.difference(one, other).convert("L")
    histogram = difference.histogram()
    return ImageStat.Stat(difference).mean[0], sum(histogram[DIFFERENT:]) / sum(histogram)


@pytest.mark.parametrize("name", FIXED)
def test_the_page_looks_as_it_did(window: CitizenWindow, name: str, tmp_path: Path) -> None:
    now = drawn(window, name, tmp_path)
    with Image.open(REFERENCES / f"{name}.png") as before:
        mean, different = apart(now, before.convert("RGB"))
    assert mean <= MEAN_AT_MOST and different <= DIFFERENT_AT_MOST, (mean, different)


def test_a_button_that_has_gone_is_a_finding(window: CitizenWindow, tmp_path: Path) -> None:
    now = drawn(window, "home-portrait-light", tmp_path)
    without = now.copy()
    without.paste((244, 246, 249), (6, 40, 130, 54))
    mean, different = apart(now, without)
    assert mean > MEAN_AT_MOST or different > DIFFERENT_AT_MOST


def _draw_anew() -> None:
    from kiosk.matters.load import load_folder
    from tests.screens.conftest import MATTERS, still_window

    window, _ = still_window(load_folder(MATTERS))
    REFERENCES.mkdir(exist_ok=True)
    for name in FIXED:
        drawn(window, name, Path("build/pictures/fixed")).save(REFERENCES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    _draw_anew()
