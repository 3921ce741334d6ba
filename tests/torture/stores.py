"""Stores and exports under torture: whatever lies on the disk, a terminal opens, or says why not."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from devices.contract import Fault
from kiosk.delivery.outbox import Outbox, entries
from kiosk.delivery.storage_check import StorageState, check_storage
from kiosk.delivery.store import Store, open_reading, open_store
from kiosk.delivery.transfer import Export, TakenUp, export_of, read_file, take_up, to_text
from tests.parts.life import live
from tests.torture.damage import damaged
from tests.torture.target import Take, Target

NAME: Final = "terminal.sqlite"


def _lived(folder: Path) -> dict[str, bytes]:
    """The files of a store after a few visits, its log not written back."""
    folder.mkdir()
    store = open_store(folder / NAME)
    assert isinstance(store, Store)
    outbox = Outbox.open(store, folder / "device.key")
    assert isinstance(outbox, Outbox)
    live(store, outbox, lambda what, of: None, 5)
    files = {each.name: each.read_bytes() for each in folder.iterdir() if not each.name.endswith("-shm")}
    store.close()
    return files


def _stores(folder: Path, stack: ExitStack) -> Take:
    """Opened as a terminal does, read as a command beside it does, and exported."""
    whole = _lived(folder / "whole")
    place = folder / "place"

    def take(random: Random) -> list[object]:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for name, content in whole.items():
            hurt = name.startswith(NAME) and not name.endswith(".lock") and random.random() < 0.7
            (place / name).write_bytes(damaged(content, random) if hurt else content)
            (place / name).chmod(0o600)
        values: list[object] = [export_of(place / NAME, "T")]
        reading = open_reading(place / NAME)
        if isinstance(reading, Store):
            values.append(entries(reading))
            reading.close()
        values.append(check_storage(place / NAME, place / "device.key"))
        store = open_store(place / NAME)
        values.append(store)
        if isinstance(store, Store):
            outbox = Outbox.open(store, place / "device.key")
            values.append(outbox)
            if isinstance(outbox, Outbox):
                live(store, outbox, lambda what, of: None, 2, f"b{random.random()}")
                values.append(entries(store))
            store.close()
        return values

    return take


def _exports(folder: Path, stack: ExitStack) -> Take:
    _lived(folder / "whole")
    export = export_of(folder / "whole" / NAME, "T")
    assert isinstance(export, Export)
    content, file = to_text(export).encode(), folder / "export.json"
    (folder / "new").mkdir()
    store = open_store(folder / "new" / NAME)
    assert isinstance(store, Store)
    stack.callback(store.close)
    outbox = Outbox.open(store, folder / "new" / "device.key")
    assert isinstance(outbox, Outbox)

    def take(random: Random) -> list[object]:
        file.write_bytes(damaged(content, random))
        read = read_file(file)
        return [read, take_up(outbox, read, outbox.vault) if isinstance(read, Export) else read]

    return take


STORES: Final = (
    Target("stores", _stores, (Store, Outbox, Export, StorageState, list, Fault), cost=2000),
    Target("exports", _exports, (Export, TakenUp, Fault), cost=50),
)
