"""Every page in every variant on a real window: built, laid out, and free of what a page must never be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit.state import Mode, Overlay, Page, Visit
from screens.app import CitizenWindow
from screens.citizen import OVERLAYS, page_class
from screens.citizen import PAGES as CLASSES
from screens.citizen.home import IN_REACH_MOST
from screens.kit.lint import lint
from screens.kit.tree import Node, tree
from screens.window_setup import Display
from tests.screens.matrix import ALL, COVER, WORST, Combination
from tests.screens.pages import PAGES

PAGES_AT_MOST = 40
# One of each page, the fullest of its variants; all variants are looked at upright in Chinese.
FULLEST = (
    "home",
    "matters",
    "matters-found",
    "guide",
    "guide-unavailable",
    "guide-in-full",
    "identify-waiting-long",
    "identify-failed-code.url",
    "identify-read-offline",
    "ineligible",
    "guide-not-fulfilled",
    "form-text-error",
    "form-bank-card-error",
    "form-date-error",
    "form-month-range",
    "form-choice-error",
    "form-yes-no",
    "form-amount",
    "form-date-range-error",
    "form-list-regions",
    "form-list-regions-chosen",
    "form-list-ethnicities",
    "form-declaration",
    "notice-may-not-be-owed",
    "notice-kept",
    "owed",
    "resume",
    "sign",
    "check-signed",
    "submitting-long",
    "result",
    "result-wide",
    "done-not-printed-thrice",
    "done-owing",
    "done-joint",
    "guide-joint",
    "check-joint",
    "done-rating-reasons",
    "failsafe-accepted",
    "help-failed",
    "asking-green-channel",
    "asking-home-visit",
    "asking-phone",
    "asking-complaint",
    "asking-sent",
    "help-identify",
    "appointment-open",
    "appointment-made",
    "guide-closed",
    "tools",
    "leave-printing",
    "idle",
    "asleep",
)
TURNED = ("check", "guide-joint", "matters-department")
NORMAL = Mode()
LEAVES_AT_MOST = {
    "sign": 1,
    "check": 6,
    "guide": 5,
    "done-certificate": 3,
    "done-not-printed": 4,
    "notice-kept-declined": 5,
    "result": 5,
    "home": 1,
    "tools": 4,
}


@pytest.fixture
def window(undrawn: CitizenWindow) -> CitizenWindow:
    """Every test here shows its own page first."""
    return undrawn


def show(window: CitizenWindow, visit: Visit, mode: Mode = NORMAL) -> list[Node]:
    controller: Any = window.controller
    controller.state = replace(visit, mode=mode)
    window.ctx.draft.clear()
    window.show_again()
    return tree(window.stage)


def turns(window: CitizenWindow) -> int:
    """Lint what is shown and every page behind it; gives how many pages there were."""
    for number in range(1, PAGES_AT_MOST):
        assert lint(window.stage, window.ctx.metrics) == []
        on = next((node for node in tree(window.stage) if node.key == "page-next"), None)
        if on is None or on.state.get("disabled"):
            return number
        advance(window, on)
    return PAGES_AT_MOST


def advance(window: CitizenWindow, on: Node) -> None:
    """The next leaf, also of a page whose number is the visit's."""
    controller: Any = window.controller
    controller.sent.clear()
    assert on.widget.action is not None
    on.widget.action()
    for event in controller.sent:  # a page whose number is the visit's
        state = controller.state
        match state.page:
            case Page.MATTERS:
                browse = replace(state.browse, page=max(0, state.browse.page + event.by))
                controller.state = replace(state, browse=browse)
            case Page.GUIDE:
                controller.state = replace(state, guide_page=max(0, state.guide_page + event.by))
            case Page.RESULT:
                controller.state = replace(state, result_page=max(0, state.result_page + event.by))
            case _:
                controller.state = replace(state, check_page=max(0, state.check_page + event.by))
        window.redraw()


def test_every_page_and_overlay_of_the_visit_is_drawn_and_pictured() -> None:
    assert set(CLASSES) == set(Page)
    assert set(OVERLAYS) == set(Overlay) - {Overlay.NONE}
    assert {visit.page for visit in PAGES.values()} == set(Page)
    assert {visit.overlay for visit in PAGES.values()} == set(Overlay)
    for page in Page:
        assert page_class(page).name is page


