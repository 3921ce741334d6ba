"""Paper as it is counted: what goes in, what a document takes."""

from __future__ import annotations

from devices.contract import Supply
from devices.options import PaperOptions
from devices.printers.measure import Extent

_LOW_SHARE = 10  # a tenth of what goes in


def full_supply(paper: PaperOptions) -> Supply | None:
    """As after a refill; ``None`` where nobody has said what goes in."""
    unit, capacity = ("mm", paper.roll_mm) if paper.roll_mm is not None else ("sheets", paper.tray_sheets)
    if capacity is None:
        return None
    low = paper.low if paper.low is not None else capacity // _LOW_SHARE
    return Supply(unit, capacity, capacity, low)


def used_of(supply: Supply, extent: Extent) -> int:
    return extent.mm if supply.unit == "mm" else extent.pages
