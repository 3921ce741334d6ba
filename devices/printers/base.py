"""What all printers share: one job at a time, the checks before it, and an end that is always told.

Fault codes: ``printer.busy``, ``printer.cancelled``, ``printer.timeout``, ``printer.bad_document``,
``device.crashed``.
"""

from __future__ import annotations

import logging
import threading
import traceback
from abc import abstractmethod

from devices.contract import (
    Capability,
    Deadline,
    Emit,
    Fault,
    PrintEnd,
    PrinterDriver,
    PrintOutcome,
)

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

    def __init__(self, name: str, emit: Emit, role: str) -> None:
        super().__init__(name, emit)
        self.role = Capability(role)
        self.capabilities = frozenset({self.role})
        self._job_lock = threading.Lock()

    def print_pdf(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        while not self._job_lock.acquire(timeout=0.1):
            if deadline.over:
                return failed(Fault("printer.busy", "another job did not end in time"))
        try:
            if deadline.over:
                return failed(deadline_fault(deadline))
            if _PDF_HEAD not in pdf[:_PDF_HEAD_WITHIN_BYTES]:
                return failed(Fault("printer.bad_document", "no PDF", permanent=True))
            return self._print(pdf, title, deadline)
        except Exception as error:  # noqa: BLE001 - the caller must learn the end, whatever happens here
            frame = traceback.extract_tb(error.__traceback__)[-1]
            cause = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
            log.error("device.crashed device=%s cause=%s", self.name, cause)
            return PrintOutcome(PrintEnd.UNKNOWN, Fault("device.crashed", cause))
        finally:
            self._job_lock.release()

    @abstractmethod
    def _print(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        """One job, alone; the deadline still holds and the document is a PDF."""
