"""One key of a panel, and rows of keys of equal width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kivy.clock import Clock

from screens.kit.block import Block
from screens.kit.faced import LOOKS, Faced
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text
from screens.theme import TARGET_GAP, TARGET_LEAST

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx


class Key(Faced):
    """Types; the same key twice is meant twice."""

    beyond = 4
    radius = 16
    repeats = True
    written: type[Text] = Text

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        name: str,
        on_press: Callable[[], None],
        label: str | None = None,
        icon: str | None = None,
        style: str = "button",
        high: float = 96,
        lively: bool = False,
        ahead: Callable[[], None] | None = None,
    ) -> None:
        """``ahead``: what can be done while the finger is down, so that less is left when it is lifted."""
        super().__init__(ctx, key, name, on_press)
        self.ahead = ahead
        self.look = LOOKS["chosen" if lively else "key"]
        self.high = ctx.px(max(high, TARGET_LEAST))
        ink = self.look.ink
        self.label: Text | Icon = (
            Icon(ctx, icon, 48, ink)
            if icon
            else self.written(ctx, label if label is not None else name, style, ink, "center", role=Role.NONE)
        )
        self._natural = 0  # measured when it is asked for: rows of keys ask again and again
        self.hold(self.label)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        taken = super().on_touch_down(touch)
        if self.ahead is not None and self.pressed:
            Clock.schedule_once(self._look_ahead, 0)  # when the press is seen
        return taken

    def _look_ahead(self, _seconds: float) -> None:
        if self.ahead is not None and self.pressed:
            self.ahead()

    def inks(self) -> list[tuple[Text | Icon, str]]:
        return [(self.label, self.shown.ink)]

    def natural_width(self) -> int:
        if not self._natural:
            self._natural = max(self.ctx.px(TARGET_LEAST), self.label.natural_width() + self.ctx.px(40))
        return self._natural

    def measure(self, width: int) -> float:
        return max(self.high, self.label.fit(width) + self.ctx.px(16))

    def arrange(self) -> None:
        high = self.label.fit(self.width)
        self.label.place(self.x, self.y + (self.height - high) // 2, self.width, high)


class KeyRows(Block):
    """Rows of keys; ``spans`` count how many columns each takes.  Short rows stand in the middle."""

    def __init__(
        self, ctx: Ctx, rows: Sequence[Sequence[tuple[Key, float]]], columns: float, widest: float = 0
    ) -> None:
        super().__init__(ctx)
        self.columns = columns
        self.gap = ctx.px(TARGET_GAP)
        self.widest = ctx.px(widest)
        self.rows = [list(row) for row in rows]
        self.hold(*[key for row in self.rows for key, _ in row])

    def disable_all(self, reason: str) -> None:
        """Before they are placed."""
        for row in self.rows:
            for key, _ in row:
                key.disable(reason)
                key.repaint()

    def _unit(self, width: float) -> float:
        room = min(width, self.widest) if self.widest else width
        return (room - self.gap * (self.columns - 1)) / self.columns

    def _span(self, span: float, unit: float) -> int:
        return int(unit * span + self.gap * (span - 1))

    def measure(self, width: int) -> float:
        unit = self._unit(width)
        heights = [self._row_height(row, unit) for row in self.rows]
        return sum(heights) + self.gap * (len(heights) - 1)

    def _row_height(self, row: Sequence[tuple[Key, float]], unit: float) -> int:
        """An empty row keeps its room, so that the others stay where they are."""
        if not row:
            return max(key.fit(self._span(span, unit)) for each in self.rows for key, span in each)
        return max(key.fit(self._span(span, unit)) for key, span in row)

    def natural_width(self) -> int:
        return self.widest or self.ctx.px(960)

    def arrange(self) -> None:
        unit, top = self._unit(self.width), self.top
        for row in self.rows:
            widths = [self._span(span, unit) for _, span in row]
            x = self.x + (self.width - sum(widths) - self.gap * (len(row) - 1)) // 2
            high = self._row_height(row, unit)
            for (key, _), width in zip(row, widths, strict=True):
                key.place(x, top - high, width, high)
                x += width + self.gap
            top -= high + self.gap


def fitted(keys: list[tuple[Key, float]], columns: int) -> list[list[tuple[Key, float]]]:
    """The last row, broken where the panel has too few columns for it."""
    rows: list[list[tuple[Key, float]]] = [[]]
    for key, span in keys:
        if rows[-1] and sum(own for _, own in rows[-1]) + span > columns:
            rows.append([])
        rows[-1].append((key, span))
    return rows
