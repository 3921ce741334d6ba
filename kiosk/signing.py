"""A signature by finger: what counts as one, and how it is kept and sent.

Kept are the strokes, as points on a grid, and a picture of them for those who read the case.  How fast and
in which rhythm somebody writes is not kept: it says more of a person than a signature has to (minimum data).
"""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import field
from math import hypot
from typing import Any, Final, Literal

from kiosk.pen import marks
from values import dataclass

Point = tuple[int, int]
Stroke = tuple[Point, ...]

GRID: Final = 1000
"""Points are counted from the box's upper left corner; its height is 1000, its width by its shape."""
LEAST_LENGTH: Final = 500
"""Of all strokes together.  A touch of the sleeve is not a signature; 丁 written small is."""
MOST_STROKES: Final = 120
MOST_POINTS: Final = 6000
APART: Final = 6
"""Points closer than this to the one before say nothing new: a panel reports a resting finger, too."""
PICTURE_HEIGHT: Final = 200
OVERSAMPLED: Final = 3
_GREYS: Final = [round(grey / 17) * 17 for grey in range(256)]  # sixteen: a smooth edge needs no more
PEN: Final = 20
"""Width of the line on the grid (:mod:`kiosk.pen`)."""


@dataclass(frozen=True, repr=False)
class Signature:
    """``strokes`` are empty where the person confirmed by a button instead (``by_button``), which somebody
    else may have pressed for who cannot (``helped``).

    ``answers`` and ``declared`` are what was signed: what has changed since is to be signed again.
    """

    strokes: tuple[Stroke, ...] = ()
    width: int = 3 * GRID
    by_button: bool = False
    helped: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()

    def covers(self, answers: Mapping[str, str], declared: frozenset[str]) -> bool:
        return dict(self.answers) == dict(answers) and self.declared == declared

    @property
    def way(self) -> Literal["drawn", "button", "helped"]:
        return "drawn" if not self.by_button else "helped" if self.helped else "button"

    def told_apart(self, characters: int) -> str:
        """So many of its picture, as it is sent, from the middle: no other signature has them."""
        whole = str(self.to_json().get("picture_png", ""))
        return whole[(len(whole) - characters) // 2 :][:characters] if whole else ""

    def to_json(self) -> dict[str, Any]:
        """As it goes with the application."""
        if self.by_button:
            return {"kind": "button"} | ({"helped": True} if self.helped else {})
        return {
            "kind": "drawn",
            "width": self.width,
            "height": GRID,
            "strokes": [[list(point) for point in stroke] for stroke in self.strokes],
            "picture_png": base64.b64encode(picture(self.strokes, self.width)).decode("ascii"),
        }


def tidied(strokes: Sequence[Sequence[tuple[float, float]]], width: int) -> tuple[Stroke, ...]:
    """Points inside the box, whole, without repetitions, and no more of them than can be kept."""
    found: list[Stroke] = []
    left = MOST_POINTS
    for stroke in strokes[:MOST_STROKES]:
        points: list[Point] = []
        for x, y in stroke:
            point = (min(width, max(0, round(x))), min(GRID, max(0, round(y))))
            if not points or hypot(point[0] - points[-1][0], point[1] - points[-1][1]) >= APART:
                points.append(point)
        points = points[:left]
        left -= len(points)
        if points:
            found.append(tuple(points))
    return tuple(found)


def length(strokes: Sequence[Stroke]) -> float:
    return sum(
        hypot(to[0] - at[0], to[1] - at[1]) for stroke in strokes for at, to in itertools.pairwise(stroke)
    )


def is_signature(strokes: Sequence[Stroke]) -> bool:
    return length(strokes) >= LEAST_LENGTH


def picture(strokes: Sequence[Stroke], width: int) -> bytes:
    """Black on white, as PNG, with the ink that was seen; drawn larger and made smaller, for smooth edges."""
    from PIL import Image, ImageDraw

    scale = PICTURE_HEIGHT * OVERSAMPLED / GRID
    image = Image.new("L", (round(width * scale), round(GRID * scale)), 255)
    draw = ImageDraw.Draw(image)
    for x, y, wide in itertools.chain.from_iterable(marks(stroke, PEN) for stroke in strokes):
        draw.ellipse(
            [scale * side for side in (x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2)], fill=0
        )
    small = image.resize((round(width * PICTURE_HEIGHT / GRID), PICTURE_HEIGHT), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.point(_GREYS).save(out, "PNG")
    return out.getvalue()
