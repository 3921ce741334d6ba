"""What terminals call: heartbeats, reports about bundles, and the wait for something new."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request

from kiosk.server.acting import Caller, caller_of
from kiosk.server.api_fields import LINE
from kiosk.server.database import now_text
from kiosk.server.described import problems
from kiosk.server.fleet import api
from kiosk.server.fleet.beats import Call, Taken
from kiosk.server.fleet.credentials import HEADER
from kiosk.server.fleet.proof import shown_by
from kiosk.server.fleet.service import FleetService
from kiosk.server.fleet.wake import LONGEST_SECONDS
from kiosk.server.problems import ProblemError

Terminal = Annotated[str, Path(min_length=1, max_length=64, pattern=LINE)]
Credential = Annotated[str | None, Header(alias=HEADER, max_length=200)]
_REFUSALS = (
    "request-invalid",
    "terminal-credential-missing",
    "terminal-not-itself",
    "terminal-unknown",
    "too-many-requests",
    "busy",
)


def fleet_routes(service: FleetService) -> APIRouter:
    router = APIRouter()

    async def given(request: Request, terminal_id: str, credential: str | None, call: Call) -> Taken:
        if wait := service.calls.wait_for(terminal_id):
            raise ProblemError("too-many-requests", headers={"Retry-After": str(wait)})
        taken = await service.gatherer.give(call)
        if taken.refused:
            retry = {"Retry-After": "5"} if taken.refused == "busy" else {}
            raise ProblemError(taken.refused, headers=retry)
        return taken

    @router.post(
        "/v1/terminals/{terminal_id}/heartbeat",
        response_model=api.HeartbeatAnswer,
        tags=["terminals"],
        summary="A terminal says how it is, and hears the time and what it is to do",
        responses=problems(*_REFUSALS),
    )
    async def heartbeat(
        request: Request,
        terminal_id: Terminal,
        body: api.Heartbeat | None = None,
        credential: Credential = None,
    ) -> api.HeartbeatAnswer:
        shown = shown_by(request.scope, credential or "")
        call = Call(terminal_id, shown, body or api.Heartbeat())
        taken = await given(request, terminal_id, credential, call)
        return api.HeartbeatAnswer(
            terminal_id=terminal_id,
            server_time=now_text(),
            group=taken.group,
            commands=list(taken.commands),
            wake=service.wake.version,
        )

    @router.post(
        "/v1/terminals/{terminal_id}/reports",
        response_model=api.ReportsAnswer,
        tags=["terminals"],
        summary="What became of bundles; a report that comes again is the same report",
        responses=problems(*_REFUSALS),
    )
    async def report(
        request: Request,
        terminal_id: Terminal,
        body: api.Reports,
        credential: Credential = None,
    ) -> api.ReportsAnswer:
        call = Call(terminal_id, shown_by(request.scope, credential or ""), None, body.reports)
        taken = await given(request, terminal_id, credential, call)
        return api.ReportsAnswer(terminal_id=terminal_id, kept=taken.kept)

    @router.get(
        "/v1/fleet/wake",
        response_model=api.WakeAnswer,
        tags=["terminals"],
        summary="Waits until something was assigned, or asked of this terminal, or for `seconds`",
        responses=problems("request-invalid"),
    )
    async def wait_for_news(
        version: Annotated[int, Query(ge=0, le=2**53, description="the last number that was heard")],
        caller: Annotated[Caller, Depends(caller_of)],
        seconds: Annotated[int, Query(ge=0, le=LONGEST_SECONDS)] = 50,
        heard: Annotated[int, Query(ge=0, le=2**53, description="the last `called` that was heard")] = 0,
    ) -> api.WakeAnswer:
        now = await service.wake.wait(version, seconds, caller.id, heard)
        return api.WakeAnswer(version=now, called=service.wake.called(caller.id))

    return router
