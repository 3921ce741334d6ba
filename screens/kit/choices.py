"""Questions answered by a touch: one of several, yes or no, agreed or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from screens.kit.faced import LOOKS, Faced
from screens.kit.layout import Grid
from screens.kit.semantics import Role
from screens.kit.text import Icon, Text
from screens.theme import RADIUS_BUTTON, TARGET_GAP, TARGET_LEAST, TARGET_NARROW, TARGET_PRIMARY

if TYPE_CHECKING:
    from screens.kit.context import Ctx


LONG: Final = 12
"""Choices from which a low panel has the lowest rows, so that a leaf has more of them."""


FEW: Final = 4
HIGH_OF_FEW: Final = 144
"""Units: where there are few choices and much room, each is as large as a hand likes."""


class Choice(Faced):
    """A row with a mark at its left; the mark, not only the colour, says that it is chosen."""

    radius = RADIUS_BUTTON
    marks = ("radiobox-blank", "radiobox-marked")

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        label: str,
        chosen: bool,
        on_press: Callable[[], None],
        role: str = Role.RADIO,
        disabled_reason: str | None = None,
    ) -> None:
        super().__init__(ctx, key, label, on_press, role=role, disabled_reason=disabled_reason)
        self.state["checked"] = chosen
        self.chosen = chosen
        self.look = LOOKS["chosen" if chosen else "chip"]
        bare = ctx.metrics.narrow
        self.pad, self.gap = (ctx.px(16), ctx.px(12)) if bare else (ctx.px(28), ctx.px(20))
        self.least = ctx.px(TARGET_NARROW if bare else TARGET_PRIMARY)
        self.around = ctx.px(24 if bare else 40)
        ink = self.shown.ink
        self.mark = Icon(ctx, self.marks[chosen], 40 if bare else 48, ink)
        self.label = Text(ctx, label, "lead_bold" if chosen else "lead", ink, role=Role.NONE)
        self.hold(self.mark, self.label)

    def inks(self) -> list[tuple[Text | Icon, str]]:
        return [(self.mark, self.shown.ink), (self.label, self.shown.ink)]

    def _inner(self, width: float) -> int:
        return int(width) - 2 * self.pad - self.mark.natural_width() - self.gap

    def least_width(self) -> int:
        return self.label.least_width() + 1 + 2 * self.pad + self.mark.natural_width() + self.gap

    def natural_width(self) -> int:
        return self.label.natural_width() + 1 + 2 * self.pad + self.mark.natural_width() + self.gap

    def measure(self, width: int) -> float:
        return max(self.least, self.label.fit(self._inner(width)) + self.around)

    def arrange(self) -> None:
        side, inner = self.mark.natural_width(), self._inner(self.width)
        high = self.label.fit(inner)
        self.mark.place(self.x + self.pad, self.y + (self.height - side) // 2, side, side)
        x = self.x + self.pad + side + self.gap
        self.label.place(x, self.y + (self.height - high) // 2, inner, high)


class RadioGroup(Grid):
    """One of several.  ``options`` are (value, label); each one's key is ``<key>:<value>``."""

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        options: Sequence[tuple[str, str]],
        selected: str | None,
        on_select: Callable[[str], None],
        name: str = "",
        columns: int = 1,
    ) -> None:
        choices = []
        for number, (value, label) in enumerate(options, 1):
            choice = Choice(ctx, f"{key}:{value}", label, value == selected, partial(on_select, value))
            choice.state["position"] = (number, len(options))
            choices.append(choice)
        narrow = ctx.metrics.narrow
        if len(options) <= FEW and ctx.metrics.roomy:
            for choice in choices:
                choice.least = ctx.px(HIGH_OF_FEW)
        if len(options) > LONG and (narrow or ctx.metrics.orientation == "landscape"):
            for choice in choices:
                choice.least, choice.around = ctx.px(TARGET_LEAST), ctx.px(24)
        paired = narrow and columns > 1
        super().__init__(ctx, choices, columns=1 if narrow else columns, gap=TARGET_GAP, paired=paired)
        self.semantics(Role.RADIOGROUP, name, key=key, value=dict(options).get(selected or "", ""))


class Checkbox(Choice):
    """Agreed or not.  ``on_change`` gets what it is now."""

    marks = ("checkbox-blank-outline", "checkbox-marked")

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        label: str,
        checked: bool,
        on_change: Callable[[bool], None],
        disabled_reason: str | None = None,
    ) -> None:
        super().__init__(
            ctx, key, label, checked, lambda: on_change(not checked), Role.CHECKBOX, disabled_reason
        )
        self.look = LOOKS["chip"]
        for ink, token in self.inks():
            ink.recolour(token)
