"""The vocabulary that every driver speaks: states, faults, events, and the three verbs of a driver.

The nouns follow XFS4IoT (device and paper states) so that an operator of other self-service machines
recognises them.  Nothing here knows a protocol, a port or a window.

Rules that every driver keeps:

* A status is published only when it differs from the one before.
* Whatever waits takes a :class:`Deadline`; a cancelled or expired deadline ends the wait with a
  :class:`Fault`, never with an exception.
* An expected failure is a :class:`Fault` value.  An exception that leaves a driver is a bug: the
  supervisor catches it, reports ``device.crashed`` and starts the driver again.
* Nothing personal is ever part of a ``repr``, a fault or a status detail.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import field
from enum import StrEnum
from typing import ClassVar

from values import dataclass


class DeviceState(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"  # known and configured, does not answer
    POWER_OFF = "power_off"
    NO_DEVICE = "no_device"  # the port, reader or queue is not there
    HARDWARE_ERROR = "hardware_error"
    USER_ERROR = "user_error"  # somebody has to do something: paper, door, card
    BUSY = "busy"


class PaperState(StrEnum):
    FULL = "full"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class CardState(StrEnum):
    ABSENT = "absent"
    PRESENT = "present"
    UNREADABLE = "unreadable"
    LEFT_BEHIND = "left_behind"


class Capability(StrEnum):
    RESIDENT_CARD = "resident_card"
    SOCIAL_SECURITY_CARD = "social_security_card"
    CODE = "code"
    RECEIPT = "receipt"  # an 80 mm slip
    DOCUMENT = "document"  # A4
    MICROPHONE = "microphone"


@dataclass(frozen=True)
class Fault:
    """An expected failure.  ``code`` is a key of the fault catalogue, e.g. ``samv.card_refuses_module``.

    ``cause`` is for the technician (status words, errno), free of personal data.  ``permanent`` means
    that trying again without somebody doing something will not help.
    """

    code: str
    cause: str = ""
    permanent: bool = False


@dataclass(frozen=True)
class Status:
    state: DeviceState
    fault: Fault | None = None
    paper: PaperState | None = None
    card: CardState | None = None
    detail: str = ""  # firmware, module number, reader name, queue: for the technician


@dataclass(frozen=True)
class Check:
    """One line of a self-test.  ``name``: a word such as ``line``, ``module``, ``status``, ``paper``."""

    name: str
    passed: bool
    detail: str = ""  # what was found, free of personal data
    fault: Fault | None = None


@dataclass(frozen=True)
class Supply:
    """What a printer has left, counted and not measured: foreseen from what was put in and what was printed.

    ``unit`` is ``mm`` of a roll or ``sheets`` of a tray.  At ``low`` and below it is time to bring new.
    """

    unit: str
    capacity: int
    left: int
    low: int

    @property
    def is_low(self) -> bool:
        return self.left <= self.low


class Deadline:
    """A moment on the monotonic clock and a way to call the wait off."""

    def __init__(self, seconds: float, cancelled: threading.Event | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._cancelled = cancelled or threading.Event()

    @property
    def remaining_seconds(self) -> float:
        return 0.0 if self._cancelled.is_set() else max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        return self.remaining_seconds <= 0.0

    @property
    def was_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Sleep at most ``seconds``; true while the deadline still holds."""
        self._cancelled.wait(min(seconds, self.remaining_seconds))
        return not self.over


# --- what devices say -------------------------------------------------------------------------


@dataclass(frozen=True)
class StatusChanged:
    device: str
    status: Status


@dataclass(frozen=True)
class IdentityReading:
    """A card was found and is being read: the page can say "do not move the card"."""

    device: str


@dataclass(frozen=True, repr=False)
class IdentityRead:
    device: str
    document: IdentityDocument


@dataclass(frozen=True)
class IdentityFailed:
    """A card or code was presented and could not be used.  The driver stays armed."""

    device: str
    fault: Fault


@dataclass(frozen=True)
class CardLifted:
    device: str


@dataclass(frozen=True, repr=False)
class CodeScanned:
    """One code, opaque.  Never logged."""

    device: str
    code: str


@dataclass(frozen=True)
class SupplyChanged:
    """Paper was used up or put in.  Whoever keeps it gives it back at the next start."""

    device: str
    supply: Supply


DeviceEvent = (
    StatusChanged | IdentityReading | IdentityRead | IdentityFailed | CardLifted | CodeScanned | SupplyChanged
)
Emit = Callable[[DeviceEvent], None]


@dataclass(frozen=True, repr=False)
class IdentityDocument:
    """What was read from an identity document.  Every text keeps every code point of the card.

    ``source``: ``samv``, ``social_security`` or ``scanner``.  ``kind``: ``resident``,
    ``hong_kong_macao``, ``taiwan``, ``permanent_2017``, ``permanent_2023``, ``social_security``
    or ``code``.  Dates are ``YYYYMMDD`` or empty; ``valid_until`` may be ``长期``.  ``sex`` is the
    GB/T 2261.1 digit, ``ethnicity`` the two digits of GB/T 3304, either empty when unknown.
    """

    source: str
    kind: str
    name: str
    number: str
    sex: str = ""
    ethnicity: str = ""
    birth: str = ""
    address: str = ""
    authority: str = ""
    valid_from: str = ""
    valid_until: str = ""
    name_other: str = ""  # English name of a permanent residence card, or its Chinese name
    nationality: str = ""
    pass_number: str = ""  # Hong Kong, Macao and Taiwan: travel permit
    issue_count: str = ""
    card_number: str = ""  # social security card: printed card number
    region: str = ""  # social security card: first six digits of the card identification
    version: str = ""  # social security card: specification version; permanent residence: version
    photo: bytes = field(default=b"", compare=False)  # raw WLT; only for a decoding hook, never stored


