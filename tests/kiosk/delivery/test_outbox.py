from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.audit.chain import AuditTrail
from kiosk.delivery.application import Answer, parse_answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import OWED_DAYS, Kept, Outbox, counts, entries
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_reading, open_store
from kiosk.log import Log
from tests.kiosk.delivery.fake_platform import FakePlatform
from tests.kiosk.delivery.samples import ADDRESS, NAME, NUMBER, PHONE, SECRETS, TASK_CODE, draft, steady_clock


def answer(state: str = "accepted") -> Answer:
    content = {"project_no": "A1", "state": state, "reason": {"zh": f"{NAME} {NUMBER}"}}
    parsed = parse_answer(json.dumps(content, ensure_ascii=False).encode())
    assert isinstance(parsed, Answer)
    return parsed


def code(result: object) -> str:
    assert isinstance(result, Fault), result
    return result.code


def row(outbox: Outbox, columns: str, key: str) -> tuple[object, ...]:
    rows = outbox.store.read(f"SELECT {columns} FROM applications WHERE key = ?", (key,))
    assert not isinstance(rows, Fault)
    return rows[0]


def is_sealed(outbox: Outbox, key: str) -> bool:
    """Still there under its key; otherwise everything personal is gone."""
    values = row(outbox, "data_key, body, holder", key)
    assert len({value is None for value in values}) == 1
    return values[0] is not None


def reopened(store: Store, key_file: Path) -> Outbox:
    path = store.path
    store.close()
    again = open_store(path)
    assert isinstance(again, Store)
    outbox = Outbox.open(again, key_file)
    assert isinstance(outbox, Outbox), outbox
    return outbox


def test_keeping_twice_is_keeping_once(outbox: Outbox) -> None:
    application = draft()
    assert outbox.keep(application) == Kept(application.key)
    assert outbox.keep(application) == Kept(application.key, before=True)
    assert code(outbox.keep(draft(key=application.key, answers={}))) == "outbox.key_conflict"
    parcel = outbox.parcel(application.key)
    assert not isinstance(parcel, Fault)
    assert parcel == application.parcel()
    assert counts(outbox.store) == {"queued": 1}


def test_the_list_says_what_the_interface_says(outbox: Outbox) -> None:
    application = draft()
    outbox.keep(application)
    outbox.mark_attempt(application.key, Fault("platform.timeout", "a cause"))
    reading = open_reading(outbox.store.path)
    assert isinstance(reading, Store)
    listed = entries(reading)
    reading.close()
    assert not isinstance(listed, Fault)
    shown = listed[0].to_json()
    assert datetime.fromisoformat(shown.pop("created")).utcoffset() == timedelta(0)
    assert shown == {
        "key": application.key,
        "task_code": TASK_CODE,
        "state": "queued",
        "project_no": None,
        "attempts": 1,
        "last_fault": "platform.timeout",
    }


@pytest.mark.parametrize("state", ["accepted", "received", "refused", "supplement"])
@pytest.mark.parametrize("order", ["answered_first", "settled_first"])
def test_answered_and_printed_is_erased(outbox: Outbox, state: str, order: str) -> None:
    key = draft().key
    outbox.keep(draft(key=key))
    if order == "answered_first":
        assert outbox.acknowledge(key, answer(state)) is None
        kept = outbox.outcome(key)
        assert isinstance(kept, Answer)
        assert kept.reason_zh == f"{NAME} {NUMBER}"
        assert is_sealed(outbox, key)
        assert outbox.settle(key, papers_out=True) is None
    else:
        assert outbox.settle(key, papers_out=True) is None
        assert is_sealed(outbox, key)
        assert outbox.acknowledge(key, answer(state)) is None
    assert not is_sealed(outbox, key)
    assert row(outbox, "state, project_no, attempts", key) == (state, "A1", 1)
    assert outbox.keep(draft(key=key)) == Kept(key, before=True)


