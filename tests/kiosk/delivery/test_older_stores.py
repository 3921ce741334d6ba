"""Stores that older versions of this software made go on as they are; a cut on the way leaves old or new."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import apsw
import pytest

from devices.contract import Fault
from kiosk.delivery import store_file
from kiosk.delivery.outbox import Kept, Outbox, entries
from kiosk.delivery.store import Store, open_reading, open_store
from kiosk.delivery.vault import Vault
from tests.kiosk.delivery.samples import draft
from tests.parts.life import judge, live
from tests.parts.memory import memory_folder
from tests.parts.power_cut import Disk

OLDER = range(1, store_file.SCHEMA_VERSION)


def old_store(folder: Path, version: int) -> str:
    """As that version made it, with one application in line; its key."""
    key_file = folder / "device.key"
    key_file.write_bytes(bytes(range(32)))
    key_file.chmod(0o600)
    vault, application = Vault(key_file.read_bytes()), draft()
    path = folder / "terminal.sqlite"
    connection = apsw.Connection(str(path))
    store_file.make_durable(connection)
    connection.execute("BEGIN")
    connection.execute(store_file.SCHEMA)
    for number in range(2, version + 1):
        connection.execute(store_file.UPGRADES[number])
    data_key, wrapped = vault.new_data_key("applications", application.key)
    parcel = application.parcel()
    connection.execute("INSERT INTO counters VALUES ('vault_proof', ?)", (vault.proof(),))
    connection.execute(
        "INSERT INTO applications (key, serial, task_code, state, created, updated, holder, data_key, body)"
        " VALUES (?, ?, ?, 'queued', '2026-01-01T00:00:00.000+00:00', '2026-01-02T00:00:00.000+00:00',"
        " ?, ?, ?)",
        (
            parcel.key,
            parcel.serial,
            parcel.task_code,
            vault.mark_of(application.holder),
            wrapped,
            data_key.seal("body", parcel.body),
        ),
    )
    connection.execute(f"PRAGMA application_id={store_file.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={version}")
    connection.execute("COMMIT")
    connection.close()
    return application.key


@pytest.mark.parametrize("version", OLDER)
def test_an_older_store_is_brought_up_and_serves(tmp_path: Path, version: int) -> None:
    key = old_store(tmp_path, version)
    before = (tmp_path / "terminal.sqlite").read_bytes()
    beside = open_reading(tmp_path / "terminal.sqlite")
    assert isinstance(beside, Store), beside  # it can be listed and exported ...
    listed = entries(beside)
    assert not isinstance(listed, Fault)
    assert [entry.key for entry in listed] == [key]
    beside.close()
    assert (tmp_path / "terminal.sqlite").read_bytes() == before  # ... and is not changed by who only reads
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox), outbox
    parcel = outbox.parcel(key)
    assert not isinstance(parcel, Fault)
    assert parcel.key == key
    assert isinstance(outbox.keep(draft()), Kept)
    told: list[tuple[str, str]] = [("kept", key)]
    live(store, outbox, lambda what, of: told.append((what, of)))
    store.close()
    assert judge(tmp_path, told) == []


@pytest.mark.parametrize("version", OLDER)
def test_a_cut_while_it_is_brought_up_leaves_the_old_or_the_new(version: int) -> None:
    random = Random(version)
    with memory_folder() as folder:
        place = folder / "terminal"
        place.mkdir()
        key = old_store(place, version)
        disk = Disk(f"older-{os.getpid()}-{version}")
        images: list[Path] = []

        def cut() -> None:
            images.append(folder / f"image{len(images)}")
            disk.image(random, images[-1])

        disk.when_touched = cut
        store = open_store(place / "terminal.sqlite", vfs=disk.name)
        assert isinstance(store, Store), store
        disk.when_touched = lambda: None
        store.close()
        disk.unregister()
        assert images
        for image in images:
            (image / "device.key").write_bytes((place / "device.key").read_bytes())
            (image / "device.key").chmod(0o600)
            assert judge(image, [("kept", key)]) == []


def test_a_newer_store_is_left_as_it_is(tmp_path: Path) -> None:
    old_store(tmp_path, 1)
    path = tmp_path / "terminal.sqlite"
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA user_version={store_file.SCHEMA_VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    refused = open_store(path)
    assert isinstance(refused, Fault)
    assert refused.code == "store.newer"
    assert path.read_bytes() == before
    reading = open_reading(path)
    assert isinstance(reading, Fault)
