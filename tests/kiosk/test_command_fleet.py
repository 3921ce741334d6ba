"""``kiosk fleet`` on a real database, as an administrator types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.delivery.store import Store, open_store
from kiosk.server.console import chain
from kiosk.server.console.tables import audit
from kiosk.server.database import open_database, writing
from kiosk.server.fleet import alarms
from kiosk.server.fleet.alarms import Trouble


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/platform.sqlite"


def fleet(database: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["fleet", *arguments, "--database", database])


def told(database: str, *arguments: str) -> Any:
    done = fleet(database, *arguments, "--json")
    return json.loads(done.stdout)


def test_a_terminal_from_its_first_day_to_its_last(database: str) -> None:
    given = ("--hall", "市民中心", "--group", "pilot", "--by", "王工")
    done = fleet(database, "register", "PDS-1", *given)
    assert done.exit_code == 0 and len(done.stdout.strip()) > 30
    assert fleet(database, "register", "PDS-1").exit_code == 1
    assert fleet(database, "renew", "PDS-1").stdout.strip() != done.stdout.strip()
    assert fleet(database, "move", "PDS-1", "all").exit_code == 0
    assert fleet(database, "move", "PDS-1", "全部").exit_code == 1
    assert fleet(database, "out", "PDS-1", "--reason", "搬迁", "--by", "李").exit_code == 0
    assert fleet(database, "back", "PDS-2").exit_code == 1
    shown = told(database, "show", "PDS-1")
    assert (shown["row"]["group"], shown["row"]["hall"]) == ("all", "市民中心")
    assert shown["commands"][0]["state"] == "waiting" and shown["commands"][0]["by"] == "李"
    assert "terminal.registered" in [event["kind"] for event in shown["timeline"]]
    assert "command.asked" in fleet(database, "show", "PDS-1").stdout
    assert [row["id"] for row in told(database, "list", "--condition", "never_seen")] == ["PDS-1"]
    assert told(database, "list", "--condition", "ready") == []
    assert fleet(database, "retire", "PDS-1").exit_code == 0
    engine = open_database(database)
    with engine.connect() as connection:
        keys = [chain.keys_of(row)["note"] for (row,) in connection.execute(select(audit.c["keys"]))]
    assert keys[0] == "登记，分组 pilot（王工）" and keys[3] == "停用：搬迁（李）" and len(keys) == 5
    assert chain.verify(engine).broken is None
    engine.dispose()
    assert told(database, "list") == [] and fleet(database, "show", "PDS-1").exit_code == 0


def test_a_new_database_is_said_to_be_new(database: str) -> None:
    assert "a new database was made" in fleet(database, "register", "PDS-1").stderr
    assert "new database" not in fleet(database, "register", "PDS-2").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("fleet", "list"),
        ("fleet", "show", "PDS-1"),
        ("fleet", "renew", "PDS-1"),
        ("fleet", "out", "PDS-1"),
        ("fleet", "alarms"),
        ("fleet", "rollouts", "--json"),
        ("console-user", "list", "--json"),
        ("console-user", "disable", "x"),
        ("console-audit", "verify"),
    ],
)
def test_a_mistyped_path_makes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "empty.sqlite").write_bytes(b"")
    (tmp_path / "letter.sqlite").write_text("您好" * 999, encoding="utf-8")
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    store.close()
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    for name in ("no/such/platform.sqlite", "empty.sqlite", "letter.sqlite", "terminal.sqlite"):
        url = f"sqlite:///{tmp_path}/{name}"
        done = CliRunner().invoke(app, [*arguments, "--database", url])
        assert done.exit_code == 2 and name in done.stderr and "kiosk serve" in done.stderr, done.output
        assert done.stdout == ""
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_open_alarms_end_it_with_1(database: str) -> None:
    open_database(database).dispose()
    assert fleet(database, "alarms").exit_code == 0
    engine = open_database(database)
    with writing(engine) as connection:
        alarms.raise_alarms(connection, "2026-11-26T03:00:00Z", [(Trouble("P", "terminal.silent"), "x")])
    engine.dispose()
    done = fleet(database, "alarms")
    assert done.exit_code == 1 and "terminal.silent" in done.stdout
    assert told(database, "rollouts") == []


def test_what_cannot_be_used_is_named(database: str, tmp_path: Path) -> None:
    open_database(database).dispose()
    assert fleet(database, "show", "nobody").exit_code == 1
    assert fleet(database, "register", "x" * 65).exit_code == 2
    assert fleet(database, "register", "PDS-3", "--hall", "a\nb").exit_code == 2
    wrong = fleet(f"sqlite:///{tmp_path}", "list")
    assert wrong.exit_code == 2 and "database" in wrong.stderr
