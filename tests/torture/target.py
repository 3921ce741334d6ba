"""What a parser under torture is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

Take = Callable[[Random], list[object]]
"""Damages some input, hands it to the parser, and gives every value that came out."""


@dataclass(frozen=True)
class Target:
    """``open`` gets a folder to write in and a stack for what has to be closed.  ``values``: the kinds that
    may come out.  ``cost``: how many frames or records one input has, or as how many it counts."""

    name: str
    open: Callable[[Path, ExitStack], Take]
    values: tuple[type, ...]
    cost: int = 1
