"""The window's loop: sleeps until something is due, and a finger wakes it at once.

Kivy's own loop sleeps out the frame and looks for fingers only afterwards, and what it then found is drawn
after one more sleep: at 30 frames a second a press shows after 33 to 67 ms.  More frames would cost a resting
terminal its processor.  So here SDL waits for both, the next event and the next thing that is due.
"""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kivy.base import EventLoop, ExceptionManager, stopTouchApp
from kivy.clock import Clock

FRAME_SECONDS: Final = 1 / 60
"""No two pictures are drawn faster than that: a finger that moves tells a thousand times a second."""
LONGEST_SECONDS: Final = 0.25
BLIND_SECONDS: Final = 1 / 30
"""Where SDL itself would look for events again and again instead of waiting for them."""
WAITING_DRIVERS: Final = (b"x11", b"wayland")


def run() -> None:
    """Until somebody stops the app; a bug goes to Kivy's exception handlers, as in its own loop."""
    wait = _waiter()
    drawn = 0.0

    def flipped(*_: object) -> None:
        nonlocal drawn
        drawn = time.monotonic()

    Clock._max_fps = 0  # the waiting is done here
    EventLoop.window.bind(on_flip=flipped)
    while not EventLoop.quit and EventLoop.status == "started":
        try:
            if (early := drawn + FRAME_SECONDS - time.monotonic()) > 0:  # to sleep for nothing is to be woken
                time.sleep(early)
            wait(min(_left(), LONGEST_SECONDS))
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


def _waiter() -> Callable[[float], None]:
    """What waits so many seconds, or until SDL has an event."""
    library = _sdl()
    if library is None or library.SDL_GetCurrentVideoDriver() not in WAITING_DRIVERS:
        return lambda seconds: time.sleep(min(seconds, BLIND_SECONDS))
    wait_event = library.SDL_WaitEventTimeout
    wait_event.argtypes = [ctypes.c_void_p, ctypes.c_int]

    def wait(seconds: float) -> None:
        wait_event(None, math.ceil(seconds * 1000))  # leaves the event where it is

    return wait


def _sdl() -> ctypes.CDLL | None:
    """The library that Kivy has loaded, wherever that is."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        path = line.partition("/")[2]
        if Path(path).name.startswith("libSDL2-2"):
            library = ctypes.CDLL(f"/{path}")
            library.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
            return library
    return None
