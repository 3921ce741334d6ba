"""Freed memory is overwritten at the moment it is freed, so that a picture of the process holds nobody.

Python and the C libraries leave what they free as it is: a card's name and number stay readable in the heap
for days.  The C library overwrites freed memory when it is told to (``glibc.malloc.perturb``), except for the
small pieces that each thread keeps by (``tcache_count``); both can be said only in the environment of a new
process, so :func:`begin_again` starts the command once more with it.  Python's own allocator overwrites
nothing.  It stays for the start, which it makes a fifth faster, and gives way when the first page stands
(:func:`overwrite_what_is_freed`).
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Mapping
from typing import Final, NoReturn

_TUNABLES: Final = "GLIBC_TUNABLES"
_WANTED: Final[Mapping[str, str]] = {
    "glibc.malloc.perturb": "165",  # any byte but 0: freed memory is filled with it
    "glibc.malloc.tcache_count": "0",
    "glibc.malloc.mmap_threshold": "524288",  # a picture goes back to the system when it is freed
}
ENVIRONMENT: Final[Mapping[str, str]] = {
    _TUNABLES: ":".join(f"{name}={value}" for name, value in _WANTED.items()),
    "MALLOC_ARENA_MAX": "2",  # one heap for each thread would keep several times the memory
}
"""What the unit file sets, so that there nothing has to begin again."""
_ONCE: Final = "KIOSK_BEGUN_AGAIN"
_RAW, _MEMORY, _OBJECTS = 0, 1, 2  # PyMemAllocatorDomain


class _Allocator(ctypes.Structure):
    """``PyMemAllocatorEx``: the functions of one of Python's kinds of memory."""

    _fields_ = (
        ("ctx", ctypes.c_void_p),
        ("malloc", ctypes.c_void_p),
        ("calloc", ctypes.c_void_p),
        ("realloc", ctypes.c_void_p),
        ("free", ctypes.c_void_p),
    )


def begin_again(module: str) -> None:
    """Start this command once more, in the same process, with the environment that memory needs.

    Returns where that has been done, or cannot be: :func:`overwrites` tells then.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if overwrites() or os.environ.get(_ONCE) == str(os.getpid()):
        return
    kept = os.environ.get(_TUNABLES, "")
    environment = {**os.environ, **ENVIRONMENT, _ONCE: str(os.getpid())}
    environment[_TUNABLES] = ":".join(filter(None, (kept, ENVIRONMENT[_TUNABLES])))
    os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], environment)


def start_anew(module: str) -> NoReturn:
    """The same command in a new image of the same process: systemd sees one service that goes on."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])


def overwrites() -> bool:
    """True when the C library overwrites what is freed in this process."""
    told = dict(each.partition("=")[::2] for each in os.environ.get(_TUNABLES, "").split(":"))
    asked = all(told.get(name) == value for name, value in _WANTED.items())
    return asked and sys.platform == "linux" and _is_gnu()


def overwrite_what_is_freed() -> bool:
    """From now on Python takes its memory from the C library, which overwrites it.

    What Python's own allocator has given out goes back to it: its ``free`` and ``realloc`` know their own,
    and hand on what is not theirs.
    """
    if not overwrites():
        return False
    if os.environ.get("PYTHONMALLOC") == "malloc":
        return True  # from the first byte on
    python = ctypes.pythonapi
    python.PyMem_GetAllocator.argtypes = python.PyMem_SetAllocator.argtypes = (
        ctypes.c_int,
        ctypes.POINTER(_Allocator),
    )
    python.PyMem_GetAllocator.restype = python.PyMem_SetAllocator.restype = None
    raw = _Allocator()
    python.PyMem_GetAllocator(_RAW, ctypes.byref(raw))
    for domain in (_MEMORY, _OBJECTS):
        own = _Allocator()
        python.PyMem_GetAllocator(domain, ctypes.byref(own))
        own.malloc, own.calloc = raw.malloc, raw.calloc
        python.PyMem_SetAllocator(domain, ctypes.byref(own))
    return True


def give_back() -> None:
    """Let the system have the pages that are free now."""
    if _is_gnu():
        ctypes.CDLL(None).malloc_trim(0)


def _is_gnu() -> bool:
    return hasattr(ctypes.CDLL(None), "gnu_get_libc_version")
