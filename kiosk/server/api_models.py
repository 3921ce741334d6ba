"""The bodies that go over the wire, as the OpenAPI description shows them.

Unknown members of a request are ignored, so that a newer terminal can talk to an older platform.
Texts may hold any character of Unicode, private use included, and come back unchanged; control
characters are refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from kiosk.server.api_fields import (
    LINES,
    NOT_BLANK,
    WHOLE,
    Address,
    CaseStateName,
    Code,
    GivenStatus,
    Kind,
    Moment,
    Name,
    Number,
    Serial,
    Short,
    Source,
    TaskCode,
    TerminalId,
    Wire,
    Words,
)

# --- identity -----------------------------------------------------------------------------------

EXAMPLE_CARD: JsonValue = {
    "terminal_id": "PDS-HALL-01",
    "source": "samv",
    "kind": "resident",
    "name": "张示范",
    "number": "11010519491231002X",
    "birth": "19491231",
    "sex": "2",
    "ethnicity": "01",
    "address": "河南省平顶山市示范路1号",
    "valid_until": "长期",
}
EXAMPLE_SCAN: JsonValue = {"terminal_id": "PDS-HALL-01", "source": "scanner", "code": "DEMO-0001"}


class IdentityFields(Wire):
    """What a card says, all of it as it was read; a member that is not known is left out, null or empty."""

    name: Name | None = None
    number: Number | None = None
    kind: Kind | Literal[""] | None = None
    birth: Short | None = None
    sex: Short | None = None
    ethnicity: Short | None = None
    address: Address | None = None
    code: Code | None = None


class CardVerification(IdentityFields):
    """A card.  Its number must verify (GB 11643), and it must not have expired."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [EXAMPLE_CARD]})

    terminal_id: TerminalId
    source: Literal["samv", "social_security"]
    name: Annotated[str, Field(max_length=200, pattern=NOT_BLANK)]
    number: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z ()-]*$")]
    valid_until: Annotated[Short | None, Field(description="YYYYMMDD, 长期, or empty when not known")] = None


