"""Strokes are kept as they were drawn, and their picture shows them smooth."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk import signing

COORDINATE = st.floats(-5000, 5000, allow_nan=False)
STROKES = st.lists(st.lists(st.tuples(COORDINATE, COORDINATE), max_size=40), max_size=8)


@given(STROKES)
def test_whatever_a_panel_reports_is_kept_inside_the_box(strokes: list[list[tuple[float, float]]]) -> None:
    kept = signing.tidied(strokes, 3000)
    assert all(0 <= x <= 3000 and 0 <= y <= signing.GRID for stroke in kept for x, y in stroke)
    assert all(stroke for stroke in kept)
    assert signing.tidied(kept, 3000) == kept


def test_a_panel_gone_mad_does_not_fill_the_disk() -> None:
    kept = signing.tidied(
        [[(x % 3000, y % 1000) for x, y in zip(range(0, 90000, 9), range(0, 70000, 7), strict=False)]] * 500,
        3000,
    )
    assert sum(len(stroke) for stroke in kept) <= signing.MOST_POINTS
    assert len(kept) <= signing.MOST_STROKES


def test_a_curve_goes_through_its_points_and_has_no_corners() -> None:
    corner = [(0.0, 0.0), (500.0, 0.0), (500.0, 500.0)]
    curve = signing.smoothed(corner)
    assert all(point in curve for point in corner)
    turns = [
        (to[0] - at[0]) * (after[0] - to[0]) + (to[1] - at[1]) * (after[1] - to[1])
        for at, to, after in zip(curve, curve[1:], curve[2:], strict=False)
    ]
    assert min(turns) > 0  # never a right angle between two pieces


def test_the_picture_shows_what_was_drawn_where_it_was_drawn() -> None:
    strokes = signing.tidied([[(300, 500), (900, 500)]], 3000)
    picture = Image.open(io.BytesIO(signing.picture(strokes, 3000))).convert("L")
    assert picture.size == (3 * signing.PICTURE_HEIGHT, signing.PICTURE_HEIGHT)
    scale = signing.PICTURE_HEIGHT / signing.GRID
    line, paper = (round(600 * scale), round(500 * scale)), (round(1500 * scale), round(500 * scale))
    assert picture.crop((*line, line[0] + 1, line[1] + 1)).tobytes()[0] < 40
    assert picture.crop((*paper, paper[0] + 1, paper[1] + 1)).tobytes()[0] > 250
    assert len(signing.picture(strokes, 3000)) < 4096
