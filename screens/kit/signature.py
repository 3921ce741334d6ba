"""A box to sign in with a finger: the line follows at once, smooth, and can be wiped and drawn again.

What was drawn lives in the page's draft, so that a larger type size or another colour loses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kivy.graphics import Color, InstructionGroup, Line

from kiosk import signing
from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.theme import RADIUS_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx

DRAWN: Final = "signature.strokes"
"""In the page's draft: the strokes on the grid of :mod:`kiosk.signing`, and the grid's width."""
HIGH: Final = 420
HIGH_NARROW: Final = 250
BASE_LINE: Final = 0.22
"""Of the height, from below: where a line to write on lies."""
PEN_UNITS: Final = 7

Points = list[tuple[float, float]]


class SignatureBox(Block):
    """``on_change`` is called after each stroke, with whether what stands there can be a signature."""

    ground = "surface"

    def __init__(self, ctx: Ctx, name: str, hint: str, on_change: Callable[[bool], None]) -> None:
        super().__init__(ctx)
        self.semantics(Role.SIGNATURE, name, hint=hint, key="signature")
        self.on_change = on_change
        self.high = ctx.px(HIGH_NARROW if ctx.metrics.narrow else HIGH)
        self.hint_text = Text(ctx, hint, "body", "muted", "center", role=Role.NONE)
        self._ink = InstructionGroup()
        self._finger: object = None
        self._stroke: Points = []
        self._line: Line | None = None
        self.hold(self.hint_text)

    @property
    def strokes(self) -> list[Points]:
        found: list[Points] = self.ctx.draft.setdefault(DRAWN, [])
        return found

    @property
    def grid_width(self) -> int:
        return round(self.width / self.height * signing.GRID)

    def measure(self, width: int) -> float:
        return self.high

    def natural_width(self) -> int:
        return self.ctx.px(960)

    # --- drawing --------------------------------------------------------------------------------------

    def draw(self) -> None:
        self.fill("surface", RADIUS_FIELD)
        self.frame("outline", RADIUS_FIELD, 3)
        margin = self.ctx.px(48)
        y = self.y + self.height * BASE_LINE
        self.bar("outline", self.x + margin, y, self.width - 2 * margin, self.ctx.px(2))

    def arrange(self) -> None:
        if self.canvas.after.indexof(self._ink) < 0:
            self.canvas.after.add(self._ink)
        self._ink.clear()
        self.clear_widgets()
        if not self.strokes:
            inner = int(self.width) - 2 * self.ctx.px(32)
            high = self.hint_text.fit(inner)
            self.hold(self.hint_text)
            self.hint_text.place(self.x + self.ctx.px(32), self.y + (self.height - high) // 2, inner, high)
        for stroke in self.strokes:
            self._show(signing.smoothed(stroke))
        self.value = self.ctx.words("sign.drawn") if self.signed else ""

    def _show(self, curve: list[tuple[float, float]]) -> Line:
        scale = self.height / signing.GRID
        points = [part for x, y in curve for part in (self.x + x * scale, self.top - y * scale)]
        if len(points) == 2:  # a dot
            points += [points[0] + 0.5, points[1]]
        line = Line(points=points, width=self.ctx.px(PEN_UNITS) / 2, cap="round", joint="round")
        self._ink.add(Color(*self.ctx.theme.text))
        self._ink.add(line)
        return line

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

    # --- fingers ----------------------------------------------------------------------------------------

    def _on_grid(self, touch: Any) -> tuple[float, float]:
        scale = signing.GRID / self.height
        return (touch.x - self.x) * scale, (self.top - touch.y) * scale

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self._finger is not None:
            return False
        touch.grab(self)
        self._finger = touch.uid
        if self.hint_text.parent is self:
            self.remove_widget(self.hint_text)
        self._stroke = [self._on_grid(touch)]
        self._line = self._show(self._stroke)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self or self._line is None:
            return False
        self._stroke.append(self._on_grid(touch))
        # At once as it comes; it becomes a curve when the finger is lifted.
        x, y = min(self.right, max(self.x, touch.x)), min(self.top, max(self.y, touch.y))
        self._line.points = [*self._line.points, x, y]
        DAMAGE.of(self)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._finger = None
        if self.get_root_window() is None:  # the page has gone under the finger
            return True
        self.strokes.append(self._stroke)
        self.arrange()
        self.on_change(self.signed)
        return True
