from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import requests
from sqlalchemy import func, select

from kiosk.server.database import applications, documents
from tests.kiosk.server.conftest import ON_BOTH, Client, problem
from tests.kiosk.server.samples import (
    APPLICATION,
    CERTIFICATE,
    FILING,
    NUMBER,
    OTHER_NUMBER,
    QUERY,
    RARE_NAME,
    UNKNOWN,
    application,
    new_key,
)

pytestmark = ON_BOTH


def test_a_certificate_is_accepted_at_once_with_its_paper(platform: Client) -> None:
    answer = platform.apply(application(CERTIFICATE))
    assert answer.status_code == 201
    case = answer.json()
    assert case["state"] == "accepted"
    assert case["state_text"] == {"zh": "已办结", "en": "Done"}
    assert case["result"] is None
    [document] = case["documents"]
    paper = platform.get(f"/v1/documents/{document['id']}.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_the_case_number_is_task_code_day_and_four_digits(platform: Client) -> None:
    first = platform.apply(application()).json()
    second = platform.apply(application()).json()
    assert first["project_no"][:31] == FILING
    assert len(first["project_no"]) == 31 + 8 + 4
    assert int(second["project_no"][31:]) == int(first["project_no"][31:]) + 1


def test_a_query_answers_a_table_of_the_months_asked_for(platform: Client) -> None:
    case = platform.apply(application(QUERY, answers={"months": "2025-03/2025-05"})).json()
    assert case["state"] == "accepted"
    months = {row[0][:7] for row in case["result"]["rows"]}
    assert months == {"2025-03", "2025-04", "2025-05"}
    assert all(len(row) == len(case["result"]["columns"]) for row in case["result"]["rows"])
    assert len(case["documents"]) == 1


def test_a_filing_is_accepted_at_once_without_a_paper(platform: Client) -> None:
    case = platform.apply(application(FILING)).json()
    assert (case["state"], case["state_text"]["zh"], case["documents"]) == ("accepted", "已登记", [])


def test_an_application_may_owe_what_may_be_owed(platform: Client) -> None:
    case = platform.apply(application(APPLICATION)).json()
    assert case["state"] == "accepted"
    [owed] = case["owed"]
    accepted = date.fromisoformat(case["promised_by"]) - timedelta(days=1)
    assert owed["code"] == "PHOTO" and owed["how"] == "交到窗口"
    assert date.fromisoformat(owed["until"]) > accepted


def test_whatever_is_missing_is_told_at_once(platform: Client) -> None:
    body = application(APPLICATION, materials=[{"code": "PROOF", "status": "owed"}])
    case = platform.apply(body).json()
    assert case["state"] == "supplement"
    assert [each["code"] for each in case["supplements"]] == ["ID_CARD", "RESIDENCE", "PHOTO", "PROOF"]
    assert case["accepted_at"] is None and case["promised_by"] is None


def test_materials_come_later_and_again_without_a_difference(platform: Client) -> None:
    handed = [{"code": "ID_CARD", "status": "provided"}, {"code": "RESIDENCE", "status": "shared"}]
    body = application(APPLICATION, materials=[*handed, {"code": "PHOTO", "status": "owed"}])
    case = platform.apply(body).json()
    path = f"/v1/applications/{case['project_no']}/materials"
    assert [each["code"] for each in case["supplements"]] == ["PROOF"]
    problem(
        platform.post(path, {"materials": [{"code": "STRANGE", "status": "provided"}]}),
        422,
        "material-unknown",
    )
    proof = {"materials": [{"code": "PROOF", "status": "provided"}]}
    first = platform.post(path, proof)
    assert first.status_code == 200
    assert first.json()["state"] == "accepted"
    assert [each["code"] for each in first.json()["owed"]] == ["PHOTO"]
    assert platform.post(path, proof).json() == first.json()
    photo = {"materials": [{"code": "PHOTO", "status": "provided"}]}
    settled = platform.post(path, photo).json()
    assert settled["owed"] == [] and settled["accepted_at"] == first.json()["accepted_at"]


def test_a_refused_case_takes_no_materials(platform: Client) -> None:
    platform.command(decision="refused")
    case = platform.apply(application(APPLICATION)).json()
    path = f"/v1/applications/{case['project_no']}/materials"
    problem(platform.post(path, {"materials": [{"code": "PHOTO", "status": "provided"}]}), 410, "case-closed")


def test_a_repeat_gets_the_same_bytes(platform: Client) -> None:
    key, body = new_key(), application(CERTIFICATE)
    first = platform.apply(body, key)
    reordered = dict(reversed(list(body.items())))
    again = platform.apply(reordered, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content


@pytest.mark.parametrize("change", [{"serial": "OTHER123"}, {"answers": {"place": "洛阳"}}, {"extra": 1}])
def test_the_same_key_with_another_body_is_refused(platform: Client, change: dict[str, object]) -> None:
    key, body = new_key(), application()
    platform.apply(body, key)
    problem(platform.apply(body | change, key), 409, "key-reused")


def test_parallel_repeats_make_one_case(platform: Client) -> None:
    key, body = new_key(), application(CERTIFICATE)
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: platform.apply(body, key), range(32)))
    assert sorted(answer.status_code for answer in answers) == [200] * 31 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert len(platform.get("/v1/applications", serial=body["serial"]).json()) == 1
    number = answers[0].json()["project_no"]
    with platform.engine.connect() as database:
        papers = database.execute(select(func.count()).where(documents.c.project_no == number)).scalar_one()
    assert papers == 1


