"""Only what has changed is drawn anew, at once; the whole picture follows a moment later.

A software renderer takes as long for a whole full-HD frame as a finger takes to doubt whether it was felt.
Blocks tell where they have been drawn; a frame that changes little is then drawn inside those places alone
(``glScissor``).  The whole frame that follows makes good whatever nobody has told of, so that nothing can
stay stale for longer than :data:`FOLLOWS_SECONDS`.

It relies on a back buffer that keeps its picture, as software renderers' does; graphics cards promise
nothing of the kind, and need no help.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from screens.kit.block import Block

FOLLOWS_SECONDS: Final = 0.15
MOST_PLACES: Final = 4
MOST_SHARE: Final = 0.5
"""Of the window: where more has changed, one whole frame is cheaper than the parts and a whole one."""
BEYOND_UNITS: Final = 32
"""Shadows and rings reach beyond their widget."""
SOFTWARE: Final = ("llvmpipe", "softpipe", "swrast", "software rasterizer")

Place = tuple[int, int, int, int]
"""Left, low, right, top, in pixels."""


class Damage:
    """What has been drawn since the last frame.  One for the process, as Kivy has one window."""

    def __init__(self) -> None:
        self.active = False
        self._places: list[Place] = []
        self._whole = True
        self._window: Any = None
        self._follow: Any = None

    # --- telling ------------------------------------------------------------------------------------

    def of(self, block: Block) -> None:
        """This block looks different now."""
        if not self.active or self._whole:
            return
        beyond = block.ctx.px(BEYOND_UNITS)
        place = (
            int(block.x) - beyond,
            int(block.y) - beyond,
            int(block.x + block.width) + beyond,
            int(block.y + block.height) + beyond,
        )
        self._places = joined([*self._places, place])

    def all(self) -> None:
        """Everything may look different now."""
        self._whole = True

    # --- drawing ------------------------------------------------------------------------------------

    def install(self, window: Any) -> bool:
        """True where it helps: on a software renderer."""
        from kivy.clock import Clock
        from kivy.graphics.opengl import GL_RENDERER, glGetString

        told = glGetString(GL_RENDERER)
        name = (told.decode("ascii", "replace") if isinstance(told, bytes) else str(told)).lower()
        if not any(each in name for each in SOFTWARE):
            return False
        self._window = window
        self._follow = Clock.create_trigger(self._draw_whole, FOLLOWS_SECONDS)
        if not self.active:
            window.bind(on_draw=self.draw)
        self.active = True
        return True

    def draw(self, window: Any) -> bool:
        """Before Kivy draws; true when nothing is left for it to do.

        Places apart from each other are drawn as one whole frame: each would be a pass through everything.
        """
        places, self._places = self._places, []
        whole, self._whole = self._whole, False
        width, height = (int(side) for side in window.size)
        if whole or len(places) != 1 or _share(places, width, height) > MOST_SHARE:
            return False
        from kivy.graphics.opengl import GL_SCISSOR_TEST, glDisable, glEnable, glScissor

        glEnable(GL_SCISSOR_TEST)
        for place in places:
            left, low = max(0, place[0]), max(0, place[1])
            glScissor(left, low, max(0, min(width, place[2]) - left), max(0, min(height, place[3]) - low))
            window.clear()
            window.render_context.draw()
        glDisable(GL_SCISSOR_TEST)
        self._follow()
        return True

    def _draw_whole(self, _seconds: float) -> None:
        self._whole = True
        self._window.canvas.ask_update()


def joined(places: list[Place]) -> list[Place]:
    """Fewer places that hold all of them: those that overlap become one."""
    found: list[Place] = []
    for place in places:
        apart = [other for other in found if not _overlap(place, other)]
        touched = [other for other in found if other not in apart]
        found = [*apart, functools.reduce(_around, touched, place)]
    while len(found) > MOST_PLACES:
        found = [_around(found[0], found[1]), *found[2:]]
    return found


def _overlap(one: Place, other: Place) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(one: Place, other: Place) -> Place:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _share(places: list[Place], width: int, height: int) -> float:
    area = sum((right - left) * (top - low) for left, low, right, top in places)
    return area / max(1, width * height)


DAMAGE: Final = Damage()
