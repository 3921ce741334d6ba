"""Short sounds, computed: a click, two rising notes, one low one, a beep.  16-bit mono samples."""

from __future__ import annotations

import array
import math
import sys
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal

RATE: Final = 22_050
Tone = Literal["click", "success", "attention", "card"]
NOTES: Final[dict[Tone, tuple[tuple[float, float], ...]]] = {
    "click": ((1800.0, 0.012),),
    "success": ((659.26, 0.12), (987.77, 0.2)),
    "attention": ((220.0, 0.28),),
    "card": ((880.0, 0.16), (0.0, 0.08), (880.0, 0.16)),
}
"""Hertz (0: silence) and seconds."""
PEAK: Final = 0.5
EDGE_SECONDS: Final = 0.004  # faded in and out, or the loudspeaker cracks


@cache
def samples(tone: Tone, volume: int) -> bytes:
    """``volume`` in per cent."""
    made = array.array("h")
    for hertz, seconds in NOTES[tone]:
        made.extend(_note(hertz, seconds, PEAK * volume / 100))
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()


def _note(hertz: float, seconds: float, loud: float) -> Iterator[int]:
    count, edge = int(RATE * seconds), RATE * EDGE_SECONDS
    for number in range(count):
        fade = min(1.0, number / edge, (count - 1 - number) / edge)
        yield round(32767 * loud * fade * math.sin(2 * math.pi * hertz * number / RATE))
