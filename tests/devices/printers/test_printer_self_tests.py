"""What each printer's self-test finds, one line for each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract import Check, Deadline, Fault
from devices.options import EscposOptions, FilePrinterOptions
from devices.printers import escpos_line, ipp_client
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.file_printer import CONTROL_FILE, Condition, FilePrinter, set_condition
from devices.virtual.ipp_printer import IppPrinter
from tests.parts.escpos import ThermalPrinter


def failed(checks: list[Check]) -> dict[str, str]:
    """Check -> code of its fault, of those that did not pass."""
    assert all(check.fault is not None for check in checks if not check.passed)
    return {check.name: check.fault.code for check in checks if not check.passed and check.fault}


@pytest.fixture
def thermal(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThermalPrinter]:
    monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 20.0)  # on a busy machine it answers late
    with ThermalPrinter() as printer:
        yield printer


def examined(thermal: ThermalPrinter) -> tuple[EscposPrinter, list[Check]]:
    printer = EscposPrinter("slips", lambda _event: None, EscposOptions(host=thermal.host))
    assert printer.open() is None
    return printer, printer.self_test(Deadline(60))


def test_a_thermal_printer_is_asked_all_four_questions_and_its_firmware(thermal: ThermalPrinter) -> None:
    printer, checks = examined(thermal)
    assert [check.name for check in checks] == ["line", "printer", "cover", "error", "paper", "firmware"]
    assert failed(checks) == {}
    assert "TM-T88 2.05" in checks[-1].detail
    printer.step()
    assert "TM-T88 2.05" in printer.status.detail
    printer.close()


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        ({"cover_open": True}, {"cover": "printer.door_open"}),
        ({"rows_of_paper": 0}, {"paper": "printer.paper_out"}),
        ({"answers_status": False}, {"answer": "printer.status_unknown"}),
    ],
)
def test_a_thermal_printers_trouble_is_at_its_question(
    thermal: ThermalPrinter,
    monkeypatch: pytest.MonkeyPatch,
    trouble: dict[str, object],
    found: dict[str, str],
) -> None:
    for name, value in trouble.items():
        setattr(thermal, name, value)
    if not thermal.answers_status:
        monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 0.2)
    printer, checks = examined(thermal)
    assert failed(checks) == found
    printer.close()


def test_a_printer_without_a_name_is_no_fault(
    thermal: ThermalPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    thermal.texts = {}
    ask_text = escpos_line.EscposLine.ask_text

    def briefly(line: escpos_line.EscposLine, number: int) -> str | Fault | None:
        monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 0.2)
        return ask_text(line, number)

    monkeypatch.setattr(escpos_line.EscposLine, "ask_text", briefly)
    printer, checks = examined(thermal)
    assert checks[-1] == Check("firmware", True, "not told")
    assert thermal.unknown == b""
    printer.close()


def test_a_file_printer_writes_a_file_and_looks_for_room(tmp_path: Path) -> None:
    printer = FilePrinter("files", lambda _event: None, FilePrinterOptions(folder=tmp_path / "papers"))
    printer.open()
    checks = printer.self_test(Deadline(60))
    assert [check.name for check in checks] == ["folder", "space", "paper"]
    assert failed(checks) == {}
    assert list((tmp_path / "papers").iterdir()) == []
    set_condition(tmp_path / "papers", Condition(paper="jammed"))
    assert failed(printer.self_test(Deadline(60))) == {"paper": "printer.paper_jam"}
    (tmp_path / "papers" / CONTROL_FILE).write_text("{")
    assert failed(printer.self_test(Deadline(60))) == {"control": "printer.control_file"}
    (tmp_path / "papers").rename(tmp_path / "elsewhere")
    assert failed(printer.self_test(Deadline(60))) == {
        "folder": "printer.folder_unusable",
        "space": "printer.folder_unusable",
    }


def test_an_ipp_printer_describes_itself(tmp_path: Path) -> None:
    with IppPrinter(tmp_path) as printer:
        told = ipp_client.get_description(printer.uri)
        assert isinstance(told, ipp_client.Description)
        assert "Printer" in told.model
        assert told.markers
        assert all(marker.level is None or 0 <= marker.level <= 100 for marker in told.markers)
