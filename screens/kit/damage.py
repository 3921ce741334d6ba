"""Only what has changed is drawn anew, at once; the whole picture follows a moment later.

A software renderer takes as long for a whole full-HD frame as a finger takes to doubt whether it was felt.
Blocks tell where they have been drawn; a frame that changes little is then drawn inside those places alone
(``glScissor``).  The whole frame that follows, when nothing has changed for :data:`FOLLOWS_SECONDS`, makes
good whatever nobody has told of, so that nothing can stay stale for longer than :data:`LATEST_SECONDS`.

It relies on a back buffer that keeps its picture, as software renderers' does; graphics cards promise
nothing of the kind, and need no help.
"""

from __future__ import annotations

import functools
import itertools
import time
from typing import TYPE_CHECKING, Any, Final

from screens.kit.culling import Place, only
from screens.kit.showing import Show, part_shower

if TYPE_CHECKING:
    from screens.kit.block import Block

FOLLOWS_SECONDS: Final = 0.15
LATEST_SECONDS: Final = 1.0
"""It waits for who types to stop, but not for longer."""
MOST_PLACES: Final = 4
MOST_SHARE: Final = 0.5
"""Of the window: where more has changed, one whole frame is cheaper than the parts and a whole one."""
PASS_SHARE: Final = 0.04
"""Of the window: what can be drawn in the time of one more pass through all instructions."""
BEYOND: Final = 64
"""Pixels: shadows and rings reach beyond their widget, nowhere further than that."""
SOFTWARE: Final = ("llvmpipe", "softpipe", "swrast", "software rasterizer")


class Damage:
    """What has been drawn since the last frame.  One for the process, as Kivy has one window."""

    def __init__(self) -> None:
        self.active = False
        self._places: list[Place] = []
        self._whole = True
        self._window: Any = None
        self._show: Show | None = None
        self._shown = False  # already; a flip would only do it again
        self._whole_later: Any = None
        self._waiting_since: float | None = None  # of the whole frame

    # --- telling ------------------------------------------------------------------------------------

    def of(self, block: Block, within: bool = False) -> None:
        """This block looks different now; ``within``: only inside its own edges."""
        if not self.active or self._whole:
            return
        beyond = 0 if within else block.ctx.px(block.beyond)
        place = (
            int(block.x) - beyond,
            int(block.y) - beyond,
            int(block.x + block.width) + beyond,
            int(block.y + block.height) + beyond,
        )
        self.at(place)

    def at(self, place: Place) -> None:
        """What is in this place looks different now, whoever draws it."""
        if not self.active or self._whole:
            return
        if not any(_holds(told, place) for told in self._places):  # a widget tells before its children
            self._places.append(place)

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
        self._whole_later = Clock.create_trigger(self._draw_whole, FOLLOWS_SECONDS)
        self._show = part_shower()
        if not self.active:
            window.bind(on_draw=self.draw, on_flip=self.flip)
        self.active = True
        return True

    def draw(self, window: Any) -> bool:
        """Before Kivy draws; true when nothing is left for it to do."""
        told, self._places = self._places, []
        whole, self._whole = self._whole, False
        width, height = (int(side) for side in window.size)
        places = joined([_within(place, width, height) for place in told], PASS_SHARE * width * height)
        if whole or not places or _share(places, width, height) > MOST_SHARE:
            return False
        from kivy.graphics.opengl import GL_SCISSOR_TEST, glDisable, glEnable, glScissor

        wiped = any(getattr(root, "wipes", False) for root in window.children)  # twice costs twice
        glEnable(GL_SCISSOR_TEST)
        for left, low, right, top in places:
            glScissor(left, low, right - left, top - low)
            with only(window, (left, low, right, top), BEYOND):
                if not wiped:
                    window.clear()
                window.render_context.draw()
        glDisable(GL_SCISSOR_TEST)
        if self._show is not None:  # at once, one after the other: where most has changed, somebody looks
            for left, low, right, top in sorted(places, key=_area, reverse=True):
                self._show(left, low, right - left, top - low)
            self._shown = True
        self._follow()
        return True

    def flip(self, _window: Any) -> bool:
        """Before Kivy flips; true when the parts are shown already."""
        shown, self._shown = self._shown, False
        return shown

    def _follow(self) -> None:
        now = time.monotonic()
        if self._waiting_since is None:
            self._waiting_since = now
        if now - self._waiting_since < LATEST_SECONDS - FOLLOWS_SECONDS:
            self._whole_later.cancel()
        self._whole_later()

    def _draw_whole(self, _seconds: float) -> None:
        self._waiting_since = None
        self._whole = True
        self._window.canvas.ask_update()

    def nothing_follows(self, _seconds: float = 0.0) -> None:
        """What was just drawn in parts is known to be all that has changed."""
        if self._whole_later is not None:
            self._whole_later.cancel()
        self._waiting_since = None


def joined(places: list[Place], one_pass: float = 0.0) -> list[Place]:
    """Fewer places that hold all of them: two become one where that costs less than drawing both.

    ``one_pass``: the pixels that are drawn in the time that one more place takes by itself.
    """
    found: list[Place] = []
    for place in places:
        merged = place
        while found:
            other = min(found, key=functools.partial(_more, merged))
            if _more(merged, other) > one_pass:
                break
            found.remove(other)
            merged = around(merged, other)
        found.append(merged)
    while len(found) > MOST_PLACES:
        one, other = min(itertools.combinations(found, 2), key=lambda pair: _more(*pair))
        found = [*(place for place in found if place is not one and place is not other), around(one, other)]
    return found


def _more(one: Place, other: Place) -> int:
    """Pixels that are drawn in vain when both are drawn as one; none when one holds the other."""
    both = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    return _area(around(one, other)) - _area(one) - _area(other) + _area(both)


def _area(place: Place) -> int:
    return max(0, place[2] - place[0]) * max(0, place[3] - place[1])


def _holds(one: Place, other: Place) -> bool:
    return one[0] <= other[0] and one[1] <= other[1] and one[2] >= other[2] and one[3] >= other[3]


def _within(place: Place, width: int, height: int) -> Place:
    left, low = max(0, place[0]), max(0, place[1])
    return left, low, max(left, min(width, place[2])), max(low, min(height, place[3]))


def around(one: Place, other: Place) -> Place:
    """The least place that holds both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _share(places: list[Place], width: int, height: int) -> float:
    return sum(_area(place) for place in places) / max(1, width * height)


DAMAGE: Final = Damage()
