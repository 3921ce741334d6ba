"""A matter on the home page, as large as the page has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from screens.kit.buttons import Badge, Press
from screens.kit.faced import LOOKS, Faced
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text
from screens.theme import RADIUS_CARD, TARGET_NARROW, TARGET_PRIMARY

if TYPE_CHECKING:
    from screens.kit.context import Ctx

BADGE: Final = 88
LARGE_BADGE: Final = 112
TITLE_LINES: Final = 2
"""A title that would need more lines gets a wider tile instead."""


class Tile(Faced):
    """A matter on the home page: icon, plain name, time and fee."""

    radius = RADIUS_CARD

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        title: str,
        caption: str,
        icon: str,
        on_press: Press,
        disabled_reason: str | None = None,
        dim: bool = False,
    ) -> None:
        """``dim``: greyed, and still opens the page that says why."""
        super().__init__(ctx, key, title, on_press, hint=caption, disabled_reason=disabled_reason)
        self.look = LOOKS["dim" if dim else "card"]
        self.dim = dim
        lit = self.lit
        ink = "text" if lit else "disabled"
        below = disabled_reason or ("" if ctx.metrics.elder else caption)
        self.badge = Badge(ctx, icon, enabled=lit)
        self.title = Text(ctx, title, "lead_bold", ink, role=Role.NONE)
        self.caption = Text(ctx, below, "caption", "muted" if lit else "disabled", role=Role.NONE)
        self.beside = ctx.metrics.elder or ctx.metrics.narrow  # the icon stands left of the words
        self.bare = ctx.metrics.elder and ctx.metrics.narrow  # no room for it
        self.icon, self.spare = icon, 0  # pixels of height that the page has left for it
        self.pad = ctx.px(16 if self.bare else 20 if ctx.metrics.narrow else 28)
        self.least = ctx.px(TARGET_NARROW if self.bare else TARGET_PRIMARY)
        self.hold(*([] if self.bare else [self.badge]), self.title, self.caption)

    @property
    def lit(self) -> bool:
        return self.enabled and not self.dim

    def inks(self) -> list[tuple[Text | Icon, str]]:
        lit = self.lit
        return [
            (self.title, "text" if lit else "disabled"),
            (self.caption, "muted" if lit else "disabled"),
        ]

    def least_width(self) -> int:
        words = max(
            self.title.least_width(), self.caption.least_width(), self.title.natural_width() // TITLE_LINES
        )
        return words + 1 + 2 * self.pad + (self._side if self.beside else 0)

    def natural_width(self) -> int:
        return self.title.natural_width() + 2 * self.pad + (self._side if self.beside else 0)

    @property
    def _side(self) -> int:
        return 0 if self.bare else self.badge.natural_width() + self.ctx.px(24)

    def grow(self, spare: int) -> None:
        """Take so many pixels more in height, before it is placed; the icon grows with it."""
        side = min(LARGE_BADGE, BADGE + spare / self.ctx.metrics.u / 2)
        self.remove_widget(self.badge)
        self.badge = Badge(self.ctx, self.icon, round(side), enabled=self.lit)
        self.add_widget(self.badge, len(self.children))
        self.spare = spare - self.badge.side + self.ctx.px(BADGE)
        self.changed()

    def _words(self, width: int) -> int:
        return int(width) - 2 * self.pad - (self._side if self.beside else 0)

    def _caption_height(self, width: int) -> int:
        return self.caption.fit(width) + self.ctx.px(4) if self.caption.text else 0

    def measure(self, width: int) -> float:
        words = self._words(width)
        height = self.title.fit(words) + self._caption_height(words)
        badge = 0 if self.bare else self.badge.natural_width()
        if self.beside:
            return max(height, badge, self.least - 2 * self.pad) + 2 * self.pad
        return height + badge + self.ctx.px(16) + 2 * self.pad + self.spare

    def arrange(self) -> None:
        words = self._words(int(self.width))
        title, caption = self.title.fit(words), self._caption_height(words)
        badge = self.badge.natural_width()
        if self.beside:
            if not self.bare:
                self.badge.place(self.x + self.pad, self.y + (self.height - badge) // 2, badge, badge)
            x = self.x + self.pad + self._side
            top = self.top - (self.height - title - caption) // 2
        else:
            edge = self.pad + self.spare // 3
            self.badge.place(self.x + self.pad, self.top - edge - badge, badge, badge)
            x = self.x + self.pad
            top = self.top - edge - badge - self.ctx.px(16) - self.spare // 3
        self.title.place(x, top - title, words, title)
        if self.caption.text:
            height = self.caption.fit(words)
            self.caption.place(x, top - title - caption, words, height)
