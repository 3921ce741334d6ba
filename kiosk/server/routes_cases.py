"""Identity, applications, materials and papers."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from kiosk.server import api_fields as fields
from kiosk.server import api_models as api
from kiosk.server import cases, handing_in
from kiosk.server.acting import REFUSALS, Acting, Caller, caller_of
from kiosk.server.context import Platform, today
from kiosk.server.database import to_json
from kiosk.server.decisions import licences_of
from kiosk.server.described import problems
from kiosk.server.identities import Refused, give_token, holder_of, number_of_token
from kiosk.server.problems import ProblemError
from kiosk.server.repeats import Key

# Of one terminal: so many at once, then so many a second.
VERIFICATIONS = (120, 10.0)
APPLICATIONS = (500, 100.0)  # a long queue is drained as fast as this platform can take it
_TOKEN: dict[str, Any] = {"security": [{}, {"holderToken": []}]}
_IDENTITY = ("identity-unknown", "identity-code-expired", "identity-number-invalid", "identity-expired")
_PROJECT_NO = Path(pattern=r"^[0-9A-Z]{43,50}$", description="办件编号")


async def raw_body(request: Request) -> bytes:
    return await request.body()


def token_number(
    request: Request, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> str | None:
    """The number of the person whose valid token came with the request."""
    platform: Platform = request.app.state.platform
    return number_of_token(platform.engine, authorization)


Calls = Annotated[Caller, Depends(caller_of)]
TokenNumber = Annotated[str | None, Depends(token_number)]


def address_of(platform: Platform, request: Request) -> str:
    """Where this platform can be asked from outside."""
    return (platform.settings.public_url or str(request.base_url)).rstrip("/")


def case_routes(platform: Platform) -> APIRouter:
    router = APIRouter()
    verifying = Acting(platform, *VERIFICATIONS)
    applying = Acting(platform, *APPLICATIONS)

    @router.post(
        "/v1/identity/verifications",
        status_code=201,
        response_model=api.VerificationAnswer,
        tags=["identity"],
        summary="Card data or a scanned code for a short-lived token",
        responses=problems(*_IDENTITY, "identity-incomplete", "request-invalid", *REFUSALS),
    )
    def verify(body: api.VerificationRequest, caller: Calls) -> JSONResponse:
        verifying.check(caller, body.terminal_id)
        holder = holder_of(body, today())
        if isinstance(holder, Refused):
            raise ProblemError(holder.code)
        token, expires = give_token(platform.engine, holder, body.terminal_id)
        answer = api.VerificationAnswer(
            token=token,
            expires_at=expires,
            holder=api.HolderOut(**holder.as_dict()),
            licences=licences_of(list(platform.published.matters(body.terminal_id))),
        )
        return JSONResponse(answer.model_dump(mode="json"), 201, {"Cache-Control": "no-store"})

    @router.post(
        "/v1/applications",
        status_code=201,
        response_model=api.CaseAnswer,
        tags=["applications"],
        summary="Hand in an application, exactly once",
        description=(
            "The first request with a key makes a case (201). A repeat with the same key and the same JSON "
            "value gets the same bytes again (200), however often and however many at once; another value "
            "under the same key is refused (409). Nothing is kept of a request that ends in a problem.\n\n"
            "The token may be missing, expired or unknown: an application that a terminal kept while the "
            "platform was away comes later. The applicant's data are then evidence only, and the case says "
            "`identity: read_at_terminal`. A token of another person is refused (403)."
        ),
        openapi_extra=_TOKEN,
        responses={
            200: {"model": api.CaseAnswer, "description": "A repeat: the same bytes as the first answer"},
            **problems(
                "matter-unknown",
                "key-reused",
                "answers-invalid",
                "signature-invalid",
                "material-unknown",
                "identity-mismatch",
                "identity-incomplete",
                *_IDENTITY,
                "request-invalid",
                *REFUSALS,
            ),
        },
    )
    def apply(
        request: Request,
        body: api.ApplicationRequest,
        raw: Annotated[bytes, Depends(raw_body)],
        number: TokenNumber,
        caller: Calls,
        idempotency_key: Annotated[
            str,
            Header(
                min_length=8,
                max_length=128,
                pattern=fields.KEY,
                description="made by the terminal before the first attempt",
                examples=["0f2c8c1e-5d0b-4d5e-9a55-1f6f3c9d7b11"],
            ),
        ],
    ) -> Response:
        applying.check(caller, body.terminal_id)
        canonical = to_json(json.loads(raw)).encode("utf-8", "surrogatepass")
        outcome = cases.submit(
            platform,
            idempotency_key,
            hashlib.sha256(canonical).hexdigest(),
            body,
            number,
            address_of(platform, request),
        )
        return _json(outcome.answer, 201 if outcome.created else 200)

    @router.get(
        "/v1/applications",
        response_model=list[api.CaseAnswer | api.CaseBrief],
        tags=["applications"],
        summary="The applicant's own cases, or the case of a slip",
        description=(
            "With a token of that holder whole cases; otherwise only case number, matter, state, time, "
            "serial and a masked name. Without a filter: the cases of the token's holder."
        ),
        openapi_extra=_TOKEN,
        responses=problems("request-invalid"),
    )
    def find(
        number: TokenNumber,
        holder: Annotated[
            str | None, Query(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z ()-]+$")
        ] = None,
        serial: Annotated[str | None, Query(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]+$")] = None,
    ) -> Response:
        return _json(to_json(cases.find(platform, holder, serial, number)))

    @router.get(
        "/v1/applications/{project_no}",
        response_model=api.CaseAnswer,
        tags=["applications"],
        summary="How a case stands",
        description=(
            "The same members as the answer to the application. Case numbers can be guessed: without a token "
            "of the holder `result` is null and `documents` is empty."
        ),
        openapi_extra=_TOKEN,
        responses=problems("case-unknown", "request-invalid"),
    )
    def progress(project_no: Annotated[str, _PROJECT_NO], number: TokenNumber) -> Response:
        return _json(to_json(cases.read(platform, project_no, number)))

    @router.post(
        "/v1/applications/{project_no}/materials",
        response_model=api.CaseAnswer,
        tags=["applications"],
        summary="Hand in materials later",
        description=(
            "For what was owed or is to be supplemented, by the holder, until the end of the last day. The "
            "same again changes nothing, and the same key gets the same answer. "
            "The answer is the case as it then stands."
        ),
        openapi_extra=_TOKEN,
        responses=problems(
            "case-unknown",
            "case-closed",
            "material-late",
            "matter-unknown",
            "material-unknown",
            "evidence-invalid",
            "identity-mismatch",
            "identity-incomplete",
            *_IDENTITY,
            "key-reused",
            "request-invalid",
            *REFUSALS,
        ),
    )
    def hand_in(
        request: Request,
        project_no: Annotated[str, _PROJECT_NO],
        body: api.MaterialsRequest,
        number: TokenNumber,
        caller: Calls,
        idempotency_key: Key = None,
    ) -> Response:
        applying.check(caller, body.terminal_id)
        address = address_of(platform, request)
        answer = handing_in.hand_in(platform, idempotency_key, project_no, body, number, address)
        return _json(answer.model_dump_json())

    @router.get(
        "/v1/documents/{document_id}.pdf",
        response_class=Response,
        tags=["applications"],
        summary="A result paper, A4",
        responses={
            200: {
                "description": "The paper",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            },
            **problems("document-unknown"),
        },
    )
    def document(document_id: Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]) -> Response:
        pdf = cases.document(platform, document_id)
        return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})

    return router


def _json(text: str, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(text.encode(), status, headers=headers, media_type="application/json")
