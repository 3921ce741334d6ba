"""What we ask of CUPS, each with an end: a spooler that hangs ends a wait, not the terminal.

Each call has a connection of its own on a thread of its own, because libcups waits without a time-out.
Documents go to CUPS from memory; nothing of them is written by us.

Every job's name ends in a mark of the machine and the process that sent it.  So a job that a process left
behind (power cut, crash) is found and removed by the next one on that machine, and jobs of live processes,
and those of other terminals that share the printer, are left alone.

Fault codes: ``printer.spooler_down``, ``printer.spooler_not_answering``, ``printer.queue_missing``,
``printer.job_refused``, ``printer.job_unknown``.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from devices.background import Background
from devices.contract import Deadline, Fault
from values import dataclass

T = TypeVar("T")

CALL_SECONDS = 3.0
_MARK = re.compile(r"kiosk-([0-9a-f]{8})-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]+$")
_TITLE_CHARS = 60
_NOT_FOUND = 0x0406
_INITIAL_NAMESPACE = 0xEFFFFFFC  # PROC_PID_INIT_INO of the Linux kernel

# RFC 8011, 5.3.7
PENDING, HELD, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = range(3, 10)


@dataclass(frozen=True)
class Queue:
    state: int
    reasons: tuple[str, ...]
    device_uri: str
    accepting: bool
    message: str = ""


@dataclass(frozen=True)
class Job:
    state: int
    reasons: tuple[str, ...]
    printer_reasons: tuple[str, ...]
    began: bool = False  # it has been given to the printer, be it only for a moment

    @property
    def over(self) -> bool:
        return self.state >= CANCELED


def marked_name(title: str) -> str:
    """``title`` and the mark of this process, unique for each job."""
    printable = "".join(char for char in title if char.isprintable())[:_TITLE_CHARS]
    pid = os.getpid()
    return f"{printable} kiosk-{_machine()}-{_boot()}-{pid}-{_started(pid)}-{secrets.token_hex(4)}"


def left_behind(name: str) -> bool:
    """Whether a job of this name was sent by a process of this machine that has ended."""
    mark = _MARK.search(name)
    if mark is None or mark[1] != _machine():
        return False
    return mark[2] != _boot() or _started(int(mark[3])) != int(mark[4])


@cache
def _machine() -> str:
    """Which machine this is, as eight digits: what a process number means elsewhere, nobody knows here.

    Containers of one machine number their processes each for itself: theirs count as machines of their own.
    """
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        machine = socket.gethostname()
    return _digest(f"{machine}|{_namespace()}")


@cache
def _boot() -> str:
    try:
        return _digest(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return "0" * 8


def _namespace() -> str:
    """Empty in the machine's own namespace of processes, whose number is the same after each start."""
    try:
        name = os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
    return "" if name == f"pid:[{_INITIAL_NAMESPACE}]" else name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _started(pid: int) -> int:
    """Clock ticks from boot to the start of a process; 0 if there is none.  See proc(5), field 22."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


class Spooler:
    """Calls to one queue.  Not for two threads at once."""

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._background: Background[Any] = Background(f"cups {queue}")

    def user(self) -> str | Fault:
        """The name under which jobs are sent."""
        return self._call(lambda cups, _connection: str(cups.getUser()))

    def queue(self) -> Queue | Fault:
        def ask(cups: Any, connection: Any) -> Queue | Fault:
            # Not getPrinterAttributes: in pycups 2.0.4 each call of it loses a kilobyte, once a second.
            printers = {name.casefold(): each for name, each in connection.getPrinters().items()}
            found = printers.get(self._queue.casefold())  # CUPS, too, takes a name in any case
            if found is None:
                return _queue_fault(_NOT_FOUND, "no queue of this name")
            rejecting = int(found.get("printer-type", 0)) & cups.CUPS_PRINTER_REJECTING
            return Queue(
                int(found.get("printer-state", 0)),
                _reasons(found.get("printer-state-reasons")),
                str(found.get("device-uri", "")),
                not rejecting,
                str(found.get("printer-state-message", "")),
            )

        return self._call(ask)

    def submit(self, pdf: bytes, name: str, options: dict[str, str]) -> int | Fault:
        """The number of the new job.  A job that CUPS did not take whole is removed again."""

        def send(cups: Any, connection: Any) -> int | Fault:
            number = int(connection.createJob(self._queue, name, options))
            try:
                connection.startDocument(self._queue, number, "document.pdf", cups.CUPS_FORMAT_PDF, 1)
                connection.writeRequestData(pdf, len(pdf))
                status = connection.finishDocument(self._queue)
            except (cups.IPPError, cups.HTTPError, RuntimeError):
                connection.cancelJob(number, purge_job=True)
                raise
            if status >= 0x0400:
                connection.cancelJob(number, purge_job=True)
                return Fault("printer.job_refused", f"IPP status {status:#06x}")
            return number

        return self._call(send, _submit_fault)

    def job(self, number: int) -> Job | Fault:
        """``printer.job_unknown`` once CUPS knows nothing of it any more."""

        def ask(_cups: Any, connection: Any) -> Job:
            found = connection.getJobAttributes(
                number,
                requested_attributes=[
                    "job-state",
                    "job-state-reasons",
                    "job-printer-state-reasons",
                    "time-at-processing",
                ],
            )
            return Job(
                int(found.get("job-state", 0)),
                _reasons(found.get("job-state-reasons")),
                _reasons(found.get("job-printer-state-reasons")),
                bool(found.get("time-at-processing")),
            )

        return self._call(ask, _job_fault)

    def cancel(self, number: int) -> Fault | None:
        """Ask for the end of a job; its backend tells the printer."""
        return self._end(number, purge=False)

    def purge(self, number: int) -> Fault | None:
        """End a job at once and remove its document and its record."""
        return self._end(number, purge=True)

    def jobs(self) -> dict[int, str] | Fault:
        """Number and name of each job of ours in the queue, finished ones included."""

        def ask(_cups: Any, connection: Any) -> dict[int, str]:
            found = connection.getJobs(
                which_jobs="all",
                my_jobs=True,
                requested_attributes=["job-id", "job-name", "job-printer-uri"],
            )
            return {
                int(number): str(job.get("job-name", ""))
                for number, job in found.items()
                if str(job.get("job-printer-uri", "")).rpartition("/")[2] == self._queue
            }

        return self._call(ask)

    def resume(self) -> Fault | None:
        """Start a queue again that CUPS stopped; needs the right to (group lpadmin)."""
        answer = self._call(lambda _cups, connection: connection.enablePrinter(self._queue) or True)
        return answer if isinstance(answer, Fault) else None

    def _end(self, number: int, purge: bool) -> Fault | None:
        def end(_cups: Any, connection: Any) -> bool:
            connection.cancelJob(number, purge_job=purge)
            return True

        answer = self._call(end, _job_fault)
        return answer if isinstance(answer, Fault) else None

    def _call(
        self, call: Callable[[Any, Any], T | Fault], explain: Callable[[int, str], Fault] | None = None
    ) -> T | Fault:
        import cups

        def run() -> T | Fault:
            cups.setPasswordCB(lambda _prompt: "")  # libcups would ask on the terminal otherwise
            try:
                return call(cups, cups.Connection())
            except cups.IPPError as error:
                status, text = int(error.args[0]), str(error.args[1] if len(error.args) > 1 else "")
                return (explain or _queue_fault)(status, text)
            except (cups.HTTPError, RuntimeError) as error:
                return Fault("printer.spooler_down", f"{type(error).__name__} {error.args[:1]}")

        deadline = Deadline(CALL_SECONDS)
        if not self._background.start(run):
            self._background.wait(deadline)
            if not self._background.start(run):
                return _not_answering()
        answer: T | Fault | None = self._background.wait(deadline)
        return _not_answering() if answer is None else answer


def _not_answering() -> Fault:
    return Fault("printer.spooler_not_answering", f"CUPS: no answer within {CALL_SECONDS:g} s")


def _queue_fault(status: int, text: str) -> Fault:
    if status == _NOT_FOUND:
        return Fault("printer.queue_missing", text, permanent=True)
    return Fault("printer.spooler_down", f"IPP status {status:#06x} {text}")


def _submit_fault(status: int, text: str) -> Fault:
    if status == _NOT_FOUND:
        return _queue_fault(status, text)
    return Fault("printer.job_refused", f"IPP status {status:#06x} {text}")


def _job_fault(status: int, text: str) -> Fault:
    if status == _NOT_FOUND:
        return Fault("printer.job_unknown", text)
    return Fault("printer.job_refused", f"IPP status {status:#06x} {text}")


def _reasons(value: object) -> tuple[str, ...]:
    """pycups gives one reason as a text and several as a list."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(reason) for reason in value) if isinstance(value, list) else ()
