"""What a terminal was never given: a reader, a printer, a platform; and which matters it cannot do for that.

A device that is there and does not work says so itself.  One that nobody has configured says nothing, and a
terminal without it would count as ready for want of anything that could fail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from devices.contract import Capability
from kiosk.matters.kinds import Need
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.catalogue import Catalogue

READERS: Final = frozenset({Capability.RESIDENT_CARD, Capability.SOCIAL_SECURITY_CARD, Capability.CODE})
PRINTERS: Final = frozenset({Capability.RECEIPT, Capability.DOCUMENT})
SERVES: Final[Mapping[Need, frozenset[Capability]]] = {
    Need.IDENTITY: READERS,
    Need.RECEIPT: PRINTERS,
    Need.DOCUMENT: frozenset({Capability.DOCUMENT}),
}
"""Which devices a need of a matter may be met by.  A printer for documents prints slips, too."""


@dataclass(frozen=True)
class Lack:
    """``closes``: how many of the matters in force cannot be done here for that.  ``stops``: the terminal is
    not ready without it; otherwise it serves, and offers less."""

    part: str
    fault: str
    closes: int
    stops: bool

    def told(self) -> dict[str, Any]:
        return {"part": self.part, "fault": self.fault, "closes": self.closes, "stops": self.stops}


def lacks(
    built: Collection[Capability], has_platform: bool, catalogue: Catalogue, day: date
) -> tuple[Lack, ...]:
    """What is missing, what stops most first.  ``built``: all that the configured devices can do."""
    found = []
    if not READERS & set(built):
        found.append(Lack("reader", "devices.no_reader", _closed(catalogue, Need.IDENTITY, day), True))
    if not PRINTERS & set(built):
        found.append(Lack("printer", "devices.no_printer", _closed(catalogue, Need.DOCUMENT, day), True))
    elif Capability.DOCUMENT not in built and (closes := _closed(catalogue, Need.DOCUMENT, day)):
        nothing_left = closes == _in_force(catalogue, day)
        found.append(Lack("document printer", "printer.no_document_printer", closes, nothing_left))
    if not has_platform:
        found.append(Lack("platform", "platform.not_configured", 0, True))
    return tuple(found)


def can_serve(built: Collection[Capability]) -> bool:
    """Somebody can be known here and take a paper along."""
    return bool(READERS & set(built)) and bool(PRINTERS & set(built))


def _closed(catalogue: Catalogue, need: Need, day: date) -> int:
    """How many matters in force on ``day`` have this need."""
    return sum(len(codes) for offer, codes in catalogue.alike if need in offer.needs and offer.in_force(day))


def _in_force(catalogue: Catalogue, day: date) -> int:
    return sum(len(codes) for offer, codes in catalogue.alike if offer.in_force(day))
