"""A slot of pcscd's virtual reader that no other test run uses meanwhile."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SLOT_READER: Final = "Virtual PCD 00 01"
SLOT_PORT: Final = 35964  # the second slot: the first one is the demo's


@contextmanager
def claimed_slot() -> Iterator[int]:
    """The slot's port; waits until whoever uses it has done."""
    with (Path(tempfile.gettempdir()) / f"kiosk-test-slot-{SLOT_PORT}.{os.geteuid()}.lock").open(
        "w"
    ) as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        yield SLOT_PORT
