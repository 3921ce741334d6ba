"""Every way in which a page can be drawn: panel, language, size, place of the keys, colours.

``ALL`` is every combination; ``COVER`` the fewest in which every two settings meet at least once, with the
worst one among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from kiosk.visit.state import Mode
from screens.theme import THEMES
from screens.window_setup import Display
from screens.words import LANGUAGES
from tests.screens.conftest import DISPLAYS


@dataclass(frozen=True)
class Combination:
    panel: str
    language: str
    elder: bool
    reach: bool
    theme: str

    @property
    def display(self) -> Display:
        return DISPLAYS[self.panel]

    @property
    def mode(self) -> Mode:
        return Mode(elder=self.elder, theme=self.theme, language=self.language, reach=self.reach)

    def __str__(self) -> str:
        extras = [name for name, on in (("elder", self.elder), ("reach", self.reach)) if on]
        return "-".join((self.panel, self.language, *extras, self.theme))

    @property
    def pairs(self) -> frozenset[tuple[object, object]]:
        """Every two of its settings, each with its place."""
        settings = enumerate((self.panel, self.language, self.elder, self.reach, self.theme))
        return frozenset(combinations(settings, 2))


ALL: Final = tuple(
    Combination(*settings) for settings in product(DISPLAYS, LANGUAGES, (False, True), (False, True), THEMES)
)
WORST: Final = Combination("small", "en", elder=True, reach=True, theme="light")


def cover() -> tuple[Combination, ...]:
    """Greedily, beginning with the worst: whichever adds most pairs that have not met."""
    chosen = [WORST]
    open_pairs = frozenset[tuple[object, object]]().union(*(each.pairs for each in ALL)) - WORST.pairs
    while open_pairs:
        best = max(ALL, key=lambda each: len(each.pairs & open_pairs))
        chosen.append(best)
        open_pairs -= best.pairs
    return tuple(chosen)


COVER: Final = cover()
