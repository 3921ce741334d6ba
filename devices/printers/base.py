"""What all printers share: one job at a time, the checks before it, an end that is always told, and paper
that is counted.

Where the configuration says how much paper goes in, what was printed is taken off, and a printer that says
"full" is shown as low from the configured point on.  What the printer itself says about its paper is never
made better than it is.

Fault codes: ``printer.busy``, ``printer.cancelled``, ``printer.timeout``, ``printer.bad_document``,
``device.crashed``.
"""

from __future__ import annotations

import logging
import threading
import traceback
from abc import abstractmethod
from dataclasses import replace

from devices.contract import (
    Capability,
    Deadline,
    Emit,
    Fault,
    PaperState,
    PrintEnd,
    PrinterDriver,
    PrintOutcome,
    Status,
    SupplyChanged,
)
from devices.options import PaperOptions
from devices.printers.measure import Extent, extent_of
from devices.printers.supplies import full_supply, used_of

_PDF_HEAD = b"%PDF-"
_PDF_HEAD_WITHIN_BYTES = 1024  # readers accept a little before it

log = logging.getLogger(__name__)


def failed(fault: Fault, job: str = "") -> PrintOutcome:
    return PrintOutcome(PrintEnd.FAILED, fault, job)


def deadline_fault(deadline: Deadline) -> Fault:
    """Why a deadline no longer holds."""
    if deadline.was_cancelled:
        return Fault("printer.cancelled", "called off")
    return Fault("printer.timeout", "not done in time")


class LockedPrinter(PrinterDriver):
    """A printer whose jobs queue up on a lock; ``step`` and a job never talk to the device together."""

    def __init__(self, name: str, emit: Emit, role: str, paper: PaperOptions) -> None:
        super().__init__(name, emit)
        self.role = Capability(role)
        self.capabilities = frozenset({self.role})
        self._job_lock = threading.Lock()
        self._supply_lock = threading.RLock()
        self._own_word = self.status  # what the printer itself said last
        self._ran_out = False  # as foreseen: whatever is put in now is new
        self.supply = full_supply(paper)

    def publish(self, status: Status) -> None:
        with self._supply_lock:
            self._note_new_paper(status)
            self._own_word = status
            low = self.supply is not None and self.supply.is_low
            if low and status.paper in (PaperState.FULL, PaperState.UNKNOWN):
                status = replace(status, paper=PaperState.LOW)
            super().publish(status)

    def fill(self, left: int | None = None) -> None:
        with self._supply_lock:
            if self.supply is None:
                return
            self._ran_out = False
            self._set_left(self.supply.capacity if left is None else left)

    def _use_paper(self, extent: Extent) -> None:
        with self._supply_lock:
            if self.supply is not None:
                self._set_left(self.supply.left - used_of(self.supply, extent))

    def _set_left(self, left: int) -> None:
        assert self.supply is not None
        supply = replace(self.supply, left=max(0, min(left, self.supply.capacity)))
        if supply != self.supply:
            self.supply = supply
            self._emit(SupplyChanged(self.name, supply))
            self.publish(self._own_word)

    def _note_new_paper(self, status: Status) -> None:
        """Paper that ran out when the count said so, and is there again, is a new roll or tray.

        Paper "out" while much should be left says nothing: many printers say so of an open cover.
        """
        if status.paper is PaperState.OUT:
            self._ran_out = self._ran_out or (self.supply is not None and self.supply.is_low)
        elif self._ran_out and status.fault is None and status.paper in (PaperState.FULL, PaperState.LOW):
            self.fill()

    def print_pdf(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        while not self._job_lock.acquire(timeout=0.1):
            if deadline.over:
                return failed(Fault("printer.busy", "another job did not end in time"))
        try:
            if deadline.over:
                return failed(deadline_fault(deadline))
            if _PDF_HEAD not in pdf[:_PDF_HEAD_WITHIN_BYTES]:
                return failed(Fault("printer.bad_document", "no PDF", permanent=True))
            outcome = self._print(pdf, title, deadline)
        except Exception as error:  # noqa: BLE001 - the caller must learn the end, whatever happens here
            frame = traceback.extract_tb(error.__traceback__)[-1]
            cause = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
            log.error("device.crashed device=%s cause=%s", self.name, cause)
            return PrintOutcome(PrintEnd.UNKNOWN, Fault("device.crashed", cause))
        else:
            self._count(outcome, pdf)
            return outcome
        finally:
            self._job_lock.release()

    def _count(self, outcome: PrintOutcome, pdf: bytes) -> None:
        """A job whose end is unknown may have used all of its paper: it is counted as if it had."""
        if outcome.fault is not None and self.status.fault != outcome.fault:
            self.count_fault(outcome.fault)  # a fault that the status tells, too, is counted there
        if outcome.end is PrintEnd.FAILED:
            self.counters["failed_jobs"] += 1
            return
        extent = extent_of(pdf)
        if outcome.end is PrintEnd.COMPLETED:
            self.counters["jobs"] += 1
            self.counters["pages"] += extent.pages
        self._use_paper(self._extent_on_paper(extent))

    def _extent_on_paper(self, document: Extent) -> Extent:
        """How much paper a printed document takes; thermal printers cut away its blank end."""
        return document

    @abstractmethod
    def _print(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        """One job, alone; the deadline still holds and the document is a PDF."""
