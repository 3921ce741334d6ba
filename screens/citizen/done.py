"""How it ended: the truth in one sentence, the number, what comes next, papers, what to take, rating."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters.models import Shape
from kiosk.visit import events as ev
from kiosk.visit.promise import finish_by
from kiosk.visit.state import (
    CaseState,
    MaterialStatus,
    Page,
    PaperKind,
    PaperState,
    RatingState,
    Submission,
)
from screens.citizen import rating, what_next, wording
from screens.citizen.done_papers import CasePapers
from screens.citizen.joint import joint_progress
from screens.citizen.leaves import pairs
from screens.citizen.what_next import GOOD, ON_THE_WAY
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.pager import fits
from screens.kit.pictures import QRCode
from screens.kit.semantics import private
from screens.kit.text import Heading, Text
from screens.theme import GUTTER

if TYPE_CHECKING:
    from kiosk.matters.models import Matter

NUMBER_AT_FULL_SIZE: Final = 24
"""Characters; a national case number has 43 and would push everything else off the page."""


class DonePage(CitizenPage):
    name: ClassVar[Page] = Page.DONE

    view = ""
    """Which of the rating's own pages stands in the place of this one."""

    def _view(self) -> str:
        state = self.ctx.state.rating.state
        if state is RatingState.REASONS:
            return "reasons"
        return "question" if state is RatingState.OPEN and self.ctx.draft.get(rating.ASKED) else ""

    @property
    def submission(self) -> Submission:
        submission = self.ctx.state.submission
        assert submission is not None
        return submission

    @property
    def matter(self) -> Matter:
        matter = self.ctx.state.matter
        assert matter is not None
        return matter

    @property
    def _papers(self) -> CasePapers:
        return CasePapers(self.ctx, self.submission, self._section)

    def parts(self) -> Parts:
        ctx = self.ctx
        self.view = self._view()
        if self.view:
            return rating.reasons_page(ctx) if self.view == "reasons" else rating.question_page(ctx)
        following = self._next()
        body: list[Block] = [
            self._number(),
            *private(*self._reason()),
            *self._papers.lost_ones(),
            *self._beside([*self._papers.told(), *self._take()]),
            *self._owed(),
            *joint_progress(ctx),
            following,
        ]
        rated = self.submission.project_no is not None  # else the platform could not tell what was
        rate = [rating.card(ctx)] if rated else []
        heard = self._papers.to_hear()
        body += [*rate, *heard] if ctx.metrics.elder else [*heard, *rate]
        lead = self._lead()
        if ctx.metrics.narrow:  # the number comes first, whatever has room beside it
            after = body.index(following) if ctx.metrics.narrow else 1
            body.insert(after, Text(ctx, lead, "body", "muted"))
        parts = Parts(
            heading=ctx.words(self._heading()),
            lead=None if ctx.metrics.narrow else lead,
            body=body,
            gap=16,
            primary=Button(ctx, "leave", ctx.words("done.leave"), lambda: ctx.send(ev.Leave())),
            secondary=[self._another()],
        )
        if not ctx.metrics.narrow:
            return self._in_sight(parts)
        return parts if self._all_fits(parts) else self._by_leaves(parts)

    def _lead(self) -> str:
        told = "pre_applied" if self._pre_applied() else self.submission.told
        return self.ctx.words(f"{self._section}.{told}_lead", matter=self.ctx.both(self.matter.plain_name))

    def _all_fits(self, parts: Parts) -> bool:
        return fits(self.ctx, parts.body, self.body_height(parts), self.body_width(), parts.gap)

    def _by_leaves(self, parts: Parts) -> Parts:
        """What the page asks for, the number and the rating on the first leaf, the rest on those behind."""
        ctx = self.ctx
        short = replace(parts, body=(), lead=None if ctx.metrics.narrow else parts.lead)
        room, width, gap = self.leaf_height(short), self.body_width(), parts.gap
        lead = [Text(ctx, self._lead(), "body", "muted")] if ctx.metrics.narrow else []
        for told, open_ in ((True, True), (True, False), (False, False)):
            first = self._first(told, open_)
            if fits(ctx, first, room, width, gap):
                break
        rest: list[Block] = [
            *([] if told else [*map(self._papers.why, self._papers.lost), *private(*self._reason())]),
            *self._papers.told(),
            *self._take(),
            *lead,
            *self._owed(),
            *joint_progress(ctx),
            self._next(),
            *self._papers.to_hear(),
        ]
        return replace(short, body=[*first, *rest])

    def _first(self, told: bool, open_: bool) -> list[Block]:
        """``told``: with why a paper was lost; else what is done about it comes first.  ``open_``: the five
        words of the rating themselves."""
        ctx = self.ctx
        rate: list[Block] = []
        if self.submission.project_no is not None:
            asks = ctx.state.rating.state is RatingState.OPEN
            rate = [rating.card(ctx, one_row=True) if open_ or not asks else rating.door(ctx)]
        if told:
            lost = self._papers.lost_ones()
            return [self._number(), *private(*self._reason()), *lost, *rate]
        again = [button for paper in self._papers.lost for button in self._papers.again(paper)]
        return [*again, *rate, self._number()]

    def _in_sight(self, parts: Parts) -> Parts:
        """All at once, the question of the rating, too, where that fits when it stands closer."""
        ctx = self.ctx
        across = ctx.metrics.orientation == "landscape"
        if not across and self._all_fits(parts):
            return parts
        news, follows = [*self._papers.told(), *self._take()], self._next(close=True)
        for note in news:
            if isinstance(note, Banner) and ctx.metrics.elder:
                note.pad = ctx.px(16)
        if across:
            column = Column(ctx, news, gap=16)
            news = [Line(ctx, [column, follows], gap=16, shares=[1, 1], valign="top")]
        body: list[Block] = [
            self._number(str(parts.lead)),
            *private(*self._reason()),
            *self._papers.lost_ones(),
            *news,
            *self._owed(close=True),
            *joint_progress(ctx),
            *([] if across else [follows]),
        ]
        if heard := self._papers.to_hear():
            body.append(Line(ctx, heard, gap=16, shares=[1] * len(heard), stretch=True))
        if self.submission.project_no is not None:
            body.append(rating.card(ctx, one_row=True))
        closer = replace(parts, body=body, lead=None, gap=12 if ctx.metrics.elder else 16)
        return closer if self._all_fits(closer) else self._by_leaves(parts)

    def _another(self) -> Button:
        """再办一件; on a small tablet on one line, because a second one would take the room of the page."""
        ctx = self.ctx
        short = ctx.metrics.narrow and ctx.metrics.elder
        label = ctx.words("done.another_short" if short else "done.another")
        button = Button(ctx, "another", label, lambda: ctx.send(ev.AnotherMatter()), "secondary")
        button.name = ctx.words("done.another")
        return button

    def _beside(self, blocks: list[Block]) -> list[Block]:
        """Two of them beside each other where the panel lies across."""
        ctx = self.ctx
        if ctx.metrics.orientation != "landscape" or ctx.metrics.elder:
            return blocks
        return [Grid(ctx, row, 2, gap=16) for row in pairs(blocks, 2)]

    # --- what became of it ----------------------------------------------------------------------------

    @property
    def _section(self) -> str:
        """Where the words stand: of an application, or of materials that were handed in later."""
        return "handed" if self.submission.of else "done"

    def _pre_applied(self) -> bool:
        return bool(finish_by(self.ctx.state)) and not self.submission.of

    def _heading(self) -> str:
        """The key of the sentence that is true now."""
        state = self.submission.state
        if self.submission.of:
            return f"handed.{self.submission.told}"
        if self._pre_applied():
            return "done.pre_applied"
        if state is not CaseState.ACCEPTED:
            return f"done.{self.submission.told}"
        match self.matter.shape:
            case Shape.QUERY:
                return "done.accepted_query"
            case Shape.FILING:
                return f"done.accepted_{'booking' if self.matter.exchange.is_schedule else 'filing'}"
            case Shape.APPLICATION:
                return "done.accepted_application"
            case Shape.CERTIFICATE:
                return self._certificate_heading()

    def _certificate_heading(self) -> str:
        states = {paper.state for paper in self.submission.papers if paper.kind is PaperKind.DOCUMENT}
        if not states:
            return "done.accepted_application"
        if PaperState.NOT_PRINTED in states:
            return "done.accepted_not_printed"
        if states & set(ON_THE_WAY):
            return "done.accepted_printing"
        return "done.accepted_unknown" if PaperState.UNKNOWN in states else "done.accepted"

    def _number(self, lead: str = "") -> Block:
        """``lead``: said here where there is no room for it under the heading."""
        ctx = self.ctx
        project_no = self.submission.project_no or self.submission.of or None
        reference = self.submission.number
        label = ctx.words("done.serial" if project_no is None else "done.project")
        close = ctx.metrics.elder and bool(lead)
        long = "body_bold" if ctx.metrics.narrow or close else "h2"
        style = "number" if len(reference) <= NUMBER_AT_FULL_SIZE else long
        number = Text(ctx, wording.grouped(reference), style)
        number.key = "number"
        number.name = reference  # in one piece, so that it is read out as one
        number.private = True
        # Across it stands beside the content; where there is little room the paper has it.
        code = None if ctx.metrics.narrow or ctx.metrics.orientation == "landscape" else self._code()
        said = Text(ctx, f"{lead}　{label}" if lead else label, "body", "muted")
        room = self.body_width() - ctx.px(64) - (code.natural_width() + ctx.px(GUTTER) if code else 0)
        if lead and said.natural_width() > room:
            said.text = f"{lead}\n{label}"  # what the number is stands above it in one piece
        words = Column(ctx, [said, number], gap=4)
        words.whole = True
        if code is None:
            return Card(ctx, words, padding=(32, 20) if lead else None)
        return Card(ctx, Line(ctx, [words, code], shares=[1, None]), padding=(32, 20) if lead else None)

    def context(self) -> Block | None:
        if self.ctx.state.rating.state is RatingState.REASONS:
            return None
        code = self._code()
        return Column(self.ctx, [Card(self.ctx, code)]) if code is not None else None

    def _code(self) -> Block | None:
        ctx = self.ctx
        state = self.submission.state
        if not ctx.terminal.lookup_url or state is CaseState.SET_ASIDE:
            return None  # what the platform did not take cannot be looked up there
        reference = self.submission.number
        code = QRCode(ctx, f"{ctx.terminal.lookup_url}{reference}", ctx.words("done.lookup_name"), size=200)
        below = ctx.words("done.lookup_later" if state is CaseState.QUEUED else "done.lookup")
        return Column(ctx, [code, Text(ctx, below, "caption", "muted", "center")], gap=4)

    def _reason(self) -> list[Block]:
        """The platform's own words for no, or for what it wants."""
        ctx = self.ctx
        answer = self.submission.answer
        if answer is None or self.submission.state in GOOD:
            return []
        reason = (answer.reason_en if ctx.language != "zh" else None) or answer.reason_zh or answer.reason_en
        lines = [ctx.words("done.reason", reason=reason)] if reason else []
        lines += [
            ctx.words("done.wanted_until", name=wanted.name, until=wording.day(ctx, wanted.until))
            if wanted.until
            else wanted.name
            for wanted in answer.supplements
        ]
        return [Banner(ctx, "warning", "\n".join(lines), "alert-circle-outline")] if lines else []

    # --- and now --------------------------------------------------------------------------------------

    def _next(self, close: bool = False) -> Block:
        ctx = self.ctx
        parts: list[Block] = [
            Heading(ctx, ctx.words("done.next"), level=3),
            Text(ctx, what_next.sentence(ctx, self.matter, self.submission)),
        ]
        if promise := what_next.by_when(ctx):
            parts.append(Text(ctx, promise, "body", "muted"))
        return Card(ctx, parts, gap=8, padding=(32, 20) if close else None)

    def _owed(self, close: bool = False) -> list[Block]:
        ctx = self.ctx
        owed = [view for view in ctx.state.materials if view.status is MaterialStatus.OWED]
        if not owed:
            return []
        materials = {material.code: material for material in self.matter.guide.materials}
        parts: list[Block] = [Heading(ctx, ctx.words("done.owed"), level=3)]
        for view in owed:
            material = materials[view.code]
            how = ctx.both(material.owing.how) if material.owing else ""
            words = ctx.words(
                "done.owed_item", name=ctx.both(material.name), until=wording.day(ctx, view.until), how=how
            )
            parts.append(Text(ctx, words))
        return [Card(ctx, parts, gap=8, padding=(32, 20) if close else None)]

    def _take(self) -> list[Block]:
        ctx = self.ctx
        source = ctx.state.person.document.source if ctx.state.person else ""
        known = {"samv": "take_samv", "social_security": "take_social_security", "scanner": "take_phone"}
        things = [ctx.words(f"done.{known[source]}")] if source in known else []
        if any(paper.state is PaperState.PRINTED for paper in self.submission.papers):
            things.append(ctx.words("done.take_papers"))
        if not things:
            return []
        comma = ", " if ctx.language != "zh" else "、"
        return [
            Banner(
                ctx, "warning", ctx.words("done.take", things=comma.join(things)), "hand-back-right-outline"
            )
        ]
