"""Matters found by what is typed: letters, characters, both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.visit.controller import Controller
from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.robot import Robot
from tests.screens.kit.typed import choose


@pytest.fixture
def search(window: CitizenWindow, robot: Robot) -> Iterator[Robot]:
    """The search page, with the real flow behind it."""
    puppet: Any = window.controller
    controller = Controller(
        puppet.info,
        puppet.catalogue,
        Mode(),
        lambda _effect, _visit: None,
        lambda _code, crash: pytest.fail(repr(crash)),
    )
    window.controller = controller
    window.show_again()
    robot.press("search")
    yield robot
    window.controller = puppet


def found(robot: Robot) -> list[str]:
    return [node.key for node in robot.nodes() if node.key.startswith("matter:")]


def test_letters_alone_find_matters(search: Robot) -> None:
    search.type_letters("gjj")
    assert search.state.browse.text == "gjj"
    assert found(search)
    search.press("delete")
    assert search.state.browse.text == "gj"


def test_characters_find_matters_too(search: Robot) -> None:
    search.type_letters("yanglao")
    by_letters = found(search)
    assert by_letters
    choose(search, "养老")
    assert search.state.browse.text == "养老"
    assert search.get("answer").value == "养老"
    assert found(search)
    search.press("delete")
    assert search.state.browse.text == "养"


def test_characters_and_letters_together_and_another_word(search: Robot) -> None:
    search.type_letters("yanglaobaoxian")
    choose(search, "养老")
    assert search.state.browse.text == "养老baoxian"
    search.press("show-results")
    search.press("search")
    assert search.state.browse.text == ""
    assert search.get("answer").value == ""
    assert not search.has("candidate:0")
