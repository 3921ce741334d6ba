"""Notes to the citizen: banners, and steps that are ticked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from screens.kit.block import Block
from screens.kit.layout import Column
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

BannerKind = Literal["info", "success", "warning", "danger"]

GROUNDS: Final = {
    "info": ("tint", "on_tint", "information-outline"),
    "success": ("success_bg", "success", "check-circle-outline"),
    "warning": ("warning_bg", "warning", "alert-outline"),
    "danger": ("danger_bg", "danger", "alert-octagon-outline"),
}


class Banner(Block):
    """One thing that has to be known now.  Warnings and dangers are spoken at once."""

    whole = True

    def __init__(
        self, ctx: Ctx, kind: BannerKind, text: str, icon: str | None = None, style: str = "body"
    ) -> None:
        super().__init__(ctx)
        self.kind = kind
        self.ground, ink, usual = GROUNDS[kind]
        urgent = kind in ("warning", "danger")
        self.semantics(Role.ALERT if urgent else Role.STATUS, text, live="assertive" if urgent else "polite")
        compact = ctx.metrics.compact
        self.pad, self.gap = ctx.px(14 if compact else 20 if ctx.metrics.narrow else 24), ctx.px(20)
        self.glyph = icon or usual
        self.icon = None if compact else Icon(ctx, self.glyph, 48, ink)  # there the words need the room
        self.text = Text(ctx, text, style, ink, role=Role.NONE)
        self.ink = ink
        self.hold(*([self.icon] if self.icon else []), self.text)

    @property
    def _side(self) -> int:
        return self.icon.natural_width() if self.icon else 0

    def _inner(self, width: int) -> int:
        return width - 2 * self.pad - (self._side + self.gap if self.icon else 0)

    def measure(self, width: int) -> float:
        return max(self.text.fit(self._inner(width)), self._side) + 2 * self.pad

    def natural_width(self) -> int:
        return self.text.natural_width() + 1 - self._inner(0)

    def least_width(self) -> int:
        return self.text.least_width() + 1 - self._inner(0)

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        halves = self.text.split(self._inner(width), height - 2 * self.pad, force)
        if halves is None:
            return None
        first, rest = (Banner(self.ctx, self.kind, half.text, self.glyph) for half in halves)
        rest.text.continued = True
        return first, rest

    def draw(self) -> None:
        self.fill(self.ground, 20)
        if not self.ctx.theme.shadow:
            self.frame(self.ink, 20)

    def arrange(self) -> None:
        inner, side = self._inner(int(self.width)), self._side
        high = self.text.fit(inner)
        top = self.top - max(self.pad, (self.height - max(high, side)) // 2)
        if self.icon is not None:
            line = max(side, self.text.style.line)
            self.icon.place(self.x + self.pad, top - line + (line - side) // 2, side, side)
        drop = max(0, (side - high) // 2)
        self.text.place(self.right - self.pad - inner, top - drop - high, inner, high)


STEP_LOOKS: Final = {
    "waiting": ("circle-outline", "muted", "muted"),
    "running": ("progress-clock", "primary", "text"),
    "done": ("check-circle", "success", "text"),
    "failed": ("alert-circle-outline", "warning", "text"),
}


class Step(Block):
    """One step: its mark, its name, and in words how it stands."""

    def __init__(self, ctx: Ctx, label: str, state: str, said: str | None = None) -> None:
        super().__init__(ctx)
        icon, mark, ink = STEP_LOOKS[state]
        if said is None:
            said = ctx.words(f"kit.step_{state}")
        self.semantics(Role.LISTITEM, label, value=said)
        self.state["busy"] = state == "running"
        self.gap = ctx.px(24)
        self.icon = Icon(ctx, icon, 56, mark)
        style = "body" if ctx.metrics.narrow else "lead"
        if state == "running":
            style += "_bold"
        self.label = Text(ctx, label, style, ink, role=Role.NONE)
        # Large type on a small panel: an empty ring and a tick say it, and the voice in words.
        plain = ctx.metrics.compact and state in ("waiting", "done")
        self.said = None if plain else Text(ctx, said, "body", mark, "right", role=Role.NONE)
        self.hold(self.icon, self.label, *([self.said] if self.said else []))

    def _beside(self) -> int:
        return self.icon.natural_width() + self.gap

    @property
    def _behind(self) -> int:
        """Pixels that the words need behind the name."""
        return self.said.natural_width() + 1 + self.gap if self.said else 0

    def _stacked(self, width: int) -> bool:
        return self.said is not None and self.label.natural_width() > width - self._beside() - self._behind

    def measure(self, width: int) -> float:
        inner = width - self._beside()
        high = self.label.fit(inner if self._stacked(width) else inner - self._behind)
        if self.said is not None and self._stacked(width):
            high += self.said.fit(inner)
        return max(high, self.icon.natural_width()) + self.ctx.px(8 if self.ctx.metrics.compact else 16)

    def natural_width(self) -> int:
        return self._beside() + self.label.natural_width() + self._behind + 1

    def arrange(self) -> None:
        side, inner = self.icon.natural_width(), int(self.width) - self._beside()
        x = self.x + self._beside()
        self.icon.place(self.x, self.y + (self.height - side) // 2, side, side)
        if self.said is not None and self._stacked(int(self.width)):
            self.said.align = "left"
            high, low = self.label.fit(inner), self.said.fit(inner)
            y = self.y + (self.height - high - low) // 2
            self.label.place(x, y + low, inner, high)
            self.said.place(x, y, inner, low)
            return
        room = inner - self._behind
        high = self.label.fit(room)
        self.label.place(x, self.y + (self.height - high) // 2, room, high)
        if self.said is not None:
            said = self.said.natural_width() + 1
            low = self.said.fit(said)
            self.said.place(self.right - said, self.y + (self.height - low) // 2, said, low)


class Steps(Column):
    """What is being done, ticked one by one.  ``steps`` are (label, waiting | running | done | failed)."""

    def __init__(self, ctx: Ctx, steps: Sequence[tuple[str, str]]) -> None:
        super().__init__(ctx, [Step(ctx, label, str(state)) for label, state in steps], gap=8)
        self.semantics(Role.LIST, live="polite")
