"""A box to sign in with a finger: the line follows at once, smooth, and can be wiped and drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kiosk import signing
from screens.kit.ink import InkField, Point, Points
from screens.kit.semantics import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.kit.context import Ctx

DRAWN: Final = "signature.strokes"
"""In the page's draft: the strokes on the grid of :mod:`kiosk.signing`, and the grid's width."""
HIGH: Final = 420
HIGH_NARROW: Final = 250
BASE_LINE: Final = 0.22
"""Of the height, from below: where a line to write on lies."""


class SignatureBox(InkField):
    """``on_change`` is called after each stroke, with whether what stands there can be a signature."""

    draft = DRAWN
    pen_units = 7
    dot_pixels = 0.5
    inset_units = 32

    def __init__(self, ctx: Ctx, name: str, hint: str, on_change: Callable[[bool], None]) -> None:
        super().__init__(ctx, hint)
        self.semantics(Role.SIGNATURE, name, hint=hint, key="signature")
        self.on_change = on_change
        self.high = ctx.px(HIGH_NARROW if ctx.metrics.narrow else HIGH)

    @property
    def grid_width(self) -> int:
        return round(self.width / self.height * signing.GRID)

    def measure(self, width: int) -> float:
        return self.high

    def natural_width(self) -> int:
        return self.ctx.px(960)

    # --- drawing --------------------------------------------------------------------------------------

    def draw(self) -> None:
        super().draw()
        margin = self.ctx.px(48)
        y = self.y + self.height * BASE_LINE
        self.bar("outline", self.x + margin, y, self.width - 2 * margin, self.ctx.px(2))

    def arrange(self) -> None:
        super().arrange()
        self.value = self.ctx.words("sign.drawn") if self.signed else ""

    def kept(self, touch: Any) -> Point:
        scale = signing.GRID / self.height
        return (touch.x - self.x) * scale, (self.top - touch.y) * scale

    def placed(self, point: Point) -> Point:
        scale = self.height / signing.GRID
        return self.x + point[0] * scale, self.top - point[1] * scale

    def finished(self, stroke: Points) -> Sequence[Point]:
        return signing.smoothed(stroke)

    def lifted(self) -> None:
        self.arrange()
        self.on_change(self.signed)

    # --- what stands there ------------------------------------------------------------------------------

    @property
    def signed(self) -> bool:
        return signing.is_signature(signing.tidied(self.strokes, self.grid_width or signing.GRID))

    def clear(self) -> None:
        self.strokes.clear()
        self.arrange()
        self.on_change(False)

    def sign(self, strokes: list[Points]) -> None:
        """What a finger would have drawn, as a rehearsal or a test does it without one."""
        self.strokes[:] = [list(stroke) for stroke in strokes]
        self.arrange()
        self.on_change(self.signed)
