"""A real cupsd and a real IPP printer: printed, out of paper, dead, hung; and nothing is ever left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from devices.contract import Deadline, DeviceEvent, DeviceState, Fault, PaperState, PrintEnd, PrintOutcome
from devices.options import CupsOptions
from devices.printers import ipp_client, removal, spooler
from devices.printers.cups_queue import CupsPrinter
from devices.printers.reasons import status_of
from tests.devices.waiting import wait_until
from tests.parts.cups import CupsWithQueue, start_cups_with_queue
from tests.parts.papers import pdf

SECONDS = 300.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What CUPS and the printer need to end a job may take long on a busy machine."""
    monkeypatch.setattr(removal, "_CANCEL_SECONDS", 60.0)
    monkeypatch.setattr(removal, "_PURGE_SECONDS", 60.0)
    monkeypatch.setattr(spooler, "CALL_SECONDS", 30.0)


@pytest.fixture(scope="module")
def running() -> Iterator[CupsWithQueue]:
    with start_cups_with_queue() as cups:
        yield cups


@pytest.fixture
def cups(running: CupsWithQueue) -> Iterator[CupsWithQueue]:
    running.printer.start()
    running.printer.condition = "print"
    running.printer.set_paper("full")
    for path in running.printer.printed:
        path.unlink()
    yield running
    running.printer.thaw()
    assert running.jobs() == ""
    assert running.spool_files() == []


@pytest.fixture
def driver(cups: CupsWithQueue) -> CupsPrinter:
    events: list[DeviceEvent] = []
    driver = CupsPrinter("papers", events.append, CupsOptions(queue=cups.queue))
    assert driver.open() is None
    wait_until(lambda: driver.step() is None and driver.status.state is DeviceState.ONLINE)
    return driver


def code(fault: Fault | None) -> str:
    return fault.code if fault is not None else ""


def end(outcome: PrintOutcome) -> tuple[PrintEnd, str]:
    return outcome.end, code(outcome.fault)


def while_printing(cups: CupsWithQueue, then: Callable[[], None]) -> threading.Thread:
    """Do ``then`` once the printer itself has the job."""

    def watch() -> None:
        wait_until(lambda: ipp_client.get_jobs(cups.printer.uri, "watcher"))
        then()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_printed_means_that_it_came_out(cups: CupsWithQueue, driver: CupsPrinter) -> None:
    assert end(driver.print_pdf(pdf(), "凭证", Deadline(SECONDS))) == (PrintEnd.COMPLETED, "")
    assert len(cups.printer.printed) == 1
    assert cups.printer.printed[0].read_bytes().startswith(b"%PDF")
    assert driver.status.state is DeviceState.ONLINE


def test_out_of_paper_in_the_job_and_refilled_paper_prints_nothing(
    cups: CupsWithQueue, driver: CupsPrinter
) -> None:
    cups.printer.condition = "media-empty"
    assert end(driver.print_pdf(pdf(), "slip", Deadline(SECONDS))) == (PrintEnd.FAILED, "printer.paper_out")
    assert driver.status.paper is PaperState.OUT
    assert cups.jobs() == ""
    cups.printer.condition = "print"
    wait_until(lambda: driver.step() is None and driver.status.state is DeviceState.ONLINE)
    wait_until(lambda: ipp_client.get_jobs(cups.printer.uri, "watcher") == [])
    assert cups.printer.printed == []
    assert end(driver.print_pdf(pdf(), "slip", Deadline(SECONDS))) == (PrintEnd.COMPLETED, "")
    assert len(cups.printer.printed) == 1


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ("media-jam", "printer.paper_jam"),
        ("cover-open", "printer.door_open"),
        ("abort", "printer.job_aborted"),
    ],
)
def test_other_trouble_in_the_job(
    cups: CupsWithQueue, driver: CupsPrinter, condition: str, fault: str
) -> None:
    cups.printer.condition = condition  # type: ignore[assignment]
    assert end(driver.print_pdf(pdf(), "slip", Deadline(SECONDS))) == (PrintEnd.FAILED, fault)
    assert cups.printer.printed == []


