"""A list of thousands: only the page that is shown is drawn, and the ones before it are only measured once.

A page begins where the one before ends, so that every page is as full as in a short list.  How many pages
there are is not known, because nobody waits for ten thousand rows to be measured; the pager says which items
these are, and of how many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from screens.kit.block import Block
from screens.kit.page import Extract

if TYPE_CHECKING:
    from screens.kit.context import Ctx

LONG: Final = 60
"""Items from which a list is drawn like this: a search never finds more."""

_begins: dict[object, list[int]] = {}
"""Where the pages begin of the list that was drawn last: it stays when the citizen comes back to it."""


def page_of_list(
    ctx: Ctx,
    items: Sequence[Any],
    page: int,
    draw: Callable[[Sequence[Any]], Sequence[Block]],
    room: tuple[int, int],
    gap: int,
    columns: int = 1,
    head: Sequence[Block] = (),
) -> tuple[int, list[Block], Extract]:
    """The page's number (at most the last one's), its blocks, and what they are of the list.

    ``draw`` makes blocks of items, ``columns`` of them each; ``room`` is the width and height in pixels, with
    what the pager takes already taken off; ``gap`` is in pixels.  ``head`` stands before the first item.
    """
    metrics = ctx.metrics
    drawn_as = (metrics.width, metrics.height, metrics.elder, metrics.reach, ctx.language, *room, len(head))
    key = (drawn_as, len(items), hash(tuple(items)))
    if key not in _begins:
        _begins.clear()
    begins = _begins.setdefault(key, [0])
    while len(begins) <= page + 1 and begins[-1] < len(items):
        above = head if len(begins) == 1 else ()
        blocks = _filled(draw, items, begins[-1], room, gap, columns, above)
        begins.append(begins[-1] + columns * (len(blocks) - len(above)))
    page = min(page, max(0, len(begins) - 2))
    first, after = begins[page], begins[page + 1] if page + 1 < len(begins) else len(items)
    after = min(after, len(items))
    extract = replace(extract_of(ctx, first, after, len(items)), before=page > 0)
    return page, [*(head if page == 0 else ()), *draw(items[first:after])], extract


def extract_of(ctx: Ctx, first: int, after: int, count: int) -> Extract:
    """The items from ``first`` up to ``after``, counted from 0."""
    told = {"first": first + 1, "last": after, "count": count}
    said, short = ctx.words("matters.part", **told), ctx.words("matters.part_short", **told)
    if after == first:  # what stands before the items took all the room
        said = short = ctx.words("matters.part_none", count=count)
    return Extract(first > 0, after < count, said, short)


def _filled(
    draw: Callable[[Sequence[Any]], Sequence[Block]],
    items: Sequence[Any],
    first: int,
    room: tuple[int, int],
    gap: int,
    columns: int,
    above: Sequence[Block],
) -> list[Block]:
    """What stands above, and as many blocks from ``first`` on as have room below it; at least one of all."""
    width, height = room
    filled: list[Block] = list(above)
    height -= sum(block.fit(width) + gap for block in above)
    for start in range(first, len(items), columns):
        block = draw(items[start : start + columns])[0]
        height -= block.fit(width) + (gap if len(filled) > len(above) else 0)
        if filled and height < 0:
            break
        filled.append(block)
    return filled
