"""Accounts of the console: made and ended by commands on the server, not by its pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, insert, select, update

from kiosk.server.console import chain, devices, lockout, passwords, sessions
from kiosk.server.console.roles import WORDS, Role, unfit
from kiosk.server.console.tables import users
from kiosk.server.database import now_text, writing

_NAME: Final = re.compile(r"[\w\u4e00-\u9fff.\-]{2,32}")
DEMO: Final = (
    ("demo-editor", (Role.EDITOR,)),
    ("demo-approver", (Role.APPROVER,)),
    ("demo-operator", (Role.OPERATOR,)),
    ("demo-auditor", (Role.AUDITOR,)),
)


@dataclass(frozen=True)
class Refused:
    reason: str


@dataclass(frozen=True)
class DemoAccount:
    name: str
    password: str
    roles: tuple[str, ...]


def add(
    engine: Engine, name: str, roles: Sequence[Role], password: str, by: str = chain.SHELL
) -> Refused | None:
    """A new account; an account of that name gets this password and these roles, and is open again."""
    if not _NAME.fullmatch(name) or name in (chain.SHELL, chain.NOBODY):
        return Refused("a name has 2 to 32 letters, digits, Chinese characters, dots or hyphens")
    if reason := unfit(roles) or passwords.unfit(password, name):
        return Refused(reason)
    _write(engine, name, roles, passwords.hashed(password), demo=False, by=by)
    lockout.forget(engine, name)
    return None


def set_disabled(engine: Engine, name: str, disabled: bool, by: str = chain.SHELL) -> bool:
    """False when there is no such account."""
    with writing(engine) as connection:
        changed = update(users).where(users.c.name == name).values(disabled=disabled)
        if connection.execute(changed).rowcount == 0:
            return False
        if disabled:
            sessions.end_all(connection, name)
            devices.forget(connection, name)
        chain.append(connection, by, "account.disabled" if disabled else "account.enabled", account=name)
    return True


def listed(engine: Engine) -> list[dict[str, Any]]:
    """Every account, without its hash."""
    with engine.connect() as connection:
        rows = connection.execute(select(users).order_by(users.c.name)).all()
    return [
        {
            "name": row.name,
            "roles": row.roles.split(","),
            "disabled": row.disabled,
            "demo": row.demo,
            "created": row.created_at,
            "last_seen": row.seen_at or None,
        }
        for row in rows
    ]


def make_demo(engine: Engine) -> tuple[DemoAccount, ...]:
    """The accounts of a demonstration with new random passwords."""
    made = []
    for name, roles in DEMO:
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        _write(engine, name, roles, passwords.hashed(password), demo=True, by=chain.SHELL)
        made.append(DemoAccount(name, password, tuple(role.value for role in roles)))
    return tuple(made)


def _write(
    engine: Engine, name: str, roles: Sequence[Role], password_hash: str, *, demo: bool, by: str
) -> None:
    kept = {
        "roles": ",".join(dict.fromkeys(role.value for role in roles)),
        "password_hash": password_hash,
        "disabled": False,
        "demo": demo,
    }
    with writing(engine) as connection:
        changed = connection.execute(update(users).where(users.c.name == name).values(**kept)).rowcount
        if not changed:
            connection.execute(insert(users).values(name=name, created_at=now_text(), seen_at="", **kept))
        sessions.end_all(connection, name)
        event = "account.changed" if changed else "account.added"
        chain.append(connection, by, event, account=name, roles="、".join(WORDS[role] for role in roles))
