"""A field that a finger draws in: the line follows at once, and what was drawn lives in the page's draft.

So a larger type size or another colour loses nothing.  Subclasses say how points are kept and how a stroke
that is finished is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from kivy.graphics import Color, InstructionGroup, Line

from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.theme import RADIUS_FIELD

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx

Point = tuple[float, float]
Points = list[Point]
OUTLINE = 3


class InkField(Block):
    """One finger at a time.  Points are kept downwards from the upper left."""

    ground = "surface"
    draft: ClassVar[str]  # under this name the strokes stand in the page's draft
    pen_units: ClassVar[float]
    dot_pixels: ClassVar[float]  # how long the line of a single point is
    inset_units: ClassVar[float]  # of the hint

    def __init__(self, ctx: Ctx, hint: str) -> None:
        super().__init__(ctx)
        self.hint_text = Text(ctx, hint, "body", "muted", "center", role=Role.NONE)
        self._ink = InstructionGroup()
        self._finger: object = None
        self._stroke: Points = []
        self._line: Line | None = None
        self.hold(self.hint_text)

    @property
    def strokes(self) -> list[Points]:
        found: list[Points] = self.ctx.draft.setdefault(self.draft, [])
        return found

    # --- for subclasses -------------------------------------------------------------------------------

    def kept(self, touch: Any) -> Point:
        """Where a finger is, as a point that is kept."""
        raise NotImplementedError(type(self).__name__)

    def placed(self, point: Point) -> Point:
        """A kept point in pixels of the window."""
        raise NotImplementedError(type(self).__name__)

    def finished(self, stroke: Points) -> Sequence[Point]:
        """How a stroke is shown once the finger is lifted."""
        return stroke

    def lifted(self) -> None:
        """A stroke has come to those that were there."""
        raise NotImplementedError(type(self).__name__)

    # --- drawing --------------------------------------------------------------------------------------

    def draw(self) -> None:
        self.fill("surface", RADIUS_FIELD)
        self.frame("outline", RADIUS_FIELD, OUTLINE)

    def arrange(self) -> None:
        if self.canvas.after.indexof(self._ink) < 0:
            self.canvas.after.add(self._ink)
        self._ink.clear()
        self.clear_widgets()
        if not self.strokes:
            inset = self.ctx.px(self.inset_units)
            inner = int(self.width) - 2 * inset
            high = self.hint_text.fit(inner)
            self.hold(self.hint_text)
            self.hint_text.place(self.x + inset, self.y + (self.height - high) // 2, inner, high)
        for stroke in self.strokes:
            self._show(self.finished(stroke))

    def _show(self, curve: Sequence[Point]) -> Line:
        points = [part for point in curve for part in self.placed(point)]
        if len(points) == 2:
            points += [points[0] + self.dot_pixels, points[1]]
        line = Line(points=points, width=self.ctx.px(self.pen_units) / 2, cap="round", joint="round")
        self._ink.add(Color(*self.ctx.theme.text))
        self._ink.add(line)
        return line

    # --- fingers --------------------------------------------------------------------------------------

    def within(self, touch: Any) -> Point:
        """Where a finger is, in pixels of the window, or the nearest place of this field."""
        return min(self.right, max(self.x, touch.x)), min(self.top, max(self.y, touch.y))

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self._finger is not None:
            return False
        touch.grab(self)
        self._finger = touch.uid
        if self.hint_text.parent is self:
            self.remove_widget(self.hint_text)
        self._stroke = [self.kept(touch)]
        self._line = self._show(self._stroke)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self or self._line is None:
            return False
        self._stroke.append(self.kept(touch))
        # At once as it comes; it takes its finished form when the finger is lifted.
        self._line.points = [*self._line.points, *self.within(touch)]
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
        self.lifted()
        return True
