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
    Paper,
    PaperKind,
    PaperState,
    RatingState,
    Submission,
)
from screens.citizen import rating, what_next, wording
from screens.citizen.joint import joint_progress
from screens.citizen.leaves import pairs
from screens.citizen.what_next import GOOD, LOST, ON_THE_WAY
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column, Grid, Line
from screens.kit.notes import Banner, BannerKind
from screens.kit.page import CitizenPage, Parts
from screens.kit.pager import fits
from screens.kit.pictures import QRCode
from screens.kit.press import PRINTING_PATIENCE
from screens.kit.semantics import private
from screens.kit.text import Heading, Text
from screens.theme import GUTTER

if TYPE_CHECKING:
    from kiosk.matters.models import Matter

NUMBER_AT_FULL_SIZE: Final = 24
"""Characters; a national case number has 43 and would push everything else off the page."""
BANNERS: Final[dict[PaperState, tuple[BannerKind, str]]] = {
    PaperState.WAITING: ("info", "printer"),
    PaperState.PRINTING: ("info", "printer"),
    PaperState.PRINTED: ("success", "check-circle-outline"),
    PaperState.NOT_PRINTED: ("warning", "printer-alert"),
    PaperState.UNKNOWN: ("warning", "printer-alert"),
}


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
        following = self._next()
        body: list[Block] = [
            *private(self._number(), *self._reason()),
            *self._lost_papers(),
            *self._beside([*self._papers(), *self._take()]),
            *self._owed(),
            *joint_progress(ctx),
            following,
        ]
        rated = self.submission.project_no is not None  # else the platform could not tell what was
        rate = [rating.card(ctx)] if rated else []
        heard = self._to_hear()
        body += [*rate, *heard] if ctx.metrics.elder else [*heard, *rate]
        told = "pre_applied" if self._pre_applied() else self.submission.told
        lead = ctx.words(f"{self._section}.{told}_lead", matter=ctx.both(self.matter.plain_name))
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
        return parts if ctx.metrics.narrow else self._in_sight(parts)

    def _in_sight(self, parts: Parts) -> Parts:
        """All at once, the question of the rating, too, where that fits when it stands closer."""
        ctx = self.ctx
        across = ctx.metrics.orientation == "landscape"
        if not across and fits(ctx, parts.body, self.body_height(parts), self.body_width(), parts.gap):
            return parts
        news, follows = [*self._papers(), *self._take()], self._next(close=True)
        for note in news:
            if isinstance(note, Banner) and ctx.metrics.elder:
                note.pad = ctx.px(16)
        if across:
            column = Column(ctx, news, gap=16)
            news = [Line(ctx, [column, follows], gap=16, shares=[1, 1], valign="top")]
        body: list[Block] = [
            self._number(str(parts.lead)),
            *self._reason(),
            *self._lost_papers(),
            *news,
            *self._owed(close=True),
            *joint_progress(ctx),
            *([] if across else [follows]),
        ]
        if heard := self._to_hear():
            body.append(Line(ctx, heard, gap=16, shares=[1] * len(heard), stretch=True))
        if self.submission.project_no is not None:
            body.append(rating.card(ctx, one_row=True))
        closer = replace(parts, body=body, lead=None, gap=12 if ctx.metrics.elder else 16)
        room = self.body_height(closer)
        return closer if fits(ctx, closer.body, room, self.body_width(), closer.gap) else parts

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

    # --- papers ---------------------------------------------------------------------------------------

    def _papers(self) -> list[Block]:
        """Those that came or are coming, one line for each state: a short page keeps the rating in sight."""
        ctx = self.ctx
        if not self.submission.papers:
            return [Banner(ctx, "info", ctx.words("done.papers_none"), "printer-off-outline")]
        comma = ", " if ctx.language != "zh" else "、"
        found: list[Block] = []
        for state in (*ON_THE_WAY, PaperState.PRINTED):
            titles = [self._title(paper) for paper in self.submission.papers if paper.state is state]
            if titles:
                kind, icon = BANNERS[state]
                words = self._of_paper(comma.join(titles), ctx.words(f"done.{state.value}"))
                found.append(Banner(ctx, kind, words, icon))
        return found

    def _of_paper(self, title: str, said: str) -> str:
        return f"{title}　{said}" if self.ctx.language == "zh" else f"{title}: {said}"

    def _to_hear(self) -> list[Block]:
        """Who has the pages read aloud can have the papers read, too; they are on the screen meanwhile."""
        ctx = self.ctx
        if not ctx.state.mode.speaks:
            return []
        return [self._hear(paper) for paper in self.submission.papers if paper.state is PaperState.PRINTED]

    def _hear(self, paper: Paper) -> Block:
        ctx, title = self.ctx, self._title(paper)
        return Button(
            ctx,
            f"hear:{paper.kind.value}:{paper.document_id}".rstrip(":"),
            ctx.words("paper.hear", title=title),
            lambda: ctx.send(ev.ReadPaper(paper.kind, title, paper.document_id)),
            kind="secondary",
            icon="volume-high",
            style="body_bold",
            high=96,
        )

    def _lost_papers(self) -> list[Block]:
        """What did not come out, first, each with the button that tries again."""
        lost = [paper for paper in self.submission.papers if paper.state in LOST]
        return [self._lost_paper(paper) for paper in sorted(lost, key=lambda paper: paper.kind.value)]

    def _lost_paper(self, paper: Paper) -> Block:
        ctx = self.ctx
        title = self._title(paper)
        kind, icon = BANNERS[paper.state]
        sentence = self._of_paper(title, wording.paper_words(ctx, "done", paper))
        if not what_next.can_print_again(ctx, paper):
            return Banner(ctx, kind, f"{sentence}\n{self._advice(paper)}", icon)
        again = Button(
            ctx,
            f"print-again:{paper.kind.value}:{paper.document_id}".rstrip(":"),
            ctx.words("done.again_name", title=title),
            lambda: ctx.send(ev.PrintAgain(paper.kind, paper.document_id)),
            kind="secondary",
            icon="printer",
        )
        again.patience = PRINTING_PATIENCE
        return Column(ctx, [Banner(ctx, kind, sentence, icon), again], gap=16)

    def _advice(self, paper: Paper) -> str:
        """What to do instead, where printing again is not offered."""
        role = "document" if paper.kind is PaperKind.DOCUMENT else "receipt"
        known = "tries_over" if role in self.ctx.terminal.printers else "no_retry"
        return self.ctx.words(f"done.{known}")

    def _title(self, paper: Paper) -> str:
        if paper.kind is PaperKind.DOCUMENT:
            return paper.title or self.ctx.words("done.document")
        return self.ctx.words(f"{self._section}.slip_{self.submission.state.value}")

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
