"""Text of any face, wrapped as Chinese is set; headings; icons."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kivy.graphics import Color

from screens.kit import faces, patches
from screens.kit.block import Block
from screens.kit.cutting import Cut
from screens.kit.semantics import Role
from screens.kit.wrap import break_lines, units

if TYPE_CHECKING:
    from screens.kit.context import Ctx

LEAST_LINES = 2
"""A paragraph that goes over to the next page leaves and takes as many lines at least."""
OPTICAL_LIFT = 0.05
"""Ems.  The faces keep more room above their characters than below; beside an icon that is seen."""
Align = Literal["left", "center", "right"]
PlacedRun = tuple[faces.Run, float, float]


class Text(Block):
    """A paragraph: as wide as it is told, as high as its lines.  ``color`` is a token of the theme."""

    beyond = 4
    continued = False  # it goes on where a leaf before ends

    def __init__(
        self,
        ctx: Ctx,
        text: str,
        style: str = "body",
        color: str = "text",
        align: Align = "left",
        role: str = Role.TEXT,
        live: str = "off",
    ) -> None:
        super().__init__(ctx)
        self.semantics(role, text, live=live)
        self._text = text
        self.style_name = style
        self.style = ctx.metrics.style(style)
        self.color = color
        self.align = align
        self.lines: list[str] = []
        self.drawn_width = 0  # of the widest line
        self._colours: list[Color] = []

    @property
    def text(self) -> str:
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        self.name = text
        self.changed()

    def become(self, text: str, style: str) -> None:
        """Another text, not drawn yet: for who places it anyway."""
        if (text, style) == (self._text, self.style_name):
            return
        self._text = self.name = text
        self.style_name = style
        self.style = self.ctx.metrics.style(style)
        self._fits.clear()

    def wrapped(self, width: float) -> list[str]:
        text = self._text
        if self.advance(text) <= width and "\n" not in text:  # most are short
            return [text.rstrip()]
        return break_lines(text, width, self.advance)

    def measure(self, width: int) -> float:
        return len(self.wrapped(width)) * self.style.line

    def natural_width(self) -> int:
        return max((int(self.advance(line) + 0.999) for line in self._text.split("\n")), default=0)

    def least_width(self) -> int:
        return max((int(self.advance(unit.rstrip()) + 0.999) for unit in units(self._text)), default=0)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Text, Text] | None:
        if self.ctx.cut < Cut.LINES and not force:
            return None
        lines = self.wrapped(width)
        least = LEAST_LINES if len(lines) >= 2 * LEAST_LINES else 1
        count = min(height // self.style.line, len(lines) - least)
        if count < least:
            return None
        begin, end = self._part(lines[:count]), self._part(lines[count:])
        end.continued = True
        return begin, end

    def _part(self, lines: list[str]) -> Text:
        part = Text(self.ctx, "\n".join(lines), self.style_name, self.color, self.align, live=self.live)
        part.same_as(self)
        part.name = " ".join(lines)
        return part

    def recolour(self, color: str) -> None:
        """Another colour for what is already drawn, e.g. while pressed."""
        self.color = color
        for instruction in self._colours:
            instruction.rgba = self.colour(color)

    def draw(self) -> None:
        self._colours = []
        for run, x, y in self.lay_out():
            self._draw_run(run, x, y)

    def advance(self, text: str) -> float:
        """Pixels that ``text`` takes on one line in this style."""
        return faces.width(text, self.style.bold, self.style.size)

    def lay_out(self) -> list[PlacedRun]:
        """Where each run stands: its left edge, and the lower edge of its line."""
        self.lines = self.wrapped(self.width)
        self.drawn_width = 0
        top = self.top - max(0, (self.height - len(self.lines) * self.style.line) // 2)
        return [
            placed
            for number, line in enumerate(self.lines, start=1)
            for placed in self._line(line, top - number * self.style.line)
        ]

    def _line(self, line: str, y: float) -> list[PlacedRun]:
        runs, size = faces.runs(line, self.style.bold), self.style.size
        widths = [faces.run_width(run, size) for run in runs]
        width = sum(widths)
        self.drawn_width = max(self.drawn_width, int(width))
        x = self.x
        if self.align == "center":
            x += (self.width - width) / 2
        elif self.align == "right":
            x += self.width - width
        placed = []
        for run, own in zip(runs, widths, strict=True):
            placed.append((run, x, y))
            x += own
        return placed

    def _draw_run(self, run: faces.Run, x: float, y: float) -> None:
        if run.face is None:
            self._draw_code(run.text, x, y)
            return
        if not run.text.strip():
            return
        texture = faces.picture(run.text, run.face, self.style.size)
        x -= run.empty_before * self.style.size
        lift = self.lifted(y, texture.height)
        self._colours.append(self.image(texture, x, lift, self.color))
        if run.thicken:
            self._colours.append(self.image(texture, x + thicker(self.style.size), lift, self.color))

    def lifted(self, y: float, height: int) -> float:
        """The lower edge of a picture of characters on the line that stands on ``y``."""
        return y + (self.style.line - height) / 2 + self.style.size * OPTICAL_LIFT

    def _draw_code(self, code: str, x: float, y: float) -> None:
        """A code point that no face has, e.g. U+E863: its digits on two lines in a frame."""
        size = self.style.size
        wide, high = round(size * (faces.CODE_BOX_EMS - 0.1)), round(size * 1.1)
        left, low = round(x + size * 0.05), round(y + (self.style.line - high) / 2)
        patch = patches.ring(max(3, size // 8), max(1, size // 20))
        self._colours.append(Color(*self.colour(self.color)))
        self._stretch(patch, left, low, wide, high)
        face = faces.main(False)
        small = max(8, round(size * 0.44))
        for row, part in enumerate(("U+", code.removeprefix("U+"))):
            texture = faces.picture(part, face, small)
            middle = low + high * (0.73 - 0.46 * row)
            self._colours.append(
                self.image(
                    texture, left + (wide - texture.width) / 2, middle - texture.height / 2, self.color
                )
            )


def thicker(size: int) -> int:
    """Pixels between the two drawings of a character whose face has no bold weight."""
    return max(1, size // 30)


class Heading(Text):
    """Level 1 is the page's own, level 2 a part of it, level 3 the head of a card."""

    STYLES: ClassVar = {1: "h1", 2: "h2", 3: "lead_bold"}

    def __init__(self, ctx: Ctx, text: str, level: int = 1, color: str = "text") -> None:
        super().__init__(ctx, text, style=self.STYLES[level], color=color, role=Role.HEADING)
        self.level = level


class Icon(Block):
    """A drawing that says nothing by itself: words always stand beside it."""

    def __init__(self, ctx: Ctx, name: str, size: float = 48, color: str = "on_tint") -> None:
        super().__init__(ctx)
        self.glyph_name = name
        self.pixels = ctx.px(size * (1.2 if ctx.metrics.elder else 1))
        self.color = color
        self._colour: Color | None = None

    def measure(self, width: int) -> float:
        return self.pixels

    def natural_width(self) -> int:
        return self.pixels

    def recolour(self, color: str) -> None:
        self.color = color
        if self._colour is not None:
            self._colour.rgba = self.colour(color)

    def draw(self) -> None:
        texture = faces.icon_picture(self.glyph_name, self.pixels)
        x = self.x + (self.width - texture.width) / 2
        self._colour = self.image(texture, x, self.y + (self.height - texture.height) / 2, self.color)
