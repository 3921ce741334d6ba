"""How it ended: the truth in one sentence, the number, what comes next, papers, what to take, rating."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.matters import guide as guides
from kiosk.matters.models import LimitUnit, Shape
from kiosk.visit import events as ev
from kiosk.visit.state import (
    CaseState,
    MaterialStatus,
    Page,
    Paper,
    PaperKind,
    PaperState,
    RatingState,
    Submission,
)
from kiosk.visit.submitting import PRINT_TRIES
from screens.citizen import rating, wording
from screens.citizen.leaves import pairs
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.notes import Banner, BannerKind
from screens.kit.page import CitizenPage, Parts
from screens.kit.pictures import QRCode
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.models import Matter

NUMBER_AT_FULL_SIZE: Final = 24
"""Characters; a national case number has 43 and would push everything else off the page."""
GOOD: Final = (CaseState.ACCEPTED, CaseState.RECEIVED)
BANNERS: Final[dict[PaperState, tuple[BannerKind, str]]] = {
    PaperState.WAITING: ("info", "printer"),
    PaperState.PRINTING: ("info", "printer"),
    PaperState.PRINTED: ("success", "check-circle-outline"),
    PaperState.NOT_PRINTED: ("warning", "printer-alert"),
    PaperState.UNKNOWN: ("warning", "printer-alert"),
}
ON_THE_WAY: Final = (PaperState.WAITING, PaperState.PRINTING)


class DonePage(CitizenPage):
    name: ClassVar[Page] = Page.DONE

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

    def parts(self) -> Parts:
        ctx = self.ctx
        if ctx.state.rating.state is RatingState.REASONS:
            return rating.reasons_page(ctx)
        body: list[Block] = [
            self._number(),
            *self._reason(),
            *self._beside([*self._papers(), *self._take()]),
            *self._owed(),
            self._next(),
        ]
        if self.submission.project_no is not None:  # without it the platform could not tell what was rated
            body.append(rating.card(ctx))
        lead = ctx.words(f"done.{self.submission.state.value}_lead", matter=ctx.both(self.matter.plain_name))
        if ctx.metrics.narrow:  # the number comes first, whatever has room beside it
            body.insert(1, Text(ctx, lead, "body", "muted"))
        return Parts(
            heading=ctx.words(self._heading()),
            lead=None if ctx.metrics.narrow else lead,
            body=body,
            gap=16,
            primary=Button(ctx, "leave", ctx.words("done.leave"), lambda: ctx.send(ev.Leave())),
            secondary=[
                Button(
                    ctx,
                    "another",
                    ctx.words("done.another"),
                    lambda: ctx.send(ev.AnotherMatter()),
                    "secondary",
                )
            ],
        )

    def _beside(self, blocks: list[Block]) -> list[Block]:
        """Two of them beside each other where the panel lies across."""
        ctx = self.ctx
        if ctx.metrics.orientation != "landscape" or ctx.metrics.elder:
            return blocks
        return [Grid(ctx, row, 2, gap=16) for row in pairs(blocks, 2)]

    # --- what became of it ----------------------------------------------------------------------------

    def _heading(self) -> str:
        """The key of the sentence that is true now."""
        state = self.submission.state
        if state is not CaseState.ACCEPTED:
            return f"done.{state.value}"
        match self.matter.shape:
            case Shape.QUERY:
                return "done.accepted_query"
            case Shape.FILING:
                return "done.accepted_filing"
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

    def _number(self) -> Block:
        ctx = self.ctx
        project_no = self.submission.project_no
        reference = project_no or self.submission.serial
        if project_no is None:
            label = ctx.words("done.serial")
        else:
            accepted = self.submission.state is CaseState.ACCEPTED
            label = ctx.words("done.project" if accepted else "done.project_case")
        style = "number" if len(reference) <= NUMBER_AT_FULL_SIZE else "h2"
        number = Text(ctx, wording.grouped(reference), style)
        number.key = "number"
        words = Column(ctx, [Text(ctx, label, "body", "muted"), number], gap=4)
        cramped = ctx.metrics.narrow or (ctx.metrics.elder and ctx.metrics.orientation == "landscape")
        code = None if cramped else self._code()
        if code is None:
            return Card(ctx, words)
        return Card(ctx, Line(ctx, [words, code], shares=[1, None]))

    def _code(self) -> Block | None:
        ctx = self.ctx
        if not ctx.terminal.lookup_url:
            return None
        reference = self.submission.project_no or self.submission.serial
        code = QRCode(ctx, f"{ctx.terminal.lookup_url}{reference}", ctx.words("done.lookup_name"), size=200)
        return Column(ctx, [code, Text(ctx, ctx.words("done.lookup"), "caption", "muted", "center")], gap=4)

    def _reason(self) -> list[Block]:
        """The platform's own words for no, or for what it wants."""
        ctx = self.ctx
        answer = self.submission.answer
        if answer is None or self.submission.state in GOOD:
            return []
        reason = (answer.reason_en if ctx.language == "en" else None) or answer.reason_zh or answer.reason_en
        lines = [ctx.words("done.reason", reason=reason)] if reason else []
        lines += [
            f"{wanted.name}（{wording.day(ctx, wanted.until)}）" if wanted.until else wanted.name
            for wanted in answer.supplements
        ]
        return [Banner(ctx, "warning", "\n".join(lines), "alert-circle-outline")] if lines else []

    # --- papers ---------------------------------------------------------------------------------------

    def _papers(self) -> list[Block]:
        if not self.submission.papers:
            return [Banner(self.ctx, "info", self.ctx.words("done.papers_none"), "printer-off-outline")]
        return [self._paper(paper) for paper in self.submission.papers]

    def _paper(self, paper: Paper) -> Block:
        ctx = self.ctx
        title = self._title(paper)
        kind, icon = BANNERS[paper.state]
        sentence = f"{title}　{wording.paper_words(ctx, 'done', paper)}"
        lost = paper.state in (PaperState.NOT_PRINTED, PaperState.UNKNOWN)
        advice = self._advice(paper) if lost else None
        if advice is not None:
            sentence = f"{sentence}\n{advice}"
        banner = Banner(ctx, kind, sentence, icon)
        if not lost or advice is not None:
            return banner
        again = Button(
            ctx,
            f"print-again:{paper.kind.value}:{paper.document_id}".rstrip(":"),
            ctx.words("done.again_name", title=title),
            lambda: ctx.send(ev.PrintAgain(paper.kind, paper.document_id)),
            kind="secondary",
            icon="printer",
        )
        return Column(ctx, [banner, again], gap=16)

    def _advice(self, paper: Paper) -> str | None:
        """What to do instead, where printing again is not offered."""
        ctx = self.ctx
        role = "document" if paper.kind is PaperKind.DOCUMENT else "receipt"
        if role not in ctx.terminal.printers:
            return ctx.words("done.no_retry")
        if paper.tries >= PRINT_TRIES:
            return ctx.words("done.tries_over", phone=ctx.terminal.phone)
        return None

    def _title(self, paper: Paper) -> str:
        if paper.kind is PaperKind.DOCUMENT:
            return paper.title or self.ctx.words("done.document")
        state = self.submission.state
        known = f"slip_{state.value}" if state in GOOD else "slip"
        return self.ctx.words(f"done.{known}")

    # --- and now --------------------------------------------------------------------------------------

    def _next(self) -> Block:
        ctx = self.ctx
        state = self.submission.state
        parts: list[Block] = [Heading(ctx, ctx.words("done.next"), level=3)]
        if state in GOOD and self._paper_is_missing():
            parts.append(Text(ctx, ctx.words("done.next_without_paper", phone=ctx.terminal.phone)))
        elif state in GOOD:
            parts.append(Text(ctx, ctx.both(self.matter.next)))
            if promise := self._promise():
                parts.append(Text(ctx, promise, "body", "muted"))
        else:
            parts.append(Text(ctx, ctx.words(f"done.next_{state.value}", phone=ctx.terminal.phone)))
        return Card(ctx, parts, gap=8)

    def _paper_is_missing(self) -> bool:
        """The matter ends in a paper, and the platform gave none."""
        answer = self.submission.answer
        return self.matter.result_document and (answer is None or not answer.documents)

    def _promise(self) -> str | None:
        """By when: the platform's day, else what the guide promises; what is done at once needs none."""
        ctx = self.ctx
        answer = self.submission.answer
        if answer is not None and answer.promised_by:
            return ctx.words("done.promised", day=wording.day(ctx, answer.promised_by))
        limit = self.matter.guide.promised_limit
        if limit.unit is LimitUnit.IMMEDIATE:
            return None
        return ctx.words("done.promised_limit", limit=guides.limit_text(limit, ctx.language))

    def _owed(self) -> list[Block]:
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
        return [Card(ctx, parts, gap=8)]

    def _take(self) -> list[Block]:
        ctx = self.ctx
        source = ctx.state.person.document.source if ctx.state.person else ""
        known = {"samv": "take_samv", "social_security": "take_social_security", "scanner": "take_phone"}
        things = [ctx.words(f"done.{known[source]}")] if source in known else []
        if any(paper.state is not PaperState.NOT_PRINTED for paper in self.submission.papers):
            things.append(ctx.words("done.take_papers"))
        if not things:
            return []
        comma = ", " if ctx.language == "en" else "、"
        return [
            Banner(
                ctx, "warning", ctx.words("done.take", things=comma.join(things)), "hand-back-right-outline"
            )
        ]
