"""Leaves out, for one drawing, what lies outside the place that is drawn.

``glScissor`` spares the pixels, not the way through some thousand instructions to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Place = tuple[int, int, int, int]
"""Left, low, right, top, in pixels."""
_Kept = list[tuple[list[Any], list[Any]]]


@contextmanager
def only(root: Any, place: Place, beyond: int) -> Iterator[None]:
    """Until the end, what widgets below ``root`` draw nowhere in ``place``, or under what covers all of it,
    is not drawn.

    ``beyond``: pixels by which what a widget draws may lie outside it.
    """
    left, low, right, top = place
    kept: _Kept = []
    try:
        _leave_out(root, place, (left - beyond, low - beyond, right + beyond, top + beyond), kept)
        yield
    finally:
        for children, all_of_them in reversed(kept):
            children[:] = all_of_them


def _leave_out(widget: Any, place: Place, around: Place, kept: _Kept) -> bool:
    """The lists are changed where they are: Kivy is not told, so that nothing seems to have changed.

    True when nothing is seen through this widget: ``covers`` says so of a place, where there is one.
    """
    left, low, right, top = around
    gone: set[int] = set()
    covered: Any = None
    for child in widget.children:
        edges = getattr(child, "edges", None) or (child.x, child.y, child.right, child.top)
        if edges[0] < right and edges[2] > left and edges[1] < top and edges[3] > low:
            if _leave_out(child, place, around, kept):
                covered = child.canvas
        else:
            gone.add(id(child.canvas))
    if gone or covered is not None:
        children = widget.canvas.children
        kept.append((children, children[:]))
        first = children.index(covered) if covered is not None else 0
        children[:] = [each for each in children[first:] if id(each) not in gone]
    covers = getattr(widget, "covers", None)
    return widget.canvas.opacity == 1 and (covered is not None or (covers is not None and covers(place)))
