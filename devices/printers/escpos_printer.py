"""A thermal printer that speaks ESC/POS, on a serial port, a USB device node or the network.

Pages go out as pictures (``GS v 0``), so that every character comes out whatever the printer's own code
page.  A printer that answers no status question is never called ready; it prints when it is asked to, and
how that ended is then unknown.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

from devices.contract import (
    Check,
    Deadline,
    DeviceState,
    Emit,
    Fault,
    PaperState,
    PrintEnd,
    PrintOutcome,
    Status,
)
from devices.options import EscposOptions
from devices.printers import escpos_check
from devices.printers.base import LockedPrinter, failed
from devices.printers.escpos_job import CUT_FEED_MM, EscposJob
from devices.printers.escpos_line import CLEAR_BUFFER, EscposLine
from devices.printers.escpos_status import ask_status, status_of
from devices.printers.measure import Extent
from devices.printers.raster import DOTS_PER_MM, rasterize
from devices.serial_port import PortFinder

_STATUS_SECONDS = 1.0
_STEP_SECONDS = 0.3
_CLEAR_SECONDS = 0.5
_UNKNOWN = "printer.status_unknown"


class EscposPrinter(LockedPrinter):
    driver: ClassVar[str] = "escpos"

    def __init__(self, name: str, emit: Emit, options: EscposOptions) -> None:
        super().__init__(name, emit, options.role, options)
        self._options = options
        self._finder = PortFinder(options.port) if options.port is not None else None
        self._line: EscposLine | None = None
        self._next_status = 0.0
        self._answers_status = False  # it has ever answered DLE EOT
        self._knows_fence: bool | None = None  # unknown until the first job
        self._firmware = ""  # told by the self-test
        self._rows_printed = 0  # of the last job
        self._unfinished_bytes = 0  # of a picture that broke off: the printer still takes them as dots

    # --- the three verbs --------------------------------------------------------------------------

    def open(self) -> Fault | None:
        with self._job_lock:
            return self._connect()

    def step(self) -> Fault | None:
        time.sleep(_STEP_SECONDS)
        if time.monotonic() < self._next_status or not self._job_lock.acquire(blocking=False):
            return None
        try:
            # A job that broke off has dropped the line, so that nothing of it is left on the way.
            return self._connect() if self._line is None else self._tell_status(self._line)
        finally:
            self._job_lock.release()

    def close(self) -> None:
        with self._job_lock:
            self._drop_line()

    def _drop_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _connect(self) -> Fault | None:
        self._drop_line()
        line = EscposLine.open(self._finder, self._options.baud, self._options.host)
        if isinstance(line, Fault):
            missing = line.code == "serial.port_missing"
            state = DeviceState.NO_DEVICE if missing else DeviceState.OFFLINE
            self.publish(Status(state, line, paper=PaperState.UNKNOWN))
            return line
        self._line = line
        return self._tell_status(line)

    def _tell_status(self, line: EscposLine) -> Fault | None:
        status = self._ask(line)
        self._next_status = time.monotonic() + _STATUS_SECONDS
        if isinstance(status, Fault):
            return status
        self.publish(status)
        return None

    def _ask(self, line: EscposLine) -> Status | Fault:
        raw = ask_status(line)
        if isinstance(raw, Fault):
            return raw
        if not raw.answered and self._answers_status:
            return Fault("printer.not_answering", "no answer to DLE EOT, which it has answered before")
        self._answers_status = self._answers_status or raw.answered
        return status_of(raw, self._detail)

    @property
    def _detail(self) -> str:
        place = f"{self._options.port or self._options.host}"
        return f"{place}, {self._firmware}" if self._firmware else place

    def self_test(self, deadline: Deadline) -> list[Check]:
        if not self._job_lock.acquire(timeout=deadline.remaining_seconds):
            return [Check("line", False, "a job is being printed", Fault("printer.busy"))]
        try:
            if self._line is None and (fault := self._connect()) is not None:
                return [Check("line", False, fault.cause, fault)]
            assert self._line is not None
            made, told = escpos_check.checks(self._line, self._detail)
            self._firmware = told or self._firmware
            self._next_status = 0.0
            return made
        finally:
            self._job_lock.release()

    # --- printing ---------------------------------------------------------------------------------

    def _print(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        line = self._line
        if line is None:
            return failed(self.status.fault or Fault("printer.offline", "not open"))
        pages = rasterize(pdf, self._options.width_dots)
        if isinstance(pages, Fault):
            return failed(pages)
        if not pages:
            return failed(Fault("printer.bad_document", "nothing on it", permanent=True))
        status = self._ask(line)
        if isinstance(status, Fault):
            return failed(status)
        if status.fault is not None and status.fault.code != _UNKNOWN:
            self.publish(status)
            return failed(status.fault)
        self.publish(replace(status, state=DeviceState.BUSY, fault=None))
        job = EscposJob(line, deadline, self._answers_status, self._knows_fence)
        fault = job.run(pages, self._unfinished_bytes)
        self._knows_fence = job.knows_fence
        self._rows_printed = job.rows_printed
        if fault is not None and fault.code != "printer.end_unknown":
            outcome = self._break_off(line, fault)
            if outcome.end is PrintEnd.FAILED:
                self._use_paper(Extent(0, round(job.rows_printed / DOTS_PER_MM)))
            return outcome
        self._unfinished_bytes = 0
        after = self._ask(line)
        if isinstance(after, Status):
            self.publish(after)  # what the printer lacks now concerns the next job
        return PrintOutcome(PrintEnd.COMPLETED if fault is None else PrintEnd.UNKNOWN, fault)

    def _extent_on_paper(self, document: Extent) -> Extent:
        """What was drawn, without the blank end that is not printed, and the way to the cutter."""
        return Extent(document.pages, round(self._rows_printed / DOTS_PER_MM) + CUT_FEED_MM)

    def _break_off(self, line: EscposLine, fault: Fault) -> PrintOutcome:
        """Nothing more of this job: neither from our side nor from the printer's buffer.

        The end is certain only if the printer still answers, and so has heard that it is to forget it.
        """
        self._unfinished_bytes = line.line.unsent_bytes if self._options.host is None else 0
        line.line.discard_output()
        cleared = line.line.write(CLEAR_BUFFER, Deadline(_CLEAR_SECONDS)) is None
        status = self._ask(line) if cleared else fault
        self._drop_line()
        self._next_status = 0.0
        if isinstance(status, Fault):
            self.publish(Status(DeviceState.OFFLINE, status, paper=PaperState.UNKNOWN))
            return PrintOutcome(PrintEnd.UNKNOWN, fault)
        self.publish(status)
        certain = status.fault is None or status.fault.code != _UNKNOWN
        return PrintOutcome(PrintEnd.FAILED if certain else PrintEnd.UNKNOWN, fault)
