"""A box that shows what was typed.  Typing comes from the panels below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.layout import Line
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text
from screens.kit.wrap import break_lines
from screens.theme import RADIUS_FIELD

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx
    from screens.kit.culling import Place

BULLET = "●"
ELLIPSIS = "…"
CARET_BEFORE = 8
"""Units by which it stands before a hint."""
BESIDE = 12
"""Units around the text that the caret and what marks letters may take."""


class Field(Block):
    """``error`` stands under the box in the same words as in the summary.

    ``masked`` shows dots and is spoken as hidden; ``on_text`` takes a whole text at once, as a screen
    reader, a scanner or a rehearsal enters it.  ``lines``: the box has room for so many and no more, so that
    the keys below it stay where they are; of a longer text it shows the end.
    """

    beyond = 4

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        label: str,
        text: str,
        error: str | None = None,
        placeholder: str = "",
        masked: bool = False,
        on_text: Callable[[str], None] | None = None,
        style: str = "lead_bold",
        caret: bool = True,
        lines: int | None = None,
    ) -> None:
        super().__init__(ctx)
        self.lines = lines
        self.semantics(Role.TEXTFIELD, label, key=key)
        self.private = True
        self.masked = masked
        self.on_text = on_text
        self.caret = caret
        self.pad = ctx.px(24)
        self.placeholder = placeholder
        self.label = Text(ctx, label, "body_bold", role=Role.NONE) if label else None
        self.content = Text(ctx, "", style, role=Role.NONE)
        self.style = style
        self.content.ground = "surface"
        self.content.beyond = BESIDE  # the caret goes with it
        self.error = error
        self.icon = Icon(ctx, "alert-circle-outline", 40, "danger") if error else None
        self.note = Text(ctx, error or "", "body_bold", "danger", role=Role.NONE)
        if error:
            self.state["invalid"] = True
            self.state["error"] = error
        self.border = ("danger" if error else "primary", 4.0)
        self._on_press: Callable[[], None] | None = None
        self._drawn: tuple[object, list[str]] | None = None  # how the text looked, and its lines
        self.typed = self.spelled = ""
        parts = (self.label, self.content, self.icon, self.note if error else None)
        self.hold(*[part for part in parts if part is not None])
        self.show(text)

    def show(self, text: str, spelled: str = "") -> None:
        """Another text, e.g. after a key.  ``spelled``: letters at its end that may become characters."""
        text += spelled
        self.spelled = spelled
        self.typed = text
        shown = BULLET * len(text) if self.masked else text
        self.value = self.ctx.words("kit.hidden") if self.masked and text else text
        self.content.recolour("text" if text else "muted")
        style = self.style if text or not self.placeholder else "lead"  # a hint is no answer
        self.content.become(shown or self.placeholder, style)
        self._fits.clear()
        if self._placed and self.fit(self.width) == self.height:  # the box stays as it is
            self._place_content()
        else:
            self.changed()

    def enter(self, text: str) -> None:
        """A whole text at once."""
        if self.on_text is not None:
            self.on_text(text)

    # --- fingers --------------------------------------------------------------------------------------

    def pressed_by(self, on_press: Callable[[], None]) -> None:
        """Where several boxes stand together, a touch says which one is to be filled."""
        self._on_press = self.action = on_press

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if self._on_press is None or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self._on_press is not None and self.collide_point(*touch.pos):
            self._on_press()
        return True

    def _inner(self, width: float) -> int:
        return int(width) - 2 * self.pad - self.ctx.px(12)

    def _box(self, width: int) -> int:
        content = self.content
        high = content.fit(self._inner(width)) if self.lines is None else self.lines * content.style.line
        return max(self.ctx.px(112), high + self.ctx.px(40))

    def _cut(self, inner: int) -> None:
        """Leave of the text what its lines have room for, the end."""
        if self.lines is None or self.masked or not self.typed:
            return
        content, shown = self.content, self.typed
        while len(break_lines(shown, inner, content.advance)) > self.lines:
            shown = ELLIPSIS + shown.removeprefix(ELLIPSIS)[1:]
        content.become(shown, content.style_name)

    def _note(self, width: int) -> int:
        if self.icon is None:
            return 0
        beside = self.icon.natural_width() + self.ctx.px(12)
        return max(self.note.fit(width - beside), self.icon.natural_width()) + self.ctx.px(12)

    def _label(self, width: int) -> int:
        return self.label.fit(width) + self.ctx.px(12) if self.label else 0

    def measure(self, width: int) -> float:
        return self._label(width) + self._box(width) + self._note(width)

    def natural_width(self) -> int:
        return self.ctx.px(640)

    def told_elsewhere(self) -> None:
        """The words of the error stand somewhere else on the page: only the border says it here."""
        if self.icon is None:
            return
        self.remove_widget(self.icon)
        self.remove_widget(self.note)
        self.icon = None
        self._fits.clear()

    def mended(self) -> None:
        """What the error was about stands here no longer, and is not told as if it did."""
        self.state.pop("invalid", None)
        self.state.pop("error", None)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        """Where the words of an error have no room below the box, they follow it and lie on nothing."""
        if self.icon is None or self._label(width) + self._box(width) > height:
            return None
        icon = self.icon
        self.told_elsewhere()
        return self, Line(self.ctx, [icon, self.note], gap=12, shares=[None, 1], valign="top")

    def draw(self) -> None:
        width = int(self.width)
        self.box = Box(self.ctx, *self.border)  # made here, it stands on this canvas; added again, it stays
        high = self._box(width)
        self.box.place(self.x, self.top - self._label(width) - high, width, high)

    def arrange(self) -> None:
        width, top = int(self.width), self.top
        if self.label is not None:
            high = self.label.fit(width)
            self.label.place(self.x, top - high, width, high)
        self._place_content()
        top -= self._label(width) + self._box(width)
        if self.icon is not None:
            side = self.icon.natural_width()
            beside = side + self.ctx.px(12)
            high = self.note.fit(width - beside)
            top -= self.ctx.px(12)
            self.icon.place(self.x, top - max(side, self.note.style.line), side, side)
            self.note.place(self.x + beside, top - high, width - beside, high)

    def _place_content(self) -> None:
        width = int(self.width)
        inner = self._inner(width)
        self._cut(inner)
        high = self.content.fit(inner)
        top = self.top - self._label(width)
        x, y = round(self.x + self.pad), round(top - (self._box(width) + high) // 2)
        content, drawn = self.content, self._drawn
        looks = (x, y, inner, high, content.style_name, content.color, len(self.typed) - len(self.spelled))
        lines = content.wrapped(inner)
        if drawn is not None and drawn[0] == looks and len(drawn[1]) == len(lines):
            for row, (before, now) in enumerate(zip(drawn[1], lines, strict=True)):
                if before != now:
                    DAMAGE.at(self._end_of(row, before, now))
            content.redraw()
        else:
            content.place(x, y, inner, high)
        self._drawn = looks, lines
        self._draw_caret()

    def _end_of(self, row: int, before: str, now: str) -> Place:
        """Of a line that says something else, from there on, with the caret behind it.

        Letters stand a little nearer to each other than each by itself, so what follows them may move.
        """
        content, beside = self.content, self.ctx.px(BESIDE)
        start = 0.0
        for old, new in zip(before, now, strict=False):
            if old != new or content.advance(old) != content.style.size:
                break
            start += content.style.size
        end = max(content.advance(before), content.advance(now))
        high = content.top - row * content.style.line
        return (
            int(content.x + start) - beside,
            int(high) - content.style.line - beside,
            int(content.x + end) + 1 + beside,
            int(high) + beside,
        )

    def _draw_caret(self) -> None:
        self.canvas.after.clear()
        if not self.caret:
            return
        content, px = self.content, self.ctx.px
        last = content.lines[-1] if self.typed and content.lines else ""
        x = content.x + (content.advance(last) + px(2) if last else -px(CARET_BEFORE))
        high = round(content.style.size * 1.1)
        row = len(content.lines) if self.typed else 1
        middle = content.top - (row - 0.5) * content.style.line
        with self.canvas.after:
            self.bar("primary", x, middle - high / 2, max(2, px(4)), high)
            self._underline()

    def _underline(self) -> None:
        """Marks the letters that are not yet characters."""
        content, left = self.content, len(self.spelled)
        for row in range(len(content.lines), 0, -1):
            line = content.lines[row - 1]
            start = max(0, len(line) - left)
            if start == len(line):
                return
            left -= len(line) - start
            x, end = content.advance(line[:start]), content.advance(line)
            base = content.top - (row - 0.08) * content.style.line
            self.bar("primary", content.x + x, base, end - x, max(2, self.ctx.px(3)))


class Box(Block):
    """The ground of a field: a thick border, red together with a mark and words when something is wrong."""

    beyond = 4

    def __init__(self, ctx: Ctx, outline: str, thick: float) -> None:
        super().__init__(ctx)
        self.outline = outline
        self.thick = thick

    def draw(self) -> None:
        self.fill("surface", RADIUS_FIELD)
        self.frame(self.outline, RADIUS_FIELD, self.thick)
