"""What all pages for telephones answer with, and how often one address may ask for them."""

from __future__ import annotations

import threading
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from kiosk.server.fleet.rate import RateLimit
from kiosk.server.phone_pages import HEADERS

PAGE: Final[dict[str, Any]] = {"content": {"text/html": {"schema": {"type": "string"}}}}
"""How such an answer is described."""


class Knocking:
    """How often one address may open pages.  Any thread."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._limit = RateLimit(burst, per_second)
        self._lock = threading.Lock()

    def wait_for(self, request: Request) -> int:
        with self._lock:
            return self._limit.wait_for(request.client.host if request.client else "")


def html(page: str, status: int = 200, retry_after: int = 0) -> HTMLResponse:
    more = {"Retry-After": str(retry_after)} if retry_after else {}
    return HTMLResponse(page, status, {**HEADERS, **more})
