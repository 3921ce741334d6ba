"""One device: all that is known of it, what is wrong in three sentences, what to do, and trying it."""

from __future__ import annotations

from typing import Final

from kiosk.faults import sentences
from kiosk.technician import commands
from kiosk.technician.cards import trouble
from kiosk.technician.names import CARDS, CHECKS, DRIVERS, PAPERS, called, counter
from kiosk.technician.state import DeviceCard, View
from screens.kit.block import Block
from screens.kit.layout import Card, Column, Line
from screens.kit.meter import BARS, Bars
from screens.kit.notes import Banner
from screens.kit.tables import KeyValue
from screens.kit.text import Heading, Text
from screens.technician import cards
from screens.technician.room import TechPage, TechParts

LARGE_DRAWING: Final = 340


class DevicePage(TechPage):
    def parts(self) -> TechParts:
        card = self.room.state.card(self.room.state.device)
        back = self.room.button(
            "back", self.words("chrome.back"), commands.Show(View.OVERVIEW), icon="arrow-left"
        )
        if card is None:
            gone = Banner(self.ctx, "warning", self.words("part.gone"))
            return TechParts(self.words("overview.heading"), body=[gone], buttons=[back])
        return TechParts(
            card.name,
            lead=called(DRIVERS, card.driver, self.room.language),
            body=self._body(card),
            buttons=[back, *cards.actions(self.room, card)],
        )

    def _body(self, card: DeviceCard) -> list[Block]:
        body: list[Block] = [*self._asked(card), self._state(card)]
        code = trouble(card)
        if code is not None:
            body.append(self._mending(card, code))
        body.append(self._known(card))
        if code is not None:
            body.append(self._sentences(code))
        return body

    def _asked(self, card: DeviceCard) -> list[Block]:
        """Questions that only a person can answer."""
        ctx, room = self.ctx, self.room
        if room.state.reading == card.name:
            return [Banner(ctx, "info", self.words("part.reading"), "gesture-tap")]
        hearing = room.state.hearing
        if hearing is not None and hearing.device == card.name:
            speak = self.words("part.speak_now", seconds=hearing.seconds_left)
            levels = (*(0.0,) * (BARS - len(hearing.levels)), *hearing.levels)
            return [Banner(ctx, "info", speak, "account-voice"), Card(ctx, Bars(ctx, levels), padding=24)]
        if room.state.printing == card.name:
            return [Banner(ctx, "info", self.words("part.printing"), "printer")]
        if room.state.asks_paper != card.name:
            return []
        no = room.button("paper-no", self.words("part.paper_no"), commands.PaperCameOut(card.name, False))
        yes = room.button(
            "paper-yes", self.words("part.paper_yes"), commands.PaperCameOut(card.name, True), "primary"
        )
        asks = Text(ctx, self.words("part.asks_paper"), "lead_bold", role="alert", live="assertive")
        return [
            Card(ctx, Column(ctx, [asks, Line(ctx, [no, yes], gap=16, shares=[1, 1])], gap=12), padding=24)
        ]

    def _state(self, card: DeviceCard) -> Block:
        line = cards.title_line(self.room, card, cards.facts(self.room, card))
        return Card(self.ctx, line, padding=(28, 20))

    def _mending(self, card: DeviceCard, code: str) -> Block:
        words = Column(self.ctx, cards.explanation(self.room, card, code), gap=8)
        high = LARGE_DRAWING if self.ctx.metrics.orientation == "landscape" else cards.DRAWING_HIGH
        picture = None if self.ctx.metrics.narrow else cards.drawing(self.room, card, high)
        blocks = (
            words if picture is None else Line(self.ctx, [words, picture], shares=[1, None], valign="top")
        )
        return Card(self.ctx, blocks, padding=(28, 20))

    def _known(self, card: DeviceCard) -> Block:
        rows = [(self.words("part.detail"), card.detail)]
        if card.paper is not None:
            rows.append((self.words("part.paper"), called(PAPERS, card.paper, self.room.language)))
        if card.card is not None:
            rows.append((self.words("part.card"), called(CARDS, card.card, self.room.language)))
        rows.append((self.words("part.last_test"), cards.test_words(self.room, card)))
        if card.last_test is not None:
            rows += [self._check(check.name, check.passed, check.detail) for check in card.last_test.checks]
        counters = {**card.counters, "restarts": card.restarts, "crashes": card.crashes}
        for name, count in sorted(counters.items()):
            rows.append((counter(name, self.room.language), str(count)))
        shown = [(label, value) for label, value in rows if value]
        lines: list[Block] = [
            KeyValue(self.ctx, label, value, rule=number < len(shown))
            for number, (label, value) in enumerate(shown, 1)
        ]
        return Card(self.ctx, lines, gap=0, padding=(28, 12))

    def _check(self, name: str, passed: bool, detail: str) -> tuple[str, str]:
        said = self.words("overview.passed" if passed else "overview.failed")
        label = called(CHECKS, name, self.room.language)
        return f"· {label}", "　".join(each for each in (said, detail) if each)

    def _sentences(self, code: str) -> Block:
        said = sentences(code)
        english = self.room.language == "en"
        lines: list[Block] = [Heading(self.ctx, self.words("part.explained"), level=3)]
        for who, text in (
            ("technician", said.technician_en if english else said.technician),
            ("citizen", said.citizen_en if english else said.citizen),
            ("administrator", said.administrator_en if english else said.administrator),
        ):
            lines.append(Text(self.ctx, self.words(f"part.for_{who}"), "caption", "muted"))
            lines.append(Text(self.ctx, text))
        return Card(self.ctx, lines, gap=4, padding=(28, 20))
