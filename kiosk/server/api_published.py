"""The bodies of what is published, of the rehearsal's switches, and of problems."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from kiosk.server.api_fields import LINE, WHOLE, Wire, Words
from kiosk.server.settings import DecisionName, Mode

# --- what is published --------------------------------------------------------------------------


class BaseItem(Wire):
    catalog_code: str
    name: str


class BaseCatalogueOut(Wire):
    version: str
    items: list[BaseItem]


class GuideOut(Wire):
    """The published guide; ``guide`` holds the 26 elements of Article 7."""

    task_code: str
    catalog_code: str
    task_version: str
    name: Words
    plain_name: Words
    department: Words
    shape: str
    guide: dict[str, Any]


# --- rehearsal ----------------------------------------------------------------------------------


class BehaviourIn(Wire):
    """How the platform is to behave.  Members left out are as in a platform that is right."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"mode": "lose_answer", "times": 1, "path_prefix": "/v1/applications"}]
        },
    )

    latency_ms: Annotated[int, Field(ge=0, le=600_000, strict=True), WHOLE] = 0
    down: Annotated[bool, Field(strict=True)] = False
    mode: Mode = "right"
    times: Annotated[int, Field(ge=1, le=1_000_000, strict=True), WHOLE] | None = None
    decision: DecisionName | None = None
    path_prefix: Annotated[str, Field(max_length=200, pattern=LINE)] = ""


class DecideRequest(Wire):
    """A later decision about a case that was only received."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [{"decision": "accepted"}]})

    decision: DecisionName


# --- problems -----------------------------------------------------------------------------------


class FieldErrorOut(Wire):
    field: str
    code: str
    detail: str
    detail_en: str


class ProblemOut(Wire):
    """RFC 9457."""

    type: Annotated[str, Field(pattern=r"^urn:kiosk:problem:[a-z-]+$")]
    title: str
    status: int
    detail: str
    detail_en: str
    code: str
    errors: list[FieldErrorOut] = Field(default_factory=list)
    instance: str = ""
