"""A terminal acts only as itself, and not too often; and of many at once each case is there once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from devices.contract import Deadline, Fault
from kiosk.delivery import courier as couriers
from kiosk.delivery.application import Answer, Draft
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.server import routes_cases
from kiosk.server.fleet import registry
from kiosk.server.fleet.context import Fleet
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.certificates import Authority
from tests.kiosk.delivery.samples import draft
from tests.kiosk.server import samples
from tests.kiosk.server.conftest import Client, problem, running
from tests.parts.line import Line

TERMINALS = 20
EACH = 3
NUMBERS = {"1": samples.NUMBER, "2": samples.OTHER_NUMBER}


def apply(platform: Client, terminal: str, caller: str = "", credential: str = "") -> requests.Response:
    headers = {"Idempotency-Key": samples.new_key()}
    headers |= {"Terminal-Id": caller} if caller else {}
    headers |= {"Terminal-Credential": credential} if credential else {}
    body = samples.application(samples.CERTIFICATE, terminal_id=terminal)
    return requests.post(f"{platform.url}/v1/applications", json=body, headers=headers, timeout=120)


def test_a_registered_terminal_shows_that_it_is_itself(platform: Client) -> None:
    fleet = Fleet(platform.engine)
    mine, others = registry.register(fleet, "A-1", "wang"), registry.register(fleet, "A-2", "wang")
    problem(apply(platform, "A-1"), 401, "terminal-credential-missing")
    problem(apply(platform, "A-1", credential=others), 403, "terminal-not-itself")
    assert apply(platform, "A-1", credential=mine).status_code == 201
    assert apply(platform, "A-1", caller="A-1", credential=mine).status_code == 201
    # Under another name nobody gets past the proof of the terminal that the body names.
    problem(apply(platform, "A-1", caller="nobody"), 403, "acts-for-another")
    problem(apply(platform, "A-1", caller="A-2", credential=others), 403, "acts-for-another")
    number = apply(platform, "A-1", credential=mine).json()["project_no"]
    handed = {"materials": [{"code": "PHOTO", "status": "provided"}], "terminal_id": "A-1"}
    problem(platform.post(f"/v1/applications/{number}/materials", handed), 401, "terminal-credential-missing")
    card = samples.card(terminal_id="A-1")
    problem(platform.post("/v1/identity/verifications", card), 401, "terminal-credential-missing")
    called = {"kind": "help", "terminal_id": "A-1"}
    problem(platform.post("/v1/requests", called), 401, "terminal-credential-missing")


def test_what_a_retired_terminal_left_behind_is_handed_in_by_another(platform: Client) -> None:
    fleet = Fleet(platform.engine)
    registry.register(fleet, "B-1", "wang")
    heir = registry.register(fleet, "B-2", "wang")
    registry.retire(fleet, "B-1", "wang")
    problem(apply(platform, "B-1"), 404, "terminal-unknown")
    assert apply(platform, "B-1", caller="B-2", credential=heir).status_code == 201


def test_who_asks_too_often_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_time_passes: None
) -> None:
    monkeypatch.setattr(routes_cases, "APPLICATIONS", (3, 0.5))
    with running(tmp_path) as platform:
        assert [apply(platform, "C-1").status_code for _ in range(3)] == [201] * 3
        told = problem(apply(platform, "C-1"), 429, "too-many-requests")
        assert told["status"] == 429
        assert int(apply(platform, "C-1").headers["Retry-After"]) >= 1
        assert apply(platform, "C-2").status_code == 201  # nobody else is hindered


def test_a_certificate_names_the_terminal_on_the_wire(tmp_path: Path) -> None:
    """Mutual TLS from the terminal's own settings to the platform's own options."""
    authority = Authority(tmp_path, "authority")
    certificate, key = authority.issue("platform")
    client, client_key = authority.issue("T-OWN")
    stranger, stranger_key = Authority(tmp_path, "strangers").issue("T-STRANGER")
    with (
        running(
            tmp_path, certificate=certificate, certificate_key=key, client_ca=authority.certificate
        ) as platform,
        opened(tmp_path) as outbox,
    ):
        base: dict[str, Any] = {
            "url": platform.url.replace("http://", "https://"),
            "ca": authority.certificate,
            "timeout_seconds": 60,
        }
        mine = PlatformSettings(**base, client_certificate=client, client_key=client_key)
        strange = PlatformSettings(**base, client_certificate=stranger, client_key=stranger_key)

        def deliver(settings: PlatformSettings, terminal: str, key: str, wait: float = 0.6) -> Answer | Fault:
            return Courier(outbox, PlatformClient(settings, terminal)).deliver(key, Deadline(wait))

        other, own = queued(outbox, "T-OTHER", "1"), queued(outbox, "T-OWN", "2")
        for settings, terminal, key_of_it in (
            (mine, "T-OTHER", other),  # a certificate of another terminal
            (PlatformSettings(**base), "T-OWN", own),  # none at all
            (strange, "T-OWN", own),  # of somebody whom nobody knows
        ):
            told = deliver(settings, terminal, key_of_it)
            assert isinstance(told, Fault)
            assert told.code in ("platform.not_authorised", "platform.tls", "platform.answer_cut")
            assert not told.permanent  # it stays queued, and goes when that is mended
        answer = deliver(mine, "T-OWN", own, 20)
        assert isinstance(answer, Answer), answer
        # Who follows a slip's code has no certificate, and needs none.
        page = requests.get(
            f"{base['url']}/p/{answer.project_no}", verify=str(authority.certificate), timeout=60
        )
        assert page.status_code == 200


@contextmanager
def opened(folder: Path) -> Iterator[Outbox]:
    store = open_store(folder / "terminal.sqlite")
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, folder / "device.key")
    assert isinstance(outbox, Outbox), outbox
    try:
        yield outbox
    finally:
        store.close()


def queued(outbox: Outbox, terminal: str, number: str) -> str:
    """Each of another person, so that none waits for the other."""
    made = application(terminal, number)
    made = replace(made, applicant={**made.applicant, "number": NUMBERS[number]})
    outbox.keep(made)
    return made.key


def application(terminal: str, who: str) -> Draft:
    body = samples.application(samples.FILING)
    return draft(
        serial=f"{terminal}-{who}"[:40],
        task_code=samples.FILING,
        task_version=body["task_version"],
        terminal_id=terminal,
        applicant=body["applicant"],
        answers=body.get("answers", {}),
        materials=tuple((each["code"], each["status"]) for each in body.get("materials", [])),
    )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_twenty_terminals_hammer_and_each_case_is_there_once(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """Over lines that break, with the same application sent from several threads at once."""
    monkeypatch.setattr(couriers, "VISIT_PAUSES_SECONDS", (0.05, 0.1, 0.2, 0.4))
    more: dict[str, Any] = {}
    if database == "postgresql":
        more["database"] = request.getfixturevalue("postgres").new_database()
    failures: list[str] = []
    with running(tmp_path, **more) as platform:
        port = int(platform.url.rpartition(":")[2])

        def terminal(number: int) -> None:
            name = f"T-{number:02}"
            with Line(port) as line:
                settings = PlatformSettings(url=f"http://127.0.0.1:{line.port}", timeout_seconds=60)
                with opened(tmp_path / name) as outbox:
                    client = PlatformClient(settings, name)
                    for each in range(EACH):
                        made = application(name, str(each))
                        outbox.keep(made)
                        line.cut_down = 40 + 17 * number if each % 2 else None
                        twice = threading.Thread(target=client.submit, args=(made.parcel(),))
                        twice.start()
                        answer = Courier(outbox, client).deliver(made.key, Deadline(60))
                        twice.join()
                        if not isinstance(answer, Answer):
                            failures.append(f"{name} {each}: {answer}")

        threads = [threading.Thread(target=terminal, args=(number,)) for number in range(TERMINALS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with platform.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT serial, project_no FROM applications").all()
    assert failures == []
    assert len(rows) == TERMINALS * EACH
    assert Counter(serial for serial, _ in rows).most_common(1)[0][1] == 1
    assert Counter(number for _, number in rows).most_common(1)[0][1] == 1
