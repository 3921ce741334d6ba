"""What citizens see while the terminal is out of service: where to go instead, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.kit.block import Block
from screens.kit.layout import Card, Column, Line
from screens.kit.semantics import Role
from screens.kit.text import Heading, Icon, Text
from screens.technician.words import words_of

if TYPE_CHECKING:
    from kiosk.settings_sections import NearbySettings
    from screens.kit.context import Ctx
    from screens.technician.site import Site

MOST = 4
GAP = 24
NARROW_GAP = 12
KILOMETRE = 1000
LANGUAGES = ("zh", "en")


class ClosedPage(Block):
    """``ctx`` is the citizens' own: their type, their theme."""

    def __init__(self, ctx: Ctx, site: Site) -> None:
        super().__init__(ctx)
        self.ground = "bg"
        zh, en = (words_of(language) for language in LANGUAGES)
        self.semantics(Role.SCREEN, zh.text("closed.heading"), value="closed", live="assertive")
        lead = "closed.lead" if site.nearby else "closed.lead_nowhere"
        phone = ctx.terminal.phone
        icon = Icon(ctx, "store-off-outline", 120, "on_tint")
        lead_en = Text(ctx, en.text(lead, phone=phone), "body", "muted")
        sorry = Text(ctx, f"{zh.text('closed.sorry')} {en.text('closed.sorry')}", "body", "muted")
        places = [self._place(each) for each in site.nearby[:MOST]]
        blocks: list[Block] = [
            icon,
            Heading(ctx, zh.text("closed.heading")),
            Text(ctx, en.text("closed.heading"), "lead_bold" if ctx.metrics.narrow else "h2", "muted"),
            Text(ctx, zh.text(lead, phone=phone), "lead_bold"),
            lead_en,
            *places,
            sorry,
        ]
        # Where to go counts most, and the nearest of it.
        for spare in (icon, sorry, *reversed(places[2:]), lead_en, *reversed(places[1:2])):
            if self._high(blocks) <= self._room:
                break
            blocks.remove(spare)
        self.column = Column(ctx, blocks, gap=self._gap)
        self.hold(self.column)

    def _high(self, blocks: list[Block]) -> int:
        return sum(block.fit(self._width) for block in blocks) + self.ctx.px(self._gap) * (len(blocks) - 1)

    @property
    def _gap(self) -> int:
        return NARROW_GAP if self.ctx.metrics.narrow else GAP

    @property
    def _width(self) -> int:
        metrics = self.ctx.metrics
        return min(metrics.width - 2 * metrics.margin, self.ctx.px(1040))

    @property
    def _room(self) -> int:
        return self.ctx.metrics.height - 2 * self.ctx.metrics.margin

    def _place(self, near: NearbySettings) -> Block:
        ctx = self.ctx
        zh = words_of("zh")
        far = ""
        if near.metres is not None and near.metres < KILOMETRE:
            far = zh.text("closed.metres", metres=near.metres)
        elif near.metres is not None:
            far = zh.text("closed.kilometres", kilometres=f"{near.metres / KILOMETRE:.1f}")
        facts = " · ".join(part for part in (near.address, near.hours, far) if part)
        words = Column(ctx, [Text(ctx, near.name, "lead_bold"), Text(ctx, facts, "body", "muted")], gap=4)
        padding = (20, 16) if ctx.metrics.narrow else (32, 28)
        line = Line(ctx, [Icon(ctx, "map-marker", 64, "primary"), words], shares=[None, 1])
        return Card(ctx, line, padding=padding)

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.bar("bg", self.x, self.y, self.width, self.height)

    def arrange(self) -> None:
        width = self._width
        height = self.column.fit(width)
        x = self.x + (self.width - width) // 2
        self.column.place(x, self.y + (self.height - height) // 2, width, height)
