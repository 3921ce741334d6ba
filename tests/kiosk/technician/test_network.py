"""The way to the platform, on real sockets: a name, a port, certificates, an answer, a clock."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from devices.contract import Deadline
from kiosk.settings_sections import PlatformSettings
from kiosk.technician.network import STEPS, check
from kiosk.technician.state import NetworkStep
from tests.kiosk.delivery.certificates import Authority


@contextmanager
def answering(
    date: datetime | None, context: ssl.SSLContext | None = None, status: int = 200
) -> Iterator[int]:
    """A platform that gives every request the same answer."""
    said = f"Date: {format_datetime(date, usegmt=True)}\r\n" if date else ""
    head = f"HTTP/1.1 {status} X\r\n{said}Content-Type: application/json\r\nContent-Length: 2\r\n"
    answer = f"{head}Connection: close\r\n\r\n{{}}".encode()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(line, server_side=True) if context else line as talk:
                    if talk.recv(4096):
                        talk.sendall(answer)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(60)


def walk(url: str, ca: Path | None = None) -> tuple[NetworkStep, ...]:
    told: list[tuple[NetworkStep, ...]] = []
    found = check(PlatformSettings(url=url, ca=ca, timeout_seconds=60.0), Deadline(120), told.append)
    assert told[-1] == found
    assert any(step.state == "running" for steps in told for step in steps)
    return found


def states(steps: tuple[NetworkStep, ...]) -> dict[str, str]:
    assert tuple(step.name for step in steps) == STEPS
    return {step.name: step.state for step in steps}


def fault_of(steps: tuple[NetworkStep, ...]) -> str | None:
    return next((step.fault for step in steps if step.fault), None)


def now() -> datetime:
    return datetime.now(UTC)


def test_all_steps_of_a_good_way() -> None:
    with answering(now()) as port:
        found = walk(f"http://127.0.0.1:{port}")
    assert states(found) == {
        "name": "passed",
        "tcp": "passed",
        "tls": "skipped",
        "platform": "passed",
        "time": "passed",
    }


def test_a_clock_that_is_wrong_is_told_with_its_sign() -> None:
    with answering(now() + timedelta(minutes=7)) as port:
        found = walk(f"http://127.0.0.1:{port}")
    assert fault_of(found) == "network.clock_wrong"
    assert found[-1].detail.startswith("-4")
    with answering(None) as port:
        assert fault_of(walk(f"http://127.0.0.1:{port}")) == "network.no_time"


def test_a_refused_port_and_a_platform_that_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = walk(f"http://127.0.0.1:{port}")
    assert fault_of(found) == "network.refused"
    assert states(found)["platform"] == "skipped"
    with answering(now(), status=503) as port:
        assert fault_of(walk(f"http://127.0.0.1:{port}")) == "platform.busy"


def test_a_name_that_nobody_knows() -> None:
    found = walk("http://no-such-name.invalid")
    assert fault_of(found) == "network.no_such_name"
    assert states(found)["tcp"] == "skipped"


@pytest.mark.parametrize(
    ("host", "trusted", "fault"),
    [
        ("127.0.0.1", True, None),
        ("127.0.0.1", False, "network.tls_untrusted"),
        ("localhost", True, "network.tls_wrong_name"),
    ],
)
def test_certificates_are_told_apart(tmp_path: Path, host: str, trusted: bool, fault: str | None) -> None:
    authority = Authority(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("platform"))
    with answering(now(), context) as port:
        found = walk(f"https://{host}:{port}", authority.certificate if trusted else None)
    assert fault_of(found) == fault


def test_without_a_platform() -> None:
    found = check(None, Deadline(60), lambda _steps: None)
    assert fault_of(found) == "platform.not_configured"
    assert set(states(found).values()) == {"failed", "skipped"}
