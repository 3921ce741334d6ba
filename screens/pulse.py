"""How often the window looks: at once when somebody has news, often while something goes on, else seldom.

Whoever has news wakes it (:meth:`Pulse.wake`).  For some time after a finger, a key or a change it looks
twenty times a second, for whatever settles by itself; after that only when time alone brings something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.cache import Cache
from kivy.clock import Clock

from screens.kit.damage import DAMAGE

if TYPE_CHECKING:
    from screens.app import CitizenWindow

POLL_SECONDS: Final = 0.05
LIVELY_SECONDS: Final = 1.0
"""Since the last finger, key or change."""
LONGEST_SECONDS: Final = 5.0
PURGE_SECONDS: Final = 1.0


class Pulse:
    """Calls :meth:`CitizenWindow.poll` on the window's clock.  One for a window."""

    def __init__(self, window: CitizenWindow) -> None:
        from kivy.core.window import Window

        self.longest_seconds = LONGEST_SECONDS
        self._window = window
        self._lively_until = self._monotonic() + LIVELY_SECONDS
        self._now = Clock.create_trigger(self._beat, 0)
        self._later = Clock.schedule_once(self._beat, POLL_SECONDS)
        self._later_at = 0.0
        self._purged = 0.0
        Clock.unschedule(Cache._purge_by_timeout)  # Kivy's, once a second for ever
        window.controller.woken = self.wake
        if window.technician is not None:
            window.technician.desk.woken = self.wake
        Window.bind(on_motion=self.stir)

    def wake(self) -> None:
        """There is news.  Any thread."""
        self._now()  # the loop is woken by whatever another thread puts on the clock

    def not_longer_than(self, seconds: float) -> None:
        """Somebody counts on it to beat so often, however little there is to do."""
        self.longest_seconds = min(self.longest_seconds, seconds)

    def stir(self, *_: object) -> None:
        """Something goes on in the window, of which more may come without news."""
        now = self._monotonic()
        self._lively_until = now + LIVELY_SECONDS
        if self._later_at > now + POLL_SECONDS:
            self._look_in(POLL_SECONDS)

    def only_the_clock(self) -> None:
        """Once a minute, all night: its few figures are drawn, and at rest no whole picture after them."""
        if not self._lively:
            Clock.schedule_once(DAMAGE.nothing_follows, 0)

    @property
    def _lively(self) -> bool:
        return self._monotonic() < self._lively_until or self._window.lively

    def _monotonic(self) -> float:
        return self._window.ctx.monotonic()

    def _beat(self, _seconds: float = 0.0) -> None:
        pause = POLL_SECONDS  # also when it fails
        try:
            self._purge()
            if self._window.poll():
                self._lively_until = self._monotonic() + LIVELY_SECONDS
            pause = self._pause()
        finally:
            self._look_in(pause)

    def _purge(self) -> None:
        """What Kivy has kept for a minute and nobody has asked for again."""
        now = self._monotonic()
        if now - self._purged >= PURGE_SECONDS:
            self._purged = now
            Cache._purge_by_timeout(PURGE_SECONDS)

    def _pause(self) -> float:
        if self._lively:
            return POLL_SECONDS
        return max(POLL_SECONDS, min(self._window.controller.due_seconds(), self.longest_seconds))

    def _look_in(self, seconds: float) -> None:
        self._later.cancel()
        self._later = Clock.schedule_once(self._beat, seconds)
        self._later_at = self._monotonic() + seconds
