"""How wide characters are in the face that shows them, and the picture of one run of characters.

Kivy has no font fallback, so a text is cut into runs, each drawn with a face that has its characters
(``assets.fonts.runs``).  What no face has becomes a run without a face: its code point is drawn in a frame.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from kivy.core.text import Label as CoreLabel

from assets import fonts
from screens.kit import patches
from values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from kivy.core.image import ImageData
    from kivy.graphics.texture import Texture

WHITE: Final = (1, 1, 1, 1)
OPENING: Final = "“‘"
QUOTES: Final = re.compile(f"([{OPENING}”’])")
CHARACTERS_KEPT: Final = 256
"""Pictures of some kilobytes each: a keyboard, its candidates and the icons of a page or two."""
CODE_BOX_EMS: Final = 1.7
"""Width of the frame around a code point, with its side bearings."""
_UNKNOWN: Final = "file-document-outline"  # in place of an icon that no set has


@dataclass(frozen=True, repr=False)
class Run:
    """Characters that one face draws; ``face`` is a font file, or ``None`` for a code point in a frame.

    ``thicken``: the face has no bold weight, so bold text is drawn twice, a little apart.  ``half``: a
    Chinese quotation mark, which takes only the half of its square that it stands in."""

    text: str
    face: str | None
    thicken: bool = False
    half: bool = False

    @property
    def empty_before(self) -> float:
        """Ems by which it is drawn further left."""
        return 0.5 if self.half and self.text in OPENING else 0.0


def runs(text: str, bold: bool) -> list[Run]:
    found = []
    for piece in fonts.runs(text, bold):
        if isinstance(piece, fonts.Missing):
            found.append(Run(piece.text, None))
            continue
        face, thicken = str(piece.face.path), bold and not piece.face.heavy
        if piece.face.name != fonts.main_face(bold).name:
            found.append(Run(piece.text, face, thicken))
            continue
        parts = QUOTES.split(piece.text)  # every second one is a mark
        found += [Run(part, face, thicken, bool(odd % 2)) for odd, part in enumerate(parts) if part]
    return found


def width(text: str, bold: bool, size: int) -> float:
    """Pixels from the first edge to the last; Chinese faces have no kerning, so advances add up."""
    return sum(_width_of(character, bold, size) for character in text)


@cache
def _width_of(character: str, bold: bool, size: int) -> float:
    """Wrapping asks for the same few thousand characters all the time.  Single characters only, as below."""
    return sum(run_width(run, size) for run in runs(character, bold))


def run_width(run: Run, size: int) -> float:
    if run.face is None:
        return CODE_BOX_EMS * size
    if run.half:
        return size / 2
    return sum(advance(character, run.face, size) for character in run.text)


def main(bold: bool) -> str:
    """The font file of everything that is not rare."""
    return str(fonts.main_face(bold).path)


@cache
def advance(character: str, face: str, size: int) -> float:
    """Width of one character.  Single characters only: no name can be put together from this cache."""
    return float(_label(face, size).get_extents(character)[0])


@cache
def _label(face: str, size: int) -> CoreLabel:
    return CoreLabel(font_name=face, font_size=size)


def picture(text: str, face: str, size: int) -> Texture:
    """White on nothing; the colour comes from the canvas, so that a press needs no new picture."""
    return _of_one(text, face, size) if len(text) == 1 else _drawn(text, face, size)


@lru_cache(CHARACTERS_KEPT)
def _of_one(character: str, face: str, size: int) -> Texture:
    """Keys and icons come again on the next page.  Single characters only, as above."""
    return _drawn(character, face, size)


def _drawn(text: str, face: str, size: int) -> Texture:
    label = CoreLabel(text=text, font_name=face, font_size=size, color=WHITE)
    label.refresh()
    return patches.pixel_by_pixel(label.texture)


class Stencil:
    """The pixels of one character, as its picture has them.  Kivy's label draws into it as into a texture."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = self.width, self.height = size
        self.pixels = b""

    def ask_update(self, fill: Callable[[Stencil], None]) -> None:
        fill(self)

    def blit_data(self, data: ImageData) -> None:
        assert (data.fmt, data.width, data.height) == ("rgba", *self.size)
        self.pixels = data.data


def stencil(character: str, face: str, size: int) -> Stencil:
    """White on nothing, first row first; nothing of it is kept."""
    label = _label(face, size)
    made = Stencil(label.get_extents(character))
    label.text, label.texture = character, made
    label.refresh()
    label.text, label.texture = "", None
    return made


def icon_picture(name: str, size: int) -> Texture:
    """An icon by its name in the Material Design set.

    A matter's file may name one that does not exist: the linter says so, and a plain sheet of paper
    stands here; the words beside it say all, and no page fails for it.
    """
    known = _icons()
    return picture(known.get(name) or known[_UNKNOWN], str(fonts.FOLDER / "MaterialDesignIcons.ttf"), size)


@cache
def _icons() -> dict[str, str]:
    import json

    names: dict[str, str] = json.loads((fonts.FOLDER / "icons.json").read_bytes())
    return names
