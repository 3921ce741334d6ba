"""Writing so that a power cut leaves either what was there before or what is new, whole.

Beside, synced, renamed, the folder synced.  A fault ``bundle.disk_full`` or ``bundle.disk`` tells why not;
what was begun beside is taken away again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.bundles.fault import BundleFault
from kiosk.durable import sync_folder

BESIDE: Final = ".new-"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> BundleFault | None:
    """Replace the file at ``path``."""
    beside = path.with_name(f"{BESIDE}{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(beside, data, mode)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        return disk_fault(error, path.name)
    return None


def make_whole_folder(folder: Path, files: Mapping[str, bytes]) -> BundleFault | None:
    """Make ``folder`` with ``files``; one of that name that is there is replaced."""
    beside = folder.with_name(f"{BESIDE}{folder.name}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_tree(beside)
        beside.mkdir()
        for name, data in files.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_synced(path, data)
        for parent, _, _ in os.walk(beside):
            sync_folder(Path(parent))
        remove_tree(folder)
        beside.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            remove_tree(beside)
        return disk_fault(error, folder.name)
    return None


def remove_tree(folder: Path) -> None:
    """Remove a folder if it is there; out of sight first, so that half of one is never taken for a whole."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        away = folder.with_name(f"{BESIDE}away-{folder.name}")
        if away.is_dir():
            shutil.rmtree(away)
        folder.rename(away)
        shutil.rmtree(away)


def disk_fault(error: OSError, what: str) -> BundleFault:
    code = "bundle.disk_full" if error.errno in _FULL else "bundle.disk"
    return BundleFault(code, f"{what}: {error.strerror or type(error).__name__}")


def _write_synced(path: Path, data: bytes, mode: int = 0o644) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """What was written into ``path`` by others is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
