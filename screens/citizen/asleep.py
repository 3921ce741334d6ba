"""轻触屏幕开始: the touch that wakes the screen does nothing else."""

from __future__ import annotations

from kiosk.visit.events import Wake
from screens.kit.block import Block
from screens.kit.context import Ctx
from screens.kit.dialog import Veil
from screens.kit.layout import Column, Padded
from screens.kit.text import Icon, Text


class Asleep(Block):
    """The veil as a dialog, so that nothing below it is read out or found."""

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        self.semantics("dialog", ctx.words("asleep.heading"))
        self.hold(veil(ctx))

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def arrange(self) -> None:
        # In reach mode the target ends where the reach ends, as everything touched does.
        self.children[0].place(self.x, self.y, self.width, self.ctx.metrics.reach_top)


def veil(ctx: Ctx) -> Veil:
    words = ctx.words
    heading = "display" if not ctx.metrics.narrow else "h1"
    sign = Column(
        ctx,
        [
            Icon(ctx, "gesture-tap", 144, "on_header"),
            Text(ctx, words("asleep.heading"), heading, "on_header", "center"),
            Text(ctx, words("asleep.lead"), "lead", "on_header", "center"),
        ],
        gap=24,
    )
    outline = "" if ctx.theme.shadow else "outline"
    sheet = Padded(ctx, sign, (48, 72), ground="header", radius=40, outline=outline)
    return Veil(ctx, "wake", words("asleep.heading"), lambda: ctx.send(Wake()), [sheet])
