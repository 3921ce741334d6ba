"""The main pages in every combination; more pages and their leaves in those where every two settings meet are
walked in ``test_pages``, everything in all of them by ``make torture``."""

from __future__ import annotations

import pytest

from screens.app import CitizenWindow
from screens.kit.lint import lint
from tests.pictures import MAIN
from tests.screens.citizen.test_pages import show
from tests.screens.matrix import ALL, COVER, Combination
from tests.screens.pages import PAGES


@pytest.mark.parametrize("combination", [each for each in ALL if each not in COVER], ids=str)
def test_the_main_pages_however_they_are_drawn(window: CitizenWindow, combination: Combination) -> None:
    window.resize(combination.display)
    for name in MAIN:
        show(window, PAGES[name], combination.mode)
        assert not lint(window.stage, window.ctx.metrics), name
