"""A field that a finger draws in: ink follows at once, and what was drawn lives in the page's draft.

So a larger type size or another colour loses nothing, and neither does a page that is built anew under the
finger.  Subclasses say how points are kept.

A hand that rests on the glass draws nothing for long: a finger that comes after it takes its place.
"""

from __future__ import annotations

from math import dist
from typing import TYPE_CHECKING, ClassVar, Final

from kivy.graphics import InstructionGroup

from kiosk.pen import Ink, Mark, Nib
from screens.kit.block import Block
from screens.kit.brush import Brush
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
RESTING: Final = 24
"""Units: what has moved no further than that since it came down may be a resting hand."""


class InkField(Block):
    """One finger at a time.  Points are kept downwards from the upper left."""

    ground = "surface"
    draft: ClassVar[str]  # under this name the strokes stand in the page's draft
    inset_units: ClassVar[float]  # of the hint

    def __init__(self, ctx: Ctx, hint: str) -> None:
        super().__init__(ctx)
        self.hint_text = Text(ctx, hint, "body", "muted", "center", role=Role.NONE)
        self._ink = InstructionGroup()
        self._finger: object = None
        self._stroke: Points | None = None  # the one that the finger draws; none while it is outside
        self._nib: Nib | None = None
        self._brush: Brush | None = None
        self.hold(self.hint_text)

    @property
    def strokes(self) -> list[Points]:
        found: list[Points] = self.ctx.draft.setdefault(self.draft, [])
        return found

    # --- for subclasses -------------------------------------------------------------------------------

    @property
    def scale(self) -> float:
        """Pixels of the window for one unit of what is kept."""
        return 1.0

    @property
    def pen(self) -> float:
        """The pen's width, in units of what is kept."""
        raise NotImplementedError(type(self).__name__)

    def kept(self, place: Point) -> Point:
        """A place in pixels of the window, as a point that is kept."""
        scale = self.scale
        return (place[0] - self.x) / scale, (self.top - place[1]) / scale

    def new(self, point: Point, stroke: Points) -> bool:
        """Whether a point says something that the stroke does not say yet."""
        return not stroke or point != stroke[-1]

    def room(self) -> bool:
        """Whether more may be drawn."""
        return True

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
            self._dip()
            self._lay(stroke)
        DAMAGE.of(self)

    def _dip(self) -> None:
        """Ink for another stroke."""
        self._nib = Nib(self.pen)
        self._brush = Brush(self._ink, self.ctx.theme.text, self.pen * self.scale)

    def _lay(self, points: Points) -> None:
        assert self._nib is not None and self._brush is not None
        dry: list[Mark] = []
        ink = Ink((), ())
        for point in points:
            ink = self._nib.to(point)
            dry += ink.dry
        place = self._brush.lay(*(self._on_screen(marks) for marks in (dry, ink.wet)))
        if place is not None:
            DAMAGE.at(place)

    def _on_screen(self, marks: list[Mark] | tuple[Mark, ...]) -> list[Mark]:
        scale = self.scale
        return [(self.x + x * scale, self.top - y * scale, wide * scale) for x, y, wide in marks]

    # --- fingers --------------------------------------------------------------------------------------

    @property
    def gives_way(self) -> bool:
        """To another finger: what lies here has drawn nothing yet."""
        stroke = self._stroke
        if self._finger is None or stroke is None:
            return True
        limit = self.ctx.px(RESTING) / self.scale
        return all(dist(stroke[0], point) < limit for point in stroke)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        if self._finger is not None:
            if not self.gives_way:
                return False
            self._take_back()
        touch.grab(self)
        self._finger = touch.uid
        self._begin(touch.pos)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self or touch.uid != self._finger:
            return False
        self.drawn_to(touch.pos)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if touch.uid != self._finger:
            return True
        drew = self._stroke is not None
        self._finger = self._stroke = None
        if drew and self.get_root_window() is not None:  # else the page has gone under the finger
            self.lifted()
        return True

    def let_go(self, touch: MotionEvent) -> bool:
        """What a resting hand has left goes; who writes goes on."""
        mine = touch.uid == self._finger
        if mine and self.gives_way:
            self._take_back()
            return True
        return not mine

    def drawn_to(self, place: Point) -> None:
        """Beyond its edge ink runs along it."""
        self.put((min(self.right, max(self.x, place[0])), min(self.top, max(self.y, place[1]))))

    def put(self, place: Point) -> None:
        """Ink up to a place within."""
        if self._stroke is None:
            return
        point = self.kept(place)
        if self.new(point, self._stroke) and self.room():
            self._stroke.append(point)
            self._lay([point])

    def _begin(self, place: Point) -> None:
        if not self.room():
            return
        if self.hint_text.parent is self:
            self.remove_widget(self.hint_text)
            DAMAGE.of(self)
        self._stroke = [self.kept(place)]
        self.strokes.append(self._stroke)
        self._dip()
        self._lay(self._stroke)

    def _take_back(self) -> None:
        """What a resting hand has left."""
        if self._stroke is not None:
            self.strokes[:] = [stroke for stroke in self.strokes if stroke is not self._stroke]
        self._finger = self._stroke = None
        self.arrange()
