"""What the platform says is taken for what it means: refusals, identities, papers and the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from kiosk.delivery.application import Answer
from kiosk.delivery.exchange import Reply
from kiosk.delivery.platform import PlatformClient, Verified
from kiosk.delivery.platform_faults import MAX_RETRY_AFTER_SECONDS, Reach, fault_of_reply, reach_of
from tests.kiosk.delivery.asking import CARD, code
from tests.kiosk.delivery.fake_platform import (
    LOST,
    PAGE,
    PDF,
    Behaviour,
    FakePlatform,
    refusing,
)
from tests.kiosk.delivery.samples import NAME, NUMBER

pytestmark = pytest.mark.usefixtures("no_pauses")


# --- what refusals mean ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "problem", "headers", "expected", "permanent", "wait"),
    [
        (429, "", {"retry-after": "7"}, "platform.busy", False, 7.0),
        (503, "busy", {}, "platform.busy", False, None),
        (503, "", {"retry-after": "999999999999999"}, "platform.busy", False, MAX_RETRY_AFTER_SECONDS),
        (503, "", {"retry-after": "soon"}, "platform.busy", False, None),
        (503, "", {"retry-after": "-5"}, "platform.busy", False, None),
        (
            503,
            "",
            {"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT", "date": "Sat, 21 Nov 2026 12:00:00 GMT"},
            "platform.busy",
            False,
            30.0,
        ),
        (503, "", {"retry-after": "Sat, 21 Nov 1026 12:00:30 GMT"}, "platform.busy", False, 0.0),
        (409, "", {"retry-after": "1"}, "platform.busy", False, 1.0),
        (500, "internal", {}, "platform.error", False, None),
        (599, "", {}, "platform.error", False, None),
        (409, "key-reused", {}, "platform.conflict", True, None),
        (410, "matter-withdrawn", {}, "platform.gone", True, None),
        (422, "answers-invalid", {}, "platform.refused_request", True, None),
        (403, "identity-mismatch", {}, "platform.refused_request", True, None),
        (403, "", {}, "platform.not_authorised", False, None),
        (403, "terminal-not-itself", {}, "platform.not_authorised", False, None),
        (404, "terminal-unknown", {}, "platform.not_authorised", False, None),
        (403, "acts-for-another", {}, "platform.refused_request", True, None),
        (401, "token-expired", {}, "platform.not_authorised", False, None),
        (404, "", {}, "platform.wrong_address", False, None),
        (404, "not-found", {}, "platform.wrong_address", False, None),
        (404, "matter-unknown", {}, "platform.refused_request", True, None),
        (304, "", {}, "platform.strange_status", False, None),
    ],
)
def test_every_status_has_its_meaning(
    status: int, problem: str, headers: dict[str, str], expected: str, permanent: bool, wait: float | None
) -> None:
    content = json.dumps({"code": problem, "detail": NUMBER}).encode() if problem else b""
    reply = Reply(status, {"content-type": "application/problem+json", **headers}, content)
    fault = fault_of_reply(reply)
    assert (code(fault), fault.permanent, fault.retry_after_seconds) == (expected, permanent, wait)


@pytest.mark.parametrize("status", [400, 409, 410, 413, 415, 422, 451])
def test_a_page_with_a_refusing_status_is_no_refusal_of_the_platform(status: int) -> None:
    page = Reply(status, {"content-type": "text/html"}, b"<html>blocked</html>")
    fault = fault_of_reply(page)
    assert (fault.code, fault.permanent, reach_of(fault)) == (
        "platform.strange_status",
        False,
        Reach.TURNED_AWAY,
    )
    own = fault_of_reply(Reply(status, {"content-type": "application/problem+json"}, b"{}"))
    assert own.permanent


@given(
    st.integers(300, 999),
    st.binary(max_size=60),
    st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=30)),
)
def test_no_refusal_raises(status: int, content: bytes, headers: dict[str, str]) -> None:
    fault = fault_of_reply(Reply(status, {"content-type": "application/json", **headers}, content))
    assert fault.code.startswith("platform.")
    assert 0 <= (fault.retry_after_seconds or 0) <= MAX_RETRY_AFTER_SECONDS


# --- identity --------------------------------------------------------------------------------------


def test_a_card_and_a_code_are_verified(client: PlatformClient, platform: FakePlatform) -> None:
    verified = client.verify_identity(CARD)
    assert isinstance(verified, Verified)
    assert (verified.token, verified.licences) == ("T-1", ("HUKOU",))
    assert verified.holder == {"name": "王𠮷", "phone": "13800000000"}
    assert "13800000000" not in repr(verified)
    assert json.loads(platform.seen[0][3]) == {
        "terminal_id": "PDS-HALL-01",
        "source": "samv",
        "kind": "resident",
        "name": NAME,
        "number": NUMBER,
        "valid_until": "长期",
    }
    assert isinstance(client.verify_identity(None, "CODE-1"), Verified)
    assert json.loads(platform.seen[1][3]) == {
        "terminal_id": "PDS-HALL-01",
        "source": "scanner",
        "code": "CODE-1",
    }


@pytest.mark.parametrize(
    ("refusal", "by_code", "expected"),
    [
        (refusing(404, "identity-unknown"), True, "identity.unknown"),
        (refusing(404), True, "identity.unknown"),
        (refusing(404), False, "platform.wrong_address"),
        (refusing(410, "identity-code-expired"), True, "identity.code_expired"),
        (refusing(410), True, "identity.code_expired"),
        (refusing(410, "identity-expired"), False, "identity.expired"),
        (refusing(422, "identity-expired"), False, "identity.expired"),
        (refusing(403, "identity-mismatch"), False, "identity.mismatch"),
        (refusing(422, "identity-number-invalid"), False, "identity.number_invalid"),
        (refusing(422, "identity-incomplete"), False, "identity.refused"),
        (refusing(503, Retry_After="9"), False, "platform.busy"),
        (Behaviour(body=b'{"token": "a\\r\\nb"}'), False, "platform.answer_unreadable"),
        (Behaviour(body=b'{"holder": {}}'), False, "platform.answer_unreadable"),
        (PAGE, False, "platform.not_json"),
        (LOST, False, "platform.answer_cut"),
    ],
)
def test_refused_identities_are_told_apart(
    client: PlatformClient, platform: FakePlatform, refusal: Behaviour, by_code: bool, expected: str
) -> None:
    platform.always = refusal
    assert code(client.verify_identity(None if by_code else CARD, "CODE" if by_code else "")) == expected


def test_a_lost_answer_is_asked_for_again(client: PlatformClient, platform: FakePlatform) -> None:
    platform.behaviours = [LOST, refusing(500)]
    assert isinstance(client.verify_identity(CARD), Verified)


@pytest.mark.parametrize("holder", [None, [], "x", {"name": None, "number": [1]}, {"name": "\ud842"}])
def test_a_holder_of_any_shape(client: PlatformClient, platform: FakePlatform, holder: Any) -> None:
    body = json.dumps({"token": "t", "holder": holder, "licences": {"a": 1}}).encode()
    platform.always = Behaviour(body=body)
    verified = client.verify_identity(CARD)
    assert isinstance(verified, Verified)
    "".join(verified.holder.values()).encode()


# --- papers and the rest ---------------------------------------------------------------------------


def test_a_document_is_a_whole_pdf(client: PlatformClient, platform: FakePlatform) -> None:
    assert client.document("d-1") == PDF
    assert platform.seen[0][:2] == ("GET", "/v1/documents/d-1.pdf")
    client.document("../../etc/passwd?x")
    assert platform.seen[1][1] == "/v1/documents/..%2F..%2Fetc%2Fpasswd%3Fx.pdf"


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour(body=b"<html>"), "platform.not_pdf"),
        (Behaviour(body=b"%PDF-1.4 nonsense %%EOF"), "platform.not_pdf"),
        (Behaviour(body=PDF[:-20]), "platform.answer_cut"),
        (Behaviour(cut=1000), "platform.answer_cut"),
        (refusing(404, "document-unknown"), "platform.document_unknown"),
        (refusing(500), "platform.error"),
    ],
)
def test_what_is_no_whole_pdf_is_not_printed(
    client: PlatformClient, platform: FakePlatform, behaviour: Behaviour, expected: str
) -> None:
    platform.always = behaviour
    assert code(client.document("d-1")) == expected


def test_a_document_has_a_largest_size(
    client: PlatformClient, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.delivery.platform.MAX_PDF_BYTES", 3000)
    assert code(client.document("d-1")) == "platform.answer_too_large"


def test_ratings_requests_and_heartbeats(client: PlatformClient, platform: FakePlatform) -> None:
    assert client.rate("A1", 2, ("207", "208")) is True
    assert json.loads(platform.seen[0][3]) == {
        "projectNo": "A1",
        "pf": 5,
        "satisfaction": 2,
        "evalDetail": "207,208",
        "assessNumber": 1,
    }
    platform.behaviours = [refusing(409, "rating-exists"), refusing(422, "rating-reason-missing")]
    assert client.rate("A1", 5) is True
    assert code(client.rate("A1", 1)) == "platform.refused_request"
    assert client.request("help", "form") is True
    assert not isinstance(client.heartbeat({"ready": True}), Fault)
    assert [each[1] for each in platform.seen[-2:]] == ["/v1/requests", "/v1/terminals/PDS-HALL-01/heartbeat"]


def test_a_rating_whose_answer_was_lost_is_sent_again(client: PlatformClient, platform: FakePlatform) -> None:
    platform.behaviours = [LOST, refusing(409, "rating-exists")]
    assert client.rate("P1", 5) is True


def test_the_base_catalogue(client: PlatformClient, platform: FakePlatform) -> None:
    assert client.base_catalogue() == frozenset({"442014001001"})
    platform.always = Behaviour(body=b'{"items": 7}')
    assert code(client.base_catalogue()) == "platform.answer_unreadable"


def test_progress(client: PlatformClient, platform: FakePlatform) -> None:
    platform.always = Behaviour(body=b'{"project_no": "A1", "state": "received"}')
    answer = client.progress("A1")
    assert isinstance(answer, Answer)
    assert answer.state == "received"
