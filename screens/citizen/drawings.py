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


TAKEN_OF: Final[dict[str, Kind]] = {"samv": "card_off_reader", "social_security": "social_card_out_of_slot"}
"""How a card is taken away again."""


def taking(ctx: Ctx, source: str, highest: float) -> Picture:
    """How the card of ``source`` is taken away from this machine; ``highest`` in units."""
    return _picture(ctx, TAKEN_OF.get(source, "card_off_reader"), highest)


def machine(ctx: Ctx, highest: float) -> Picture:
    """The machine as a whole."""
    return _picture(ctx, "machine", highest)


def drawing(ctx: Ctx, source: str, highest: float) -> Picture:
    """What to do with a card or phone here; ``highest`` in units."""
    return _picture(ctx, DRAWING_OF.get(source, "card_on_reader"), highest)


def _picture(ctx: Ctx, kind: Kind, highest: float) -> Picture:
    from assets.drawing_tools import PALETTES
    from assets.drawings import drawing as draw

    path = draw(kind, palette=PALETTES[ctx.theme.name])
    return Picture(ctx, path, ctx.words(f"identify.drawing_{kind}"), highest=highest)
