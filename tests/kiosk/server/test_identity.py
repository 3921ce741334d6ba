from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matters.numbers import check_citizen_number
from kiosk.server.persons import Holder, resolve
from tests.kiosk.server.conftest import Client, problem
from tests.kiosk.server.samples import NUMBER, RARE_NAME, card

PATH = "/v1/identity/verifications"


def test_a_card_is_taken_as_it_was_read(platform: Client) -> None:
    said = card(name=RARE_NAME, birth="19491231", sex="2", ethnicity="01", address="平顶山市\ue863路1号")
    answer = platform.post(PATH, said)
    assert answer.status_code == 201
    holder = answer.json()["holder"]
    assert {key: holder[key] for key in ("name", "number", "birth", "sex", "ethnicity", "address")} == {
        key: said[key] for key in ("name", "number", "birth", "sex", "ethnicity", "address")
    }
    assert {"RESIDENCE", "HOUSEHOLD"} <= set(answer.json()["licences"])
    assert "PHOTO" not in answer.json()["licences"]


def test_a_token_lasts_a_quarter_of_an_hour_and_is_kept_as_a_digest(platform: Client) -> None:
    answer = platform.post(PATH, card()).json()
    left = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    assert answer["token"].encode() not in platform.database.read_bytes()


def test_every_verification_has_a_token_of_its_own(platform: Client) -> None:
    assert len({platform.token() for _ in range(5)}) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "permanent_2017", "number": "CHN110000000001"},
        {"kind": "social_security", "source": "social_security", "number": "CHN110000000001"},
        {"kind": "hong_kong_macao", "number": "810000199408230021"},
        {"kind": None, "number": NUMBER.lower(), "valid_until": None},
        {"valid_until": "not a date"},
        {"code": "", "address": ""},
    ],
)
def test_numbers_of_every_kind_of_card(platform: Client, changes: dict[str, object]) -> None:
    assert platform.post(PATH, card(**changes)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"number": "110105194912310021"}, 422, "identity-number-invalid"),
        ({"number": "11010519491331002X"}, 422, "identity-number-invalid"),
        ({"number": "CHN110000000001"}, 422, "identity-number-invalid"),
        ({"valid_until": "20200101"}, 410, "identity-expired"),
        ({"name": ""}, 422, "request-invalid"),
        ({"name": "\u3000"}, 422, "identity-incomplete"),
        ({"name": "张\u0000"}, 422, "request-invalid"),
        ({"source": "palm"}, 422, "request-invalid"),
        ({"source": "scanner", "code": ""}, 422, "request-invalid"),
        ({"source": "scanner", "code": "DEMO-UNKNOWN"}, 404, "identity-unknown"),
        ({"source": "scanner", "code": "DEMO-EXPIRED:1"}, 410, "identity-code-expired"),
    ],
)
def test_what_is_not_accepted(platform: Client, changes: dict[str, object], status: int, code: str) -> None:
    problem(platform.post(PATH, card(**changes)), status, code)


def test_a_card_is_good_on_its_last_day(platform: Client) -> None:
    def today() -> str:
        return (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y%m%d")

    last = status = None
    while last != today():  # a day may have ended meanwhile
        last = today()
        status = platform.post(PATH, card(valid_until=last)).status_code
    assert status == 201


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.strip().upper().startswith("DEMO-")))
def test_every_code_names_one_invented_person(code: str) -> None:
    person = resolve(code)
    assert isinstance(person, Holder)
    assert check_citizen_number(person.number, date(2026, 1, 1)) is None
    assert person.number.startswith("410499")
    assert person.birth == person.number[6:14]
    assert (int(person.number[16]) % 2 == 1) == (person.sex == "1")
    assert resolve(code) == person


def test_different_codes_name_different_persons() -> None:
    numbers = {resolve(f"code {number}") for number in range(200)}
    assert len(numbers) == 200


def test_a_blank_code_is_nobody() -> None:
    assert resolve("  \n") == "unknown"
