"""Corners are smooth, edges full, and a shadow stays outside."""

from __future__ import annotations

import pytest

from screens.app import CitizenWindow
from screens.kit import patches
from screens.theme import LIGHT


@pytest.fixture(autouse=True)
def _open(undrawn: CitizenWindow) -> None:
    """A texture needs a window to be made in."""


def alphas(patch: patches.Patch) -> list[list[int]]:
    side = patch.texture.width
    pixels = patch.texture.pixels
    return [[pixels[(row * side + column) * 4 + 3] for column in range(side)] for row in range(side)]


@pytest.mark.parametrize("radius", [1, 16, 28, 58])
def test_a_disc_is_full_inside_and_round_at_its_corners(radius: int) -> None:
    rows = alphas(patches.disc(radius))
    middle = len(rows) // 2
    assert all(alpha == 255 for alpha in rows[middle])
    assert rows[0][0] < 255 if radius == 1 else rows[0][0] == 0
    assert rows == rows[::-1]
    assert rows == [row[::-1] for row in rows]


def test_its_edge_is_smooth() -> None:
    steps = {alpha for row in alphas(patches.disc(28)) for alpha in row}
    assert len(steps) > 12


def test_a_ring_is_as_wide_as_its_stroke() -> None:
    rows = alphas(patches.ring(24, 3))
    middle = rows[len(rows) // 2]
    assert middle[:3] == [255] * 3
    assert middle[3] == 0
    assert middle[-3:] == [255] * 3


def test_a_card_lies_on_its_shadow() -> None:
    patch = patches.card(28, 20, 5, LIGHT.surface, LIGHT.header)
    side = patch.texture.width
    pixels = patch.texture.pixels
    centre = (side // 2 * side + side // 2) * 4
    assert pixels[centre : centre + 4] == b"\xff\xff\xff\xff"
    assert patch.spread == 20
    rows = alphas(patch)
    assert rows[side // 2][0] < 20  # the shadow has faded at the edge of the picture
    outside = 12
    assert rows[side // 2][outside] > 0
