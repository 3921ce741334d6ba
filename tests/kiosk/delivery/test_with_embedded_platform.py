"""The same against the product's own platform, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import requests

from devices.contract import Deadline, Fault, IdentityDocument
from kiosk.delivery.application import Answer, Draft
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Kept, Outbox
from kiosk.delivery.platform import PlatformClient, Verified
from kiosk.matters.asking import asked
from kiosk.matters.forms import prefilled
from kiosk.matters.load import load_folder
from kiosk.matters.models import MaterialSource, Matter, Prefill
from kiosk.matters.rules import Facts
from kiosk.settings import DEFAULT_MATTERS_FOLDER, PlatformSettings
from tests.kiosk.delivery.samples import draft

MATTERS = list(load_folder(DEFAULT_MATTERS_FOLDER))
SERVE = """
import sys
from pathlib import Path
from kiosk.server.run import serve
sys.exit(serve(0, sys.argv[1], Path(sys.argv[2]), rehearsal=True))
"""
STATUS_OF = {
    MaterialSource.CARD: "provided",
    MaterialSource.PLATFORM: "shared",
    MaterialSource.DECLARATION: "declared",
    MaterialSource.APPLICANT: "owed",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = f"sqlite:///{tmp_path_factory.mktemp('platform')}/platform.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, database, str(DEFAULT_MATTERS_FOLDER)],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
        server.terminate()


@pytest.fixture
def embedded(url: str) -> Iterator[PlatformClient]:
    yield PlatformClient(PlatformSettings(url=url, timeout_seconds=60), "PDS-HALL-01")
    requests.put(f"{url}/rehearsal", json={}, timeout=60).raise_for_status()


def application(matter: Matter, key: str | None = None) -> tuple[Draft, IdentityDocument]:
    """The rehearsal's, as the terminal would send it."""
    card = matter.rehearsal.card
    document = IdentityDocument(
        source="samv",
        kind="resident",
        name=card.name,
        number=card.number,
        sex=card.sex,
        ethnicity=card.ethnicity,
        birth=card.birth,
        address=card.address,
        valid_until="长期",
    )
    person = ("name", "number", "kind", "source", "birth", "sex", "ethnicity", "address")
    today = date(2026, 11, 21)
    facts = Facts.of(birth=card.birth, sex=card.sex, number=card.number, document="resident")
    known = {Prefill.CARD_BIRTH: card.birth, Prefill.CARD_ADDRESS: card.address}
    answers = {**prefilled(matter, known, facts, today), **matter.rehearsal.answers}
    applying = {question.key for question in asked(matter, answers, facts, today)}
    made = draft(
        key=key,
        task_code=matter.task_code,
        task_version=matter.task_version,
        applicant={name: getattr(document, name) for name in person},
        answers={key: answer for key, answer in answers.items() if key in applying},
        materials=tuple((each.code, STATUS_OF[each.source]) for each in matter.guide.materials),
    )
    return made, document


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.plain_name.en)
def test_every_matter_goes_all_the_way(outbox: Outbox, embedded: PlatformClient, matter: Matter) -> None:
    made, document = application(matter)
    verified = embedded.verify_identity(document)
    assert isinstance(verified, Verified), verified
    assert verified.holder["name"] == document.name
    assert isinstance(outbox.keep(made, verified.token), Kept)
    answer = Courier(outbox, embedded).deliver(made.key, Deadline(120))
    assert isinstance(answer, Answer), answer
    assert answer.state in ("accepted", "received")
    assert answer.promised_by is None or len(answer.promised_by) == len("2026-12-01")
    assert bool(answer.documents) == matter.result_document
    for each in answer.documents:
        pdf = embedded.document(each.id)
        assert isinstance(pdf, bytes), pdf
    assert embedded.rate(answer.project_no, 5) is True
    assert embedded.rate(answer.project_no, 5) is True  # there already
    again = embedded.progress(answer.project_no)
    assert isinstance(again, Answer)
    assert again.project_no == answer.project_no


@pytest.mark.parametrize("mode", ["error_500", "not_json", "cut", "lose_answer", "slow_body"])
def test_a_platform_that_is_wrong_has_the_case_once(
    outbox: Outbox, embedded: PlatformClient, url: str, mode: str, quick: None
) -> None:
    hasty = PlatformClient(PlatformSettings(url=url, timeout_seconds=1.0), "PDS-HALL-01")
    wrong = {"mode": mode, "times": 2, "path_prefix": "/v1/applications"}
    requests.put(f"{url}/rehearsal", json=wrong, timeout=60).raise_for_status()
    made, _ = application(MATTERS[0])
    assert isinstance(outbox.keep(made), Kept)
    answer = Courier(outbox, hasty).deliver(made.key, Deadline(120))
    assert isinstance(answer, Answer), answer
    holder = made.applicant["number"]
    cases = requests.get(f"{url}/v1/applications", params={"holder": holder}, timeout=60).json()
    listed = (
        cases
        if isinstance(cases, list)
        else next(value for value in cases.values() if isinstance(value, list))
    )
    assert [case["project_no"] for case in listed].count(answer.project_no) == 1


