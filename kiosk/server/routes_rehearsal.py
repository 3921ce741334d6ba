"""The commands of a rehearsal; these routes exist only where the platform was started for one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from kiosk.server import api_models as api
from kiosk.server import api_published as published
from kiosk.server import cases
from kiosk.server.context import Platform
from kiosk.server.database import to_json
from kiosk.server.described import problems
from kiosk.server.rehearsal import PATH, Behaviour
from kiosk.server.routes_cases import address_of


def rehearsal_routes(platform: Platform) -> APIRouter:
    router = APIRouter(tags=["rehearsal"])

    @router.get(PATH, response_model=published.BehaviourIn, summary="How the platform behaves now")
    def shown() -> published.BehaviourIn:
        return published.BehaviourIn(**platform.rehearsal.shown())

    @router.put(
        PATH,
        response_model=published.BehaviourIn,
        summary="Be slow, down or wrong",
        description=(
            "`mode` error_500, retry_after and not_json process nothing; cut, lose_answer and slow_body "
            "process the request and spoil its answer. `down` ends the connection without processing. "
            "`path_prefix` narrows it; empty is everything but this address. After `times` requests "
            "the platform is right again. `decision` holds for new applications. "
            "An empty object makes everything right."
        ),
        responses=problems("request-invalid"),
    )
    def command(body: published.BehaviourIn) -> published.BehaviourIn:
        platform.rehearsal.command(Behaviour(**body.model_dump()))
        return published.BehaviourIn(**platform.rehearsal.shown())

    @router.put(
        PATH + "/applications/{project_no}",
        response_model=api.CaseAnswer,
        summary="Decide a case that was received",
        responses=problems("case-unknown", "matter-unknown", "request-invalid"),
    )
    def decide(
        request: Request,
        project_no: Annotated[str, Path(pattern=r"^[0-9A-Z]{43,50}$")],
        body: published.DecideRequest,
    ) -> Response:
        answer = cases.decide_later(platform, project_no, body.decision, address_of(platform, request))
        return Response(to_json(answer).encode(), media_type="application/json")

    return router
