"""The characters that a spelling may mean: a bar of the best, and a sheet of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from screens.kit.block import Block
from screens.kit.keys import Key
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.theme import TARGET_GAP, TARGET_LEAST

if TYPE_CHECKING:
    from screens.kit.context import Ctx

HIGH: Final = 96
PAD: Final = 8
STYLES: Final = ("lead_bold", "body_bold", "caption")
"""Long phrases are drawn smaller before they are wrapped."""
Choose = Callable[[int], None]


class Candidates(Block):
    """As many as have room, best first, then 更多字, which asks for the sheet.

    ``on_choose`` gets the index.  Where there are no candidates a sentence stands in their place.
    """

    beyond = 4

    def __init__(self, ctx: Ctx, on_choose: Choose, on_more: Callable[[], None]) -> None:
        super().__init__(ctx)
        self.on_choose = on_choose
        self.on_more = on_more
        self.ground = "tint"
        self.sentence = Text(ctx, "", "body", "on_tint", role=Role.STATUS, live="polite")
        self.found: Sequence[str] = ()
        self._keys: list[Key] = []  # by index; with each letter they only say something else
        self._more = self._make_more()

    def show(self, found: Sequence[str], hint: str = "") -> None:
        self.found = found
        self.sentence.text = hint
        if self._placed:
            self.place(self.x, self.y, self.width, self.height)

    def measure(self, width: int) -> float:
        return self.ctx.px(HIGH + 2 * PAD)

    def draw(self) -> None:
        if self.found or self.sentence.text:
            self.fill(self.ground, 16)

    def arrange(self) -> None:
        self.clear_widgets()
        px = self.ctx.px
        left, width = int(self.x) + px(PAD), int(self.width) - 2 * px(PAD)
        if not self.found:
            self._say(left, width)
            return
        row = self._row(width)
        more = len(row) < len(self.found)
        if more:
            width -= self._more.natural_width() + px(TARGET_GAP)
            row = self._shorter(row, width)
        x = left
        for key in row:
            own = min(key.natural_width(), width)
            self.hold(key)
            key.stand(x, self.y + px(PAD), own, px(HIGH))
            x += own + px(TARGET_GAP)
        if more:
            self.hold(self._more)
            x = left + width + px(TARGET_GAP)
            self._more.stand(x, self.y + px(PAD), self._more.natural_width(), px(HIGH))

    def _row(self, width: int) -> list[Key]:
        """The best that have room; a phrase that would take too many lines is left to the sheet."""
        row: list[Key] = []
        taken, high = 0, self.ctx.px(HIGH)
        for index, text in enumerate(self.found):
            key = self._key(index, text, width)
            own = min(key.natural_width(), width)
            if key.fit(own) > high:
                continue
            if taken + own > width:
                break
            row.append(key)
            taken += own + self.ctx.px(TARGET_GAP)
        return row

    def _key(self, index: int, text: str, width: int) -> Key:
        if index == len(self._keys):
            self._keys.append(_key(self.ctx, text, index, width, self.on_choose))
            return self._keys[index]
        key = self._keys[index]
        for style in STYLES:
            key.become(text, style)
            if key.natural_width() <= width:
                break
        return key

    def _shorter(self, row: list[Key], width: int) -> list[Key]:
        """As many of its keys as have room in less; only what is longer than all the room is made anew."""
        if any(key.natural_width() > width for key in row):
            return self._row(width)
        gap, taken = self.ctx.px(TARGET_GAP), 0
        for count, key in enumerate(row):
            if taken + key.natural_width() > width:
                return row[:count]
            taken += key.natural_width() + gap
        return row

    def _make_more(self) -> Key:
        words = self.ctx.words
        return Key(
            self.ctx,
            "more-candidates",
            words("kit.more_candidates"),
            self.on_more,
            icon="chevron-down" if self.ctx.metrics.narrow else None,
            style="body_bold",
            high=HIGH,
        )

    def _say(self, left: int, width: int) -> None:
        if not self.sentence.text:
            return
        inner = width - 2 * self.ctx.px(PAD)
        high = self.sentence.fit(inner)
        self.hold(self.sentence)
        self.sentence.place(left + self.ctx.px(PAD), self.y + (self.height - high) // 2, inner, high)


class Sheet(Block):
    """All candidates, by pages, in the place of the keys; below them the way back and the pages."""

    def __init__(
        self,
        ctx: Ctx,
        found: Sequence[str],
        on_choose: Choose,
        on_close: Callable[[], None],
        least: Callable[[int], int],
    ) -> None:
        """``least``: the height in pixels at a width, that of the keys."""
        super().__init__(ctx)
        self.found = found
        self.on_choose = on_choose
        self.on_close = on_close
        self.least = least
        self.ground = "tint"
        self._starts = [0]
        self._next = 0

    def measure(self, width: int) -> float:
        return self.least(width)

    def natural_width(self) -> int:
        return self.ctx.px(960)

    def draw(self) -> None:
        self.fill(self.ground, 16)

    def arrange(self) -> None:
        self.clear_widgets()
        px = self.ctx.px
        pad, gap = px(PAD), px(TARGET_GAP)
        left, width = int(self.x) + pad, int(self.width) - 2 * pad
        least = px(TARGET_LEAST if self.ctx.metrics.narrow else HIGH)
        floor = int(self.y) + pad + least + gap
        top, index = int(self.top) - pad, self._starts[-1]
        while index < len(self.found):
            row = keys_in_row(self.ctx, self.found, index, width, self.on_choose)
            widths = [min(key.natural_width(), width) for key in row]
            high = max(least, *(key.fit(own) for key, own in zip(row, widths, strict=True)))
            if top - high < floor and index > self._starts[-1]:
                break
            x = left
            for key, own in zip(row, widths, strict=True):
                self.hold(key)
                key.place(x, top - high, own, high)
                x += own + gap
            top -= high + gap
            index += len(row)
        self._next = index
        self._place_commands(left, width, least)

    def _place_commands(self, left: int, width: int, high: int) -> None:
        words = self.ctx.words
        commands = [
            Key(self.ctx, "keyboard", words("kit.keyboard"), self.on_close, style="body_bold"),
            self._turn("less-candidates", "kit.previous_page", self._back, len(self._starts) > 1),
            self._turn("next-candidates", "kit.next_page", self._on, self._next < len(self.found)),
        ]
        gap = self.ctx.px(TARGET_GAP)
        own = (width - gap * (len(commands) - 1)) // len(commands)
        for place, key in enumerate(commands):
            self.hold(key)
            key.place(left + place * (own + gap), self.y + self.ctx.px(PAD), own, high)

    def _turn(self, name: str, word: str, act: Callable[[], None], possible: bool) -> Key:
        key = Key(self.ctx, name, self.ctx.words(word), act, style="body_bold")
        if not possible:
            key.disable(self.ctx.words("kit.no_more_pages"))
            key.repaint()
        return key

    def _on(self) -> None:
        self._starts.append(self._next)
        self.place(self.x, self.y, self.width, self.height)

    def _back(self) -> None:
        self._starts.pop()
        self.place(self.x, self.y, self.width, self.height)


def keys_in_row(ctx: Ctx, found: Sequence[str], start: int, width: int, on_choose: Choose) -> list[Key]:
    """Keys from ``start`` on, as many as stand side by side in ``width`` pixels; one at least."""
    row: list[Key] = []
    taken, gap = 0, ctx.px(TARGET_GAP)
    for index in range(start, len(found)):
        key = _key(ctx, found[index], index, width, on_choose)
        taken += key.natural_width() + (gap if row else 0)
        if row and taken > width:
            break
        row.append(key)
    return row


def _key(ctx: Ctx, text: str, index: int, width: int, on_choose: Choose) -> Key:
    for style in STYLES:
        key = Key(ctx, f"candidate:{index}", text, partial(on_choose, index), style=style, high=TARGET_LEAST)
        if key.natural_width() <= width:
            break
    return key
