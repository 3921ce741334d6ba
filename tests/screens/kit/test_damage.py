"""A part drawn anew looks exactly as the whole picture does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.app import CitizenWindow
from screens.kit.block import Block
from screens.kit.culling import Place
from screens.kit.damage import DAMAGE, MOST_PLACES, joined
from screens.kit.tree import tree
from tests.screens.citizen.test_pages import show
from tests.screens.pages import PAGES

SIDE = st.integers(0, 1000)
PLACE = st.tuples(SIDE, SIDE, st.integers(1, 400), st.integers(1, 400)).map(
    lambda each: (each[0], each[1], each[0] + each[2], each[1] + each[3])
)


@given(st.lists(PLACE, max_size=12))
def test_every_place_lies_within_one_of_the_few(places: list[Place]) -> None:
    few = joined(places)
    assert len(few) <= MOST_PLACES
    for left, low, right, top in places:
        assert any(a <= left and b <= low and right <= c and top <= d for a, b, c, d in few)


def instructions(canvas: Any) -> int:
    return 1 + sum(instructions(each) for each in getattr(canvas, "children", ()))


def test_what_is_drawn_again_takes_the_place_of_what_was(window: CitizenWindow) -> None:
    """Widgets of every kind on a page with keys: after the second time nothing more is there."""
    show(window, PAGES["form-text"])
    drawn = [each for each in window.stage.walk() if isinstance(each, Block)]
    counts = []
    for _ in range(3):
        for block in drawn:
            if block.parent is not None:
                block.place(block.x, block.y, block.width, block.height)
        counts.append(instructions(window.stage.canvas))
    assert counts[1] == counts[2]


def pixels(window: Any) -> bytes:
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    width, height = (int(side) for side in window.size)
    return bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))


def whole(window: Any) -> bytes:
    window.clear()
    window.render_context.draw()
    return pixels(window)


@pytest.mark.parametrize("page", ["home", "form-date", "check"])
def test_a_press_drawn_in_its_place_is_what_a_whole_frame_shows(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    from kivy.core.window import Window

    followed: list[bool] = []
    monkeypatch.setattr(DAMAGE, "active", True)
    monkeypatch.setattr(DAMAGE, "_follow", lambda: followed.append(True))
    show(window, PAGES[page])
    assert not DAMAGE.draw(Window)  # a new page is drawn whole
    before = whole(Window)
    button: Any = next(node.widget for node in tree(window.stage) if node.touchable)
    button._set_pressed(True)
    assert DAMAGE.draw(Window)
    assert followed
    part = pixels(Window)
    assert part != before
    assert part == whole(Window)
    button._set_pressed(False)
    assert DAMAGE.draw(Window)
    assert pixels(Window) == before
    assert not DAMAGE.draw(Window)  # nothing is known to have changed: whole, to be sure


def test_the_whole_frame_waits_for_who_types_but_not_for_long(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screens.kit import damage

    done: list[str] = []

    class Later:
        def __call__(self) -> None:
            done.append("asked")

        def cancel(self) -> None:
            done.append("put off")

    now = 100.0
    monkeypatch.setattr(DAMAGE, "_whole_later", Later())
    monkeypatch.setattr(DAMAGE, "_waiting_since", None)
    monkeypatch.setattr(DAMAGE, "_window", window.stage)
    monkeypatch.setattr("screens.kit.damage.time", SimpleNamespace(monotonic=lambda: now))
    DAMAGE._follow()
    now += damage.FOLLOWS_SECONDS / 2
    DAMAGE._follow()
    assert done == ["put off", "asked"] * 2
    now += damage.LATEST_SECONDS
    DAMAGE._follow()
    assert done[4:] == ["asked"]
    DAMAGE._draw_whole(0.0)
    DAMAGE._follow()
    assert done[5:] == ["put off", "asked"]


def test_a_ground_is_laid_once_and_where_none_is_laid_it_is_cleared(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.core.window import Window

    from screens.kit.last_resort import LastResort

    monkeypatch.setattr(DAMAGE, "active", True)
    monkeypatch.setattr(DAMAGE, "_follow", lambda: None)
    show(window, PAGES["home"])
    cleared: list[bool] = []
    monkeypatch.setattr(Window, "clear", lambda: cleared.append(True))
    for page, times in ((window.stage.page, 0), (LastResort(window.ctx), 1)):
        window.stage.show(page, None)
        DAMAGE.draw(Window)
        DAMAGE.of(next(node.widget for node in tree(window.stage) if node.widget is not page), within=True)
        assert DAMAGE.draw(Window)
        assert len(cleared) == times
    window.show_again()


def test_what_lies_within_a_place_that_was_told_is_not_told_again(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DAMAGE, "active", True)
    monkeypatch.setattr(DAMAGE, "_whole", False)
    monkeypatch.setattr(DAMAGE, "_places", [])
    outer = next(node.widget for node in tree(window.stage) if node.touchable)
    for block in (outer, *outer.children):
        DAMAGE.of(block)
    assert len(DAMAGE._places) == 1


def test_what_is_typed_is_drawn_where_it_stands(
    window: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text, its caret and the mark of letters: not the box around them, unless that grows."""
    from kivy.core.window import Window

    monkeypatch.setattr(DAMAGE, "active", True)
    monkeypatch.setattr(DAMAGE, "_follow", lambda: None)
    show(window, PAGES["form-text"])
    field: Any = next(node.widget for node in tree(window.stage) if node.key == "answer")
    DAMAGE.draw(Window)
    for text, spelled in (
        ("", "p"),
        ("", "ping"),
        ("平顶山", ""),
        ("平顶山", "av"),
        ("平顶山", ""),
        ("AVAVAV平To12", ""),
        ("AVAVAV平To12", "fi"),
        ("平顶山" * 12, "shi"),
        ("平", ""),
        ("", ""),
    ):
        before = whole(Window)
        field.show(text, spelled)
        box = field.width * field.height
        assert 0 < sum((right - left) * (top - low) for left, low, right, top in DAMAGE._places) < box
        assert DAMAGE.draw(Window)
        part = pixels(Window)
        assert part != before
        assert part == whole(Window)
