"""Materials that come after the application: what was owed (容缺), and what is to be supplemented (补正).

Handed in by the holder only, until the end of the day that was told, and counted once for each key.  A
material may come as the code of an electronic licence; the embedded platform knows codes of the form
``ELC.MATERIAL.NUMBER`` (the material's code and the number of the person whose licence it is).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from kiosk.matters.models import Matter
from kiosk.server import cases
from kiosk.server.api_models import CaseAnswer, HandedIn, MaterialsRequest
from kiosk.server.context import SHANGHAI, Platform, today
from kiosk.server.decisions import AT_HAND, unknown_materials
from kiosk.server.identities import Refused, holder_of
from kiosk.server.problems import FieldError, ProblemError
from kiosk.server.repeats import once

LICENCE_PREFIX: Final = "ELC"


def hand_in(
    platform: Platform,
    key: str | None,
    project_no: str,
    request: MaterialsRequest,
    token_number: str | None,
    address: str,
) -> CaseAnswer:
    """The case as it then stands.  The same again changes nothing; the same key gets the same answer."""
    if request.project_no not in (None, project_no):
        raise ProblemError("request-invalid", [FieldError("project_no", "other", "与地址不符", "differs")])
    row = cases.row_of(platform, project_no)
    number = _number(request, token_number)
    if number is not None and number != row.holder_number:
        raise ProblemError("identity-mismatch")
    matter = cases.matter_of(platform, row)

    def work(connection: Connection) -> CaseAnswer:
        answer = _handed(connection, matter, project_no, request, address)
        known = token_number == row.holder_number
        return CaseAnswer.model_validate(answer if known else cases.for_others(answer))

    return once(platform, key, request, CaseAnswer, work, of=project_no)


def _number(request: MaterialsRequest, token_number: str | None) -> str | None:
    """Whose card was read, where a terminal had kept it while the platform was away."""
    if request.applicant is None:
        return token_number
    holder = holder_of(request.applicant, today())
    if isinstance(holder, Refused):
        raise ProblemError(holder.code)
    if token_number is not None and token_number != holder.number:
        raise ProblemError("identity-mismatch")
    return holder.number


def _handed(
    connection: Connection, matter: Matter, project_no: str, request: MaterialsRequest, address: str
) -> dict[str, Any]:
    row = connection.execute(cases.by_number(project_no)).one()
    answer = dict(json.loads(row.answer))
    handed = list(request.materials)
    asked = {each["code"] for each in answer["supplements"]}
    strange = unknown_materials(matter, [each.code for each in handed if each.code not in asked])
    if strange:
        raise ProblemError("material-unknown", strange)
    if row.state == "refused":
        raise ProblemError("case-closed")
    _check_evidence(handed, row.holder_number)
    _check_days(answer, handed, _day_of(request), row.materials)
    materials = {**row.materials, **{each.code: each.status for each in handed}}
    answer["owed"] = [each for each in answer["owed"] if materials.get(each["code"]) == "owed"]
    if row.state == "supplement":
        answer["supplements"] = [
            each for each in answer["supplements"] if not _settled(matter, each["code"], materials)
        ]
        if not answer["supplements"]:
            decision = cases.decide_again(matter, row, materials)
            answer = cases.decided(connection, matter, row, answer, decision, address)
    cases.write_down(connection, project_no, answer, materials)
    return answer


def _check_evidence(handed: list[HandedIn], number: str) -> None:
    errors = [
        FieldError(f"materials.{index}.evidence", "unknown", "不是本人这项材料的电子凭证", "is not theirs")
        for index, each in enumerate(handed)
        if each.evidence and each.evidence.strip().upper() != f"{LICENCE_PREFIX}.{each.code}.{number}"
    ]
    if errors:
        raise ProblemError("evidence-invalid", errors)


def _check_days(
    answer: Mapping[str, Any], handed: list[HandedIn], day: date, before: Mapping[str, str]
) -> None:
    """What is at hand already is a repeat, whenever it comes."""
    last = {each["code"]: each["until"] for each in (*answer["supplements"], *answer["owed"])}
    late = [
        FieldError(
            f"materials.{index}.code", "late", f"应在{last[each.code]}前补交", f"until {last[each.code]}"
        )
        for index, each in enumerate(handed)
        if each.code in last and before.get(each.code) not in AT_HAND and day.isoformat() > last[each.code]
    ]
    if late:
        raise ProblemError("material-late", late)


def _day_of(request: MaterialsRequest) -> date:
    """Limits count on the day on which somebody handed it in, also when it arrives later."""
    now = datetime.now(UTC).astimezone(SHANGHAI).date()
    return now if request.handed_in_at is None else min(now, request.handed_in_at.astimezone(SHANGHAI).date())


def _settled(matter: Matter, code: str, materials: Mapping[str, str]) -> bool:
    if materials.get(code) in AT_HAND:
        return True
    may_be_owed = any(each.code == code and each.owing is not None for each in matter.guide.materials)
    return may_be_owed and materials.get(code) == "owed"
