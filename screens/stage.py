"""The window's root: one page, what lies over it, and the rules that every finger meets first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock
from kivy.uix.widget import Widget

from screens.fingers import Fingers
from screens.gesture import EntryGesture
from screens.kit.damage import DAMAGE
from screens.stuck import Stuck
from screens.twice import SamePlace

if TYPE_CHECKING:
    from kivy.input.motionevent import MotionEvent

    from screens.kit.block import Block
    from screens.kit.context import Ctx


MOVE_TELLS_SECONDS: Final = 1.0
LYING_SECONDS: Final = 3.0
"""What is down for so long lies on the glass: nothing waits for it."""


class Stage(Widget):  # type: ignore[misc]
    """One press at a time (:mod:`screens.fingers`), on what is shown now.

    A tap that began on the page before does nothing on the page after it: who touches everything twice must
    not answer the next question by accident (:mod:`screens.twice`).  Panels that report a finger twice, as a
    touch and as a mouse, are heard once.
    """

    def __init__(self, ctx: Ctx, touched: Callable[[], None]) -> None:
        super().__init__(size_hint=(None, None), __no_builder=True)
        self.ctx = ctx
        self.page: Block | None = None
        self.overlay: Block | None = None
        self.guarded_until = 0.0
        self.stuck_at: Callable[[tuple[float, float] | None], None] = lambda _place: None
        """Told where the panel reports a finger that nobody has, in parts of the window from its upper left
        corner, and when it is over."""
        self.entered: Callable[[], None] = lambda: None  # a technician has asked to come in
        self._stuck = Stuck(ctx)
        self._stuck_told: object = None
        self._gesture = EntryGesture()
        self._same_place = SamePlace(ctx)
        self._touched = touched
        self._fingers = Fingers(ctx)
        self._held: object = None  # the finger that may be a technician's
        self._device = ""
        self._lifted = float("-inf")
        self._told = float("-inf")

    def show(self, page: Block | None, overlay: Block | None) -> None:
        """Put another page or overlay up.  ``None`` takes it away."""
        DAMAGE.all()
        self._same_place.changed()
        for old, new in ((self.page, page), (self.overlay, overlay)):
            if old is not None and old is not new:
                self.remove_widget(old)
        metrics = self.ctx.metrics
        for old, new in ((self.page, page), (self.overlay, overlay)):
            if new is not None and old is not new:
                new.place(0, 0, metrics.width, metrics.height)
        for widget in (page, overlay):
            if widget is not None and widget.parent is self:
                self.remove_widget(widget)
            if widget is not None:
                self.add_widget(widget)
        self.page, self.overlay = page, overlay

    def look_for_stuck(self) -> None:
        """Now and then."""
        place = self._stuck.place()
        if place != self._stuck_told:
            self._stuck_told = place
            self.stuck_at(place and (place[0] / self.width, 1 - place[1] / self.height))

    @property
    def wipes(self) -> bool:
        """Whatever was in the window before is gone when this is drawn."""
        return self.page is not None and self.page.wipes

    def drawn(self, *_: object) -> None:
        """A picture is handed to the display, which takes its time."""
        if self._same_place.unseen:
            Clock.schedule_once(lambda _seconds: self._same_place.seen(), 0)

    def guard(self) -> None:
        """The page has changed: neither a second tap of the same hand does anything, nor, where the page has
        come by itself, a finger that was on its way to what lay there before."""
        now, seconds = self.ctx.monotonic(), self.ctx.double_tap_seconds
        by_itself = now - self._lifted > seconds
        self.guarded_until = (now if by_itself else self._lifted) + seconds
        self._fingers.let_go()

    def forget(self) -> None:
        """Nothing was touched yet."""
        self.guarded_until = self._lifted = float("-inf")
        self._same_place = SamePlace(self.ctx)
        self._stuck = Stuck(self.ctx)
        self._stuck_told = None
        self.ctx.steady = self.ctx.unhurried = False

    @property
    def accepts_touches(self) -> bool:
        return self._fingers.may_press() and self.ctx.monotonic() >= self.guarded_until

    def takes(self, x: float, y: float) -> bool:
        """Whether a touch there would be heard, and not be taken for a second one of the last."""
        return self._same_place.takes((x, y), self.overlay or self.page)

    @property
    def pressed(self) -> bool:
        """A finger is in the middle of a press."""
        return self._fingers.pressing(LYING_SECONDS)

    # --- fingers --------------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        now = self.ctx.monotonic()
        if not self._stuck.came(touch):
            return True
        twice = touch.device != self._device and now - self._lifted < self.ctx.double_tap_seconds
        if twice or touch.is_mouse_scrolling or not self._fingers.may_press():
            return True
        if getattr(touch, "button", None) not in (None, "left"):  # a finger has no button
            return True
        target = self.overlay or self.page
        if not self._same_place.came(touch.pos, target, heard=now >= self.guarded_until):
            return True
        self._fingers.came(touch)
        self._held = touch.uid
        self._device = touch.device
        self._gesture.down(touch.x - self.x, touch.y - self.y, self.size, self.ctx.metrics.u, now)
        self._touched()
        target = self.overlay or self.page  # which a touch that is told may have changed
        if target is not None:
            target.dispatch("on_touch_down", touch)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        self._stuck.moved(touch)
        if touch.uid == self._held:
            self._gesture.move(touch.x - self.x, touch.y - self.y, self.ctx.metrics.u)
        now = self.ctx.monotonic()
        # Who draws a signature is here; what trembles in one place may be the panel's own.
        if self._fingers.moved(touch) and now - self._told >= MOVE_TELLS_SECONDS:
            self._told = now
            self._touched()
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        self._stuck.lifted(touch)
        if self._fingers.lifted(touch) is None:
            return True
        self._lifted = self.ctx.monotonic()
        self._same_place.changed()
        if touch.uid == self._held:
            self._held = None
            if self._gesture.up(self._lifted):
                self.entered()
        return True
