"""A printer behind a CUPS queue.

The state comes from two sides.  CUPS says whether the queue exists, runs and takes jobs.  What the
printer lacks, the printer itself says, where it speaks IPP: CUPS keeps the reasons of the last job and
hides a dead printer.  A printer that cannot be asked (USB, a PDF backend) reports only while it prints;
at rest the state of its paper is unknown.

Fault codes besides those of the modules used: ``printer.queue_stopped``, ``printer.queue_rejecting``,
``printer.job_aborted``, ``printer.job_held``.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

from devices.background import Background
from devices.contract import (
    Capability,
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
from devices.options import CupsOptions
from devices.printers import cups_check, reasons
from devices.printers.base import LockedPrinter, deadline_fault, failed
from devices.printers.ipp_client import Description, PrinterAnswer, get_description, get_printer
from devices.printers.removal import Removal, end_at_printer
from devices.printers.spooler import (
    ABORTED,
    CANCELED,
    COMPLETED,
    HELD,
    PENDING,
    PROCESSING,
    STOPPED,
    Job,
    Queue,
    Spooler,
    marked_name,
)
from values import dataclass

_MEDIA = {Capability.DOCUMENT: {"media": "iso_a4_210x297mm"}}  # a queue's own default is often US letter
_SURVEY_SECONDS = 1.0
_STEP_SECONDS = 0.3
_JOB_POLL_SECONDS = 0.15
_PRINTER_POLL_SECONDS = 0.8
_SAME_FAULT_TIMES = 2  # a reason that passes by itself ends no job
_GOES_ON_PRINTING = frozenset({"printer.supply_empty", "printer.output_full"})
_SILENT = frozenset({"printer.offline", "printer.not_answering"})
_NOBODY_THERE = _SILENT | {"printer.bad_answer"}


@dataclass(frozen=True)
class _Survey:
    queue: Queue | Fault
    printer: PrinterAnswer | Fault | None  # None: it cannot be asked


class CupsPrinter(LockedPrinter):
    driver: ClassVar[str] = "cups"

    def __init__(self, name: str, emit: Emit, options: CupsOptions) -> None:
        super().__init__(name, emit, options.role, options)
        self._options = options
        self._watching = Spooler(options.queue)
        self._printing = Spooler(options.queue)
        self._removal = Removal()
        self._survey: Background[_Survey] = Background(f"watch {name}")
        self._next_survey = 0.0
        self._described = ""  # model and firmware, as the printer tells them

    def open(self) -> Fault | None:
        self._next_survey = 0.0
        survey = self._look(self._watching)
        self._described = ""
        self.publish(self._status_of(survey))
        return survey.queue if isinstance(survey.queue, Fault) else None

    def self_test(self, deadline: Deadline) -> list[Check]:
        return cups_check.checks(self._options.queue, self._printer_uri)

    def step(self) -> Fault | None:
        if self._survey.running_seconds == 0.0 and time.monotonic() >= self._next_survey:
            self._survey.start(self._look_and_sweep)
            self._next_survey = time.monotonic() + _SURVEY_SECONDS
        began = time.monotonic()
        survey = self._survey.take(_STEP_SECONDS)
        if survey is None:
            time.sleep(max(0.0, _STEP_SECONDS - (time.monotonic() - began)))
            return None
        if self._job_lock.acquire(blocking=False):  # a job tells the status itself
            try:
                self.publish(self._status_of(survey))
            finally:
                self._job_lock.release()
        return survey.queue if isinstance(survey.queue, Fault) else None

    def close(self) -> None:
        """Nothing is held: every call has a connection of its own."""

    # --- looking ----------------------------------------------------------------------------------

    def _look(self, spooler: Spooler) -> _Survey:
        queue = spooler.queue()
        uri = self._printer_uri(queue)
        return _Survey(queue, get_printer(uri) if uri else None)

    def _look_and_sweep(self) -> _Survey:
        survey = self._look(self._watching)
        if isinstance(survey.printer, PrinterAnswer) and not self._described:
            told = get_description(self._printer_uri(survey.queue))
            if isinstance(told, Description):
                self._described = " ".join(part for part in (told.model, told.firmware) if part) or "-"
        if self._removal.anything_owed and not isinstance(survey.printer, Fault):
            self._removal.sweep(self._watching, self._printer_uri(survey.queue))
        return survey

    def _printer_uri(self, queue: Queue | Fault) -> str:
        if self._options.printer_uri or isinstance(queue, Fault):
            return self._options.printer_uri or ""
        uri = queue.device_uri.partition("?")[0]
        return uri if uri.startswith(("ipp://", "ipps://")) else ""

    def _status_of(self, survey: _Survey, at_rest: bool = True) -> Status:
        queue, printer = survey.queue, survey.printer
        detail = f"queue {self._options.queue}"
        if isinstance(queue, Fault):
            missing = queue.code == "printer.queue_missing"
            return Status(DeviceState.NO_DEVICE if missing else DeviceState.OFFLINE, queue, detail=detail)
        detail = f"{detail}, {queue.device_uri.partition('?')[0]}"
        if self._described.strip("-"):
            detail = f"{detail}, {self._described}"
        if isinstance(printer, Fault):
            return Status(DeviceState.OFFLINE, printer, paper=PaperState.UNKNOWN, detail=detail)
        if queue.state == reasons.STOPPED:
            fault = Fault("printer.queue_stopped", queue.message)
            return Status(DeviceState.OFFLINE, fault, paper=PaperState.UNKNOWN, detail=detail)
        if not queue.accepting:
            fault = Fault("printer.queue_rejecting", queue.message, permanent=True)
            return Status(DeviceState.OFFLINE, fault, paper=PaperState.UNKNOWN, detail=detail)
        if printer is not None:
            return reasons.status_of(printer.state, printer.reasons, detail)
        status = reasons.status_of(queue.state, queue.reasons, detail, paper_known=False)
        if at_rest and queue.state == reasons.IDLE and status.state is DeviceState.USER_ERROR:
            # What the last job reported; only the next one will tell whether somebody has seen to it.
            return Status(DeviceState.ONLINE, paper=PaperState.UNKNOWN, detail=status.detail)
        return status

    # --- printing ---------------------------------------------------------------------------------

    def _print(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        before = self._look(self._printing)
        status = self._status_of(before)
        if status.fault is not None:
            self.publish(status)
            return failed(status.fault)
        uri = self._printer_uri(before.queue)
        self.publish(replace(status, state=DeviceState.BUSY))
        name = marked_name(title)
        number = self._printing.submit(pdf, name, _MEDIA.get(self.role, {}))
        if isinstance(number, Fault):
            self._removal.owe(name)  # it may have arrived all the same
            self.publish(status)
            return failed(number)
        outcome = self._follow(number, name, uri, deadline)
        self.publish(self._status_of(self._look_after(before, outcome)))
        return outcome

    def _look_after(self, before: _Survey, outcome: PrintOutcome) -> _Survey:
        if outcome.fault is not None and outcome.fault.code in _NOBODY_THERE:
            return replace(before, printer=outcome.fault)  # nobody waits for it a third time
        after = self._look(self._printing)
        if isinstance(after.queue, Queue) and after.queue.state == reasons.STOPPED:
            # Our job stopped it, it ran before.  Without the right to start it again it stays stopped.
            self._printing.resume()
            after = self._look(self._printing)
        return after

    def _follow(self, number: int, name: str, uri: str, deadline: Deadline) -> PrintOutcome:
        label = f"{self._options.queue}-{number}"
        began, answers = False, True
        fault: Fault | None = None
        seen: Fault | None = None
        times, next_look = 0, 0.0
        while fault is None:
            job = self._printing.job(number)
            if isinstance(job, Fault) and job.code == "printer.job_unknown":
                return self._vanished(number, name, uri, job)
            if isinstance(job, Job):
                if job.state == COMPLETED:
                    self._removal.finished(self._printing, number, name)
                    ended = end_at_printer(uri, self._printing, name)
                    # Seen with CUPS 2.4: a job that the printer breaks off early, or in which it dies, can
                    # count as completed.
                    if isinstance(ended, Fault) and ended.code in _SILENT:
                        return PrintOutcome(PrintEnd.UNKNOWN, ended, label)
                    if ended in (CANCELED, ABORTED):
                        return failed(seen or Fault("printer.job_aborted", "says the printer"), label)
                    return PrintOutcome(PrintEnd.COMPLETED, job=label)
                if job.over:
                    self._removal.finished(self._printing, number, name)
                    return failed(seen or Fault("printer.job_aborted", ", ".join(job.reasons)), label)
                fault = _stuck(job, began)
                began = began or job.began or job.state == PROCESSING
            if fault is None and time.monotonic() >= next_look:
                now = self._trouble(self._look(self._printing), job)
                same = now is not None and seen is not None and now.code == seen.code
                times = times + 1 if same else 1
                seen = now
                answers = seen is None or seen.code not in _NOBODY_THERE
                if seen is not None and times >= _SAME_FAULT_TIMES:
                    fault = seen
                next_look = time.monotonic() + _PRINTER_POLL_SECONDS
            if fault is None and not deadline.wait(_JOB_POLL_SECONDS):
                fault = deadline_fault(deadline)
        taken = self._removal.take_back(self._printing, number, name, uri, answers)
        if isinstance(taken, Job) and taken.state == COMPLETED:
            return PrintOutcome(PrintEnd.COMPLETED, job=label)  # it was faster than we
        certain = not began or (bool(uri) and not isinstance(taken, Fault))
        return PrintOutcome(PrintEnd.FAILED if certain else PrintEnd.UNKNOWN, fault, label)

    def _trouble(self, survey: _Survey, job: Job | Fault) -> Fault | None:
        """What keeps the printer from printing just now."""
        if isinstance(survey.queue, Queue) and survey.printer is None and isinstance(job, Job):
            merged = (*survey.queue.reasons, *job.printer_reasons)
            survey = replace(survey, queue=replace(survey.queue, reasons=merged))
        fault = self._status_of(survey, at_rest=False).fault
        state = survey.printer.state if isinstance(survey.printer, PrinterAnswer) else reasons.PROCESSING
        if fault is not None and fault.code in _GOES_ON_PRINTING and state != reasons.STOPPED:
            return None
        return fault

    def _vanished(self, number: int, name: str, uri: str, fault: Fault) -> PrintOutcome:
        """CUPS forgot the job: it keeps no history, or somebody removed it.  The printer may know."""
        label = f"{self._options.queue}-{number}"
        if end_at_printer(uri, self._printing, name) == COMPLETED:
            return PrintOutcome(PrintEnd.COMPLETED, job=label)
        self._removal.owe(name)
        return PrintOutcome(PrintEnd.UNKNOWN, fault, label)


def _stuck(job: Job, began: bool) -> Fault | None:
    """A job that will not go on by itself, or that CUPS means to try again later."""
    cause = ", ".join(job.reasons)
    if job.state == HELD:
        return Fault("printer.job_held", cause)
    if job.state == STOPPED:
        return Fault("printer.queue_stopped", cause)
    if job.state == PENDING and began:
        return Fault("printer.job_aborted", f"sent back to the queue: {cause}")
    return None
