"""A field to write one character in with a finger, in the place of the letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, InstructionGroup, Line

from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.keys import KeyRows
from screens.kit.semantics import Role
from screens.kit.text import Text

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx

STROKES: Final = "panel:strokes"
"""In the page's draft: the strokes of the character that is being written, downwards from the upper left."""
PEN_UNITS: Final = 9

Points = list[tuple[float, float]]


class WritingField(Block):
    """``on_stroke`` is called when a finger is lifted."""

    def __init__(self, ctx: Ctx, name: str, on_stroke: Callable[[], None]) -> None:
        super().__init__(ctx)
        self.ground = "surface"
        self.semantics(Role.SIGNATURE, name, key="writing")
        self.on_stroke = on_stroke
        self.hint_text = Text(ctx, name, "body", "muted", "center", role=Role.NONE)
        self._ink = InstructionGroup()
        self._finger: object = None
        self._stroke: Points = []
        self._line: Line | None = None
        self.hold(self.hint_text)

    @property
    def strokes(self) -> list[Points]:
        found: list[Points] = self.ctx.draft.setdefault(STROKES, [])
        return found

    def measure(self, width: int) -> float:
        return self.ctx.px(200)

    def draw(self) -> None:
        self.fill("surface", 16)
        self.frame("outline", 16, 3)

    def arrange(self) -> None:
        if self.canvas.after.indexof(self._ink) < 0:
            self.canvas.after.add(self._ink)
        self._ink.clear()
        self.clear_widgets()
        if not self.strokes:
            inner = int(self.width) - 2 * self.ctx.px(24)
            high = self.hint_text.fit(inner)
            self.hold(self.hint_text)
            self.hint_text.place(self.x + self.ctx.px(24), self.y + (self.height - high) // 2, inner, high)
        for stroke in self.strokes:
            self._show(stroke)

    def _show(self, stroke: Points) -> Line:
        points = [part for x, y in stroke for part in (self.x + x, self.top - y)]
        if len(stroke) == 1:
            points += [points[0] + 1, points[1]]
        line = Line(points=points, width=self.ctx.px(PEN_UNITS) / 2, cap="round", joint="round")
        self._ink.add(Color(*self.ctx.theme.text))
        self._ink.add(line)
        return line

    def take_back(self, all_of_them: bool = False) -> None:
        """The last stroke, or all."""
        del self.strokes[0 if all_of_them else max(0, len(self.strokes) - 1) :]
        self.arrange()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self._finger is not None:
            return False
        touch.grab(self)
        self._finger = touch.uid
        if self.hint_text.parent is self:
            self.remove_widget(self.hint_text)
        self._stroke = [(touch.x - self.x, self.top - touch.y)]
        self._line = self._show(self._stroke)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self or self._line is None:
            return False
        x, y = min(self.right, max(self.x, touch.x)), min(self.top, max(self.y, touch.y))
        self._stroke.append((x - self.x, self.top - y))
        self._line.points = [*self._line.points, x, y]
        DAMAGE.of(self)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._finger = None
        if self.get_root_window() is None:
            return True
        self.strokes.append(self._stroke)
        self.on_stroke()
        return True


class WritingPanel(Block):
    """The field, and the commands below it; as high as the keys whose place it takes."""

    def __init__(self, ctx: Ctx, field: WritingField, commands: KeyRows, high: Callable[[int], int]) -> None:
        super().__init__(ctx)
        self.field = field
        self.commands = commands
        self.high = high
        self.hold(field, commands)

    def measure(self, width: int) -> float:
        return self.high(width)

    def natural_width(self) -> int:
        return self.commands.natural_width()

    def arrange(self) -> None:
        width = int(self.width)
        low = self.commands.fit(width)
        self.commands.place(self.x, self.y, width, low)
        gap = self.ctx.px(16)
        self.field.place(self.x, self.y + low + gap, width, self.height - low - gap)
