from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import apsw
import pytest

from devices.contract import Fault
from kiosk.delivery import store_file
from kiosk.delivery.outbox import Outbox, entries
from kiosk.delivery.store import Store, open_reading, open_store
from tests.kiosk.delivery.samples import draft


def opened(path: Path) -> Store:
    store = open_store(path)
    assert isinstance(store, Store), store
    return store


def code(result: object) -> str:
    assert isinstance(result, Fault), result
    return result.code


def put(store: Store, name: str, value: bytes = b"x") -> object:
    def work(connection: apsw.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))

    return store.write(work)


def names(store: Store) -> list[str]:
    rows = store.read("SELECT name FROM counters ORDER BY name")
    assert not isinstance(rows, Fault), rows
    return [row[0] for row in rows]


def filled(path: Path, rows: int = 200) -> None:
    store = opened(path)
    for number in range(rows):
        put(store, f"n{number:04d}", os.urandom(500))
    store.close()


def test_it_is_written_as_promised(tmp_path: Path) -> None:
    store = opened(tmp_path / "a" / "b" / "terminal.sqlite")
    pragmas = {
        name: store.read(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "secure_delete")
    }
    assert pragmas == {"journal_mode": [("wal",)], "synchronous": [(2,)], "secure_delete": [(1,)]}
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.check() is None
    store.close()


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    fault = open_store(tmp_path / "terminal.sqlite")
    assert code(fault) == "store.sqlite_too_old"
    assert isinstance(fault, Fault)
    assert "3.51.3" in fault.cause
    assert not list(tmp_path.iterdir())


