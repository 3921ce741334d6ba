"""Paper that is counted: foreseen low, kept through a restart, never made better than the printer says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from devices.contract import (
    Deadline,
    DeviceEvent,
    DeviceState,
    PaperState,
    PrintEnd,
    Supply,
    SupplyChanged,
)
from devices.options import EscposOptions, FilePrinterOptions
from devices.printers import escpos_line
from devices.printers.escpos_job import CUT_FEED_MM
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.file_printer import Condition, FilePrinter, set_condition
from devices.printers.measure import Extent, extent_of
from devices.printers.raster import rasterize
from tests.parts.escpos import ThermalPrinter
from tests.parts.papers import pdf, slip


class Desk:
    def __init__(self, folder: Path, **options: object) -> None:
        self.events: list[DeviceEvent] = []
        self.folder = folder
        settings = FilePrinterOptions.model_validate({"folder": folder, **options})
        self.printer = FilePrinter("files", self.events.append, settings)
        assert self.printer.open() is None

    def print(self, pages: int = 1) -> None:
        assert self.printer.print_pdf(pdf(pages=pages), "x", Deadline(60)).end is PrintEnd.COMPLETED

    @property
    def told(self) -> list[int]:
        return [event.supply.left for event in self.events if isinstance(event, SupplyChanged)]

    @property
    def paper(self) -> str:
        return self.printer.status.paper or ""


def test_sheets_are_counted_and_low_is_foreseen(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tray_sheets=10, low=4)
    desk.print(2)
    desk.print(3)
    assert desk.paper == PaperState.FULL
    desk.print(1)
    assert desk.paper == PaperState.LOW
    assert desk.printer.status.state is DeviceState.ONLINE
    desk.print(7)
    assert desk.told == [8, 5, 4, 0]
    assert desk.printer.supply == Supply("sheets", 10, 0, 4)
    desk.printer.fill()
    assert desk.paper == PaperState.FULL
    assert desk.told[-1] == 10
    assert desk.printer.counters == {"jobs": 4, "pages": 13}


def test_what_was_left_before_a_restart_is_given_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tray_sheets=100)
    desk.printer.fill(9)
    assert desk.printer.supply == Supply("sheets", 100, 9, 10)
    assert desk.paper == PaperState.LOW
    desk.printer.fill(500)
    assert desk.printer.supply == Supply("sheets", 100, 100, 10)


def test_a_job_that_failed_uses_nothing_and_is_counted_as_such(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tray_sheets=10)
    set_condition(tmp_path, Condition(fails="half_way"))
    assert desk.printer.print_pdf(pdf(), "x", Deadline(60)).end is PrintEnd.FAILED
    assert desk.told == []
    assert desk.printer.counters == {"failed_jobs": 1, "fault:printer.job_aborted": 1}


@pytest.mark.parametrize(("left", "after"), [(2, 10), (8, 8)])
def test_paper_that_ran_out_as_foreseen_and_is_there_again_is_new(
    tmp_path: Path, left: int, after: int
) -> None:
    """An open cover says "out", too: then what was left stays."""
    desk = Desk(tmp_path, tray_sheets=10, low=3)
    desk.printer.fill(left)
    set_condition(tmp_path, Condition(paper="out"))
    desk.printer.step()
    assert desk.paper == PaperState.OUT
    set_condition(tmp_path, Condition())
    desk.printer.step()
    assert desk.printer.supply is not None
    assert desk.printer.supply.left == after
    assert desk.paper == PaperState.FULL


def test_the_printers_own_word_is_never_made_better(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tray_sheets=10, low=9)
    for paper in ("low", "out", "jammed"):
        set_condition(tmp_path, Condition.model_validate({"paper": paper}))
        desk.printer.step()
        assert desk.paper == paper
        desk.printer.fill(1)
        assert desk.paper == paper
        desk.printer.fill()


def test_where_nobody_said_what_goes_in_nothing_is_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.print()
    desk.printer.fill()
    assert desk.printer.supply is None
    assert desk.told == []


@pytest.fixture
def thermal(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThermalPrinter]:
    monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 20.0)  # on a busy machine it answers late
    with ThermalPrinter() as printer:
        yield printer


def test_a_roll_is_counted_by_what_the_head_has_drawn(thermal: ThermalPrinter) -> None:
    events: list[DeviceEvent] = []
    printer = EscposPrinter("slips", events.append, EscposOptions(host=thermal.host, roll_mm=1000, low=800))
    assert printer.open() is None
    pages = rasterize(slip(), 576)
    assert isinstance(pages, list)
    one = round(pages[0].height_dots / 8) + CUT_FEED_MM
    assert printer.print_pdf(slip(), "slip", Deadline(60)).end is PrintEnd.COMPLETED
    assert printer.supply == Supply("mm", 1000, 1000 - one, 800)
    while printer.supply.left > 800:
        assert printer.status.paper is PaperState.FULL
        printer.print_pdf(slip(), "slip", Deadline(60))
    assert printer.status.paper is PaperState.LOW
    printer.close()


def test_pages_and_length_of_a_document() -> None:
    assert extent_of(pdf(pages=3)) == Extent(3, 891)
    assert extent_of(slip(60.0)) == Extent(1, 60)
    assert extent_of(b"%PDF-nothing") == Extent(0, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"roll_mm": 80_000, "tray_sheets": 250},
        {"low": 10},
        {"tray_sheets": 250, "low": 250},
        {"tray_sheets": 0},
        {"roll_mm": "long"},
    ],
)
def test_wrong_amounts_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FilePrinterOptions.model_validate({"folder": "/tmp/x", **options})
