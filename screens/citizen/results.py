"""What a search has found so far, between the field and the letters; its height never changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

GAP = 16


class Results(Block):
    """A sentence, and below it as many rows as have room.  ``room`` in pixels.

    Rows are made as they are placed: a search may find sixty, and three have room.
    """

    def __init__(self, ctx: Ctx, room: int) -> None:
        super().__init__(ctx)
        self.gap = ctx.px(GAP)
        self.sentence = Text(ctx, "", "body", "muted", role="status", live="polite")
        self.room = max(room, 0)
        self.rows: list[Block] = []
        self._more: Iterator[Block] = iter(())
        self.hold(self.sentence)

    def show(self, sentence: str, rows: Iterable[Block]) -> None:
        self.clear_widgets()
        self.sentence.text = sentence
        self.rows, self._more = [], iter(rows)
        self.hold(self.sentence)
        self.changed()

    def measure(self, width: int) -> float:
        return self.room

    def natural_width(self) -> int:
        return self.sentence.natural_width()

    def arrange(self) -> None:
        width, top = int(self.width), self.top
        high = self.sentence.fit(width)
        if high > self.height:
            self.remove_widget(self.sentence)
            return
        self.sentence.place(self.x, top - high, width, high)
        top -= high
        for row in self._made():
            high = row.fit(width)
            if top - self.gap - high < self.y:
                break
            if row.parent is None:
                self.hold(row)
            top -= self.gap + high
            row.place(self.x, top, width, high)

    def _made(self) -> Iterator[Block]:
        """Those that are there, then new ones."""
        yield from self.rows
        for row in self._more:
            self.rows.append(row)
            yield row