def test_parallel_applications_get_numbers_of_their_own(platform: Client) -> None:
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(lambda _: platform.apply(application()), range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["project_no"] for answer in answers}) == 24


def test_a_rejected_application_leaves_its_key_free(platform: Client) -> None:
    key = new_key()
    problem(platform.apply(application(answers={}), key), 422, "answers-invalid")
    assert platform.apply(application(), key).status_code == 201


def test_every_wrong_answer_is_named(platform: Client) -> None:
    answer = platform.apply(application(APPLICATION, answers={"phone": "12", "strange": "x"}))
    errors = problem(answer, 422, "answers-invalid")["errors"]
    assert {error["field"] for error in errors} == {"answers.phone", "answers.strange"}
    assert all(error["detail"] and error["detail_en"] for error in errors)


def test_an_older_form_may_hold_what_is_not_asked_any_more(platform: Client) -> None:
    body = application(answers={"place": "郑州", "old_question": "x"}, task_version="0.9")
    assert platform.apply(body).status_code == 201


def test_an_unknown_matter_is_told(platform: Client) -> None:
    problem(platform.apply(application(UNKNOWN)), 404, "matter-unknown")


def test_a_material_that_is_not_on_the_list_is_named(platform: Client) -> None:
    body = application(APPLICATION, materials=[{"code": "STRANGE", "status": "provided"}])
    errors = problem(platform.apply(body), 422, "material-unknown")["errors"]
    assert [error["field"] for error in errors] == ["materials.0.code"]


@pytest.mark.parametrize("key", ["short", "x" * 129, "with a space in it", "schlüssel-1"])
def test_a_key_is_visible_ascii(platform: Client, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("utf-8")}
    answer = requests.post(
        f"{platform.url}/v1/applications", json=application(), headers=headers, timeout=120
    )
    errors = problem(answer, 422, "request-invalid")["errors"]
    assert "key" in errors[0]["field"].lower()


def test_an_application_without_a_key_is_refused(platform: Client) -> None:
    answer = platform.post("/v1/applications", application())
    assert problem(answer, 422, "request-invalid")["errors"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "request-malformed"),
        (b"\xff\xfe", 400, "request-malformed"),
        (b"[" * 100_000, 400, "request-malformed"),
        (b"[]", 422, "request-invalid"),
        (b"", 422, "request-invalid"),
        (b'{"task_code": "\\ud840"}', 422, "request-invalid"),
        (b'{"a": "' + b"x" * 300_000 + b'"}', 413, "body-too-large"),
    ],
)
def test_bad_bodies_are_told(platform: Client, content: bytes, status: int, code: str) -> None:
    headers = {"Idempotency-Key": new_key(), "Content-Type": "application/json"}
    answer = requests.post(f"{platform.url}/v1/applications", data=content, headers=headers, timeout=120)
    problem(answer, status, code)


def test_a_body_without_a_length_is_limited_too(platform: Client) -> None:
    headers = {"Idempotency-Key": new_key(), "Content-Type": "application/json"}
    pieces = (b"x" * 65536 for _ in range(20))
    answer = requests.post(f"{platform.url}/v1/applications", data=pieces, headers=headers, timeout=120)
    problem(answer, 413, "body-too-large")


def test_rare_names_reach_the_database_unchanged(platform: Client) -> None:
    applicant = {"name": RARE_NAME, "number": NUMBER, "kind": "resident", "source": "samv"}
    case = platform.apply(application(CERTIFICATE, applicant=applicant)).json()
    with platform.engine.connect() as database:
        kept = select(applications).where(applications.c.project_no == case["project_no"])
        row = database.execute(kept).one()
    assert row.holder_name == RARE_NAME
    assert row.holder["name"] == RARE_NAME


def test_a_token_makes_the_identity_verified(platform: Client) -> None:
    verified = platform.apply(application(), token=platform.token())
    assert verified.json()["identity"] == "verified"
    for token in ("", "long-gone"):
        assert platform.apply(application(), token=token).json()["identity"] == "read_at_terminal"


def test_a_token_of_another_person_is_refused(platform: Client) -> None:
    answer = platform.apply(application(), token=platform.token(number=OTHER_NUMBER))
    problem(answer, 403, "identity-mismatch")


