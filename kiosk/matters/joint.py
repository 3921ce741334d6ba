"""Joint matters (一件事一次办, Article 14): matters of several bodies at once, with one that leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.matters.models import JointPart, Matter
from kiosk.matters.rules import Facts, holds


def parts_for(matter: Matter, answers: Mapping[str, str], facts: Facts, today: date) -> tuple[JointPart, ...]:
    """The parts that are done for this applicant, in the file's order; the one that leads always is."""
    return tuple(
        part
        for part in matter.parts
        if part.lead or part.when is None or holds(part.when, answers, facts, today) is True
    )
