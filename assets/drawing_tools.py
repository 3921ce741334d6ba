"""A pencil for flat drawings: shapes in design units, drawn large and smoothed when scaled down."""

from __future__ import annotations

import math

from values import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, width, height

OVERSAMPLING = 4


@dataclass(frozen=True)
class Palette:
    """Colours as ``#RRGGBB``.  ``body``, ``light`` and ``dark`` are the three tones; ``accent`` is what to
    look at: ring and arrow; ``glow`` is seen on ``dark``."""

    body: str
    light: str
    dark: str
    accent: str
    glow: str


LIGHT = Palette(body="#CFDFF4", light="#FFFFFF", dark="#0A2F66", accent="#0B4A9E", glow="#8CBBFF")
CONTRAST = Palette(body="#3A3A3A", light="#000000", dark="#FFFFFF", accent="#FFE600", glow="#000000")
EVENING = Palette(body="#2A4568", light="#18212C", dark="#B9C5D3", accent="#8CBBFF", glow="#0A1A30")
PALETTES = {"light": LIGHT, "contrast": CONTRAST, "evening": EVENING}


class Pencil:
    """Draws on a transparent picture of ``width`` x ``height`` design units."""

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        from PIL import Image, ImageDraw

        self.palette = palette
        # Transparent in the colour of the outlines: smoothing then leaves no pale fringe.
        self.picture = Image.new("RGBA", (width * OVERSAMPLING, height * OVERSAMPLING), palette.dark + "00")
        self._draw = ImageDraw.Draw(self.picture)

    def round(
        self, box: Box, radius: float, fill: str | None, outline: str | None = None, thickness: float = 0
    ) -> None:
        """A rounded rectangle; the outline lies inside the box."""
        left, top, width, height = box
        scale = OVERSAMPLING
        radius = min(radius, width / 2, height / 2)
        self._draw.rounded_rectangle(
            (left * scale, top * scale, (left + width) * scale - 1, (top + height) * scale - 1),
            radius * scale,
            fill,
            outline,
            int(thickness * scale),
        )

    def polygon(
        self, points: list[Point], fill: str | None, outline: str | None = None, thickness: float = 0
    ) -> None:
        """A polygon, its corners rounded by the thickness of its outline."""
        corners = [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]
        if fill:
            self._draw.polygon(corners, fill)
        if outline:
            stroke = int(thickness * OVERSAMPLING)
            self._draw.line([*corners, corners[0], corners[1]], outline, stroke, joint="curve")

    def line(self, start: Point, end: Point, thickness: float, colour: str) -> None:
        """A line with round ends."""
        scale = OVERSAMPLING
        self._draw.line(
            (start[0] * scale, start[1] * scale, end[0] * scale, end[1] * scale),
            colour,
            int(thickness * scale),
        )
        for x, y in (start, end):
            self.disc((x, y), thickness / 2, colour)

    def disc(self, centre: Point, radius: float, colour: str) -> None:
        x, y, r = centre[0] * OVERSAMPLING, centre[1] * OVERSAMPLING, radius * OVERSAMPLING
        self._draw.ellipse((x - r, y - r, x + r, y + r), colour)

    def waves(self, centre: Point, size: float, colour: str | None = None) -> None:
        """The sign of contactless reading: three arcs, ``size`` high."""
        scale = OVERSAMPLING
        x, y = (centre[0] - size * 0.45) * scale, centre[1] * scale
        for index in range(1, 4):
            radius = size * (0.24 * index) * scale
            self._draw.arc(
                (x - radius, y - radius, x + radius, y + radius),
                -42,
                42,
                colour or self.palette.accent,
                max(1, int(size * 0.09 * scale)),
            )

    def arrow(self, start: Point, tip: Point, thickness: float) -> None:
        """An arrow in the accent colour from ``start`` to ``tip``, outlined in the light tone."""
        length = math.dist(start, tip)
        along = ((tip[0] - start[0]) / length, (tip[1] - start[1]) / length)
        across = (-along[1], along[0])
        head = thickness * 1.7

        def at(distance: float, side: float) -> Point:
            return (
                start[0] + along[0] * distance + across[0] * side,
                start[1] + along[1] * distance + across[1] * side,
            )

        half = thickness / 2
        shape = [
            at(0, -half),
            at(length - head, -half),
            at(length - head, -head),
            at(length, 0),
            at(length - head, head),
            at(length - head, half),
            at(0, half),
        ]
        self.polygon(shape, None, self.palette.light, 12)
        self.polygon(shape, self.palette.accent, self.palette.accent, 4)
