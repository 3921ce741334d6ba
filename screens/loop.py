"""The window's loop: sleeps until something is due, and whoever has news wakes it at once.

Kivy's own loop sleeps out the frame and looks for fingers only afterwards, and what it then found is drawn
after one more sleep: at 30 frames a second a press shows after 33 to 67 ms.  More frames would cost a resting
terminal its processor.  So here one sleep ends with the next event of the display, with the next thing that
is due, or when another thread rings (:mod:`screens.wake`), and while nobody is here nothing is due for long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kivy.base import EventLoop, ExceptionManager, stopTouchApp
from kivy.clock import Clock

from screens.sleep import sleeper
from screens.wake import WAKE

if TYPE_CHECKING:
    from kivy.clock import ClockEvent

FRAME_SECONDS: Final = 1 / 60
"""No two pictures are drawn faster than that: a finger that moves tells a thousand times a second."""
LONGEST_SECONDS: Final = 10.0


def run() -> None:
    """Until somebody stops the app; a bug goes to Kivy's exception handlers, as in its own loop."""
    sleep = sleeper()
    began = drawn = 0.0

    def flipped(*_: object) -> None:
        nonlocal drawn
        drawn = began  # not when it ended: what drawing takes is part of the frame

    Clock._max_fps = 0  # the waiting is done here
    Clock.on_schedule = _rings(threading.get_ident())
    EventLoop.window.bind(on_flip=flipped)
    while not EventLoop.quit and EventLoop.status == "started":
        try:
            if (early := drawn + FRAME_SECONDS - time.monotonic()) > 0:  # to sleep for nothing is to be woken
                time.sleep(early)
            sleep(min(_left(), LONGEST_SECONDS))
            began = time.monotonic()
            EventLoop.window.mainloop()  # takes what SDL has
            EventLoop.idle()  # clock, fingers, drawing
        except BaseException as crash:
            if ExceptionManager.handle_exception(crash) == ExceptionManager.RAISE:
                stopTouchApp()
                raise


def _left() -> float:
    """Seconds until something is due; what is due at every frame is due with the next one."""
    due = max(Clock._last_tick + FRAME_SECONDS, Clock.get_min_timeout())
    return max(0.0, float(due - Clock.time()))


def _rings(own: int) -> Callable[[ClockEvent], None]:
    """What another thread puts on the clock is due before the sleep was to end."""

    def on_schedule(_event: ClockEvent) -> None:
        if threading.get_ident() != own:
            WAKE.ring()

    return on_schedule
