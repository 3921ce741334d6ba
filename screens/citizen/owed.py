"""补打上次的凭条? Papers of an earlier visit that did not come out, offered to the same person only."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from kiosk.visit import events as ev
from kiosk.visit.state import Page
from kiosk.visit.world import SHANGHAI
from screens.citizen import wording
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.text import Text


class OwedPage(CitizenPage):
    name: ClassVar[Page] = Page.OWED

    def parts(self) -> Parts:
        ctx = self.ctx
        known = ((each, ctx.catalogue.by_code(each.task_code)) for each in ctx.state.owed)
        owed, matter = next((each, found) for each, found in known if found is not None)
        day = datetime.fromisoformat(owed.applied_at).astimezone(SHANGHAI).date().isoformat()
        number = owed.answer.project_no if owed.answer else owed.of or owed.serial
        yours = "owed.yours_short" if ctx.metrics.compact else "owed.yours"
        body: list[Block] = [Banner(ctx, "info", ctx.words(yours), "printer")]
        if not ctx.metrics.narrow:  # there the question and its answers have to fit on one page
            told = Text(ctx, ctx.words("owed.number", number=wording.grouped(number)), "body", "muted")
            told.name = ctx.words("owed.number", number=number)  # in one piece, so that it is read out as one
            body = [Card(ctx, told), *body]
            body.append(Text(ctx, ctx.words("owed.kept"), "body", "muted"))
        later = Button(
            ctx, "leave-owed", ctx.words("owed.later"), lambda: ctx.send(ev.LeaveOwed()), kind="secondary"
        )
        back = Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")
        return Parts(
            heading=ctx.words("owed.heading"),
            lead=ctx.words("owed.lead", matter=ctx.both(matter.plain_name), day=wording.day(ctx, day)),
            body=body,
            primary=Button(ctx, "print-owed", ctx.words("owed.print"), lambda: ctx.send(ev.PrintOwed())),
            secondary=[later, back] if ctx.metrics.narrow else [back, later],
        )
