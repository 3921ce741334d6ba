"""How a person's cases stand (查进度), and materials that are handed in later (补交材料)."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from values import dataclass

if TYPE_CHECKING:
    from kiosk.delivery.own_cases import OwnCase


class CasesState(StrEnum):
    NOT_ASKED = "not_asked"
    ASKED = "asked"  # the person wants to know; the card comes first
    LOOKING = "looking"
    SHOWN = "shown"
    FAILED = "failed"  # the platform does not answer: nothing is said of any case


class Way(StrEnum):
    """How a material can come at this terminal."""

    THERE = "there"  # the platform or the card has it: nothing is to be done
    DECLARE = "declare"
    SCAN = "scan"  # the code of an electronic licence, at the scanner
    COUNTER = "counter"  # an original that no part of this terminal can take


@dataclass(frozen=True, repr=False)
class Given:
    """``status`` as the interface has it; ``evidence``: what was scanned."""

    code: str
    status: str
    evidence: str = ""


@dataclass(frozen=True, repr=False)
class Handing:
    state: CasesState = CasesState.NOT_ASKED
    cases: tuple[OwnCase, ...] = ()
    fault: str = ""
    chosen: OwnCase | None = None  # materials for this one
    ways: tuple[tuple[str, Way], ...] = ()  # of what it wants, by code
    given: tuple[Given, ...] = field(default=())
    scanning: str = ""  # the material whose code the scanner waits for

    @property
    def of(self) -> str:
        """The number of the case that materials are handed in for."""
        return self.chosen.answer.project_no if self.chosen is not None else ""

    def has(self, code: str) -> bool:
        return any(each.code == code for each in self.given)
