"""A key of the bar of candidates, and a row of them drawn together.

All keys of the bar change with each letter.  Drawn one by one, each takes several turns of the renderer;
together they take two: one for all grounds, one for all characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kivy.graphics import Canvas, Color, Mesh

from screens.kit import faces, patches
from screens.kit.glyphs import HEIGHT, WIDTH, Glyph, Glyphs, Wanted
from screens.kit.keys import Key
from screens.kit.text import Text, thicker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from screens.kit.context import Ctx
    from screens.kit.text import PlacedRun
    from screens.theme import Style

GLYPHS: Final = "panel:glyphs"
"""In the page's draft, so that they go with the page: the characters that were drawn."""
_QUAD: Final = (0, 1, 2, 0, 2, 3)


class BarLabel(Text):
    """What a key says.  The bar draws it, unless it can only be drawn by itself."""

    alone = False
    placed: Sequence[PlacedRun] = ()

    def stand(self, x: float, y: float, width: float, height: float) -> None:
        """:meth:`place`, and nobody is told: the bar has said that all of it looks different."""
        self._stand(x, y, width, height)
        if self.alone:
            self.canvas.before.clear()
        self.draw()

    def draw(self) -> None:
        self._colours = []
        self.placed = self.lay_out()
        self.alone = not all(_apart(run, self.style.size) for run, _, _ in self.placed)
        if self.alone:
            with self.canvas.before:
                self.write()

    def write(self) -> None:
        """On the canvas that is open."""
        for run, x, y in self.placed:
            self._draw_run(run, x, y)

    def characters(self) -> Iterator[tuple[Wanted, int, float]]:
        """Each with its left edge, and the lower edge of its line."""
        size = self.style.size
        for run, left, low in self.placed:
            assert run.face is not None
            for x in (left, left + thicker(size)) if run.thicken else (left,):
                start = round(x)
                for character in run.text:
                    yield (character, run.face, size), start, low
                    start += round(faces.advance(character, run.face, size))


def _apart(run: faces.Run, size: int) -> bool:
    """Whether its characters stand where they would stand alone: in letters, some stand nearer."""
    face = run.face
    if face is None or run.half:
        return False
    return len(run.text) == 1 or all(faces.advance(each, face, size) == size for each in run.text)


class BarKey(Key):
    """Drawn by its bar; while it is pressed it draws itself over that."""

    written = BarLabel
    label: BarLabel

    def become(self, name: str, style: str) -> None:
        """Another character on the same key, not drawn yet."""
        if (name, style) != (self.name, self.label.style_name):
            self.name = name
            self.label.become(name, style)
            self._fits.clear()
            self._natural = 0

    def stand(self, x: float, y: float, width: float, height: float) -> None:
        """:meth:`place`, and nobody is told: see :class:`BarLabel`."""
        self._stand(x, y, width, height)
        self.arrange()
        self.show_state()

    def arrange(self) -> None:
        high = self.label.fit(self.width)
        self.label.stand(self.x, self.y + (self.height - high) // 2, self.width, high)

    def draw(self) -> None:
        """The bar does."""

    def show_state(self) -> None:
        if not self.pressed and self._veil is None:
            return
        if self._veil is None:
            with self.canvas.after:
                self._veil = Canvas()
        look = self.shown
        self._veil.clear()
        self.label.recolour(look.on_pressed if self.pressed else look.ink)
        if self.pressed:
            with self._veil:
                self.face(look.pressed, look.pressed, self.radius)
                self.label.write()


class BarRow:
    """The grounds and the characters of a row of keys, on one canvas."""

    def __init__(self, ctx: Ctx, canvas: Any) -> None:
        self._ctx = ctx
        self._canvas = canvas

    def draw(self, keys: Sequence[BarKey]) -> None:
        self._canvas.clear()
        if not keys:
            return
        with self._canvas:
            self._draw_grounds(keys)
            self._draw_characters(keys)

    def expect(self, texts: Iterable[str], style: Style) -> None:
        """Have the characters of these texts ready."""
        for text in texts:
            for run in faces.runs(text, style.bold):
                if run.face is not None:
                    self._glyphs.add((each, run.face, style.size) for each in run.text)

    @property
    def _glyphs(self) -> Glyphs:
        found: Glyphs = self._ctx.draft.setdefault(GLYPHS, Glyphs())
        return found

    def _draw_grounds(self, keys: Sequence[BarKey]) -> None:
        look = keys[0].shown
        patch = keys[0].face_patch(look.ground, look.outline, keys[0].radius)
        vertices: list[float] = []
        indices: list[int] = []
        for key in keys:
            own, order = patches.stretched(patch, key.x, key.y, key.width, key.height)
            first = len(vertices) // 4
            vertices += own
            indices += [first + corner for corner in order]
        Color(1, 1, 1, 1)
        Mesh(vertices=vertices, indices=indices, mode="triangles", texture=patch.texture)

    def _draw_characters(self, keys: Sequence[BarKey]) -> None:
        glyphs = self._glyphs
        labels = [key.label for key in keys if not key.label.alone]
        placed = [(label, *each) for label in labels for each in label.characters()]
        found = glyphs.find(wanted for _, wanted, _, _ in placed)
        if found is None:  # more than the picture holds: as if there were none
            for label in labels:
                label.write()
            return
        vertices: list[float] = []
        indices: list[int] = []
        for place, (glyph, (label, _, x, low)) in enumerate(zip(found, placed, strict=True)):
            vertices += _corners(glyph, x, round(label.lifted(low, glyph.height)))
            indices += [4 * place + corner for corner in _QUAD]
        Color(*keys[0].colour(keys[0].shown.ink))
        Mesh(vertices=vertices, indices=indices, mode="triangles", texture=glyphs.texture)


def _corners(glyph: Glyph, x: float, y: float) -> tuple[float, ...]:
    left, right = glyph.x / WIDTH, (glyph.x + glyph.width) / WIDTH
    top, low = glyph.y / HEIGHT, (glyph.y + glyph.height) / HEIGHT
    end, high = x + glyph.width, y + glyph.height
    return (x, y, left, low, end, y, right, low, end, high, right, top, x, high, left, top)
