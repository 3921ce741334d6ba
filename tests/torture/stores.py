"""Stores and exports under torture: whatever lies on the disk, a terminal opens, or says why not."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from devices.contract import Fault
from kiosk.delivery.application import Parcel
from kiosk.delivery.outbox import Outbox, entries
from kiosk.delivery.requests import Request, Requests
from kiosk.delivery.states import WAITING
from kiosk.delivery.storage_check import StorageState, check_storage
from kiosk.delivery.store import Store, open_reading, open_store
from kiosk.delivery.transfer import Export, TakenUp, export_of, read_file, take_up, to_text
from tests.parts.life import live, made
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
    Requests(store, outbox.vault).keep(Request(made("asked").key, "complaint", {"text": "x" * 300}))
    outbox.keep(made("late"))
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


def _rescues(folder: Path, stack: ExitStack) -> Take:
    """Taken over from a damaged store: what comes back is as it was written, whatever lies around it."""
    whole = _lived(folder / "whole")
    path = folder / "place" / NAME
    key_file = path.with_name("device.key")

    def content(where: Path) -> dict[str, bytes]:
        store = open_store(where)
        assert isinstance(store, Store), store
        outbox = Outbox.open(store, where.with_name("device.key"))
        assert isinstance(outbox, Outbox), outbox
        listed = entries(store)
        assert isinstance(listed, list)
        opened = {entry.key: outbox.parcel(entry.key) for entry in listed if entry.state in WAITING}
        found = {key: parcel.body for key, parcel in opened.items() if isinstance(parcel, Parcel)}
        assert len(found) == len(opened), "something was taken that does not open"
        store.close()
        return found

    made_then = [made(name) for name in (*(f"a{number}" for number in range(5)), "late")]
    written = {each.key: each.parcel().body for each in made_then}

    def take(random: Random) -> list[object]:
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir()
        key_file.write_bytes(whole["device.key"])
        key_file.chmod(0o600)
        aside = f"{NAME}.damaged-20261126T000000Z"
        lost = random.choice(("", "", "", NAME, f"{NAME}-wal"))  # a file without its log, a log without it
        for name in {NAME, f"{NAME}-wal"} - {lost}:
            path.with_name(name.replace(NAME, aside)).write_bytes(_hurt(whole[name], random))
        found = content(path)
        assert found.items() <= written.items(), "something was taken that was never written"
        return [found]

    return take


def _hurt(file: bytes, random: Random) -> bytes:
    """Bits anywhere, whole pages, a cut; and the accidents of every other input."""
    data = bytearray(file)
    for _ in range(random.randint(0, 6) if data else 0):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    if data and random.random() < 0.5:
        start = random.randrange(0, len(data), 4096)
        data[start : start + 4096] = random.randbytes(len(data[start : start + 4096]))
    if data and random.random() < 0.2:
        del data[random.randrange(len(data)) :]
    return damaged(bytes(data), random) if random.random() < 0.2 else bytes(data)


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
    Target("rescues", _rescues, (dict,), cost=300),
    Target("exports", _exports, (Export, TakenUp, Fault), cost=50),
)
