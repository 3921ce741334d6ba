"""接下来 on the done page: what is still to be done, and by when; never more than has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.matters.models import Shape
from kiosk.visit.promise import finish_by, promise
from kiosk.visit.state import CaseState, Paper, PaperKind, PaperState
from kiosk.visit.submitting import PRINT_TRIES
from screens.citizen import wording

if TYPE_CHECKING:
    from kiosk.matters.models import Matter
    from kiosk.visit.state import Submission
    from screens.kit.context import Ctx

GOOD: Final = (CaseState.ACCEPTED, CaseState.RECEIVED)
ON_THE_WAY: Final = (PaperState.WAITING, PaperState.PRINTING)
LOST: Final = (PaperState.NOT_PRINTED, PaperState.UNKNOWN)


def sentence(ctx: Ctx, matter: Matter, submission: Submission) -> str:
    """The one next step of this application."""
    state = submission.state
    if submission.of and not submission.papers[1:]:  # without a paper of its own
        return ctx.words(f"handed.next_{submission.told}", phone=ctx.terminal.phone)
    if state in GOOD:
        return _after_good(ctx, matter, submission)
    if state is CaseState.QUEUED and matter.result_document:
        shape = "query" if matter.shape is Shape.QUERY else "certificate"
        return ctx.words(
            f"done.next_queued_{shape}", hours=wording.window_hours(ctx, matter), phone=ctx.terminal.phone
        )
    return ctx.words(f"done.next_{submission.told}", phone=ctx.terminal.phone)


def _after_good(ctx: Ctx, matter: Matter, submission: Submission) -> str:
    answer = submission.answer
    if finish_by(ctx.state):  # what is received here is ended at the counter
        return ctx.both(matter.next)
    if submission.state is CaseState.RECEIVED and not (answer and answer.documents):
        return ctx.words("done.next_received", phone=ctx.terminal.phone)
    if matter.result_document and (answer is None or not answer.documents):
        return ctx.words("done.next_without_paper", phone=ctx.terminal.phone)
    waiting = [
        paper
        for paper in submission.papers
        if paper.kind is PaperKind.DOCUMENT and paper.state is not PaperState.PRINTED
    ]
    if not waiting:  # also where a query was read and nobody wanted paper
        return ctx.both(matter.next)
    worst = next((paper for paper in waiting if paper.state in LOST), waiting[0])
    return _about_paper(ctx, matter, worst)


def _about_paper(ctx: Ctx, matter: Matter, paper: Paper) -> str:
    title = paper.title or ctx.words("done.document")
    if paper.state in ON_THE_WAY:
        return ctx.words("done.next_paper_coming", title=title)
    hours, phone = wording.window_hours(ctx, matter), ctx.terminal.phone
    again = can_print_again(ctx, paper)
    if paper.state is PaperState.UNKNOWN:
        if again:
            return ctx.words("done.next_paper_unknown", title=title, hours=hours)
        return ctx.words("done.next_paper_unknown_at_window", title=title, hours=hours, phone=phone)
    if again:
        return ctx.words("done.next_paper_lost", title=title, hours=hours)
    return ctx.words("done.next_paper_at_window", title=title, hours=hours, phone=phone)


def can_print_again(ctx: Ctx, paper: Paper) -> bool:
    """Whether the button is there: a printer of that role, and tries left."""
    role = "document" if paper.kind is PaperKind.DOCUMENT else "receipt"
    return paper.state in LOST and role in ctx.terminal.printers and paper.tries < PRINT_TRIES


def by_when(ctx: Ctx) -> str | None:
    """The promise in words, or until when a pre-application has to be finished; what is done at once
    needs none."""
    if last_day := finish_by(ctx.state):
        return ctx.words("done.finish_by", day=wording.day(ctx, last_day))
    told = promise(ctx.state)
    if told is None or told.at_once:
        return None
    limit = told.limit_text(ctx.language)
    if told.once_complete:
        return ctx.words("done.promised_complete", limit=limit)
    if told.words:
        return ctx.words("done.promised_words", words=told.words)
    if told.by:
        return ctx.words("done.promised", day=wording.day(ctx, told.by))
    return ctx.words("done.promised_limit", limit=limit)
