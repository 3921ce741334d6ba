"""The fault catalogue: what each fault code means to a citizen, a technician and an administrator.

The sentences stand in ``config/faults.toml`` and are read when first asked for.  Every code has an answer:
its own sentences, else those of its room (``samv.*``), else those of ``*``, which claim nothing unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from values import dataclass

CATALOGUE_FILE: Final = Path(__file__).resolve().parent.parent / "config" / "faults.toml"
ANY_CODE: Final = "*"
ANY_OF_ROOM: Final = ".*"  # after the name of a room


@dataclass(frozen=True)
class Sentences:
    """Each in simplified Chinese and in English.

    ``citizen``: what to do now; ``technician``: what is wrong; ``administrator``: what it means for service.
    """

    citizen: str
    citizen_en: str
    technician: str
    technician_en: str
    administrator: str
    administrator_en: str


def sentences(code: str) -> Sentences:
    """What to say about ``code``, which may be any text; the same object for the same entry."""
    known = catalogue()
    room = code.partition(".")[0]
    return known.get(code) or known.get(f"{room}{ANY_OF_ROOM}") or known[ANY_CODE]


def technician_words(code: str) -> str:
    """The technician's sentence, in Chinese."""
    return sentences(code).technician


@cache
def catalogue() -> Mapping[str, Sentences]:
    """All entries: codes, ``room.*`` and ``*``.  Raises ``TypeError`` when one of them lacks a sentence."""
    with CATALOGUE_FILE.open("rb") as file:
        return {code: Sentences(**entry) for code, entry in tomllib.load(file).items()}
