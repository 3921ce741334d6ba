"""Shows a part of what was drawn: X need not copy a whole picture for one button.

``GLX_MESA_copy_sub_buffer``: what Mesa's software renderer has.  What is left behind stays as it was, which a
flip of whole buffers promises nowhere.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Callable
from typing import Final

_LIBRARY: Final = "libGL.so.1"
_EXTENSION: Final = b"GLX_MESA_copy_sub_buffer"

Show = Callable[[int, int, int, int], None]
"""Left, low, width, height, in pixels."""


def part_shower() -> Show | None:
    """For the window whose context is current; ``None`` where only whole pictures can be shown."""
    try:
        glx = c.CDLL(_LIBRARY)
        glx.glXGetCurrentDisplay.restype = c.c_void_p
        glx.glXGetCurrentDrawable.restype = c.c_ulong
        glx.glXQueryExtensionsString.restype = c.c_char_p
        glx.glXGetProcAddressARB.restype = c.c_void_p
    except (OSError, AttributeError):
        return None
    display, window = c.c_void_p(glx.glXGetCurrentDisplay()), c.c_ulong(glx.glXGetCurrentDrawable())
    if not display or not window:
        return None
    told = glx.glXQueryExtensionsString(display, 0) or b""
    address = glx.glXGetProcAddressARB(b"glXCopySubBufferMESA")
    if _EXTENSION not in told.split() or not address:
        return None
    kind = c.CFUNCTYPE(None, c.c_void_p, c.c_ulong, c.c_int, c.c_int, c.c_int, c.c_int)
    copy = kind(address)

    def show(left: int, low: int, width: int, height: int) -> None:
        copy(display, window, left, low, width, height)

    return show
