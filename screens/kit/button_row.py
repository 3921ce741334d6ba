"""The buttons of a page or dialog: the others left, the act itself right; on top where it gets tight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.theme import TARGET_GAP

if TYPE_CHECKING:
    from screens.kit.buttons import Button
    from screens.kit.context import Ctx

LEAST_WIDTH = 200
NARROW_LEAST_WIDTH = 120
Place = tuple[int, int, int, int]
"""Left, distance from the top, width, height, in pixels."""


class ButtonRow(Block):
    """``buttons`` in reading order, the affirmative one last."""

    def __init__(
        self, ctx: Ctx, buttons: Sequence[Button], evenly: bool = False, one_row: bool = False
    ) -> None:
        super().__init__(ctx)
        self.evenly = evenly
        self.one_row = one_row
        self.hold(*buttons)

    def measure(self, width: int) -> float:
        return row_height(self.ctx, self.children[::-1], width, self.evenly, self.one_row)

    def natural_width(self) -> int:
        gaps = self.ctx.metrics.gap * max(0, len(self.children) - 1)
        return sum(button.natural_width() for button in self.children) + gaps

    def arrange(self) -> None:
        buttons = self.children[::-1]
        for button, (x, down, width, height) in zip(
            buttons, places(self.ctx, buttons, int(self.width), self.evenly, self.one_row), strict=True
        ):
            button.place(self.x + x, self.top - down - height, width, height)


def row_height(
    ctx: Ctx, buttons: Sequence[Button], width: int, evenly: bool = False, one_row: bool = False
) -> int:
    """Pixels that the buttons need, without making a row of them."""
    boxes = places(ctx, buttons, width, evenly, one_row)
    return max((down + high for _, down, _, high in boxes), default=0)


def places(
    ctx: Ctx, buttons: Sequence[Button], width: int, evenly: bool = False, one_row: bool = False
) -> list[Place]:
    """As few rows as keep all labels on one line, in reading order; the act ends the last row, and takes the
    room that is left there.

    ``evenly``: all as wide, where that is enough.  ``one_row``: labels are wrapped before a second row is
    begun, as long as no word breaks.
    """
    if not buttons:
        return []
    gap = ctx.metrics.gap
    naturals = _naturals(ctx, buttons)
    room = width - gap * (len(buttons) - 1)
    if evenly and max(naturals) <= room // len(buttons):
        naturals = [room // len(buttons)] * len(buttons)
    if one_row and sum(naturals) > room:
        least = [button.least_width() for button in buttons]
        left = room - sum(naturals[:-1])
        if left >= max(least[-1], room // len(naturals)):  # the act has the longest words, and wraps them
            naturals = [*naturals[:-1], left]
        elif sum(least) <= room:
            naturals = _whole_labels_first(naturals, least, room)
    found: list[Place] = []
    down = 0
    for row in _rows(naturals, width, gap):
        spare = width - sum(naturals[number] for number in row) - gap * (len(row) - 1)
        widths = [naturals[number] for number in row]
        if row[-1] == len(buttons) - 1:
            widths[-1] += spare
        else:
            widths = [own + spare // len(row) for own in widths]
        widths = [min(own, width) for own in widths]
        height = max(buttons[number].fit(own) for number, own in zip(row, widths, strict=True))
        x = 0
        for own in widths:
            found.append((x, down, own, height))
            x += own + gap
        down += height + ctx.px(TARGET_GAP)
    return found


def _whole_labels_first(naturals: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths for labels that do not all stay on one line: those do that need least for it."""
    widths = list(least)
    left = room - sum(least)
    for number in sorted(range(len(least)), key=lambda each: naturals[each] - least[each]):
        more = min(left, max(0, naturals[number] - least[number]))
        widths[number] += more
        left -= more
    return widths


def _naturals(ctx: Ctx, buttons: Sequence[Button]) -> list[int]:
    least = ctx.px(NARROW_LEAST_WIDTH if ctx.metrics.narrow else LEAST_WIDTH)
    return [max(button.natural_width(), least) for button in buttons]


def _rows(naturals: Sequence[int], width: int, gap: int) -> list[list[int]]:
    """Numbers of the buttons in each row."""
    rows: list[list[int]] = [[]]
    used = 0
    for number, natural in enumerate(naturals):
        if rows[-1] and used + gap + natural > width:
            rows.append([])
            used = 0
        used += natural + (gap if rows[-1] else 0)
        rows[-1].append(number)
    return rows
