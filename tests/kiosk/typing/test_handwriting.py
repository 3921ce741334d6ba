"""What a finger writes is read by the real engine, wherever and however large it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.typing.handwriting import Handwriting, open_handwriting

Strokes = list[list[tuple[float, float]]]
# On a square of 100; horizontal strokes from the left, vertical ones from the top, as they are taught.
WRITTEN: dict[str, Strokes] = {
    "一": [[(10, 50), (90, 48)]],
    "十": [[(10, 45), (90, 45)], [(50, 8), (50, 92)]],
    "王": [[(20, 15), (80, 15)], [(25, 48), (75, 48)], [(50, 15), (50, 88)], [(12, 88), (88, 88)]],
    "口": [[(25, 25), (25, 80)], [(25, 25), (78, 25), (78, 80)], [(25, 78), (78, 78)]],
    "人": [[(52, 10), (45, 45), (12, 90)], [(48, 40), (65, 65), (90, 90)]],
    "土": [[(25, 40), (75, 40)], [(50, 10), (50, 85)], [(10, 85), (90, 85)]],
    "大": [[(12, 38), (88, 36)], [(50, 8), (48, 45), (12, 92)], [(50, 45), (68, 70), (92, 92)]],
}


@pytest.fixture(scope="module")
def hand() -> Handwriting:
    opened = open_handwriting()
    assert isinstance(opened, Handwriting), opened
    return opened


def moved(strokes: Strokes, scale: float, across: float, down: float) -> Strokes:
    return [[(x * scale + across, y * scale + down) for x, y in stroke] for stroke in strokes]


@pytest.mark.parametrize("character", WRITTEN)
def test_common_characters_stand_among_the_first(hand: Handwriting, character: str) -> None:
    assert character in hand.read(WRITTEN[character])[:6]


@pytest.mark.parametrize(("scale", "across", "down"), [(0.4, 3, 2), (6.0, 900, 10), (1.0, -400, 300)])
def test_size_and_place_do_not_matter(hand: Handwriting, scale: float, across: float, down: float) -> None:
    for strokes in WRITTEN.values():
        assert hand.read(moved(strokes, scale, across, down))[:3] == hand.read(strokes)[:3]


@given(st.lists(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=30), max_size=80))
@settings(max_examples=30, deadline=None)
def test_any_scribble_is_answered_with_characters(hand: Handwriting, strokes: Strokes) -> None:
    assert all(len(text) == 1 for text in hand.read(strokes))


def test_nothing_and_a_dot_are_no_character(hand: Handwriting) -> None:
    assert hand.read([]) == hand.read([[]]) == hand.read([[(5, 5)]]) == []


def test_nothing_is_learned(hand: Handwriting) -> None:
    before = hand.read(WRITTEN["王"])
    for _ in range(20):
        hand.read(WRITTEN["土"])
    assert hand.read(WRITTEN["王"]) == before


def test_a_missing_and_a_damaged_model_say_so(tmp_path: Path) -> None:
    missing = open_handwriting(tmp_path / "none.model")
    assert isinstance(missing, Fault) and missing.code == "typing.hand_model_missing"
    (tmp_path / "bad.model").write_bytes(b"no model at all" * 100)
    damaged = open_handwriting(tmp_path / "bad.model")
    assert isinstance(damaged, Fault) and damaged.code == "typing.hand_model_damaged"
