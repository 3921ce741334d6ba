"""Every technician's page in every shape and language: laid out, and free of what a page must never be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.technician.cards import trouble
from kiosk.technician.state import Phase, TechnicianState, View
from kiosk.visit.state import Mode
from screens.app import CitizenWindow
from screens.kit.lint import lint
from screens.kit.semantics import Role
from screens.kit.tree import Node, tree
from screens.technician.layer import PAGES as CLASSES
from screens.technician.layer import TechnicianLayer, page_of
from screens.technician.words import FOLDER, words_of
from screens.words import LANGUAGES, flatten, placeholders
from tests.screens.conftest import DISPLAYS
from tests.screens.technician.states import ON, PAGES, SITE, WAY, StillDesk

LEAVES_AT_MOST = 12
TIGHTEST = (
    "entry-card-unknown", "overview-idle", "device-bad", "device-asks-paper", "network-bad", "keypad",
    "calibration-uneven", "calibration-trial", "service-sure", "export-failed", "closed",
)  # fmt: skip


@pytest.fixture
def desk(window: CitizenWindow) -> Iterator[StillDesk]:
    """The session's window with a desk for this test."""
    made = StillDesk()
    window.technician = TechnicianLayer(
        made, SITE, window.ctx, window.stage, lambda: window._redraw(window.controller.state)
    )
    yield made
    window.technician.forget()
    window.technician = None
    window.show_again()


@pytest.fixture
def window(undrawn: CitizenWindow) -> CitizenWindow:
    """Every test here shows its own page first."""
    return undrawn


def show(
    window: CitizenWindow, desk: StillDesk, state: TechnicianState, mode: Mode | None = None
) -> list[Node]:
    controller: Any = window.controller
    controller.state = replace(controller.state, mode=mode or Mode())
    desk.state = state
    window.show_again()
    return tree(window.stage)


def leaves(window: CitizenWindow, desk: StillDesk) -> int:
    """Lint what is shown and every leaf behind it."""
    assert window.technician is not None
    for number in range(1, LEAVES_AT_MOST):
        metrics = window.technician.room.ctx.metrics if desk.state.on else window.ctx.metrics
        assert lint(window.stage, metrics) == []
        on = next((node for node in tree(window.stage) if node.key == "page-next"), None)
        if on is None or on.state.get("disabled"):
            return number
        desk.state = replace(desk.state, page=desk.state.page + 1)
        window.show_again()
    return LEAVES_AT_MOST


def test_every_view_has_a_page_and_a_picture() -> None:
    assert set(CLASSES) == set(View)
    assert {state.view for state in PAGES.values()} == set(View)
    assert {state.phase for state in PAGES.values()} == set(Phase)
    for view in View:
        assert page_of(view)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_upright(window: CitizenWindow, desk: StillDesk, name: str) -> None:
    nodes = show(window, desk, PAGES[name])
    assert nodes[0].role is Role.SCREEN and nodes[0].name
    assert leaves(window, desk) < LEAVES_AT_MOST


@pytest.mark.parametrize(
    ("shape", "mode"),
    [
        ("portrait", Mode(language="en", theme="contrast", elder=True)),
        ("landscape", Mode(language="en", theme="evening")),
        ("small", Mode(language="en", reach=True)),
    ],
)
def test_the_tightest_in_other_shapes(window: CitizenWindow, desk: StillDesk, shape: str, mode: Mode) -> None:
    window.resize(DISPLAYS[shape])
    for name in TIGHTEST:
        show(window, desk, PAGES[name], mode)
        assert leaves(window, desk) < LEAVES_AT_MOST, name


