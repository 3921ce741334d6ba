"""Five keys for the strokes of one character, in the place of the letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from screens.kit.block import Block
from screens.kit.keys import Key, KeyRows
from screens.kit.semantics import Role
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx, PinyinEngine

SIGNS: Final = "panel:signs"
"""In the page's draft: the strokes of the character that is being told, in their order."""
KEYS: Final = (("一", "across"), ("丨", "down"), ("丿", "left"), ("丶", "dot"), ("乛", "turn"))
MOST: Final = 64


class StrokesPanel(Block):
    """What was touched so far, the five keys, and the commands; as high as the keys whose place it takes."""

    def __init__(
        self, ctx: Ctx, commands: KeyRows, high: Callable[[int], int], on_stroke: Callable[[], None]
    ) -> None:
        super().__init__(ctx)
        self.commands = commands
        self.high = high
        self.on_stroke = on_stroke
        self.gap = ctx.px(16)
        self.told = Text(
            ctx, self._signs or ctx.words("kit.strokes_here"), "lead_bold", "text", role=Role.STATUS
        )
        self.strokes = [self._key(sign, name) for sign, name in KEYS]
        self.hold(self.told, *self.strokes, commands)

    @property
    def _signs(self) -> str:
        signs: str = self.ctx.draft.get(SIGNS, "")
        return signs

    def _key(self, sign: str, name: str) -> Key:
        said = self.ctx.words(f"kit.stroke_{name}")
        label = sign if self.ctx.metrics.narrow else f"{sign}\n{said}"
        act = partial(self._add, sign)
        return Key(self.ctx, f"stroke:{name}", said, act, label=label, style="body_bold")

    def _add(self, sign: str) -> None:
        if len(self._signs) < MOST:
            self._become(self._signs + sign)

    def _become(self, signs: str) -> None:
        self.ctx.draft[SIGNS] = signs
        self.told.become(signs or self.ctx.words("kit.strokes_here"), "lead_bold")
        if self._placed:
            self.arrange()
        self.on_stroke()

    # --- what the panel of texts asks ---------------------------------------------------------------

    @property
    def pending(self) -> bool:
        return bool(self._signs)

    def take_back(self) -> None:
        self._become(self._signs[:-1])

    def found(self, ime: PinyinEngine) -> tuple[list[str], str]:
        """Candidates, and what is said where there are none."""
        if not self._signs:
            return [], self.ctx.words("kit.strokes_choose")
        none = "kit.no_strokes_short" if self.ctx.metrics.narrow else "kit.no_strokes"
        return ime.by_strokes(self._signs), self.ctx.words(none)

    # --- how it stands ------------------------------------------------------------------------------

    def measure(self, width: int) -> float:
        return self.high(width)

    def natural_width(self) -> int:
        return self.commands.natural_width()

    def arrange(self) -> None:
        width, gap = int(self.width), self.gap
        low = self.commands.fit(width)
        self.commands.place(self.x, self.y, width, low)
        above = self.told.fit(width)
        self.told.place(self.x, self.top - above, width, above)
        own = (width - gap * (len(self.strokes) - 1)) // len(self.strokes)
        high = int(self.height) - low - above - 2 * gap
        for place, key in enumerate(self.strokes):
            key.place(self.x + place * (own + gap), self.y + low + gap, own, high)
