"""Everything that a damaged store held is taken over as far as it is whole, and what was not is counted."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.aftermath import CODE, aftermath
from kiosk.audit.chain import AuditTrail, Head, records, verify
from kiosk.delivery.outbox import Outbox, entries
from kiosk.delivery.owed import owed_to
from kiosk.delivery.requests import Request, Requests
from kiosk.delivery.rescue import Rescued
from kiosk.delivery.saved import SavedForm, SavedForms, last_day
from kiosk.delivery.storage_check import check_storage
from kiosk.delivery.store import Store, open_store
from kiosk.delivery.store_file import SCHEMA_VERSION
from kiosk.ledger import cut_off, trail_of
from kiosk.technician.books import Books
from kiosk.technician.machine import _rescued
from kiosk.visit.state import CaseState, Mode
from tests.kiosk.delivery.samples import NUMBER, TASK_CODE, draft
from tests.kiosk.delivery.test_older_stores import old_store
from tests.parts.life import answer_to, made

PAGE = 4096
TODAY = datetime.now(UTC).date()
FORM = SavedForm(TASK_CODE, "1", last_day(TODAY).isoformat(), {"phone": "13937500026"})
ASKED = Request("0b9a1c62-36cf-4f2d-9f0c-1d6b3f1e2a10", "complaint", {"text": "长" * 4000})


def opened(path: Path) -> tuple[Store, Outbox]:
    store = open_store(path)
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, path.with_name("device.key"))
    assert isinstance(outbox, Outbox), outbox
    return store, outbox


def lived(path: Path) -> tuple[str, Head]:
    """One of each kind, and a visit that goes on; the key that it applied under, and the chain's head."""
    store, outbox = opened(path)
    audit = AuditTrail(store)
    owed = made("owed")
    outbox.keep(owed)
    outbox.acknowledge(owed.key, answer_to(owed))
    outbox.settle(owed.key, papers_out=False)
    done = made("done")
    outbox.keep(done)
    outbox.acknowledge(done.key, answer_to(done))
    outbox.settle(done.key, papers_out=True)
    outbox.keep(draft(serial="S2"))
    assert SavedForms(store, outbox.vault).keep(NUMBER, FORM, TODAY) is None
    assert Requests(store, outbox.vault).keep(ASKED) is None
    books = Books(store)
    books.mark("out_of_service", {"by": "command line"})
    books.keep_supply("凭条打印机", 40_000)
    books.record("凭条打印机", "self_test", "command line", True)
    audit.append("visit.begin", visit="7", page="guide")
    last = draft(serial="S3")
    audit.append("application.begin", visit="7", key=last.key)
    outbox.keep(last)
    head = audit.head()
    store.close()
    assert isinstance(head, Head)
    return last.key, head


def spoil(path: Path, *places: int) -> None:
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            file.write(os.urandom(64))


def counted(rescued: Rescued) -> dict[str, tuple[int, int]]:
    return {kind: (count.taken, count.lost) for kind, count in rescued.kinds.items()}


