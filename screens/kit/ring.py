"""The ring of the keypad: a gap and a ring around what has the focus, above everything on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.theme import FOCUS_GAP, FOCUS_RING, RADIUS_BUTTON

if TYPE_CHECKING:
    from screens.kit.context import Ctx
    from screens.kit.tree import Bounds


class Ring(Block):
    """Drawn, not touched.  The gap is needed: ring against primary is hardly seen."""

    radius: float = RADIUS_BUTTON

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        self.shown: Bounds | None = None

    def around(self, bounds: Bounds, radius: float) -> None:
        self.radius = radius
        self.shown = bounds
        self.place(*bounds)

    def hide(self) -> None:
        self.shown = None
        self.canvas.before.clear()

    def draw(self) -> None:
        beyond = FOCUS_GAP + FOCUS_RING
        self.frame("focus_ring", self.radius + beyond, FOCUS_RING, -beyond)
        self.frame("focus_gap", self.radius + FOCUS_GAP, FOCUS_GAP, -FOCUS_GAP)
