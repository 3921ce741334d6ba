"""Applications and what becomes of them: kept exactly once, answered the same way every time.

The idempotency key is unique in the database: of any number of parallel repeats one makes the case and
all get its answer, byte by byte.  The answer is stored with the case in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.matters import eligibility, forms
from kiosk.matters.models import Matter
from kiosk.matters.numbers import mask_name
from kiosk.server import joint, signatures
from kiosk.server.api_models import ApplicationRequest
from kiosk.server.context import SHANGHAI, Platform, today
from kiosk.server.database import applications, as_text, documents, now_text, number_of, to_json, writing
from kiosk.server.decisions import Decision, decide, needless_materials, unknown_materials
from kiosk.server.identities import Refused, holder_of, plain_number
from kiosk.server.outcomes import Made, keep_papers, make
from kiosk.server.persons import Holder
from kiosk.server.problems import FieldError, ProblemError
from kiosk.server.settings import DecisionName

_LISTED: Final = 200


@dataclass(frozen=True, repr=False)
class Outcome:
    """``created`` is false for a repeat; ``answer`` is the JSON text to send."""

    created: bool
    answer: str


def submit(
    platform: Platform,
    key: str,
    body_sha256: str,
    request: ApplicationRequest,
    token_number: str | None,
    address: str,
) -> Outcome:
    """Keep the application under ``key`` and decide it.  ``address`` is where this platform is asked.

    Raises :class:`ProblemError`; nothing is kept then.
    """
    if (before := _repeat(platform, key, body_sha256)) is not None:
        return before
    matter = platform.published.of_case(request.task_code, request.terminal_id, request.task_version)
    if matter is None:
        raise ProblemError("matter-unknown")
    now = datetime.now(UTC)
    day = now.astimezone(SHANGHAI).date()
    holder = holder_of(request.applicant, day)
    if isinstance(holder, Refused):
        raise ProblemError(holder.code)
    if token_number is not None and token_number != holder.number:
        raise ProblemError("identity-mismatch")
    applied = min(day, request.applied_at.astimezone(SHANGHAI).date())
    _check(matter, request, holder, applied)
    picture = signatures.picture_of(request.signature)
    given = {material.code: material.status for material in request.materials}
    needless = needless_materials(matter, request.answers, holder.facts, applied)
    unmet = eligibility.unmet(matter, request.answers, holder.facts, applied)
    commanded = platform.rehearsal.take_decision()
    decision = decide(matter, given, day, commanded, unmet[0][1] if unmet else None, needless)
    try:
        with writing(platform.engine) as connection:
            project_no = f"{matter.task_code}{day:%Y%m%d}{_serial(connection, matter, day):04}"
            made = make(matter, holder, request.answers, project_no, day, address, decision)
            answer = _answer(matter, request, project_no, decision, made, now, token_number is not None)
            answer["parts"] = joint.split(connection, matter, request.answers, holder, applied, day, decision)
            connection.execute(
                insert(applications).values(
                    project_no=project_no,
                    idempotency_key=key,
                    body_sha256=body_sha256,
                    first_answer=to_json(answer),
                    answer=to_json(answer),
                    state=decision.state,
                    task_code=matter.task_code,
                    task_version=request.task_version,
                    terminal_id=request.terminal_id,
                    serial=request.serial,
                    holder_number=holder.number,
                    holder_name=holder.name,
                    holder=holder.as_dict(),
                    answers=dict(request.answers),
                    materials=given,
                    verified=token_number is not None,
                    applied_at=request.applied_at.isoformat(),
                    received_at=answer["received_at"],
                )
            )
            keep_papers(connection, made)
            signatures.keep(connection, project_no, request.signature, picture)
            joint.keep(connection, project_no, answer["parts"])
    except IntegrityError:
        if (before := _repeat(platform, key, body_sha256)) is not None:
            return before
        raise
    return Outcome(True, to_json(answer))


def read(platform: Platform, project_no: str, token_number: str | None) -> dict[str, Any]:
    """The case as it stands, also by the number of one of its parts: there is one progress.

    Result and papers only for the holder: case numbers can be guessed.
    """
    row = row_of(platform, _whole_case(platform, project_no))
    return shown(row, row.holder_number == token_number)


def find(
    platform: Platform, holder: str | None, serial: str | None, token_number: str | None
) -> list[dict[str, Any]]:
    """Cases of a holder or of a slip's serial, newest first: whole for the holder, brief for others."""
    number = plain_number(holder) if holder else None
    if number is None and not serial:
        number = token_number
    if number is None and not serial:
        return []
    wanted = select(applications).order_by(
        applications.c.received_at.desc(), applications.c.project_no.desc()
    )
    if number is not None:
        wanted = wanted.where(applications.c.holder_number == number)
    if serial:
        wanted = wanted.where(applications.c.serial == serial)
    with platform.engine.connect() as connection:
        rows = connection.execute(wanted.limit(_LISTED)).all()
    return [shown(row, True) if row.holder_number == token_number else _brief(row) for row in rows]