def test_two_processes_on_one_store_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    script = f"""
        import pathlib, sys
        from kiosk.delivery.store import open_store
        store = open_store(pathlib.Path({str(path)!r}))
        print(store.code if hasattr(store, "code") else "open", flush=True)
        sys.stdin.read()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        fault = open_store(path)
        assert fault == Fault("store.in_use", f"process {other.pid}", permanent=True)
        reading = open_reading(path)
        assert isinstance(reading, Store)
        assert names(reading) == []
        reading.close()
        other.kill()
    opened(path).close()


def test_reading_beside_a_living_terminal_changes_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path / "terminal.sqlite")
    put(store, "a")
    reading = open_reading(store.path)
    assert isinstance(reading, Store)
    assert code(put(reading, "b")) == "store.read_only"
    put(store, "c")
    assert names(reading) == ["a", "c"]
    reading.close()
    store.close()
    after = open_reading(store.path)
    assert isinstance(after, Store)
    assert names(after) == ["a", "c"]
    after.close()
    assert code(open_reading(tmp_path / "absent.sqlite")) == "store.absent"


def test_a_newer_or_older_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    opened(path).close()
    for version, expected in ((99, "store.newer"), (0, "store.older")):
        connection = apsw.Connection(str(path))
        connection.execute(f"PRAGMA user_version={version}")
        connection.close()
        before = path.read_bytes()
        assert code(open_store(path)) == expected
        assert code(open_reading(path)) == expected
        assert path.read_bytes() == before


def test_somebody_elses_database_or_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    text = tmp_path / "text"
    text.write_text("nothing of ours, and long enough to be read as a header of a database " * 5)
    for each, expected in ((path, "store.foreign"), (text, "store.damaged")):
        before = each.read_bytes()
        assert code(open_store(each)) == expected
        assert each.read_bytes() == before


@pytest.mark.parametrize(
    "damage", ["header", "empty_pages", "one_page", "cut", "cut_to_header", "no_table", "column"]
)
def test_a_damaged_store_is_moved_aside_and_service_goes_on(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "terminal.sqlite"
    filled(path)
    whole = bytearray(path.read_bytes())
    if damage == "no_table":
        connection = apsw.Connection(str(path))
        connection.execute("DROP TABLE audit")
        connection.close()
    else:
        changed = {
            "header": b"\0" * 4096 + whole[4096:],
            "empty_pages": whole[:4096] + b"\0" * (len(whole) - 4096),
            "one_page": whole[: 4096 * 20] + os.urandom(4096) + whole[4096 * 21 :],
            "cut": whole[: len(whole) // 2 + 77],
            "cut_to_header": whole[:50],
            "column": whole.replace(b"last_fault TEXT", b"last_fauls TEXT"),
        }[damage]
        path.write_bytes(bytes(changed))
    before = path.read_bytes()
    store = opened(path)
    assert store.moved_aside is not None
    assert store.moved_aside.read_bytes() == before
    assert names(store) == []
    assert put(store, "new") is None
    store.close()
    again = opened(path)
    assert again.moved_aside is None
    assert names(again) == ["new"]
    again.close()


@pytest.mark.parametrize("change", ["key = CAST(x'ff' || key AS TEXT)", "state = 'queuee'"])
def test_a_bit_inside_a_value_is_damage_too(tmp_path: Path, change: str) -> None:
    """SQLite does not see it; whoever reads the row would."""
    store = opened(tmp_path / "terminal.sqlite")
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    for number in range(3):
        outbox.keep(draft(str(number)))
    store.write(
        lambda connection: connection.execute(f"UPDATE applications SET {change} WHERE seq = 2").fetchall()
    )
    if change.startswith("key"):
        assert code(entries(store)) == "store.damaged"
    store.close()
    again = opened(tmp_path / "terminal.sqlite")
    assert again.moved_aside is not None
    rescued = Outbox.open(again, tmp_path / "device.key")
    assert isinstance(rescued, Outbox)
    assert sum(each.applications for each in rescued.rescued) == 2  # what is whole goes on
    again.close()


def test_an_index_that_misses_a_row_is_damage(tmp_path: Path) -> None:
    """It would hide an application that waits, or refuse to have its answer written down."""
    path = tmp_path / "terminal.sqlite"
    store = opened(path)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    outbox.keep(draft())
    [[page]] = store.read("SELECT rootpage FROM sqlite_schema WHERE name = 'applications_open'")  # type: ignore[misc]
    store.close()
    with path.open("r+b") as file:
        file.seek(page * 4096 - 1)  # the last byte of the person's mark
        [last] = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes((last ^ 1,)))
    again = opened(path)
    rescued = Outbox.open(again, tmp_path / "device.key")
    assert isinstance(rescued, Outbox)
    assert [each.applications for each in rescued.rescued] == [1]
    again.close()


def test_a_log_cut_off_anywhere_loses_only_what_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "live.sqlite"
    store = opened(path)
    for number in range(6):
        put(store, f"n{number}", bytes(3000))
    main, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    store.close()
    for length in range(0, len(log), len(log) // 40):
        copy = tmp_path / f"cut{length}.sqlite"
        copy.write_bytes(main)
        Path(f"{copy}-wal").write_bytes(log[:length])
        cut = opened(copy)
        assert names(cut) == [f"n{number}" for number in range(len(names(cut)))]
        assert cut.check() is None
        cut.close()


def test_a_log_left_behind_by_a_move_is_not_taken_up_by_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    store = opened(path)
    put(store, "old")
    log = Path(f"{path}-wal").read_bytes()
    store.close()
    path.unlink()
    Path(f"{path}-wal").write_bytes(log)
    again = opened(path)
    assert names(again) == []
    assert again.moved_aside is not None
    assert Path(f"{again.moved_aside}-wal").read_bytes() == log
    again.close()


def test_a_fault_or_an_exception_of_the_work_undoes_it(tmp_path: Path) -> None:
    store = opened(tmp_path / "terminal.sqlite")

    def refusing(connection: apsw.Connection) -> Fault:
        connection.execute("INSERT INTO counters VALUES ('a', x'00')")
        return Fault("some.reason")

    def failing(connection: apsw.Connection) -> None:
        connection.execute("INSERT INTO counters VALUES ('b', x'00')")
        raise RuntimeError

    assert store.write(refusing) == Fault("some.reason")
    with pytest.raises(RuntimeError):
        store.write(failing)
    assert names(store) == []
    assert put(store, "c") is None
    store.close()
    assert code(store.read("SELECT 1")) == "store.io"


def test_many_threads_write_one_after_the_other(tmp_path: Path) -> None:
    store = opened(tmp_path / "terminal.sqlite")

    def write(thread: int) -> None:
        for number in range(25):
            assert put(store, f"{thread}-{number}") is None

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(store)) == 150
    store.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert code(open_store(tmp_path / "file" / "terminal.sqlite")) == "store.folder"


def test_a_full_disk_is_said_and_leaves_the_store_whole(tmp_path: Path) -> None:
    store = opened(tmp_path / "terminal.sqlite")
    put(store, "a")
    store.read("PRAGMA max_page_count=20")
    assert code(put(store, "b", bytes(500_000))) == "store.full"
    assert names(store) == ["a"]
    assert store.settle_commit() is None
    assert put(store, "c") is None
    assert names(store) == ["a", "c"]
    store.close()


def test_the_log_holds_nothing_once_it_is_forgotten(tmp_path: Path) -> None:
    store = opened(tmp_path / "terminal.sqlite")
    put(store, "secret", b"a value to be destroyed" * 20)
    store.write(lambda connection: connection.execute("DELETE FROM counters").fetchall())
    assert store.forget_log() is None
    written = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"a value to be destroyed" not in written
    store.close()


def test_every_fault_of_sqlite_that_is_a_condition_has_a_code() -> None:
    conditions = [apsw.FullError, apsw.ReadOnlyError, apsw.BusyError, apsw.CorruptError, apsw.IOError]
    assert {store_file.fault_of(each()).code for each in conditions} == {
        *("store.full", "store.read_only", "store.busy", "store.damaged", "store.io")
    }
    with pytest.raises(apsw.ConstraintError):
        store_file.fault_of(apsw.ConstraintError())
