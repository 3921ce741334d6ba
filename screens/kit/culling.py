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
    """Until the end, canvases of widgets below ``root`` that reach nowhere into ``place`` are not drawn.

    ``beyond``: pixels by which what a widget draws may lie outside it.
    """
    left, low, right, top = place
    kept: _Kept = []
    try:
        _leave_out(root, (left - beyond, low - beyond, right + beyond, top + beyond), kept)
        yield
    finally:
        for children, all_of_them in reversed(kept):
            children[:] = all_of_them


def _leave_out(widget: Any, place: Place, kept: _Kept) -> None:
    """The lists are changed where they are: Kivy is not told, so that nothing seems to have changed."""
    left, low, right, top = place
    gone: set[int] = set()
    for child in widget.children:
        if child.x < right and child.right > left and child.y < top and child.top > low:
            _leave_out(child, place, kept)
        else:
            gone.add(id(child.canvas))
    if gone:
        children = widget.canvas.children
        kept.append((children, children[:]))
        children[:] = [each for each in children if id(each) not in gone]
