"""好差评 on the done page: voluntary, five words, a reason only below 3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kiosk.matters.ratings import published
from kiosk.visit import events as ev
from kiosk.visit.state import RatingState
from screens.kit.block import Block
from screens.kit.buttons import Button, Chip
from screens.kit.choices import Checkbox
from screens.kit.frame import body_width
from screens.kit.layout import NARROW_PADDING, Card, Grid, Line
from screens.kit.page import Parts
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx

WORDS: Final = (
    (5, "rating.very_good", "emoticon-excited-outline"),
    (4, "rating.good", "emoticon-happy-outline"),
    (3, "rating.fair", "emoticon-neutral-outline"),
    (2, "rating.bad", "emoticon-sad-outline"),
    (1, "rating.very_bad", "emoticon-cry-outline"),
)
CHOSEN: Final = "rating:reasons"
"""In the page's draft: the codes ticked so far."""


def card(ctx: Ctx, one_row: bool = False) -> Block:
    """The question, or what became of the answer.  ``one_row``: without faces where that keeps the five words
    beside each other."""
    state = ctx.state.rating.state
    if state is not RatingState.OPEN:
        return Card(ctx, Text(ctx, ctx.words(f"rating.{state.value}"), role="status", live="polite"))
    chips = [_word(ctx, satisfaction, key, icon) for satisfaction, key, icon in WORDS]
    if ctx.metrics.narrow:
        for chip in chips:
            chip.ticks = False  # the page turns with the choice
    heading = Heading(ctx, ctx.words("rating.heading"), level=3)
    if one_row and _columns(ctx, chips) < len(chips):
        chips = _side_by_side(ctx)
        return Card(
            ctx,
            [heading, Line(ctx, chips, gap=16, shares=[1] * len(chips), stretch=True)],
            gap=12,
            padding=(32, 20),
        )
    columns = _columns(ctx, chips)
    rows: list[Block] = []
    for start in range(0, len(chips), columns):
        row = chips[start : start + columns]
        rows.append(Line(ctx, row, gap=16, shares=[1] * len(row)))
    return Card(
        ctx,
        [
            heading,
            *rows,
        ],
    )


def _side_by_side(ctx: Ctx) -> list[Chip]:
    """The words alone, on two lines where one is too long: five of a width."""
    chips = [_word(ctx, satisfaction, key, None) for satisfaction, key, _ in WORDS]
    own = (body_width(ctx) - ctx.px(64) - ctx.px(16) * (len(chips) - 1)) // len(chips)
    for chip, (_, key, _) in zip(chips, WORDS, strict=True):
        chip.ticks = False  # the page turns with the choice
        chip.label.align = "center"
        chip.pad = ctx.px(16)
        if chip.natural_width() > own:
            chip.pad = ctx.px(8)
            chip.label.text = ctx.words(f"{key}_lines")
    return chips


def _columns(ctx: Ctx, chips: Sequence[Chip]) -> int:
    """As many side by side as keep every word on one line."""
    inner = body_width(ctx, False) - ctx.px(2 * NARROW_PADDING[0] if ctx.metrics.narrow else 64)
    widest = max(chip.natural_width() for chip in chips)
    return next((n for n in (5, 3, 2) if (inner - (n - 1) * ctx.px(16)) // n >= widest), 1)


def _word(ctx: Ctx, satisfaction: int, key: str, icon: str | None) -> Chip:
    return Chip(
        ctx, f"rate:{satisfaction}", ctx.words(key), False, lambda: ctx.send(ev.Rate(satisfaction)), icon
    )


def reasons_page(ctx: Ctx) -> Parts:
    """A low rating asks for a reason, on a page of its own: one question at a time."""
    satisfaction = ctx.state.rating.satisfaction
    chosen: set[str] = ctx.draft.setdefault(CHOSEN, set())

    def toggle(code: str) -> None:
        chosen.symmetric_difference_update({code})
        ctx.rebuild()

    boxes = [
        Checkbox(
            ctx,
            f"reason:{reason.code}",
            ctx.both(reason.label),
            reason.code in chosen,
            lambda _now, code=reason.code: toggle(code),  # type: ignore[misc]
        )
        for reason in published().level(satisfaction).reasons
    ]
    columns = 1 if ctx.metrics.narrow or ctx.metrics.elder or ctx.language != "zh" else 2
    rows = [boxes[start : start + columns] for start in range(0, len(boxes), columns)]
    return Parts(
        heading=ctx.words("rating.reasons_heading"),
        lead=ctx.words("rating.reasons_lead"),
        body=[Grid(ctx, row, columns) for row in rows],
        gap=16,
        primary=Button(
            ctx,
            "send-rating",
            ctx.words("rating.send"),
            lambda: ctx.send(ev.Rate(satisfaction, tuple(sorted(chosen)))),
            disabled_reason=None if chosen else ctx.words("rating.need_reason"),
        ),
        secondary=[
            Button(
                ctx, "skip-rating", ctx.words("rating.skip"), lambda: ctx.send(ev.SkipRating()), "secondary"
            )
        ],
    )
