"""Whether a terminal's storage would let it serve: for diagnosis, beside a living terminal or without one.

Nothing is made, mended or moved.  Fault codes: those of the store and of the vault; ``store.full`` also while
a little is left, ``store.moved_aside`` when damaged stores lie beside this one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from kiosk.delivery.outbox import VAULT_PROOF, counts
from kiosk.delivery.rescue import reports
from kiosk.delivery.store import Store, open_reading
from kiosk.delivery.store_file import moved_aside
from kiosk.delivery.vault import open_vault
from values import dataclass

LEAST_FREE_BYTES: Final = 50_000_000
"""Of an application some kilobytes are kept; the rest is for logs, papers and the log of the store."""


@dataclass(frozen=True)
class StorageState:
    """``fault`` is the worst that was found, or ``None``.  ``queued`` is ``None`` where nobody can tell."""

    fault: Fault | None
    queued: int | None
    set_aside: int | None  # an administrator has to look at them
    free_bytes: int
    moved_aside: tuple[str, ...]  # names of damaged stores beside this one
    rescued: tuple[dict[str, Any], ...] = ()  # what became of those that have been looked through


def check_storage(path: Path, key_file: Path) -> StorageState:
    """Look at store, key, free space and damaged stores beside; the first that is bad is the fault."""
    folder = _nearest(path.parent)
    free = _free_bytes(folder)
    damaged = moved_aside(path)
    waiting: dict[str, int] | None = {}
    rescued: list[dict[str, Any]] = []
    store = open_reading(path)
    fault: Fault | None
    if isinstance(store, Store):
        try:
            count = counts(store)
            waiting = None if isinstance(count, Fault) else count
            rescued = [each for each in reports(store) if each["store"] in {file.name for file in damaged}]
            fault = _writable(path, folder) or store.check() or _key(key_file, store)
        finally:
            store.close()
    elif store.code == "store.absent" and not path.exists():  # it is begun when the terminal first starts
        fault = _writable(None, folder) or _key(key_file, None)
    else:
        fault, waiting = store, None
    if fault is None and free < LEAST_FREE_BYTES:
        fault = Fault("store.full", f"{free // 1_000_000} MB left")
    if fault is None and damaged:
        fault = Fault("store.moved_aside", ", ".join(each.name for each in damaged))
    queued, aside = (
        (waiting.get("queued", 0), waiting.get("set_aside", 0)) if waiting is not None else (None, None)
    )
    return StorageState(fault, queued, aside, free, tuple(each.name for each in damaged), tuple(rescued))


def _nearest(folder: Path) -> Path:
    """The folder, or what of the way to it is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _writable(path: Path | None, folder: Path) -> Fault | None:
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Fault("store.folder", "it cannot be written to", permanent=True)
    if path is not None and not os.access(path, os.W_OK):
        return Fault("store.read_only", "the file cannot be written to")
    return None


def _key(key_file: Path, store: Store | None) -> Fault | None:
    rows = store.read("SELECT value FROM counters WHERE name = ?", (VAULT_PROOF,)) if store else []
    if isinstance(rows, Fault):
        return rows
    vault = open_vault(key_file, create=False)
    if isinstance(vault, Fault):
        return None if vault.code == "vault.key_missing" and not rows else vault
    if rows and not vault.recognises(rows[0][0]):
        return Fault("vault.wrong_key", "the store was written with another device key", permanent=True)
    return None
