"""What lies over the page and takes all touches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from screens.kit.block import Block
from screens.kit.button_row import ButtonRow
from screens.kit.layout import Column
from screens.kit.pager import Pager, fits, paged
from screens.kit.press import Pressable
from screens.kit.semantics import Role
from screens.kit.text import Heading
from screens.theme import GUTTER, NARROW_GAP, RADIUS_SHEET

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.buttons import Button
    from screens.kit.context import Ctx

DIM = (0.02, 0.04, 0.08, 0.72)
WIDEST = 920


class Dialog(Block):
    """Dims the page; heading, body and buttons on a sheet, in reach mode within the low band.

    ``buttons`` stand in reading order, the affirmative one last.  A body that has no room is cut into pages.
    """

    widest: ClassVar[float] = WIDEST
    padding: ClassVar[tuple[float, float]] = (48, 20)
    """Units around what it holds; on a small tablet."""

    def __init__(self, ctx: Ctx, heading: str, body: Sequence[Block], buttons: Sequence[Button]) -> None:
        super().__init__(ctx)
        self.ground = "surface"
        self.semantics(Role.DIALOG, heading, live="assertive")
        self.heading = Heading(ctx, heading, level=2)
        self.margin, self.pad = self._around(ctx)
        self.gap = ctx.metrics.gap
        self.above_foot = ctx.metrics.gap if ctx.metrics.narrow else ctx.px(40)
        self.foot = ButtonRow(ctx, buttons, evenly=True) if buttons else None
        self.number = 0
        self.pages = self._cut(list(body))
        self.paper = Sheet(ctx)
        self._hold_page()

    def _cut(self, body: list[Block]) -> list[list[Block]]:
        room = self.body_height()
        if fits(self.ctx, body, room, self.inner, self._units):
            return [body]
        room -= self._pager(2).fit(self.inner) + self.gap
        return paged(self.ctx, body, room, self.inner, self._units)

    def _pager(self, pages: int) -> Pager:
        return Pager(self.ctx, self.number, pages, self._turn, self.inner)

    def _turn(self, by: int) -> None:
        self.number = min(len(self.pages) - 1, max(0, self.number + by))
        self._hold_page()
        self.changed()

    def _hold_page(self) -> None:
        for child in self.in_order():
            if isinstance(child, Column):
                child.clear_widgets()
        self.clear_widgets()
        blocks = [self.heading, *self.pages[self.number]]
        if len(self.pages) > 1:
            blocks.append(self._pager(len(self.pages)))
        self.content = Column(self.ctx, blocks, gap=self._units)
        self.hold(self.content, *([self.foot] if self.foot else []))

    @property
    def inner(self) -> int:
        """Pixels across for the body."""
        return self.width_in(self.ctx)

    @property
    def _units(self) -> float:
        """The gap between the parts."""
        return NARROW_GAP if self.ctx.metrics.narrow else GUTTER

    @classmethod
    def _around(cls, ctx: Ctx) -> tuple[int, int]:
        """Pixels between the window's edge and the sheet, and between that and what stands on it."""
        narrow = ctx.metrics.narrow
        return ctx.px(8) if narrow else ctx.metrics.margin, ctx.px(cls.padding[narrow])

    @classmethod
    def width_in(cls, ctx: Ctx) -> int:
        """Pixels across for the body, also before there is one."""
        margin, pad = cls._around(ctx)
        return min(ctx.metrics.width - 2 * margin, ctx.px(cls.widest)) - 2 * pad

    def body_height(self) -> int:
        """Most pixels that the body can have beside heading and buttons."""
        metrics = self.ctx.metrics
        room = min(metrics.reach_top, metrics.height) - 2 * self.margin - 2 * self.pad
        room -= self.heading.fit(self.inner) + self.gap
        return room - (self.foot.fit(self.inner) + self.above_foot if self.foot else 0)

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.bar(DIM, self.x, self.y, self.width, self.height)
        metrics, inner = self.ctx.metrics, self.inner
        height = self.content.fit(inner) + 2 * self.pad
        if self.foot is not None:
            height += self.foot.fit(inner) + self.above_foot
        width = inner + 2 * self.pad
        room = min(metrics.reach_top, self.height)
        self.paper.place((self.width - width) / 2, max(self.margin, (room - height) / 2), width, height)
        self.canvas.before.add(self.paper.canvas)

    def arrange(self) -> None:
        paper, inner = self.paper, self.inner
        x = paper.x + self.pad
        content = self.content.fit(inner)
        self.content.place(x, paper.top - self.pad - content, inner, content)
        if self.foot is not None:
            self.foot.place(x, paper.y + self.pad, inner, self.foot.fit(inner))

    def on_touch_down(self, touch: MotionEvent) -> bool:
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        super().on_touch_up(touch)
        return True


class WideDialog(Dialog):
    """For keys, whose words need the room across."""

    widest = 1280
    padding = (20, 12)


class Sheet(Block):
    """The ground of a dialog; it has an outline in every theme, because what it lies on is dark."""

    def draw(self) -> None:
        self.fill("surface", RADIUS_SHEET)
        if not self.ctx.theme.shadow:
            self.frame("outline", RADIUS_SHEET)


class Veil(Pressable):
    """The whole window as one target: the touch that wakes the screen does nothing else."""

    radius = 0

    def __init__(
        self, ctx: Ctx, key: str, label: str, on_press: Callable[[], None], children: Sequence[Block]
    ) -> None:
        super().__init__(ctx, key, label, on_press)
        self.content = Column(ctx, children, gap=32)
        self.hold(self.content)

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.bar(DIM, self.x, self.y, self.width, self.height)

    def arrange(self) -> None:
        inner = int(self.width) - 2 * self.ctx.metrics.margin
        height = self.content.fit(inner)
        self.content.place(
            self.x + self.ctx.metrics.margin, self.y + (self.height - height) // 2, inner, height
        )
