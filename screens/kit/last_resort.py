"""What the window shows when even the failsafe page cannot be drawn, and while the software begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from screens.kit.block import Block
from screens.kit.layout import Column
from screens.kit.semantics import Role
from screens.kit.text import Heading, Text

if TYPE_CHECKING:
    from screens.kit.context import Ctx


class PlainNotice(Block):
    """A heading and a sentence in both languages; touches do nothing."""

    WORDS: ClassVar[tuple[str, str]]
    VALUE: ClassVar[str]

    def __init__(self, ctx: Ctx) -> None:
        super().__init__(ctx)
        from screens.words import LANGUAGES, Catalogue

        heading, body = self.WORDS
        self.ground = "bg"
        self.semantics(Role.SCREEN, ctx.words(heading), value=self.VALUE)
        parts: list[Block] = []
        for language in LANGUAGES:
            words = Catalogue.of(language)
            parts.append(Heading(ctx, words.text(heading)))
            parts.append(Text(ctx, words.text(body, phone=ctx.terminal.phone), "lead"))
        self.column = Column(ctx, parts, gap=32)
        self.hold(self.column)

    def measure(self, width: int) -> float:
        return self.ctx.metrics.height

    def draw(self) -> None:
        self.bar("bg", self.x, self.y, self.width, self.height)

    def arrange(self) -> None:
        margin = self.ctx.metrics.margin
        width = self.width - 2 * margin
        height = self.column.fit(width)
        self.column.place(self.x + margin, self.y + (self.height - height) // 2, width, height)


class LastResort(PlainNotice):
    """Says whom to ask."""

    WORDS = ("kit.crashed_heading", "kit.crashed_body")
    VALUE = "failsafe"


class BeginningAnew(PlainNotice):
    """Nothing is wrong, and it takes a moment."""

    WORDS = ("kit.anew_heading", "kit.anew_body")
    VALUE = "anew"
