"""Complaints by telephone: what the QR code of 投诉和建议 leads to.  Nobody has to say who they are."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection, select

from kiosk.matters.calendar import Calendar
from kiosk.matters.seen_text import one_line, plain
from kiosk.server import api_voices as api
from kiosk.server import complaint_pages as pages
from kiosk.server import phone_pages, phone_text
from kiosk.server.complaint_pages import MOST_CHARACTERS, REASONS, Filled
from kiosk.server.context import Platform
from kiosk.server.database import requests
from kiosk.server.described import SERVER_TROUBLE
from kiosk.server.pages import local_time
from kiosk.server.phone_answers import PAGE, Knocking, html
from kiosk.server.problems import ProblemError
from kiosk.server.repeats import once
from kiosk.server.routes_cases import raw_body
from kiosk.server.routes_voices import file_request

COMPLAINTS: Final = (30, 0.2)  # of one address: a hall's wireless network has one for everybody
PATH: Final = "/p/complaints"
_ONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PHONE: Final = re.compile(r"[0-9+ -]*")
_CASE: Final = re.compile(r"[0-9A-Za-z-]{0,50}")
_TEXT: Final = {"type": "string"}
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            phone_text.FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "text": _TEXT,
                        "reason": {"type": "array", "items": {"type": "string", "enum": list(REASONS)}},
                        "phone": _TEXT,
                        "project_no": _TEXT,
                        "terminal": _TEXT,
                        "once": _TEXT,
                    },
                }
            }
        },
    }
}


def complaint_routes(platform: Platform) -> APIRouter:
    router = APIRouter()
    knocking, filing = Knocking(120, 2.0), Knocking(*COMPLAINTS)
    calendar = Calendar()

    @router.get(
        PATH,
        response_class=HTMLResponse,
        tags=["voices"],
        summary="A page to complain on with a telephone, without logging in",
        responses={429: {"description": "Too often", **PAGE}},
    )
    def ask(
        request: Request,
        terminal: Annotated[str, Query(description="the terminal whose code was scanned")] = "",
    ) -> HTMLResponse:
        if wait := knocking.wait_for(request):
            return html(phone_pages.told_page(pages.HEADING, phone_pages.TOO_OFTEN), 429, wait)
        return html(pages.complaint_page(_fresh(Filled(terminal=one_line(terminal)[:64]))))

    @router.post(
        PATH,
        response_class=Response,
        status_code=303,
        tags=["voices"],
        summary="Takes the complaint, and leads to the page that tells how it stands",
        openapi_extra=_FORM,
        responses={
            400: {"description": "No form in UTF-8", **PAGE},
            409: {"description": "What was sent before was another text", **PAGE},
            422: {"description": "Something is missing or wrong", **PAGE},
            429: {"description": "Too often", **PAGE},
            **SERVER_TROUBLE,
        },
    )
    def complain(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
        wait = filing.wait_for(request)
        try:
            fields = phone_text.fields_of(body, request.headers.get("Content-Type", ""))
        except phone_text.NotText:
            return html(phone_pages.told_page(pages.HEADING, phone_pages.NOT_TEXT), 400)
        filled = _filled(fields)
        if wait:
            return html(pages.complaint_page(filled, phone_pages.TOO_OFTEN), 429, wait)
        if filled.wrong:
            return html(pages.complaint_page(filled), 422)
        said = api.CitizenRequest(
            kind="complaint",
            text=_said(filled),
            phone=filled.phone or None,
            terminal_id=filled.terminal or None,
            project_no=filled.project_no or None,
        )

        def work(connection: Connection) -> api.CitizenRequestAnswer:
            return file_request(connection, said)

        try:
            answer = once(platform, f"phone-{filled.once}", said, api.CitizenRequestAnswer, work)
        except ProblemError:  # the same form again, with other words in it
            return html(pages.complaint_page(_fresh(filled), _CHANGED), 409)
        return RedirectResponse(f"{PATH}/{answer.request_no}", 303, dict(phone_pages.HEADERS))

    @router.get(
        PATH + "/{number}",
        response_class=HTMLResponse,
        tags=["voices"],
        summary="How a complaint stands, by its number; nothing of what was said",
        responses={
            404: {"description": "No such number", **PAGE},
            429: {"description": "Too often", **PAGE},
            **SERVER_TROUBLE,
        },
    )
    def stands(request: Request, number: str) -> HTMLResponse:
        if wait := knocking.wait_for(request):
            return html(phone_pages.told_page(pages.HEADING, phone_pages.TOO_OFTEN), 429, wait)
        from kiosk.server.console import tickets  # loaded where it is needed only

        asked = select(requests.c.received_at).where(
            requests.c.request_no == number, requests.c.kind == "complaint"
        )
        with platform.engine.connect() as connection:
            received = connection.execute(asked).scalar_one_or_none()
        if received is None:
            return html(pages.unknown_page(), 404)
        ticket = tickets.of_request(platform.engine, calendar, number)
        deadline = ticket.deadline if ticket is not None else ""
        return html(
            pages.state_page(number, ticket.state if ticket else "open", local_time(received), deadline)
        )

    return router


_CHANGED: Final = phone_pages.Told(
    (
        "您上次提交的已经登记。现在的内容和上次不同，还没有提交；要补充，请再点一次“提交”，会另给编号。",
        "What you sent before is registered. This text is another one and was not sent; to add it, send "
        "again: it gets a number of its own.",
    ),
    "wrong",
)


def _fresh(filled: Filled) -> Filled:
    """With a mark of its own, by which a form that is sent twice is known."""
    return Filled(**{**vars(filled), "once": secrets.token_urlsafe(16), "wrong": ()})


def _filled(fields: Mapping[str, str]) -> Filled:
    text = plain(fields.get("text", ""))
    given = fields.get("reason", "").split(",")
    reasons = tuple(code for code in REASONS if code in given)
    phone = one_line(fields.get("phone", ""))
    project_no = one_line(fields.get("project_no", "")).replace(" ", "").upper()
    digits = sum(map(str.isdigit, phone))
    wrong = []
    if not text and not reasons:
        wrong.append("text")
    if len(text) > MOST_CHARACTERS:
        wrong.append("long")
    if phone and not (_PHONE.fullmatch(phone) and 7 <= digits <= 12):
        wrong.append("phone")
    if not _CASE.fullmatch(project_no):
        wrong.append("project_no")
    mark = fields.get("once", "")
    return Filled(
        text,
        reasons,
        phone[:20],
        project_no[:60],
        one_line(fields.get("terminal", ""))[:64],
        mark if _ONCE.fullmatch(mark) else secrets.token_urlsafe(16),
        tuple(wrong),
    )


def _said(filled: Filled) -> str:
    """For the people who act on it."""
    parts = ["；".join(REASONS[code][0] for code in filled.reasons), filled.text]
    return "\n".join(part for part in parts if part)
