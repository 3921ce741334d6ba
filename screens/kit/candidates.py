"""The characters that a spelling may mean: a bar of the best, and a sheet of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from kivy.graphics import Canvas

from screens.kit.bar_key import BarKey, BarRow
from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.keys import Key
from screens.kit.semantics import Role
from screens.kit.text import Text
from screens.theme import TARGET_GAP, TARGET_LEAST

if TYPE_CHECKING:
    from screens.kit.context import Ctx
    from screens.kit.culling import Place

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
        self._keys: list[BarKey] = []  # by index; with each letter they only say something else
        self._more_at: tuple[int, int, int, int] | None = None
        self._more = self._make_more()
        self._more.order = 1  # behind whatever is held later
        self._more.beyond = self._more.label.beyond = 0  # it stands among the keys

    @property
    def most(self) -> int:
        """As many have no room; so whoever has so many to show has more than are shown."""
        ctx = self.ctx
        return ctx.metrics.width // ctx.px(TARGET_LEAST + TARGET_GAP) + 2

    def show(self, found: Sequence[str], hint: str = "") -> None:
        only_keys = bool(found and self.found)  # and their ground: that stays as it is
        self.found = found
        self.sentence.become(hint, "body")
        if not self._placed:
            return
        if only_keys:
            DAMAGE.at(self.inside())
            self.arrange()
        else:
            self.place(self.x, self.y, self.width, self.height)

    def expect(self, found: Sequence[str]) -> None:
        """They will probably be shown next."""
        if self._placed:
            self._row.expect(found, self.ctx.metrics.style(STYLES[0]))

    def inside(self) -> Place:
        """Where keys stand, and around them nothing but the ground."""
        pad = self.ctx.px(PAD)
        left, low = int(self.x) + pad, int(self.y) + pad
        return left, low, int(self.right) - pad, int(self.top) - pad

    def covers(self, place: Place) -> bool:
        left, low, right, top = self.inside()
        return bool(self.found) and (
            left <= place[0] and low <= place[1] and place[2] <= right and place[3] <= top
        )

    def measure(self, width: int) -> float:
        return self.ctx.px(HIGH + 2 * PAD)

    def draw(self) -> None:
        if self.found or self.sentence.text:
            self.fill(self.ground, 16)
        self._row = BarRow(self.ctx, Canvas())  # made here, the canvas stands on this one's

    def arrange(self) -> None:
        px = self.ctx.px
        left, width = int(self.x) + px(PAD), int(self.width) - 2 * px(PAD)
        row = self._fitting(width)
        more = len(row) < len(self.found)
        if more:
            width -= self._more.natural_width() + px(TARGET_GAP)
            row = self._shorter(row, width)
        said = [self.sentence] if self.sentence.text and not self.found else []
        self._keep([*row, *([self._more] if more else said)])
        x = left
        for key in row:
            own = min(key.natural_width(), width)
            key.stand(x, self.y + px(PAD), own, px(HIGH))
            x += own + px(TARGET_GAP)
        if more:
            own = self._more.natural_width()
            where = int(left + width + px(TARGET_GAP)), int(self.y) + px(PAD), own, px(HIGH)
            if where != self._more_at:  # it always says the same
                self._more_at = where
                self._more.place(*where)
        if said:
            self._say(left, width)
        self._row.draw(row)

    def _keep(self, wanted: Sequence[Block]) -> None:
        """Hold these, in this order, and no others: most have been there before."""
        held = self.in_order()
        for each in held:
            if each not in wanted:
                self.remove_widget(each)
        self.hold(*[each for each in wanted if each not in held])
        if [each for each in self.in_order() if each is not self._more] != [
            each for each in wanted if each is not self._more
        ]:
            self.clear_widgets()
            self.hold(*wanted)

    def _fitting(self, width: int) -> list[BarKey]:
        """The best that have room; a phrase that would take too many lines is left to the sheet."""
        row: list[BarKey] = []
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

    def _key(self, index: int, text: str, width: int) -> BarKey:
        if index == len(self._keys):
            act = partial(self.on_choose, index)
            self._keys.append(BarKey(self.ctx, f"candidate:{index}", text, act, high=TARGET_LEAST))
        key = self._keys[index]
        for style in STYLES:
            key.become(text, style)
            if key.natural_width() <= width:
                break
        return key

    def _shorter(self, row: list[BarKey], width: int) -> list[BarKey]:
        """As many of its keys as have room in less; only what is longer than all the room is made anew."""
        if any(key.natural_width() > width for key in row):
            return self._fitting(width)
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
        inner = width - 2 * self.ctx.px(PAD)
        high = self.sentence.fit(inner)
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
