"""Which presses of a keypad or of switches are meant: held, pressed twice, or two at once by the same hand.

A held key does nothing again, however the system repeats it, and of two keys at once the first was meant.
Who presses everything twice is known as a finger is (:mod:`screens.twice`): the same key comes again when a
page has just changed by it, or all presses come in pairs.  From then on a key counts once in a second and a
half; keys that type are no proof, because "88" may be meant.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from screens.kit.press import STEADY_PATIENCE
from screens.twice import PATIENCE

if TYPE_CHECKING:
    from screens.kit.context import Ctx

BOUNCING: Final = 0.05
"""Of the usual guard: a contact that bounces."""
TOGETHER_SECONDS: Final = 0.5
LATELY: Final = 3
OFTEN: Final = 2
"""Of the latest presses that changed the page: so many came twice of somebody who presses twice."""
PAIRS: Final = 4
"""So many in a row, each closer together than from one to the next, are somebody's way of pressing."""
CLOSEST, WIDEST = 0.06, 1.2
EVEN: Final = 1.6
APART: Final = 2.0


class Presses:
    """``code`` is the key's; ``types``: it types what stands on it."""

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx
        self._down: dict[int, float] = {}
        self._visit = 0
        self._begin()

    def _begin(self) -> None:
        self.steady = False
        self._last: tuple[int, float] | None = None
        self._changed: float | None = None  # when the last press has changed the page, until it is judged
        self._twice: deque[bool] = deque(maxlen=LATELY)
        self._course: deque[tuple[int, float]] = deque(maxlen=2 * PAIRS)

    @property
    def held(self) -> bool:
        return bool(self._down)

    @property
    def ready(self) -> bool:
        """Whether the same key would be heard again now."""
        return self._last is None or self._ctx.monotonic() - self._last[1] >= self._pause

    @property
    def _pause(self) -> float:
        return (STEADY_PATIENCE if self.steady else BOUNCING) * self._ctx.double_tap_seconds

    def came(self, code: int, types: bool) -> bool:
        """A key has gone down; false when it is not meant."""
        now = self._ctx.monotonic()
        if code in self._down:
            return False
        together = not types and any(now - since < TOGETHER_SECONDS for since in self._down.values())
        self._down[code] = now
        if together:
            return False
        if self._ctx.state.number != self._visit:
            self._visit = self._ctx.state.number
            self._begin()
        self._judge(code, now)
        if not types:
            self._course.append((code, now))
            self._look_for_pairs()
        if self._last is not None and self._last[0] == code and not self.ready:
            return False
        self._last = (code, now)
        return True

    def page_changed(self) -> None:
        """By the last press."""
        self._changed = self._ctx.monotonic()

    def lifted(self, code: int) -> float:
        """For how many seconds it was held."""
        now = self._ctx.monotonic()
        return now - self._down.pop(code, now)

    def _judge(self, code: int, now: float) -> None:
        if self._changed is None or self._last is None:
            return
        again = code == self._last[0] and now - self._changed < PATIENCE * self._ctx.double_tap_seconds
        self._changed = None
        self._twice.append(again)
        if self._twice.count(again) >= OFTEN:
            self.steady = again

    def _look_for_pairs(self) -> None:
        course = list(self._course)
        if self.steady or len(course) < 2 * PAIRS:
            return
        gaps = [after[1] - before[1] for before, after in pairwise(course)]
        within, between = gaps[::2], gaps[1::2]
        same = all(first[0] == second[0] for first, second in zip(course[::2], course[1::2], strict=True))
        if not same or not CLOSEST <= min(within) <= max(within) <= WIDEST:
            return
        self.steady = max(within) <= EVEN * min(within) and min(between) >= APART * max(within)
