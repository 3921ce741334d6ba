"""The card or the code: every reader listens at once, so nothing has to be chosen first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters.numbers import mask_name
from kiosk.visit import events as ev
from kiosk.visit.state import IdentifyPhase, Page, Visit
from screens.citizen import wording
from screens.citizen.beside import VisitPage
from screens.citizen.drawings import drawing, staying, taking
from screens.kit.block import Block
from screens.kit.buttons import Badge, Button
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.notes import Banner, BannerKind
from screens.kit.page import Parts
from screens.kit.pager import fits
from screens.kit.pictures import Picture
from screens.kit.semantics import private
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

SHOW_HOW_SECONDS: Final = 10.0
OFFER_HELP_SECONDS: Final = 30.0

SOURCES: Final = (
    ("samv", "card-account-details-outline"),
    ("social_security", "credit-card-chip-outline"),
    ("scanner", "qrcode-scan"),
)
"""In the order in which people have them; each with its icon."""
DRAWN_HIGH: Final = (560, 400, 280, 200)
"""Units; how high a drawing that stands alone may be, the first that fits."""
ICONS_TAKEN: Final = {True: "card-account-details-outline", False: "cellphone-check"}
CARDS: Final = ("samv", "social_security")


def stage(since: float, now: float) -> int:
    """0 while somebody has just come, 1 when the page shows how, 2 when it offers help."""
    waited = now - since
    return (waited >= SHOW_HOW_SECONDS) + (waited >= OFFER_HELP_SECONDS)


class IdentifyPage(VisitPage):
    name: ClassVar[Page] = Page.IDENTIFY

    def signature(self, state: Visit) -> object:
        waiting = state.identify.phase in (IdentifyPhase.WAITING, IdentifyPhase.FAILED)
        return super().signature(state), stage(state.identify.since, time.monotonic()) if waiting else 0

    def parts(self) -> Parts:
        if not self.ctx.terminal.identity_sources:
            return self._nowhere("identify.none")
        asking = self.ctx.state.identify.phase in (IdentifyPhase.WAITING, IdentifyPhase.FAILED)
        if asking and not self._sources():
            lasts = self.ctx.state.readers_permanent
            return self._nowhere("identify.silent_lasting" if lasts else "identify.silent")
        match self.ctx.state.identify.phase:
            case IdentifyPhase.DONE:
                return self._done()
            case IdentifyPhase.READING | IdentifyPhase.VERIFYING as phase:
                return self._at_work(phase)
            case _:
                return self._waiting()

    # --- before a card --------------------------------------------------------------------------------

    def _waiting(self) -> Parts:
        """With drawings where they have room; the words alone say everything, too."""
        across = self.ctx.metrics.orientation == "landscape"
        for highest in () if self.ctx.metrics.narrow else (252, 220, 150):
            drawn = self._ways(partial(self._drawing, highest), across)
            if self._fits(drawn):
                return drawn
        for beside in (across, False):
            named = self._ways(lambda _source, icon: Badge(self.ctx, icon, 72), beside)
            if self._fits(named):
                break
        return named

    def _drawing(self, highest: float, source: str, _icon: str) -> Block:
        if self._to_remove(source):
            return taking(self.ctx, source, highest)
        return drawing(self.ctx, source, highest)

    def _to_remove(self, source: str) -> bool:
        """A card lies here that has to go first: the pictures show how it is taken, not how it is laid."""
        identify = self.ctx.state.identify
        wrong = identify.phase is IdentifyPhase.FAILED and source in CARDS
        return wrong and wording.identity_fault_kind(identify.fault) == "remove"

    def _early(self) -> bool:
        """Taken away too soon: nothing is wrong with card or machine."""
        return (self.ctx.state.identify.fault or "").endswith((".card_removed", ".lifted_early"))

    def _ways(self, picture: Callable[[str, str], Block], across: bool) -> Parts:
        ctx = self.ctx
        failed = ctx.state.identify.phase is IdentifyPhase.FAILED
        waited = stage(ctx.state.identify.since, ctx.monotonic())
        kind = wording.identity_fault_kind(ctx.state.identify.fault)
        if failed:
            words = wording.identity_fault(ctx, ctx.state.identify.fault)
            look: BannerKind = "warning" if kind == "remove" or self._early() else "danger"
            body: list[Block] = [Banner(ctx, look, words, "alert-circle-outline", style="lead")]
        elif waited > 0 and any(source in CARDS for source, _ in self._sources()):
            # The reader has not seen one: a claim to be ready helps nobody whose card lies there.
            body = [Banner(ctx, "info", ctx.words("identify.waiting_long"), "card-search-outline")]
        elif ctx.metrics.narrow:
            body = []  # the heading says it already
        else:
            body = [Banner(ctx, "info", ctx.words("identify.waiting"), "card-search-outline")]
        at_length = waited > 0 and not ctx.metrics.narrow
        ways = [
            self._way(picture(source, icon), source, at_length, across) for source, icon in self._sources()
        ]
        if across:
            body.append(Grid(ctx, ways, len(ways), gap=16))
        else:
            body += ways
        if waited > 1:
            body.append(
                Banner(
                    ctx,
                    "warning",
                    ctx.words("identify.help_offer", phone=ctx.terminal.phone),
                    "account-question-outline",
                )
            )
        body.append(self._privacy(again=failed))
        choice = len(ways) > 1 and not failed and not ctx.metrics.narrow
        return Parts(
            heading=ctx.words(f"identify.heading_{kind}") if failed else ctx.words("identify.heading"),
            lead=ctx.words("identify.lead") if choice else None if failed else self._privacy_before(),
            body=body,
            secondary=[self._back()],
            gap=16,
        )

    def _sources(self) -> list[tuple[str, str]]:
        """What this terminal has and what answers now; nobody is sent to a reader that is dead."""
        ready = self.ctx.state.readers
        return [
            (source, icon)
            for source, icon in SOURCES
            if source in self.ctx.terminal.identity_sources and (ready is None or source in ready)
        ]

    def _way(self, picture: Block, source: str, at_length: bool, across: bool) -> Block:
        """One way to say who one is.  Not a button: laying the card is all there is to do."""
        ctx = self.ctx
        how = "long" if at_length else "how"
        key = f"identify.take_{source}" if self._to_remove(source) else f"identify.{source}_{how}"
        words = ctx.words(key)
        said: list[Block] = [Heading(ctx, ctx.words(f"identify.{source}"), level=3), Text(ctx, words)]
        if not across:
            if ctx.metrics.compact:
                return Card(ctx, said, gap=0)
            beside = Line(ctx, [picture, Column(ctx, said, gap=4)], gap=20, shares=[None, 1])
            return Card(ctx, beside, padding=(24, 16))
        if isinstance(picture, Picture):
            return Card(ctx, [picture, *said], gap=8, padding=24)
        named = Line(ctx, [picture, said[0]], gap=16, shares=[None, 1])
        return Card(ctx, [named, said[1]], gap=8, padding=20)

    # --- while it is read -----------------------------------------------------------------------------

    def _at_work(self, phase: IdentifyPhase) -> Parts:
        ctx = self.ctx
        lead = Banner(ctx, "info", ctx.words(f"identify.{phase.value}_lead"), "progress-clock", style="lead")
        person = ctx.state.person
        # While a card is being read nobody knows yet which; then it is the one that was read.
        source = person.document.source if person is not None else ""
        parts = Parts(
            heading=ctx.words(f"identify.{phase.value}"),
            body=[lead, self._privacy(again=True)],
            secondary=[self._back()],
        )
        if source not in CARDS:
            return parts
        return self._with_drawing(parts, lambda highest: staying(ctx, source, highest))

    # --- after it -------------------------------------------------------------------------------------

    def _done(self) -> Parts:
        ctx = self.ctx
        person = ctx.state.person
        assert person is not None
        name = mask_name(person.document.name)
        source = person.document.source
        is_card = source in CARDS
        lies = is_card and bool(ctx.state.card_on)  # as far as the reader can tell
        if is_card:
            take = ctx.words(f"identify.take_{source}" if lies else f"identify.taken_{source}")
        else:
            take = ctx.words("identify.take_nothing")
        body: list[Block] = [
            Banner(
                ctx,
                "warning" if lies else "success",
                take,
                "hand-back-right-outline" if lies else ICONS_TAKEN[is_card],
                style="lead_bold",
            )
        ]
        if person.offline:
            body.append(Banner(ctx, "info", ctx.words("identify.offline_lead"), "cloud-off-outline"))
        if told := wording.boxes(ctx, name):
            body.append(Text(ctx, told, "body", "muted"))
        parts = Parts(
            heading=_greeting(ctx, name) if name else ctx.words("identify.done_code"),
            lead=None if person.offline else ctx.words("identify.done_lead"),
            body=body,
            primary=Button(ctx, "continue", ctx.words("common.continue"), lambda: ctx.send(ev.Continue())),
            secondary=[self._back()],
        )
        # Cards are forgotten at this moment: how to take it stands large.
        return self._with_drawing(parts, lambda highest: taking(ctx, source, highest)) if lies else parts

    def _with_drawing(self, parts: Parts, draw: Callable[[float], Block]) -> Parts:
        """With the largest drawing that has room below the rest."""
        for highest in () if self.ctx.metrics.narrow else DRAWN_HIGH:
            drawn = replace(parts, body=[*parts.body, Card(self.ctx, draw(highest))])
            if self._fits(drawn):
                return drawn
        return parts

    # --- parts of all ---------------------------------------------------------------------------------

    def _nowhere(self, why: str) -> Parts:
        ctx = self.ctx
        none = Banner(ctx, "warning", ctx.words(why), "card-off-outline", style="lead")
        return Parts(ctx.words("identify.heading_nothing"), None, [none], secondary=[self._back()])

    def _fits(self, parts: Parts) -> bool:
        return fits(self.ctx, parts.body, self.body_height(parts), self.body_width(), parts.gap)

    def _privacy(self, again: bool = False) -> Block:
        """In full before a card is asked for; ``again``, on a small panel, its gist."""
        short = again and self.ctx.metrics.compact
        return Text(
            self.ctx,
            self.ctx.words("identify.privacy_short" if short else "identify.privacy"),
            "body",
            "muted",
        )

    def _privacy_before(self) -> Block | None:
        """On a small panel the whole sentence comes on a later leaf; its gist stands on the first.

        Not after a failure: then what went wrong stands first, and who reads it has read this.
        """
        if not self.ctx.metrics.narrow:
            return None
        return Text(self.ctx, self.ctx.words("identify.privacy_short"), "body", "muted")

    def _back(self) -> Button:
        ctx = self.ctx
        return Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")


def _greeting(ctx: Ctx, name: str) -> Block:
    """With the name, so that it is not for everybody's ears."""
    return private(Heading(ctx, ctx.words("identify.done", name=name)))[0]
