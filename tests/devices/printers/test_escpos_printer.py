from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
from escpos.printer import Dummy
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from devices.contract import Deadline, DeviceEvent, DeviceState, Fault, PaperState, PrintEnd
from devices.options import EscposOptions
from devices.printers import escpos_job, escpos_line
from devices.printers.escpos_line import split_host
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.raster import Bitmap, rasterize
from devices.supervisor import Supervisor
from tests.devices.waiting import wait_until
from tests.parts.escpos import ThermalPrinter
from tests.parts.papers import pdf, slip

WIDTH = 576
LONG_MM = 400.0


def driver_for(printer: ThermalPrinter) -> EscposPrinter:
    events: list[DeviceEvent] = []
    return EscposPrinter("slips", events.append, EscposOptions(host=printer.host))


def long_slip() -> bytes:
    """A slip with something at its very end, so that nothing is cut away as blank."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(200, LONG_MM * 72 / 25.4))
    for y in range(5, int(LONG_MM * 72 / 25.4), 10):
        canvas.drawString(10, y, "private")
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in answers, but on a busy machine its thread may come late."""
    monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 20.0)


@pytest.fixture
def printer(patient: None) -> Iterator[ThermalPrinter]:
    with ThermalPrinter() as printer:
        yield printer


def code(fault: Fault | None) -> str:
    return fault.code if fault is not None else ""


def test_what_comes_out_is_the_picture_of_the_page(printer: ThermalPrinter) -> None:
    driver = driver_for(printer)
    assert driver.open() is None
    assert driver.status.state is DeviceState.ONLINE
    assert driver.status.paper is PaperState.FULL
    outcome = driver.print_pdf(slip(), "slip", Deadline(60))
    assert outcome.end is PrintEnd.COMPLETED
    pages = rasterize(slip(), WIDTH)
    assert isinstance(pages, list)
    assert [b"".join(rows) for rows in printer.slips] == [pages[0].rows]
    assert printer.unknown == b""
    driver.close()


def test_the_bands_are_what_an_independent_encoder_sends() -> None:
    pages = rasterize(slip(), WIDTH)
    assert isinstance(pages, list)
    picture = Image.frombytes("1", (WIDTH, pages[0].height_dots), pages[0].rows)
    dummy = Dummy()
    dummy.image(
        picture.point(lambda dot: 255 - dot), impl="bitImageRaster", fragment_height=escpos_job.BAND_ROWS
    )
    sent: list[bytes] = []

    class Line:
        unsent_bytes = 0

        def write(self, data: bytes, _deadline: Deadline) -> None:
            sent.append(data)

    class Answers:
        fences: list[int] = []  # noqa: RUF012
        line = Line()

    job = escpos_job.EscposJob(Answers(), Deadline(60), answers_status=False, knows_fence=False)  # type: ignore[arg-type]
    assert code(job.run(pages, 0)) == "printer.end_unknown"
    assert b"".join(sent) == escpos_job.RESET + dummy.output + escpos_job.CUT


@pytest.mark.parametrize(
    ("trouble", "state", "fault", "paper"),
    [
        ("paper_out", DeviceState.USER_ERROR, "printer.paper_out", PaperState.OUT),
        ("cover", DeviceState.USER_ERROR, "printer.door_open", PaperState.FULL),
        ("near_end", DeviceState.ONLINE, "", PaperState.LOW),
    ],
)
def test_its_state_at_rest(
    printer: ThermalPrinter, trouble: str, state: DeviceState, fault: str, paper: PaperState
) -> None:
    if trouble == "paper_out":
        printer.rows_of_paper = 0
    printer.cover_open = trouble == "cover"
    printer.near_end = trouble == "near_end"
    driver = driver_for(printer)
    driver.open()
    assert (driver.status.state, code(driver.status.fault), driver.status.paper) == (state, fault, paper)
    outcome = driver.print_pdf(slip(), "slip", Deadline(60))
    assert outcome.end is (PrintEnd.FAILED if fault else PrintEnd.COMPLETED)
    assert len(printer.slips) == (0 if fault else 1)
    driver.close()


def test_paper_that_ends_during_the_job_and_is_refilled_prints_nothing_more(printer: ThermalPrinter) -> None:
    printer.rows_of_paper = 500
    driver = driver_for(printer)
    driver.open()
    outcome = driver.print_pdf(long_slip(), "slip", Deadline(60))
    assert (outcome.end, code(outcome.fault)) == (PrintEnd.FAILED, "printer.paper_out")
    assert driver.status.paper is PaperState.OUT
    printer.refill()
    wait_until(lambda: driver.step() is None and driver.status.state is DeviceState.ONLINE)
    assert printer.slips == []
    assert printer.rows == []
    assert driver.print_pdf(slip(), "slip", Deadline(60)).end is PrintEnd.COMPLETED
    assert len(printer.slips) == 1
    driver.close()


