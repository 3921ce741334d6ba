"""What surrounds every page: title, clock, leaving, the display tools, and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.buttons import Button, Chip, Kind
from screens.kit.layout import Column
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text
from screens.theme import FOOTER, RAIL, TARGET_GAP

if TYPE_CHECKING:
    from screens.kit.context import Ctx


class Clock(Text):
    """The time, kept up once a minute; as much of the date as there is room for."""

    def __init__(self, ctx: Ctx, color: str, room: int, align: str = "right") -> None:
        self.room = room
        super().__init__(ctx, "", "body", color, "right" if align == "right" else "left", role=Role.TIMER)
        self.tick()

    def tick(self) -> None:
        now = self.ctx.now()
        long, short = _long(self.ctx, now), now.strftime("%H:%M")
        self.text = long if self.advance(long) <= self.room else short


def _long(ctx: Ctx, now: datetime) -> str:
    day = ctx.words(f"kit.weekday_{now.isoweekday()}")
    month = ctx.words(f"kit.month_{now.month}")
    return ctx.words("kit.clock", time=now.strftime("%H:%M"), weekday=day, month=month, day=now.day)


def leave_button(ctx: Ctx) -> Button | None:
    """退出, only while there is a visit to leave."""
    if not ctx.state.begun:
        return None
    from kiosk.visit.events import AskLeave

    return _frame_button(ctx, "exit", "kit.exit", lambda: ctx.send(AskLeave()), "secondary", "exit-to-app")


def more_button(ctx: Ctx) -> Button:
    more = _frame_button(ctx, "tool:more", "kit.more", lambda: _more(ctx), "secondary", "dots-horizontal")
    more.hint = ctx.words("tools.language")  # for who does not understand the word before it
    return more


def help_button(ctx: Ctx) -> Button:
    from kiosk.visit.events import OpenHelp

    word = "kit.help_short" if ctx.metrics.narrow else "kit.help"
    button = _frame_button(ctx, "help", word, lambda: ctx.send(OpenHelp()), "primary", "help-circle-outline")
    button.name = ctx.words("kit.help")
    return button


def _frame_button(
    ctx: Ctx, key: str, word: str, on_press: Callable[[], None], kind: Kind, icon: str
) -> Button:
    """Lower than a page's own buttons; without a drawing where it is narrow."""
    narrow = ctx.metrics.narrow
    style = "body_bold" if narrow else "button"
    return Button(ctx, key, ctx.words(word), on_press, kind, None if narrow else icon, style=style, high=84)


def tool_chips(ctx: Ctx) -> list[Chip]:
    """大字, 高对比, 更多.  Only what works."""
    mode = ctx.state.mode
    contrast = mode.theme == "contrast"

    def elder() -> None:
        from kiosk.visit.events import SetMode

        ctx.send(SetMode(elder=not mode.elder))

    def theme() -> None:
        from kiosk.visit.events import SetMode

        ctx.send(SetMode(theme="light" if contrast else "contrast"))

    words = ctx.words
    more = Chip(ctx, "tool:more", words("kit.more"), False, lambda: _more(ctx), "dots-horizontal")
    more.hint = words("tools.language")  # for who does not understand the word before it
    return [
        Chip(ctx, "tool:elder", words("kit.elder"), mode.elder, elder, "format-size"),
        Chip(ctx, "tool:contrast", words("kit.contrast"), contrast, theme, "contrast-circle"),
        more,
    ]


def _more(ctx: Ctx) -> None:
    from kiosk.visit.events import OpenTools

    ctx.send(OpenTools())


