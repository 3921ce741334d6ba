"""Taking jobs back: from CUPS, and from the printer that may hold them already.

A job that could not be taken back at once, because the spooler or the printer does not answer, is owed:
:meth:`Removal.sweep` tries again until nobody holds it, so that paper put in later never prints it.
"""

from __future__ import annotations

import threading
import time

from devices.contract import Fault
from devices.printers import ipp_client
from devices.printers.spooler import Job, Spooler, left_behind

_CANCEL_SECONDS = 3.0  # for CUPS's backend to tell the printer
_PURGE_SECONDS = 3.0
_POLL_SECONDS = 0.1
_ATTEMPTS = 2


class Removal:
    def __init__(self) -> None:
        self._owed: set[str] = set()
        self._lock = threading.Lock()
        self._looked_for_left_behind = False

    def owe(self, name: str) -> None:
        with self._lock:
            self._owed.add(name)

    @property
    def anything_owed(self) -> bool:
        return bool(self._owed) or not self._looked_for_left_behind

    def finished(self, spooler: Spooler, number: int, name: str) -> None:
        """Remove the document and the record of a job that has ended."""
        if not _purge(spooler, number):
            self.owe(name)

    def take_back(self, spooler: Spooler, number: int, name: str, uri: str, answers: bool) -> Job | Fault:
        """End a job.  The job as it ended in CUPS, or a fault when that, or the printer's part, is not known.

        ``answers``: whether the printer does; if not, nobody waits for its consent.
        """
        self.owe(name)
        spooler.cancel(number)
        job = _wait_for_end(spooler, number, _CANCEL_SECONDS if answers else 0.0)
        purged = _purge(spooler, number)
        at_printer = _cancel_at_printer(uri, _user(spooler), {name}) if uri and answers else None
        if uri and not answers:
            at_printer = Fault("printer.not_answering", "job not taken back")
        if purged and at_printer is None:
            with self._lock:
                self._owed.discard(name)
        return at_printer or job

    def sweep(self, spooler: Spooler, uri: str) -> None:
        """Take back what is owed, and what a process of ours that has ended left in the queue."""
        with self._lock:
            owed = set(self._owed)
        in_queue = spooler.jobs()
        if isinstance(in_queue, Fault):
            return
        unwanted = {number: name for number, name in in_queue.items() if name in owed or left_behind(name)}
        names = owed | set(unwanted.values())
        for name in names:
            self.owe(name)
        purged = {name for number, name in unwanted.items() if _purge(spooler, number)}
        if uri and _cancel_at_printer(uri, _user(spooler), names, with_left_behind=True) is not None:
            return
        self._looked_for_left_behind = True
        with self._lock:
            self._owed -= names - (set(unwanted.values()) - purged)


def end_at_printer(uri: str, spooler: Spooler, name: str) -> int | Fault | None:
    """The state in which the printer itself says that the job of this name ended; nothing if it does not
    say, or cannot be asked at all; a fault when it has to be asked and does not answer."""
    answer: list[ipp_client.PrinterJob] | Fault = []
    for _ in range(_ATTEMPTS if uri else 0):
        answer = ipp_client.get_jobs(uri, _user(spooler), completed=True)
        if not isinstance(answer, Fault):
            break
    if isinstance(answer, Fault):
        return answer
    return next((job.state for job in answer if job.name == name), None)


def _user(spooler: Spooler) -> str:
    user = spooler.user()
    return "" if isinstance(user, Fault) else user


def _wait_for_end(spooler: Spooler, number: int, seconds: float) -> Job | Fault:
    end = time.monotonic() + seconds
    while True:
        job = spooler.job(number)
        if isinstance(job, Fault) or job.over or time.monotonic() >= end:
            return job
        time.sleep(_POLL_SECONDS)


def _purge(spooler: Spooler, number: int) -> bool:
    """True once CUPS knows nothing of the job.

    A job whose filters are still ending keeps its record through the first purge.
    """
    end = time.monotonic() + _PURGE_SECONDS
    while True:
        fault = spooler.purge(number) or spooler.job(number)
        if isinstance(fault, Fault) and fault.code == "printer.job_unknown":
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_SECONDS)


def _cancel_at_printer(uri: str, user: str, names: set[str], with_left_behind: bool = False) -> Fault | None:
    """Nothing if the printer holds none of these jobs, or has accepted to cancel them."""
    refused: Fault | None = None
    for _ in range(_ATTEMPTS):
        jobs = ipp_client.get_jobs(uri, user)
        if isinstance(jobs, Fault):
            return jobs
        unwanted = [job for job in jobs if job.name in names or (with_left_behind and left_behind(job.name))]
        refusals = [ipp_client.cancel_job(uri, job.number, user) for job in unwanted]
        refused = next((refusal for refusal in refusals if refusal is not None), None)
        if refused is None:
            return None
        # It may have ended between the two questions: the next list tells.
    return refused
