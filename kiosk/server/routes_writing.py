"""A text that is written with a telephone: the terminal's side (JSON), and the telephone's (a page)."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from kiosk.matters.seen_text import plain
from kiosk.server import api_writing as api
from kiosk.server import phone_pages as pages
from kiosk.server import phone_text
from kiosk.server.acting import REFUSALS, Acting, Caller, caller_of
from kiosk.server.context import Platform
from kiosk.server.described import SERVER_TROUBLE, problems
from kiosk.server.phone_answers import PAGE, Knocking, html
from kiosk.server.problems import FieldError, ProblemError
from kiosk.server.routes_cases import address_of, raw_body
from kiosk.server.writing_places import (
    LIFE_SECONDS,
    Place,
    PlaceState,
    WritingPlaces,
    Written,
    public_key_of,
)

PLACES: Final = (20, 0.5)  # of one terminal: so many at once, then so many a second
PAGES: Final = (60, 1.0)  # of one telephone, or of all that share an address
LONGEST_WAIT_SECONDS: Final = 20
LOOK_SECONDS: Final = 0.4
HEADING: Final = ("用手机写", "Write on your phone")
Calls = Annotated[Caller, Depends(caller_of)]
PlaceId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Token = Annotated[str, Path(description="out of the QR code")]
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            phone_text.FORM: {
                "schema": {
                    "type": "object",
                    "required": ["text"],
                    "properties": {"text": {"type": "string", "minLength": 1}},
                }
            }
        },
    }
}


def writing_routes(platform: Platform) -> APIRouter:
    router = APIRouter()
    places = WritingPlaces(platform.engine)
    acting, knocking = Acting(platform, *PLACES), Knocking(*PAGES)
    looking = Acting(platform, 120, 5.0)

    @router.post(
        "/v1/writing-places",
        status_code=201,
        response_model=api.WritingPlaceOpened,
        tags=["writing"],
        summary="A place for one text that is written with a telephone, for one visit at this terminal",
        responses=problems("request-invalid", *REFUSALS),
    )
    def open_place(request: Request, body: api.WritingPlaceRequest, caller: Calls) -> api.WritingPlaceOpened:
        acting.check(caller, body.terminal_id)
        key = public_key_of(body.public_key)
        if key is None:
            wrong = FieldError("public_key", "wrong", "不是 X25519 公钥", "is no X25519 public key")
            raise ProblemError("request-invalid", [wrong])
        opened = places.open(caller.id or body.terminal_id, key, body.most_characters)
        url = f"{address_of(platform, request)}/w/{opened.token}"
        return api.WritingPlaceOpened(place_id=opened.id, url=url, seconds=LIFE_SECONDS)

    @router.get(
        "/v1/writing-places/{place_id}",
        response_model=api.WritingPlaceOut,
        tags=["writing"],
        summary="How that place is: waits until it is otherwise than `known`, or for `seconds`",
        responses=problems("request-invalid", "writing-place-unknown", *REFUSALS),
    )
    async def look(
        place_id: PlaceId,
        caller: Calls,
        known: Annotated[PlaceState | None, Query()] = None,
        seconds: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
    ) -> api.WritingPlaceOut:
        await run_in_threadpool(looking.check, caller, None)
        end = time.monotonic() + seconds
        while True:
            place: Place | None = await run_in_threadpool(places.look, place_id, caller.id)
            if place is None:
                raise ProblemError("writing-place-unknown")
            if place.state is not known or time.monotonic() >= end:
                return api.WritingPlaceOut(
                    state=place.state, sealed=base64.b64encode(place.sealed).decode("ascii")
                )
            await asyncio.sleep(LOOK_SECONDS)

    @router.delete(
        "/v1/writing-places/{place_id}",
        status_code=204,
        tags=["writing"],
        summary="The text was fetched, or nobody waits for it any more: it is erased",
        responses=problems("request-invalid", *REFUSALS),
    )
    def close(place_id: PlaceId, caller: Calls) -> Response:
        looking.check(caller, None)
        places.close(place_id, caller.id)
        return Response(status_code=204)

    @router.get(
        "/w/{token}",
        response_class=HTMLResponse,
        tags=["writing"],
        summary="What the QR code leads to: a page to write on, without scripts",
        responses={
            404: {"description": "Not open any more", **PAGE},
            429: {"description": "Too often", **PAGE},
            **SERVER_TROUBLE,
        },
    )
    def writing_page(request: Request, token: Token) -> HTMLResponse:
        if wait := knocking.wait_for(request):
            return html(pages.told_page(HEADING, pages.TOO_OFTEN), 429, wait)
        place = places.shown(token)
        if place is None or place.state is PlaceState.CLOSED:
            return html(pages.told_page(HEADING, pages.GONE), 404)
        if place.state in (PlaceState.WRITTEN, PlaceState.TAKEN):
            return html(pages.told_page(HEADING, pages.USED), 404)
        return html(pages.writing_page(place.most))

    @router.post(
        "/w/{token}",
        response_class=HTMLResponse,
        tags=["writing"],
        summary="Takes the text, once, and says what became of it",
        openapi_extra=_FORM,
        responses={
            400: {"description": "No form in UTF-8", **PAGE},
            404: {"description": "Not open any more", **PAGE},
            409: {"description": "Another text was taken before", **PAGE},
            422: {"description": "Nothing in it, or too long", **PAGE},
            429: {"description": "Too often", **PAGE},
            **SERVER_TROUBLE,
        },
    )
    def write(request: Request, token: Token, body: Annotated[bytes, Depends(raw_body)]) -> HTMLResponse:
        wait = knocking.wait_for(request)
        try:
            fields = phone_text.fields_of(body, request.headers.get("Content-Type", ""))
        except phone_text.NotText:
            return html(pages.told_page(HEADING, pages.NOT_TEXT), 400)
        text = plain(fields.get("text", ""))
        place = places.shown(token)
        most = place.most if place is not None else 0
        if wait:
            return html(pages.writing_page(most or 1, text, pages.TOO_OFTEN), 429, wait)
        if place is None or place.state is PlaceState.CLOSED:
            return html(pages.told_page(HEADING, pages.NOT_SENT, text), 404)
        if not text:
            return html(pages.writing_page(most, "", pages.EMPTY), 422)
        if len(text) > most:
            return html(pages.writing_page(most, text, pages.too_long(len(text), most)), 422)
        match places.write(token, text):
            case Written.NOW:
                return html(pages.told_page(HEADING, pages.SENT))
            case Written.BEFORE:
                return html(pages.told_page(HEADING, pages.BEFORE))
            case Written.OTHER:
                return html(pages.told_page(HEADING, pages.OTHER, text), 409)
            case Written.CLOSED | Written.UNKNOWN:
                return html(pages.told_page(HEADING, pages.NOT_SENT, text), 404)

    return router
