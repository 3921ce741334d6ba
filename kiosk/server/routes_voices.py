"""What citizens say: ratings (好差评), requests (诉求) and appointments (预约)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from kiosk.server import api_voices as api
from kiosk.server import cases, recordings
from kiosk.server.acting import REFUSALS, Acting, Caller, caller_of
from kiosk.server.api_fields import Words
from kiosk.server.context import SHANGHAI, Platform, today
from kiosk.server.database import appointments, now_text, number_of, ratings, requests, writing
from kiosk.server.described import problems
from kiosk.server.problems import FieldError, ProblemError
from kiosk.server.repeats import Key, once
from kiosk.server.routes_recordings import wrong_recording

VOICES: Final = (120, 10.0)  # of one terminal: so many at once, then so many a second
Calls = Annotated[Caller, Depends(caller_of)]
_PROMISES: Final[Mapping[str, dict[str, str]]] = {
    "help": {
        "zh": "已通知值守人员，请稍候；也可拨打12345。",
        "en": "The staff on duty were told; 12345 helps, too.",
    },
    "complaint": {
        "zh": "投诉已登记，接诉即办，将按您留的方式回复。",
        "en": "Your complaint is registered and will be answered.",
    },
    "home_visit": {
        "zh": "上门服务申请已登记，工作人员将与您联系。",
        "en": "Your request for a home visit is registered.",
    },
    "green_channel": {
        "zh": "已为您登记绿色通道，优先办理。",
        "en": "You are registered for the green channel.",
    },
}


def voice_routes(platform: Platform) -> APIRouter:
    router = APIRouter()
    acting = Acting(platform, *VOICES)

    @router.post(
        "/v1/ratings",
        status_code=201,
        response_model=api.RatingAnswer,
        tags=["voices"],
        summary="Rate a case, once for each assessment number",
        responses=problems(
            "case-unknown",
            "rating-exists",
            "rating-reason-missing",
            "rating-reason-invalid",
            "request-invalid",
            *REFUSALS,
        ),
    )
    def rate(body: api.RatingRequest, caller: Calls) -> api.RatingAnswer:
        acting.check(caller, None)
        if not cases.exists(platform, body.projectNo):
            raise ProblemError("case-unknown")
        given = tuple(code for code in body.evalDetail.split(",") if code)
        reasons = platform.published.reasons(caller.id)
        if not reasons.accepts(body.satisfaction, given, body.writingEvaluation):
            raise ProblemError("rating-reason-invalid" if given else "rating-reason-missing")
        now = now_text()
        try:
            with writing(platform.engine) as connection:
                connection.execute(
                    insert(ratings).values(
                        project_no=body.projectNo,
                        assess_number=body.assessNumber,
                        satisfaction=body.satisfaction,
                        body=body.model_dump(mode="json"),
                        received_at=now,
                    )
                )
        except IntegrityError as error:
            raise ProblemError("rating-exists") from error
        return api.RatingAnswer(projectNo=body.projectNo, assessNumber=body.assessNumber, received_at=now)

    @router.post(
        "/v1/requests",
        status_code=201,
        response_model=api.CitizenRequestAnswer,
        tags=["voices"],
        summary="Ask for help, complain, ask for a home visit or the green channel",
        responses=problems("request-invalid", "recording-unknown", "key-reused", *REFUSALS),
    )
    def request(
        body: api.CitizenRequest, caller: Calls, idempotency_key: Key = None
    ) -> api.CitizenRequestAnswer:
        acting.check(caller, body.terminal_id)
        if body.recording_id is not None and body.kind != "complaint":
            raise wrong_recording("recording_id")

        def work(connection: Connection) -> api.CitizenRequestAnswer:
            answer = file_request(connection, body)
            spoken = body.recording_id
            number = answer.request_no
            if spoken is not None and not recordings.attach(connection, spoken, caller.id, number):
                raise ProblemError("recording-unknown")  # and nothing is registered
            return answer

        return once(platform, idempotency_key, body, api.CitizenRequestAnswer, work)

    @router.post(
        "/v1/appointments",
        status_code=201,
        response_model=api.AppointmentAnswer,
        tags=["voices"],
        summary="An appointment at a service window",
        responses=problems("matter-unknown", "request-invalid", "key-reused", *REFUSALS),
    )
    def appoint(
        body: api.AppointmentRequest, caller: Calls, idempotency_key: Key = None
    ) -> api.AppointmentAnswer:
        acting.check(caller, body.terminal_id)
        if platform.published.of_case(body.task_code, body.terminal_id or "") is None:
            raise ProblemError("matter-unknown")
        if body.day < today():
            past = FieldError("day", "past", "应为今天或以后的日期", "must be today or later")
            raise ProblemError("request-invalid", [past])

        def work(connection: Connection) -> api.AppointmentAnswer:
            now, number = now_text(), _number(connection, "YY")
            connection.execute(
                insert(appointments).values(
                    appointment_no=number,
                    task_code=body.task_code,
                    day=body.day.isoformat(),
                    body=body.model_dump(mode="json"),
                    received_at=now,
                )
            )
            return api.AppointmentAnswer(
                appointment_no=number,
                task_code=body.task_code,
                day=body.day.isoformat(),
                period=body.period,
                received_at=now,
            )

        return once(platform, idempotency_key, body, api.AppointmentAnswer, work)

    return router


def file_request(connection: Connection, body: api.CitizenRequest) -> api.CitizenRequestAnswer:
    """Register what somebody has asked for; its number."""
    now, number = now_text(), _number(connection, "SQ")
    connection.execute(
        insert(requests).values(
            request_no=number, kind=body.kind, body=body.model_dump(mode="json"), received_at=now
        )
    )
    return api.CitizenRequestAnswer(
        request_no=number, kind=body.kind, received_at=now, promise=Words(**_PROMISES[body.kind])
    )


def _number(connection: Any, prefix: str) -> str:
    """``SQ20261121-0001-7f3a``: in order, and not to be guessed from the one before."""
    day = datetime.now(UTC).astimezone(SHANGHAI).strftime("%Y%m%d")
    count = number_of(connection, f"{prefix} {day}")
    return f"{prefix}{day}-{count:04}-{secrets.token_hex(2)}"
