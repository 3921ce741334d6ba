"""How far one is: 第2步,共3步, with a bar of as many pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx


class StepBar(Block):
    """``step`` counts from 1.  The words say what the bar shows.

    ``beside``: words and bar on one line.  ``leaf`` (counted from 0, of how many): which page of this step is
    shown; it takes the bar's room.
    """

    def __init__(
        self, ctx: Ctx, step: int, steps: int, beside: bool = False, leaf: tuple[int, int] | None = None
    ) -> None:
        super().__init__(ctx)
        self.step = step
        self.steps = steps
        self.beside = beside
        self.high = ctx.px(12)
        self.below = ctx.px(16) if ctx.metrics.roomy and leaf is None and not beside else 0  # to the heading
        self.words = Text(ctx, ctx.words("kit.step_of", step=step, steps=steps), "body", "muted")
        self.leaf: Text | None = None
        self.hold(self.words)
        if leaf is not None:
            page, pages = leaf[0] + 1, leaf[1]
            self.leaf = Text(ctx, ctx.words("kit.page_short", page=page, pages=pages), "body", "muted")
            self.leaf.name = ctx.words("kit.page_of", page=page, pages=pages)
            self.hold(self.leaf)

    def measure(self, width: int) -> float:
        if self.leaf is not None:
            return self.words.fit(width - self._leaf_width)
        return self.words.fit(width) + (0 if self.beside else self.high + self.ctx.px(12) + self.below)

    @property
    def _leaf_width(self) -> int:
        return self.leaf.natural_width() + 1 + self.ctx.px(24) if self.leaf else 0

    def natural_width(self) -> int:
        return self.words.natural_width()

    def draw(self) -> None:
        if self.leaf is not None:
            return
        gap = self.ctx.px(8)
        start, y = self.x, self.y + self.below
        if self.beside:
            start += self.words.natural_width() + self.ctx.px(24)
            y += (self.height - self.high) // 2
        own = (self.right - start - gap * (self.steps - 1)) / self.steps
        for number in range(self.steps):
            done = number < self.step
            left = start + number * (own + gap)
            self.pill("primary" if done else "surface", left, y, own, self.high)
            if not done:
                self.pill("outline", left, y, own, self.high, outline=True)

    def arrange(self) -> None:
        width = int(self.width) - self._leaf_width
        height = self.words.fit(width)
        self.words.place(self.x, self.top - height, width, height)
        if self.leaf is not None:
            own = self.leaf.natural_width() + 1
            self.leaf.place(self.right - own, self.top - height, own, self.leaf.style.line)
