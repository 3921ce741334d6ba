"""Pictures, QR codes, and how far something has come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from screens.kit.block import Block
from screens.kit.semantics import Role

if TYPE_CHECKING:
    from screens.kit.context import Ctx

QUIET_ZONE = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


class QRCode(Block):
    """Dark on white in every theme, because readers want it so.  ``size`` in units.

    ``data`` must hold no personal data: whoever stands behind can read it too.
    """

    def __init__(self, ctx: Ctx, data: str, name: str, size: float = 320, align: str = "center") -> None:
        super().__init__(ctx)
        self.semantics(Role.IMAGE, name)
        import segno

        rows = [bytes(row) for row in segno.make(data, error="m", micro=False).matrix_iter(border=QUIET_ZONE)]
        self.modules = len(rows)
        # Whole pixels for each module, or its edges blur and cheap readers fail.
        self.scale = max(2, ctx.px(size) // self.modules)
        self.side = self.scale * self.modules
        self.align = align
        pixels = b"".join(bytes((0 if dark else 255,)) * 3 for row in reversed(rows) for dark in row)
        self.texture = Texture.create(size=(self.modules, self.modules), colorfmt="rgb")
        self.texture.mag_filter = "nearest"
        self.texture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")

    def measure(self, width: int) -> float:
        return self.side

    def natural_width(self) -> int:
        return self.side

    def draw(self) -> None:
        x = self.x + (round((self.width - self.side) / 2) if self.align == "center" else 0)
        Color(1, 1, 1, 1)
        Rectangle(texture=self.texture, pos=(x, self.top - self.side), size=(self.side, self.side))


class Picture(Block):
    """A drawing or photograph from a file, as large as fits into the width and ``highest`` units."""

    def __init__(self, ctx: Ctx, path: Path | str, name: str, highest: float = 480) -> None:
        super().__init__(ctx)
        self.semantics(Role.IMAGE, name)
        from kivy.core.image import Image

        self.texture: Texture = Image(str(path), mipmap=True).texture
        self.native = (int(self.texture.width), int(self.texture.height))
        self.highest = ctx.px(highest)

    def _scale(self, width: int) -> float:
        return min(width / self.native[0], self.highest / self.native[1])

    def measure(self, width: int) -> float:
        return self.native[1] * self._scale(width)

    def natural_width(self) -> int:
        return round(self.native[0] * self.highest / self.native[1])

    def draw(self) -> None:
        scale = min(self._scale(int(self.width)), self.height / self.native[1])
        width, height = round(self.native[0] * scale), round(self.native[1] * scale)
        x, y = self.x + (self.width - width) // 2, self.y + (self.height - height) // 2
        Color(1, 1, 1, 1)
        Rectangle(texture=self.texture, pos=(x, y), size=(width, height))


class ProgressBar(Block):
    """``share`` from 0 to 1.  Words beside it say the same."""

    def __init__(self, ctx: Ctx, name: str, share: float, color: str = "primary") -> None:
        super().__init__(ctx)
        self.semantics(Role.PROGRESS, name)
        self.color = color
        self._share = 0.0
        self.share = share

    @property
    def share(self) -> float:
        return self._share

    @share.setter
    def share(self, share: float) -> None:
        self._share = min(1.0, max(0.0, share))
        self.value = f"{round(self._share * 100)}%"
        self.changed()

    def measure(self, width: int) -> float:
        return self.ctx.px(20)

    def natural_width(self) -> int:
        return self.ctx.px(320)

    def draw(self) -> None:
        self.pill("surface", self.x, self.y, self.width, self.height)
        self.pill("outline", self.x, self.y, self.width, self.height, outline=True)
        width = self.width * self._share
        if width >= self.height:
            self.pill(self.color, self.x, self.y, width, self.height)
