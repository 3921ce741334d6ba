"""Toner and ink as printers tell of them: ``printer-supply`` (PWG 5100.13) or ``marker-names`` (CUPS)."""

from __future__ import annotations

from typing import Final

from devices.printers.ipp_answer import Group, Value
from values import dataclass

MARKER_ATTRIBUTES: Final = (
    "printer-supply",
    "printer-supply-description",
    "marker-names",
    "marker-levels",
    "marker-low-levels",
)
_LOW_PER_CENT: Final = 10  # where the printer does not say when


@dataclass(frozen=True)
class Marker:
    """``level``: per cent that is left, or ``None`` when the printer does not know (RFC 3805: -1 unknown,
    -2 no limit, -3 some).  ``is_filled``: a waste box."""

    name: str
    level: int | None
    low: int = _LOW_PER_CENT
    is_filled: bool = False

    @property
    def is_low(self) -> bool:
        return self.level is not None and self.level <= self.low and not self.is_filled


def markers_of(found: Group) -> tuple[Marker, ...]:
    names, levels = found.get("marker-names", []), found.get("marker-levels", [])
    lows = found.get("marker-low-levels", [])
    if names and levels:
        return tuple(
            Marker(str(name), _per_cent(level, 100), _low(lows, number))
            for number, (name, level) in enumerate(zip(names, levels, strict=False))
        )
    words = found.get("printer-supply-description", [])
    return tuple(
        _supply(str(value), str(words[number]) if number < len(words) else "")
        for number, value in enumerate(found.get("printer-supply", []))
    )


def _supply(value: str, words: str) -> Marker:
    """``index=1;class=supplyThatIsConsumed;type=toner;maxcapacity=100;level=80;colorantname=black;``"""
    told = dict(pair.split("=", 1) for pair in value.split(";") if "=" in pair)
    name = words or f"{told.get('colorantname', '')} {told.get('type', '')}".strip() or "?"
    level = _per_cent(_number(told.get("level")), _number(told.get("maxcapacity")))
    return Marker(name, level, is_filled=told.get("class") == "receptacleThatIsFilled")


def _number(text: str | None) -> int:
    try:
        return int(text or "")
    except ValueError:
        return -1


def _per_cent(level: Value, capacity: int) -> int | None:
    if type(level) is not int or capacity <= 0 or not 0 <= level <= capacity:
        return None
    return level * 100 // capacity


def _low(lows: list[Value], number: int) -> int:
    low = lows[number] if number < len(lows) else _LOW_PER_CENT
    return low if type(low) is int and 0 <= low <= 100 else _LOW_PER_CENT