def test_out_of_paper_before_the_job_is_told_at_rest_and_nothing_is_sent(
    cups: CupsWithQueue, driver: CupsPrinter
) -> None:
    cups.printer.set_paper("empty")
    wait_until(lambda: driver.step() is None and driver.status.paper is PaperState.OUT)
    assert code(driver.status.fault) == "printer.paper_out"
    outcome = driver.print_pdf(pdf(), "slip", Deadline(SECONDS))
    assert end(outcome) == (PrintEnd.FAILED, "printer.paper_out")
    assert outcome.job == ""
    cups.printer.set_paper("low")
    wait_until(lambda: driver.step() is None and driver.status.paper is PaperState.LOW)
    assert driver.status.state is DeviceState.ONLINE


def test_its_self_test_tells_scheduler_queue_printer_state_and_supplies_apart(
    cups: CupsWithQueue, driver: CupsPrinter
) -> None:
    checks = driver.self_test(Deadline(SECONDS))
    assert [check.name for check in checks] == ["scheduler", "queue", "printer", "state", "supplies"]
    assert all(check.passed for check in checks), checks
    assert "%" in checks[-1].detail
    wait_until(lambda: driver.step() is None and checks[2].detail in driver.status.detail)
    cups.printer.set_paper("empty")
    assert [code(check.fault) for check in driver.self_test(Deadline(SECONDS)) if not check.passed] == [
        "printer.paper_out"
    ]
    cups.printer.kill()
    assert driver.self_test(Deadline(SECONDS))[-1].name == "printer"
    other = CupsPrinter("papers", lambda _event: None, CupsOptions(queue="no-such-queue"))
    assert [(each.name, each.passed) for each in other.self_test(Deadline(SECONDS))] == [
        ("scheduler", True),
        ("queue", False),
    ]


def test_a_dead_printer_is_offline_and_back_at_once(cups: CupsWithQueue, driver: CupsPrinter) -> None:
    cups.printer.kill()
    wait_until(lambda: driver.step() is None and code(driver.status.fault) == "printer.offline")
    assert end(driver.print_pdf(pdf(), "slip", Deadline(SECONDS))) == (PrintEnd.FAILED, "printer.offline")
    cups.printer.start()
    wait_until(lambda: driver.step() is None and driver.status.state is DeviceState.ONLINE)


