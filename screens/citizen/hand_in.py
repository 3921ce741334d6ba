"""补交材料: what is wanted of one case, until when, and how each can come at this terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kiosk.visit import events as ev
from kiosk.visit.state import Page, Way
from screens.citizen import wording
from screens.citizen.cases import wanted_name
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.delivery.application import WantedMaterial


class HandInPage(CitizenPage):
    name: ClassVar[Page] = Page.HAND_IN

    def parts(self) -> Parts:
        ctx = self.ctx
        handing, matter = ctx.state.handing, ctx.state.matter
        assert handing.chosen is not None and matter is not None
        ways = dict(handing.ways)
        back = Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")
        left = [each for each in handing.chosen.wanted if each.code in ways and not handing.has(each.code)]
        body: list[Block] = [
            self._material(each, ways[each.code]) for each in handing.chosen.wanted if each.code in ways
        ]
        body.append(Text(ctx, ctx.words("hand_in.originals", phone=ctx.terminal.phone), "body", "muted"))
        if handing.given and left:
            body.append(
                Banner(ctx, "info", ctx.words("hand_in.part", count=len(left)), "information-outline")
            )
        send = Button(
            ctx,
            "hand-in",
            ctx.words("hand_in.send"),
            lambda: ctx.send(ev.HandIn()),
            disabled_reason=None if handing.given else ctx.words("hand_in.nothing_yet"),
        )
        return Parts(
            heading=ctx.words("hand_in.heading"),
            lead=ctx.words("hand_in.lead", matter=ctx.both(matter.plain_name)),
            body=body,
            primary=send,
            secondary=[back],
        )

    def _material(self, wanted: WantedMaterial, way: Way) -> Block:
        ctx = self.ctx
        handing = ctx.state.handing
        blocks: list[Block] = [Heading(ctx, self._name(wanted), level=3)]
        if wanted.until:
            until = ctx.words("hand_in.until", until=wording.day(ctx, wanted.until))
            blocks.append(Text(ctx, until, "body", "muted"))
        if way is Way.THERE:
            blocks.append(Banner(ctx, "success", ctx.words("hand_in.there"), "check-circle-outline"))
        elif handing.has(wanted.code):
            key = "hand_in.declared" if way is Way.DECLARE else "hand_in.scanned"
            blocks.append(Banner(ctx, "success", ctx.words(key), "check-circle-outline"))
            blocks.append(self._button("take-back", wanted, "hand_in.take_back", ev.TakeBack(wanted.code)))
        elif way is Way.DECLARE:
            blocks.append(Text(ctx, self._statement(wanted)))
            blocks.append(self._button("declare", wanted, "hand_in.declare", ev.DeclareLater(wanted.code)))
        elif handing.scanning == wanted.code:
            blocks.append(Banner(ctx, "info", ctx.words("hand_in.show"), "qrcode-scan"))
        else:
            blocks.append(self._button("scan", wanted, "hand_in.scan", ev.ScanFor(wanted.code)))
        card = Card(ctx, blocks, gap=8)
        card.whole = not ctx.metrics.narrow  # there one card may be higher than what a heading leaves
        return card

    def _button(self, key: str, wanted: WantedMaterial, word: str, event: ev.Touch) -> Button:
        ctx = self.ctx
        button = Button(
            ctx, f"{key}:{wanted.code}", ctx.words(word), lambda: ctx.send(event), kind="secondary"
        )
        button.name = f"{ctx.words(word)} {self._name(wanted)}"
        return button

    def _name(self, wanted: WantedMaterial) -> str:
        return wanted_name(self.ctx, self.ctx.state.matter, wanted)

    def _statement(self, wanted: WantedMaterial) -> str:
        matter = self.ctx.state.matter
        assert matter is not None
        known = (each for each in matter.guide.materials if each.code == wanted.code)
        material = next(known, None)
        said = material.declaration if material is not None else None
        return self.ctx.both(said) if said is not None else wanted.name
