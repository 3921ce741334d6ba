"""The drawings of this machine, as widgets: what to put where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from screens.kit.pictures import Picture

if TYPE_CHECKING:
    from assets.drawings import Kind
    from screens.kit.context import Ctx

DRAWING_OF: Final[dict[str, Kind]] = {
    "samv": "card_on_reader",
    "social_security": "social_card_in_slot",
    "scanner": "code_at_scanner",
}
"""The drawing for each source of identity."""


def drawing(ctx: Ctx, source: str, highest: float) -> Picture:
    """What to do with a card or phone here; ``highest`` in units."""
    from assets.drawing_tools import PALETTES
    from assets.drawings import drawing as draw

    kind = DRAWING_OF.get(source, "card_on_reader")
    path = draw(kind, palette=PALETTES[ctx.theme.name])
    return Picture(ctx, path, ctx.words(f"identify.drawing_{kind}"), highest=highest)
