"""继续上次的办理? What was filled in another day, shown to the same person only."""

from __future__ import annotations

from typing import ClassVar

from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.citizen import wording
from screens.citizen.leaves import bullet
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.text import Heading, Text


class ResumePage(CitizenPage):
    name: ClassVar[Page] = Page.RESUME

    def parts(self) -> Parts:
        ctx = self.ctx
        matter = ctx.state.matter
        assert matter is not None
        saved = next(form for form in ctx.state.saved if form.task_code == matter.task_code)
        kept = ctx.words("resume.kept", until=wording.day(ctx, saved.until))
        body: list[Block] = [Banner(ctx, "success", kept, "content-save-outline")]
        names = {material.code: ctx.both(material.name) for material in matter.guide.materials}
        missing = [names[code] for code in saved.missing if code in names]
        if missing:
            lines = [bullet(ctx, Text(ctx, name)) for name in missing]
            body.append(Card(ctx, [Heading(ctx, ctx.words("resume.missing"), level=3), *lines], gap=8))
        body.append(Text(ctx, ctx.words("resume.anew_note"), "body", "muted"))
        anew = Button(
            ctx, "start-anew", ctx.words("resume.anew"), lambda: ctx.send(ev.StartAnew()), kind="secondary"
        )
        back = Button(ctx, "back", ctx.words("common.back"), lambda: ctx.send(ev.Back()), kind="secondary")
        if ctx.metrics.narrow:  # only the first of the other buttons stands outside of the body there
            back, anew = anew, back
        return Parts(
            heading=ctx.words("resume.heading"),
            lead=ctx.words("resume.lead", matter=ctx.both(matter.plain_name)),
            body=body,
            primary=Button(ctx, "resume", ctx.words("resume.resume"), lambda: ctx.send(ev.Resume())),
            secondary=[back, anew],
        )
