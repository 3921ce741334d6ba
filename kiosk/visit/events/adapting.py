"""Tools, ears and keys: how the terminal is used, whatever lies over the page, and that somebody is here."""

from __future__ import annotations

from kiosk.visit.events.touch import Touch
from values import dataclass


@dataclass(frozen=True)
class OpenTools(Touch):
    pass


@dataclass(frozen=True)
class SetMode(Touch):
    """Only what is given changes."""

    elder: bool | None = None
    theme: str | None = None
    language: str | None = None
    reach: bool | None = None
    voice: bool | None = None
    rate: int | None = None
    volume: int | None = None
    scan_seconds: float | None = None


@dataclass(frozen=True)
class AnyTouch(Touch):
    """A finger came down somewhere: somebody is here."""


@dataclass(frozen=True)
class AdaptMode:
    """A key, a switch or a plug: somebody is here and uses the terminal this way.  Only what is given
    changes."""

    voice: bool | None = None
    rate: int | None = None
    volume: int | None = None
    keypad: bool | None = None
    scan_seconds: float | None = None


@dataclass(frozen=True)
class HeadphonesChanged:
    """Headphones were put in or pulled out."""

    inside: bool


@dataclass(frozen=True)
class TextShown:
    """How many characters the page shows now."""

    characters: int


@dataclass(frozen=True)
class ReadAloud:
    """Something is being read to the citizen: nobody is timed meanwhile."""