class Header(Block):
    """Title and clock on a dark band, with 退出 during a visit, which stands among the tools in reach mode.
    A small panel has none: the page's own heading says where one is."""

    ground = "header"

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        self.gap = ctx.px(24)
        self.leave = None if ctx.metrics.reach else leave_button(ctx)
        self.title = Text(ctx, ctx.words("kit.title"), "h2", "on_header")
        room = ctx.metrics.width - 2 * ctx.metrics.margin
        if self.leave is not None:
            room -= self.leave.natural_width() + self.gap
        if self.title.natural_width() >= room:
            self.title = Text(ctx, ctx.words("kit.title_short"), self.title.style_name, "on_header")
        clock_room = room - self.title.natural_width() - self.gap
        self.clock = Clock(ctx, "on_header", clock_room)
        parts: list[Block] = [self.title]
        self.with_clock = self.clock.natural_width() <= clock_room
        if self.with_clock:
            parts.append(self.clock)
        if self.leave is not None:
            parts.append(self.leave)
        self.hold(*parts)

    def draw(self) -> None:
        self.bar("header", self.x, self.y, self.width, self.height)
        if not self.ctx.theme.shadow:
            self.bar("outline", self.x, self.y, self.width, self.ctx.px(2))

    def arrange(self) -> None:
        margin = self.ctx.metrics.margin
        right = self.right - margin
        for block in (self.leave, self.clock if self.with_clock else None):
            if block is not None:
                width = block.natural_width()
                height = block.fit(width)
                right -= width
                block.place(right, self.y + (self.height - height) // 2, width, height)
                right -= self.gap
        left = self.x + margin
        height = self.title.fit(right - left)
        self.title.place(left, self.y + (self.height - height) // 2, right - left, height)


class Tools(Block):
    """The display tools side by side; in reach mode 退出 stands among them."""

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        leave = leave_button(ctx) if ctx.metrics.reach else None
        self.hold(*tool_chips(ctx), *([leave] if leave else []))

    def measure(self, width: int) -> float:
        return shared_height(self.ctx, self.in_order(), width)

    def arrange(self) -> None:
        share_out(self.ctx, self.in_order(), self)


def shared_widths(ctx: Ctx, blocks: Sequence[Block], width: int) -> list[int]:
    """Each as wide as its words need, and the rest in equal parts; less where there is not enough."""
    room = width - ctx.px(TARGET_GAP) * (len(blocks) - 1)
    equal = room // len(blocks)
    if all(block.natural_width() <= equal for block in blocks):
        return [equal] * len(blocks)
    naturals = [block.natural_width() for block in blocks]
    if sum(naturals) > room:
        naturals = [block.least_width() for block in blocks]
    spare = (room - sum(naturals)) // len(blocks)
    return [natural + spare for natural in naturals]


def shared_height(ctx: Ctx, blocks: Sequence[Block], width: int) -> int:
    widths = shared_widths(ctx, blocks, width)
    return max(block.fit(own) for block, own in zip(blocks, widths, strict=True))


def share_out(ctx: Ctx, blocks: Sequence[Block], room: Block, margin: int = 0) -> None:
    """Place blocks side by side in the middle of ``room``."""
    width = int(room.width) - 2 * margin
    height = shared_height(ctx, blocks, width)
    x: float = room.x + margin
    for block, own in zip(blocks, shared_widths(ctx, blocks, width), strict=True):
        block.place(x, room.y + (room.height - height) // 2, own, height)
        x += own + ctx.px(TARGET_GAP)


class Footer(Block):
    """The hotline, and somebody to help.  A narrow one carries 退出 and 更多 instead of the hotline, which
    the help dialog has."""

    ground = "surface"

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        self.gap = ctx.px(16)
        self.help = help_button(ctx)
        self.icon: Icon | None = None
        self.phone: Text | None = None
        self.others: list[Button] = []
        if ctx.metrics.narrow:
            self.others = [button for button in (leave_button(ctx), more_button(ctx)) if button is not None]
            self.hold(*self.others, self.help)
            return
        self.icon = Icon(ctx, "phone", 40, "on_tint")
        self.phone = Text(ctx, ctx.words("kit.hotline", number=ctx.terminal.phone), "body", "text")
        room = ctx.metrics.width - 2 * ctx.metrics.margin - self.icon.natural_width() - self.gap
        room -= self.help.natural_width() + ctx.px(24)
        if self.phone.fit(room) > ctx.px(FOOTER):  # in a language of long words the number says enough
            said = self.phone.name
            self.phone = Text(ctx, ctx.terminal.phone, "body_bold", "text")
            self.phone.name = said
        self.hold(self.icon, self.phone, self.help)

    def draw(self) -> None:
        self.bar("surface", self.x, self.y, self.width, self.height)
        line = self.ctx.px(2)
        self.bar("tint" if self.ctx.theme.shadow else "outline", self.x, self.top - line, self.width, line)

    def arrange(self) -> None:
        margin = self.ctx.metrics.margin
        x, right = self.x + margin, self.right - margin
        if self.phone is None or self.icon is None:
            share_out(self.ctx, [*self.others, self.help], self, margin)
            return
        width = self.help.natural_width()
        height = self.help.fit(width)
        self.help.place(right - width, self.y + (self.height - height) // 2, width, height)
        side = self.icon.natural_width()
        self.icon.place(x, self.y + (self.height - side) // 2, side, side)
        x += side + self.gap
        room = right - width - self.ctx.px(24) - x
        high = self.phone.fit(room)
        self.phone.place(x, self.y + (self.height - high) // 2, room, high)


class Rail(Block):
    """Across, the same at the left: title and clock on top, what is touched at the bottom."""

    ground = "header"

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        self.pad = ctx.px(32)
        room = ctx.px(RAIL) - 2 * self.pad
        title = Text(ctx, ctx.words("kit.title"), "h2", "on_header")
        if title.natural_width() > room:
            title = Text(ctx, ctx.words("kit.title_short"), "lead_bold", "on_header")
        leave = leave_button(ctx)
        tools = Column(ctx, [*tool_chips(ctx), *([leave] if leave else [])], gap=TARGET_GAP)
        phone = Text(ctx, ctx.words("kit.hotline", number=ctx.terminal.phone), "body", "on_header")
        self.upper: list[Block] = [title, Clock(ctx, "on_header", room, "left")]
        self.lower: list[Block] = [tools, phone, help_button(ctx)]
        height = ctx.metrics.height - 2 * ctx.metrics.margin
        if self._needed(room) > height:  # large type on a low panel: the help dialog has the number, too
            self.lower.remove(phone)
        if self._needed(room) > height:
            self.upper = self.upper[:1]
        self.hold(*self.upper, *self.lower)

    def _needed(self, width: int) -> int:
        blocks = [*self.upper, *self.lower]
        return sum(block.fit(width) for block in blocks) + self.ctx.px(24) * (len(blocks) - 1)

    def draw(self) -> None:
        self.bar("header", self.x, self.y, self.width, self.height)
        if not self.ctx.theme.shadow:
            line = self.ctx.px(2)
            self.bar("outline", self.right - line, self.y, line, self.height)

    def arrange(self) -> None:
        width, x = int(self.width) - 2 * self.pad, self.x + self.pad
        top, low = self.top - self.ctx.metrics.margin, self.y + self.ctx.metrics.margin
        for block in self.upper:
            height = block.fit(width)
            block.place(x, top - height, width, height)
            top -= height + self.ctx.px(12)
        for block in reversed(self.lower):
            height = block.fit(width)
            block.place(x, low, width, height)
            low += height + self.ctx.px(24)
