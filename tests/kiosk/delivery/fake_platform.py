"""A platform on loopback that decides every application once, and can be wrong on command.

Behaviours are taken from a list, one for each request; when it is empty the platform is right.
"""

from __future__ import annotations

import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pypdfium2


def _pdf() -> bytes:
    """One blank page, and enough bytes to be cut somewhere."""
    buffer = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(buffer)
    document.close()
    head, _, rest = buffer.getvalue().partition(b"\n")
    return head + b"\n" + b"%" + b"x" * 4000 + b"\n" + rest


PDF = _pdf()


@dataclass
class Behaviour:
    """``process``: the application is taken before the behaviour shows.

    ``status`` and ``body`` replace the answer; ``cut`` sends only so many bytes of it (headers included)
    and closes; ``held`` answers nothing until :meth:`FakePlatform.release`; ``delay`` and ``drip`` (seconds
    between single bytes) take time.
    """

    process: bool = True
    status: int | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    held: bool = False
    delay: float = 0.0
    drip: float = 0.0
    when: Callable[[dict[str, Any]], bool] | None = None  # else the platform is right, and this one stays


RIGHT = Behaviour()
LOST = Behaviour(cut=0)
HELD = Behaviour(held=True)
GARBAGE = Behaviour(body=b"{]")
PAGE = Behaviour(body=b"<html>please log in</html>", headers={"Content-Type": "text/html"})


def refusing(status: int, code: str = "", process: bool = False, **headers: str) -> Behaviour:
    body = json.dumps({"type": f"urn:x:{code}", "code": code} if code else {}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Behaviour(process, status, body, {"Content-Type": "application/problem+json", **named})


class FakePlatform:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.behaviours: list[Behaviour] = []
        self.always: Behaviour | None = None
        self.cases: dict[str, tuple[bytes, bytes]] = {}  # key -> body, answer
        self.order: list[dict[str, Any]] = []  # bodies, as they were first taken
        self.posts: list[str] = []  # keys, every attempt
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []  # method, path, headers, body
        self.answer: dict[str, Any] = {"state": "accepted"}
        self.most_at_once = 0
        self.same_key_at_once = False
        self._under_way: list[str] = []
        self._lock = threading.Lock()
        self._go_on = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                platform.handle(self)

            do_GET = do_PUT = do_POST  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                return None

        class Server(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                return None  # clients that went away are part of these tests

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def release(self) -> None:
        """Give the answers that are held, and hold no more."""
        self._go_on.set()

    @property
    def holds_the_next(self) -> bool:
        """Whether the next request will get no answer for now."""
        if self._go_on.is_set():
            return False
        return any(each.held for each in ([self.always] if self.always else self.behaviours[:1]))

    def stop(self) -> None:
        self.release()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in request.headers.items()}
        key = headers.get("idempotency-key", "")
        with self._lock:
            self.seen.append((request.command, request.path, headers, body))
            behaviour = self._next(body)
            if request.path == "/v1/applications":
                self.posts.append(key)
                self.same_key_at_once |= key in self._under_way
                self._under_way.append(key)
                self.most_at_once = max(self.most_at_once, len(self._under_way))
        try:
            status, answer = 200, b"{}"
            if behaviour.process:
                status, answer = self._answer(request.command, request.path, key, body)
            self._send(request, behaviour, status, answer)
        finally:
            with self._lock:
                if request.path == "/v1/applications":
                    self._under_way.remove(key)

    def _next(self, body: bytes) -> Behaviour:
        if self.always is not None:
            chosen = self.always
            return chosen if chosen.when is None or chosen.when(json.loads(body or b"{}")) else RIGHT
        return self.behaviours.pop(0) if self.behaviours else RIGHT

    def _answer(self, method: str, path: str, key: str, body: bytes) -> tuple[int, bytes]:
        if path.startswith("/v1/documents/"):
            return 200, PDF
        if path == "/v1/identity/verifications":
            return 201, json.dumps(
                {"token": "T-1", "holder": {"name": "王𠮷", "phone": "13800000000"}, "licences": ["HUKOU"]}
            ).encode()
        if method != "POST" or path != "/v1/applications":
            return 200, b'{"items": [{"catalog_code": "442014001001"}]}'
        with self._lock:
            if key in self.cases:
                before, answer = self.cases[key]
                return (200, answer) if before == body else (409, b'{"code": "key-reused"}')
            given = json.loads(body)
            number = f"{given['task_code']}20261121{len(self.cases):04d}"
            answer = json.dumps({"project_no": number, **self.answer}, ensure_ascii=False).encode()
            self.cases[key] = (body, answer)
            self.order.append(given)
            return 201, answer

    def _send(self, request: BaseHTTPRequestHandler, how: Behaviour, status: int, answer: bytes) -> None:
        body = answer if how.body is None else how.body
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **how.headers}
        if body.startswith(b"%PDF"):
            headers["Content-Type"] = "application/pdf"
        head = f"HTTP/1.1 {how.status or status} X\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        whole = head.encode() + body
        if how.held:
            self._go_on.wait()
        time.sleep(how.delay)
        if how.cut is not None:
            request.close_connection = True
            request.wfile.write(whole[: how.cut])
        elif how.drip:
            for byte in whole:
                request.connection.sendall(bytes((byte,)))
                time.sleep(how.drip)
        else:
            request.wfile.write(whole)
        request.wfile.flush()
        if how.cut is not None:
            request.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def fake_platform(tls: ssl.SSLContext | None = None) -> Iterator[FakePlatform]:
    platform = FakePlatform(tls)
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
