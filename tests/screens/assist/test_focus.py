"""Where the focus is, on pages of which much is alike."""

from __future__ import annotations

import pytest

from screens.app import CitizenWindow
from screens.assist.focus import Focus, marks_of
from screens.kit.ring import Ring
from screens.kit.tree import tree
from tests.screens.citizen.test_pages import show
from tests.screens.pages import PAGES


@pytest.mark.parametrize("name", ["guide-in-full-last-page", "hand-in", "hand-in-scanned"])
def test_what_is_alike_is_met_once_and_the_end_is_reached(window: CitizenWindow, name: str) -> None:
    """Two rows of one name on a check page once held whoever went down it by ear."""
    show(window, PAGES[name])
    focus = Focus(window.stage, Ring(window.ctx))
    focus.take(tree(window.stage), name, listening=True)
    marks = marks_of(focus.stops)
    assert len({mark[:3] for mark in marks}) < len(marks) == len(set(marks))
    focus.go_to_node(focus.stops[0])
    for _ in marks[1:]:
        assert focus.move(1)
        focus.take(tree(window.stage), name, listening=True)
    assert not focus.move(1)


def test_who_stands_on_the_second_of_two_alike_stays_there_when_the_page_is_built_anew(
    window: CitizenWindow,
) -> None:
    show(window, PAGES["hand-in"])
    focus = Focus(window.stage, Ring(window.ctx))
    focus.take(tree(window.stage), "hand-in", listening=True)
    place = next(index for index, mark in enumerate(marks_of(focus.stops)) if mark[3] == 1)
    focus.go_to_node(focus.stops[place])
    window.show_again()
    focus.take(tree(window.stage), "hand-in", listening=True)
    assert focus.node is focus.stops[place]
