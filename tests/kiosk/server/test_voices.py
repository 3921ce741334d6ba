"""Ratings, requests, appointments, heartbeats, and what is published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from kiosk.matters.guide_model import Guide
from kiosk.server.fleet.tables import beats
from tests.kiosk.server.conftest import ON_BOTH, Client, problem
from tests.kiosk.server.samples import APPLICATION, CERTIFICATE, FILING, NUMBER, UNKNOWN, application

pytestmark = ON_BOTH


@pytest.fixture
def project_no(platform: Client) -> str:
    return str(platform.apply(application()).json()["project_no"])


def rating(project_no: str, **changes: Any) -> dict[str, Any]:
    return {"projectNo": project_no, "pf": 5, "satisfaction": 5, "assessNumber": 1, **changes}


def test_a_case_is_rated_once_for_each_number(platform: Client, project_no: str) -> None:
    assert platform.post("/v1/ratings", rating(project_no)).status_code == 201
    problem(platform.post("/v1/ratings", rating(project_no, satisfaction=4)), 409, "rating-exists")
    assert platform.post("/v1/ratings", rating(project_no, assessNumber=2)).status_code == 201


@pytest.mark.parametrize("reason", [{"evalDetail": "207,214"}, {"writingEvaluation": "等得太久"}])
def test_a_bad_rating_says_why(platform: Client, project_no: str, reason: dict[str, str]) -> None:
    for nothing in ({}, {"evalDetail": "", "writingEvaluation": "  "}):
        refused = platform.post("/v1/ratings", rating(project_no, satisfaction=2, **nothing))
        problem(refused, 422, "rating-reason-missing")
    assert platform.post("/v1/ratings", rating(project_no, satisfaction=2, **reason)).status_code == 201


@pytest.mark.parametrize("codes", ["108", "299", "207,510"])
def test_reasons_belong_to_the_satisfaction(platform: Client, project_no: str, codes: str) -> None:
    answer = platform.post("/v1/ratings", rating(project_no, satisfaction=2, evalDetail=codes))
    problem(answer, 422, "rating-reason-invalid")


@pytest.mark.parametrize(
    "changes", [{"satisfaction": 6}, {"satisfaction": "5"}, {"assessNumber": 3}, {"evalDetail": "abc"}]
)
def test_wrong_ratings(platform: Client, project_no: str, changes: dict[str, Any]) -> None:
    problem(platform.post("/v1/ratings", rating(project_no, **changes)), 422, "request-invalid")


def test_only_cases_are_rated(platform: Client) -> None:
    problem(platform.post("/v1/ratings", rating(f"{FILING}202611210000")), 404, "case-unknown")


@pytest.mark.parametrize("kind", ["help", "complaint", "home_visit", "green_channel"])
def test_requests_get_a_number_and_a_promise(platform: Client, kind: str) -> None:
    answer = platform.post("/v1/requests", {"kind": kind, "text": "form", "phone": "13937500026"})
    assert answer.status_code == 201
    assert answer.json()["request_no"].startswith("SQ20") and answer.json()["promise"]["zh"]


def test_appointments(platform: Client) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    wanted = {"task_code": APPLICATION, "day": day, "period": "morning"}
    assert platform.post("/v1/appointments", wanted).status_code == 201
    problem(platform.post("/v1/appointments", wanted | {"task_code": UNKNOWN}), 404, "matter-unknown")
    for wrong in ("2026-02-30", "2020-01-01", "tomorrow", 0):
        errors = problem(platform.post("/v1/appointments", wanted | {"day": wrong}), 422, "request-invalid")
        assert [error["field"] for error in errors["errors"]] == ["day"]


def test_a_heartbeat_is_remembered(platform: Client) -> None:
    path = "/v1/terminals/PDS-HALL-9/heartbeat"
    assert platform.post(path, None).status_code == 200
    answer = platform.post(path, {"version": "0.1.0", "ready": False, "queued": 3})
    told = answer.json()
    assert (told["terminal_id"], told["group"], told["commands"]) == ("PDS-HALL-9", "default", [])
    with platform.engine.connect() as connection:
        row = connection.execute(beats.select().where(beats.c.terminal_id == "PDS-HALL-9")).one()
    assert (row.version, row.ready, row.queued) == ("0.1.0", False, 3)
    assert row.last_seen <= told["server_time"]


def test_guides_are_published_with_all_elements(platform: Client) -> None:
    answer = platform.get(f"/v1/guides/{CERTIFICATE}")
    guide = answer.json()["guide"]
    assert set(guide) == set(Guide.model_fields) and len(guide) >= 26
    assert guide["item_name"] == "社会保险参保缴费凭证"
    problem(platform.get(f"/v1/guides/{UNKNOWN}"), 404, "matter-unknown")


def test_a_guide_that_is_known_is_not_sent_again(platform: Client) -> None:
    url = f"{platform.url}/v1/guides/{CERTIFICATE}"
    tag = requests.get(url, timeout=120).headers["ETag"]
    for known in (tag, f'"other", W/{tag}'):
        answer = requests.get(url, headers={"If-None-Match": known}, timeout=120)
        assert (answer.status_code, answer.content) == (304, b"")
    assert requests.get(url, headers={"If-None-Match": '"other"'}, timeout=120).status_code == 200


def test_the_base_catalogue(platform: Client) -> None:
    base = platform.get("/v1/catalogue/base").json()
    assert base["version"]
    assert all(set(item) == {"catalog_code", "name"} for item in base["items"]) and base["items"]


def test_the_public_page_names_nobody(platform: Client) -> None:
    body = application(APPLICATION)
    case = platform.apply(body).json()
    for reference in (case["project_no"], body["serial"]):
        page = platform.get(f"/p/{reference}")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "已受理" in page.text and "Accepted" in page.text and case["project_no"] in page.text
        assert "张" not in page.text and NUMBER not in page.text and "13937500026" not in page.text
    missing = platform.get("/p/NOTHERE123")
    assert missing.status_code == 404 and "暂未查到" in missing.text
