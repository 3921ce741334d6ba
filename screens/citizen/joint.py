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
        if ctx.metrics.compact:  # who works on it stands in the full guide
            rows.append(bullet(ctx, Text(ctx, ctx.both(part.name), "body_bold")))
        elif ctx.metrics.narrow:  # names are long, and lines of text can be cut into pages
            rows.append(_together(ctx, Text(ctx, ctx.both(part.name), "body_bold"), part))
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
        told = Text(ctx, ctx.words("joint.line", name=ctx.both(part.name), state=ctx.words(f"joint.{state}")))
        lines.append(bullet(ctx, told) if ctx.metrics.compact else _together(ctx, told, part))
    return [Card(ctx, lines, gap=12)]


def joint_guide(ctx: Ctx, matter: Matter) -> list[Block]:
    """For the guide: all that can be done at once, before anybody has said what applies."""
    if not matter.parts:
        return []
    lines: list[Block] = [Heading(ctx, ctx.words("joint.guide"), level=3)]
    for part in sorted(matter.parts, key=lambda each: not each.lead):
        name = ctx.both(part.name)
        text = name if part.when is None or part.lead else ctx.words("joint.if_it_applies", name=name)
        said: Block = Text(ctx, text)
        # Large type on a small panel: what is done counts, who works on it stands in the full guide.
        lines.append(bullet(ctx, said if ctx.metrics.compact else _together(ctx, said, part)))
    return [Card(ctx, lines, gap=12)]


def _together(ctx: Ctx, said: Block, part: JointPart) -> Block:
    """What it is and who works on it, on one leaf."""
    found = Column(ctx, [said, Text(ctx, _body(ctx, part), "caption", "muted")], gap=0)
    found.whole = True
    return found


def _body(ctx: Ctx, part: JointPart) -> str:
    return ctx.words("joint.lead" if part.lead else "joint.assisting", department=ctx.both(part.department))
