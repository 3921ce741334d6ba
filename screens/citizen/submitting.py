"""What is being done, ticked when it has happened; no touch is needed and no time-out runs."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from kiosk.visit.state import CaseState, Page, Visit
from screens.citizen import wording
from screens.citizen.beside import VisitPage
from screens.kit.block import Block
from screens.kit.layout import Card, Column
from screens.kit.notes import Banner, Steps
from screens.kit.page import Parts
from screens.kit.semantics import private
from screens.kit.text import Text

STILL_SECONDS: Final = 30.0


class SubmittingPage(VisitPage):
    name: ClassVar[Page] = Page.SUBMITTING

    def signature(self, state: Visit) -> object:
        began = state.submission.began if state.submission else 0.0
        return super().signature(state), time.monotonic() - began >= STILL_SECONDS

    def parts(self) -> Parts:
        ctx = self.ctx
        submission = ctx.state.submission
        assert submission is not None
        words = {"keep": "handed.keep"} if submission.of else {}
        steps = [
            (ctx.words(words.get(name, f"submitting.{name}")), state.value)
            for name, state in submission.steps
        ]
        body: list[Block] = [Card(ctx, Steps(ctx, steps))]
        lead = ctx.words("submitting.lead")
        if ctx.monotonic() - submission.began >= STILL_SECONDS:
            lead = "" if ctx.metrics.compact else lead  # this says it, too
            body.append(Banner(ctx, "info", ctx.words("submitting.still"), "timer-sand"))
        if submission.state is not CaseState.NOT_SENT:
            body.append(self._number(submission.project_no or submission.of or None, submission.serial))
        return Parts(ctx.words("submitting.heading"), lead or None, body)

    def _number(self, project_no: str | None, serial: str) -> Block:
        """What the citizen can name from now on: the platform's number, or until then this terminal's."""
        ctx = self.ctx
        label = ctx.words("submitting.project") if project_no else ctx.words("submitting.kept")
        number = Text(ctx, wording.grouped(project_no or serial), "number")
        number.name = project_no or serial  # in one piece, so that it is read out as one
        private(number)
        card = Card(ctx, Column(ctx, [Text(ctx, label, "body", "muted"), number], gap=8))
        card.whole = True
        return card
