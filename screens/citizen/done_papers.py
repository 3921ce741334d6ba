"""The papers of a case on the done page: which came, which did not, and what can be done about those."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.visit import events as ev
from kiosk.visit.state import Paper, PaperKind, PaperState, Submission
from screens.citizen import what_next, wording
from screens.citizen.what_next import LOST, ON_THE_WAY
from screens.kit.buttons import Button
from screens.kit.layout import Column
from screens.kit.notes import Banner, BannerKind
from screens.kit.press import PRINTING_PATIENCE

if TYPE_CHECKING:
    from screens.kit.block import Block
    from screens.kit.context import Ctx

BANNERS: Final[dict[PaperState, tuple[BannerKind, str]]] = {
    PaperState.WAITING: ("info", "printer"),
    PaperState.PRINTING: ("info", "printer"),
    PaperState.PRINTED: ("success", "check-circle-outline"),
    PaperState.NOT_PRINTED: ("warning", "printer-alert"),
    PaperState.UNKNOWN: ("warning", "printer-alert"),
}


class CasePapers:
    """``section``: where the words stand, of an application or of materials handed in later."""

    def __init__(self, ctx: Ctx, submission: Submission, section: str) -> None:
        self.ctx = ctx
        self.submission = submission
        self.section = section

    def told(self) -> list[Block]:
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

    def to_hear(self) -> list[Block]:
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

    @property
    def lost(self) -> list[Paper]:
        lost = [paper for paper in self.submission.papers if paper.state in LOST]
        return sorted(lost, key=lambda paper: paper.kind.value)

    def lost_ones(self) -> list[Block]:
        """What did not come out, first, each with the button that tries again."""
        ctx = self.ctx
        found: list[Block] = []
        for paper in self.lost:
            told, again = self.why(paper), self.again(paper)
            found.append(Column(ctx, [told, *again], gap=16) if again else told)
        return found

    def why(self, paper: Paper) -> Block:
        ctx = self.ctx
        kind, icon = BANNERS[paper.state]
        sentence = self._of_paper(self._title(paper), wording.paper_words(ctx, "done", paper))
        if not what_next.can_print_again(ctx, paper):
            sentence = f"{sentence}\n{self._advice(paper)}"
        return Banner(ctx, kind, sentence, icon)

    def again(self, paper: Paper) -> list[Block]:
        """The button, where the paper can still be printed here."""
        ctx = self.ctx
        if not what_next.can_print_again(ctx, paper):
            return []
        again = Button(
            ctx,
            f"print-again:{paper.kind.value}:{paper.document_id}".rstrip(":"),
            ctx.words("done.again_name", title=self._title(paper)),
            lambda: ctx.send(ev.PrintAgain(paper.kind, paper.document_id)),
            kind="secondary",
            icon=None if ctx.metrics.compact else "printer",
        )
        again.patience = PRINTING_PATIENCE
        return [again]

    def _advice(self, paper: Paper) -> str:
        """What to do instead, where printing again is not offered."""
        role = "document" if paper.kind is PaperKind.DOCUMENT else "receipt"
        known = "tries_over" if role in self.ctx.terminal.printers else "no_retry"
        return self.ctx.words(f"done.{known}")

    def _title(self, paper: Paper) -> str:
        if paper.kind is PaperKind.DOCUMENT:
            return paper.title or self.ctx.words("done.document")
        return self.ctx.words(f"{self.section}.slip_{self.submission.state.value}")
