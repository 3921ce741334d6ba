"""Strokes are kept as they were drawn, and their picture shows them smooth."""

from __future__ import annotations

import io
import itertools
from math import dist

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk import signing
from kiosk.pen import THICK, THIN, Mark, Nib, marks

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


REPORTS = [(0.0, 0.0), (300.0, 10.0), (320.0, 300.0), (330.0, 310.0), (900.0, 310.0), (880.0, 20.0)]


def test_a_curve_goes_through_its_points_and_has_no_corners() -> None:
    laid = marks(REPORTS, 20)
    assert all(any(dist(point, mark[:2]) < 1e-6 for mark in laid) for point in REPORTS)
    path = [mark[:2] for at, mark in enumerate(laid) if not at or mark[:2] != laid[at - 1][:2]]
    turns = [
        (to[0] - at[0]) * (after[0] - to[0]) + (to[1] - at[1]) * (after[1] - to[1])
        for at, to, after in zip(path, path[1:], path[2:], strict=False)
    ]
    assert min(turns) > 0  # never a right angle between two marks
    assert (
        max(dist(one[:2], other[:2]) / min(one[2], other[2]) for one, other in itertools.pairwise(laid)) < 0.5
    )


def test_a_nib_that_rests_is_thick_and_one_that_flies_is_thin() -> None:
    slow, quick = (
        marks([(x, 0.0) for x in range(0, 200, 6)], 20),
        marks([(400.0 * x, 0.0) for x in range(6)], 20),
    )
    assert slow[-1][2] > 1.4 * quick[-1][2]
    assert all(20 * THIN <= mark[2] <= 20 * THICK for mark in (*slow, *quick))
    assert marks([(5, 5)], 20) == [(5, 5, 20 * THICK)]  # a dot


def test_ink_that_is_dry_never_changes() -> None:
    """What a finger has seen is what stands there when it is lifted, and in the picture."""
    nib = Nib(20)
    dry: list[Mark] = []
    seen: list[list[Mark]] = []
    for point in REPORTS:
        ink = nib.to(point)
        dry += ink.dry
        seen.append([*dry])
        assert ink.wet[-1][:2] == point  # the ink is where the finger is
    assert all(marks(REPORTS, 20)[: len(each)] == each for each in seen)


def test_the_picture_shows_what_was_drawn_where_it_was_drawn() -> None:
    strokes = signing.tidied([[(300, 500), (900, 500)]], 3000)
    picture = Image.open(io.BytesIO(signing.picture(strokes, 3000))).convert("L")
    assert picture.size == (3 * signing.PICTURE_HEIGHT, signing.PICTURE_HEIGHT)
    scale = signing.PICTURE_HEIGHT / signing.GRID
    line, paper = (round(600 * scale), round(500 * scale)), (round(1500 * scale), round(500 * scale))
    assert picture.crop((*line, line[0] + 1, line[1] + 1)).tobytes()[0] < 40
    assert picture.crop((*paper, paper[0] + 1, paper[1] + 1)).tobytes()[0] > 250
    assert len(signing.picture(strokes, 3000)) < 4096
