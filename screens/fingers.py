"""Whose press it is while several fingers are on the glass: a palm that rests, a second hand, a stuck point.

A finger claims what it has come down on; one that lies where nothing is to be touched claims nothing and is
in nobody's way.  While one claims something, another is not heard - who touches two buttons at once has
pressed the first - unless that one has rested for a moment: who leans on the glass, or what a faulty panel
reports for minutes, keeps nobody from pressing.  Of such two the first that is lifted where it came down has
pressed, and the other has pressed nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from screens.theme import MOVE_LIMIT, TREMBLE_LIMIT

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx

RESTING_SECONDS: Final = 0.5
"""So long in one place, and another finger is heard beside it."""


class Down:
    """One finger, from when it comes down until it is lifted."""

    def __init__(self, touch: MotionEvent, now: float) -> None:
        self.touch = touch
        self.began = self.rests_since = now
        self.began_at = self._rests_at = touch.pos

    def moved(self, limit: float, now: float) -> bool:
        """True when it is elsewhere: who trembles, and a panel that is not sure, stay where they are."""
        if math.dist(self.touch.pos, self._rests_at) < limit:
            return False
        self._rests_at, self.rests_since = self.touch.pos, now
        return True

    def lifted_where_it_came(self, limit: float) -> bool:
        return math.dist(self.touch.pos, self.began_at) < limit

    @property
    def claims(self) -> bool:
        """Something on the page follows it."""
        return bool(self.touch.grab_list)

    @property
    def gives_way(self) -> bool:
        """It is on nothing, or on what has nothing of it yet."""
        return all(widget.gives_way for widget in self._followers())

    def let_go(self) -> None:
        """Whatever follows it is to forget it: it has pressed nothing."""
        for widget in self._followers():
            if widget.let_go(self.touch):
                self.touch.ungrab(widget)

    def _followers(self) -> Iterator[Any]:
        for reference in list(self.touch.grab_list):
            if (widget := reference()) is not None:
                yield widget


class Fingers:
    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx
        self._down: dict[object, Down] = {}

    def may_press(self) -> bool:
        """Whether a finger that comes down now would be heard."""
        long_ago = self._ctx.monotonic() - RESTING_SECONDS
        return all(each.rests_since <= long_ago or each.gives_way for each in self._down.values())

    def came(self, touch: MotionEvent) -> None:
        self._down[touch.uid] = Down(touch, self._ctx.monotonic())

    def moved(self, touch: MotionEvent) -> bool:
        down = self._down.get(touch.uid)
        return down is not None and down.moved(self._ctx.px(MOVE_LIMIT), self._ctx.monotonic())

    def lifted(self, touch: MotionEvent) -> Down | None:
        """Before what it has pressed hears of it: from now on the others press nothing."""
        down = self._down.pop(touch.uid, None)
        if down is not None and down.claims and down.lifted_where_it_came(self._ctx.px(TREMBLE_LIMIT)):
            self.let_go()
        return down

    def let_go(self) -> None:
        """What lay under them is gone."""
        for each in self._down.values():
            each.let_go()

    def pressing(self, longest: float) -> bool:
        """Whether one of them may be about to press: it came less than so many seconds ago."""
        now = self._ctx.monotonic()
        return any(each.claims and now < each.began + longest for each in self._down.values())
