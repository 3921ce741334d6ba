"""A platform that is slow, down or wrong on command, real on the wire.

The commands work on the connection itself, around everything else: what a terminal sees is what it
would see of a broken network or a broken platform.

============ ======================================================================================
down         the connection is ended without an answer; nothing is processed
error_500    500 and a problem document; nothing is processed
retry_after  503 with ``Retry-After``; nothing is processed
not_json     200 and a page of HTML, as a proxy gives it; nothing is processed
cut          processed; the answer breaks off in the middle of its body
lose_answer  processed; the connection is ended before the first byte of the answer
slow_body    processed; the body comes in small pieces, half a second apart
============ ======================================================================================

``latency_ms`` waits before anything else and goes with any of them.
"""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.server.console import CONSOLE
from kiosk.server.problems import MEDIA_TYPE, RETRY_AFTER_SECONDS, ProblemError
from kiosk.server.settings import DecisionName, Mode, PlatformSettings

PATH: Final = "/rehearsal"
CONNECTION: Final = "kiosk.connection"
"""Key in ``scope["extensions"]`` of the transport, put there by :mod:`kiosk.server.run`."""

SLOW_PIECES: Final = 20
SLOW_PIECE_SECONDS: Final = 0.5
_HTML: Final = (
    "<!doctype html><meta charset=utf-8><title>网关</title><p>系统维护中 Under maintenance</p>".encode()
)


@dataclass(frozen=True)
class Behaviour:
    """``times``: how many requests it still holds for (``None``: until the next command).  A request counts
    when it is disturbed; where only a decision is commanded, when an application is decided."""

    latency_ms: int = 0
    down: bool = False
    mode: Mode = "right"
    times: int | None = None
    decision: DecisionName | None = None
    path_prefix: str = ""

    @property
    def disturbs(self) -> bool:
        return self.down or self.latency_ms > 0 or self.mode != "right"


class Rehearsal:
    """The behaviour that holds now.  Safe for use from every thread."""

    def __init__(self, settings: PlatformSettings) -> None:
        self._lock = threading.Lock()
        self._behaviour = Behaviour(
            latency_ms=settings.latency_ms, mode=settings.mode, decision=settings.decision
        )

    def command(self, behaviour: Behaviour) -> None:
        with self._lock:
            self._behaviour = behaviour

    def shown(self) -> dict[str, Any]:
        with self._lock:
            return asdict(self._behaviour)

    def take(self, path: str) -> Behaviour | None:
        """How a request for ``path`` is to be disturbed, counted; ``None``: not at all."""
        with self._lock:
            now = self._behaviour
            if not now.disturbs or not path.startswith(now.path_prefix):
                return None
            self._count()
            return now

    def take_decision(self) -> DecisionName | None:
        """The decision that is commanded for an application being decided now."""
        with self._lock:
            now = self._behaviour
            if now.decision is not None and not now.disturbs:
                self._count()
            return now.decision

    def _count(self) -> None:
        times = self._behaviour.times
        if times is not None:
            self._behaviour = replace(self._behaviour, times=times - 1) if times > 1 else Behaviour()


class RehearsalLayer:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, rehearsal: Rehearsal) -> None:
        self._app = app
        self._rehearsal = rehearsal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        behaviour = None
        if scope["type"] == "http" and not scope["path"].startswith((PATH, f"{CONSOLE}/")):
            behaviour = self._rehearsal.take(scope["path"])
        if behaviour is None:
            await self._app(scope, receive, send)
            return
        if behaviour.latency_ms:
            await asyncio.sleep(behaviour.latency_ms / 1000)
        if behaviour.down:
            await _end_connection(scope, receive, flush=False)
            return
        match behaviour.mode:
            case "error_500":
                await _answer_problem(send, ProblemError("internal"))
            case "retry_after":
                headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
                await _answer_problem(send, ProblemError("busy", headers=headers))
            case "not_json":
                await _answer(send, 200, _HTML, [(b"content-type", b"text/html; charset=utf-8")])
            case "cut":
                start, body = await self._processed(scope, receive)
                await send(start)
                await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
                await _end_connection(scope, receive, flush=True)
            case "lose_answer":
                await self._processed(scope, receive)
                await _end_connection(scope, receive, flush=False)
            case "slow_body":
                await _drip(send, *await self._processed(scope, receive))
            case "right":
                await self._app(scope, receive, send)

    async def _processed(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        """Let the platform do its work, and keep the answer: its start, with its length, and its body."""
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        start["headers"] = [*headers, (b"content-length", str(len(body)).encode())]
        return start, bytes(body)


async def _drip(send: Send, start: Message, body: bytes) -> None:
    await send(start)
    size = max(1, -(-len(body) // SLOW_PIECES))
    for offset in range(0, len(body), size):
        await asyncio.sleep(SLOW_PIECE_SECONDS)
        piece = body[offset : offset + size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _end_connection(scope: Scope, receive: Receive, *, flush: bool) -> None:
    """End the connection under the server: with what was written so far, or with nothing."""
    transport = scope.get("extensions", {}).get(CONNECTION)
    if transport is None:
        raise RuntimeError("this server gives no access to its connections; start it with kiosk.server.run")
    if flush:
        transport.close()
    else:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer_problem(send: Send, problem: ProblemError) -> None:
    response = problem.response()
    headers = [pair for pair in response.raw_headers if pair[0] not in (b"content-type", b"content-length")]
    body = json.dumps(problem.document(), ensure_ascii=False).encode()
    await _answer(send, response.status_code, body, [*headers, (b"content-type", MEDIA_TYPE.encode())])


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
