"""Where a report or a log may be written: the configured folder, and sticks that are mounted.

Fault codes: ``technician.place_gone``, ``technician.place_full``, ``technician.place_read_only``,
``technician.place_unusable``.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from devices.contract import Fault
from kiosk.durable import sync_folder
from kiosk.technician.machine import free_mib
from kiosk.technician.state import ExportPlace

MOUNTS: Final = Path("/proc/self/mounts")
BLOCK_DEVICES: Final = Path("/sys/class/block")
_STICK_PARENTS: Final = ("/media/", "/run/media/", "/mnt/")
_ESCAPES: Final = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"}


def export_places(configured: Path | None, mounts: Path = MOUNTS) -> tuple[ExportPlace, ...]:
    """Writable ones only; ``label`` is the last part of the path."""
    folders = [configured] if configured is not None else []
    folders += [folder for folder in sticks(mounts) if folder not in folders]
    found = []
    for folder in folders:
        free = free_mib(folder)
        if free is not None and os.access(folder, os.W_OK | os.X_OK):
            found.append(ExportPlace(folder.name or str(folder), str(folder), free))
    return tuple(found)


def write_into(folder: Path, name: str, content: bytes) -> Path | Fault:
    """Whole and synced, or not there at all; never over a file that is there."""
    temporary = folder / f".{name}.part"
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        target = _free_name(folder, name)
        temporary.rename(target)
        sync_folder(folder)
    except OSError as error:
        with suppress(OSError):  # where the stick was pulled there is nothing to clean up
            temporary.unlink(missing_ok=True)
        return _fault_of(error)
    return target


def _free_name(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return target


def _fault_of(error: OSError) -> Fault:
    cause = f"errno {error.errno}"
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR | errno.ENODEV | errno.EIO | errno.ENXIO:
            return Fault("technician.place_gone", cause)
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return Fault("technician.place_full", cause)
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return Fault("technician.place_read_only", cause)
        case _:
            return Fault("technician.place_unusable", cause)


def sticks(mounts: Path = MOUNTS) -> list[Path]:
    """Where sticks are mounted."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        parts = line.split(" ")
        if len(parts) >= 4 and parts[0].startswith("/dev/"):
            source, folder = _plain(parts[0]), _plain(parts[1])
            if folder.startswith(_STICK_PARENTS) or _is_removable(source):
                found.append(Path(folder))
    return found


def _plain(text: str) -> str:
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text


def _is_removable(source: str) -> bool:
    """The disk itself says so; of a partition the disk that it is on."""
    name = Path(source).name
    for folder in (BLOCK_DEVICES / name, (BLOCK_DEVICES / name).resolve().parent):
        try:
            if (folder / "removable").read_text(encoding="ascii").strip() == "1":
                return True
        except OSError:
            continue
    return False
