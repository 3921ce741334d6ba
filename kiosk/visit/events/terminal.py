"""What happens to the terminal itself, whoever is here."""

from __future__ import annotations

from values import dataclass


@dataclass(frozen=True)
class Tick:
    """About once a second, from the clock of the window."""


@dataclass(frozen=True)
class AvailabilityChanged:
    """Which matters cannot be done here now: task code -> reason code."""

    unavailable: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReadersChanged:
    """Which identity sources (samv, social_security, scanner) answer now; ``fault`` of one that has gone.

    ``permanent``: none of those that do not answer will come back by itself.
    """

    ready: frozenset[str]
    fault: str = ""
    permanent: bool = False


@dataclass(frozen=True)
class MicrophoneChanged:
    """Whether somebody can be heard here now."""

    ready: bool


@dataclass(frozen=True)
class Crashed:
    """Something that cannot happen happened; ``code`` is written down, the page tells the truth."""

    code: str
