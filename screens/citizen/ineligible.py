"""It cannot be done now: which condition is not fulfilled, what to do instead, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kiosk.matters import eligibility
from kiosk.visit import events as ev
from kiosk.visit.state import Page
from screens.citizen import wording
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card
from screens.kit.notes import Banner
from screens.kit.page import CitizenPage, Parts
from screens.kit.semantics import private
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.models import Condition, Matter


class IneligiblePage(CitizenPage):
    name: ClassVar[Page] = Page.INELIGIBLE

    def parts(self) -> Parts:
        ctx = self.ctx
        state = ctx.state
        assert state.matter is not None
        unmet = eligibility.unmet(state.matter, state.form.answers, state.facts, ctx.now().date())
        answered = any(eligibility.key_of(number) in state.form.answers for number, _ in unmet)
        body = private(*(self._condition(condition) for _, condition in unmet))
        body.append(Banner(ctx, "info", ctx.words("ineligible.nothing_sent"), "shield-check-outline"))
        back = "ineligible.change" if answered else "common.back"
        return Parts(
            heading=ctx.words("ineligible.heading"),
            lead=None if ctx.metrics.narrow else self._lead(state.matter),
            body=body,
            primary=Button(
                ctx, "another", ctx.words("ineligible.another"), lambda: ctx.send(ev.AnotherMatter())
            ),
            secondary=[
                Button(ctx, "back", ctx.words(back), lambda: ctx.send(ev.Back()), kind="secondary"),
            ],
        )

    def _lead(self, matter: Matter) -> str:
        return self.ctx.words("ineligible.lead", matter=self.ctx.both(matter.plain_name))

    def _condition(self, condition: Condition) -> Block:
        ctx = self.ctx
        lines: list[Block] = [
            Heading(ctx, ctx.words("ineligible.condition", condition=ctx.both(condition)), level=3)
        ]
        day = eligibility.fulfilled_from(condition, ctx.state.facts, ctx.now().date())
        if day is not None:
            lines.append(Text(ctx, ctx.words("ineligible.from", day=wording.day(ctx, day.isoformat()))))
        otherwise = condition.otherwise
        said = ctx.both(otherwise) if otherwise is not None else None
        lines.append(Text(ctx, said or ctx.words("ineligible.otherwise", phone=ctx.terminal.phone)))
        return Card(ctx, lines, gap=12)
