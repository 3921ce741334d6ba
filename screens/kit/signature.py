"""A box to sign in with a finger: the line follows at once, smooth, and can be wiped and drawn again.

What is seen in it is what is kept and sent: ink ends at the edge, as it would on paper, and goes on where the
finger comes in again; a box that holds all it can takes no more.
"""

from __future__ import annotations

from math import dist
from typing import TYPE_CHECKING, Final

from kiosk import signing
from screens.kit.ink import InkField, Point, Points
from screens.kit.semantics import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.kit.context import Ctx

DRAWN: Final = "signature.strokes"
"""In the page's draft: the strokes on the grid of :mod:`kiosk.signing`."""
HIGH: Final = 420
HIGH_ROOMY: Final = 600
HIGH_NARROW: Final = 250
BASE_LINE: Final = 0.22
"""Of the height, from below: where a line to write on lies."""


class SignatureBox(InkField):
    """``on_change`` is called after each stroke, with whether what stands there can be a signature."""

    draft = DRAWN
    inset_units = 32

    def __init__(self, ctx: Ctx, name: str, hint: str, on_change: Callable[[bool], None]) -> None:
        super().__init__(ctx, hint)
        self.semantics(Role.SIGNATURE, name, hint=hint, key="signature")
        self.on_change = on_change
        high = HIGH_ROOMY if ctx.metrics.roomy else HIGH_NARROW if ctx.metrics.narrow else HIGH
        self.high = ctx.px(high)
        self._last: Point | None = None  # where the finger was, also outside

    @property
    def grid_width(self) -> int:
        return round(self.width / self.height * signing.GRID)

    def measure(self, width: int) -> float:
        return self.high

    def natural_width(self) -> int:
        return self.ctx.px(960)

    # --- drawing --------------------------------------------------------------------------------------

    @property
    def scale(self) -> float:
        return self.height / signing.GRID

    @property
    def pen(self) -> float:
        return signing.PEN

    def draw(self) -> None:
        super().draw()
        margin = self.ctx.px(48)
        y = self.y + self.height * BASE_LINE
        self.bar("outline", self.x + margin, y, self.width - 2 * margin, self.ctx.px(2))

    def arrange(self) -> None:
        self._fit()
        super().arrange()
        self.value = self.ctx.words("sign.drawn") if self.signed else ""

    def _fit(self) -> None:
        """Signed in a wider box, before the letters were made large or small: all of it is shown."""
        widest = max((x for stroke in self.strokes for x, _ in stroke), default=0)
        if widest <= self.grid_width:
            return
        smaller = self.grid_width / widest
        for stroke in self.strokes:
            stroke[:] = [(round(x * smaller), round(y * smaller)) for x, y in stroke]

    # --- fingers --------------------------------------------------------------------------------------

    def kept(self, place: Point) -> Point:
        x, y = super().kept(place)
        return min(self.grid_width, max(0, round(x))), min(signing.GRID, max(0, round(y)))

    def new(self, point: Point, stroke: Points) -> bool:
        return not stroke or dist(point, stroke[-1]) >= signing.APART

    def room(self) -> bool:
        points = sum(map(len, self.strokes))
        return points < signing.MOST_POINTS and len(self.strokes) < signing.MOST_STROKES

    def _begin(self, place: Point) -> None:
        self._last = place
        super()._begin(place)

    def drawn_to(self, place: Point) -> None:
        before, self._last = self._last or place, place
        inside, was_inside = self.collide_point(*place), self.collide_point(*before)
        if inside:
            if self._stroke is None:
                super()._begin(before if was_inside else self._edge(place, before))
            self.put(place)
        elif self._stroke is not None:
            if was_inside:
                self.put(self._edge(before, place))
            self._stroke = None
            self.lifted()

    def _edge(self, inside: Point, outside: Point) -> Point:
        """Where the way from one to the other crosses the edge."""
        parts = [1.0]
        for axis, low, high in ((0, self.x, self.right), (1, self.y, self.top)):
            way = outside[axis] - inside[axis]
            if way:
                parts += [
                    (side - inside[axis]) / way for side in (low, high) if (side - inside[axis]) / way >= 0
                ]
        part = min(parts)
        return inside[0] + part * (outside[0] - inside[0]), inside[1] + part * (outside[1] - inside[1])

    def lifted(self) -> None:
        self.value = self.ctx.words("sign.drawn") if self.signed else ""
        self.on_change(self.signed)

    # --- what stands there ------------------------------------------------------------------------------

    @property
    def signed(self) -> bool:
        return signing.is_signature(signing.tidied(self.strokes, self.grid_width or signing.GRID))

    def clear(self) -> None:
        self.strokes.clear()
        self._stroke = None
        self.arrange()
        self.on_change(False)

    def sign(self, strokes: list[Points]) -> None:
        """What a finger would have drawn, as a rehearsal or a test does it without one."""
        self.strokes[:] = [list(stroke) for stroke in strokes]
        self.arrange()
        self.on_change(self.signed)
