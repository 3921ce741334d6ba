"""Faster, slower, louder, quieter: one step of the voice by a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.visit.events import AdaptMode
from kiosk.visit.state import RATES, VOLUMES, Mode

STEPS: Final = {"faster": 1, "slower": -1, "louder": 1, "quieter": -1}


def adjusted(mode: Mode, action: str) -> AdaptMode:
    """At an end of the scale the same again."""
    if action in ("faster", "slower"):
        return AdaptMode(rate=_step(RATES, mode.rate, STEPS[action]))
    return AdaptMode(volume=_step(VOLUMES, mode.volume, STEPS[action]))


def _step(steps: Sequence[int], now: int, by: int) -> int:
    index = steps.index(now) if now in steps else len(steps) // 2
    return steps[max(0, min(len(steps) - 1, index + by))]
