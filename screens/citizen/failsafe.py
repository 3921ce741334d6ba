"""Something that cannot happen has happened: what became of the matter, whom to call, and the way out.

Uses texts, one button and a column, nothing else, so that whatever broke is not needed here.
"""

from __future__ import annotations

from typing import ClassVar, Final

from kiosk.visit.events import Leave
from kiosk.visit.state import CaseState, Page
from screens.citizen.wording import grouped
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Column
from screens.kit.page import CitizenPage, Parts
from screens.kit.text import Text

WITH_PHONE: Final = ("refused", "set_aside", "unconfirmed")
"""Outcomes whose sentence names the number to call."""


class FailsafePage(CitizenPage):
    name: ClassVar[Page] = Page.FAILSAFE

    def parts(self) -> Parts:
        ctx = self.ctx
        body: list[Block] = [Text(ctx, self._told(), "lead_bold", role="alert", live="assertive")]
        submission = ctx.state.submission
        if submission is not None and submission.state is not CaseState.NOT_SENT:
            label = "done.project" if submission.project_no else "done.serial"
            shown = Text(ctx, grouped(submission.project_no or submission.serial), "number")
            numbered = Column(ctx, [Text(ctx, ctx.words(label), "body", "muted"), shown], gap=8)
            numbered.whole = True  # on one leaf, however small the panel
            body.append(numbered)
        body.append(Text(ctx, ctx.words("failsafe.take"), "lead"))
        body.append(Text(ctx, ctx.words("failsafe.call", phone=ctx.terminal.phone), "lead"))
        if ctx.state.failsafe:
            body.append(Text(ctx, ctx.words("failsafe.code", code=ctx.state.failsafe), "caption", "muted"))
        leave = Button(ctx, "leave", ctx.words("failsafe.leave"), lambda: ctx.send(Leave()))
        return Parts(ctx.words("failsafe.heading"), body=body, primary=leave)

    def _told(self) -> str:
        ctx, outcome = self.ctx, self._outcome()
        phone = {"phone": ctx.terminal.phone} if outcome in WITH_PHONE else {}
        return ctx.words(f"failsafe.{outcome}", **phone)

    def _outcome(self) -> str:
        """The key of the sentence that is true now."""
        submission = self.ctx.state.submission
        if submission is None:
            return "nothing"
        if submission.state is CaseState.NOT_SENT:
            # Until the disk has answered nobody may say that nothing was kept, except when it said so.
            return "not_kept" if submission.fault else "unknown"
        return submission.told
