"""Nine-patches: small pictures of rounded corners, baked once and stretched in their middle.

They are white, and take their colour from the canvas: one patch serves every theme and every pressed,
selected or disabled state.  Only the card with its soft shadow carries colours of its own.
Edges are smooth without multisampling, which costs a software renderer 50 ms a frame.
"""

from __future__ import annotations

from functools import cache
from math import exp, hypot
from typing import TYPE_CHECKING, Final

from kivy.graphics.texture import Texture

from values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.theme import Colour

MIDDLE: Final = 2
"""Pixels between the corners, which are stretched."""
SHADOW_ALPHA: Final = 0.08
_EDGES: Final = [
    corner + step
    for corner in (0, 1, 2, 4, 6, 8, 9, 10)  # of a net of four by four points, the middle left out
    for step in (0, 1, 5, 0, 5, 4)
]
_ALL: Final = [*_EDGES, *(5 + step for step in (0, 1, 5, 0, 5, 4))]
CORNERS: Final = 16
"""Of a stretched patch: as many vertices."""


@dataclass(frozen=True)
class Patch:
    """``border``: pixels at each side that are not stretched; ``spread``: pixels by which the picture reaches
    beyond the widget, for a shadow; ``hollow``: there is nothing in the middle."""

    texture: Texture
    border: int
    spread: int = 0
    hollow: bool = False


@cache
def disc(radius: int) -> Patch:
    """A filled rounded rectangle."""
    return _mask(radius, _cover)


@cache
def ring(radius: int, stroke: int) -> Patch:
    """Its outline, ``stroke`` pixels wide, just inside the edge."""
    edge = max(radius, stroke)
    return _mask(edge, lambda distance: _cover(distance) - _cover(distance + stroke), hollow=True)


@cache
def face(radius: int, stroke: int, ground: Colour, outline: Colour) -> Patch:
    """A filled rounded rectangle and its outline on it, in their colours: one layer instead of two."""
    plain = bytes((*(round(255 * part) for part in ground[:3]), 255))

    def pixel(distance: float) -> bytes:
        if distance + stroke <= -0.5:  # most of it
            return plain
        inside = _cover(distance)
        edge = inside - _cover(distance + stroke)
        alpha = 1 - (1 - inside) * (1 - edge)
        share = edge / alpha if alpha else 0.0
        mixed = [high * share + low * (1 - share) for high, low in zip(outline[:3], ground[:3], strict=True)]
        return bytes((*(round(255 * part) for part in mixed), round(255 * alpha)))

    halves = [[pixel(distance) for distance in line] for line in _distances(radius)]
    rows = [b"".join(half + half[::-1]) for half in halves]
    return Patch(_texture(2 * radius + MIDDLE, b"".join(rows + rows[::-1])), radius)


@cache
def card(radius: int, blur: int, drop: int, surface: Colour, shadow: Colour) -> Patch:
    """A filled rounded rectangle over a soft shadow that falls ``drop`` pixels below it."""
    border = radius + blur
    side = 2 * border + MIDDLE
    face = tuple(round(part * 255) for part in surface[:3])
    dark = tuple(round(part * 255) for part in shadow[:3])
    pixels = bytearray()
    for row in range(side):
        line = []
        for column in range(border + MIDDLE // 2):
            cover = _cover(_distance(column, row, side, blur, radius))
            if cover == 1.0:  # most of it
                line.append(bytes((*face, 255)))
                continue
            veil = SHADOW_ALPHA * _soft(_distance(column, row + drop, side, blur, radius), blur)
            alpha = cover + veil * (1 - cover)
            mixed = cover / alpha if alpha else 0.0
            red, green, blue = (
                round(top * mixed + low * (1 - mixed)) for top, low in zip(face, dark, strict=True)
            )
            line.append(bytes((red, green, blue, round(alpha * 255))))
        pixels += b"".join(line) + b"".join(reversed(line))
    return Patch(_texture(side, bytes(pixels)), border, blur)


def edges(patch: Patch, x: float, y: float, width: float, height: float) -> tuple[list[float], list[int]]:
    """All of a stretched patch but its middle, as the vertices and triangles of a mesh.

    The middle is the larger part, and of one colour or none: it is drawn as a plain rectangle, or not at all.
    """
    return _corners(patch, x, y, width, height), _EDGES


def stretched(patch: Patch, x: float, y: float, width: float, height: float) -> tuple[list[float], list[int]]:
    """All of a patch that brings its colours: vertices and triangles."""
    return _corners(patch, x, y, width, height), _ALL


def _corners(patch: Patch, x: float, y: float, width: float, height: float) -> list[float]:
    border = patch.border
    part = border / patch.texture.width
    across = ((x, 0.0), (x + border, part), (x + width - border, 1 - part), (x + width, 1.0))
    up = ((y, 0.0), (y + border, part), (y + height - border, 1 - part), (y + height, 1.0))
    return [value for py, v in up for px, u in across for value in (px, py, u, v)]


def _mask(radius: int, alpha_at: Callable[[float], float], hollow: bool = False) -> Patch:
    side = 2 * radius + MIDDLE
    quarter = [[round(255 * alpha_at(distance)) for distance in line] for line in _distances(radius)]
    half = [line + line[::-1] for line in quarter]
    pixels = b"".join(bytes((255, 255, 255, alpha)) for line in half + half[::-1] for alpha in line)
    return Patch(_texture(side, pixels), radius, hollow=hollow)


@cache
def _distances(radius: int) -> list[list[float]]:
    """Of the pixels of a quarter."""
    side = 2 * radius + MIDDLE
    return [
        [_distance(column, row, side, 0, radius) for column in range(side // 2)] for row in range(side // 2)
    ]


def _distance(column: int, row: int, side: int, inset: int, radius: int) -> float:
    """Pixels from a pixel's middle to the edge of the rounded square; negative inside."""
    middle = side / 2
    reach = middle - inset - radius
    across = abs(column + 0.5 - middle) - reach
    down = abs(row + 0.5 - middle) - reach
    outside = hypot(max(across, 0.0), max(down, 0.0))
    return outside + min(max(across, down), 0.0) - radius


def _cover(distance: float) -> float:
    """How much of a pixel lies inside."""
    return min(1.0, max(0.0, 0.5 - distance))


def _soft(distance: float, blur: int) -> float:
    """A shadow that fades to nothing ``blur`` pixels outside."""
    if distance >= blur:
        return 0.0
    if distance <= 0:
        return 1.0
    part = distance / blur
    return (exp(-3 * part * part) - exp(-3)) / (1 - exp(-3))


@cache
def plain() -> Texture:
    """White, to be coloured."""
    return _texture(1, b"\xff\xff\xff\xff")


def _texture(side: int, pixels: bytes) -> Texture:
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    return pixel_by_pixel(texture)


def pixel_by_pixel(texture: Texture) -> Texture:
    """Not smoothed: what stands on whole pixels at its own size, or is stretched where its pixels are alike,
    looks the same, and a whole picture costs a software renderer a fifth less."""
    texture.mag_filter = texture.min_filter = "nearest"
    return texture
