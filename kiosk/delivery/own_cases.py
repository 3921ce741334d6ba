"""The cases of one person as the platform lists them: for who asks how a matter stands (查进度)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from devices.contract import Fault
from kiosk.delivery.application import Answer, WantedMaterial, line_of, parse_answer, parse_json
from values import dataclass

MOST_CASES: Final = 60
"""Shown page by page; who has more asks at a window."""


@dataclass(frozen=True, repr=False)
class OwnCase:
    task_code: str
    task_name: str
    serial: str
    answer: Answer

    @property
    def wanted(self) -> tuple[WantedMaterial, ...]:
        """What the platform still wants, each once: to be supplemented, or accepted without and owed."""
        wanted: dict[str, WantedMaterial] = {}
        for each in (*self.answer.supplements, *self.answer.owed):
            wanted.setdefault(each.code or each.name, each)
        return tuple(wanted.values())

    @property
    def is_open(self) -> bool:
        """Something is wanted, and the case goes on."""
        return bool(self.wanted) and self.answer.state != "refused"

    def taken_here(self, today: date) -> tuple[WantedMaterial, ...]:
        """What may still be handed in.  What the platform has a name for and no code goes to a window."""
        if not self.is_open:
            return ()
        return tuple(each for each in self.wanted if each.code and not each.is_over(today))


def parse_own_cases(content: bytes) -> tuple[OwnCase, ...] | Fault:
    """What is whole in the list; a case that cannot be read is left out, a list that is none is a fault."""
    given = parse_json(content)
    if isinstance(given, Fault):
        return given
    if not isinstance(given, list):
        return Fault("platform.answer_unreadable", "no list")
    read = (_case(each) for each in given[:MOST_CASES] if isinstance(each, dict))
    return tuple(each for each in read if each is not None)


def _case(given: dict[str, Any]) -> OwnCase | None:
    answer = parse_answer(json.dumps(given).encode())
    if isinstance(answer, Fault):
        return None
    task_code, task_name, serial = (line_of(given.get(name)) for name in ("task_code", "task_name", "serial"))
    return OwnCase(task_code, task_name, serial, answer)
