"""The console over real HTTP, and people with accounts."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from sqlalchemy import Engine

from kiosk.server.console import accounts, passwords, pictures
from kiosk.server.console.roles import Role
from kiosk.server.settings import CONFIG_FOLDER
from tests.kiosk.server.conftest import Client, running

PASSWORD = "correct-horse-9-battery"
PEOPLE = {
    "王编辑": (Role.EDITOR,),
    "钱编辑": (Role.EDITOR,),
    "李审批": (Role.APPROVER,),
    "赵运维": (Role.OPERATOR,),
    "孙审计": (Role.AUDITOR,),
    "两用": (Role.EDITOR, Role.APPROVER),
}
FILE, OTHER_FILE = "02-no-property-certificate.yaml", "19-identity-card-renewal.yaml"
TASK_CODE = "124104000058A3384Q3410715021000"
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


def _session() -> requests.Session:
    """A connection for each page: one that rests longer than the server keeps it, as between the pages of a
    slow test, may be closed in the moment in which it is used again."""
    session = requests.Session()
    session.headers["Connection"] = "close"
    return session


@dataclass
class Visitor:
    """A browser without scripts."""

    url: str
    session: requests.Session = field(default_factory=_session)
    token: str = ""

    def get(self, path: str, **options: Any) -> requests.Response:
        answer = self.session.get(f"{self.url}/console{path}", timeout=120, **options)
        if found := _TOKEN.search(answer.text):
            self.token = found[1]
        return answer

    def post(self, path: str, **fields: Any) -> requests.Response:
        """As the form of a page of the console would."""
        if not self.token:
            self.get("/password")
        return self.raw_post(path, {"form_token": self.token, **fields})

    def raw_post(self, path: str, fields: Any, **options: Any) -> requests.Response:
        return self.session.post(f"{self.url}/console{path}", data=fields, timeout=120, **options)

    def login(self, name: str, password: str = PASSWORD) -> requests.Response:
        self.get("/login")
        answer = self.post("/login", name=name, password=password)
        if found := _TOKEN.search(answer.text):
            self.token = found[1]
        return answer


@dataclass
class Hall:
    platform: Client
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        return self.platform.engine

    def as_(self, name: str) -> Visitor:
        """Somebody who has logged in; the same browser each time."""
        if name not in self.visitors:
            visitor = Visitor(self.platform.url)
            assert visitor.login(name).url.endswith("/console/")
            self.visitors[name] = visitor
        return self.visitors[name]

    def stranger(self) -> Visitor:
        return Visitor(self.platform.url)


def people(engine: Engine) -> None:
    for name, roles in PEOPLE.items():
        assert accounts.add(engine, name, roles, PASSWORD) is None


@pytest.fixture(autouse=True, scope="package")
def _cheap_hashes() -> Iterator[None]:
    """The product's own take a tenth of a second each; one test looks at those."""
    kept = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # type: ignore[misc]
    yield
    passwords._HASHER = kept  # type: ignore[misc]


@pytest.fixture(autouse=True, scope="package")
def _no_rehearsals() -> Iterator[None]:
    """A change that is submitted has its pages drawn by a whole terminal: not in every test."""
    kept = pictures.COMMAND
    pictures.COMMAND = (sys.executable, "-c", "raise SystemExit('not drawn in a test')")
    yield
    pictures.COMMAND = kept


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with running(tmp_path_factory.mktemp("console"), **settings_of(tmp_path_factory)) as client:
        people(client.engine)
        yield Hall(client)


def settings_of(factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {"console_folder": factory.mktemp("console-files")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Hall]:
    """With two matters of the product, which pass the linter."""
    matters = tmp_path / "matters"
    matters.mkdir()
    for name in (FILE, OTHER_FILE):
        shutil.copy(CONFIG_FOLDER / "matters" / name, matters)
    with running(tmp_path, console_folder=tmp_path / "files", matters_folder=matters) as client:
        people(client.engine)
        yield Hall(client)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Hall]:
    """A console of its own, for what would disturb other tests."""
    folder = tmp_path / "alone"
    folder.mkdir()
    with running(folder, console_folder=tmp_path / "files") as client:
        people(client.engine)
        yield Hall(client)
