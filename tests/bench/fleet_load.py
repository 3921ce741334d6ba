"""Simulated terminals against a server over loopback: a few hundred kept connections, one request at a time
on each, as fast as they are answered.

What is measured is the server's processor time and memory, not how long this client takes.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.figures import pss_mib, tree_of

CONNECTIONS: Final = 100
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire, and the status that is right for it."""

    head: bytes
    body: bytes = b""
    expected: int = 200


def get(path: str, expected: int = 200) -> Request:
    return Request(f"GET {path} HTTP/1.1\r\nHost: fleet\r\n\r\n".encode(), b"", expected)


def post(path: str, value: Any) -> Request:
    body = json.dumps(value).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: fleet\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode(), body)


@dataclass(frozen=True)
class Used:
    """By a server meanwhile: processor seconds, MiB at the end, and the answers that were wrong."""

    seconds: float
    mib: float
    refused: int


class Server:
    """A process with its children, at a loopback port."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.port = port

    def processor_seconds(self) -> float:
        total = 0.0
        for pid in tree_of(self.pid):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += (int(fields[11]) + int(fields[12])) / TICKS
        return total

    def answer(self, requests: Iterable[Request]) -> Used:
        """Send all of them and wait for every answer."""
        before = self.processor_seconds()
        refused = asyncio.run(_all(self.port, requests))
        return Used(self.processor_seconds() - before, pss_mib(tree_of(self.pid)), refused)


async def _all(port: int, requests: Iterable[Request]) -> int:
    waiting = iter(requests)
    counts = await asyncio.gather(*(_line(port, waiting) for _ in range(CONNECTIONS)))
    return sum(counts)


async def _line(port: int, waiting: Any) -> int:
    refused = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in waiting:
            writer.write(request.head + request.body)
            status, goes_on = await _answer(reader)
            refused += status != request.expected
            if not goes_on:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
    finally:
        writer.close()
    return refused


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    status = int(lines[0].split()[1])
    length = 0
    goes_on = True
    for line in lines[1:]:
        if line.startswith(b"content-length:"):
            length = int(line[15:])
        elif line.startswith(b"connection:") and b"close" in line:
            goes_on = False
    if length:
        await reader.readexactly(length)
    return status, goes_on