def test_all_kinds_are_taken_over_and_the_next_citizen_is_told(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    key, head = lived(path)
    spoil(path, 0)
    store, outbox = opened(path)
    (rescued,) = outbox.rescued
    assert counted(rescued) == {
        "applications": (3, 0), "papers": (3, 0), "forms": (1, 0), "requests": (1, 0), "technician": (3, 0),
        "unknown": (0, 0),
    }  # fmt: skip

    owed = {each.serial: each for each in owed_to(outbox, f"{'owed':0>18}")}
    assert owed["S-owed"].state == "accepted" and owed["S-owed"].answer is not None
    assert SavedForms(store, outbox.vault).of(NUMBER, TODAY) == (FORM,)
    assert Requests(store, outbox.vault).waiting() == [ASKED]
    books = Books(store)
    assert books.marked("out_of_service") == {"by": "command line"}
    assert books.supplies() == {"凭条打印机": 40_000}
    assert [record.passed for record in books.records()] == [True]

    trail_of(store, outbox)
    written = [record for record in records(store) if not isinstance(record, dict)]
    told = [(record.event, json.loads(record.keys)) for record in written]  # type: ignore[union-attr]
    assert ("store.chain_before", {"head": str(head), "count": "2", "lost": "0"}) in told
    assert ("store.rescued", {"name": "forms", "count": "1", "lost": "0"}) in told
    assert verify(store) is None

    visit = aftermath(store, Mode(), cut_off(outbox))
    assert visit is not None and visit.failsafe == CODE
    assert visit.submission is not None and visit.submission.key == key
    assert visit.submission.state is CaseState.QUEUED
    assert cut_off(outbox) == ()  # kept no longer than it is needed

    shown = {reading.name: reading.value for reading in _rescued(store)}
    assert shown["rescued_applications"] == "3 / 0"
    store.close()
    report = check_storage(path, tmp_path / "device.key").rescued[0]
    assert report["kinds"]["requests"] == {"taken": 1, "lost": 0}
    _, again = opened(path)
    assert not again.rescued


def test_whatever_page_is_lost_nothing_untrue_is_taken(tmp_path: Path) -> None:
    """A page at a time: what comes back is as it was written, and what does not is missed by somebody."""
    lived(tmp_path / "whole.sqlite")
    whole = (tmp_path / "whole.sqlite").read_bytes()
    missed = set()
    for number in range(len(whole) // PAGE):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "terminal.sqlite"
        content = bytearray(whole)
        content[number * PAGE : (number + 1) * PAGE] = os.urandom(PAGE)
        content[24:28] = b"\xff" * 4  # and the header, so that it is found at every start
        content[:16] = bytes(16)
        path.write_bytes(content)
        path.with_name("terminal.sqlite.lock").write_bytes(b"1\n")
        (folder / "device.key").write_bytes((tmp_path / "device.key").read_bytes())
        (folder / "device.key").chmod(0o600)
        store, outbox = opened(path)
        counts = counted(outbox.rescued[0])
        listed = entries(store)
        assert isinstance(listed, list) and len(listed) == counts["applications"][0] <= 3
        assert SavedForms(store, outbox.vault).of(NUMBER, TODAY) in ((), (FORM,))
        assert Requests(store, outbox.vault).waiting() in ([], [ASKED])
        assert Books(store).supplies() in ({}, {"凭条打印机": 40_000})
        if counts["applications"][0] < 3:
            missed.add(sum(lost for _, lost in counts.values()) > 0)
        store.close()
    assert missed == {True}


def test_another_machines_store_waits_for_its_key(tmp_path: Path) -> None:
    lived(tmp_path / "theirs" / "terminal.sqlite")
    path = tmp_path / "ours" / "terminal.sqlite"
    store, _ = opened(path)
    store.close()
    spoil(tmp_path / "theirs" / "terminal.sqlite", 0)
    for name in ("terminal.sqlite",):
        (tmp_path / "theirs" / name).rename(path.with_name(f"{name}.damaged-20261126T000000Z"))
    for _ in range(2):  # until it is there, each start says so
        store, outbox = opened(path)
        (rescued,) = outbox.rescued
        assert (rescued.other_key, dict(rescued.kinds)) == (True, {})
        assert entries(store) == []
        store.close()
    assert check_storage(path, path.with_name("device.key")).rescued[0]["other_key"]


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_older_stores_are_taken_over_too(tmp_path: Path, version: int) -> None:
    key = old_store(tmp_path, version)
    path = tmp_path / "terminal.sqlite"
    content = bytearray(path.read_bytes())
    content[:16] = bytes(16)
    path.write_bytes(content)
    path.with_name("terminal.sqlite.lock").write_bytes(b"1\n")
    store, outbox = opened(path)
    listed: Any = entries(store)
    assert [entry.key for entry in listed] == [key]
    assert counted(outbox.rescued[0])["unknown"] == (0, 0)
    store.close()


def test_a_last_day_that_was_damaged_keeps_nothing_longer(tmp_path: Path) -> None:
    path = tmp_path / "terminal.sqlite"
    lived(path)
    content = path.read_bytes().replace(FORM.until.encode(), b"2926" + FORM.until[4:].encode())
    path.write_bytes(bytes(16) + content[16:])
    store, outbox = opened(path)
    forms = SavedForms(store, outbox.vault).of(NUMBER, TODAY)
    assert isinstance(forms, tuple) and len(forms) == 1
    assert forms[0].until <= last_day(datetime.now(UTC).date()).isoformat()
    store.close()