@pytest.mark.parametrize(
    ("applicant", "status", "code"),
    [
        ({"name": "张示范", "number": "110105194912310021"}, 422, "identity-number-invalid"),
        ({"name": "", "number": NUMBER}, 422, "identity-incomplete"),
        ({}, 422, "identity-incomplete"),
        ({"code": "demo-unknown-7"}, 404, "identity-unknown"),
        ({"code": "DEMO-EXPIRED-7"}, 410, "identity-code-expired"),
        ({"code": "abc", "number": NUMBER}, 403, "identity-mismatch"),
    ],
)
def test_an_applicant_is_somebody(
    platform: Client, applicant: dict[str, str], status: int, code: str
) -> None:
    body = application(applicant={"source": "scanner", **applicant})
    problem(platform.apply(body), status, code)


def test_a_code_alone_names_the_applicant(platform: Client) -> None:
    verified = platform.post(
        "/v1/identity/verifications", {"terminal_id": "T1", "source": "scanner", "code": "abc-1"}
    ).json()
    case = platform.apply(application(applicant={"source": "scanner", "code": "abc-1"})).json()
    mine = platform.get("/v1/applications", token=verified["token"]).json()
    assert case["project_no"] in [each["project_no"] for each in mine]
    whole = {**verified["holder"], "source": "scanner", "code": "abc-1"}
    whole.pop("phone")
    assert platform.apply(application(applicant=whole)).status_code == 201


def test_result_and_papers_are_for_the_holder(platform: Client) -> None:
    case = platform.apply(application(QUERY)).json()
    path = f"/v1/applications/{case['project_no']}"
    assert platform.get(path, token=platform.token()).json() == case
    stranger = platform.token(number=OTHER_NUMBER)
    for token in ("", stranger):
        assert platform.get(path, token=token).json() == case | {"documents": [], "result": None}


def test_cases_of_a_holder_are_brief_for_others(platform: Client) -> None:
    body = application(QUERY)
    case = platform.apply(body).json()
    for query in ({"holder": NUMBER.lower()}, {"serial": body["serial"]}):
        [brief] = [
            each
            for each in platform.get("/v1/applications", **query).json()
            if each["project_no"] == case["project_no"]
        ]
        assert brief == {
            "project_no": case["project_no"],
            "task_code": QUERY,
            "state": "accepted",
            "received_at": case["received_at"],
            "serial": body["serial"],
            "masked_name": "张*范",
        }
    assert case in platform.get("/v1/applications", token=platform.token(), holder=NUMBER).json()


def test_cases_and_papers_that_are_not_there(platform: Client) -> None:
    problem(platform.get(f"/v1/applications/{FILING}202611210001"), 404, "case-unknown")
    problem(platform.get("/v1/documents/0123.pdf"), 404, "document-unknown")
    problem(platform.get("/v1/nothing"), 404, "not-found")
    gone = requests.delete(f"{platform.url}/v1/applications", timeout=120)
    problem(gone, 405, "method-not-allowed")
    assert gone.headers["Allow"] == "GET, POST"
    assert platform.get("/v1/applications", holder="110101190001011009").json() == []


def test_half_a_character_in_a_name_is_told(platform: Client) -> None:
    applicant = {"name": "张\ud840", "number": NUMBER, "source": "samv"}
    document = problem(platform.apply(application(applicant=applicant)), 422, "request-invalid")
    [error] = document["errors"]
    assert error["field"] == "applicant.name" and error["code"] == "string_unicode"


def test_half_a_character_that_nobody_asked_for_does_no_harm(platform: Client) -> None:
    key, body = new_key(), application(strange="\ud840")
    assert [platform.apply(body, key).status_code for _ in range(2)] == [201, 200]


def test_what_comes_later_comes_once_from_the_holder_and_in_time(platform: Client) -> None:
    at_hand = [{"code": code, "status": "provided"} for code in ("ID_CARD", "RESIDENCE", "PROOF")]
    body = application(APPLICATION, materials=[*at_hand, {"code": "PHOTO", "status": "owed"}])
    case, key = platform.apply(body).json(), new_key()
    path = f"/v1/applications/{case['project_no']}/materials"
    mine = {"source": "samv", "kind": "resident", "name": RARE_NAME, "number": NUMBER}
    photo = {"code": "PHOTO", "status": "provided", "evidence": f"ELC.PHOTO.{NUMBER}"}
    given = {"materials": [photo], "applicant": mine, "serial": "7K3M9Q2XRB"}

    another = given | {"applicant": mine | {"number": OTHER_NUMBER}}
    problem(platform.post(path, another), 403, "identity-mismatch")
    theirs = given | {"materials": [photo | {"evidence": f"ELC.PHOTO.{OTHER_NUMBER}"}]}
    problem(platform.post(path, theirs), 422, "evidence-invalid")
    problem(platform.post(path.replace(case["project_no"], "0" * 43), given), 404, "case-unknown")
    assert platform.get(f"/v1/applications/{case['project_no']}").json()["owed"] == case["owed"] != []

    first = platform.post(path, given, key=key)
    assert first.status_code == 200 and first.json()["owed"] == []
    assert platform.post(path, given, key=key).content == first.content
    problem(platform.post(path, given | {"serial": "OTHER123"}, key=key), 409, "key-reused")
