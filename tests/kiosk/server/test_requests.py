"""How requests may ask: HEAD, numbers that are none, and the example of the description."""

from __future__ import annotations

import pytest
import requests

from tests.kiosk.server.conftest import Client, problem
from tests.kiosk.server.samples import application, new_key


@pytest.mark.parametrize("path", ["/v1/catalogue/base", "/openapi.json", "/v1/applications/none"])
def test_head_is_get_without_the_body(platform: Client, path: str) -> None:
    got = platform.get(path)
    head = requests.head(platform.url + path, timeout=120)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_no_json(platform: Client, number: str) -> None:
    body = f'{{"task_code": "x", "extra": {number}}}'
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    answer = requests.post(f"{platform.url}/v1/applications", data=body, headers=headers, timeout=120)
    problem(answer, 400, "request-malformed")
    named = application(answers={"note": f"{number} is a word here"})
    assert platform.apply(named).status_code != 400


def test_the_example_of_the_description_is_taken(platform: Client) -> None:
    description = platform.get("/openapi.json").json()
    (example,) = description["components"]["schemas"]["ApplicationRequest"]["examples"]
    answer = platform.apply(example)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "accepted"