def test_papers_that_did_not_come_out_keep_it_for_a_while(outbox: Outbox, tmp_path: Path) -> None:
    key = draft().key
    outbox.keep(draft(key=key))
    outbox.acknowledge(key, answer())
    outbox.settle(key, papers_out=False)
    assert is_sealed(outbox, key)
    outbox = reopened(outbox.store, tmp_path / "device.key")
    assert is_sealed(outbox, key)
    steady_clock(outbox.store)
    old = (datetime.now(UTC) - timedelta(days=OWED_DAYS + 1)).isoformat()
    outbox.store.write(
        lambda connection: connection.execute("UPDATE papers_owed SET since = ?", (old,)).fetchall()
    )
    other = draft().key
    outbox.settle(other, papers_out=True)
    assert not is_sealed(outbox, key)
    outbox.store.close()


def test_a_visit_that_ended_with_the_process_owes_its_papers(outbox: Outbox, tmp_path: Path) -> None:
    key = draft().key
    outbox.keep(draft(key=key))
    outbox = reopened(outbox.store, tmp_path / "device.key")
    outbox.acknowledge(key, answer())
    assert is_sealed(outbox, key)
    assert outbox.store.read("SELECT key FROM papers_owed") == [(key,)]
    outbox.store.close()


def test_set_aside_stays_sealed_for_the_administrator(outbox: Outbox) -> None:
    key = draft().key
    outbox.keep(draft(key=key))
    assert outbox.outcome(key) is None
    outbox.set_aside(key, Fault("platform.gone", permanent=True))
    outbox.settle(key, papers_out=True)
    assert is_sealed(outbox, key)
    assert outbox.outcome(key) == Fault("platform.gone", "set aside", permanent=True)
    outbox.acknowledge(key, answer())  # an answer that comes late does not bring it back
    assert row(outbox, "state", key) == ("set_aside",)


def test_the_line_is_in_order_and_each_person_has_a_line_of_their_own(outbox: Outbox) -> None:
    keys = {name: draft().key for name in ("a1", "b1", "a2", "c1", "a3")}
    for name, key in keys.items():
        outbox.keep(draft(name[0], key=key))
    waiting = outbox.waiting()
    assert not isinstance(waiting, Fault)
    assert [each.key for each in waiting] == list(keys.values())
    later = outbox.waiting(after=waiting[0].seq, limit=1)
    assert later == waiting[1:2]
    line = outbox.line_to(keys["a2"])
    assert not isinstance(line, Fault)
    assert [each.key for each in line] == [keys["a1"], keys["a2"]]
    assert outbox.is_queued(keys["a1"]) is True
    outbox.acknowledge(keys["a1"], answer())
    assert outbox.waiting() == waiting[1:]
    assert outbox.line_to(keys["a1"]) == []
    assert outbox.line_to(keys["a2"]) == [waiting[2]]
    assert outbox.is_queued(keys["a1"]) is False


def test_codes_and_names_tell_persons_apart_where_there_is_no_number(outbox: Outbox) -> None:
    people = ({"code": "C-1"}, {"code": "C-2"}, {"name": "甲", "birth": "1"}, {"name": "甲", "birth": "2"})
    for applicant in (*people, *people):
        outbox.keep(draft(applicant=applicant))
    waiting = outbox.waiting()
    assert not isinstance(waiting, Fault)
    marks = [each.holder for each in waiting]
    assert len(set(marks)) == 4
    assert marks[:4] == marks[4:]


def test_another_machines_key_is_refused_and_nothing_is_lost(outbox: Outbox, tmp_path: Path) -> None:
    application = draft()
    outbox.keep(application)
    store, key_file = outbox.store, tmp_path / "device.key"
    right = key_file.read_bytes()
    key_file.write_bytes(os.urandom(32))
    assert code(Outbox.open(store, key_file)) == "vault.wrong_key"
    key_file.unlink()
    assert code(Outbox.open(store, key_file)) == "vault.key_missing"
    assert not key_file.exists()
    key_file.touch(0o600)
    key_file.write_bytes(right)
    again = Outbox.open(store, key_file)
    assert isinstance(again, Outbox)
    assert again.parcel(application.key) == application.parcel()