def by_reference(platform: Platform, reference: str) -> dict[str, Any] | None:
    """The newest case with this case number or serial, for the public page."""
    wanted = (
        select(applications.c.answer)
        .where(or_(applications.c.project_no == reference, applications.c.serial == reference))
        .order_by(applications.c.received_at.desc())
        .limit(1)
    )
    with platform.engine.connect() as connection:
        text = connection.execute(wanted).scalar_one_or_none()
    return None if text is None else dict(json.loads(text))


def decide_later(
    platform: Platform, project_no: str, commanded: DecisionName, address: str
) -> dict[str, Any]:
    """A commanded decision about a case that is there already, or about one part of it (rehearsal)."""
    part_no, project_no = project_no, _whole_case(platform, project_no)
    matter = matter_of(platform, row_of(platform, project_no))
    with writing(platform.engine) as connection:
        row = connection.execute(by_number(project_no)).one()
        before = dict(json.loads(row.answer))
        told: list[dict[str, Any]] | None = None
        if part_no != project_no:
            before = joint.with_part_decided(before, part_no, commanded)
            told = before["parts"]
            commanded = joint.state_of(before["parts"])
        decision = decide_again(matter, row, row.materials, commanded)
        answer = decided(connection, matter, row, before, decision, address)
        if told is not None:
            answer["parts"] = told
        write_down(connection, project_no, answer, row.materials)
    return shown(row_of(platform, project_no), False)


def document(platform: Platform, document_id: str) -> bytes:
    wanted = select(documents.c.pdf).where(documents.c.id == document_id)
    with platform.engine.connect() as connection:
        pdf = connection.execute(wanted).scalar_one_or_none()
    if pdf is None:
        raise ProblemError("document-unknown")
    return bytes(pdf)


def exists(platform: Platform, project_no: str) -> bool:
    with platform.engine.connect() as connection:
        wanted = select(applications.c.project_no).where(applications.c.project_no == project_no)
        return connection.execute(wanted).first() is not None


def _check(matter: Matter, request: ApplicationRequest, holder: Holder, applied: date) -> None:
    """Ages and limits count on the day on which the applicant confirmed, also when it arrives later."""
    wrong = forms.check_answers(matter, request.answers, holder.facts, applied)
    if request.task_version != matter.task_version:
        # Asked with an older or newer form: what this version does not ask is kept and not judged.
        wrong = {key: each for key, each in wrong.items() if each.code != "answer.unknown_question"}
    if wrong:
        errors = [FieldError(f"answers.{key}", each.code, each.zh, each.en) for key, each in wrong.items()]
        raise ProblemError("answers-invalid", errors)
    strange = unknown_materials(matter, [material.code for material in request.materials])
    if strange:
        raise ProblemError("material-unknown", strange)


def _repeat(platform: Platform, key: str, body_sha256: str) -> Outcome | None:
    wanted = select(applications.c.body_sha256, applications.c.first_answer).where(
        applications.c.idempotency_key == key
    )
    with platform.engine.connect() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        return None
    if row.body_sha256 != body_sha256:
        raise ProblemError("key-reused")
    return Outcome(False, row.first_answer)


