"""How the tests share one machine when four workers run them at once (``-n 4 --dist loadfile``).

A file stays on one worker.  Whole visits stay together because every hall's terminal sees the first slot of
pcscd's virtual reader: a card that one test puts in would be read by the visit of another.
"""

from __future__ import annotations

import gc
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from devices.virtual.vpcd import VPCD_PORT
from screens.garbage import CEILING_OBJECTS

# No test asserts on absolute time: a busy machine would fail it.  The examples are the same in every run, so
# that what failed fails again; ``make torture`` looks for others (``--hypothesis-profile=search``).
settings.register_profile(
    "kiosk", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.register_profile("search", settings.get_profile("kiosk"), derandomize=False)
settings.load_profile("kiosk")

HERE: Final = Path(__file__).parent
LONGEST: Final = HERE / "kiosk" / "test_rehearsals.py"


_reserved: Final[list[socket.socket]] = []


def pytest_configure() -> None:
    """The ports of pcscd's virtual reader lie where the kernel takes a port from for anybody's connection.

    One that a test's request has had is kept for a minute, and a pcscd that is started meanwhile has no
    reader.  The kernel gives nobody a port that is bound; pcscd may listen on it all the same.
    """
    for port in (VPCD_PORT, VPCD_PORT + 1):
        place = socket.socket()
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # pcscd runs here already
            place.bind(("", port))
            _reserved.append(place)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: what begins last would keep one worker waiting for the other."""
    items.sort(key=lambda item: item.path != LONGEST)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: it is not looked through for garbage again and again, see
    ``screens.garbage``."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(CEILING_OBJECTS, 10, 10)