@pytest.mark.parametrize("shape", DISPLAYS)
@pytest.mark.parametrize("name", ["overview-bad", "overview-jam", "overview-low", "overview-all-bad"])
def test_one_page_tells_which_device_is_at_fault_and_what_to_do(
    window: CitizenWindow, desk: StillDesk, shape: str, name: str
) -> None:
    """On pictures alone: the first page has its name, how it is, the sentence, every step, and the act."""
    from kiosk.faults import sentences
    from kiosk.mending import mending

    window.resize(DISPLAYS[shape])
    said = [node.name for node in show(window, desk, PAGES[name])]
    worst = PAGES[name].cards[0]
    code = trouble(worst)
    assert code is not None
    assert worst.name in said
    assert sentences(code).technician in said
    for step in mending(code).steps:
        assert step in said
    keys = {node.key for node in tree(window.stage)}
    assert "details" in keys and keys & {"self-test", "test-print"}
    if shape != "small":
        assert any(node.role is Role.IMAGE for node in tree(window.stage))


@pytest.mark.parametrize("shape", DISPLAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_of_the_pin_stay_where_they_are(
    window: CitizenWindow, desk: StillDesk, shape: str, language: str
) -> None:
    """With and without a message above them, and without a second leaf."""
    window.resize(DISPLAYS[shape])
    for pages in (
        ("entry-typed", "entry-wrong", "entry-locked"),
        ("entry", "entry-card-unknown", "entry-locked-card"),
    ):
        places = set()
        for name in pages:
            nodes = show(window, desk, PAGES[name], Mode(language=language))
            places.add(next(node.bounds for node in nodes if node.key == "digit:5"))
            assert not any(node.key == "page-next" for node in nodes), name
        assert len(places) == 1, pages


def test_a_locked_entry_looks_locked_and_promises_a_card_only_where_one_is(
    window: CitizenWindow, desk: StillDesk
) -> None:
    for name, promised in (("entry-locked", False), ("entry-locked-card", True)):
        nodes = show(window, desk, PAGES[name])
        assert any("维护卡现在仍可使用" in node.name for node in nodes) is promised
        assert all(node.state.get("disabled") for node in nodes if node.key.startswith("digit:"))


def test_a_platform_that_is_not_reached_is_told_on_the_first_page(
    window: CitizenWindow, desk: StillDesk
) -> None:
    nodes = show(window, desk, PAGES["overview-platform"])
    assert any("平台那一项要处理" in node.name for node in nodes)
    assert next(node for node in nodes if node.key == "platform").value == "连不上"
    nodes = show(window, desk, PAGES["overview-bad-platform"])
    assert any("平台那一项也要处理" in node.name for node in nodes)
    nodes = show(window, desk, replace(ON, network=WAY))
    assert next(node for node in nodes if node.key == "platform").value == "正常"


def test_what_a_past_test_found_is_told_as_past_and_a_count_that_is_contradicted_is_not_shown(
    window: CitizenWindow, desk: StillDesk
) -> None:
    said = [node.name for node in show(window, desk, PAGES["overview-test-failed"])]
    assert any(each.startswith("上次测试时") for each in said)
    said = [node.name for node in show(window, desk, PAGES["overview-jam"])]
    assert not any(each.startswith("上次测试时") for each in said)
    said = [node.name for node in show(window, desk, PAGES["supplies-out"])]
    assert any("计数不可信" in each for each in said) and not any("52300" in each for each in said)


def test_words_are_the_same_in_both_languages_and_all_are_said() -> None:
    texts = {}
    for language in LANGUAGES:
        with (FOLDER / f"{language}.toml").open("rb") as file:
            texts[language] = flatten(tomllib.load(file))
        assert texts[language] == words_of(language).texts
    assert set(texts["zh"]) == set(texts["en"])
    for key, text in texts["zh"].items():
        assert placeholders(text) == placeholders(texts["en"][key]), key
        assert re.search("[\u4e00-\u9fff]", text) or not re.search("[A-Za-z]{3}", placeholders_out(text)), key
    source = "\n".join(path.read_text("utf-8") for path in Path(FOLDER).parent.glob("*.py"))
    composed = {
        re.sub(r"\{[^}]*\}", "[a-z_]+", each) for each in re.findall(r'f"([a-z]+\.[^"]*\{[^"]*)"', source)
    }
    unsaid = [
        key
        for key in texts["zh"]
        if not re.search(f"[\"']{re.escape(key)}[\"']", source)
        and not any(re.fullmatch(each, key) for each in composed)
    ]
    assert unsaid == []


def placeholders_out(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "", text)