def _serial(connection: Connection, matter: Matter, day: date) -> int:
    return number_of(connection, f"{matter.task_code} {day:%Y%m%d}")


def _answer(
    matter: Matter,
    request: ApplicationRequest,
    project_no: str,
    decision: Decision,
    made: Made,
    now: datetime,
    verified: bool,
) -> dict[str, Any]:
    fixed = {
        "project_no": project_no,
        "serial": request.serial,
        "task_code": matter.task_code,
        "task_name": matter.name.zh,
        "identity": "verified" if verified else "read_at_terminal",
        "priority": request.priority,
        "received_at": as_text(now),
    }
    return fixed | _decided_part(decision, made, as_text(now))


def _decided_part(decision: Decision, made: Made, at: str) -> dict[str, Any]:
    """The members of an answer that a decision changes."""
    return {
        "state": decision.state,
        "state_text": decision.state_text,
        "reason": decision.reason,
        "accepted_at": at if decision.accepted else None,
        "promised_by": decision.promised_by,
        "documents": [
            {"id": paper["id"], "title": paper["title"], "pages": pages}
            for paper, pages in zip(made.papers, made.pages, strict=True)
        ],
        "result": made.result,
        "supplements": list(decision.supplements),
        "owed": list(decision.owed),
    }


def decide_again(
    matter: Matter, row: Row[Any], materials: Mapping[str, str], commanded: DecisionName | None = None
) -> Decision:
    facts, day = Holder(**row.holder).facts, today()
    needless = needless_materials(matter, row.answers, facts, day)
    return decide(matter, materials, day, commanded, needless=needless)


def decided(
    connection: Connection,
    matter: Matter,
    row: Row[Any],
    answer: dict[str, Any],
    decision: Decision,
    address: str,
) -> dict[str, Any]:
    """The answer of a case after a later decision; its papers are kept."""
    answer = answer | {"parts": joint.all_decided(answer.get("parts", []), decision.state)}
    if decision.accepted and answer["state"] == "accepted":
        return answer
    made = make(matter, Holder(**row.holder), row.answers, row.project_no, today(), address, decision)
    keep_papers(connection, made)
    return answer | _decided_part(decision, made, now_text())


def write_down(
    connection: Connection, project_no: str, answer: dict[str, Any], materials: Mapping[str, str]
) -> None:
    connection.execute(
        update(applications)
        .where(applications.c.project_no == project_no)
        .values(answer=to_json(answer), state=answer["state"], materials=dict(materials))
    )


def by_number(project_no: str) -> Any:
    return select(applications).where(applications.c.project_no == project_no).with_for_update()


def _whole_case(platform: Platform, number: str) -> str:
    """The case's own number, where that of a part is given."""
    with platform.engine.connect() as connection:
        return joint.case_of(connection, number) or number


def row_of(platform: Platform, project_no: str) -> Row[Any]:
    with platform.engine.connect() as connection:
        wanted = select(applications).where(applications.c.project_no == project_no)
        row = connection.execute(wanted).first()
    if row is None:
        raise ProblemError("case-unknown")
    return row


def matter_of(platform: Platform, row: Row[Any]) -> Matter:
    matter = platform.published.of_case(row.task_code, row.terminal_id, row.task_version)
    if matter is None:
        raise ProblemError("matter-unknown")
    return matter


def shown(row: Row[Any], whole: bool) -> dict[str, Any]:
    answer = dict(json.loads(row.answer))
    return answer if whole else for_others(answer)


def for_others(answer: dict[str, Any]) -> dict[str, Any]:
    """Case numbers can be guessed: result and papers are the holder's alone."""
    return answer | {"documents": [], "result": None, "priority": None}


def _brief(row: Row[Any]) -> dict[str, Any]:
    return {
        "project_no": row.project_no,
        "task_code": row.task_code,
        "state": row.state,
        "received_at": row.received_at,
        "serial": row.serial,
        "masked_name": mask_name(row.holder_name),
    }
