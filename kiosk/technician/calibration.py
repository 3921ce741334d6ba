"""Touch calibration: an affine map from where the panel says that the finger is to where it really was.

Five targets are touched; six figures are fitted by least squares, so that the distance that is left tells
whether the touches were good.  Positions are fractions of the panel, the origin at the lower left.

Fault codes: ``technician.calibration_uneven``, ``technician.calibration_extreme``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from devices.contract import Fault

Point = tuple[float, float]
Affine = tuple[float, float, float, float, float, float]
"""x' = a x + b y + c and y' = d x + e y + f, as (a, b, c, d, e, f)."""

IDENTITY: Final[Affine] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
TARGETS: Final[tuple[Point, ...]] = ((0.1, 0.9), (0.9, 0.9), (0.5, 0.5), (0.1, 0.1), (0.9, 0.1))
CONFIRM_SECONDS: Final = 15
WORST_MM: Final = 6.0
MOST_SHIFT: Final = 0.35
"""A panel that is further off is mounted wrongly or mirrored by its driver: that is where to mend it."""


def fit(touched: Sequence[Point], targets: Sequence[Point] = TARGETS) -> Affine | Fault:
    """The map that brings ``touched`` to ``targets`` as well as one can."""
    rows = [(x, y, 1.0) for x, y in touched]
    normal = [[sum(row[i] * row[j] for row in rows) for j in range(3)] for i in range(3)]
    figures: list[float] = []
    for axis in (0, 1):
        right = [
            sum(row[i] * target[axis] for row, target in zip(rows, targets, strict=True)) for i in range(3)
        ]
        solved = _solve(normal, right)
        if solved is None:
            return Fault("technician.calibration_uneven", "the touches lie on one line")
        figures += solved
    found: Affine = (figures[0], figures[1], figures[2], figures[3], figures[4], figures[5])
    corners = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    if any(math.dist(apply(found, corner), corner) > MOST_SHIFT for corner in corners):
        return Fault("technician.calibration_extreme", "more than a third of the panel")
    return found


def apply(affine: Affine, point: Point) -> Point:
    a, b, c, d, e, f = affine
    x, y = point
    return a * x + b * y + c, d * x + e * y + f


def worst_mm(
    affine: Affine, touched: Sequence[Point], size_mm: Point, targets: Sequence[Point] = TARGETS
) -> float:
    """The largest distance, in millimetres, that the map leaves between a touch and its target."""
    wide, high = size_mm
    distances = []
    for point, target in zip(touched, targets, strict=True):
        x, y = apply(affine, point)
        distances.append(math.hypot((x - target[0]) * wide, (y - target[1]) * high))
    return max(distances, default=0.0)


def kept(affine: Affine) -> dict[str, Any]:
    return {"affine": list(affine)}


def from_kept(given: Mapping[str, Any] | None) -> Affine | None:
    """What a store says; ``None`` for nothing or nonsense, which would make the panel useless."""
    figures = (given or {}).get("affine")
    if not isinstance(figures, list) or len(figures) != 6:
        return None
    if not all(isinstance(each, int | float) and math.isfinite(each) for each in figures):
        return None
    a, b, c, d, e, f = (float(each) for each in figures)
    found: Affine = (a, b, c, d, e, f)
    corners = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    sensible = all(math.dist(apply(found, corner), corner) <= MOST_SHIFT for corner in corners)
    return found if sensible else None


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float] | None:
    """Three equations by Cramer's rule; ``None`` when they do not determine three figures."""
    whole = _determinant(matrix)
    if abs(whole) < 1e-9:
        return None
    found = []
    for column in range(3):
        changed = [
            [*row[:column], value, *row[column + 1 :]] for row, value in zip(matrix, right, strict=True)
        ]
        found.append(_determinant(changed) / whole)
    return found


def _determinant(m: Sequence[Sequence[float]]) -> float:
    return (
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    )
