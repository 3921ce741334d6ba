"""What can be done here now, why not, and where else."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from devices.device_set import DeviceSet
from kiosk.availability import Machine, Nearby, Reason, nearest, reason_against, unavailable
from kiosk.matters.calendar import Calendar
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.models import Exchange, Matter, Need, Slot
from kiosk.visit.events import AvailabilityChanged
from kiosk.watch import AvailabilityWatch, machine_of
from tests.devices.waiting import wait_until
from tests.kiosk.matters.examples import MATTERS

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
EVERYTHING = frozenset(Need)
PAPER = next(matter for matter in MATTERS if Need.DOCUMENT in matter.needs)
SLIP = next(matter for matter in MATTERS if Need.DOCUMENT not in matter.needs)


def against(matter: Matter, built: frozenset[Need], ready: frozenset[Need], now: datetime = NOW) -> Any:
    return reason_against(matter, Machine(built, ready), Calendar(), now)


def test_only_what_a_matter_needs_stands_against_it() -> None:
    assert against(PAPER, EVERYTHING, EVERYTHING) is None
    assert against(PAPER, EVERYTHING, EVERYTHING - {Need.DOCUMENT}) is Reason.PRINTER_OUT
    assert against(SLIP, EVERYTHING, EVERYTHING - {Need.DOCUMENT}) is None  # the rest goes on
    assert against(PAPER, EVERYTHING - {Need.DOCUMENT}, EVERYTHING) is Reason.NO_DOCUMENT_PRINTER
    assert against(SLIP, EVERYTHING, frozenset({Need.RECEIPT})) is Reason.READER_OUT
    assert against(SLIP, frozenset({Need.RECEIPT}), frozenset()) is Reason.NO_READER
    # A slip that cannot be printed is shown: nobody is sent away for it.
    assert against(SLIP, EVERYTHING, EVERYTHING - {Need.RECEIPT}) is None


def test_hours_and_dates_stand_against_it_too() -> None:
    hours = (Slot.model_validate({"days": ["workday"], "from": "09:00", "until": "17:00"}),)
    office = SLIP.model_copy(update={"hours": hours})
    assert against(office, EVERYTHING, EVERYTHING) is None
    assert against(office, EVERYTHING, EVERYTHING, NOW.replace(hour=20)) is Reason.CLOSED
    assert against(office, EVERYTHING, EVERYTHING, NOW.replace(day=28)) is Reason.CLOSED
    ended = SLIP.model_copy(update={"exchange": Exchange(plan_cancel_date=date(2026, 11, 24))})
    assert against(ended, EVERYTHING, EVERYTHING) is Reason.NOT_IN_FORCE
    assert against(ended, EVERYTHING, EVERYTHING, NOW.replace(day=23)) is None


def test_all_at_once() -> None:
    found = dict(unavailable(MATTERS.alike, Machine(EVERYTHING, frozenset({Need.IDENTITY})), Calendar(), NOW))
    assert set(found) == {matter.task_code for matter in MATTERS if Need.DOCUMENT in matter.needs}
    assert set(found.values()) == {"printer"}


def test_the_nearest_place_that_can_do_it() -> None:
    slips = Nearby("A", needs=frozenset({Need.IDENTITY, Need.RECEIPT}))
    everything = Nearby("B", metres=900)
    assert nearest((slips, everything), SLIP) is slips
    assert nearest((slips, everything), PAPER) is everything
    assert nearest((slips,), PAPER) is None
    assert nearest((), SLIP) is None


def test_a_printer_that_goes_and_comes_back_is_told_while_the_terminal_runs(tmp_path: Path) -> None:
    """A real scanner on a pseudo-terminal, a real file printer, their supervisors and the watch."""
    told: list[AvailabilityChanged] = []
    watches: list[AvailabilityWatch] = []

    def heard(_event: object) -> None:
        for each in watches:
            each.look()

    folder = tmp_path / "papers"
    folder.mkdir()
    ours, theirs = os.openpty()
    entries = [
        {"name": "A4", "driver": "file_printer", "folder": str(folder), "role": "document"},
        {"name": "scanner", "driver": "serial_scanner", "port": os.ttyname(theirs), "protocol": "plain"},
    ]
    devices = DeviceSet.build(entries, heard)
    assert isinstance(devices, DeviceSet)
    assert machine_of(devices, starting=True) == Machine(EVERYTHING, EVERYTHING)  # on its way
    assert machine_of(devices, starting=False).ready == frozenset()  # silent for too long
    watch = AvailabilityWatch(Catalogue([PAPER]), devices, Calendar(), ZONE, told.append)
    watches.append(watch)
    assert watch.now().unavailable == ()
    watch.start()
    devices.start_all()
    try:
        wait_until(lambda: machine_of(devices, starting=False).ready == EVERYTHING)
        wait_until(lambda: told and told[-1].unavailable == ())
        (folder / ".printer.json").write_text(json.dumps({"paper": "out"}))
        wait_until(lambda: told[-1].unavailable == ((PAPER.task_code, "printer"),))
        (folder / ".printer.json").write_text("{}")
        wait_until(lambda: told[-1].unavailable == ())
    finally:
        watch.stop()
        devices.stop_all()
        os.close(ours)
        os.close(theirs)
