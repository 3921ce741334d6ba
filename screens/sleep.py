"""Sleeps until the display has an event, until somebody rings, or for so many seconds.

SDL can wait for its own events alone, and to wake it from another thread takes a way through the X server.
So the descriptors that events come from are waited for here: the connection to the X server, or where SDL
reads fingers and keys by itself the devices that it has opened.
"""

from __future__ import annotations

import ctypes as c
import math
import os
import select
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from screens.wake import WAKE

Sleep = Callable[[float], None]

LIVELY_SECONDS: Final = 1.0
TURN_SECONDS: Final = 0.05
"""After an event SDL has more to do by and by, such as to believe in a change of the focus."""
BLIND_SECONDS: Final = 1 / 30
"""Where it is not known what fingers come from."""
PLUGGED_SECONDS: Final = 0.25
"""A panel that was plugged in is noticed so soon."""
GONE: Final = select.POLLERR | select.POLLHUP | select.POLLNVAL
UNSEEN_DRIVERS: Final = (b"offscreen", b"dummy")
_X11: Final = 2  # SDL_SYSWM_X11
_X_LIBRARY: Final = "libX11.so.6"
_DESCRIPTORS: Final = Path("/proc/self/fd")


def sleeper() -> Sleep:
    """For the window that is open."""
    library = _sdl()
    driver = library.SDL_GetCurrentVideoDriver() if library is not None else b""
    if library is None or driver in UNSEEN_DRIVERS:
        return Sleeper(tuple)
    if driver == b"x11" and (connection := _connection(library)) is not None:
        number, has_more = connection
        return Sleeper(lambda: (number,), has_more)
    if driver == b"wayland":
        return _by_sdl(library)
    return Sleeper(opened_inputs, most_seconds=PLUGGED_SECONDS, blind_seconds=BLIND_SECONDS)


class Sleeper:
    """``descriptors`` are what events come from now; ``has_more`` tells whether some were read already."""

    def __init__(
        self,
        descriptors: Callable[[], Iterable[int]],
        has_more: Callable[[], bool] = lambda: False,
        most_seconds: float = math.inf,
        blind_seconds: float = math.inf,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Never longer than ``most_seconds``; ``blind_seconds`` while there are no descriptors."""
        self._descriptors = descriptors
        self._has_more = has_more
        self._most = most_seconds
        self._blind = blind_seconds
        self._monotonic = monotonic
        self._lively_until = -math.inf

    def __call__(self, seconds: float) -> None:
        events = tuple(self._descriptors())
        longest = min(seconds, self._most if events else self._blind)
        if self._monotonic() < self._lively_until:
            longest = min(longest, TURN_SECONDS)
        if self._has_more():
            longest = 0.0
        poll = select.poll()
        for each in (WAKE.fileno(), *events):
            poll.register(each, select.POLLIN)
        told = poll.poll(longest * 1000)
        WAKE.heard()
        if any(number != WAKE.fileno() for number, _ in told):
            self._lively_until = self._monotonic() + LIVELY_SECONDS
        if any(what & GONE for _, what in told):
            time.sleep(BLIND_SECONDS)  # until SDL has let go of it, it is told at once, again and again


def opened_inputs() -> list[int]:
    """The input devices that this process has open: where there is no display server, SDL reads them."""
    found = []
    for entry in os.listdir(_DESCRIPTORS):
        with suppress(OSError):  # closed meanwhile, as the one that lists
            if os.readlink(_DESCRIPTORS / entry).startswith("/dev/input/"):
                found.append(int(entry))
    return found


class _WindowManagerInfo(c.Structure):
    """``SDL_SysWMinfo`` of an X11 window."""

    _fields_ = (
        ("version", c.c_uint8 * 3),
        ("subsystem", c.c_int),
        ("display", c.c_void_p),
        ("window", c.c_ulong),
        ("more", c.c_uint8 * 64),
    )


def _connection(library: c.CDLL) -> tuple[int, Callable[[], bool]] | None:
    """The descriptor of SDL's connection to the X server, and whether Xlib has read events from it that
    nobody has taken yet: drawing reads them, too."""
    info = _WindowManagerInfo()
    library.SDL_GL_GetCurrentWindow.restype = c.c_void_p
    library.SDL_GetVersion(info.version)
    window = c.c_void_p(library.SDL_GL_GetCurrentWindow())
    if not library.SDL_GetWindowWMInfo(window, c.byref(info)) or info.subsystem != _X11:
        return None
    try:
        x11 = c.CDLL(_X_LIBRARY)
    except OSError:
        return None
    display = c.c_void_p(info.display)
    return int(x11.XConnectionNumber(display)), lambda: bool(x11.XPending(display))


def _by_sdl(library: c.CDLL) -> Sleep:
    """Nobody can ring there: whoever has, is heard a moment later."""
    wait_event = library.SDL_WaitEventTimeout
    wait_event.argtypes = [c.c_void_p, c.c_int]

    def sleep(seconds: float) -> None:
        wait_event(None, math.ceil(min(seconds, TURN_SECONDS) * 1000))  # leaves the event where it is
        WAKE.heard()

    return sleep


def _sdl() -> c.CDLL | None:
    """The library that Kivy has loaded, wherever that is."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        path = line.partition("/")[2]
        if Path(path).name.startswith("libSDL2-2"):
            library = c.CDLL(f"/{path}")
            library.SDL_GetCurrentVideoDriver.restype = c.c_char_p
            return library
    return None
