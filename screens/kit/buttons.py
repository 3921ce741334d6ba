"""Buttons, rows and chips: everything that does something when pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from screens.kit.block import Block
from screens.kit.faced import LOOKS, Faced
from screens.kit.semantics import Role
from screens.kit.text import Align, Icon, Text
from screens.theme import RADIUS_CARD, TARGET_LEAST, TARGET_NARROW, TARGET_PRIMARY

if TYPE_CHECKING:
    from screens.kit.context import Ctx

Kind = Literal["primary", "secondary", "quiet", "danger"]
Press = Callable[[], None]


class Button(Faced):
    """A verb, best with its noun.  Primary ones are 112 units high, none less than 80.

    ``disabled_reason`` is a sentence: it stands under the label, and is spoken.
    """

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        label: str,
        on_press: Press,
        kind: Kind = "primary",
        icon: str | None = None,
        hint: str = "",
        disabled_reason: str | None = None,
        wide: bool = True,
        style: str = "button",
        align: Align = "center",
        high: float | None = None,
        icon_after: bool = False,
    ) -> None:
        super().__init__(ctx, key, label, on_press, hint=hint, disabled_reason=disabled_reason)
        self.look = LOOKS[kind]
        self.wide = wide
        self.icon_after = icon_after
        self.align = align
        self.least = high or (TARGET_LEAST if kind == "quiet" else TARGET_PRIMARY)
        bare = ctx.metrics.compact
        self.pad = ctx.px(12 if bare else 20 if kind == "quiet" or ctx.metrics.narrow else 32)
        self.gap = ctx.px(16)
        ink = self.shown.ink
        self.label = Text(ctx, label, style, ink, role=Role.NONE)
        self.icon = Icon(ctx, icon, 44, ink) if icon else None
        self.reason = (
            Text(ctx, disabled_reason, "caption", "disabled", "center", role=Role.NONE)
            if disabled_reason
            else None
        )
        self.hold(*[part for part in (self.icon, self.label, self.reason) if part is not None])

    def inks(self) -> list[tuple[Text | Icon, str]]:
        parts: list[Text | Icon] = [self.label]
        if self.icon is not None:
            parts.append(self.icon)
        return [(part, self.shown.ink) for part in parts]

    @property
    def _icon_room(self) -> int:
        return self.icon.natural_width() + self.gap if self.icon else 0

    def least_width(self) -> int:
        return self.label.least_width() + 1 + self._icon_room + 2 * self.pad

    def natural_width(self) -> int:
        own = self.label.natural_width() + self._icon_room + 2 * self.pad + self.ctx.px(2)
        return max(self.ctx.px(TARGET_LEAST), own)

    def measure(self, width: int) -> float:
        inner = width - 2 * self.pad
        height = self.label.fit(inner - self._icon_room)
        if self.reason is not None:
            height += self.reason.fit(inner)
        return max(self.ctx.px(self.least), height + self.ctx.px(32))

    def arrange(self) -> None:
        inner = int(self.width) - 2 * self.pad
        room = inner - self._icon_room
        text_width = min(room, self.label.natural_width() + 1)
        if self.align == "center" and self.icon is None and text_width == room:
            self.label.align = "center"  # several lines
        text_height = self.label.fit(room)
        reason_height = self.reason.fit(inner) if self.reason else 0
        x = self.x + self.pad
        if self.align == "center":
            x += (inner - self._icon_room - text_width) // 2
        low = self.y + (self.height - text_height - reason_height) // 2 + reason_height
        after = self.icon_after
        if self.icon is not None:
            size = self.icon.natural_width()
            left = x + text_width + self.gap if after else x
            self.icon.place(left, low + (text_height - size) // 2, size, size)
        self.label.place(x if after else x + self._icon_room, low, text_width, text_height)
        if self.reason is not None:
            self.reason.place(self.x + self.pad, low - reason_height, inner, reason_height)


class Badge(Block):
    """An icon on a tinted square."""

    def __init__(self, ctx: Ctx, icon: str, size: float = 88, enabled: bool = True) -> None:
        super().__init__(ctx)
        self.side = ctx.px(size)
        self.ground = "tint" if enabled else "disabled_bg"
        self.icon = Icon(ctx, icon, size * 0.56, "on_tint" if enabled else "disabled")
        self.hold(self.icon)

    def measure(self, width: int) -> float:
        return self.side

    def natural_width(self) -> int:
        return self.side

    def draw(self) -> None:
        self.fill(self.ground, 20)

    def arrange(self) -> None:
        self.icon.place(self.x, self.y, self.width, self.height)


class Row(Faced):
    """One of a list, all across: title, caption, and an arrow or a word at the right."""

    radius = RADIUS_CARD
    least: float = TARGET_PRIMARY

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        title: str,
        caption: str,
        on_press: Press,
        icon: str | None = None,
        trailing: str | None = None,
        disabled_reason: str | None = None,
        dim: bool = False,
        detail: str = "",
    ) -> None:
        """``dim``: greyed, and still opens the page that says why."""
        hint = ", ".join(part for part in (caption, detail) if part)
        super().__init__(ctx, key, title, on_press, hint=hint, disabled_reason=disabled_reason)
        self.look = LOOKS["dim" if dim else "card"]
        self.dim = dim
        lit = self.lit
        ink = "text" if lit else "disabled"
        narrow = ctx.metrics.narrow
        bare = ctx.metrics.compact  # no room for it
        self.pad = ctx.px(16 if bare else 20 if narrow else 28)
        if bare:
            self.least = min(self.least, TARGET_NARROW)
        self.around = ctx.px(20 if narrow else 28 if ctx.metrics.orientation == "landscape" else 36)
        self.gap = ctx.px(12 if bare else 20)
        self.badge = Badge(ctx, icon, 72, lit) if icon and not bare else None
        self.title = Text(ctx, title, "lead_bold", ink, role=Role.NONE)
        quiet = "muted" if lit else "disabled"
        self.caption = Text(ctx, disabled_reason or caption, "caption", quiet, role=Role.NONE)
        self.detail = Text(ctx, detail, "body", quiet, role=Role.NONE)
        self.trailing = (
            Text(ctx, trailing, "body_bold", "on_tint" if lit else "disabled", role=Role.NONE)
            if trailing
            else None
        )
        self.arrow = None if bare else Icon(ctx, "chevron-right", 44, "muted" if lit else "disabled")
        parts = (self.badge, self.title, self.caption, self.detail, self.trailing, self.arrow)
        self.hold(*[part for part in parts if part is not None])

    @property
    def lit(self) -> bool:
        return self.enabled and not self.dim

    def inks(self) -> list[tuple[Text | Icon, str]]:
        lit = self.lit
        inks: list[tuple[Text | Icon, str]] = [
            (self.title, "text" if lit else "disabled"),
            (self.caption, "muted" if lit else "disabled"),
            (self.detail, "muted" if lit else "disabled"),
        ]
        if self.arrow is not None:
            inks.append((self.arrow, "muted" if lit else "disabled"))
        if self.trailing is not None:
            inks.append((self.trailing, "on_tint" if lit else "disabled"))
        return inks

    def least_width(self) -> int:
        words = max(text.least_width() for text in self._texts)
        return words + 1 + self._left + self._right + 2 * self.pad

    def natural_width(self) -> int:
        words = max(text.natural_width() for text in self._texts)
        return words + self._left + self._right + 2 * self.pad

    @property
    def _texts(self) -> list[Text]:
        """From the top, those that say something."""
        return [self.title, *(text for text in (self.caption, self.detail) if text.text)]

    @property
    def _left(self) -> int:
        return self.badge.natural_width() + self.gap if self.badge else 0

    @property
    def _right(self) -> int:
        trailing = self.trailing.natural_width() + 1 + self.ctx.px(8) if self.trailing else 0
        arrow = self.arrow.natural_width() if self.arrow else 0
        return arrow + trailing + self.gap if arrow or trailing else 0

    def _words(self, width: float) -> int:
        return int(width) - 2 * self.pad - self._left - self._right

    def measure(self, width: int) -> float:
        words = self._words(width)
        height = sum(text.fit(words) for text in self._texts)
        return max(self.ctx.px(self.least), height + self.around)

    def arrange(self) -> None:
        words = self._words(self.width)
        if self.badge is not None:
            side = self.badge.natural_width()
            self.badge.place(self.x + self.pad, self.y + (self.height - side) // 2, side, side)
        x = self.x + self.pad + self._left
        top = self.top - (self.height - sum(text.fit(words) for text in self._texts)) // 2
        for text in self._texts:
            high = text.fit(words)
            top -= high
            text.place(x, top, words, high)
        right = self.right - self.pad
        if self.arrow is not None:
            arrow = self.arrow.natural_width()
            right -= arrow
            self.arrow.place(right, self.y + (self.height - arrow) // 2, arrow, arrow)
        if self.trailing is not None:
            width = self.trailing.natural_width() + 1
            height = self.trailing.fit(width)
            self.trailing.place(
                right - self.ctx.px(8) - width, self.y + (self.height - height) // 2, width, height
            )


class Chip(Faced):
    """A small choice among others: a department, a theme of life.  Chosen ones also carry a tick."""

    ticks = True  # room is kept for it

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        label: str,
        selected: bool,
        on_press: Press,
        icon: str | None = None,
        role: str = Role.BUTTON,
    ) -> None:
        super().__init__(ctx, key, label, on_press, role=role)
        self.selected = selected
        self.state["selected"] = selected
        self.look = LOOKS["chosen" if selected else "chip"]
        bare = ctx.metrics.compact
        self.pad, self.gap = (ctx.px(12), ctx.px(8)) if bare else (ctx.px(24), ctx.px(12))
        self.least = ctx.px(TARGET_LEAST if bare else 88)
        mark = "check" if selected else None if bare else icon
        self.icon = Icon(ctx, mark, 40, self.look.ink if selected else "on_tint") if mark else None
        self.label = Text(ctx, label, "body_bold", self.look.ink, role=Role.NONE)
        self.hold(*[part for part in (self.icon, self.label) if part is not None])

    def inks(self) -> list[tuple[Text | Icon, str]]:
        inks: list[tuple[Text | Icon, str]] = [(self.label, self.look.ink)]
        if self.icon is not None:
            inks.append((self.icon, self.look.ink if self.selected else "on_tint"))
        return inks

    @property
    def _icon_room(self) -> int:
        return self.icon.natural_width() + self.gap if self.icon else 0

    def least_width(self) -> int:
        return self.label.least_width() + 1 + self._icon_room + 2 * self.pad

    def natural_width(self) -> int:
        # The tick of a chosen chip must not push its neighbours about.
        tick = self.ctx.px(40 * (1.2 if self.ctx.metrics.elder else 1)) + self.gap
        room = tick if self.ticks else 0
        return self.label.natural_width() + 1 + max(self._icon_room, room) + 2 * self.pad

    def measure(self, width: int) -> float:
        label = self.label.fit(width - 2 * self.pad - self._icon_room)
        return max(self.least, label + self.ctx.px(24))

    def arrange(self) -> None:
        inner = int(self.width) - 2 * self.pad - self._icon_room
        width = min(inner, self.label.natural_width() + 1)
        height = self.label.fit(inner)
        x = self.x + self.pad + (inner - width) // 2
        if self.icon is not None:
            side = self.icon.natural_width()
            self.icon.place(x, self.y + (self.height - side) // 2, side, side)
        self.label.place(x + self._icon_room, self.y + (self.height - height) // 2, width, height)
