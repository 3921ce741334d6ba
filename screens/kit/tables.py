"""Facts in order: a label and its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.semantics import Role
from screens.kit.text import Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx


class KeyValue(Block):
    """A label and its value; with ``on_edit`` also 修改, which comes straight back."""

    whole = True

    def __init__(
        self,
        ctx: Ctx,
        label: str,
        value: str,
        on_edit: Callable[[], None] | None = None,
        edit_key: str | None = None,
        rule: bool = True,
        act: tuple[str, str, str] | None = None,
    ) -> None:
        """``act``: what the button says, its full name and its icon, where it does not change the value."""
        super().__init__(ctx)
        self.semantics(Role.LISTITEM, label, value=value)
        self.rule = rule
        self.gap = ctx.px(24)
        self.down = ctx.px(12 if ctx.metrics.narrow else 24)
        self.act = act
        self.label = Text(ctx, label, "body", "muted", role=Role.NONE)
        self.shown = Text(ctx, value, "body_bold", "text", role=Role.NONE)
        self.edit: Button | None = None
        parts: list[Block] = [self.label, self.shown]
        if on_edit is not None:
            changes = (ctx.words("kit.edit"), ctx.words("kit.edit_name", label=label), "pencil")
            said, name, drawn = act or changes
            icon = None if ctx.metrics.narrow else drawn
            style = "body_bold" if ctx.metrics.narrow else "button"
            self.edit = Button(ctx, edit_key or f"edit:{label}", said, on_edit, "quiet", icon, style=style)
            self.edit.name = name
            parts.append(self.edit)
        self.hold(*parts)

    def _edit_beside(self, width: int) -> bool:
        """On a small tablet only where no word breaks for it, and where that is lower."""
        if self.edit is None:
            return False
        if not self.ctx.metrics.narrow:
            return True
        words = width - self.edit.natural_width() - self.gap
        if words < max(self.label.least_width(), self.shown.least_width()) + 1:
            return False
        below = self.label.fit(width) + self.shown.fit(width) + self.edit.fit(self.edit.natural_width())
        return self.label.fit(words) + self.shown.fit(words) < below

    def _edit_on_top(self, width: int) -> bool:
        """Beside the label only, where the value needs the whole width."""
        if self.edit is None or not self.ctx.metrics.narrow:
            return False
        words = width - self.edit.natural_width() - self.gap
        if self.label.natural_width() >= words:
            return False
        on_top = self.edit.fit(self.edit.natural_width()) + self.shown.fit(width)
        return not self._edit_beside(width) or on_top < self.label.style.line + self.shown.fit(words)

    def _words(self, width: int) -> int:
        if self.edit is None or not self._edit_beside(width):
            return width
        return width - self.edit.natural_width() - self.gap

    def _beside(self, width: int) -> int:
        """The label's width when value and label stand side by side, 0 when not."""
        label = self.ctx.px(240)
        room = self._words(width) - label - self.gap
        fits = self.label.natural_width() <= label and self.shown.natural_width() <= room
        return label if fits and not self.ctx.metrics.narrow else 0

    def measure(self, width: int) -> float:
        words = self._words(width)
        if self._beside(width):
            high = max(self.label.fit(words), self.shown.style.line)
        else:
            high = self.label.fit(words) + self.shown.fit(words)
        if self.edit is not None:
            own = self.edit.fit(self.edit.natural_width())
            if self._edit_on_top(width):
                return max(own, self.label.style.line) + self.shown.fit(width) + self.down
            high = max(high, own) if self._edit_beside(width) else high + own
        return high + self.down

    def natural_width(self) -> int:
        words = max(self.label.natural_width(), self.shown.natural_width()) + 1
        return words + (self.edit.natural_width() + self.gap if self.edit else 0)

    def least_width(self) -> int:
        words = max(self.label.least_width(), self.shown.least_width()) + 1
        return words + (
            self.edit.natural_width() + self.gap if self.edit and not self.ctx.metrics.narrow else 0
        )

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        """A long value goes over to the next page, under its label again; 修改 stands on the last."""
        if self._beside(width):
            return None
        words = self._words(width)
        halves = self.shown.split(words, height - self.label.fit(words) - self.down)
        if halves is None:
            return None
        again = self.ctx.words("kit.continued", label=self.name)
        on_edit, key = (self.edit.on_press, self.edit.key) if self.edit else (None, None)
        first = KeyValue(self.ctx, self.name, halves[0].text, rule=False)
        rest = KeyValue(self.ctx, again, halves[1].text, on_edit, key, self.rule, self.act)
        return first, rest

    def draw(self) -> None:
        if self.rule:
            thick = max(1, self.ctx.px(1.5))
            self.bar(
                "tint" if self.ctx.theme.name != "contrast" else "outline", self.x, self.y, self.width, thick
            )

    def arrange(self) -> None:
        words = self._words(int(self.width))
        low_edge = self.y
        if self.edit is not None:
            width = self.edit.natural_width()
            high = self.edit.fit(width)
            middle = self.y + (self.height - high) // 2
            if self._edit_on_top(int(self.width)):
                self._arrange_under(width, high)
                return
            beside = self._edit_beside(int(self.width))
            self.edit.place(self.right - width, middle if beside else self.y, width, high)
            low_edge += 0 if beside else high
        if label := self._beside(int(self.width)):
            value = words - label - self.gap
            high, low = self.label.fit(label), self.shown.fit(value)
            self.label.place(self.x, self.y + (self.height - high) // 2, label, high)
            self.shown.place(self.x + label + self.gap, self.y + (self.height - low) // 2, value, low)
            return
        high, low = self.label.fit(words), self.shown.fit(words)
        y = low_edge + (self.top - low_edge - high - low) // 2
        self.label.place(self.x, y + low, words, high)
        self.shown.place(self.x, y, words, low)

    def _arrange_under(self, width: int, high: int) -> None:
        """Label and button on one line, the value below both."""
        assert self.edit is not None
        top, line = self.top - self.down // 2, self.label.style.line
        high = max(high, line)
        self.edit.place(self.right - width, top - high, width, high)
        words = int(self.width) - width - self.gap
        self.label.place(self.x, top - (high + line) // 2, words, line)
        own = self.shown.fit(int(self.width))
        self.shown.place(self.x, top - high - own, int(self.width), own)
