"""A row of candidates drawn together looks as each key drawn by itself, and is drawn alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from screens.app import CitizenWindow
from screens.kit import glyphs
from screens.kit.bar_key import GLYPHS, BarKey
from screens.kit.candidates import Candidates
from screens.kit.damage import DAMAGE
from screens.kit.glyphs import Glyphs
from screens.kit.keys import Key
from tests.screens.citizen.test_pages import show
from tests.screens.kit.test_damage import pixels, whole
from tests.screens.kit.test_panels import FixedPinyin
from tests.screens.pages import PAGES

COMMON = ["平顶山", "拼", "聘", "叶县", "鲁山县卫东区"]
ODD = ["\U00020bb7", "AVAVa", "“你”好", "\ue863", "𬇙河", "平"]
"""Another face without a bold weight, letters that stand nearer, marks of half a square, a character that
no face has."""
LONG = "平顶山市卫东区建设路" * 2
CORNER = 48  # of 255


@pytest.fixture
def bar(window: CitizenWindow) -> Iterator[Candidates]:
    window.ctx.ime = FixedPinyin()
    show(window, PAGES["form-text"])
    yield next(each for each in window.stage.walk() if isinstance(each, Candidates))
    window.ctx.ime = None


def keys(bar: Candidates) -> list[BarKey]:
    return [each for each in bar.in_order() if isinstance(each, BarKey)]


def one_by_one(bar: Candidates) -> list[Key]:
    """The same keys, each drawing itself, instead of those of the bar."""
    singly = []
    for key in keys(bar):
        single = Key(bar.ctx, key.key, key.name, lambda: None, style=key.label.style_name)
        single.pressed = key.pressed
        bar.remove_widget(key)
        bar.hold(single)
        single.place(key.x, key.y, key.width, key.height)
        singly.append(single)
    bar._row.draw([])
    return singly


@pytest.mark.parametrize("found", [COMMON, ODD, [LONG, "平"]])
def test_together_they_look_as_one_by_one(bar: Candidates, found: Sequence[str]) -> None:
    from kivy.core.window import Window

    bar.show(found)
    together = whole(Window)
    one_by_one(bar)
    assert whole(Window) == together


@pytest.mark.parametrize("found", [COMMON, ODD, [LONG, "平"]])
def test_a_pressed_one_looks_pressed(bar: Candidates, found: Sequence[str]) -> None:
    """But for the pixels that smooth its corners, below which the bar has drawn it."""
    from kivy.core.window import Window

    row = 4 * int(bar.ctx.metrics.width)

    def seen() -> bytes:
        return whole(Window)[int(bar.y) * row : int(bar.top) * row]

    bar.show(found)
    before = seen()
    key = keys(bar)[0]
    key._set_pressed(True)
    together = seen()
    assert sum(one != other for one, other in zip(before, together, strict=True)) > 1000
    one_by_one(bar)
    apart = [abs(one - other) for one, other in zip(seen(), together, strict=True) if one != other]
    assert len(apart) < 400 and max(apart, default=0) < CORNER
    key._set_pressed(False)
    bar.show(found)
    assert seen() == before


@pytest.mark.parametrize("most", [4096, 64, 16])
def test_it_looks_the_same_however_few_characters_the_picture_holds(
    bar: Candidates, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    from kivy.core.window import Window

    monkeypatch.setattr(glyphs, "HEIGHT", most)
    monkeypatch.setattr("screens.kit.bar_key.HEIGHT", most)
    bar.ctx.draft[GLYPHS] = Glyphs()
    for text in ("王", "往忘", "望旺汪亡"):
        bar.show([text, *COMMON])
    together = whole(Window)
    one_by_one(bar)
    assert whole(Window) == together


def test_other_candidates_are_drawn_in_the_bar_alone_and_as_a_whole_frame_shows_them(
    bar: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.core.window import Window

    monkeypatch.setattr(DAMAGE, "active", True)
    monkeypatch.setattr(DAMAGE, "_follow", lambda: None)
    DAMAGE.all()
    DAMAGE.draw(Window)
    for found in (COMMON, ODD, ["平"], COMMON * 6, [LONG, "平"], COMMON, [], COMMON, []):
        before, only_keys = whole(Window), bool(found and bar.found)
        bar.show(found, "" if found else "没有候选字")
        assert (DAMAGE._places == [bar.inside()]) == only_keys
        assert DAMAGE.draw(Window)
        part = pixels(Window)
        assert part != before
        assert part == whole(Window)


def test_under_the_keys_nothing_is_drawn_again(bar: Candidates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's ground and the bar's neighbours are not seen through it."""
    from kivy.core.window import Window

    from screens.kit.culling import only

    bar.show(COMMON)

    def drawn() -> int:
        def below(canvas: Any) -> int:
            return 1 + sum(below(each) for each in getattr(canvas, "children", ()))

        return below(Window.canvas)

    everything = drawn()
    with only(Window, bar.inside(), 64):
        inside = drawn()
    left, low, right, top = bar.inside()
    with only(Window, (left - 1, low, right, top), 64):
        beside = drawn()
    assert inside < beside < everything == drawn()


def test_the_characters_go_with_the_page(window: CitizenWindow, bar: Candidates) -> None:
    bar.show(COMMON)
    assert window.ctx.draft[GLYPHS]._known
    show(window, PAGES["home"])
    assert GLYPHS not in window.ctx.draft