def test_what_cups_calls_completed_is_unknown_while_the_printer_is_dead(
    cups: CupsWithQueue, driver: CupsPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen with CUPS 2.4: its backend can take the death of the printer for the end of the job."""
    dead = Fault("printer.offline", "errno 111")
    monkeypatch.setattr("devices.printers.removal.ipp_client.get_jobs", lambda *_, **__: dead)
    assert end(driver.print_pdf(pdf(), "slip", Deadline(SECONDS))) == (PrintEnd.UNKNOWN, "printer.offline")


def test_a_printer_that_dies_in_the_job_leaves_the_end_unknown(
    cups: CupsWithQueue, driver: CupsPrinter
) -> None:
    cups.printer.condition = "slow"
    killer = while_printing(cups, cups.printer.kill)
    assert end(driver.print_pdf(pdf(), "slip", Deadline(SECONDS))) == (PrintEnd.UNKNOWN, "printer.offline")
    killer.join()
    assert cups.jobs() == ""
    cups.printer.condition = "print"
    cups.printer.start()
    wait_until(lambda: driver.step() is None and driver.status.state is DeviceState.ONLINE)
    assert cups.printer.printed == []


def test_a_hung_printer_forgets_the_job_when_it_wakes(cups: CupsWithQueue, driver: CupsPrinter) -> None:
    cups.printer.condition = "slow"
    freezer = while_printing(cups, cups.printer.freeze)
    outcome = driver.print_pdf(pdf(), "slip", Deadline(SECONDS))
    freezer.join()
    assert end(outcome) == (PrintEnd.UNKNOWN, "printer.not_answering")
    assert driver.status.state is DeviceState.OFFLINE
    assert cups.jobs() == ""
    cups.printer.thaw()
    wait_until(
        lambda: driver.step() is None and ipp_client.get_jobs(cups.printer.uri, "watcher") == []
    )  # taken back by the driver, although the printer would go on for ever
    cups.printer.condition = "print"
    wait_until(lambda: driver.step() is None and driver.status.state is DeviceState.ONLINE)
    assert cups.printer.printed == []


def test_a_deadline_and_a_cancel_end_the_job(cups: CupsWithQueue, driver: CupsPrinter) -> None:
    cups.printer.condition = "slow"
    assert end(driver.print_pdf(pdf(), "slip", Deadline(1.0))) == (PrintEnd.FAILED, "printer.timeout")
    wait_until(lambda: ipp_client.get_jobs(cups.printer.uri, "watcher") == [])
    deadline = Deadline(SECONDS)
    canceller = while_printing(cups, deadline.cancel)
    assert end(driver.print_pdf(pdf(), "slip", deadline)) == (PrintEnd.FAILED, "printer.cancelled")
    canceller.join()
    assert cups.printer.printed == []


def test_a_job_that_an_ended_process_left_is_removed_at_the_next_start(cups: CupsWithQueue) -> None:
    cups.printer.condition = "slow"
    leave = (
        "from devices.printers.spooler import Spooler, marked_name\n"
        "from tests.parts.papers import pdf\n"
        f"print(Spooler({cups.queue!r}).submit(pdf(), marked_name('slip'), {{}}))"
    )
    subprocess.run([sys.executable, "-c", leave], check=True, cwd=os.getcwd(), timeout=600)
    wait_until(lambda: ipp_client.get_jobs(cups.printer.uri, "watcher"))
    driver = CupsPrinter("papers", lambda _event: None, CupsOptions(queue=cups.queue))
    driver.open()
    wait_until(lambda: driver.step() is None and cups.jobs() == "")
    wait_until(lambda: ipp_client.get_jobs(cups.printer.uri, "watcher") == [])
    assert cups.printer.printed == []


def test_a_job_of_a_live_process_is_left_alone() -> None:
    name = spooler.marked_name("slip")
    assert not spooler.left_behind(name)
    assert not spooler.left_behind("somebody else's job")
    machine, boot, pid, started = name.split("kiosk-")[1].split("-")[:4]
    assert spooler.left_behind(f"slip kiosk-{machine}-{boot}-{pid}-{int(started) + 1}-00000000")
    assert spooler.left_behind(f"slip kiosk-{machine}-00000000-{pid}-{started}-00000000")


def test_a_job_of_another_machine_that_shares_the_printer_is_left_alone() -> None:
    pid, started = spooler.marked_name("slip").split("-")[-3:-1]
    assert not spooler.left_behind(f"slip kiosk-00000000-00000000-{pid}-{int(started) + 1}-00000000")


def test_a_queue_that_cannot_be_asked_prints_and_its_paper_is_unknown(cups: CupsWithQueue) -> None:
    received = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as jetdirect:

        def serve() -> None:
            client, _address = jetdirect.accept()
            with client:
                while data := client.recv(65536):
                    received.extend(data)

        thread = threading.Thread(target=serve)
        thread.start()
        cups.add_queue("raw", f"socket://127.0.0.1:{jetdirect.getsockname()[1]}", "raw")
        driver = CupsPrinter("raw", lambda _event: None, CupsOptions(queue="raw", role="receipt"))
        assert driver.open() is None
        assert (driver.status.state, driver.status.paper) == (DeviceState.ONLINE, PaperState.UNKNOWN)
        document = pdf()
        assert end(driver.print_pdf(document, "slip", Deadline(SECONDS))) == (PrintEnd.COMPLETED, "")
        thread.join()
    assert bytes(received) == document


def test_queue_missing_stopped_and_rejecting(cups: CupsWithQueue, driver: CupsPrinter) -> None:
    nowhere = CupsPrinter("nowhere", lambda _event: None, CupsOptions(queue="nowhere"))
    assert code(nowhere.open()) == "printer.queue_missing"
    assert nowhere.status.state is DeviceState.NO_DEVICE
    cups.run("/usr/sbin/cupsdisable", cups.queue)
    assert code(driver.print_pdf(pdf(), "slip", Deadline(SECONDS)).fault) == "printer.queue_stopped"
    cups.run("/usr/sbin/cupsenable", cups.queue)
    cups.run("/usr/sbin/cupsreject", cups.queue)
    assert code(driver.print_pdf(pdf(), "slip", Deadline(SECONDS)).fault) == "printer.queue_rejecting"
    cups.run("/usr/sbin/cupsaccept", cups.queue)
    assert driver.print_pdf(pdf(), "slip", Deadline(SECONDS)).end is PrintEnd.COMPLETED


def test_without_a_spooler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", "/nonexistent/cups.sock")
    driver = CupsPrinter("papers", lambda _event: None, CupsOptions(queue="kiosk"))
    assert code(driver.open()) == "printer.spooler_down"
    assert driver.status.state is DeviceState.OFFLINE
    assert code(driver.print_pdf(pdf(), "slip", Deadline(5)).fault) == "printer.spooler_down"


def test_a_spooler_that_says_nothing_ends_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooler, "CALL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{mute.getsockname()[1]}")
        driver = CupsPrinter("papers", lambda _event: None, CupsOptions(queue="kiosk"))
        before = threading.active_count()
        for _ in range(5):
            assert code(driver.open()) == "printer.spooler_not_answering"
        assert threading.active_count() <= before + 1


ANSWERS = {
    b"": "printer.not_answering",
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope": "printer.bad_answer",
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n": "printer.bad_answer",
    b"SSH-2.0-OpenSSH\r\n": "printer.not_answering",
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_printer_that_answers_nonsense(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            client, _address = server.accept()
            with client:
                client.recv(65536)
                client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        fault = ipp_client.get_printer(f"ipp://127.0.0.1:{server.getsockname()[1]}/", 60.0)
        thread.join()
        assert isinstance(fault, Fault)
        assert fault.code == ANSWERS[answer]


def test_a_printer_that_trickles_is_cut_off() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            client, _address = server.accept()
            with client:
                while not stop.wait(0.05):
                    try:
                        client.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        fault = ipp_client.get_printer(f"ipp://127.0.0.1:{server.getsockname()[1]}/", 0.5)
        stop.set()
        thread.join()
    assert isinstance(fault, Fault)
    assert fault.code == "printer.not_answering"


@pytest.mark.parametrize("suffix", ["", "-error", "-warning", "-report"])
@pytest.mark.parametrize(
    ("reason", "state", "fault", "paper"),
    [
        ("media-empty", DeviceState.USER_ERROR, "printer.paper_out", PaperState.OUT),
        ("media-needed", DeviceState.USER_ERROR, "printer.paper_out", PaperState.OUT),
        ("media-jam", DeviceState.USER_ERROR, "printer.paper_jam", PaperState.JAMMED),
        ("media-low", DeviceState.ONLINE, "", PaperState.LOW),
        ("door-open", DeviceState.USER_ERROR, "printer.door_open", PaperState.FULL),
        ("marker-supply-empty", DeviceState.USER_ERROR, "printer.supply_empty", PaperState.FULL),
        ("offline", DeviceState.OFFLINE, "printer.offline", PaperState.FULL),
    ],
)
def test_reasons_count_whatever_their_suffix(
    reason: str, suffix: str, state: DeviceState, fault: str, paper: PaperState
) -> None:
    status = status_of(3, [reason + suffix], "")
    assert (status.state, code(status.fault), status.paper) == (state, fault, paper)


def test_an_unknown_error_is_an_error_and_an_unknown_report_is_none() -> None:
    assert code(status_of(3, ["com.example.heat-error"], "").fault) == "printer.error"
    assert status_of(3, ["com.example.heat-report", "none"], "").fault is None
    assert code(status_of(5, ["none"], "").fault) == "printer.stopped"