def test_little_is_on_its_way_when_the_paper_ends(printer: ThermalPrinter) -> None:
    printer.rows_of_paper = 500
    sent: list[int] = []
    take = printer._take

    def count(data: bytes) -> None:
        sent.append(len(data))
        take(data)

    printer._take = count  # type: ignore[method-assign]
    driver = driver_for(printer)
    driver.open()
    driver.print_pdf(long_slip(), "slip", Deadline(60))
    bands = 500 // escpos_job.BAND_ROWS + 2 + escpos_job.BANDS_ON_THEIR_WAY
    assert sum(sent) < bands * (escpos_job.BAND_ROWS * WIDTH // 8 + 64)
    driver.close()


def test_a_printer_without_in_turn_answers_is_watched_by_its_status(patient: None) -> None:
    with ThermalPrinter(answers_in_turn=False) as printer:
        driver = driver_for(printer)
        driver.open()
        assert driver.print_pdf(slip(), "slip", Deadline(60)).end is PrintEnd.COMPLETED
        printer.rows_of_paper = 100
        outcome = driver.print_pdf(long_slip(), "slip", Deadline(60))
        assert (outcome.end, code(outcome.fault)) == (PrintEnd.FAILED, "printer.paper_out")
        driver.close()


def test_a_printer_that_answers_nothing_is_never_ready_and_its_end_unknown() -> None:
    with ThermalPrinter(answers_status=False, answers_in_turn=False) as printer:
        driver = driver_for(printer)
        assert driver.open() is None
        assert driver.status.state is not DeviceState.ONLINE
        assert code(driver.status.fault) == "printer.status_unknown"
        outcome = driver.print_pdf(slip(), "slip", Deadline(60))
        assert (outcome.end, code(outcome.fault)) == (PrintEnd.UNKNOWN, "printer.end_unknown")
        wait_until(lambda: printer.slips)
        driver.close()


def test_a_printer_that_falls_silent_in_the_job_leaves_the_end_unknown(
    printer: ThermalPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer.silent_after_rows = 200
    driver = driver_for(printer)
    driver.open()
    monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 0.4)
    outcome = driver.print_pdf(long_slip(), "slip", Deadline(60))
    assert (outcome.end, code(outcome.fault)) == (PrintEnd.UNKNOWN, "printer.not_answering")
    assert driver.status.state is DeviceState.OFFLINE
    driver.close()


def test_a_job_called_off_ends_and_is_forgotten_by_the_printer(
    printer: ThermalPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer.silent_after_rows = 200
    driver = driver_for(printer)
    driver.open()
    monkeypatch.setattr(escpos_line, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(escpos_job, "_SAME_SILENCE_TIMES", 1_000_000)  # its silence alone ends nothing
    monkeypatch.setattr(escpos_job, "_MARGIN_SECONDS", 600.0)
    deadline = Deadline(600)

    def call_off() -> None:
        wait_until(lambda: printer.rows)
        deadline.cancel()

    hand = threading.Thread(target=call_off)
    hand.start()
    outcome = driver.print_pdf(long_slip(), "slip", deadline)
    hand.join()
    assert code(outcome.fault) == "printer.cancelled"
    assert printer.slips == []
    driver.close()


def test_the_line_is_taken_up_again_when_the_printer_is_back(patient: None) -> None:
    events: list[DeviceEvent] = []
    with ThermalPrinter() as first:
        host = first.host
        driver = EscposPrinter("slips", events.append, EscposOptions(host=host))
        supervisor = Supervisor(driver)
        supervisor.start()
        wait_until(lambda: driver.status.state is DeviceState.ONLINE)
    wait_until(lambda: driver.status.state is DeviceState.OFFLINE)
    with ThermalPrinter(port=int(host.rpartition(":")[2])):
        wait_until(lambda: driver.status.state is DeviceState.ONLINE)
        assert supervisor.stop(60)


def test_a_document_that_is_none_is_refused(printer: ThermalPrinter) -> None:
    driver = driver_for(printer)
    driver.open()
    for document in (b"", b"GIF89a", b"%PDF-1.7 and then nothing"):
        outcome = driver.print_pdf(document, "x", Deadline(60))
        assert (outcome.end, code(outcome.fault)) == (PrintEnd.FAILED, "printer.bad_document")
    driver.close()


def test_host_with_and_without_port() -> None:
    assert split_host("printer.local") == ("printer.local", 9100)
    assert split_host("10.0.0.7:9101") == ("10.0.0.7", 9101)
    assert split_host("[fe80::1]:9101") == ("fe80::1", 9101)
    assert split_host("fe80::1") == ("fe80::1", 9100)


def test_a_qr_code_keeps_its_size_and_wide_pages_are_fitted() -> None:
    pages = rasterize(slip(), WIDTH)
    assert isinstance(pages, list)
    page: Bitmap = pages[0]
    black = [
        index for index in range(WIDTH) if page.rows[100 * WIDTH // 8 + index // 8] >> (7 - index % 8) & 1
    ]
    assert black[-1] - black[0] + 1 in (160, 161)  # 20 mm of 8 dots
    fitted = rasterize(pdf("x" * 100), WIDTH)
    assert isinstance(fitted, list)
    assert fitted[0].width_dots == WIDTH
