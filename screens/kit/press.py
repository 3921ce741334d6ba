"""What a finger does to a widget: shown at once, meant only if it stayed, done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.graphics import Color, Mesh

from screens.kit.block import Block
from screens.kit.damage import DAMAGE
from screens.kit.semantics import Role
from screens.theme import MOVE_LIMIT, OUTLINE, RADIUS_BUTTON, TREMBLE_LIMIT

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.context import Ctx


KEY_PRESS_SECONDS: Final = 0.12
BOUNCING: Final = 0.2
"""Of the usual guard: a key that types is not meant twice within so short a time, whoever presses it."""
STEADY_PATIENCE: Final = 2.5
"""Times the usual guard, for somebody who touches everything twice."""
PRINTING_PATIENCE: Final = 4.0
"""For what takes paper: as many times the usual guard, because nothing seems to happen for a moment."""


class Pressable(Block):
    """Fires on release if the finger moved less than 30 units, or trembled within it; a second tap within
    600 ms does nothing.

    The window remembers when a key was last pressed, not the widget: a press may have drawn the page anew,
    with another button of the same key in the same place, before the impatient second tap comes.
    ``repeats``: keys of a keypad, where the same digit twice is meant, unless it is by a hand that touches
    everything twice.
    """

    radius: float = RADIUS_BUTTON
    repeats = False
    patience: float = 1.0

    def __init__(
        self,
        ctx: Ctx,
        key: str,
        name: str,
        on_press: Callable[[], None],
        role: str = Role.BUTTON,
        hint: str = "",
        disabled_reason: str | None = None,
    ) -> None:
        super().__init__(ctx)
        self.semantics(role, name, hint=hint, key=key)
        self.on_press = on_press
        self.action = self.fire
        self.disabled_reason: str | None = None
        if disabled_reason is not None:
            self.disable(disabled_reason)
        self.pressed = False
        self._start = (0.0, 0.0)
        self._finger: MotionEvent | None = None
        self._strayed = False

    @property
    def enabled(self) -> bool:
        return self.disabled_reason is None

    def disable(self, reason: str) -> None:
        """Before it is placed.  The reason is spoken; whether it is also written is the subclass's."""
        self.disabled_reason = reason
        self.state["disabled"] = True
        self.state["reason"] = reason

    def show_state(self) -> None:
        """Redraw for ``pressed``; subclasses change colours only, so that it is on screen in one frame."""

    def fire(self) -> None:
        """Do what a press does; from a finger, a key or a voice."""
        if not self.enabled:
            return
        if not self.listening:
            return
        self.ctx.pressed_at[self.key] = self.ctx.monotonic()
        self.ctx.clicked()
        self.on_press()

    def press_by_key(self) -> None:
        """A key of a keypad or a switch: shown as a finger's press is, then done."""
        if not self.enabled:
            return
        self._set_pressed(True)
        Clock.schedule_once(lambda _seconds: self._set_pressed(False), KEY_PRESS_SECONDS)
        if self.repeats:
            self.ctx.pressed_at.pop(self.key, None)  # a keyboard's own keys do not bounce
        self.fire()

    @property
    def listening(self) -> bool:
        """False for a moment after a press of this key, on whatever page it was drawn."""
        since = self.ctx.monotonic() - self.ctx.pressed_at.get(self.key, float("-inf"))
        patience = BOUNCING if self.repeats else self.patience
        if self.ctx.steady if self.repeats else self.ctx.unhurried:
            patience = max(patience, STEADY_PATIENCE)
        return since >= self.ctx.double_tap_seconds * patience

    # --- fingers --------------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        if self.enabled:
            if self._finger is not None:  # which only lies there
                self._finger.ungrab(self)
            touch.grab(self)
            self._finger, self._start, self._strayed = touch, touch.pos, False
            self._set_pressed(True)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        self._set_pressed(self._stayed(touch))
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        meant = self._stayed(touch)
        self._forget()
        if meant and self.get_root_window() is not None:  # the page may have gone while the finger was down
            self.fire()
        return True

    def let_go(self, touch: MotionEvent) -> bool:
        if touch is self._finger:
            self._forget()
        return True

    def _forget(self) -> None:
        self._finger = None
        self._set_pressed(False)

    def _stayed(self, touch: Any) -> bool:
        """Whether lifting the finger now would be a press.  Who has wiped across comes back for nothing."""
        across, down = touch.x - self._start[0], touch.y - self._start[1]
        far = across * across + down * down
        self._strayed = self._strayed or far >= self.ctx.px(TREMBLE_LIMIT) ** 2
        within = far < self.ctx.px(MOVE_LIMIT) ** 2 or self.collide_point(*touch.pos)
        return within and not self._strayed

    def _set_pressed(self, pressed: bool) -> None:
        if pressed != self.pressed:
            self.pressed = pressed
            self.show_state()
            DAMAGE.of(self, within=True)  # colours change, no shadow does

    # --- disabled -------------------------------------------------------------------------------------

    def dashes(self, token: str) -> None:
        """The border of what cannot be pressed now: a colour alone would say nothing."""
        px = self.ctx.px
        stroke, dash, gap, corner = px(OUTLINE + 1), px(14), px(10), px(self.radius) * 0.6
        quads: list[tuple[float, float, float, float]] = []
        for start, end in _dashes(self.x + corner, self.right - corner, dash, gap):
            quads += [(start, self.y, end, self.y + stroke), (start, self.top - stroke, end, self.top)]
        for start, end in _dashes(self.y + corner, self.top - corner, dash, gap):
            quads += [(self.x, start, self.x + stroke, end), (self.right - stroke, start, self.right, end)]
        vertices: list[float] = []
        indices: list[int] = []
        for left, low, right, high in quads:
            base = len(vertices) // 4
            for x, y in ((left, low), (right, low), (right, high), (left, high)):
                vertices += [x, y, 0, 0]
            indices += [base, base + 1, base + 2, base, base + 2, base + 3]
        Color(*self.colour(token))
        Mesh(vertices=vertices, indices=indices, mode="triangles")


def _dashes(start: float, end: float, dash: float, gap: float) -> list[tuple[float, float]]:
    """Dashes of equal length that begin and end at the ends."""
    count = max(1, round((end - start + gap) / (dash + gap)))
    length = (end - start - gap * (count - 1)) / count
    return [(start + i * (length + gap), start + i * (length + gap) + length) for i in range(count)]
