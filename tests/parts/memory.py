"""A folder in memory, where syncs cost nothing: what is lost there is decided by a test, not by a disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SHARED: Final = Path("/dev/shm")


@contextmanager
def memory_folder() -> Iterator[Path]:
    where = _SHARED if os.access(_SHARED, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="kiosk-", dir=where) as folder:
        yield Path(folder)
