"""The platform over real HTTP on loopback, in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from fastapi import FastAPI
from sqlalchemy import Engine

from kiosk.server.fleet.rate import RateLimit
from kiosk.server.run import listen, make_server
from kiosk.server.settings import PlatformSettings
from tests.kiosk.server import samples
from tests.kiosk.server.postgres import Cluster, cluster


@dataclass(frozen=True)
class Client:
    url: str
    database: Path
    engine: Engine
    application: FastAPI

    def apply(self, body: Any, key: str | None = None, token: str = "") -> requests.Response:
        headers = {"Idempotency-Key": key or samples.new_key()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return requests.post(f"{self.url}/v1/applications", json=body, headers=headers, timeout=120)

    def get(self, path: str, token: str = "", **query: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(self.url + path, params=query, headers=headers, timeout=120)

    def post(self, path: str, body: Any, token: str = "", key: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return requests.post(self.url + path, json=body, headers=headers, timeout=120)

    def token(self, **changes: Any) -> str:
        answer = self.post("/v1/identity/verifications", samples.card(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def command(self, **behaviour: Any) -> None:
        requests.put(f"{self.url}/rehearsal", json=behaviour, timeout=120).raise_for_status()


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Client]:
    matters = folder / "matters"
    if not matters.exists():
        samples.write_matters(matters)
    database = folder / "platform.sqlite"
    chosen: dict[str, Any] = {
        "rehearsal": True,
        "matters_folder": matters,
        "database": f"sqlite:///{database}",
    } | settings
    listener = listen(0)
    server = make_server(PlatformSettings(**chosen))
    application = server.config.app
    assert isinstance(application, FastAPI)
    engine = application.state.platform.engine
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Client(f"http://127.0.0.1:{listener.getsockname()[1]}", database, engine, application)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


ON_BOTH = pytest.mark.parametrize("shared", ["sqlite", "postgresql"], indirect=True, scope="module")
"""For modules whose tests run on both databases."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running_one:
        yield running_one


@pytest.fixture(scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("platform")
    if getattr(request, "param", "sqlite") == "sqlite":
        with running(folder) as client:
            yield client
        return
    own: Cluster = request.getfixturevalue("postgres")
    url = own.new_database()
    with running(folder, database=url) as client:
        yield client
    own.drop_database(url)


@pytest.fixture
def platform(shared: Client) -> Iterator[Client]:
    """The platform, right again after each test."""
    yield shared
    shared.command()


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever counts calls: on a busy machine so many take so long that they are allowed again."""
    moment, wait_for = time.monotonic(), RateLimit.wait_for

    def waits(limit: RateLimit, caller: str) -> int:
        clock, limit._monotonic = limit._monotonic, lambda: moment
        try:
            return wait_for(limit, caller)
        finally:
            limit._monotonic = clock

    monkeypatch.setattr(RateLimit, "wait_for", waits)


def problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, looked through."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"urn:kiosk:problem:{code}"
    assert document["code"] == code
    assert document["status"] == status
    assert document["title"] and document["detail"] and document["detail_en"]
    return document
