"""One application, several bodies: the parts of a joint case, each with a number and a state of its own.

The applicant has one case and one progress; ``parts`` of its answer tell how each body stands.  The case is
what its parts make it: something to supplement first, then something undecided, then refused by the leading
body or by all, else accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from kiosk.matters.joint import parts_for
from kiosk.matters.models import Matter
from kiosk.server.database import number_of, parts
from kiosk.server.decisions import STATE_TEXTS, Decision
from kiosk.server.persons import Holder
from kiosk.server.settings import DecisionName

PART_DIGITS: Final = 4


def split(
    connection: Connection,
    matter: Matter,
    answers: Mapping[str, str],
    holder: Holder,
    applied: date,
    day: date,
    decision: Decision,
) -> list[dict[str, Any]]:
    """The parts of this application, as its answer tells them; nothing for a matter of one body."""
    told = []
    for part in parts_for(matter, answers, holder.facts, applied):
        serial = number_of(connection, f"{part.task_code} {day:%Y%m%d}")
        told.append(
            {
                "project_no": f"{part.task_code}{day:%Y%m%d}{serial:0{PART_DIGITS}}",
                "task_code": part.task_code,
                "name": {"zh": part.name.zh, "en": part.name.en},
                "department": {"zh": part.department.zh, "en": part.department.en},
                "lead": part.lead,
                "state": decision.state,
                "state_text": STATE_TEXTS[decision.state],
            }
        )
    return told


def keep(connection: Connection, project_no: str, told: list[dict[str, Any]]) -> None:
    for part in told:
        connection.execute(insert(parts).values(part_no=part["project_no"], project_no=project_no))


def case_of(connection: Connection, part_no: str) -> str | None:
    """The case that a part's number belongs to."""
    wanted = select(parts.c.project_no).where(parts.c.part_no == part_no)
    found = connection.execute(wanted).scalar_one_or_none()
    return None if found is None else str(found)


def with_part_decided(answer: dict[str, Any], part_no: str, state: DecisionName) -> dict[str, Any]:
    """``answer`` after one body has decided its part."""
    told = [
        part | {"state": state, "state_text": STATE_TEXTS[state]} if part["project_no"] == part_no else part
        for part in answer["parts"]
    ]
    return answer | {"parts": told}


def all_decided(told: list[dict[str, Any]], state: DecisionName) -> list[dict[str, Any]]:
    """The parts after a decision about the whole."""
    return [part | {"state": state, "state_text": STATE_TEXTS[state]} for part in told]


def state_of(told: list[dict[str, Any]]) -> DecisionName:
    """What the parts make of the case."""
    states = [part["state"] for part in told]
    leading = next((part["state"] for part in told if part["lead"]), states[0])
    if "supplement" in states:
        return "supplement"
    if "received" in states:
        return "received"
    if leading == "refused" or set(states) == {"refused"}:
        return "refused"
    return "accepted"
