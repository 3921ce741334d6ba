"""Each device as a card for the technician, the one that needs a hand first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from devices.contract import Capability, DeviceState, PaperState
from kiosk.technician.state import DeviceCard, TestRecord

if TYPE_CHECKING:
    from devices.device_set import DeviceReport

_PRINTERS: Final = frozenset({Capability.RECEIPT, Capability.DOCUMENT})
_STATES: Final = (  # from what stops service to what goes by itself
    DeviceState.NO_DEVICE,
    DeviceState.POWER_OFF,
    DeviceState.HARDWARE_ERROR,
    DeviceState.OFFLINE,
    DeviceState.USER_ERROR,
)
NOT_READY: Final = 0
WARNING: Final = 1
READY: Final = 2


def cards_of(
    reports: Iterable[DeviceReport],
    newest: Mapping[str, TestRecord],
    testing: Collection[str] = (),
) -> tuple[DeviceCard, ...]:
    """Worst first; within the same trouble as configured."""
    cards = [card_of(report, newest.get(report.name), report.name in testing) for report in reports]
    return tuple(sorted(cards, key=_badness))


def card_of(report: DeviceReport, last_test: TestRecord | None, testing: bool = False) -> DeviceCard:
    status = report.status
    fault = status.fault
    return DeviceCard(
        name=report.name,
        driver=report.driver,
        capabilities=tuple(sorted(each.value for each in report.capabilities)),
        state=status.state.value,
        since=report.since,
        fault=fault.code if fault else None,
        cause=fault.cause if fault else "",
        detail=status.detail,
        paper=status.paper.value if status.paper else None,
        card=status.card.value if status.card else None,
        supply=report.supply,
        counters=dict(report.counters),
        restarts=report.restarts,
        crashes=report.crashes,
        last_test=last_test,
        testing=testing,
        is_printer=bool(report.capabilities & _PRINTERS),
    )


def rank(card: DeviceCard) -> int:
    """``NOT_READY``: cannot serve.  ``WARNING``: serves, and soon may not, or its last test failed."""
    if not card.ready:
        return NOT_READY
    paper_low = card.paper == PaperState.LOW or (card.supply is not None and card.supply.is_low)
    test_failed = card.last_test is not None and card.last_test.passed is False
    return WARNING if paper_low or test_failed or card.fault is not None else READY


def trouble(card: DeviceCard) -> str | None:
    """The code of what to explain about a card: its fault, else why it is to be looked after."""
    if card.fault is not None:
        return card.fault
    if not card.ready:
        return "device.not_open"
    if card.paper == PaperState.LOW or (card.supply is not None and card.supply.is_low):
        return "printer.paper_low"
    if card.last_test is not None and card.last_test.passed is False:
        failed = next((check for check in card.last_test.checks if not check.passed), None)
        if failed is not None and failed.fault is not None:
            return failed.fault.code
        return "device.test_failed"
    return None


def of_the_past(card: DeviceCard) -> bool:
    """What :func:`trouble` tells is what a test found then: the device itself complains of nothing now."""
    return rank(card) != READY and trouble(replace(card, last_test=None)) is None


def _badness(card: DeviceCard) -> tuple[int, int]:
    states = [state.value for state in _STATES]
    return rank(card), states.index(card.state) if card.state in states else len(states)
