"""What waits in a damaged store is found again, as far as its bytes are whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery.carving import rows_left
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Kept, Outbox, entries
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_reading, open_store
from kiosk.delivery.store_file import moved_aside
from tests.kiosk.delivery.fake_platform import FakePlatform
from tests.kiosk.delivery.samples import draft

PAGE = 4096


def opened(path: Path) -> tuple[Store, Outbox]:
    store = open_store(path)
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, path.with_name("device.key"))
    assert isinstance(outbox, Outbox), outbox
    return store, outbox


def filled(path: Path, count: int, long: int = 0) -> list[str]:
    store, outbox = opened(path)
    keys = []
    for number in range(count):
        application = draft(str(number), serial=f"S{number:04d}", answers={"note": "长" * long})
        assert isinstance(outbox.keep(application), Kept)
        keys.append(application.key)
    store.close()
    return keys


def damage(path: Path, first: int, pages: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek(first * PAGE)
        file.write(os.urandom(pages * PAGE))


@pytest.mark.parametrize("long", [0, 3000], ids=["short", "long"])
@pytest.mark.parametrize("first", [0, 1], ids=["header", "root"])
def test_a_lost_page_loses_no_other(tmp_path: Path, first: int, long: int) -> None:
    path = tmp_path / "terminal.sqlite"
    keys = filled(path, 60, long)
    damage(path, first)
    store, outbox = opened(path)
    assert store.moved_aside is not None
    listed = entries(store)
    assert isinstance(listed, list)
    assert [entry.key for entry in listed] == keys
    assert sum(each.applications for each in outbox.rescued) == 60
    assert {entry.state for entry in listed} == {"queued"}
    store.close()
    store, again = opened(path)
    assert not again.rescued  # once
    store.close()


def test_what_is_not_whole_is_left_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    keys = filled(path, 60)
    content = bytearray(path.read_bytes())
    for place in range(PAGE, len(content), 997):
        content[place] ^= 0xFF
    content[:PAGE] = bytes(PAGE)
    path.write_bytes(bytes(content))
    store, outbox = opened(path)
    listed = entries(store)
    assert isinstance(listed, list)
    assert sum(each.applications for each in outbox.rescued) == len(listed) < 60
    assert {entry.key for entry in listed} <= set(keys)
    for entry in listed:
        assert not isinstance(outbox.parcel(entry.key), Fault)
    store.close()


def test_what_was_rescued_reaches_the_platform_once(
    tmp_path: Path, platform: FakePlatform, client: PlatformClient
) -> None:
    path = tmp_path / "terminal.sqlite"
    keys = filled(path, 20)
    store, outbox = opened(path)
    courier = Courier(outbox, client)
    assert not isinstance(courier.deliver(keys[0], Deadline(10)), Fault)
    outbox.settle(keys[0], papers_out=True)
    store.close()
    damage(path, 0)
    store, outbox = opened(path)
    # What was answered and erased does not come back.
    assert sum(each.applications for each in outbox.rescued) == 19
    assert Courier(outbox, client).drain(Deadline(10)).left == 0
    assert sorted(platform.cases) == sorted(keys)
    assert len(platform.posts) == 20
    store.close()


def test_a_log_that_was_not_written_back_counts(tmp_path: Path) -> None:
    path = tmp_path / "live.sqlite"
    store, outbox = opened(path)
    application = draft()
    assert isinstance(outbox.keep(application), Kept)
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(path.read_bytes())
    Path(f"{copy}-wal").write_bytes(Path(f"{path}-wal").read_bytes())
    store.close()
    assert list(rows_left(copy)) == [application.key]
    Path(f"{copy}-wal").unlink()
    assert list(rows_left(copy)) == []


@pytest.mark.parametrize("content", [b"", b"x", bytes(PAGE), b"\x0d" * PAGE, os.urandom(PAGE * 4)])
def test_nothing_in_a_file_can_make_it_fail(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.sqlite"
    path.write_bytes(content)
    Path(f"{path}-wal").write_bytes(content[::-1])
    assert rows_left(path) == {}
    assert rows_left(tmp_path) == rows_left(tmp_path / "absent") == {}


def cut_off_with_log(folder: Path) -> tuple[Path, str]:
    """A store as power leaves it: what was kept last is in the log alone."""
    store, outbox = opened(folder / "living" / "terminal.sqlite")
    application = draft("1", serial="S0001")
    assert isinstance(outbox.keep(application), Kept)
    shutil.copytree(folder / "living", folder / "cut")
    store.close()
    return folder / "cut" / "terminal.sqlite", application.key


@pytest.mark.parametrize("emptied", [True, False], ids=["empty", "gone"])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_what_is_in_the_log_outlives_its_file(tmp_path: Path, emptied: bool, signed: bool) -> None:
    path, key = cut_off_with_log(tmp_path)
    path.unlink()
    if emptied:
        path.touch()
    if not signed:
        Path(f"{path}.lock").unlink()
    read = open_reading(path)  # looking at it first costs nothing
    assert isinstance(read, Fault) and read.code == "store.damaged"

    store, outbox = opened(path)
    listed = entries(store)
    store.close()
    assert isinstance(listed, list)
    assert [entry.key for entry in listed] == [key]
    assert sum(each.applications for each in outbox.rescued) == 1
    assert moved_aside(path) == [store.moved_aside]


def test_a_store_that_was_emptied_is_told(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    filled(path, 1)
    path.write_bytes(b"")
    read = open_reading(path)
    assert isinstance(read, Fault) and read.code == "store.damaged"
    store, _ = opened(path)
    store.close()
    assert moved_aside(path) == [store.moved_aside]
    again, _ = opened(path)
    again.close()
    assert again.moved_aside is None


def test_an_empty_file_where_no_store_was_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    path.touch()
    read = open_reading(path)
    assert isinstance(read, Fault) and read.code == "store.absent"
    store, _ = opened(path)
    store.close()
    assert store.moved_aside is None
