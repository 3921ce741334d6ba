"""How loud it is: now, as bars that move with the voice, and afterwards, as its course."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock

from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.semantics import Role

if TYPE_CHECKING:
    from screens.kit.context import Ctx

BARS: Final = 40
HIGH: Final = 120
SMALL_HIGH: Final = 72
LOOK_SECONDS: Final = 0.1
LEAST: Final = 0.06
"""Of its height: a bar that says nothing is still seen."""
SHARE: Final = 0.6
"""Of its place across that a bar takes."""


class Bars(Block):
    """``levels`` from 0 to 1, the oldest first.  It says nothing by itself: words stand beside it."""

    def __init__(self, ctx: Ctx, levels: Sequence[float], colour: str = "primary") -> None:
        super().__init__(ctx)
        self.semantics(Role.NONE, "")
        self.levels = list(levels)
        self.bar_colour = colour

    def measure(self, width: int) -> float:
        return self.ctx.px(SMALL_HIGH if self.ctx.metrics.narrow else HIGH)

    def natural_width(self) -> int:
        return self.ctx.px(BARS * 12)

    def draw(self) -> None:
        count = max(1, len(self.levels))
        step = self.width / count
        wide = max(2, int(step * SHARE))
        for number, level in enumerate(self.levels):
            high = max(wide, round(self.height * max(LEAST, min(1.0, level))))
            x = self.x + number * step + (step - wide) / 2
            self.pill(self.bar_colour, x, self.y + (self.height - high) / 2, wide, high)


class LiveBars(Bars):
    """Asks for the level ten times a second while it is shown, and tells ``looked`` each time."""

    def __init__(self, ctx: Ctx, level: Callable[[], float], looked: Callable[[], None]) -> None:
        super().__init__(ctx, [0.0] * BARS)
        self._level = level
        self._looked = looked
        self._recent: deque[float] = deque(self.levels, BARS)
        self._clock = Clock.schedule_interval(self._look, LOOK_SECONDS)

    def _look(self, _seconds: float) -> bool:
        """False ends it: another page has come."""
        if self.get_root_window() is None:
            return not self._placed
        self._recent.append(self._level())
        self.levels = list(self._recent)
        self.canvas.before.clear()
        with self.canvas.before:
            self.draw()
        DAMAGE.of(self, within=True)
        self._looked()
        return True
