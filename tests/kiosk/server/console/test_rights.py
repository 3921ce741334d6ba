"""Every page and act for every role, from one table: what is forbidden is refused and changes nothing."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import func, select

from kiosk.server.console.app import ENTRIES
from kiosk.server.console.roles import Role, unfit
from kiosk.server.console.tables import audit
from tests.kiosk.server import samples
from tests.kiosk.server.console.conftest import Hall

EVERYBODY: Final = frozenset({"editor", "approver", "operator", "auditor"})
EDITOR, APPROVER = frozenset({"editor"}), frozenset({"approver"})
OPERATOR, AUDITOR = frozenset({"operator"}), frozenset({"auditor"})
SIGNERS: Final = EDITOR | APPROVER
OPEN: Final = frozenset({"stranger", *EVERYBODY})

MAY: Final = {
    ("GET", "/login"): OPEN,
    ("POST", "/login"): OPEN,
    ("POST", "/logout"): EVERYBODY,
    ("GET", "/password"): EVERYBODY,
    ("POST", "/password"): EVERYBODY,
    ("GET", "/"): EVERYBODY,
    ("GET", "/matters"): EVERYBODY,
    ("GET", "/matters/{code}"): EVERYBODY,
    ("POST", "/matters/{code}/pictures"): EVERYBODY,
    ("GET", "/pictures/{digest}"): EVERYBODY,
    ("GET", "/pictures/{digest}/{name}"): EVERYBODY,
    ("GET", "/changes"): EVERYBODY,
    ("POST", "/changes"): EDITOR,
    ("POST", "/matters/{code}/edit"): EDITOR,
    ("POST", "/matters/{code}/off"): EDITOR,
    ("GET", "/matters/new"): EDITOR,
    ("POST", "/matters/new"): EDITOR,
    ("GET", "/matters/template.xlsx"): EVERYBODY,
    ("GET", "/matters/{code}/matter.xlsx"): EVERYBODY,
    ("GET", "/changes/{change}/files/{file}/sections/{section}"): EVERYBODY,
    ("POST", "/changes/{change}/files/{file}/sections/{section}"): EDITOR,
    ("GET", "/changes/{change}/reasons"): EVERYBODY,
    ("POST", "/changes/{change}/reasons"): EDITOR,
    ("GET", "/changes/{change}/calendar"): EVERYBODY,
    ("POST", "/changes/{change}/calendar"): EDITOR,
    ("GET", "/changes/{change}/hall-hours"): EVERYBODY,
    ("POST", "/changes/{change}/hall-hours"): EDITOR,
    ("GET", "/changes/{change}/base-catalogue"): EVERYBODY,
    ("POST", "/changes/{change}/base-catalogue"): EDITOR,
    ("GET", "/changes/{change}/choices"): EVERYBODY,
    ("GET", "/changes/{change}/choices/{list}"): EVERYBODY,
    ("POST", "/changes/{change}/choices/{list}"): EDITOR,
    ("GET", "/changes/{change}/texts"): EVERYBODY,
    ("POST", "/changes/{change}/texts"): EDITOR,
    ("GET", "/changes/{change}/pictures"): EVERYBODY,
    ("POST", "/changes/{change}/pictures"): EDITOR,
    ("GET", "/changes/{change}/pictures/{name}"): EVERYBODY,
    ("GET", "/changes/{change}/parts"): EVERYBODY,
    ("POST", "/changes/{change}/parts/drop"): EDITOR,
    ("POST", "/changes/{change}/parts/rebase"): EDITOR,
    ("GET", "/changes/{change}"): EVERYBODY,
    ("POST", "/changes/{change}/submit"): EDITOR,
    ("POST", "/changes/{change}/withdraw"): EDITOR,
    ("POST", "/changes/{change}/discard"): EDITOR,
    ("POST", "/changes/{change}/approve"): APPROVER,
    ("POST", "/changes/{change}/return"): APPROVER,
    ("GET", "/changes/{change}/files/{file}"): EVERYBODY,
    ("POST", "/changes/{change}/files/{file}"): EDITOR,
    ("GET", "/changes/{change}/files/{file}/yaml"): EVERYBODY,
    ("POST", "/changes/{change}/files/{file}/yaml"): EDITOR,
    ("GET", "/changes/{change}/files/{file}/diff"): EVERYBODY,
    ("GET", "/changes/{change}/files/{file}/pictures"): EVERYBODY,
    ("POST", "/changes/{change}/files/{file}/pictures"): EVERYBODY,
    ("POST", "/changes/{change}/files/{file}/drop"): EDITOR,
    ("POST", "/changes/{change}/files/{file}/withdraw"): EDITOR,
    ("POST", "/changes/{change}/files/{file}/rebase"): EDITOR,
    ("GET", "/changes/{change}/package"): EVERYBODY,
    ("POST", "/changes/{change}/package"): SIGNERS,
    ("GET", "/changes/{change}/package/to-sign.zip"): SIGNERS,
    ("POST", "/changes/{change}/package/signature"): SIGNERS,
    ("POST", "/changes/{change}/package/demo"): SIGNERS,
    ("GET", "/rollouts"): EVERYBODY,
    ("GET", "/rollouts/new"): OPERATOR,
    ("POST", "/rollouts"): OPERATOR,
    ("GET", "/rollouts/{rollout}"): EVERYBODY,
    ("GET", "/rollouts/{rollout}/live"): EVERYBODY,
    ("POST", "/rollouts/{rollout}/approve"): APPROVER,
    ("POST", "/rollouts/{rollout}/start"): OPERATOR,
    ("POST", "/rollouts/{rollout}/withdraw"): OPERATOR,
    ("POST", "/rollouts/{rollout}/pause"): OPERATOR,
    ("POST", "/rollouts/{rollout}/halt"): OPERATOR,
    ("POST", "/rollouts/{rollout}/resume"): OPERATOR,
    ("POST", "/rollouts/{rollout}/rollback"): OPERATOR,
    ("GET", "/terminals"): EVERYBODY,
    ("GET", "/terminals/{terminal:path}"): EVERYBODY,
    ("POST", "/terminals/{terminal:path}/close"): OPERATOR,
    ("POST", "/terminals/{terminal:path}/open"): OPERATOR,
    ("POST", "/terminals/{terminal:path}/move"): OPERATOR,
    ("GET", "/alarms"): EVERYBODY,
    ("POST", "/alarms/{alarm}/take"): OPERATOR,
    ("POST", "/alarms/{alarm}/close"): OPERATOR,
    ("GET", "/ratings"): EVERYBODY,
    ("GET", "/ratings/all"): EVERYBODY,
    ("GET", "/requests"): EVERYBODY,
    ("GET", "/tickets/{ticket}"): EVERYBODY,
    ("POST", "/tickets/{ticket}/take"): OPERATOR,
    ("POST", "/tickets/{ticket}/extend"): OPERATOR,
    ("POST", "/tickets/{ticket}/finish"): OPERATOR,
    ("POST", "/tickets/{ticket}/reopen"): OPERATOR,
    ("POST", "/tickets/{ticket}/phone"): OPERATOR,
    ("GET", "/tickets/{ticket}/recording"): OPERATOR,
    ("POST", "/tickets/{ticket}/recording/erase"): OPERATOR,
    ("GET", "/audit"): AUDITOR,
    ("POST", "/audit/verify"): AUDITOR,
}
NAMES: Final = {"editor": "钱编辑", "approver": "李审批", "operator": "赵运维", "auditor": "孙审计"}
PARTS: Final = {
    "{code}": samples.FILING,
    "{digest}": "0" * 64,
    "{name}": "01-home.png",
    "{change}": "99",  # there is none: whoever may gets 404 and nothing happens
    "{file}": "filing.yaml",
    "{section}": "names",
    "{ticket}": "99",
    "{terminal:path}": "NONE",
    "{alarm}": "99",
    "{rollout}": "99",
    "{role}": "editor",
}
SKIPPED: Final = {("POST", "/logout"), ("POST", "/login"), ("GET", "/login")}  # tests of their own


def address(path: str) -> str:
    for name, value in PARTS.items():
        path = path.replace(name, value)
    return path


def test_the_table_names_every_page_and_act() -> None:
    assert {(entry.method, entry.path) for entry in ENTRIES} == set(MAY)


@pytest.mark.parametrize("role", ["stranger", *sorted(EVERYBODY)])
def test_what_a_role_may_not_do_is_refused(hall: Hall, role: str) -> None:
    visitor = hall.stranger() if role == "stranger" else hall.as_(NAMES[role])
    for (method, path), may in MAY.items():
        if (method, path) in SKIPPED:
            continue
        with hall.engine.connect() as connection:
            before = connection.execute(select(func.count()).select_from(audit)).scalar_one()
        place = address(path)
        if method == "GET":
            answer = visitor.get(place, allow_redirects=False)
        else:
            if role == "stranger":
                visitor.get("/login")  # even with a form token that is good for coming in
            answer = visitor.raw_post(place, {"form_token": visitor.token}, allow_redirects=False)
        if role in may:
            assert answer.status_code not in (401, 403), f"{role} {method} {path}"
        elif role == "stranger":
            to_login = answer.status_code == 303 and "/console/login" in answer.headers["Location"]
            assert to_login or answer.status_code == 401, f"{method} {path}"
        else:
            assert answer.status_code == 403, f"{role} {method} {path}: {answer.status_code}"
            assert "没有权限" in answer.text
            with hall.engine.connect() as connection:
                rows = connection.execute(select(audit).where(audit.c.seq > before)).all()
            assert [(row.who, row.event) for row in rows] == [(NAMES[role], "right.refused")]


def test_an_auditor_has_no_other_role() -> None:
    assert unfit([Role.AUDITOR]) is None
    assert unfit([Role.EDITOR, Role.APPROVER, Role.OPERATOR]) is None
    assert "auditor" in str(unfit([Role.AUDITOR, Role.OPERATOR]))
    assert "--role" in str(unfit([]))
