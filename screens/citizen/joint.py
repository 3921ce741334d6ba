"""一件事一次办: what is done at once, by which body, and how each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.citizen.leaves import bullet
from screens.kit.block import Block
from screens.kit.layout import Card, Column
from screens.kit.tables import KeyValue
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from kiosk.matters.models import JointPart, Matter
    from screens.kit.context import Ctx


def joint_rows(ctx: Ctx) -> list[Block]:
    """For the check page; nothing for a matter of one body."""
    rows: list[Block] = []
    for part in ctx.state.parts:
        if ctx.metrics.narrow:  # names are long, and lines of text can be cut into pages
            texts = [
                Text(ctx, ctx.both(part.name), "body_bold"),
                Text(ctx, _body(ctx, part), "body", "muted"),
            ]
            rows.append(Column(ctx, texts, gap=0))
        else:
            rows.append(KeyValue(ctx, ctx.both(part.name), _body(ctx, part)))
    return rows


def joint_progress(ctx: Ctx) -> list[Block]:
    """For the done page: one progress, each body's part of it."""
    submission = ctx.state.submission
    if not ctx.state.parts or submission is None:
        return []
    answer = submission.answer
    states = {each.task_code: each.state for each in answer.parts} if answer is not None else {}
    lines: list[Block] = [Heading(ctx, ctx.words("joint.heading"), level=3)]
    for part in ctx.state.parts:
        state = states.get(part.task_code, "waiting")
        said = ctx.words("joint.line", name=ctx.both(part.name), state=ctx.words(f"joint.{state}"))
        lines.append(Column(ctx, [Text(ctx, said), Text(ctx, _body(ctx, part), "caption", "muted")], gap=0))
    return [Card(ctx, lines, gap=12)]


def joint_guide(ctx: Ctx, matter: Matter) -> list[Block]:
    """For the guide: all that can be done at once, before anybody has said what applies."""
    if not matter.parts:
        return []
    lines: list[Block] = [Heading(ctx, ctx.words("joint.guide"), level=3)]
    for part in sorted(matter.parts, key=lambda each: not each.lead):
        name = ctx.both(part.name)
        text = name if part.when is None or part.lead else ctx.words("joint.if_it_applies", name=name)
        words = Column(ctx, [Text(ctx, text), Text(ctx, _body(ctx, part), "caption", "muted")], gap=0)
        lines.append(bullet(ctx, words))
    return [Card(ctx, lines, gap=12)]


def _body(ctx: Ctx, part: JointPart) -> str:
    return ctx.words("joint.lead" if part.lead else "joint.assisting", department=ctx.both(part.department))
