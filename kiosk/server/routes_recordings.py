"""A recording comes before its complaint: under a name of its own, with a checksum, and not too large."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query
from pydantic.json_schema import SkipJsonSchema

from kiosk.server.acting import REFUSALS, Acting, Caller, caller_of
from kiosk.server.api_voices import RecordingAnswer, RecordingId
from kiosk.server.context import Platform
from kiosk.server.described import problems
from kiosk.server.problems import FieldError, ProblemError
from kiosk.server.recordings import MOST_DAYS, USUAL_DAYS, seconds_of
from kiosk.server.routes_cases import raw_body

CALLS: Final = (20, 0.5)  # of one terminal: so many at once, then so many a second
TYPE: Final = "audio/wav"
TYPES: Final = (TYPE, "audio/x-wav", "audio/vnd.wave", "audio/wave")
_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):\s*(?:,|$)")
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
Calls = Annotated[Caller, Depends(caller_of)]


def recording_routes(platform: Platform) -> APIRouter:
    router = APIRouter()
    acting = Acting(platform, *CALLS)

    @router.put(
        "/v1/recordings/{recording_id}",
        response_model=RecordingAnswer,
        tags=["voices"],
        summary="Hand over what somebody has said, before the complaint that names it",
        description=(
            "WAV, 16 kHz, 16-bit, mono, at most 4 MiB. The same again under the same name is answered the "
            "same way; `POST /v1/requests` names it as `recording_id`. It is erased `keep_days` after the "
            "complaint was dealt with, and after a week where no complaint comes."
        ),
        openapi_extra=_BODY,
        responses=problems(
            "request-invalid",
            "recording-type",
            "recording-digest",
            "recording-format",
            "key-reused",
            *REFUSALS,
        ),
    )
    def hand_over(
        recording_id: Annotated[RecordingId, Path()],
        caller: Calls,
        body: Annotated[bytes, Depends(raw_body)],
        keep_days: Annotated[
            int, Query(ge=1, le=MOST_DAYS, description="as the citizen was told")
        ] = USUAL_DAYS,
        content_digest: Annotated[
            str | SkipJsonSchema[None],
            Header(max_length=400, description="RFC 9530: `sha-256=:BASE64:` of the body"),
        ] = None,
        content_type: Annotated[str | SkipJsonSchema[None], Header(include_in_schema=False)] = None,
    ) -> RecordingAnswer:
        acting.check(caller, None)
        if (content_type or "").split(";")[0].strip().lower() not in TYPES:
            raise ProblemError("recording-type")
        told = _DIGEST.search(content_digest or "")
        if told is None or not _same(told.group(1), body):
            raise ProblemError("recording-digest")
        seconds = seconds_of(body)
        if seconds is None:
            raise ProblemError("recording-format")
        if not platform.recordings.keep(recording_id, caller.id, body, keep_days):
            raise ProblemError("key-reused")
        return RecordingAnswer(
            recording_id=recording_id, seconds=round(seconds, 3), sha256=hashlib.sha256(body).hexdigest()
        )

    return router


def _same(told: str, body: bytes) -> bool:
    try:
        return hmac.compare_digest(base64.b64decode(told, validate=True), hashlib.sha256(body).digest())
    except binascii.Error:
        return False


def wrong_recording(field: str) -> ProblemError:
    """A recording with something that is no complaint."""
    told = FieldError(field, "wrong", "只有投诉可以带录音", "only a complaint may have a recording")
    return ProblemError("request-invalid", [told])
