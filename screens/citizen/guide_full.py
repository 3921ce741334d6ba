"""The 26 items of a guide: in a row where that is a few leaves, else as a list of parts that are opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.matters import guide as guides
from screens.kit.block import Block
from screens.kit.buttons import Row
from screens.kit.frame import PAGE_DRAFT
from screens.kit.layout import Column
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.models import Matter
    from screens.kit.context import Ctx

PARTS: Final = {"about": range(1, 6), "terms": range(6, 14), "papers": range(14, 16),
                "steps": range(16, 23), "places": range(23, 27)}  # fmt: skip
"""What somebody looks for, and the numbers of Article 7 in which it stands."""
OPEN: Final = "guide:part"
"""In the page's draft: the part that is open."""
LEAVES_IN_A_ROW: Final = 6
PARAGRAPH_CHARACTERS: Final = 120
"""Longer texts of an element are cut here, so that no piece is higher than a small panel's page."""


def elements(ctx: Ctx, matter: Matter, part: str | None = None) -> list[Block]:
    """All of them, or those of a part."""
    wanted = range(1, 27) if part is None else PARTS[part]
    return [_element(ctx, each) for each in guides.elements(matter) if each.number in wanted]


def is_long(blocks: Sequence[Block], width: int, height: int) -> bool:
    """More leaves than anybody turns one after the other."""
    return sum(block.fit(width) for block in blocks) > LEAVES_IN_A_ROW * height


def opened(ctx: Ctx) -> str | None:
    part: str | None = ctx.draft.get(OPEN)
    return part


def open_part(ctx: Ctx, part: str | None) -> None:
    """Another part, from its beginning; ``None``: the list of them."""
    ctx.draft[OPEN] = part
    ctx.draft.pop(PAGE_DRAFT, None)
    ctx.rebuild()


def contents(ctx: Ctx) -> list[Block]:
    """The parts, to be opened."""
    titles = {part: ctx.words(f"guide.part_{part}") for part in PARTS}
    return [
        Row(ctx, f"part:{part}", title, _items(ctx, part), partial(open_part, ctx, part))
        for part, title in titles.items()
    ]


def _items(ctx: Ctx, part: str) -> str:
    """Which numbers they are; where the row has room for it."""
    numbers = PARTS[part]
    return "" if ctx.metrics.narrow else ctx.words("guide.part_items", first=numbers[0], last=numbers[-1])


def _element(ctx: Ctx, element: guides.Element) -> Block:
    """Number and title, then the text in pieces that can be cut into pages."""
    title = ctx.words("guide.element", n=element.number, title=ctx.both(element))
    texts = [Text(ctx, piece) for paragraph in element.paragraphs for piece in pieces(paragraph)]
    return Column(ctx, [Heading(ctx, title, level=3, color="on_tint"), *texts], gap=4)


def pieces(text: str) -> list[str]:
    """A long paragraph cut after a stop where there is one; joined the pieces are the text."""
    found: list[str] = []
    while len(text) > PARAGRAPH_CHARACTERS:
        cut = max(text.rfind(mark, 0, PARAGRAPH_CHARACTERS) for mark in "。；;，,、") + 1
        cut = cut or PARAGRAPH_CHARACTERS
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]
