"""What the result looks like, and how a material has to be: pictures on the page of the guide.

A picture is a help and never needed: one that is missing, broken or too large is not shown, and nothing else
changes.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from screens.kit.block import Block
from screens.kit.layout import Card
from screens.kit.semantics import Role
from screens.kit.text import Heading

if TYPE_CHECKING:
    from kiosk.matters.models import Matter
    from screens.kit.context import Ctx

RESULT: Final = "result"
HIGHEST: Final = 460
"""Units; a sample is looked at, not read word by word, and a leaf of a small panel holds it."""
SHARE: Final = 0.4
"""Of the screen's height, at most."""
KEPT: Final = 12


class Sample(Block):
    """A picture scaled to the room that it has, in its own proportions."""

    def __init__(self, ctx: Ctx, path: Path, native: tuple[int, int], name: str) -> None:
        super().__init__(ctx)
        self.semantics(Role.IMAGE, name)
        self.path = path
        self.native = native
        self.whole = True

    def _scale(self, width: float) -> float:
        most = min(self.ctx.px(HIGHEST), self.ctx.metrics.height * SHARE)
        return min(width / self.native[0], most / self.native[1])

    def measure(self, width: int) -> float:
        return max(1, self.native[1] * self._scale(width))

    def natural_width(self) -> int:
        return round(self.native[0] * self._scale(self.ctx.metrics.width))

    def draw(self) -> None:
        scale = min(self._scale(self.width), self.height / self.native[1])
        width, height = max(1, round(self.native[0] * scale)), max(1, round(self.native[1] * scale))
        texture = texture_of(self.path, width, height)
        if texture is None:  # it has gone since: the room stays empty
            return
        x, y = self.x + (self.width - width) // 2, self.y + (self.height - height) // 2
        Color(1, 1, 1, 1)
        Rectangle(texture=texture, pos=(x, y), size=(width, height))


def samples(ctx: Ctx, matter: Matter, of: str = "") -> list[Block]:
    """The pictures of a matter: all, or those ``of`` the result or of one material; each under its words."""
    folder = ctx.terminal.pictures
    materials = {each.code: each.name for each in matter.guide.materials}
    found: list[Block] = []
    for picture in matter.pictures if folder is not None else ():
        assert folder is not None
        path = folder / picture.file
        native = size_of(path)
        if native is None or (of and picture.of != of):
            continue
        if picture.of == RESULT:
            heading = ctx.words("guide.sample_result")
        elif picture.of in materials:
            heading = ctx.words("guide.sample_material", name=ctx.both(materials[picture.of]))
        else:
            continue
        sample = Sample(ctx, path, native, ctx.both(picture.text))
        found.append(Card(ctx, [Heading(ctx, heading, level=3), sample], gap=12))
    return found


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height, of a PNG or JPEG that can be shown."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return _size(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=64)
def _size(path: Path, changed: int, size: int) -> tuple[int, int] | None:
    from kiosk.bundles.parts import MOST_PICTURE_BYTES, picture_size

    if size > MOST_PICTURE_BYTES:
        return None
    try:
        return picture_size(path.read_bytes())
    except OSError:
        return None


@lru_cache(maxsize=KEPT)
def texture_of(path: Path, width: int, height: int) -> Texture | None:
    """Scaled once to the pixels that it has on the screen: sharper than a screen's own scaling, and small."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as opened:
                opened.draft("RGB", (width * 2, height * 2))
                picture = opened.convert("RGBA").resize((width, height), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    sheet = Image.new("RGB", (width, height), "white")
    sheet.paste(picture, mask=picture.getchannel("A"))
    texture = Texture.create(size=(width, height), colorfmt="rgb")
    texture.blit_buffer(sheet.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
