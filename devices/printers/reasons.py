"""Printer state reasons (RFC 8011, 5.4.12; PWG 5100.9) to our states.

A keyword counts whatever its suffix says (``-error``, ``-warning``, ``-report``): printers differ, and CUPS
turns an error into a warning.  Where several hold, the one that somebody has to deal with first wins.

Fault codes: ``printer.paper_jam``, ``printer.door_open``, ``printer.paper_out``, ``printer.supply_empty``,
``printer.output_full``, ``printer.offline``, ``printer.stopped``, ``printer.error``.
"""

from __future__ import annotations

from collections.abc import Iterable

from devices.contract import DeviceState, Fault, PaperState, Status

IDLE, PROCESSING, STOPPED = 3, 4, 5
_SUFFIXES = ("-error", "-warning", "-report")

# In the order of importance: keyword, fault, state.
_FAULTS: tuple[tuple[frozenset[str], str, DeviceState], ...] = (
    (frozenset({"media-jam"}), "printer.paper_jam", DeviceState.USER_ERROR),
    (
        frozenset({"door-open", "cover-open", "interlock-open", "input-tray-missing", "output-tray-missing"}),
        "printer.door_open",
        DeviceState.USER_ERROR,
    ),
    (frozenset({"media-empty", "media-needed"}), "printer.paper_out", DeviceState.USER_ERROR),
    (
        frozenset(
            {"marker-supply-empty", "toner-empty", "marker-waste-full", "developer-empty", "opc-life-over"}
        ),
        "printer.supply_empty",
        DeviceState.USER_ERROR,
    ),
    (frozenset({"output-area-full"}), "printer.output_full", DeviceState.USER_ERROR),
    (
        frozenset({"offline", "shutdown", "cups-remote-shutdown", "timed-out"}),
        "printer.offline",
        DeviceState.OFFLINE,
    ),
    (
        frozenset(
            {"fuser-over-temp", "fuser-under-temp", "other", "cups-missing-filter", "cups-missing-driver"}
        ),
        "printer.error",
        DeviceState.HARDWARE_ERROR,
    ),
    (frozenset({"paused", "cups-remote-stopped"}), "printer.stopped", DeviceState.OFFLINE),
)
_NO_FAULTS = frozenset(
    {"media-low", "marker-supply-low", "toner-low", "marker-waste-almost-full", "opc-near-eol"}
)
_PAPER = {"printer.paper_jam": PaperState.JAMMED, "printer.paper_out": PaperState.OUT}


def keyword(reason: str) -> str:
    """A reason without its severity."""
    for suffix in _SUFFIXES:
        reason = reason.removesuffix(suffix)
    return reason


def status_of(state: int, reasons: Iterable[str], detail: str, paper_known: bool = True) -> Status:
    """``state`` and ``reasons`` as a printer gives them.  ``paper_known``: no reason means paper is there."""
    given = [reason for reason in reasons if reason != "none"]
    keywords = {keyword(reason) for reason in given}
    detail = "; ".join([detail, *given])
    for known, code, device_state in _FAULTS:
        if found := sorted(known & keywords):
            fault = Fault(code, ", ".join(found))
            return Status(
                device_state, fault, paper=_PAPER.get(code, _paper(keywords, paper_known)), detail=detail
            )
    if state == STOPPED:
        fault = Fault("printer.stopped", ", ".join(given) or "no reason given")
        return Status(DeviceState.OFFLINE, fault, paper=_paper(keywords, paper_known), detail=detail)
    unknown_errors = [
        reason for reason in given if reason.endswith("-error") and keyword(reason) not in _NO_FAULTS
    ]
    if unknown_errors:
        fault = Fault("printer.error", ", ".join(unknown_errors))
        return Status(DeviceState.HARDWARE_ERROR, fault, paper=_paper(keywords, paper_known), detail=detail)
    online = DeviceState.BUSY if state == PROCESSING else DeviceState.ONLINE
    return Status(online, paper=_paper(keywords, paper_known), detail=detail)


def _paper(keywords: set[str], paper_known: bool) -> PaperState:
    if "media-low" in keywords:
        return PaperState.LOW
    return PaperState.FULL if paper_known else PaperState.UNKNOWN
