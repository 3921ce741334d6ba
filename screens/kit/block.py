"""The base of all widgets: measured before it is placed, drawn when it is placed, in whole pixels.

Kivy's own layouts settle over several frames.  A page that must be cut where it no longer fits has to know
heights before it is shown, so here a parent asks ``fit(width)`` and then says ``place(x, y, width, height)``.
All positions are the window's, from its lower left corner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kivy.graphics import ClearBuffers, ClearColor, Color, Mesh, Rectangle
from kivy.uix.widget import Widget

from screens.kit import patches
from screens.kit.damage import DAMAGE
from screens.kit.semantics import Semantic
from screens.theme import OUTLINE, RADIUS_CARD

if TYPE_CHECKING:
    from kivy.graphics.texture import Texture
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx
    from screens.theme import Colour

SHADOW_BLUR = 20
SHADOW_DROP = 5


class Block(Semantic, Widget):  # type: ignore[misc]
    """A widget that knows its height at a width.  Subclasses give ``measure`` and ``draw`` or ``arrange``.

    ``ground`` is the token of the colour that it lays under its children; empty: what is behind shows.
    """

    # What Kivy's Widget has, in the kinds that this code relies on.
    children: list[Block]
    parent: Widget | None
    x: float
    y: float
    width: float
    height: float
    top: float
    right: float

    edges: tuple[int, int, int, int] | None = None  # left, low, right, top: Kivy's properties take their time

    ground: str = ""
    beyond: int = 32  # units around it that it may draw on: shadows and rings
    wipes: bool = False  # it lays a ground under everything, all over the window
    whole: bool = False  # not cut while it has room on a page of its own
    listed: bool = False  # a list of things that are alike: it is read as well on two leaves

    def __init__(self, ctx: Ctx) -> None:
        # Kivy's style rules match by class name and would dress our Button as theirs.
        super().__init__(size_hint=(None, None), __no_builder=True)
        self.ctx = ctx
        self._fits: dict[int, int] = {}
        self._placed = False

    # --- measuring ----------------------------------------------------------------------------------

    def fit(self, width: float) -> int:
        """The height in pixels that this needs at ``width`` pixels."""
        whole = int(width)
        if whole not in self._fits:
            self._fits[whole] = round(self.measure(whole))
        return self._fits[whole]

    def measure(self, width: int) -> float:
        raise NotImplementedError(type(self).__name__)

    def natural_width(self) -> int:
        """The width in pixels that this takes when there is room for more."""
        raise NotImplementedError(type(self).__name__)

    def least_width(self) -> int:
        """The width in pixels below which a word would be broken; 0 when there is none."""
        return 0

    def split(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        """Two blocks instead of this one, the first at most ``height`` pixels high; ``None`` if it cannot be
        cut there.  The parts are taken out of this one.  ``force``: the first may be higher, if only so
        anything can be cut off at all."""
        return None

    def halved(self, width: int, height: int, force: bool = False) -> tuple[Block, Block] | None:
        """:meth:`split`, and what was private stays so."""
        halves = self.split(width, height, force)
        for half in halves or ():
            half.private = half.private or self.private
        return halves

    def same_as(self, other: Block) -> None:
        """Mean what another block means, e.g. the one that this was cut from."""
        self.semantics(
            other.role, other.name, value=other.value, hint=other.hint, key=other.key, live=other.live
        )

    # --- placing ------------------------------------------------------------------------------------

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Put the lower left corner at ``x``, ``y`` and draw."""
        if self._placed:
            DAMAGE.of(self)  # where it was
        self._stand(x, y, width, height)
        DAMAGE.of(self)
        self.redraw()
        self.arrange()

    def _stand(self, x: float, y: float, width: float, height: float) -> None:
        self.pos, self.size = (left, low), (wide, high) = (round(x), round(y)), (round(width), round(height))
        self.edges = left, low, left + wide, low + high
        self._placed = True

    def redraw(self) -> None:
        """Draw where it stands; who asks for that tells what looks different."""
        self.canvas.before.clear()
        with self.canvas.before:
            self.draw()

    def draw(self) -> None:
        """Put what lies under the children on the canvas."""

    def arrange(self) -> None:
        """Place the children."""

    @property
    def gives_way(self) -> bool:
        """A finger on it is in no other finger's way."""
        return False

    def let_go(self, touch: MotionEvent) -> bool:
        """A finger that this follows has pressed nothing, another was meant.  False: it is followed on."""
        return True

    def changed(self) -> None:
        """What this shows has changed: draw again, and let everything around move if the height did."""
        self._fits.clear()
        if not self._placed:
            return
        parent = self.parent
        height = self.fit(self.width)
        if height == self.height or not isinstance(parent, Block):
            self.place(self.x, self.top - height, self.width, height)
        else:
            parent.changed()

    def hold(self, *children: Block) -> None:
        """Take children in reading order."""
        for child in children:
            self.add_widget(child)

    def in_order(self) -> list[Block]:
        """Children in reading order; Kivy keeps them the other way round."""
        return list(reversed(self.children))

    # --- drawing; lengths in units, positions in window pixels ---------------------------------------

    def fill(self, colour: str | Colour, radius: float = 0, inset: float = 0) -> Color:
        """A filled rounded rectangle over the whole widget; returns its colour, to be changed later."""
        return self._shape(colour, patches.disc, radius, inset)

    def frame(self, colour: str | Colour, radius: float, stroke: float = OUTLINE, inset: float = 0) -> Color:
        """An outline just inside the widget's edge; a negative ``inset`` puts it outside."""
        pixels = max(1, self.ctx.px(stroke))
        return self._shape(colour, lambda corner: patches.ring(corner, pixels), radius, inset)

    def face(self, ground: str, outline: str, radius: float) -> tuple[Color, Mesh]:
        """:meth:`fill` and :meth:`frame` in one."""
        patch = self.face_patch(ground, outline, radius)
        vertices, indices = patches.stretched(patch, self.x, self.y, self.width, self.height)
        white = Color(1, 1, 1, 1)
        return white, Mesh(vertices=vertices, indices=indices, mode="triangles", texture=patch.texture)

    def face_patch(self, ground: str, outline: str, radius: float) -> patches.Patch:
        theme, px = self.ctx.theme, self.ctx.px
        corner = max(1, min(px(radius), int(min(self.width, self.height) / 2)))
        return patches.face(corner, max(1, px(OUTLINE)), theme[ground], theme[outline])

    def sheet(self, radius: float = RADIUS_CARD) -> None:
        """A card's ground: one soft shadow in the light theme, an outline in the others."""
        theme, px = self.ctx.theme, self.ctx.px
        if not theme.shadow:
            self.fill("surface", radius)
            self.frame("outline", radius)
            return
        patch = patches.card(px(radius), px(SHADOW_BLUR), px(SHADOW_DROP), theme.surface, theme.header)
        Color(1, 1, 1, 1)
        beyond = patch.spread
        wide, high = self.width + 2 * beyond, self.height + 2 * beyond
        self._stretch(patch, self.x - beyond, self.y - beyond, wide, high, theme.surface)

    def wipe(self, colour: str | Colour) -> None:
        """The ground of the whole window, below everything: nothing is mixed, so it costs next to nothing."""
        self.wipes = True
        ClearColor(*self.colour(colour))
        ClearBuffers(clear_color=True)

    def bar(self, colour: str | Colour, x: float, y: float, width: float, height: float) -> Color:
        """A plain rectangle."""
        instruction = Color(*self.colour(colour))
        Rectangle(texture=patches.plain(), pos=(round(x), round(y)), size=(round(width), round(height)))
        return instruction

    def pill(
        self, colour: str | Colour, x: float, y: float, width: float, height: float, outline: bool = False
    ) -> Color:
        """A bar with round ends."""
        radius = max(1, int(min(width, height) / 2))
        patch = patches.ring(radius, max(1, self.ctx.px(OUTLINE))) if outline else patches.disc(radius)
        instruction = Color(*self.colour(colour))
        self._stretch(patch, round(x), round(y), round(width), round(height))
        return instruction

    def image(self, texture: Texture, x: float, y: float, colour: str | Colour) -> Color:
        """A picture at its own size, in one colour."""
        instruction = Color(*self.colour(colour))
        Rectangle(texture=texture, pos=(round(x), round(y)), size=texture.size)
        return instruction

    def colour(self, colour: str | Colour) -> Colour:
        return self.ctx.theme[colour] if isinstance(colour, str) else colour

    def _shape(
        self, colour: str | Colour, make: Callable[[int], patches.Patch], radius: float, inset: float
    ) -> Color:
        gap = self.ctx.px(inset)
        width, height = self.width - 2 * gap, self.height - 2 * gap
        corner = max(1, min(self.ctx.px(radius), int(min(width, height) / 2)))
        patch = make(corner)
        instruction = Color(*self.colour(colour))
        self._stretch(patch, self.x + gap, self.y + gap, width, height)
        return instruction

    @staticmethod
    def _stretch(
        patch: patches.Patch, x: float, y: float, width: float, height: float, middle: Colour | None = None
    ) -> None:
        """``middle``: the colour between the edges of a patch that brings its own."""
        vertices, indices = patches.edges(patch, x, y, width, height)
        Mesh(vertices=vertices, indices=indices, mode="triangles", texture=patch.texture)
        if patch.hollow:
            return
        if middle is not None:
            Color(*middle)
        edge = patch.border
        Rectangle(
            texture=patches.plain(), pos=(x + edge, y + edge), size=(width - 2 * edge, height - 2 * edge)
        )
