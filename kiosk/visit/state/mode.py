"""How pages are drawn and spoken for who is here."""

from __future__ import annotations

from typing import Final

from values import dataclass


@dataclass(frozen=True)
class Mode:
    """How pages are drawn; back to the terminal's own with each visit."""

    elder: bool = False
    theme: str = "light"  # light | contrast | evening
    language: str = "zh"  # zh | en
    reach: bool = False
    voice: bool | None = None  # None: with the large type only
    rate: int = 100  # per cent, one of RATES
    volume: int = 60  # per cent, one of VOLUMES
    keypad: bool = False  # somebody uses the keys: the focus shows, and time runs slower
    scan_seconds: float = 0.0  # one-switch scanning: how long each target keeps the focus; 0 off

    @property
    def speaks(self) -> bool:
        return self.elder if self.voice is None else self.voice

    @property
    def slow(self) -> bool:
        """Large type, ears and keys need more time than eyes and a finger."""
        return self.elder or self.speaks or self.keypad or self.scan_seconds > 0


RATES: Final = (50, 75, 100, 125, 150, 175, 200)
VOLUMES: Final = (20, 40, 60, 80, 100)
SCAN_SECONDS: Final = (4.0, 2.5, 1.5)
"""Slow, middle, fast."""
