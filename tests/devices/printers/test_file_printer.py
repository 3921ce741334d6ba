from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from devices.contract import Capability, Deadline, DeviceState, Fault, PaperState, PrintEnd
from devices.options import FilePrinterOptions
from devices.printers.file_printer import CONTROL_FILE, Condition, FilePrinter, set_condition
from tests.devices.waiting import wait_until
from tests.parts.papers import pdf


def opened(folder: Path, role: str = "receipt") -> FilePrinter:
    printer = FilePrinter(
        "files", lambda _event: None, FilePrinterOptions.model_validate({"folder": folder, "role": role})
    )
    assert printer.open() is None
    return printer


def jobs(folder: Path) -> list[Path]:
    return sorted(folder.glob("job-*.pdf"))


def code(fault: Fault | None) -> str:
    return fault.code if fault is not None else ""


def test_each_job_is_a_whole_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    printer = opened(folder)
    assert printer.capabilities == {Capability.RECEIPT}
    papers = [pdf(f"paper {number}") for number in range(5)]
    for paper in papers:
        outcome = printer.print_pdf(paper, "slip", Deadline(60))
        assert outcome.end is PrintEnd.COMPLETED
        assert (folder / f"{outcome.job}.pdf").read_bytes() == paper
    assert sorted(path.read_bytes() for path in jobs(folder)) == sorted(papers)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".job")] == []


def test_jobs_of_several_threads_and_printers_never_meet(tmp_path: Path) -> None:
    printers = [opened(tmp_path), opened(tmp_path)]
    papers = [pdf(f"paper {number}") for number in range(12)]
    threads = [
        threading.Thread(target=printers[number % 2].print_pdf, args=(paper, "slip", Deadline(60)))
        for number, paper in enumerate(papers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_bytes() for path in jobs(tmp_path)) == sorted(papers)


@pytest.mark.parametrize(
    ("condition", "state", "fault", "paper"),
    [
        ({"paper": "out"}, DeviceState.USER_ERROR, "printer.paper_out", PaperState.OUT),
        ({"paper": "jammed"}, DeviceState.USER_ERROR, "printer.paper_jam", PaperState.JAMMED),
        ({"paper": "low"}, DeviceState.ONLINE, "", PaperState.LOW),
        ({"door_open": True}, DeviceState.USER_ERROR, "printer.door_open", PaperState.FULL),
        ({"offline": True}, DeviceState.OFFLINE, "printer.offline", PaperState.UNKNOWN),
        ({"paper": "plenty"}, DeviceState.HARDWARE_ERROR, "printer.control_file", PaperState.UNKNOWN),
        ({"papper": "out"}, DeviceState.HARDWARE_ERROR, "printer.control_file", PaperState.UNKNOWN),
        ([], DeviceState.HARDWARE_ERROR, "printer.control_file", PaperState.UNKNOWN),
    ],
)
def test_its_condition_is_told_and_keeps_it_from_printing(
    tmp_path: Path, condition: object, state: DeviceState, fault: str, paper: PaperState
) -> None:
    printer = opened(tmp_path)
    (tmp_path / CONTROL_FILE).write_text(json.dumps(condition))
    assert printer.step() is None
    assert (printer.status.state, code(printer.status.fault), printer.status.paper) == (state, fault, paper)
    outcome = printer.print_pdf(pdf(), "slip", Deadline(60))
    assert (outcome.end is PrintEnd.FAILED) == bool(fault)
    assert len(jobs(tmp_path)) == (0 if fault else 1)


def test_another_process_takes_the_paper_out_in_the_middle_of_a_job(tmp_path: Path) -> None:
    set_condition(tmp_path, Condition(job_seconds=3600))
    printer = opened(tmp_path)
    empty = (
        "from pathlib import Path; from devices.printers.file_printer import *;"
        f"set_condition(Path({str(tmp_path)!r}), Condition(paper='out'))"
    )

    def other() -> None:
        wait_until(lambda: printer.status.state is DeviceState.BUSY)
        subprocess.run([sys.executable, "-c", empty], check=True, cwd=os.getcwd(), timeout=600)

    thread = threading.Thread(target=other)
    thread.start()
    outcome = printer.print_pdf(pdf(), "slip", Deadline(60))
    thread.join()
    assert (outcome.end, code(outcome.fault)) == (PrintEnd.FAILED, "printer.paper_out")
    assert printer.status.paper is PaperState.OUT
    assert jobs(tmp_path) == []


def test_it_fails_half_way_when_told(tmp_path: Path) -> None:
    set_condition(tmp_path, Condition(fails="half_way", job_seconds=0.2))
    outcome = opened(tmp_path).print_pdf(pdf(), "slip", Deadline(60))
    assert (outcome.end, code(outcome.fault)) == (PrintEnd.FAILED, "printer.job_aborted")
    assert jobs(tmp_path) == []


def test_deadline_cancel_and_a_waiting_second_job(tmp_path: Path) -> None:
    set_condition(tmp_path, Condition(job_seconds=3600))
    printer = opened(tmp_path)
    assert code(printer.print_pdf(pdf(), "slip", Deadline(0.2)).fault) == "printer.timeout"
    deadline = Deadline(60)
    first = threading.Thread(target=printer.print_pdf, args=(pdf(), "slip", deadline))
    first.start()
    wait_until(lambda: printer.status.state is DeviceState.BUSY)
    assert code(printer.print_pdf(pdf(), "slip", Deadline(0.2)).fault) == "printer.busy"
    deadline.cancel()
    first.join()
    assert jobs(tmp_path) == []


def test_what_is_no_pdf_is_refused(tmp_path: Path) -> None:
    outcome = opened(tmp_path).print_pdf(b"hello", "slip", Deadline(60))
    assert (outcome.end, code(outcome.fault)) == (PrintEnd.FAILED, "printer.bad_document")


def test_a_folder_that_cannot_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    printer = FilePrinter("files", lambda _event: None, FilePrinterOptions(folder=tmp_path / "file" / "x"))
    assert code(printer.open()) == "printer.folder_unusable"
    assert printer.status.state is DeviceState.NO_DEVICE


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """A process whose files may not grow stands in for a full disk: the write fails half-way."""
    script = (
        "import resource, signal; from pathlib import Path\n"
        "from devices.contract import Deadline; from devices.options import FilePrinterOptions\n"
        "from devices.printers.file_printer import FilePrinter\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"printer = FilePrinter('p', lambda e: None, FilePrinterOptions(folder=Path({str(tmp_path)!r})))\n"
        "printer.open(); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "outcome = printer.print_pdf(b'%PDF-' + bytes(100000), 'x', Deadline(60))\n"
        "print(outcome.end.value, outcome.fault.code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=os.getcwd(),
        timeout=600,
    )
    assert done.stdout.split() == ["failed", "printer.write_failed"]
    assert list(tmp_path.iterdir()) == []
