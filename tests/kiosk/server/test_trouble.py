"""The platform in trouble: an answer for the terminal, nothing about the person in any log."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.server import cases, database
from kiosk.server.app import ConfigurationError, create_app
from kiosk.server.settings import PlatformSettings
from tests.kiosk.server.conftest import Client, problem, running
from tests.kiosk.server.samples import CERTIFICATE, NUMBER, application, new_key, write_matters


def test_a_database_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    key, body = new_key(), application()
    with running(tmp_path) as client:
        with sqlite3.connect(client.database, isolation_level=None) as other:
            other.execute("begin exclusive")
            refused = client.apply(body, key)
            other.execute("rollback")
        problem(refused, 503, "store-unavailable")
        assert int(refused.headers["Retry-After"]) > 0
        assert client.apply(body, key).status_code == 201


def test_a_full_disk(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        assert client.apply(application()).status_code == 201
        [(pages,)] = sqlite3.connect(client.database).execute("pragma page_count")
        with client.engine.connect() as connection:
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")
        key, body = new_key(), application(CERTIFICATE)
        problem(client.apply(body, key), 503, "store-unavailable")
        assert client.get("/v1/applications", serial=body["serial"]).json() == []
        with client.engine.connect() as connection:
            connection.exec_driver_sql("pragma max_page_count = 100000")
        assert client.apply(body, key).status_code == 201


def test_a_bug_is_answered_and_says_nothing_of_the_person(
    platform: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot decide {NUMBER}")

    monkeypatch.setattr(cases, "decide", broken)
    with caplog.at_level(logging.DEBUG):
        document = problem(platform.apply(application()), 500, "internal")
    assert document["instance"].startswith("urn:uuid:")
    assert document["instance"] in caplog.text and "RuntimeError" in caplog.text
    assert NUMBER not in caplog.text


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    folder = write_matters(tmp_path / "matters")
    settings = PlatformSettings(
        matters_folder=folder,
        base_catalogue=tmp_path / "nowhere.yaml",
        database=f"sqlite:///{tmp_path}/p.sqlite",
    )
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        create_app(settings)


def test_a_bad_matter_file_is_named_and_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (write_matters(tmp_path / "matters") / "zzz.yaml").write_text("name: [", encoding="utf-8")
    with running(tmp_path) as client:
        assert client.apply(application()).status_code == 201
    assert "zzz.yaml" in caplog.text


def test_starting_needs_no_typesetting(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from kiosk.server.app import create_app\n"
        "from kiosk.server.settings import PlatformSettings\n"
        f"create_app(PlatformSettings(database='sqlite:///{tmp_path}/p.sqlite'))\n"
        "heavy = {'reportlab', 'kivy', 'requests', 'chinese_calendar', 'fontTools'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3], timeout=600)
