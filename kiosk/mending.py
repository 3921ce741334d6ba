"""What a technician does about a fault, step by step: ``config/mending.toml``, beside the three sentences.

A code has its own steps, else those of its room (``samv.*``), else those of ``*``.  ``code@document`` are
those of a device with that capability, where its hands' work is another one: sheets are no roll.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.faults import ANY_CODE, ANY_OF_ROOM
from values import dataclass

MENDING_FILE: Final = Path(__file__).resolve().parent.parent / "config" / "mending.toml"


@dataclass(frozen=True)
class Mending:
    """The same steps in simplified Chinese and in English."""

    steps: tuple[str, ...]
    steps_en: tuple[str, ...]

    def of(self, language: str) -> tuple[str, ...]:
        return self.steps_en if language == "en" else self.steps


def mending(code: str, capabilities: Iterable[str] = ()) -> Mending:
    """What to do about ``code``, which may be any text, at a device with these ``capabilities``."""
    known = all_mending()
    for capability in capabilities:
        if own := known.get(f"{code}@{capability}"):
            return own
    room = code.partition(".")[0]
    return known.get(code) or known.get(f"{room}{ANY_OF_ROOM}") or known[ANY_CODE]


@cache
def all_mending() -> Mapping[str, Mending]:
    """All entries.  Raises ``TypeError`` when one of them lacks its steps in a language."""
    with MENDING_FILE.open("rb") as file:
        return {
            code: Mending(**{key: tuple(value) for key, value in entry.items()})
            for code, entry in tomllib.load(file).items()
        }
