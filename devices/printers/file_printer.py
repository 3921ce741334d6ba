"""A printer that is a folder of PDFs, with a control file to make it misbehave from outside.

Each finished job is ``job-<UTC time>-<n>.pdf``, complete and synced before the job counts as printed; no
file is ever written over.  ``.printer.json`` in the folder is read again and again, so that the condition
can change in the middle of a job; every key may be missing:

    {"paper": "full" | "low" | "out" | "jammed",      default "full"
     "door_open": true | false, "offline": true | false,
     "fails": "never" | "half_way",                   each job breaks off after half of its time
     "job_seconds": 0.0}                              how long a job takes

Fault codes: ``printer.paper_out``, ``printer.paper_jam``, ``printer.door_open``, ``printer.offline``,
``printer.job_aborted``, ``printer.write_failed``, ``printer.folder_unusable``, ``printer.control_file``,
``printer.no_space``.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
from devices.options import FilePrinterOptions
from devices.printers.base import LockedPrinter, deadline_fault, failed

CONTROL_FILE = ".printer.json"
_POLL_SECONDS = 0.05
_STEP_SECONDS = 0.3
_CONTROL_MAX_BYTES = 4096
_FORGOTTEN_SECONDS = 600.0
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})  # e.g. a USB stick
_MAX_SAME_SECOND_JOBS = 10_000
_LEAST_FREE_BYTES = 64 * 2**20  # some hundred papers


class Condition(BaseModel):
    """What the control file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paper: Literal["full", "low", "out", "jammed"] = "full"
    door_open: bool = False
    offline: bool = False
    fails: Literal["never", "half_way"] = "never"
    job_seconds: float = Field(default=0.0, ge=0.0, le=3600.0)


