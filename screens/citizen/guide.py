"""What a matter takes: time, money, what to bring; can I do it; how it goes; and all 26 items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters import eligibility
from kiosk.matters.models import Need
from kiosk.visit import events as ev
from kiosk.visit.state import Page, PaperState
from screens.citizen import guide_full, wording
from screens.citizen.beside import VisitPage
from screens.citizen.joint import joint_guide
from screens.citizen.leaves import pairs, turner
from screens.citizen.samples import samples
from screens.kit.block import Block
from screens.kit.buttons import Badge, Button
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.notes import Banner, BannerKind
from screens.kit.page import Parts
from screens.kit.pager import fits
from screens.kit.pictures import QRCode
from screens.kit.press import PRINTING_PATIENCE
from screens.kit.semantics import Role, private
from screens.kit.text import Heading, Icon, Text
from screens.theme import ASIDE

if TYPE_CHECKING:
    from kiosk.matters.models import Bilingual, Matter

SOURCES: Final = ("samv", "social_security", "scanner")
GUIDE_TRIES: Final = 2
SHORT_THING: Final = 8
"""Characters; what to bring stands beside time and fee when it is no longer."""

STANDINGS: Final = {
    True: ("check-circle-outline", "success", "guide.fulfilled"),
    False: ("close-circle-outline", "danger", "guide.not_fulfilled"),
}
PAPER_KINDS: Final[dict[PaperState, tuple[BannerKind, str]]] = {
    PaperState.PRINTING: ("info", "printer"),
    PaperState.PRINTED: ("success", "check-circle-outline"),
    PaperState.NOT_PRINTED: ("warning", "printer-alert"),
    PaperState.UNKNOWN: ("warning", "printer-alert"),
}


class GuidePage(VisitPage):
    name: ClassVar[Page] = Page.GUIDE

    @property
    def matter(self) -> Matter:
        matter = self.ctx.state.matter
        assert matter is not None
        return matter

    def parts(self) -> Parts:
        return self._in_full() if self.ctx.state.guide_expanded else self._in_short()

    # --- in short -------------------------------------------------------------------------------------

    def _in_short(self) -> Parts:
        ctx, matter = self.ctx, self.matter
        closed = wording.unavailable(ctx, matter.task_code)
        parts = Parts(
            heading=ctx.both(matter.plain_name),
            lead=None if ctx.metrics.compact else self._official(),
            primary=self._start(closed),
            secondary=[self._back(), *([] if self._low else self._more())],
        )
        above: list[Block] = []
        if closed is not None:
            above.append(Banner(ctx, "warning", closed, "alert-outline"))
            if (place := wording.elsewhere(ctx, matter.task_code)) is not None:
                above.append(Banner(ctx, "info", place, "map-marker-outline"))
        if matter.finish is not None:
            what, days = ctx.both(matter.finish.what), matter.finish.days
            above.append(Banner(ctx, "info", ctx.words("guide.finish", what=what, days=days), "walk"))
        above += self._paper()
        if ctx.metrics.has_aside:
            left = Column(ctx, [self._facts(stacked=True), *self._mark(), *self._take_along()])
            body = [*above, Line(ctx, [left, Column(ctx, self._lists())], shares=[1, 1], valign="top")]
            if fits(ctx, body, self.body_height(parts), self.body_width()):
                return replace(parts, body=body)
            lists = [Grid(ctx, row, 2) for row in pairs(self._lists(), 2)]
            body = [*above, self._facts(), *self._mark(), *lists]
            if (aside := self._beside_the_code()) is not None:
                return replace(parts, body=body, aside=aside)
            return replace(parts, body=[*body, *self._take_along()])
        last: list[Block] = [self._official()] if ctx.metrics.compact else []
        if self._low:
            last.append(Line(ctx, self._more(), gap=16, shares=[1, 1], stretch=True))
        body = [*above, self._facts(), *self._mark(), *self._lists(), *self._take_along(), *last]
        return replace(parts, body=body)

    def _mark(self) -> list[Block]:
        """That the guide has drifted from the one that the platform publishes (Articles 9 and 12)."""
        ctx, code = self.ctx, self.matter.task_code
        if code not in ctx.catalogue.marks or code in ctx.state.unavailable:
            return []
        drifted = ctx.words("guide.drifted", phone=ctx.terminal.phone)
        return [Banner(ctx, "warning", drifted, "alert-outline")]

    def _lists(self) -> list[Block]:
        matter = self.matter
        can_i = [self._can_i()] if matter.eligibility else []
        steps = self._list("guide.steps", matter.steps, numbered=True)
        return [*joint_guide(self.ctx, matter), *can_i, steps, *samples(self.ctx, matter)]

    def _can_i(self) -> Block:
        """The conditions; once the card is known, whether each is fulfilled."""
        ctx, matter = self.ctx, self.matter
        rows: list[Block] = [Heading(ctx, ctx.words("guide.can_i"), level=3)]
        for number, condition in enumerate(matter.eligibility, start=1):
            fits_ = eligibility.standing(number, condition, {}, ctx.state.facts, ctx.now().date())
            text = ctx.both(condition)
            mark: Block = Text(ctx, "·", "body_bold", "on_tint", role=Role.NONE)
            if fits_ is not None:
                icon, ink, word = STANDINGS[fits_]
                mark, text = Icon(ctx, icon, 44, ink), ctx.words(word, condition=text)
            row = Line(ctx, [mark, Text(ctx, text)], gap=12, shares=[None, 1], valign="top")
            rows += [row] if fits_ is None else private(row)
        said_later = ctx.state.person is None and not ctx.metrics.compact
        if said_later and any(each.check or each.ask for each in matter.eligibility):
            rows.append(Text(ctx, ctx.words("guide.checked_later"), "caption", "muted"))
        return Card(ctx, rows, gap=12)

    def _official(self) -> Text:
        matter = self.matter
        name, department = self.ctx.both(matter.name), self.ctx.both(matter.department)
        if name == self.ctx.both(matter.plain_name):  # the heading has said it
            return Text(self.ctx, department, "caption", "muted")
        words = self.ctx.words("guide.official", name=name, department=department)
        return Text(self.ctx, words, "caption", "muted")

    def _facts(self, stacked: bool = False) -> Block:
        ctx, matter = self.ctx, self.matter
        time = self._fact("clock-outline", "guide.time", [wording.minutes(ctx, matter)], "lead_bold")
        fee = self._fact("cash", "guide.fee", [wording.fee(ctx, matter)], "lead_bold")
        things = [ctx.both(thing) for thing in matter.bring] or [ctx.words("guide.nothing")]
        things += self._also_taken()
        short = len(things) == 1 and len(things[0]) <= SHORT_THING
        bring = self._fact("bag-personal-outline", "guide.bring", things, "lead_bold" if short else "body")
        if ctx.metrics.narrow:
            return Card(ctx, [Text(ctx, wording.facts(ctx, matter), "lead_bold"), bring], gap=8)
        if stacked or ctx.metrics.narrow:
            return Card(ctx, [time, fee, bring])
        if short and not ctx.metrics.elder:
            return Card(ctx, Grid(ctx, [time, fee, bring], 3))
        return Card(ctx, [Grid(ctx, [time, fee], 2), bring])

    def _also_taken(self) -> list[str]:
        """Beside the guide's own words: this terminal knows people by other things than a card, too."""
        ctx = self.ctx
        here = [
            ctx.words(f"identify.{source}") for source in SOURCES if source in ctx.terminal.identity_sources
        ]
        if len(here) < 2 or Need.IDENTITY not in self.matter.needs or ctx.metrics.narrow:
            return []  # the page that asks for a card says it again
        comma = ", " if ctx.language != "zh" else "、"
        return [ctx.words("guide.any_document", documents=comma.join(here))]

    def _fact(self, icon: str, label: str, values: Sequence[str], style: str) -> Block:
        ctx = self.ctx
        texts = [Text(ctx, value, style) for value in values]
        words = Column(ctx, [Text(ctx, ctx.words(label), "caption", "muted"), *texts], gap=0)
        words.whole = len(texts) == 1
        if ctx.metrics.elder or ctx.metrics.narrow:
            return words  # large type needs the room, and a column can be cut into pages
        return Line(ctx, [Badge(ctx, icon, 72), words], gap=16, shares=[None, 1], valign="top")

    def _list(self, heading: str, items: Sequence[Bilingual], numbered: bool) -> Block:
        ctx = self.ctx
        rows: list[Block] = [Heading(ctx, ctx.words(heading), level=3)]
        for number, item in enumerate(items, start=1):
            mark = f"{number}." if numbered else "·"
            label = Text(ctx, mark, "body_bold", "on_tint", role=Role.NONE)
            text = Text(ctx, ctx.both(item))
            if numbered:
                text.name = f"{mark} {text.text}"
            rows.append(Line(ctx, [label, text], gap=12, shares=[None, 1], valign="top"))
        return Card(ctx, rows, gap=12)

    def _beside_the_code(self) -> Block | None:
        """Across, the code stands under the steps rather than on a leaf of its own; ``None`` without room."""
        ctx, steps = self.ctx, self.context()
        if not ctx.terminal.lookup_url or steps is None:
            return None
        name = ctx.words("guide.take_name")
        code = QRCode(ctx, f"{ctx.terminal.lookup_url}guides/{self.matter.task_code}", name, size=200)
        below = Text(ctx, ctx.words("guide.take"), "body_bold", "text", "center")
        aside = Column(ctx, [steps, Card(ctx, [code, below])])
        room = ctx.metrics.height - 2 * ctx.metrics.margin
        return aside if aside.fit(ctx.px(ASIDE)) <= room else None

    def _take_along(self) -> list[Block]:
        """The guide's address as a code; it says which guide, and nothing of who looks at it."""
        ctx = self.ctx
        address = ctx.terminal.lookup_url
        if not address or ctx.metrics.narrow:
            return []
        name = ctx.words("guide.take_name")
        code = QRCode(ctx, f"{address}guides/{self.matter.task_code}", name, size=200)
        words: list[Block] = [
            Heading(ctx, ctx.words("guide.take"), level=3),
            Text(ctx, ctx.words("guide.take_note"), "caption", "muted"),
        ]
        return [Card(ctx, Line(ctx, [code, Column(ctx, words, gap=8)], shares=[None, 1]))]

    # --- in full --------------------------------------------------------------------------------------

    def _in_full(self) -> Parts:
        ctx = self.ctx
        part = guide_full.opened(ctx)
        parts = Parts(
            heading=ctx.words(f"guide.part_{part}" if part else "guide.elements"),
            lead=None if part else self._official(),
            primary=self._start(wording.unavailable(ctx, self.matter.task_code)),
            secondary=[self._back(part), *([] if self._low else [self._print()])],
        )
        above: list[Block] = [] if part else self._paper()
        last: list[Block] = [self._print()] if self._low and not part else []
        if ctx.language != "zh" and not part:
            above.append(Banner(ctx, "info", ctx.words("guide.chinese_only"), "translate"))
        if part is not None:
            return replace(
                parts, secondary=parts.secondary[:1], body=guide_full.elements(ctx, self.matter, part)
            )
        body = [*above, *guide_full.elements(ctx, self.matter), *last]
        if guide_full.is_long(body, self.body_width(), self.leaf_height(parts)):
            lead = None if ctx.metrics.narrow or self._low else parts.lead
            return replace(parts, lead=lead, body=[*above, *guide_full.contents(ctx), *last], gap=16)
        page = ctx.state.guide_page
        return replace(parts, body=body, page=page, on_turn=turner(ctx, page))

    # --- buttons --------------------------------------------------------------------------------------

    def _start(self, closed: str | None) -> Button:
        ctx = self.ctx
        reason = ctx.words("guide.unavailable") if closed is not None else None
        start = Button(
            ctx, "start", ctx.words("guide.start"), lambda: ctx.send(ev.Start()), disabled_reason=reason
        )
        if start.reason is not None and (ctx.metrics.narrow or self._low):  # the page begins with it
            start.remove_widget(start.reason)
            start.reason = None
        return start

    def _back(self, part: str | None = None) -> Button:
        """From an open ``part`` to the list of them."""
        ctx = self.ctx
        if part is not None:
            parts = ctx.words("guide.parts")
            return Button(ctx, "back", parts, lambda: guide_full.open_part(ctx, None), kind="secondary")
        collapse = "guide.collapse_short" if ctx.metrics.narrow or self._low else "guide.collapse"
        label = collapse if ctx.state.guide_expanded else "common.back"
        return Button(ctx, "back", ctx.words(label), lambda: ctx.send(ev.Back()), kind="secondary")

    def _more(self) -> list[Button]:
        ctx = self.ctx
        expand = Button(
            ctx,
            "expand-guide",
            ctx.words("guide.expand"),
            lambda: ctx.send(ev.ExpandGuide(True)),
            kind="secondary",
        )
        return [expand] if ctx.metrics.narrow else [expand, self._print()]

    @property
    def _low(self) -> bool:
        """Large type on a panel that lies across: beside the way out and the act only what turns leaves."""
        return self.ctx.metrics.elder and self.ctx.metrics.orientation == "landscape"

    def _print(self) -> Button:
        ctx = self.ctx
        paper = ctx.state.guide_paper
        reason = None
        if "document" not in ctx.terminal.printers:
            reason = ctx.words("guide.no_printer")
        elif paper is not None and paper.state is PaperState.PRINTING:
            reason = ctx.words("guide.wait")
        elif paper is not None and paper.tries >= GUIDE_TRIES:
            reason = ctx.words("guide.tries_over")
        button = Button(
            ctx,
            "print-guide",
            ctx.words("guide.print"),
            lambda: ctx.send(ev.PrintGuide()),
            kind="secondary",
            disabled_reason=reason,
        )
        button.patience = PRINTING_PATIENCE
        return button

    def _paper(self) -> list[Block]:
        ctx = self.ctx
        paper = ctx.state.guide_paper
        if paper is None or paper.state not in PAPER_KINDS:
            return []
        kind, icon = PAPER_KINDS[paper.state]
        return [Banner(ctx, kind, wording.paper_words(ctx, "guide", paper), icon)]
