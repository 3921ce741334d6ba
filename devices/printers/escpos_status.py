"""The bits of ``DLE EOT`` to our states.

Fault codes: ``printer.paper_out``, ``printer.door_open``, ``printer.cutter``, ``printer.error``,
``printer.offline``, ``printer.status_unknown``.
"""

from __future__ import annotations

from devices.contract import DeviceState, Fault, PaperState, Status
from devices.printers.escpos_line import EscposLine
from values import dataclass

_OFFLINE = 0x08  # n = 1
_COVER_OPEN, _PAPER_END_STOP, _ERROR = 0x04, 0x20, 0x40  # n = 2
_CUTTER_ERROR, _UNRECOVERABLE = 0x08, 0x20  # n = 3
_NEAR_END, _PAPER_END = 0x0C, 0x60  # n = 4


@dataclass(frozen=True)
class RawStatus:
    """Answers by n; ``None`` where the printer gave none."""

    printer: int | None
    offline_cause: int | None = None
    error_cause: int | None = None
    paper: int | None = None

    @property
    def answered(self) -> bool:
        return not (self.printer is None and self.offline_cause is None and self.paper is None)


def ask_status(line: EscposLine) -> RawStatus | Fault:
    """Ask everything; a printer that answers neither 4 nor 1 is asked no more."""
    paper = line.ask(4)
    if isinstance(paper, Fault):
        return paper
    printer = line.ask(1)
    if isinstance(printer, Fault):
        return printer
    if paper is None and printer is None:
        return RawStatus(None)
    cause = line.ask(2)
    if isinstance(cause, Fault):
        return cause
    error = line.ask(3) if cause is not None and cause & _ERROR else None
    if isinstance(error, Fault):
        return error
    return RawStatus(printer, cause, error, paper)


def status_of(raw: RawStatus, detail: str) -> Status:
    """Never ready when the printer did not answer."""
    if not raw.answered:
        fault = Fault("printer.status_unknown", "no answer to DLE EOT")
        return Status(DeviceState.OFFLINE, fault, paper=PaperState.UNKNOWN, detail=detail)
    cause, paper_bits = raw.offline_cause or 0, raw.paper or 0
    paper = PaperState.UNKNOWN if raw.paper is None else PaperState.FULL
    if paper_bits & _NEAR_END:
        paper = PaperState.LOW
    if paper_bits & _PAPER_END or cause & _PAPER_END_STOP:
        fault = Fault("printer.paper_out", _bits(raw))
        return Status(DeviceState.USER_ERROR, fault, paper=PaperState.OUT, detail=detail)
    if cause & _COVER_OPEN:
        return Status(
            DeviceState.USER_ERROR, Fault("printer.door_open", _bits(raw)), paper=paper, detail=detail
        )
    if cause & _ERROR:
        cutter = (raw.error_cause or 0) & _CUTTER_ERROR
        permanent = bool((raw.error_cause or 0) & _UNRECOVERABLE)
        fault = Fault("printer.cutter" if cutter else "printer.error", _bits(raw), permanent)
        return Status(DeviceState.HARDWARE_ERROR, fault, paper=paper, detail=detail)
    if raw.printer is not None and raw.printer & _OFFLINE:
        return Status(DeviceState.OFFLINE, Fault("printer.offline", _bits(raw)), paper=paper, detail=detail)
    return Status(DeviceState.ONLINE, paper=paper, detail=detail)


def _bits(raw: RawStatus) -> str:
    answers = {1: raw.printer, 2: raw.offline_cause, 3: raw.error_cause, 4: raw.paper}
    return ", ".join(f"n={n}: {answer:02x}" for n, answer in answers.items() if answer is not None)
