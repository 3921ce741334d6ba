"""Which kind of window is the cheapest to draw on: one without the buffers for depth and stencil.

Nothing here uses them, but Kivy asks SDL for both.  A software renderer clears them with every picture, and
takes its quick ways (whole spans of pixels copied or mixed at once) only where there are none.
"""

from __future__ import annotations

import ctypes as c
import os
from collections.abc import Sequence
from typing import Any, Final

VARIABLE: Final = "SDL_VIDEO_X11_WINDOW_VISUALID"
_LIBRARIES: Final = ("libX11.so.6", "libX11-xcb.so.1", "libxcb-glx.so.0")
_TRUE_COLOUR: Final = 4
_FIXED: Final = 18
"""Words at the start of what GLX tells of each visual; then come pairs of a name and a value."""
_CAVEAT: Final = 0x20
_NO_CAVEAT: Final = 0x8000
_SAMPLES: Final = 100001
_VISUAL_ID: Final = 0x1
_OURS: Final[list[str]] = []


class _Visual(c.Structure):
    """``XVisualInfo``."""

    _fields_ = (
        ("visual", c.c_void_p),
        ("visualid", c.c_ulong),
        ("screen", c.c_int),
        ("depth", c.c_int),
        ("masks", c.c_ulong * 4),
        ("colormap_size", c.c_int),
        ("bits", c.c_int),
    )


class _Reply(c.Structure):
    """``xcb_glx_get_visual_configs_reply_t``."""

    _fields_ = (
        ("head", c.c_uint32),
        ("length", c.c_uint32),
        ("visuals", c.c_uint32),
        ("properties", c.c_uint32),
    )


class _Cookie(c.Structure):
    _fields_ = (("sequence", c.c_uint),)


def choose() -> None:
    """Tell SDL, where X shows the window and nobody has told it yet.  What cannot be asked stays as it is.

    Followed by :func:`forget` when the window is open: the number means nothing on another display.
    """
    if not os.environ.get("DISPLAY") or os.environ.get("SDL_VIDEODRIVER", "x11") != "x11":
        return
    visual = flat_visual()
    if visual is not None and VARIABLE not in os.environ:
        os.environ[VARIABLE] = hex(visual)
        _OURS.append(hex(visual))


def forget() -> None:
    """Programs that are started later choose for themselves."""
    while _OURS:
        if os.environ.get(VARIABLE) == _OURS.pop():
            del os.environ[VARIABLE]


def flat_visual() -> int | None:
    """Colours as deep as the screen's, two buffers, nothing else."""
    try:
        x11, bridge, glx = (c.CDLL(name) for name in _LIBRARIES)
    except OSError:
        return None
    x11.XOpenDisplay.restype = c.c_void_p
    display = c.c_void_p(x11.XOpenDisplay(None))
    if not display:
        return None
    try:
        screen = x11.XDefaultScreen(display)
        depth = x11.XDefaultDepth(display, screen)
        fitting = (each for each in _told(bridge, glx, display, screen) if _is_flat(each))
        return next((each[0] for each in fitting if _depth(x11, display, each[0]) == depth), None)
    finally:
        x11.XCloseDisplay(display)


def _is_flat(words: Sequence[int]) -> bool:
    _, kind, rgba, red, green, blue, alpha = words[:7]
    double, stereo, _, deep, stencil = words[11:16]
    more = dict(zip(words[_FIXED::2], words[_FIXED + 1 :: 2], strict=False))
    return (
        kind == _TRUE_COLOUR
        and bool(rgba and double and not stereo)
        and (red, green, blue, alpha) == (8, 8, 8, 8)
        and not deep
        and not stencil
        and more.get(_CAVEAT, _NO_CAVEAT) in (0, _NO_CAVEAT)
        and not more.get(_SAMPLES)
    )


def _told(bridge: Any, glx: Any, display: c.c_void_p, screen: int) -> list[list[int]]:
    """What the server says of each visual; nothing when it has no GLX."""
    bridge.XGetXCBConnection.restype = c.c_void_p
    connection = c.c_void_p(bridge.XGetXCBConnection(display))
    ask, answer = glx.xcb_glx_get_visual_configs, glx.xcb_glx_get_visual_configs_reply
    ask.restype = _Cookie
    answer.restype = c.POINTER(_Reply)
    answer.argtypes = [c.c_void_p, _Cookie, c.c_void_p]
    found = answer(connection, ask(connection, c.c_uint32(screen)), None)
    if not found:
        return []
    words_of = glx.xcb_glx_get_visual_configs_property_list
    words_of.restype = c.POINTER(c.c_uint32)
    reply = found.contents
    each, words = reply.properties, words_of(found)[: reply.length]
    c.CDLL(None).free(found)
    if each < _FIXED:
        return []
    return [words[start : start + each] for start in range(0, len(words) - each + 1, each)]


def _depth(x11: Any, display: c.c_void_p, visual: int) -> int:
    count = c.c_int()
    x11.XGetVisualInfo.restype = c.POINTER(_Visual)
    wanted = _Visual(visualid=visual)
    found = x11.XGetVisualInfo(display, c.c_long(_VISUAL_ID), c.byref(wanted), c.byref(count))
    if not found or count.value < 1:
        return 0
    depth = int(found[0].depth)
    x11.XFree(found)
    return depth
