"""``kiosk console-user`` and ``kiosk console-audit`` on a real database, also beside a running server."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import update
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.server.console.tables import audit
from kiosk.server.database import open_database, writing
from tests.kiosk.server.console.conftest import PASSWORD, Hall


def kiosk(database: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*arguments, f"--database=sqlite:///{database}"], input=typed)


def add(database: Path, name: str, *roles: str, typed: str = PASSWORD) -> Result:
    given = [f"--role={role}" for role in roles]
    return kiosk(database, "console-user", "add", name, *given, typed=f"{typed}\n")


def test_accounts_by_command(tmp_path: Path) -> None:
    database = tmp_path / "new" / "platform.sqlite"
    assert add(database, "王编辑", "editor", "approver").exit_code == 0
    for wrong in (
        add(database, "x", "editor"),
        add(database, "王五", "boss"),
        add(database, "王五"),
        add(database, "王五", "auditor", "editor"),
        add(database, "王五", "editor", typed="short"),
        kiosk(database, "console-audit", "verify", "--head=nonsense"),
    ):
        assert wrong.exit_code == 2, wrong.output
    assert kiosk(database, "console-user", "disable", "谁").exit_code == 1
    rows = json.loads(kiosk(database, "console-user", "list", "--json").stdout)
    assert [(row["name"], row["roles"], row["disabled"]) for row in rows] == [
        ("王编辑", ["editor", "approver"], False)
    ]
    assert "argon2" not in json.dumps(rows)
    assert kiosk(database, "console-user", "disable", "王编辑").exit_code == 0
    assert "disabled" in kiosk(database, "console-user", "list").stdout
    told = json.loads(kiosk(database, "console-audit", "verify", "--json").stdout)
    assert told["intact"] and told["records"] == 2
    assert kiosk(database, "console-audit", "verify", f"--head={told['head']}").exit_code == 0
    with writing(open_database(f"sqlite:///{database}")) as connection:
        connection.execute(update(audit).where(audit.c.seq == 1).values(event="session.begun"))
    broken = kiosk(database, "console-audit", "verify")
    assert broken.exit_code == 1 and "record 1 was changed" in broken.stdout


def test_beside_a_running_server(alone: Hall) -> None:
    assert add(alone.platform.database, "新来的", "operator").exit_code == 0
    assert alone.stranger().login("新来的").url.endswith("/console/")
    visitor = alone.as_("新来的")
    assert kiosk(alone.platform.database, "console-user", "disable", "新来的").exit_code == 0
    assert visitor.get("/", allow_redirects=False).status_code == 303
