"""How loud 16-bit sound is, in dBFS: 0 is the loudest that there is, and silence has no end below.

A microphone's constant offset is taken out first: it is no sound, and on cheap cards larger than a whisper.
Nothing is copied: the samples may be a person's words, and lie in one place only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import mul
from typing import Final, Literal

from values import dataclass

RATE: Final = 16_000
"""Samples a second of what is recorded."""
SAMPLE_BYTES: Final = 2
BYTES_A_SECOND: Final = RATE * SAMPLE_BYTES
FRAME_SECONDS: Final = 0.05
FRAME_BYTES: Final = int(RATE * FRAME_SECONDS) * SAMPLE_BYTES
SILENCE_DBFS: Final = -96.0
FAINT_BELOW_DB: Final = 15.0
"""So far under what is loud enough somebody can still just be heard."""
LEAST_SECONDS: Final = 0.5
"""Of voice: a click or a knock is none."""
SHORTEST_SECONDS: Final = 1.0
_FULL: Final = 32768.0
_RANGE_DB: Final = 60.0

Verdict = Literal["good", "faint", "silent", "short"]


@dataclass(frozen=True)
class Loudness:
    """What a recording is like, without a word of it.  ``bars``: its course, each from 0 to 1."""

    seconds: float
    verdict: Verdict
    loudest: float  # dBFS
    noise: float  # dBFS, of its quietest tenth
    bars: tuple[float, ...] = ()


def dbfs(samples: memoryview) -> float:
    """The level of ``samples`` (bytes of 16-bit numbers, little end first)."""
    values = samples[: len(samples) // SAMPLE_BYTES * SAMPLE_BYTES].cast("h")
    count = len(values)
    if not count:
        return SILENCE_DBFS
    mean = sum(values) / count
    power = sum(map(mul, values, values)) / count - mean * mean
    if power < 1e-3:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10 * math.log10(power / _FULL**2))


def share(level: float) -> float:
    """0 to 1, for a meter: the lower end is what nobody hears."""
    return min(1.0, max(0.0, 1.0 + level / _RANGE_DB))


def judged(levels: Sequence[float], quiet_dbfs: float, bars: int = 40) -> Loudness:
    """``levels``: of each frame of :data:`FRAME_SECONDS`.  Below ``quiet_dbfs`` a voice is too quiet."""
    seconds = len(levels) * FRAME_SECONDS
    ordered = sorted(levels) or [SILENCE_DBFS]
    return Loudness(
        seconds,
        _verdict(levels, seconds, quiet_dbfs),
        ordered[-1],
        ordered[len(ordered) // 10],
        tuple(_course(levels, bars)),
    )


def _verdict(levels: Sequence[float], seconds: float, quiet_dbfs: float) -> Verdict:
    if seconds < SHORTEST_SECONDS:
        return "short"
    wanted = LEAST_SECONDS / FRAME_SECONDS
    if sum(level >= quiet_dbfs for level in levels) >= wanted:
        return "good"
    return "faint" if sum(level >= quiet_dbfs - FAINT_BELOW_DB for level in levels) >= wanted else "silent"


def _course(levels: Sequence[float], bars: int) -> list[float]:
    count = len(levels)
    if not count:
        return []
    edges = [number * count // bars for number in range(bars + 1)]
    return [round(share(max(levels[a : max(b, a + 1)])), 3) for a, b in pairwise(edges)]
