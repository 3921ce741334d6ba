"""Lays ink on the screen: each mark of a nib is a small round picture with a soft edge.

A software renderer smooths no edges, so the picture brings them along.  What is dry is never touched again: a
long stroke costs with its thousandth point what it cost with its first.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final

from kivy.graphics import Color, InstructionGroup, Mesh
from kivy.graphics.texture import Texture

from kiosk.pen import Mark
from screens.kit.culling import Place
from screens.kit.damage import around

MOST_MARKS: Final = 256
"""In one mesh; a full one stays as it is."""
SOFT: Final = 0.7
"""Pixels beyond the edge of a mark, on the screen, over which it fades."""
CORNERS: Final = ((0, 0), (1, 0), (1, 1), (0, 1))
TRIANGLES: Final = (0, 1, 2, 0, 2, 3)


@functools.cache
def _nib(diameter: int) -> Texture:
    """A white disc of this many pixels, and its soft edge."""
    from PIL import Image, ImageDraw

    side = round(diameter + 2 * SOFT)
    large = 8
    image = Image.new("L", (side * large, side * large), 0)
    margin = (side - diameter) / 2 * large
    ImageDraw.Draw(image).ellipse((margin, margin, side * large - margin, side * large - margin), fill=255)
    alpha = image.resize((side, side), Image.Resampling.BOX)
    white = Image.new("L", (side, side), 255)
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(
        Image.merge("RGBA", (white, white, white, alpha)).tobytes(), colorfmt="rgba", bufferfmt="ubyte"
    )
    return texture


class Brush:
    """One stroke of ink, in pixels of the window."""

    def __init__(self, group: InstructionGroup, colour: Sequence[float], width: float) -> None:
        self._group = group
        self._texture = _nib(max(1, round(width)))
        self._vertices: list[float] = []
        self._wet_at: Place | None = None
        group.add(Color(*colour))
        self._dry = self._mesh()
        self._wet = self._mesh()

    def lay(self, dry: Sequence[Mark], wet: Sequence[Mark]) -> Place | None:
        """``dry`` comes to what lies there, ``wet`` in the place of the wet marks before; where that changed
        the picture."""
        for start in range(0, len(dry), MOST_MARKS):
            self._settle(dry[start : start + MOST_MARKS])
        _fill(self._wet, _quads(wet))
        before, self._wet_at = self._wet_at, _place(wet)
        changed = [place for place in (before, _place(dry), self._wet_at) if place is not None]
        return functools.reduce(around, changed) if changed else None

    def _settle(self, marks: Sequence[Mark]) -> None:
        if len(self._vertices) // 16 + len(marks) > MOST_MARKS:
            self._vertices = []
            self._dry = self._mesh()
        self._vertices += _quads(marks)
        _fill(self._dry, self._vertices)

    def _mesh(self) -> Mesh:
        mesh = Mesh(mode="triangles", texture=self._texture)
        self._group.add(mesh)
        return mesh


def _fill(mesh: Any, vertices: list[float]) -> None:
    count = len(vertices) // 16
    if len(mesh.indices) != 6 * count:
        mesh.indices = [4 * number + corner for number in range(count) for corner in TRIANGLES]
    mesh.vertices = vertices


def _quads(marks: Sequence[Mark]) -> list[float]:
    found: list[float] = []
    for x, y, wide in marks:
        half = wide / 2 + SOFT
        for across, up in CORNERS:
            found += (x + (2 * across - 1) * half, y + (2 * up - 1) * half, across, up)
    return found


def _place(marks: Sequence[Mark]) -> Place | None:
    if not marks:
        return None
    reach = max(mark[2] for mark in marks) / 2 + 2
    across, up = [mark[0] for mark in marks], [mark[1] for mark in marks]
    return (
        int(min(across) - reach),
        int(min(up) - reach),
        int(max(across) + reach) + 1,
        int(max(up) + reach) + 1,
    )
