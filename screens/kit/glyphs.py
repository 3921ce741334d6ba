"""Many single characters in one picture, so that all of a row are drawn in one go.

For what is written anew with every letter that is typed: a renderer without a graphics card takes as long to
change from picture to picture as it takes to draw them.  Chinese faces have no kerning, so characters that
are drawn one by one look like those drawn together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics.texture import Texture

from screens.kit import faces, patches
from values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH: Final = 1024
HEIGHT: Final = 512
"""Some 200 characters of the usual size, those of ten letters typed; two megabytes."""


Wanted = tuple[str, str, int]
"""A character, the font file that has it, and the size."""


@dataclass(frozen=True)
class Glyph:
    """Where a character stands in the picture, in pixels from its first row."""

    x: int
    y: int
    width: int
    height: int


class Glyphs:
    """The characters of one page: it goes when the page goes, and nothing of it is kept."""

    def __init__(self) -> None:
        self._texture: Texture | None = None
        self._known: dict[Wanted, Glyph] = {}
        self._x = self._y = self._high = 0  # of the row that is being filled

    @property
    def texture(self) -> Texture:
        if self._texture is None:
            made = Texture.create(size=(WIDTH, HEIGHT), colorfmt="rgba")
            self._texture = patches.pixel_by_pixel(made)
        return self._texture

    def find(self, wanted: Iterable[Wanted]) -> list[Glyph] | None:
        """``None`` when not all have room."""
        known = self._known
        keys = list(wanted)
        if not all(key in known or self._take(key) for key in keys):
            self._begin_anew()
            if not all(key in known or self._take(key) for key in keys):
                return None
        return [known[key] for key in keys]

    def add(self, wanted: Iterable[Wanted]) -> None:
        """As many as have room beside those that are shown."""
        for key in wanted:
            if key not in self._known and not self._take(key):
                return

    def _begin_anew(self) -> None:
        self._known.clear()
        self._x = self._y = self._high = 0

    def _take(self, key: Wanted) -> bool:
        stencil = faces.stencil(*key)
        width, height = stencil.size
        if self._x + width > WIDTH:
            self._x, self._y, self._high = 0, self._y + self._high, 0
        if width > WIDTH or self._y + height > HEIGHT:
            return False
        self._known[key] = glyph = Glyph(self._x, self._y, width, height)
        if stencil.pixels:
            place = (glyph.x, glyph.y)
            self.texture.blit_buffer(
                stencil.pixels, size=stencil.size, colorfmt="rgba", bufferfmt="ubyte", pos=place
            )
        self._x += width
        self._high = max(self._high, height)
        return True