def set_condition(folder: Path, condition: Condition) -> None:
    """Write the control file, in one piece.  Works from any process that may write to the folder."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=CONTROL_FILE, suffix=".new")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(condition.model_dump_json(indent=1))
    os.replace(name, folder / CONTROL_FILE)


def read_condition(folder: Path) -> Condition | Fault:
    try:
        with open(folder / CONTROL_FILE, "rb") as file:
            text = file.read(_CONTROL_MAX_BYTES + 1)
    except FileNotFoundError:
        return Condition()
    except OSError as error:
        return Fault("printer.control_file", f"{CONTROL_FILE}: {_name(error)}")
    if len(text) > _CONTROL_MAX_BYTES:
        return Fault("printer.control_file", f"{CONTROL_FILE}: more than {_CONTROL_MAX_BYTES} bytes")
    try:
        return Condition.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        return Fault("printer.control_file", f"{CONTROL_FILE}: {key}: {first['msg']}")


class FilePrinter(LockedPrinter):
    driver: ClassVar[str] = "file_printer"

    def __init__(self, name: str, emit: Emit, options: FilePrinterOptions) -> None:
        super().__init__(name, emit, options.role, options)
        self.folder = options.folder

    def open(self) -> Fault | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
            self._remove_forgotten()
        except OSError as error:
            fault = Fault("printer.folder_unusable", f"{self.folder}: {_name(error)}")
            self.publish(Status(DeviceState.NO_DEVICE, fault))
            return fault
        self._publish_status()
        return None

    def step(self) -> Fault | None:
        if self._job_lock.acquire(blocking=False):
            try:
                self._publish_status()
            finally:
                self._job_lock.release()
        if not self.folder.is_dir():
            return Fault("printer.folder_unusable", f"{self.folder}: gone")
        time.sleep(_STEP_SECONDS)
        return None

    def close(self) -> None:
        """Nothing is held between two jobs."""

    def self_test(self, deadline: Deadline) -> list[Check]:
        """``folder`` (a file can be written, synced and removed), ``space``, ``control`` and ``paper``."""
        made = [self._write_check(), self._space_check()]
        status = _status_of(read_condition(self.folder))
        name = "control" if status.fault and status.fault.code == "printer.control_file" else "paper"
        told = status.paper.value if status.paper else ""
        return [*made, Check(name, status.fault is None, told, status.fault)]

    def _write_check(self) -> Check:
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".test-") as file:
                file.write(bytes(4096))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            fault = Fault("printer.folder_unusable", f"{self.folder}: {_name(error)}")
            return Check("folder", False, fault.cause, fault)
        return Check("folder", True, f"{self.folder} can be written to")

    def _space_check(self) -> Check:
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            fault = Fault("printer.folder_unusable", f"{self.folder}: {_name(error)}")
            return Check("space", False, fault.cause, fault)
        told = f"{free // 2**20} MiB free"
        if free < _LEAST_FREE_BYTES:
            return Check("space", False, told, Fault("printer.no_space", told))
        return Check("space", True, told)

    def _print(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        status = self._publish_status()
        if status.fault is not None:
            return failed(status.fault)
        self.publish(replace(status, state=DeviceState.BUSY))
        fault = self._take_time(deadline)
        job = self._write(pdf) if fault is None else fault
        self._publish_status()
        if isinstance(job, Fault):
            return failed(job)
        return PrintOutcome(PrintEnd.COMPLETED, job=job)

    def _take_time(self, deadline: Deadline) -> Fault | None:
        """As long as the job takes, with an eye on the condition."""
        began = time.monotonic()
        while True:
            if deadline.over:
                return deadline_fault(deadline)
            condition = read_condition(self.folder)
            if fault := _status_of(condition).fault:
                return fault
            assert isinstance(condition, Condition)
            elapsed = time.monotonic() - began
            if condition.fails == "half_way" and elapsed >= condition.job_seconds / 2:
                return Fault("printer.job_aborted", "broke off half-way, as told")
            if elapsed >= condition.job_seconds:
                return None
            deadline.wait(min(_POLL_SECONDS, condition.job_seconds - elapsed))

    def _write(self, pdf: bytes) -> str | Fault:
        """The name of the new file.  It appears complete and synced, or not at all."""
        try:
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".job-", suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(pdf)
                    file.flush()
                    os.fsync(file.fileno())
                job = self._give_name(temporary)
            finally:
                Path(temporary).unlink(missing_ok=True)
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            return Fault("printer.write_failed", f"{self.folder}: {_name(error)}")
        return job

    def _give_name(self, temporary: str) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        for number in range(1, _MAX_SAME_SECOND_JOBS):
            job = f"job-{stamp}-{number}"
            path = self.folder / f"{job}.pdf"
            try:
                os.link(temporary, path)
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in _NO_HARD_LINKS:
                    raise
                try:
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                except FileExistsError:
                    continue
                os.replace(temporary, path)
            return job
        raise OSError(errno.EEXIST, "no free name")

    def _publish_status(self) -> Status:
        status = _status_of(read_condition(self.folder))
        self.publish(status)
        return status

    def _remove_forgotten(self) -> None:
        """What a process that ended in the middle of a job has left; a job of another one is younger."""
        for path in self.folder.glob(".job-*.tmp"):
            if time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS:
                path.unlink(missing_ok=True)


def _status_of(condition: Condition | Fault) -> Status:
    if isinstance(condition, Fault):
        return Status(DeviceState.HARDWARE_ERROR, condition, paper=PaperState.UNKNOWN)
    paper = PaperState(condition.paper)
    if condition.offline:
        return Status(DeviceState.OFFLINE, Fault("printer.offline"), paper=PaperState.UNKNOWN)
    if condition.door_open:
        return Status(DeviceState.USER_ERROR, Fault("printer.door_open"), paper=paper)
    if paper is PaperState.OUT:
        return Status(DeviceState.USER_ERROR, Fault("printer.paper_out"), paper=paper)
    if paper is PaperState.JAMMED:
        return Status(DeviceState.USER_ERROR, Fault("printer.paper_jam"), paper=paper)
    return Status(DeviceState.ONLINE, paper=paper)


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
