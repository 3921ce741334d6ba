"""The platform as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.kiosk.server.samples import NUMBER, RARE_NAME, application, new_key, write_matters

PROGRAM = """
import sys
from pathlib import Path
from kiosk.server.run import serve
raise SystemExit(serve(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), latency_ms=int(sys.argv[4])))
"""


def start(tmp_path: Path, port: int = 0, database: str = "", latency_ms: int = 0) -> subprocess.Popen[str]:
    folder = tmp_path / "matters"
    if not folder.exists():
        write_matters(folder)
    url = database or f"sqlite:///{tmp_path}/data/platform.sqlite"
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), url, str(folder), str(latency_ms)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert set(first) == {"url"}
    return str(first["url"])


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_told_to_stop_and_keeps_its_data(tmp_path: Path, stop: signal.Signals) -> None:
    headers = {"Idempotency-Key": new_key()}
    applicant = {"name": RARE_NAME, "number": NUMBER, "source": "samv"}
    body = application(applicant=applicant)
    contents = []
    for status in (201, 200):
        process = start(tmp_path)
        answer = requests.post(f"{url_of(process)}/v1/applications", json=body, headers=headers, timeout=120)
        assert answer.status_code == status
        contents.append(answer.content)
        process.send_signal(stop)
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0
        assert output == "" and NUMBER not in errors and "陈" not in errors
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    "database",
    [
        "sqlite:////proc/nowhere/platform.sqlite",
        "nonsense",
        "oracle9://x",
        "sqlite:////",
        "postgresql://nobody:secret@127.0.0.1:1/kiosk",
    ],
)
def test_a_database_that_cannot_be_used(tmp_path: Path, database: str) -> None:
    process = start(tmp_path, database=database)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert output == ""
    assert "database" in errors and "Traceback" not in errors and "secret" not in errors


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("dear sir " * 1000)
    process = start(tmp_path, database=f"sqlite:///{file}")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "not a database" in errors and "Traceback" not in errors


def test_a_folder_without_matters(tmp_path: Path) -> None:
    (tmp_path / "matters").mkdir()
    process = start(tmp_path)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert output == ""
    assert "no good matter file" in errors and "Traceback" not in errors


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(tmp_path, port=taken.getsockname()[1])
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert output == "" and "--port" in errors


def test_a_request_under_way_does_not_hold_up_the_end(tmp_path: Path) -> None:
    process = start(tmp_path, latency_ms=600_000)
    address = urlsplit(url_of(process))
    with socket.create_connection((address.hostname, address.port), timeout=120) as line:
        line.sendall(b"GET /v1/catalogue/base HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            line.settimeout(0.5)
            line.recv(1)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_the_base_catalogue_is_the_one_beside_the_matters(tmp_path: Path) -> None:
    """Otherwise every matter of another province would be withdrawn by its own rehearsal."""
    (tmp_path / "base-catalogue.yaml").write_text(
        'version: "7"\npublisher: 另一省\npublished: "2026-01-01"\nitems:\n'
        '  - { catalog_code: "330799999000", name: 百岁津贴, item_type: 行政给付, department: 民政 }\n',
        encoding="utf-8",
    )
    process = start(tmp_path)
    told = requests.get(f"{url_of(process)}/v1/catalogue/base", timeout=120).json()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert told["version"] == "7"
    assert [item["catalog_code"] for item in told["items"]] == ["330799999000"]
