"""Which matters can be done here now, why the others cannot, and where else they can.

Pure: told what the machine has, what of it answers, which day and hour it is.  Nothing in here ends a visit
that has begun; a page only stops offering what could not be finished.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.matters.hours import opening
from kiosk.matters.kinds import Need
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.calendar import Calendar
    from kiosk.matters.catalogue import Alike
    from kiosk.matters.offer import Offered


class Reason(StrEnum):
    """Why a matter cannot be done here now; a key of the pages' words."""

    NOT_IN_FORCE = "not_in_catalogue"  # not yet, or no longer
    NO_READER = "no_reader"  # not built in
    NO_DOCUMENT_PRINTER = "no_document_printer"
    READER_OUT = "no_identity"  # built in, and does not work now
    PRINTER_OUT = "printer"
    CLOSED = "closed"  # outside the hours of the matter


@dataclass(frozen=True)
class Machine:
    """What the terminal was built with, and what of it works now."""

    built: frozenset[Need]
    ready: frozenset[Need]


@dataclass(frozen=True)
class Nearby:
    """Another terminal or hall; the nearest first.  ``needs``: what it can do; ``None``: everything."""

    name: str
    address: str = ""
    hours: str = ""
    metres: int | None = None
    needs: frozenset[Need] | None = None


MISSING = {Need.IDENTITY: Reason.NO_READER, Need.DOCUMENT: Reason.NO_DOCUMENT_PRINTER}
OUT = {Need.IDENTITY: Reason.READER_OUT, Need.DOCUMENT: Reason.PRINTER_OUT}
# A slip is no need in this sense: what it says is shown on the page, and on the telephone by its code.
ESSENTIAL = (Need.IDENTITY, Need.DOCUMENT)


def unavailable(
    alike: Iterable[Alike], machine: Machine, calendar: Calendar, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Task code and reason of every matter that cannot be done here at ``now`` (in the terminal's zone).

    ``alike``: a catalogue's, because thousands of matters differ in few ways.
    """
    found: list[tuple[str, str]] = []
    for matter, codes in alike:
        reason = reason_against(matter, machine, calendar, now)
        if reason is not None:
            found += ((code, reason.value) for code in codes)
    return tuple(found)


def reason_against(matter: Offered, machine: Machine, calendar: Calendar, now: datetime) -> Reason | None:
    """The first thing that stands against it, what lasts longest first."""
    if not matter.in_force(now.date()):
        return Reason.NOT_IN_FORCE
    needs = [need for need in ESSENTIAL if need in matter.needs]
    for need in needs:
        if need not in machine.built:
            return MISSING[need]
    for need in needs:
        if need not in machine.ready:
            return OUT[need]
    if matter.hours and not opening(matter.hours, calendar, now).is_open:
        return Reason.CLOSED
    return None


def nearest(nearby: Iterable[Nearby], matter: Offered) -> Nearby | None:
    """The nearest other place that can do this matter."""
    for place in nearby:
        if place.needs is None or place.needs.issuperset(matter.needs):
            return place
    return None