def test_what_the_platform_cannot_take_is_set_aside(outbox: Outbox, embedded: PlatformClient) -> None:
    made = draft(task_code="9" * 31)
    outbox.keep(made)
    fault = Courier(outbox, embedded).deliver(made.key, Deadline(120))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.permanent) == ("platform.refused_request", True)


def test_codes_calls_heartbeats_and_the_catalogue(embedded: PlatformClient) -> None:
    verified = embedded.verify_identity(None, "DEMO-0001")
    assert isinstance(verified, Verified)
    assert verified.holder["name"]
    for code, expected in (
        ("DEMO-UNKNOWN-1", "identity.unknown"),
        ("DEMO-EXPIRED-1", "identity.code_expired"),
    ):
        fault = embedded.verify_identity(None, code)
        assert isinstance(fault, Fault)
        assert fault.code == expected
    assert embedded.request("help", "form") is True
    told = embedded.heartbeat({"ready": True, "queued": 0})
    assert not isinstance(told, Fault) and told["commands"] == []
    codes = embedded.base_catalogue()
    assert not isinstance(codes, Fault)
    assert {matter.catalog_code for matter in MATTERS} <= codes


def test_the_product_uses_its_own_matters() -> None:
    assert Path(DEFAULT_MATTERS_FOLDER).is_dir()
    assert len(MATTERS) >= 6


def test_an_appointment_gets_a_number_and_a_day_that_has_passed_does_not(embedded: PlatformClient) -> None:
    def book(day: str) -> str | Fault:
        given = {"task_code": MATTERS[0].task_code, "day": day, "period": "morning"}
        return embedded.ask("appointment", str(uuid.uuid4()), given | {"name": "张示范", "hall": "示范大厅"})

    first, second = book("2099-01-05"), book("2099-01-05")
    assert isinstance(first, str)
    assert isinstance(second, str)
    assert first != second
    assert isinstance(book("2020-01-06"), Fault)


OWING = next(
    each for each in MATTERS if each.finish is None and any(one.owing for one in each.guide.materials)
)


def test_what_comes_later_comes_once_after_its_application(
    outbox: Outbox, embedded: PlatformClient, url: str, quick: None
) -> None:
    owed = next(each.code for each in OWING.guide.materials if each.owing)
    made, document = application(OWING)
    made = replace(made, materials=tuple((c, "owed" if c == owed else s) for c, s in made.materials))
    verified = embedded.verify_identity(document)
    assert isinstance(verified, Verified)
    courier = Courier(outbox, embedded)
    outbox.keep(made, verified.token)
    first = courier.deliver(made.key, Deadline(120))
    assert isinstance(first, Answer) and [each.code for each in first.owed] == [owed]
    mine = embedded.own_cases(verified.token)
    assert isinstance(mine, tuple) and mine[0].wanted == first.owed

    later = replace(
        made,
        key=str(uuid.uuid4()),
        serial="7K3M9Q2XRB",
        project_no=first.project_no,
        materials=((owed, "provided"),),
        evidence={owed: f"ELC.{owed}.{document.number}"},
    )
    outbox.keep(later)
    line = outbox.line_to(later.key)
    assert isinstance(line, list) and line[0].holder == outbox.vault.mark_of(made.holder)
    wrong = {"mode": "lose_answer", "times": 2, "path_prefix": "/v1/applications"}
    requests.put(f"{url}/rehearsal", json=wrong, timeout=60).raise_for_status()
    answer = courier.deliver(later.key, Deadline(120))
    assert isinstance(answer, Answer), answer
    assert (answer.project_no, answer.state, answer.owed) == (first.project_no, "accepted", ())
    again = embedded.own_cases(verified.token)
    assert isinstance(again, tuple) and again[0].wanted == ()

    theirs = replace(later, key=str(uuid.uuid4()), evidence={owed: "ELC.OTHER.1"})
    outbox.keep(theirs)
    refused = courier.deliver(theirs.key, Deadline(120))
    assert isinstance(refused, Fault) and refused.cause.endswith("evidence-invalid")
