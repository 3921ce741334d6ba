"""What goes wrong on command goes wrong on the wire: the tests look at raw sockets where it matters."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from kiosk.server import rehearsal
from tests.kiosk.server.conftest import Client, problem, running
from tests.kiosk.server.samples import APPLICATION, FILING, QUERY, application, new_key


def raw(client: Client, path: str = "/v1/catalogue/base") -> bytes:
    """Everything that comes back until the platform ends the connection."""
    address = urlsplit(client.url)
    with socket.create_connection((address.hostname, address.port), timeout=120) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        received = bytearray()
        while True:
            try:
                piece = line.recv(65536)
            except ConnectionResetError:
                break
            if not piece:
                break
            received += piece
    return bytes(received)


def cases_with(client: Client, serial: str) -> list[object]:
    found: list[object] = client.get("/v1/applications", serial=serial).json()
    return found


def test_down_ends_the_connection_without_a_byte(platform: Client) -> None:
    platform.command(down=True)
    assert raw(platform) == b""
    with pytest.raises(requests.ConnectionError):
        platform.get("/v1/catalogue/base")
    platform.command()
    assert platform.get("/v1/catalogue/base").status_code == 200


def test_a_lost_answer_was_processed(platform: Client) -> None:
    key, body = new_key(), application()
    platform.command(mode="lose_answer", times=1, path_prefix="/v1/applications")
    with pytest.raises(requests.ConnectionError):
        platform.apply(body, key)
    assert len(cases_with(platform, body["serial"])) == 1
    again = platform.apply(body, key)
    assert again.status_code == 200
    assert len(cases_with(platform, body["serial"])) == 1


def test_a_cut_answer_breaks_off_in_its_body(platform: Client) -> None:
    whole = raw(platform).partition(b"\r\n\r\n")[2]
    platform.command(mode="cut", times=1)
    head, _, body = raw(platform).partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}".encode() in head.lower()
    assert body == whole[: len(whole) // 2]


def test_a_cut_application_was_processed(platform: Client) -> None:
    key, body = new_key(), application()
    platform.command(mode="cut", times=1)
    with pytest.raises(requests.RequestException):
        platform.apply(body, key)
    assert platform.apply(body, key).status_code == 200


@pytest.mark.parametrize("mode", ["error_500", "retry_after", "not_json"])
def test_what_is_refused_was_not_processed(platform: Client, mode: str) -> None:
    key, body = new_key(), application()
    platform.command(mode=mode, times=1)
    answer = platform.apply(body, key)
    if mode == "error_500":
        problem(answer, 500, "internal")
    elif mode == "retry_after":
        problem(answer, 503, "busy")
        assert int(answer.headers["Retry-After"]) > 0
    else:
        assert answer.status_code == 200
        with pytest.raises(ValueError, match="Expecting value"):
            json.loads(answer.content)
    assert cases_with(platform, body["serial"]) == []
    assert platform.apply(body, key).status_code == 201


def test_a_slow_body_comes_whole(platform: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "SLOW_PIECE_SECONDS", 0.01)
    platform.command(mode="slow_body", times=1)
    answer = platform.apply(application(QUERY))
    assert answer.json()["result"]["rows"]


def test_times_and_prefix(platform: Client) -> None:
    platform.command(mode="error_500", times=2, path_prefix="/v1/catalogue")
    statuses = [platform.get("/v1/catalogue/base").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    platform.command(mode="error_500", path_prefix="/v1/ratings")
    assert platform.get("/v1/catalogue/base").status_code == 200
    assert platform.get("/rehearsal").json()["mode"] == "error_500"


def test_latency_does_not_change_the_answer(platform: Client) -> None:
    right = platform.get("/v1/catalogue/base").json()
    platform.command(latency_ms=50, times=1)
    assert platform.get("/v1/catalogue/base").json() == right
    assert platform.get("/rehearsal").json()["latency_ms"] == 0


@pytest.mark.parametrize("state", ["accepted", "received", "refused", "supplement"])
@pytest.mark.parametrize("task_code", [APPLICATION, FILING])
def test_a_decision_on_command(platform: Client, state: str, task_code: str) -> None:
    platform.command(decision=state, times=1)
    case = platform.apply(application(task_code)).json()
    assert case["state"] == state
    assert (case["accepted_at"] is not None) == (state == "accepted")
    assert bool(case["supplements"]) == (state == "supplement")
    assert bool(case["reason"]) == (state in ("refused", "supplement"))
    assert platform.apply(application(FILING)).json()["state"] == "accepted"


def test_a_case_is_decided_later(platform: Client) -> None:
    platform.command(decision="received")
    case = platform.apply(application(QUERY)).json()
    assert case["result"] is None and case["documents"] == []
    url = f"{platform.url}/rehearsal/applications/{case['project_no']}"
    requests.put(url, json={"decision": "accepted"}, timeout=120).raise_for_status()
    decided = platform.get(f"/v1/applications/{case['project_no']}", token=platform.token()).json()
    assert decided["state"] == "accepted"
    assert decided["result"]["rows"] and len(decided["documents"]) == 1


def test_a_supplement_on_command_is_settled_by_handing_in(platform: Client) -> None:
    platform.command(decision="supplement", times=1)
    case = platform.apply(application(FILING)).json()
    materials = [{"code": each["code"], "status": "provided"} for each in case["supplements"]]
    path = f"/v1/applications/{case['project_no']}/materials"
    assert platform.post(path, {"materials": materials}).json()["state"] == "accepted"


@pytest.mark.parametrize("order", [{"mode": "sideways"}, {"latency_ms": -1}, {"times": 0}, {"strange": 1}])
def test_wrong_orders_are_refused(platform: Client, order: dict[str, object]) -> None:
    problem(requests.put(f"{platform.url}/rehearsal", json=order, timeout=120), 422, "request-invalid")
    assert platform.get("/rehearsal").json()["mode"] == "right"


def test_without_a_rehearsal_there_are_no_orders(tmp_path: Path) -> None:
    with running(tmp_path, rehearsal=False) as client:
        problem(client.get("/rehearsal"), 404, "not-found")
        problem(requests.put(f"{client.url}/rehearsal", json={}, timeout=120), 404, "not-found")
        assert "/rehearsal" not in client.get("/openapi.json").json()["paths"]


def test_behaviour_from_the_start(tmp_path: Path) -> None:
    with running(tmp_path, rehearsal=False, decision="received") as client:
        assert client.apply(application()).json()["state"] == "received"
