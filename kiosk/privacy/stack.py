"""Overwrites what finished calls have left on a thread's stack.

Python encodes short texts in a buffer on the stack (``_PyBytesWriter``, 512 bytes), and the C libraries
format there; the bytes stay until another call comes as deep.  Each thread can clean only its own stack: what
lies below its stack pointer belongs to nobody.
"""

from __future__ import annotations

import ctypes
import platform
from typing import Final

DEEP_BYTES: Final = 512 * 1024
"""Below the pointer; a thread's stack has 8 MiB, and this terminal's calls stay well within half of one."""
_MARGIN_BYTES: Final = 512  # the call that overwrites stands here itself
_HARMLESS: Final = "\u0100" * 170  # fills the buffer of an encoder
_ENCODERS: Final = ("utf-8", "gb18030", "utf-16-le")
_CONTEXT_BYTES: Final = 8192
# Where ucontext_t keeps the stack pointer, in bytes: uc_mcontext.gregs[REG_RSP]; uc_mcontext.sp.
_POINTER_AT: Final = {"x86_64": 160, "aarch64": 432}.get(platform.machine())


def overwrite_own_stack(deep_bytes: int = DEEP_BYTES) -> bool:
    """False where this machine's stack is not known; the proof after the visit then tells what is left."""
    if _POINTER_AT is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    library = ctypes.CDLL(None)
    context = ctypes.create_string_buffer(_CONTEXT_BYTES)
    # Both calls are made from the same depth, so that the pointer of the one holds for the other.
    if library.getcontext(context) != 0:
        return False
    pointer = ctypes.c_uint64.from_buffer(context, _POINTER_AT).value
    for encoder in _ENCODERS:  # what lies within the margin is theirs
        _HARMLESS.encode(encoder)
    library.memset(ctypes.c_void_p(pointer - _MARGIN_BYTES - deep_bytes), 0, ctypes.c_size_t(deep_bytes))
    return True
