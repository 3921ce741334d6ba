"""The console as an application of its own, put together when somebody first asks for it."""

from __future__ import annotations

import atexit
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.matters.calendar import Calendar
from kiosk.server.console import (
    listening,
    pages_audit,
    pages_changes,
    pages_entry,
    pages_files,
    pages_fleet,
    pages_matters,
    pages_new,
    pages_overview,
    pages_packages,
    pages_parts,
    pages_rollouts,
    pages_sections,
    pages_voices,
)
from kiosk.server.console.desk import HEADERS, Entry, endpoint_of, on_error
from kiosk.server.console.pictures import Pictures
from kiosk.server.console.render import HERE, Renderer
from kiosk.server.console.room import Room
from kiosk.server.context import Platform

BODY_BYTES: Final = 2 * 1024 * 1024
_FOR_EVER: Final = "public, max-age=31536000, immutable"

ENTRIES: Final[tuple[Entry, ...]] = (
    *pages_entry.ENTRIES,
    *pages_overview.ENTRIES,
    *pages_new.ENTRIES,
    *pages_matters.ENTRIES,
    *pages_changes.ENTRIES,
    *pages_parts.ENTRIES,
    *pages_sections.ENTRIES,
    *pages_files.ENTRIES,
    *pages_packages.ENTRIES,
    *pages_rollouts.ENTRIES,
    *pages_fleet.ENTRIES,
    *pages_voices.ENTRIES,
    *listening.ENTRIES,
    *pages_audit.ENTRIES,
)


def create_console(platform: Platform) -> ASGIApp:
    settings = platform.settings
    pictures = Pictures(settings.console_files / "pictures")
    atexit.register(pictures.stop)
    room = Room(platform, settings.console_files, settings.demo_console, pictures, Calendar())
    renderer = Renderer()
    routes: list[BaseRoute] = [
        Route(entry.path, endpoint_of(entry, room, renderer), methods=[entry.method]) for entry in ENTRIES
    ]
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    app = Starlette(routes=routes, exception_handlers={HTTPException: partial(on_error, renderer, room)})
    app.router.redirect_slashes = False
    return _Frame(app)


class _Frame:
    """Around every answer: its headers, and a bound for what is sent in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        static = "/static/" in scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if static and message["status"] == 200:
                    headers["Cache-Control"] = _FOR_EVER
            await send(message)

        await self._app(scope, _bounded(receive), with_headers)


def _bounded(receive: Receive) -> Callable[[], Awaitable[Message]]:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_BYTES:
            raise HTTPException(413)
        return message

    return bounded
