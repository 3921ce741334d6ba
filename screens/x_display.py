"""What an X display tells before a window is opened on it: its size, and whether a window manager runs.

Asked through Xlib, which SDL loads anyway.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any, Final

from values import dataclass

_LIBRARY: Final = "libX11.so.6"
_MANAGER_MARK: Final = b"_NET_SUPPORTING_WM_CHECK"  # of the root window, Extended Window Manager Hints
_ANY_TYPE: Final = 0


@dataclass(frozen=True)
class XDisplay:
    """Pixels; ``managed``: a window manager decides where windows are and how large."""

    width: int
    height: int
    managed: bool


def x_display() -> XDisplay | None:
    """The display of ``DISPLAY``; ``None`` without one, or when SDL was told to draw elsewhere."""
    if not os.environ.get("DISPLAY") or os.environ.get("SDL_VIDEODRIVER", "x11") != "x11":
        return None
    try:
        x11 = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        return None
    try:
        screen = x11.XDefaultScreen(display)
        return XDisplay(
            x11.XDisplayWidth(display, screen),
            x11.XDisplayHeight(display, screen),
            _managed(x11, display),
        )
    finally:
        x11.XCloseDisplay(display)


def _managed(x11: Any, display: ctypes.c_void_p) -> bool:
    x11.XInternAtom.restype = x11.XDefaultRootWindow.restype = ctypes.c_ulong
    kind, count, left = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
    form, data = ctypes.c_int(), ctypes.c_void_p()
    x11.XGetWindowProperty(
        display,
        ctypes.c_ulong(x11.XDefaultRootWindow(display)),
        ctypes.c_ulong(x11.XInternAtom(display, _MANAGER_MARK, False)),
        ctypes.c_long(0),
        ctypes.c_long(1),
        False,
        ctypes.c_ulong(_ANY_TYPE),
        ctypes.byref(kind),
        ctypes.byref(form),
        ctypes.byref(count),
        ctypes.byref(left),
        ctypes.byref(data),
    )
    if data:
        x11.XFree(data)
    return kind.value != 0  # of a property that is not there the type is none
