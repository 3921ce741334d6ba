from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.audit.chain import AuditTrail, Break, Head, Verdict, verify, verify_file
from kiosk.audit.events import EVENTS, KEY_PATTERNS, documentation, refusal
from kiosk.delivery.store import Store, open_store

ROOT = Path(__file__).parents[3]
KEY = "7f0c3c54-8a3e-4a57-9b1a-2f6d1a4c9e10"
COUNT = 9


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


@pytest.fixture
def written(store: Store) -> Store:
    audit = AuditTrail(store)
    for number in range(COUNT):
        assert isinstance(audit.append("visit.end", visit=str(number), disposition="left", page="home"), Head)
    assert verify(store) is None
    return store


def change(store: Store, *statements: str) -> None:
    for statement in statements:
        done = store.write(lambda connection, sql=statement: connection.execute(sql).fetchall())  # type: ignore[misc]
        assert not isinstance(done, Fault), done


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
@pytest.mark.parametrize(
    "what", ["keys = '{}'", "event = 'visit.again'", "at = '2026-01-01'", "digest = zeroblob(32)"]
)
def test_a_changed_record_is_named(written: Store, seq: int, what: str) -> None:
    change(written, f"UPDATE audit SET {what} WHERE seq = {seq}")
    assert verify(written) == Break(seq, "changed")


@pytest.mark.parametrize("seq", range(1, COUNT))
def test_a_removed_record_is_named(written: Store, seq: int) -> None:
    change(written, f"DELETE FROM audit WHERE seq = {seq}")
    assert verify(written) == Break(seq, "removed")


@pytest.mark.parametrize(("one", "two"), [(1, 2), (3, 7), (1, COUNT), (8, COUNT)])
def test_reordered_records_are_named(written: Store, one: int, two: int) -> None:
    change(
        written,
        f"UPDATE audit SET seq = -1 WHERE seq = {one}",
        f"UPDATE audit SET seq = {one} WHERE seq = {two}",
        f"UPDATE audit SET seq = {two} WHERE seq = -1",
    )
    assert verify(written) == Break(one, "reordered")


def test_removed_and_numbered_anew_does_not_help(written: Store) -> None:
    change(written, "DELETE FROM audit WHERE seq = 4", f"UPDATE audit SET seq = 4 WHERE seq = {COUNT}")
    assert isinstance(verify(written), Break)


def test_what_was_cut_off_at_the_end_is_missed_for_ever(written: Store) -> None:
    change(written, f"DELETE FROM audit WHERE seq > {COUNT - 2}")
    assert verify(written) == Break(COUNT - 1, "removed")
    AuditTrail(written).append("visit.again")  # the terminal goes on, and hides nothing by it
    assert verify(written) == Break(COUNT - 1, "removed")


def test_a_chain_that_is_gone_altogether_is_missed(written: Store) -> None:
    change(written, "DELETE FROM audit")
    assert verify(written) == Break(1, "removed")


@pytest.mark.parametrize("mark", [b"\xff\0", b"9" * 30 + b":" + b"0" * 64])
def test_a_mark_that_is_no_mark_stops_nothing(written: Store, mark: bytes) -> None:
    change(written, f"UPDATE counters SET value = x'{mark.hex()}' WHERE name = 'audit_head'")
    assert verify(written) is None
    assert isinstance(AuditTrail(written).append("visit.again"), Head)
    assert verify(written) is None


def test_what_was_cut_off_at_the_end_shows_against_a_known_head(written: Store) -> None:
    head = AuditTrail(written).head()
    assert isinstance(head, Head)
    assert head.seq == COUNT
    change(
        written,
        f"DELETE FROM audit WHERE seq > {COUNT - 2}",
        "DELETE FROM counters WHERE name = 'audit_head'",
    )
    assert verify(written) is None
    assert verify(written, head) == Break(COUNT - 1, "removed")
    AuditTrail(written).append("visit.again")
    AuditTrail(written).append("visit.again")
    assert verify(written, head) == Break(COUNT, "changed")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=30,
    deadline=None,
)
@given(data=st.data())
def test_no_single_change_passes(written: Store, data: st.DataObject) -> None:
    seq = data.draw(st.integers(1, COUNT))
    column = data.draw(st.sampled_from(["at", "event", "keys"]))
    rows = written.read(f"SELECT {column} FROM audit WHERE seq = {seq}")
    assert not isinstance(rows, Fault)
    before = rows[0][0]
    text = data.draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
    sql = f"UPDATE audit SET {column} = ? WHERE seq = ?"
    written.write(lambda connection: connection.execute(sql, (text, seq)).fetchall())
    assert verify(written) == (None if text == before else Break(seq, "changed"))
    written.write(lambda connection: connection.execute(sql, (before, seq)).fetchall())
    assert verify(written) is None


@pytest.mark.parametrize(
    ("event", "keys", "reason"),
    [
        ("visit.unheard", {}, "event"),
        ("visit.end", {"who": "x"}, "key who"),
        ("visit.end", {"page": "张示范"}, "value of page"),
        ("visit.end", {"visit": "11010519491231002X"}, "value of visit"),
        ("print.end", {"device": "printer 11010519491231002X"}, "value of device"),
        ("application.begin", {"key": "11010519491231002X"}, "value of key"),
    ],
)
def test_what_is_not_declared_is_not_written(
    store: Store, event: str, keys: dict[str, str], reason: str
) -> None:
    assert AuditTrail(store).append(event, **keys) == Fault("audit.undeclared", f"{event}: {reason}")
    rows = store.read("SELECT event, keys FROM audit")
    assert not isinstance(rows, Fault)
    assert rows == [("audit.refused", f'{{"name":"{event}"}}')]


def test_threads_share_one_chain(store: Store) -> None:
    audit = AuditTrail(store)
    threads = [
        threading.Thread(target=lambda: [audit.append("print.begin", device="打印机") for _ in range(20)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(store) is None
    head = audit.head()
    assert isinstance(head, Head)
    assert head.seq == 80


def test_the_command_has_its_verdict_beside_a_living_terminal(written: Store) -> None:
    whole = verify_file(written.path)
    assert isinstance(whole, Verdict)
    assert (whole.intact, whole.records, whole.record) == (True, COUNT, None)
    change(written, "DELETE FROM audit WHERE seq = 3")
    broken = verify_file(written.path)
    assert isinstance(broken, Verdict)
    assert (broken.intact, broken.record, broken.kind) == (False, 3, "removed")
    assert str(broken) == "record 3 is missing"
    assert isinstance(verify_file(written.path.with_name("absent")), Fault)


def test_beginnings_have_ends_and_every_key_has_a_pattern() -> None:
    for code, event in EVENTS.items():
        assert event.keys <= KEY_PATTERNS.keys()
        if code.endswith(".begin"):
            assert "disposition" in EVENTS[code.removesuffix("begin") + "end"].keys
        assert f"`{code}`" in documentation()


def test_every_event_that_the_product_writes_is_declared() -> None:
    found = 0
    for path in (ROOT / "kiosk").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
            if name != "WriteEvent" and not (name == "append" and owner.endswith("audit")):
                continue
            found += 1
            event = str(call.args[0].value)
            keys = [keyword.arg for keyword in call.keywords if keyword.arg]
            if len(call.args) > 1 and isinstance(call.args[1], ast.Tuple):
                keys += [each.elts[0].value for each in call.args[1].elts]  # type: ignore[attr-defined]
            assert event in EVENTS, f"{path.name}:{call.lineno}"
            assert set(keys) <= EVENTS[event].keys, f"{path.name}:{call.lineno} {keys}"
            assert refusal(event, {}) is None
    assert found >= 8