class CodeVerification(Wire):
    """An opaque code.  One that begins with ``DEMO-UNKNOWN`` is not known (404), one that begins with
    ``DEMO-EXPIRED`` has expired (410); every other code names an invented person, always the same one."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [EXAMPLE_SCAN]})

    terminal_id: TerminalId
    source: Literal["scanner"]
    kind: Kind | Literal[""] | None = None
    code: Annotated[str, Field(min_length=1, max_length=4096, pattern=LINES)]


VerificationRequest = Annotated[CardVerification | CodeVerification, Field(discriminator="source")]


class HolderOut(Wire):
    name: str
    number: str
    kind: str
    birth: str
    sex: str
    ethnicity: str
    address: str
    phone: Annotated[str, Field(description="empty when the platform does not know it")]


class VerificationAnswer(Wire):
    token: Annotated[str, Field(description="for `Authorization: Bearer`, once per visit")]
    expires_at: AwareDatetime
    holder: HolderOut
    licences: Annotated[list[str], Field(description="materials and licences that the platform can supply")]


# --- applications -------------------------------------------------------------------------------


class ApplicantIn(IdentityFields):
    """The person, as the card said; for a code alone the platform knows the rest."""

    source: Source


class MaterialIn(Wire):
    code: Annotated[str, Field(pattern=r"^[A-Z0-9_]{2,32}$")]
    status: GivenStatus


EXAMPLE_APPLICATION: JsonValue = {
    "task_code": "11410400005459150K3442014001001",
    "task_version": "1",
    "terminal_id": "PDS-HALL-01",
    "serial": "7K3M9Q2XRA",
    "applied_at": "2026-11-21T12:30:00Z",
    "applicant": {
        "name": "张示范",
        "number": "11010519491231002X",
        "kind": "resident",
        "source": "samv",
        "birth": "19491231",
        "sex": "2",
        "ethnicity": "01",
        "address": "河南省平顶山市示范路1号",
    },
    "answers": {"months": "2026-01/2026-06"},
    "materials": [{"code": "ID_CARD", "status": "provided"}],
}


Grid = Annotated[int, WHOLE, Field(ge=0, le=20_000)]


class SignatureIn(Wire):
    """By finger (`drawn`: strokes of points and a PNG of them), or by a button for who cannot write."""

    kind: Literal["drawn", "button"]
    helped: Annotated[bool, Field(description="somebody else pressed the button, for who cannot")] = False
    width: Grid | None = None
    height: Grid | None = None
    strokes: Annotated[
        list[Annotated[list[Annotated[list[Grid], Field(min_length=2, max_length=2)]], Field(min_length=1)]],
        Field(max_length=200),
    ] = Field(default_factory=list)
    picture_png: Annotated[str, Field(max_length=200_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")] = ""


class ApplicationRequest(Wire):
    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [EXAMPLE_APPLICATION]})

    task_code: TaskCode
    task_version: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$", max_length=20)]
    terminal_id: TerminalId
    serial: Annotated[Serial, Field(description="the short number on the slip, given by the terminal")]
    applied_at: Annotated[Moment, Field(description="when the applicant confirmed, UTC")]
    applicant: ApplicantIn
    answers: Annotated[
        dict[
            Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")],
            Annotated[str, Field(max_length=1000, pattern=LINES)],
        ],
        Field(max_length=200, json_schema_extra={"additionalProperties": False}),
    ] = Field(default_factory=dict)
    materials: Annotated[list[MaterialIn], Field(max_length=100)] = Field(default_factory=list)
    signature: Annotated[
        SignatureIn | None, Field(description="where the matter asks for one; kept with the case")
    ] = None
    priority: Annotated[
        Literal["elderly", "ill", "disabled", "pregnant", "military", "fire_rescue", "medical"] | None,
        Field(description="the group of the green channel (绿色通道) that the applicant belongs to"),
    ] = None


class HandedIn(MaterialIn):
    evidence: Annotated[
        str, Field(max_length=512, pattern=LINES, description="the code of an electronic licence, scanned")
    ] = ""


class MaterialsRequest(Wire):
    """``serial`` and ``applicant`` come from a terminal: its slip's number, and whose card it has read."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"examples": [{"materials": [{"code": "PHOTO", "status": "provided"}]}]},
    )

    materials: Annotated[list[HandedIn], Field(min_length=1, max_length=100)]
    project_no: Annotated[str | None, Field(description="as in the address, where it is given")] = None
    terminal_id: TerminalId | None = None
    serial: Serial | None = None
    handed_in_at: Annotated[
        Moment | None, Field(description="when it was handed in, UTC; limits count then")
    ] = None
    applicant: ApplicantIn | None = None


class DocumentOut(Wire):
    id: Annotated[str, Field(description="for `GET /v1/documents/{id}.pdf`; cannot be guessed")]
    title: str
    pages: Annotated[int, Field(ge=1)]


class ResultOut(Wire):
    title: str
    columns: list[str]
    rows: list[list[str]]
    note: str


class SupplementOut(Wire):
    code: str
    name: str
    name_en: str
    until: Annotated[str, Field(description="last day, YYYY-MM-DD")]


class OwedOut(SupplementOut):
    how: str
    how_en: str


class PartOut(Wire):
    """One body's part of a joint case (一件事一次办)."""

    project_no: str
    task_code: str
    name: Words
    department: Words
    lead: Annotated[bool, Field(description="牵头部门")]
    state: CaseStateName
    state_text: Words


class CaseAnswer(Wire):
    """A case as it stands.  Times are UTC, days are those of Asia/Shanghai."""

    project_no: str
    serial: str
    task_code: str
    task_name: str
    state: CaseStateName
    state_text: Words
    reason: Words | None
    identity: Annotated[
        Literal["verified", "read_at_terminal"],
        Field(description="`read_at_terminal`: no valid token came with the application"),
    ]
    priority: Annotated[str | None, Field(description="the group of the green channel; for the holder")] = (
        None
    )
    received_at: str
    accepted_at: str | None
    promised_by: Annotated[str | None, Field(description="last day, YYYY-MM-DD")]
    documents: list[DocumentOut]
    result: ResultOut | None
    supplements: list[SupplementOut]
    owed: list[OwedOut]
    parts: Annotated[
        list[PartOut], Field(description="of a joint matter: how each body stands; empty for others")
    ] = Field(default_factory=list)


class CaseBrief(Wire):
    """What anybody may know who names the applicant's number or the slip's serial."""

    project_no: str
    task_code: str
    state: CaseStateName
    received_at: str
    serial: str
    masked_name: str
