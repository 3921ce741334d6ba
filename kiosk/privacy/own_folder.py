"""All temporary files of this process in one folder of its own: one place to look into, and to remove."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX: Final = "kiosk-own-"  # then the process, then something unique


@contextmanager
def own_temporary_folder() -> Iterator[Path]:
    """Whatever asks :mod:`tempfile` for a place gets it in here meanwhile."""
    before = tempfile.tempdir
    shared = Path(tempfile.gettempdir())
    _remove_left_behind(shared)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(shared: Path) -> None:
    """Of processes that were ended before they could tidy up."""
    for folder in shared.glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)
