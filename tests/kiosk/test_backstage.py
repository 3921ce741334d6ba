"""What the flow asks for is carried out on real parts: a store on disk, the chain, the desk's threads."""

from __future__ import annotations

import queue
from dataclasses import replace
from pathlib import Path
from typing import Any

from devices.contract import Fault, PrintEnd
from devices.device_set import DeviceSet
from kiosk.audit.chain import AuditTrail
from kiosk.backstage import Backstage
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.saved import SavedForm
from kiosk.delivery.store import Store, open_store
from kiosk.matters.load import load_folder
from kiosk.print_quota import PrintQuota
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.controller import TerminalInfo
from kiosk.visit.state import PaperKind, Visit
from tests.kiosk.visit.walk import CARD

INFO = TerminalInfo("T-1", "终端", "大厅", "12345", "", frozenset({"samv"}), frozenset({"receipt"}))
FORM = SavedForm("114104000058A6147B3410723011000", "1", "2099-12-24", {"phone": "13937500026"})


def test_a_form_is_kept_found_by_its_owner_alone_and_dropped(tmp_path: Path) -> None:
    posted: queue.Queue[Any] = queue.Queue()
    crashes: list[BaseException] = []
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert not isinstance(outbox, Fault)
    backstage = Backstage(
        INFO,
        DeviceSet([]),
        outbox,
        Courier(outbox, None),
        None,
        AuditTrail(store),
        posted.put,
        lambda _code, crash: crashes.append(crash),
    )

    def do(effect: ef.Effect) -> Any:
        backstage.carry_out(effect, Visit(number=1))
        return posted.get(timeout=120)

    try:
        assert do(ef.KeepForm(1, CARD.number, FORM)) == ev.FormKept(1)
        mine = do(ef.VerifyIdentity(1, CARD))
        assert (mine.fault, mine.saved) == ("platform.not_configured", (FORM,))
        other = do(ef.VerifyIdentity(2, replace(CARD, number="110105194912310021")))
        assert other.saved == ()
        assert do(ef.KeepForm(1, "", FORM)) == ev.FormNotKept(1, "saved.nobody")
        number = CARD.number
        backstage.carry_out(ef.DropForm(number, FORM.task_code), Visit(number=1))
        backstage.stop()
        assert store.read("SELECT count(*) FROM saved_forms") == [(0,)]
        events = store.read("SELECT event, keys FROM audit ORDER BY seq")
        assert not isinstance(events, Fault)
        assert [event for event, _ in events] == ["form.kept", "form.dropped"]
        assert all(number not in str(keys) for _, keys in events)
    finally:
        store.close()
    assert crashes == []


def test_a_copy_that_cannot_be_kept_does_not_undo_the_printing(tmp_path: Path) -> None:
    """The paper lies in the tray, whatever becomes of the copy for a rehearsal."""
    posted: queue.Queue[Any] = queue.Queue()
    told: list[str] = []
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    entry = {"name": "p", "driver": "file_printer", "folder": str(tmp_path / "tray"), "role": "document"}
    (tmp_path / "tray").mkdir()
    devices = DeviceSet.build([entry], lambda _event: None)
    assert isinstance(devices, DeviceSet)

    def full(_kind: PaperKind, _pdf: bytes) -> None:
        raise OSError(28, "No space left on device")

    backstage = Backstage(
        INFO,
        devices,
        outbox,
        Courier(outbox, None),
        None,
        AuditTrail(store),
        posted.put,
        lambda code, _crash: told.append(code),
        full,
    )
    devices.start_all()
    try:
        matter = next(iter(load_folder(DEFAULT_MATTERS_FOLDER)))
        visit = Visit(number=1, matter=matter)
        backstage.carry_out(ef.PrintPaper(1, PaperKind.GUIDE), visit)
        settled = posted.get(timeout=120)
        assert settled.outcome.end is PrintEnd.COMPLETED
        assert told == ["desk.crashed"]
    finally:
        backstage.stop()
        devices.stop_all()
        store.close()


def test_guides_do_not_empty_the_tray(tmp_path: Path) -> None:
    """One after the other, whoever asks: after so many within an hour the page says so."""
    now = [1000.0]
    quota = PrintQuota(most=3, within_seconds=60.0, clock=lambda: now[0])
    assert [quota.take() for _ in range(4)] == [True, True, True, False]
    now[0] += 61.0
    assert quota.take()  # later it goes on

    posted: queue.Queue[Any] = queue.Queue()
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    (tmp_path / "tray").mkdir()
    entry = {"name": "p", "driver": "file_printer", "folder": str(tmp_path / "tray"), "role": "document"}
    devices = DeviceSet.build([entry], lambda _event: None)
    assert isinstance(devices, DeviceSet)
    backstage = Backstage(
        INFO, devices, outbox, Courier(outbox, None), None, AuditTrail(store), posted.put, lambda *_: None
    )
    devices.start_all()
    try:
        while backstage._guides.take():
            pass
        visit = Visit(number=1, matter=next(iter(load_folder(DEFAULT_MATTERS_FOLDER))))
        backstage.carry_out(ef.PrintPaper(1, PaperKind.GUIDE), visit)
        outcome = posted.get(timeout=120).outcome
        assert (outcome.end, outcome.fault.code) == (PrintEnd.FAILED, "paper.too_many_guides")
        assert not list((tmp_path / "tray").glob("*.pdf"))
    finally:
        backstage.stop()
        devices.stop_all()
        store.close()
