"""One application for several bodies: split once, decided by each, told as one progress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from kiosk.delivery.application import Answer, parse_answer
from kiosk.matters.load import load_folder
from kiosk.matters.models import MaterialSource, Matter
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from tests.kiosk.server.conftest import Client, problem, running
from tests.kiosk.server.samples import new_key

MATTERS = load_folder(DEFAULT_MATTERS_FOLDER)
STATUS = {
    MaterialSource.CARD: "provided",
    MaterialSource.PLATFORM: "shared",
    MaterialSource.DECLARATION: "declared",
    MaterialSource.APPLICANT: "owed",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    settings: dict[str, Any] = {"matters_folder": DEFAULT_MATTERS_FOLDER}
    if request.param == "postgresql":
        settings["database"] = request.getfixturevalue("postgres").new_database()
    with running(tmp_path_factory.mktemp("platform"), **settings) as client:
        yield client


def matter(name: str) -> Matter:
    found = MATTERS.get(name)
    assert found is not None
    return found


def body(of: Matter, **answers: str) -> dict[str, Any]:
    card = of.rehearsal.card
    given = {"birth": "-".join((card.birth[:4], card.birth[4:6], card.birth[6:]))}
    known = {key: value for key, value in given.items() if key in of.answer_keys()}
    return {
        "task_code": of.task_code,
        "task_version": of.task_version,
        "terminal_id": "T-1",
        "serial": "SERIAL2345",
        "applied_at": "2026-11-24T02:00:00Z",
        "applicant": {
            "name": card.name,
            "number": card.number,
            "kind": "resident",
            "source": "samv",
            "birth": card.birth,
            "sex": card.sex,
        },
        "answers": {**known, **of.rehearsal.answers, **answers},
        "materials": [
            {"code": material.code, "status": STATUS[material.source]} for material in of.guide.materials
        ],
    }


def decide(client: Client, project_no: str, decision: str) -> dict[str, Any]:
    answer = requests.put(
        f"{client.url}/rehearsal/applications/{project_no}", json={"decision": decision}, timeout=20
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_one_submission_is_split_to_the_bodies_that_apply(shipped: Client) -> None:
    retirement = matter("退休一件事")
    key, request = new_key(), body(retirement, senior_card="no", withdraw_fund="no")
    del request["answers"]["post_address"], request["answers"]["fund_number"]
    first = shipped.apply(request, key)
    assert first.status_code == 201, first.text
    parts = first.json()["parts"]
    assert [(part["lead"], part["department"]["zh"]) for part in parts] == [
        (True, "市社会保险中心"),
        (False, "市医疗保险中心"),
    ]
    assert {part["state"] for part in parts} == {"accepted"}
    numbers = [part["project_no"] for part in parts]
    assert all(number.startswith(part["task_code"]) for number, part in zip(numbers, parts, strict=True))
    again = shipped.apply(request, key)  # a repeat splits nothing a second time
    assert (again.status_code, again.content) == (200, first.content)


def test_each_body_decides_its_part_and_there_is_one_progress(shipped: Client) -> None:
    newborn = matter("新生儿出生一件事")
    shipped.command(decision="received")
    case = shipped.apply(body(newborn)).json()
    shipped.command()
    assert {part["state"] for part in case["parts"]} == {"received"}
    assert len(case["parts"]) == len(newborn.parts)
    first, *others = [part["project_no"] for part in case["parts"]]
    assert decide(shipped, first, "accepted")["state"] == "received"  # the others have not decided
    for number in others:
        after = decide(shipped, number, "accepted")
    assert after["state"] == "accepted"
    assert after["promised_by"]
    for number in (case["project_no"], first, others[-1]):
        seen = shipped.get(f"/v1/applications/{number}").json()
        assert (seen["project_no"], seen["state"]) == (case["project_no"], "accepted")
    assert decide(shipped, others[0], "supplement")["state"] == "supplement"
    assert decide(shipped, others[0], "refused")["state"] == "accepted"  # the leading body goes on
    ended = decide(shipped, first, "refused")
    assert ended["state"] == "refused"
    assert [part["state"] for part in ended["parts"]][:2] == ["refused", "refused"]


def test_a_form_with_groups_and_lists_is_checked_as_the_terminal_does(shipped: Client) -> None:
    newborn = matter("新生儿出生一件事")
    wrong = body(newborn, child_2_name="赵欣怡", register_in="410000")
    found = problem(shipped.apply(wrong), 422, "answers-invalid")
    assert {each["field"] for each in found["errors"]} == {"answers.register_in"}
    crossed = body(newborn, child_2_name="赵欣怡")
    found = problem(shipped.apply(crossed), 422, "answers-invalid")
    assert [each["field"] for each in found["errors"]] == ["answers.child_2_name"]
    assert "另一位家长" in str(found["errors"])


def test_who_does_not_fulfil_a_condition_is_refused_with_the_reason(shipped: Client) -> None:
    retirement = matter("退休一件事")
    answer = shipped.apply(body(retirement, eligible_2="no")).json()
    assert answer["state"] == "refused"
    assert "累计缴费满15年" in answer["reason"]["zh"]
    assert {part["state"] for part in answer["parts"]} == {"refused"}


def test_the_terminal_reads_the_parts_and_survives_nonsense(shipped: Client) -> None:
    newborn = matter("新生儿出生一件事")
    content = shipped.apply(body(newborn)).content
    answer = parse_answer(content)
    assert isinstance(answer, Answer)
    assert {part.task_code for part in answer.parts} == {part.task_code for part in newborn.parts}
    spoilt = content.replace(b'"parts":[', b'"parts":[null,7,{"task_code":1},{"task_code":"x","state":"y"},')
    again = parse_answer(spoilt)
    assert isinstance(again, Answer)
    assert again.parts == answer.parts
