"""What a request may hold, and how it may ask."""

from __future__ import annotations

import json
from typing import Final

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.server import phone_pages
from kiosk.server.console import CONSOLE
from kiosk.server.problems import ProblemError
from kiosk.server.recordings import MOST_BYTES

BODY_BYTES: Final = 256 * 1024
RECORDINGS: Final = "/v1/recordings/"
_DRAINED_BYTES: Final = 16 * 1024 * 1024
"""What is still read of a body that is too large, so that its sender gets the answer to read."""


class _NoNumberError(Exception):
    pass


def _no_number(name: str) -> None:
    raise _NoNumberError(name)


def _too_large(scope: Scope) -> Response:
    """A problem for a program, a page for a person."""
    if scope["path"].startswith(("/w/", "/p/")):
        page = phone_pages.told_page(("没有收到", "Not taken"), phone_pages.TOO_MUCH)
        return HTMLResponse(page, 413, {**phone_pages.HEADERS, "Connection": "close"})
    return ProblemError("body-too-large", headers={"Connection": "close"}).response()


def is_console(scope: Scope) -> bool:
    path: str = scope["path"]
    return path == CONSOLE or path.startswith(f"{CONSOLE}/")


class HeadAsGet:
    """HEAD is answered as GET; the server under it leaves the body out (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class BodyLimit:
    """Reads the whole body first; 413 for one of more than 256 KiB, a recording's of more than 4 MiB.

    NaN and Infinity, which Python would read as numbers, are no JSON (RFC 8259): 400.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_console(scope):  # whose pages have a bound of their own
            await self._app(scope, receive, send)
            return
        body = bytearray()
        seen = 0
        spoken = scope["method"] == "PUT" and scope["path"].startswith(RECORDINGS)
        most = MOST_BYTES if spoken else BODY_BYTES
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            piece = message.get("body", b"")
            seen += len(piece)
            if seen <= most:
                body.extend(piece)
            if not message.get("more_body", False) or seen > _DRAINED_BYTES:
                break
        if seen > most:
            await _too_large(scope)(scope, receive, send)
            return
        if not spoken and (b"NaN" in body or b"Infinity" in body):
            try:
                json.loads(body, parse_constant=_no_number)
            except _NoNumberError:
                await ProblemError("request-malformed").response()(scope, receive, send)
                return
            except (ValueError, RecursionError):
                pass  # whatever it is instead, the route tells
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)
