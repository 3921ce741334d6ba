"""Bodies of what citizens say."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from kiosk.server.api_fields import (
    LINE,
    LINES,
    WHOLE,
    Moment,
    Name,
    Number,
    Phone,
    ProjectNo,
    Short,
    TaskCode,
    TerminalId,
    Wire,
    Words,
    day_text,
)

RecordingId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$", description="a random name that the terminal gives it")
]


class RatingRequest(Wire):
    """一次一评, by the exchange names.  ``pf`` 5 is a hall's self-service terminal; ``satisfaction`` 5 is
    best; below 3 a reason code or a text is needed."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "projectNo": "11410400005459150K3442014001001202611210001",
                    "pf": 5,
                    "satisfaction": 5,
                    "evalDetail": "517",
                    "assessNumber": 1,
                }
            ]
        },
    )

    projectNo: ProjectNo  # noqa: N815 - the exchange's names
    pf: Annotated[int, Field(ge=1, le=9, strict=True), WHOLE] = 5
    taskCode: TaskCode | None = None  # noqa: N815
    taskHandleItem: Short | None = None  # noqa: N815
    taskName: Name | None = None  # noqa: N815
    proStatus: Annotated[int, Field(ge=1, le=3, strict=True), WHOLE] | None = None  # noqa: N815
    userName: Name | None = None  # noqa: N815
    userProp: Short | None = None  # noqa: N815
    certKey: Number | None = None  # noqa: N815
    satisfaction: Annotated[int, Field(ge=1, le=5, strict=True), WHOLE]
    evalDetail: Annotated[str, Field(pattern=r"^([1-5][0-9]{2}(,[1-5][0-9]{2}){0,19})?$")] = ""  # noqa: N815
    writingEvaluation: Annotated[str, Field(max_length=500, pattern=LINES)] = ""  # noqa: N815
    assessTime: Moment | None = None  # noqa: N815
    assessNumber: Annotated[int, Field(ge=1, le=2, strict=True), WHOLE] = 1  # noqa: N815


class RatingAnswer(Wire):
    projectNo: str  # noqa: N815
    assessNumber: int  # noqa: N815
    received_at: str


class CitizenRequest(Wire):
    """诉求: a call for help at a terminal, a complaint, a home visit (上门服务) or the green channel."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [{"kind": "help", "text": "群众在自助终端求助", "terminal_id": "PDS-HALL-01"}]
        },
    )

    kind: Literal["help", "complaint", "home_visit", "green_channel"]
    text: Annotated[str, Field(max_length=2000, pattern=LINES)] = ""
    phone: Phone | None = None
    terminal_id: TerminalId | None = None
    project_no: Annotated[str, Field(max_length=60, pattern=LINE)] | None = None
    recording_id: RecordingId | None = None


class RecordingAnswer(Wire):
    recording_id: str
    seconds: float
    sha256: str


class CitizenRequestAnswer(Wire):
    request_no: str
    kind: str
    received_at: str
    promise: Annotated[Words, Field(description="what happens now")]


class AppointmentRequest(Wire):
    """预约 for a service window.  ``day`` is YYYY-MM-DD."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "task_code": "11410400005459150K3442014001001",
                    "day": "2026-11-25",
                    "period": "morning",
                    "name": "张示范",
                    "phone": "",
                    "terminal_id": "PDS-HALL-01",
                }
            ]
        },
    )

    task_code: TaskCode
    day: Annotated[date, BeforeValidator(day_text)]
    period: Literal["morning", "noon", "afternoon"]
    name: Name = ""
    phone: Phone = ""
    hall: Name = ""
    terminal_id: TerminalId | None = None


class AppointmentAnswer(Wire):
    appointment_no: str
    task_code: str
    day: str
    period: str
    received_at: str
