"""A field to write one character in with a finger, in the place of the letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from screens.kit.block import Block
from screens.kit.ink import InkField
from screens.kit.keys import KeyRows
from screens.kit.semantics import Role

if TYPE_CHECKING:
    from screens.kit.context import Ctx, PinyinEngine

STROKES: Final = "panel:strokes"
"""In the page's draft: the strokes of the character that is being written, downwards from the upper left."""
PEN: Final = 9
"""Units."""


class WritingField(InkField):
    """``on_stroke`` is called when a finger is lifted."""

    draft = STROKES
    inset_units = 24

    def __init__(self, ctx: Ctx, name: str, on_stroke: Callable[[], None]) -> None:
        super().__init__(ctx, name)
        self.semantics(Role.SIGNATURE, name, key="writing")
        self.on_stroke = on_stroke

    def measure(self, width: int) -> float:
        return self.ctx.px(200)

    @property
    def pen(self) -> float:
        return self.ctx.px(PEN)

    def lifted(self) -> None:
        self.on_stroke()

    def take_back(self, all_of_them: bool = False) -> None:
        """The last stroke, or all."""
        del self.strokes[0 if all_of_them else max(0, len(self.strokes) - 1) :]
        self.arrange()


class WritingPanel(Block):
    """The field, and the commands below it; as high as the keys whose place it takes."""

    def __init__(self, ctx: Ctx, field: WritingField, commands: KeyRows, high: Callable[[int], int]) -> None:
        super().__init__(ctx)
        self.field = field
        self.commands = commands
        self.high = high
        self.hold(field, commands)

    # --- what the panel of texts asks ---------------------------------------------------------------

    @property
    def pending(self) -> bool:
        return bool(self.field.strokes)

    def take_back(self) -> None:
        self.field.take_back(all_of_them=True)

    def found(self, ime: PinyinEngine) -> tuple[list[str], str]:
        """Candidates, and what is said where there are none."""
        return ime.read(self.field.strokes) if self.pending else [], self.ctx.words("kit.write_choose")

    # --- how it stands ------------------------------------------------------------------------------

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
