"""What of a visit's papers is still to come out of a printer, and what that means for its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kiosk.visit.state import Page, PaperKind, PaperState, StepName, StepState, Visit

if TYPE_CHECKING:
    from kiosk.visit.world import World

SHOW_DONE_AFTER_SECONDS: Final = 12.0
"""After this long the done page shows while a paper is still on its way out of the printer."""


def certificate_left(visit: Visit) -> bool:
    """Whether a result paper of this visit is not in the hand yet, as far as the printer tells."""
    papers = visit.submission.papers if visit.submission else ()
    return any(paper.kind is PaperKind.DOCUMENT and paper.state is PaperState.NOT_PRINTED for paper in papers)


def show_done_meanwhile(visit: Visit, world: World) -> Visit:
    """A slow printer does not hold the truth back: number and state show while the paper comes."""
    submission = visit.submission
    if submission is None or dict(submission.steps).get(StepName.PRINT) is not StepState.RUNNING:
        return visit
    if world.now - submission.began < SHOW_DONE_AFTER_SECONDS:
        return visit
    return replace(visit, page=Page.DONE, last_touch=world.now)


def printing(visit: Visit) -> bool:
    """Whether any paper of this visit is still on its way."""
    papers = [paper for paper in (visit.guide_paper, visit.notice_paper) if paper]
    if visit.submission:
        papers += visit.submission.papers
    return any(paper.state is PaperState.PRINTING for paper in papers)