# --- drivers ----------------------------------------------------------------------------------


class Driver(ABC):
    """One configured device.  The supervisor calls ``open``, then ``step`` again and again, then ``close``.

    All three run on the supervisor's thread.  ``open`` and ``step`` return a :class:`Fault` when the
    device cannot be used now; the supervisor then calls ``close``, waits (back-off) and opens again.
    ``step`` returns within about half a second.

    ``counters`` has these keys, each from its first time on: ``reads`` (documents given), ``codes``,
    ``repeats`` (codes dropped because they came twice), ``jobs`` and ``pages`` (printed), ``failed_jobs``,
    ``recordings``, and ``fault:<code>`` for how often that fault came up.
    """

    driver: ClassVar[str]
    capabilities: frozenset[Capability]

    def __init__(self, name: str, emit: Emit) -> None:
        self.name = name
        self._emit = emit
        self._status = Status(DeviceState.OFFLINE)
        self._status_lock = threading.Lock()
        self.status_since = time.time()  # seconds since the epoch, UTC
        self.counters: Counter[str] = Counter()  # what it has done since the start, for the technician

    @property
    def status(self) -> Status:
        return self._status

    def publish(self, status: Status) -> None:
        """Take ``status`` as the current one; tell it on only when it differs."""
        with self._status_lock:
            if status == self._status:
                return
            fault, before = status.fault, self._status.fault
            lasts = fault is not None and before is not None and before.code == fault.code
            if fault is not None and not lasts:
                self.count_fault(fault)
            self._status = status
            if not lasts:  # a fault told in other words has not begun anew
                self.status_since = time.time()
        self._emit(StatusChanged(self.name, status))

    def count_fault(self, fault: Fault) -> None:
        self.counters[f"fault:{fault.code}"] += 1

    @abstractmethod
    def open(self) -> Fault | None: ...

    @abstractmethod
    def step(self) -> Fault | None: ...

    @abstractmethod
    def close(self) -> None:
        """Let go of the device.  Never raises, may be called twice."""

    def nudge(self) -> None:  # noqa: B027 - nothing to do for most
        """Somebody waits for the step to end.  Any thread; only for drivers that rest in it for long."""

    def self_test(self, deadline: Deadline) -> list[Check]:
        """Ask the open device all that can be asked without a card, a code or paper.

        The supervisor calls it between two steps, on its own thread, only while the device is open.
        A fault found here changes no state by itself; the next step will find it, too.
        """
        status = self.status
        return [Check("status", status.fault is None, status.detail, status.fault)]


class IdentityDriver(Driver):
    """A reader or scanner.  It looks for cards or codes only while it is armed.

    Arming forgets whatever was scanned or read before, so that a code of the last citizen never
    serves the next one.  A read document disarms the driver by itself; a failure does not.
    """

    def __init__(self, name: str, emit: Emit) -> None:
        super().__init__(name, emit)
        self._armed = threading.Event()

    @property
    def armed(self) -> bool:
        return self._armed.is_set()

    def arm(self) -> None:
        self._armed.set()

    def disarm(self) -> None:
        self._armed.clear()


class PrintEnd(StrEnum):
    COMPLETED = "completed"
    FAILED = "failed"  # nothing more will come out of this job
    UNKNOWN = "unknown"  # the printer cannot tell; paper may have come out


@dataclass(frozen=True)
class PrintOutcome:
    end: PrintEnd
    fault: Fault | None = None
    job: str = ""


class PrinterDriver(Driver):
    """Prints whole PDF documents; a job ends in a terminal state before ``print_pdf`` returns."""

    role: Capability
    supply: Supply | None = None  # None: nobody has said how much paper goes in

    def fill(self, left: int | None = None) -> None:
        """Paper was put in (all that goes in), or ``left`` of it is known to be left from before.

        Any thread.  Tells :class:`SupplyChanged`; does nothing where nobody has said what goes in.
        """

    @abstractmethod
    def print_pdf(self, pdf: bytes, title: str, deadline: Deadline) -> PrintOutcome:
        """Print and wait for the end.  ``title`` holds no personal data.

        Runs on the caller's worker thread, one job at a time.  On anything but success the job is
        cancelled and removed, so that paper put in later never prints it.
        """


class MicrophoneDriver(Driver):
    """Records 16 kHz, 16-bit, mono (little end first) into memory, and never anywhere else."""

    quiet_dbfs: float
    """A voice that stays below is too quiet to be understood."""

    @abstractmethod
    def record(
        self, into: memoryview, heard: Callable[[int], None], stopped: threading.Event
    ) -> Fault | None:
        """Until ``into`` is full or ``stopped`` is set; ``heard`` is told how many bytes there are so far.

        Runs on the caller's worker thread, one at a time.  What was heard before a fault stays in ``into``.
        """
