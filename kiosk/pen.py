"""How ink lies along a stroke, on screen and in pictures alike: a round nib, the thinner the faster it goes.

Everything follows from the points that are kept, so that what somebody has seen under the finger is what the
picture shows; and from those behind the finger alone, so that ink never changes once it is dry.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import dist
from typing import Final

from values import dataclass

Point = tuple[float, float]
Mark = tuple[float, float, float]
"""Where the nib stood, and its diameter there."""

THICK: Final = 1.25
THIN: Final = 0.7
"""Times the pen's width: of a resting nib, and of one that flies."""
QUICK: Final = 5.0
"""Pen widths between two reports of a panel, from which on the nib flies."""
INERTIA: Final = 0.7
"""How much of its width a nib keeps from one report to the next."""
CLOSE: Final = 0.33
"""Of its diameter, from one mark to the next: no edge that can be seen comes of it."""


@dataclass(frozen=True)
class Ink:
    """What a report adds: ``dry`` stays, ``wet`` reaches to the finger and is laid anew with the next one."""

    dry: tuple[Mark, ...]
    wet: tuple[Mark, ...]


class Nib:
    """One stroke, point by point."""

    def __init__(self, width: float) -> None:
        self._width = width
        self._points: list[Point] = []
        self._widths: list[float] = []

    def to(self, point: Point) -> Ink:
        """The finger is at ``point`` now."""
        points, widths = self._points, self._widths
        if not points:
            points.append(point)
            widths.append(self._width * THICK)
            return Ink((), ((*point, widths[0]),))
        far = dist(points[-1], point)
        if far == 0.0:
            return Ink((), self._segment(len(points) - 2))
        wish = self._width * (THICK - (THICK - THIN) * min(1.0, far / (QUICK * self._width)))
        points.append(point)
        widths.append(INERTIA * widths[-1] + (1.0 - INERTIA) * wish)
        at = len(points) - 2
        return Ink(self._segment(at - 1), self._segment(at))

    def _segment(self, at: int) -> tuple[Mark, ...]:
        """From point ``at`` to the next one, both with their marks; as far as points are known."""
        points, widths = self._points, self._widths
        if at < 0:
            return ((*points[0], widths[0]),) if len(points) == 1 else ()
        begin, end = points[at], points[at + 1]
        before = points[at - 1] if at else _beyond(end, begin)
        after = points[at + 2] if at + 2 < len(points) else _beyond(begin, end)
        steps = max(1, round(dist(begin, end) / (CLOSE * min(widths[at], widths[at + 1]))))
        out, into = _directions(before, begin, end, after)
        marks = []
        for step in range(steps + 1):
            part = step / steps
            x, y = _curve(begin, end, out, into, part)
            marks.append((x, y, widths[at] + (widths[at + 1] - widths[at]) * part))
        return tuple(marks)


def marks(stroke: Iterable[Point], width: float) -> list[Mark]:
    """All of a stroke that is finished, from a pen of ``width``."""
    nib = Nib(width)
    laid: list[Mark] = []
    wet: tuple[Mark, ...] = ()
    for point in stroke:
        ink = nib.to(point)
        laid += ink.dry
        wet = ink.wet
    return [*laid, *wet]


def _beyond(one: Point, other: Point) -> Point:
    """As far behind ``other`` as ``one`` lies before it."""
    return 2 * other[0] - one[0], 2 * other[1] - one[1]


def _directions(before: Point, begin: Point, end: Point, after: Point) -> tuple[Point, Point]:
    """How the curve leaves ``begin`` and comes into ``end``: centripetal Catmull-Rom, which neither loops nor
    overshoots where reports come unevenly."""
    first, middle, last = (
        max(dist(*pair), 1e-9) ** 0.5 for pair in ((before, begin), (begin, end), (end, after))
    )

    def of(axis: int) -> tuple[float, float]:
        ahead = end[axis] - begin[axis]
        out = ahead + middle * (
            (begin[axis] - before[axis]) / first - (end[axis] - before[axis]) / (first + middle)
        )
        into = ahead + middle * (
            (after[axis] - end[axis]) / last - (after[axis] - begin[axis]) / (middle + last)
        )
        return out, into

    (out_x, into_x), (out_y, into_y) = of(0), of(1)
    return (out_x, out_y), (into_x, into_y)


def _curve(begin: Point, end: Point, out: Point, into: Point, part: float) -> Point:
    """Hermite's cubic."""
    square, cube = part * part, part * part * part
    of_begin, of_end = 2 * cube - 3 * square + 1, 3 * square - 2 * cube
    of_out, of_into = cube - 2 * square + part, cube - square
    return (
        of_begin * begin[0] + of_end * end[0] + of_out * out[0] + of_into * into[0],
        of_begin * begin[1] + of_end * end[1] + of_out * out[1] + of_into * into[1],
    )
