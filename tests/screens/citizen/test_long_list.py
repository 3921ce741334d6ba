"""A list of ten thousand matters: every page full, none left out, and only what is shown is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk.matters.catalogue import Catalogue
from kiosk.visit.state import Browse, Mode, Page
from screens.app import CitizenWindow
from screens.citizen.matters import MattersPage
from screens.robot import Robot
from tests.screens.conftest import DISPLAYS

COUNT = 10_000
PLAIN = Mode()
AT_MOST_ON_A_PAGE = 40


@pytest.fixture(scope="module")
def many(catalogue: Catalogue) -> Catalogue:
    """Ten thousand by code; they share what they hold."""
    known = catalogue.matters
    copies = (
        known[number % len(known)].model_copy(update={"task_code": f"{number:031}"})
        for number in range(COUNT)
    )
    return Catalogue(copies)


@pytest.fixture
def robot(window: CitizenWindow, many: Catalogue) -> Iterator[Robot]:
    controller: Any = window.controller
    before = window.ctx.catalogue
    window.ctx.catalogue = controller.catalogue = many
    yield Robot(window)
    window.ctx.catalogue = controller.catalogue = before


def show(window: CitizenWindow, browse: Browse, mode: Mode = PLAIN) -> None:
    controller: Any = window.controller
    controller.state = replace(controller.state, page=Page.MATTERS, browse=browse, mode=mode)
    window.show_again()


def rows(robot: Robot) -> list[str]:
    keys = (node.key for node in robot.nodes() if node.key.startswith("matter:"))
    return [key.removeprefix("matter:") for key in keys]


@pytest.mark.parametrize("shape", DISPLAYS)
@pytest.mark.parametrize("mode", [Mode(), Mode(elder=True, language="en")], ids=["plain", "elder"])
def test_page_after_page_nothing_is_left_out(
    window: CitizenWindow, robot: Robot, many: Catalogue, shape: str, mode: Mode
) -> None:
    window.resize(DISPLAYS[shape])
    seen: list[str] = []
    for page in range(3):
        show(window, Browse(page=page, found=tuple(many.codes)), mode)
        shown = rows(robot)
        assert shown or page == 0  # on a small panel the other ways to a matter may stand there alone
        assert len(shown) < AT_MOST_ON_A_PAGE
        seen += shown
    assert seen == list(many.codes[: len(seen)])
    said = f"{len(seen) - len(shown) + 1}"
    assert any(said in node.name and f"{COUNT}" in node.name for node in robot.nodes())


def test_the_last_page_ends_the_list(window: CitizenWindow, robot: Robot, many: Catalogue) -> None:
    found = tuple(many.codes[:70])
    show(window, Browse(page=999, found=found))
    assert rows(robot)[-1] == found[-1]
    assert robot.get("page-next").state["disabled"]
    assert not robot.get("page-previous").state.get("disabled")


def test_turning_draws_one_page_only(
    window: CitizenWindow, robot: Robot, many: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = 0
    row = MattersPage._row

    def counting(page: MattersPage, *given: Any) -> Any:
        nonlocal drawn
        drawn += 1
        return row(page, *given)

    monkeypatch.setattr(MattersPage, "_row", counting)
    for page in range(4):
        drawn = 0
        show(window, Browse(page=page, found=tuple(many.codes)))
        assert drawn < 3 * AT_MOST_ON_A_PAGE