@pytest.mark.parametrize("column", ["body", "data_key"])
def test_a_tampered_application_is_set_aside_and_never_sent(
    outbox: Outbox, client: PlatformClient, platform: FakePlatform, column: str
) -> None:
    victim, other = draft("1"), draft("2")
    outbox.keep(victim)
    outbox.keep(other)
    sealed = row(outbox, column, victim.key)[0]
    assert isinstance(sealed, bytes)
    changed = sealed[:-1] + bytes((sealed[-1] ^ 1,))
    sql = f"UPDATE applications SET {column} = ? WHERE key = ?"
    outbox.store.write(lambda connection: connection.execute(sql, (changed, victim.key)).fetchall())
    drained = Courier(outbox, client).drain(Deadline(10))
    assert (drained.sent, drained.set_aside, drained.fault) == (1, 1, "vault.wrong_key")
    assert platform.posts == [other.key]


def test_sealed_bodies_cannot_be_exchanged(outbox: Outbox) -> None:
    one, two = draft("1"), draft("2")
    outbox.keep(one)
    outbox.keep(two)
    outbox.store.write(
        lambda connection: connection.execute(
            "UPDATE applications SET (data_key, body) ="
            " (SELECT data_key, body FROM applications WHERE key = ?) WHERE key = ?",
            (one.key, two.key),
        ).fetchall()
    )
    assert code(outbox.parcel(two.key)) == "vault.wrong_key"


def test_what_is_far_too_large_is_refused(outbox: Outbox) -> None:
    assert code(outbox.keep(draft(answers={"text": "x" * 2_000_000}))) == "outbox.too_large"
    assert counts(outbox.store) == {}


def test_a_full_disk_keeps_nothing_and_says_so(outbox: Outbox) -> None:
    outbox.store.read("PRAGMA max_page_count=16")
    assert code(outbox.keep(draft(answers={"text": "x" * 500_000}))) == "store.full"
    assert counts(outbox.store) == {}


def test_nothing_personal_in_clear_in_anything_written(
    outbox: Outbox, client: PlatformClient, platform: FakePlatform, tmp_path: Path
) -> None:
    """Store, write-ahead log, lock, chain, log: during the visit, and after it."""
    platform.answer = {"state": "accepted", "reason": {"zh": f"{NAME} {NUMBER} {PHONE} {ADDRESS}"}}
    lines = io.StringIO()
    log = Log(lines)
    audit = AuditTrail(outbox.store)

    def report(event: str, key: str, detail: str) -> None:
        log.info(f"delivery.{event}", key=key, fault=detail)

    courier = Courier(outbox, client, report)
    platform.stop()
    queued, answered = draft(), draft()

    def written() -> bytes:
        return b"".join(each.read_bytes() for each in tmp_path.iterdir()) + lines.getvalue().encode()

    def found() -> list[str]:
        everything = written()
        encodings = ("utf-8", "utf-16-le", "gb18030")
        return [each for each in SECRETS for name in encodings if each.encode(name) in everything]

    for application in (queued, answered):
        audit.append("application.begin", key=application.key, task_code=TASK_CODE)
        assert isinstance(outbox.keep(application, "token-of-the-visit"), Kept)
    assert isinstance(courier.deliver(queued.key, Deadline(0.2)), Fault)
    assert not found()
    platform.start()
    for application in (queued, answered):
        assert isinstance(courier.deliver(application.key, Deadline(10)), Answer)
    assert not found()
    wrapped = [row(outbox, "data_key", each.key)[0] for each in (queued, answered)]
    for application in (queued, answered):
        assert outbox.settle(application.key, papers_out=True) is None
        assert not is_sealed(outbox, application.key)
    assert not found()
    everything = written()
    assert b"token-of-the-visit" not in everything
    for each in wrapped:  # the keys themselves are in no file any more, free pages and log included
        assert isinstance(each, bytes)
        assert each not in everything
    assert b"delivery.sent" in everything
    for each in (queued, answered, outbox.parcel(queued.key)):
        assert not [secret for secret in SECRETS if secret in repr(each)]