@pytest.mark.parametrize("name", PAGES)
def test_every_variant_upright(window: CitizenWindow, name: str) -> None:
    nodes = show(window, PAGES[name])
    assert nodes[0].role in ("screen", "dialog")
    assert nodes[0].name
    turns(window)


# Every two settings meet; all combinations of all pages are walked by ``make torture``.
@pytest.mark.parametrize("combination", COVER, ids=str)
def test_the_fullest_of_each_page_however_it_is_drawn(
    window: CitizenWindow, combination: Combination
) -> None:
    window.resize(combination.display)
    for name in FULLEST:
        show(window, PAGES[name], combination.mode)
        assert not lint(window.stage, window.ctx.metrics), (name, lint(window.stage, window.ctx.metrics))
    for name in TURNED:
        show(window, PAGES[name], combination.mode)
        assert turns(window) < PAGES_AT_MOST, name


def test_every_two_settings_meet() -> None:
    assert frozenset().union(*(each.pairs for each in COVER)) == frozenset().union(
        *(each.pairs for each in ALL)
    )
    assert WORST in COVER
    assert len(COVER) < len(ALL) / 6


@pytest.mark.parametrize("name", LEAVES_AT_MOST)
def test_in_the_worst_combination_nothing_is_far_away(window: CitizenWindow, name: str) -> None:
    """Leaves that somebody has to turn; a page of few words has few of them."""
    window.resize(WORST.display)
    show(window, PAGES[name], WORST.mode)
    assert turns(window) <= LEAVES_AT_MOST[name]


@pytest.mark.parametrize("mode", [NORMAL, Mode(elder=True, language="en")], ids=["plain", "elder-en"])
def test_a_small_tablet_that_lies_across(window: CitizenWindow, mode: Mode) -> None:
    window.resize(Display(width=1280, height=800, ppi=149))
    nodes = show(window, PAGES["home"], mode)
    assert sum(node.key.startswith("matter:") for node in nodes) >= 2  # on the first leaf
    for name in ("home", "guide", "check-signed", "result"):
        show(window, PAGES[name], mode)
        assert lint(window.stage, window.ctx.metrics) == [], name


def test_in_low_reach_four_matters_at_a_time_beside_the_way_to_all(
    window: CitizenWindow,
) -> None:
    show(window, PAGES["home"], Mode(reach=True))
    seen: list[str] = []
    while True:
        nodes = tree(window.stage)
        tiles = [node.key for node in nodes if node.key.startswith("matter:")]
        assert 1 <= len(tiles) <= 4
        assert any(node.key == "all-matters" for node in nodes)
        seen += tiles
        on = next(node for node in nodes if node.key == "page-next")
        if on.state.get("disabled"):
            break
        advance(window, on)
    first = window.controller.catalogue.first(IN_REACH_MOST)
    assert seen == [f"matter:{code}" for code in first]


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith("-error") or "-failed-" in name])
def test_what_went_wrong_stands_on_the_first_leaf_of_the_smallest_panel(
    window: CitizenWindow, name: str
) -> None:
    window.resize(WORST.display)
    nodes = show(window, PAGES[name], WORST.mode)
    words = PAGES[name].form.error_words
    begins = " ".join(words[1].split()[:2]) if words else ""
    alert = any(node.role == "alert" for node in nodes)
    beside = any(node.state.get("error") and getattr(node.widget, "icon", None) for node in nodes)
    noted = words is not None and any(node.name.startswith(begins) for node in nodes)
    assert alert or beside or noted


def test_the_number_of_a_failed_terminal_stays_with_what_it_is(window: CitizenWindow) -> None:
    window.resize(WORST.display)
    show(window, PAGES["failsafe-received"], WORST.mode)
    label, number = window.ctx.words("done.project"), "1141 0400"
    for _ in range(PAGES_AT_MOST):
        names = [node.name for node in tree(window.stage)]
        if label in names:
            break
        advance(window, next(node for node in tree(window.stage) if node.key == "page-next"))
    assert any(number in name for name in names)
