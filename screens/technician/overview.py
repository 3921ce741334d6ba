"""The overview: the device at fault and what to do about it first, all others below, and the tools."""

from __future__ import annotations

from typing import Literal

from kiosk.technician import commands
from kiosk.technician.cards import NOT_READY, READY, rank
from kiosk.technician.names import KINDS, called
from kiosk.technician.state import View
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.notes import Banner
from screens.kit.text import Heading, Text
from screens.technician.cards import device_row, platform_fault, platform_row, sound_row, trouble_card
from screens.technician.pushed import not_taken_row, pushed_row
from screens.technician.room import TechPage, TechParts
from screens.technician.stock import said_closed

UNKNOWN_MOST = 6
TOOLS = (
    (View.NETWORK, "overview.network", "lan"),
    (View.MACHINE, "overview.machine", "desktop-tower"),
    (View.SCREEN, "overview.screen", "monitor"),
    (View.SOUND, "overview.sound", "volume-high"),
    (View.KEYPAD, "overview.keypad", "dialpad"),
    (View.CALIBRATION, "overview.calibration", "target"),
    (View.SUPPLIES, "overview.supplies", "paper-roll-outline"),
    (View.EXPORT, "overview.export", "file-export-outline"),
)


class OverviewPage(TechPage):
    def parts(self) -> TechParts:
        state = self.room.state
        test_all = self.room.button(
            "test-all", self.words("overview.test_all"), commands.SelfTestAll(), "primary", "stethoscope"
        )
        narrow = self.ctx.metrics.narrow
        banner = self._summary()
        body: list[
            Block
        ] = []  # on a small tablet the worst device comes first, and the heading says the rest
        if not narrow:
            body.append(Line(self.ctx, [banner, test_all], gap=16, shares=[1, None]))
        cards = list(state.cards)
        if cards and rank(cards[0]) != READY:
            body.append(trouble_card(self.room, cards.pop(0)))
        beside = self.ctx.metrics.orientation == "landscape" and len(cards) < len(state.cards)
        rows = [device_row(self.room, card, brief=beside) for card in cards]
        platform = platform_row(self.room)
        if platform is not None:  # always in one place: what is found later moves nothing under a finger
            rows.insert(0, platform)
        pushed = pushed_row(self.room)
        if pushed is not None:
            rows.insert(0 if platform is None else 1, pushed)
        edited = not_taken_row(self.room)
        if edited is not None:
            rows.insert(0, edited)
        sound = sound_row(self.room)
        if sound is not None:
            rows.insert(0, sound)
        if beside:
            body.append(Grid(self.ctx, rows, 2, gap=16))
        else:
            body += rows
        if state.unknown:
            body.append(self._unknown())
        if narrow:
            return TechParts(banner.name, body=[*body, test_all], side=self._tools(), gap=16)
        return TechParts(self.words("overview.heading"), body=body, side=self._tools(), gap=16)

    def _summary(self) -> Block:
        state = self.room.state
        ranks = [rank(card) for card in state.cards]
        count, bad = len(ranks), ranks.count(NOT_READY)
        warned = count - bad - ranks.count(READY)
        if state.out_of_service:
            afar = said_closed(self) if state.closed_by_platform else ""
            return Banner(self.ctx, "warning", afar or self.words("overview.out"))
        if not count:
            return Banner(self.ctx, "warning", self.words("overview.none"))
        if bad:
            return self._and_platform("danger", self.words("overview.bad", count=count, bad=bad))
        if warned:
            return self._and_platform("warning", self.words("overview.warned", count=count, warned=warned))
        if platform_fault(self.room) is not None:
            return Banner(self.ctx, "warning", self.words("overview.all_good_platform", count=count))
        if state.sound_fault is not None:
            return Banner(self.ctx, "warning", self.words("overview.all_good_sound", count=count))
        return Banner(self.ctx, "success", self.words("overview.all_good", count=count))

    def _and_platform(self, kind: Literal["danger", "warning"], said: str) -> Block:
        if platform_fault(self.room) is not None:  # its row may stand on another leaf
            said = self.words("overview.and_platform", said=said)
        return Banner(self.ctx, kind, said)

    def _unknown(self) -> Block:
        lines: list[Block] = [Heading(self.ctx, self.words("overview.unknown"), level=3)]
        for part in self.room.state.unknown[:UNKNOWN_MOST]:
            kind = called(KINDS, part.kind, self.room.language)
            said = self.words("overview.unknown_part", kind=kind, place=part.place)
            ids = f"{part.vendor}:{part.product}".strip(":")
            named = part.description if part.description != part.place else ""
            lines.append(Text(self.ctx, "　".join(each for each in (said, ids, named) if each)))
        return Card(self.ctx, lines, gap=4, padding=(28, 20))

    def _tools(self) -> Block:
        ctx, room = self.ctx, self.room
        out = room.state.out_of_service
        buttons: list[Button] = [
            room.button(f"show:{view.value}", self.words(word), commands.Show(view), icon=icon)
            for view, word, icon in TOOLS
        ]
        service = "overview.service_back" if out else "overview.service"
        buttons.append(
            room.button(
                f"show:{View.SERVICE.value}",
                self.words(service),
                commands.Show(View.SERVICE),
                "secondary" if out else "danger",
                "store-off-outline",
            )
        )
        across = ctx.metrics.orientation == "landscape"
        columns = 1 if across else 2 if ctx.metrics.narrow else 3
        grid = Grid(ctx, buttons, columns, gap=16)
        return Column(ctx, [Heading(ctx, self.words("overview.tools"), level=3), grid], gap=12)
