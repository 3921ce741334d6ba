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
STAYING_OF: Final[dict[str, Kind]] = {"samv": "card_lying", "social_security": "social_card_staying"}
"""A card that is being read, and is not to be touched."""


def taking(ctx: Ctx, source: str, highest: float) -> Picture:
    """How the card of ``source`` is taken away from this machine; ``highest`` in units."""
    return _picture(ctx, TAKEN_OF.get(source, "card_off_reader"), highest)


def staying(ctx: Ctx, source: str, highest: float) -> Picture:
    """The card of ``source`` while this machine reads it."""
    return _picture(ctx, STAYING_OF.get(source, "card_lying"), highest)


def machine(ctx: Ctx, highest: float) -> Picture:
    """The machine as a whole."""
    return _picture(ctx, "machine", highest)


def drawing(ctx: Ctx, source: str, highest: float) -> Picture:
    """What to do with a card or phone here; ``highest`` in units."""
    return _picture(ctx, DRAWING_OF.get(source, "card_on_reader"), highest)


def _picture(ctx: Ctx, kind: Kind, highest: float) -> Picture:
    from assets.drawing_tools import PALETTES
    from assets.drawings import DEFAULT_LAYOUT, PARTS, MachineLayout
    from assets.drawings import drawing as draw

    given = MachineLayout.of(ctx.machine)
    layout = given if isinstance(given, MachineLayout) else DEFAULT_LAYOUT
    parts = PARTS if ctx.terminal.parts is None else ctx.terminal.parts & PARTS
    path = draw(kind, palette=PALETTES[ctx.theme.name], layout=layout, parts=parts)
    picture = Picture(ctx, path, ctx.words(f"identify.drawing_{kind}"), highest=highest)
    picture.value = _where(ctx, kind)
    return picture


def _where(ctx: Ctx, kind: Kind) -> str:
    """For who cannot see the drawing: where a hand finds that part of this machine, seen from its screen.

    Only of parts that the terminal's file places; where most machines have it may be wrong here.
    """
    from assets.drawings import DEFAULT_LAYOUT, PART_OF, Spot

    part = PART_OF[kind]
    if part is None or part not in ctx.machine:
        return ""
    spot: Spot = ctx.machine[part]
    screen: Spot = ctx.machine.get("screen", DEFAULT_LAYOUT.screen)
    (across, down), (left, top, width, height) = _middle(spot), screen
    row = "above" if down < top else "below" if down > top + height else "beside"
    third = (across - left) / width
    column = "left" if third < 1 / 3 else "right" if third > 2 / 3 else "middle"
    return ctx.words(f"where.{row}_{column}")


def _middle(spot: tuple[float, float, float, float]) -> tuple[float, float]:
    left, top, width, height = spot
    return left + width / 2, top + height / 2
