"""The console on either database: every page, and a chain that several write at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.server.console import chain
from kiosk.server.console.app import ENTRIES
from kiosk.server.console.roles import Right
from kiosk.server.database import open_database, writing
from kiosk.server.fleet.tables import beats
from tests.kiosk.server.conftest import running
from tests.kiosk.server.console import scene
from tests.kiosk.server.console.conftest import PASSWORD, Hall, people

THREADS, EACH = 6, 8


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    more = {}
    if request.param == "postgresql":
        more["database"] = request.getfixturevalue("postgres").new_database()
    with running(tmp_path, console_folder=tmp_path / "files", **more) as client:
        people(client.engine)
        yield Hall(client)


def test_every_page_that_only_shows(either: Hall) -> None:
    scene.fill_fleet(either.engine, 55)
    scene.fill_voices(either.engine, 12)
    visitor = either.as_("孙审计")
    shown = [each for each in ENTRIES if each.method == "GET" and each.right in (Right.SEE, Right.AUDIT)]
    plain = [each.path for each in shown if "{" not in each.path]
    for path in (
        *plain,
        "/terminals/PDS-00000",
        "/terminals?q=1&condition=ready",
        "/tickets/1",
        "/alarms?kind=x",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    more = visitor.get("/terminals").text.split('href="/console/terminals?after_hall=')[1].split('"')[0]
    rest = visitor.get("/terminals?after_hall=" + more.replace("&amp;", "&")).text
    assert rest.count('<th scope="row">') == 5


def test_an_older_database_gets_what_this_version_adds(either: Hall) -> None:
    scene.fill_fleet(either.engine, 3)
    with writing(either.engine) as connection:
        for name in ("bundle_since", "bundle_waiting"):
            connection.exec_driver_sql(f"ALTER TABLE fleet_beats DROP COLUMN {name}")
    other = open_database(either.engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        rows = connection.execute(select(beats.c.bundle_since, beats.c.bundle_waiting)).all()
    assert [tuple(row) for row in rows] == [(None, None)] * 3
    other.dispose()


def test_what_people_do_at_once_stands_in_one_chain(either: Hall) -> None:
    def write(name: str) -> None:
        for _ in range(EACH):
            with writing(either.engine) as connection:
                chain.append(connection, name, "session.begun")

    threads = [threading.Thread(target=write, args=(f"人{number}",)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = chain.verify(either.engine)
    assert verdict.broken is None and verdict.records >= THREADS * EACH
    operator = either.as_("赵运维")
    assert either.platform.post("/v1/requests", {"kind": "complaint", "text": "没有人"}).status_code == 201
    operator.get("/requests")
    done = operator.post("/tickets/1/finish", revision="1", action="\x00已回复\x07", outcome="content")
    assert "已回复" in done.text  # what no database keeps is left out
    assert either.stranger().login("赵\x00运维", PASSWORD).status_code in (200, 401)
