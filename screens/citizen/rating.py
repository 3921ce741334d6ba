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
from screens.kit.layout import NARROW_PADDING, Card, Column, Grid
from screens.kit.page import Parts
from screens.kit.text import Heading, Icon, Text
from screens.theme import TARGET_LEAST

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
ASKED: Final = "rating:asked"
"""In the page's draft: the question has the page."""


def card(ctx: Ctx, one_row: bool = False) -> Block:
    """The question, or what became of the answer.  ``one_row``: without faces where that keeps the five words
    beside each other, or in as few rows as they fit in."""
    state = ctx.state.rating.state
    if state is not RatingState.OPEN:
        return Card(ctx, Text(ctx, ctx.words(f"rating.{state.value}"), role="status", live="polite"))
    heading = Heading(ctx, ctx.words("rating.heading"), level=3)
    inner = NARROW_PADDING[0] if ctx.metrics.narrow else 32.0
    room = body_width(ctx) - 2 * ctx.px(inner)
    if not one_row and not ctx.metrics.narrow:
        faces = [Face(ctx, satisfaction, key, icon) for satisfaction, key, icon in WORDS]
        own = (room - ctx.px(16) * (len(faces) - 1)) // len(faces)
        if all(face.least_width() <= own for face in faces):
            return Card(ctx, [heading, Grid(ctx, faces, len(faces), gap=16)])
    chips = _chips(ctx, icons=True)
    if not one_row or _columns(ctx, chips, room) == len(chips):
        return Card(ctx, [heading, Grid(ctx, chips, _columns(ctx, chips, room), gap=16)])
    padding = NARROW_PADDING if ctx.metrics.narrow else (inner, 20.0)
    chips = _chips(ctx, icons=False)
    _fold(ctx, chips, (room - ctx.px(16) * (len(chips) - 1)) // len(chips))
    return Card(ctx, [heading, Grid(ctx, chips, len(chips), gap=16)], gap=12, padding=padding)


def door(ctx: Ctx) -> Button:
    """Where the five words have no room beside what has to be done now: they are one touch away."""

    def ask() -> None:
        ctx.draft[ASKED] = True
        ctx.rebuild()

    return Button(ctx, "rate", ctx.words("rating.door"), ask, "secondary", high=TARGET_LEAST)


def question_page(ctx: Ctx) -> Parts:
    """The five words alone, as large as they can be."""

    def back() -> None:
        ctx.draft.pop(ASKED, None)
        ctx.rebuild()

    chips = _chips(ctx, icons=True)
    return Parts(
        heading=ctx.words("rating.heading"),
        body=[Column(ctx, chips, gap=16)],
        gap=16,
        secondary=[Button(ctx, "back", ctx.words("common.back"), back, "secondary")],
    )


class Word(Chip):
    """One of the five; its words are never broken."""

    def least_width(self) -> int:
        return self.natural_width()


class Face(Chip):
    """One of the five, beside each other: the face above its words, which take two lines where they must."""

    ticks = False

    def __init__(self, ctx: Ctx, satisfaction: int, key: str, icon: str) -> None:
        said = ctx.words(key)
        super().__init__(
            ctx, f"rate:{satisfaction}", said, False, lambda: ctx.send(ev.Rate(satisfaction)), icon
        )
        self.smile = Icon(ctx, icon, 64, "on_tint")
        self.pad = ctx.px(8)
        self.label.text = ctx.words(f"{key}_lines")
        self.label.align = "center"
        self.icon = None
        self.clear_widgets()
        self.hold(self.smile, self.label)

    def inks(self) -> list[tuple[Text | Icon, str]]:
        return [(self.label, self.look.ink), (self.smile, "on_tint")]

    def measure(self, width: int) -> float:
        words = self.label.fit(width - 2 * self.pad)
        return self.smile.natural_width() + words + self.ctx.px(40)

    def arrange(self) -> None:
        inner, side = int(self.width) - 2 * self.pad, self.smile.natural_width()
        words = self.label.fit(inner)
        top = self.top - self.ctx.px(16)  # the faces in one line, however long the words are
        self.smile.place(self.x + (self.width - side) // 2, top - side, side, side)
        self.label.place(self.x + self.pad, top - side - self.ctx.px(8) - words, inner, words)


def _chips(ctx: Ctx, icons: bool) -> list[Word]:
    found = [_word(ctx, satisfaction, key, icon if icons else None) for satisfaction, key, icon in WORDS]
    if not icons or ctx.metrics.narrow:
        for chip in found:
            chip.ticks = False  # the page turns with the choice
    return found


def _fold(ctx: Ctx, chips: Sequence[Word], own: int) -> None:
    """The words on two lines where one is too long; ``own``: pixels of each of five beside each other."""
    for chip, (_, key, _) in zip(chips, WORDS, strict=True):
        chip.label.align = "center"
        chip.pad = ctx.px(16)
        if chip.natural_width() > own:
            chip.pad = ctx.px(8)
            chip.label.text = ctx.words(f"{key}_lines")


def _columns(ctx: Ctx, chips: Sequence[Word], room: int) -> int:
    """As many side by side as keep every word on one line."""
    widest = max(chip.natural_width() for chip in chips)
    return next((n for n in (5, 3, 2) if (room - (n - 1) * ctx.px(16)) // n >= widest), 1)


def _word(ctx: Ctx, satisfaction: int, key: str, icon: str | None) -> Word:
    return Word(
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
