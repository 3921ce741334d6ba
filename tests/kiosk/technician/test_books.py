from __future__ import annotations

from pathlib import Path

import apsw

from devices.contract import Check, Fault
from kiosk.delivery import store_file
from kiosk.delivery.store import Store, open_reading, open_store
from kiosk.technician import books as module
from kiosk.technician.books import Books


def test_the_newest_record_of_each_device_and_kind(books: Books) -> None:
    failed = Check("line", False, "9600 baud", Fault("serial.port_lost", "errno 5"))
    books.record("reader", "self_test", "甲", False, (failed,))
    books.record("reader", "self_test", "乙", True, (Check("line", True),))
    books.record("reader", "network", "乙", False)
    books.record("printer", "test_print", "甲", None)
    newest = books.newest(("self_test", "test_print"))
    assert {name: (record.by, record.passed) for name, record in newest.items()} == {
        "reader": ("乙", True),
        "printer": ("甲", None),
    }
    first = books.records()[0]
    assert first.checks == (failed,)
    assert first.at.endswith("+00:00")


def test_old_records_go_and_those_of_other_devices_stay(books: Books) -> None:
    books.record("printer", "self_test", "甲", True)
    for _ in range(module.KEPT_PER_DEVICE + 5):
        books.record("reader", "self_test", "甲", True)
    kept = books.records(10_000)
    assert [record.device for record in kept].count("reader") == module.KEPT_PER_DEVICE
    assert [record.device for record in kept].count("printer") == 1


def test_paper_and_marks_outlast_the_process(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    store = open_store(path)
    assert isinstance(store, Store)
    Books(store).keep_supply("printer", 700)
    Books(store).keep_supply("printer", 690)
    Books(store).mark("out_of_service", {"by": "甲"})
    store.close()
    again = open_store(path)
    assert isinstance(again, Store)
    assert Books(again).supplies() == {"printer": 690}
    assert Books(again).marked("out_of_service") == {"by": "甲"}
    Books(again).mark("out_of_service", None)
    assert Books(again).marked("out_of_service") is None
    again.close()


def test_a_store_of_the_first_version_is_brought_up_with_all_that_it_has(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    old = apsw.Connection(str(path))
    old.execute(store_file.SCHEMA)
    old.execute("INSERT INTO audit VALUES (1, 'then', 'terminal.begin', '{}', x'00')")
    old.execute(f"PRAGMA application_id={store_file.APPLICATION_ID}")
    old.execute("PRAGMA user_version=1")
    old.close()
    before = path.read_bytes()
    reading = open_reading(path)
    assert isinstance(reading, Store) and reading.read("SELECT event FROM audit") == [("terminal.begin",)]
    reading.close()
    assert path.read_bytes() == before  # brought up in memory only
    store = open_store(path)
    assert isinstance(store, Store)
    assert store.read("SELECT event FROM audit") == [("terminal.begin",)]
    assert not isinstance(Books(store).record("reader", "self_test", "甲", True), Fault)
    store.close()
