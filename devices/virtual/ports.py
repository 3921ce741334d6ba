"""Ports on loopback that stay free between being chosen and being listened on.

The kernel gives any unused port of its own range to whoever connects somewhere, and keeps it for a minute
after the end.  A port that is chosen by asking the kernel for one may be somebody else's a moment later; one
below that range is not.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path
from typing import Final

_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_FIRST: Final = 32768
_LOWEST: Final = 10_000  # below are those with names
_TRIES: Final = 1000


def free_port(count: int = 1) -> int:
    """The first of ``count`` ports in a row that nobody has."""
    chance = random.SystemRandom()
    first_given = _first_given()
    if first_given - _LOWEST < count:
        return _given(count)
    for _ in range(_TRIES):
        port = chance.randrange(_LOWEST, first_given - count + 1)
        if all(_is_free(port + each) for each in range(count)):
            return port
    return _given(count)


def taken(*ports: int) -> bool:
    """Whether a socket has one of these as its own port, be it only the rest of an ended connection."""
    wanted = {f":{port:04X}" for port in ports}
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            rows = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        if any(row.split()[1][-5:] in wanted for row in rows):
            return True
    return False


def _first_given() -> int:
    """The lowest port that the kernel gives by itself."""
    try:
        return int(_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _USUAL_FIRST


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def _given(count: int) -> int:
    while True:
        with socket.socket() as first:
            first.bind(("", 0))
            port = int(first.getsockname()[1])
            if all(_is_free(port + each) for each in range(1, count)):
                return port
