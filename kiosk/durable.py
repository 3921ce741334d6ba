"""What has to be on the disk, whole, when it is said to be: names in a folder, and a key of one's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32


def make_key(file: Path) -> None:
    """A new random key: whole and synced, or not there at all; never over one that is there.

    Raises ``OSError``.
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, os.urandom(KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, file)
    except FileExistsError:
        pass  # another process was faster
    finally:
        os.unlink(temporary)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable.  Raises ``OSError``."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
