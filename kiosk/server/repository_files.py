"""The repository of signed bundles as plain files below ``/repository``, as any web server would give them.

Nothing in here knows what the files mean: the same folder behind nginx or in an object store does as well.
Small files are kept in memory, by what the file system says of them; an entity tag is the content's own
digest, so that two versions of the same second and length are never taken for one.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.server.problems import ProblemError

PREFIX: Final = "/repository/"
KEPT_FILES: Final = 256
KEPT_BYTES: Final = 1024 * 1024  # of one file
CHUNK_BYTES: Final = 256 * 1024
METHODS: Final = ("GET", "HEAD")
Identity = tuple[int, int, int]


@dataclass(frozen=True)
class _Kept:
    identity: Identity
    tag: bytes
    size: int
    content: bytes | None  # None: too large to be kept


class RepositoryFiles:
    """Answers what is below :data:`PREFIX`; everything else goes on to ``app``."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = os.path.realpath(folder)
        self._known: OrderedDict[str, _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        if scope["method"] not in METHODS:
            error = ProblemError("method-not-allowed", headers={"Allow": ", ".join(METHODS)})
            await error.response()(scope, receive, send)
            return
        path = self._path(scope["path"][len(PREFIX) :])
        known = None if path is None else self._look(path)
        if path is None or known is None:
            await ProblemError("not-found").response()(scope, receive, send)
            return
        await self._give(scope, send, path, known)

    def _path(self, name: str) -> str | None:
        """Inside the folder; nothing hidden, nothing that leads out."""
        parts = name.split("/")
        if any(not part or part.startswith(".") or "\x00" in part for part in parts):
            return None
        path = os.path.realpath(os.path.join(self._folder, *parts))
        return path if path.startswith(self._folder + os.sep) else None

    def _look(self, path: str) -> _Kept | None:
        known = self._known.get(path)
        try:
            found = os.stat(path)
            identity = (found.st_ino, found.st_size, found.st_mtime_ns)
            if known is not None and known.identity == identity:
                return known
            if not stat.S_ISREG(found.st_mode):
                return None
            known = _read(path)
        except (OSError, ValueError):
            self._known.pop(path, None)
            return None
        self._known[path] = known
        self._known.move_to_end(path)
        if len(self._known) > KEPT_FILES:
            self._known.popitem(last=False)
        return known

    async def _give(self, scope: Scope, send: Send, path: str, known: _Kept) -> None:
        headers = [(b"etag", known.tag), (b"cache-control", b"no-cache")]
        if _asked_tags(scope) & {known.tag, b"*"}:
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body"})
            return
        kind = b"application/json" if path.endswith(".json") else b"application/octet-stream"
        headers += [(b"content-type", kind), (b"content-length", str(known.size).encode())]
        if known.content is not None or scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            body = known.content if scope["method"] == "GET" else b""
            await send({"type": "http.response.body", "body": body})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for chunk in _chunks(path, known.size):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})


def _read(path: str) -> _Kept:
    """Its content where it is small; the identity is that of the very file that was read."""
    with open(path, "rb") as file:
        found = os.fstat(file.fileno())
        digest = hashlib.sha256()
        small = found.st_size <= KEPT_BYTES
        content = file.read() if small else b""
        digest.update(content)
        if not small:
            for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                digest.update(chunk)
    size = len(content) if small else found.st_size
    tag = f'"{digest.hexdigest()[:32]}"'.encode()
    identity = (found.st_ino, found.st_size, found.st_mtime_ns)
    return _Kept(identity, tag, size, content if small else None)


async def _chunks(path: str, size: int) -> AsyncIterator[bytes]:
    """Exactly ``size`` bytes; a file that has become shorter ends the connection, which its reader sees."""
    left = size
    with await anyio.to_thread.run_sync(open, path, "rb") as file:
        while left:
            chunk = await anyio.to_thread.run_sync(file.read, min(CHUNK_BYTES, left))
            if not chunk:
                raise OSError("the file has become shorter")
            left -= len(chunk)
            yield chunk


def _asked_tags(scope: Scope) -> set[bytes]:
    return set(_tags(scope))


def _tags(scope: Scope) -> Iterator[bytes]:
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            for each in value.split(b","):
                yield each.strip().removeprefix(b"W/")
