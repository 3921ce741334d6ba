"""Which terminals there are, in which hall and group; how each of them is tells ``standing``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from kiosk.server.fleet import timeline
from kiosk.server.fleet.context import DEFAULT_GROUP, GROUP, Fleet, upsert
from kiosk.server.fleet.credentials import hashed, new_credential
from kiosk.server.fleet.tables import alarms, beats, commands, progress, terminals
from kiosk.server.problems import ProblemError


def register(
    fleet: Fleet,
    terminal_id: str,
    by: str,
    *,
    hall: str = "",
    name: str = "",
    group: str = DEFAULT_GROUP,
    model: str = "",
) -> str:
    """Take a terminal in, or take over one that has only been heard of.  Returns its new credential, which
    is shown this once and kept nowhere; it goes into the terminal's ``platform.credential_file``.

    Raises ``terminal-exists`` for one that is registered already.
    """
    check_group(group)
    credential = new_credential()
    now = fleet.now()
    with fleet.acting() as connection:
        before = connection.execute(select(terminals).where(terminals.c.id == terminal_id)).first()
        if before is not None and before.registered and before.retired_at is None:
            raise ProblemError("terminal-exists")
        row = {
            "id": terminal_id,
            "hall": hall,
            "name": name,
            "group": group,
            "model": model,
            "registered": True,
            "registered_at": now,
            "credential_sha256": hashed(credential),
            "retired_at": None,
        }
        upsert(connection, terminals, [row], ("id",))
        told = {"by": by, "hall": hall, "group": group}
        timeline.write(connection, [timeline.Event(terminal_id, now, "terminal.registered", told)])
    return credential


def renew_credential(fleet: Fleet, terminal_id: str, by: str) -> str:
    """A new credential; the old one is worth nothing from now on."""
    credential = new_credential()
    _change(fleet, terminal_id, by, "terminal.credential", {}, credential_sha256=hashed(credential))
    return credential


def move(fleet: Fleet, terminal_id: str, by: str, *, group: str, hall: str | None = None) -> None:
    """Into another group (and hall): from the next poll on it is offered what that group is offered."""
    check_group(group)
    values = {"group": group} if hall is None else {"group": group, "hall": hall}
    _change(fleet, terminal_id, by, "terminal.moved", values, **values)


def describe(fleet: Fleet, terminal_id: str, by: str, *, hall: str, name: str, model: str) -> None:
    """Where it stands and what it is called."""
    values = {"hall": hall, "name": name, "model": model}
    _change(fleet, terminal_id, by, "terminal.described", values, **values)


def retire(fleet: Fleet, terminal_id: str, by: str) -> None:
    """It is no longer part of the fleet: nobody waits for it, and what it says is refused."""
    values = {"retired_at": fleet.now(), "credential_sha256": ""}
    _change(fleet, terminal_id, by, "terminal.retired", {}, **values)


def groups(fleet: Fleet) -> dict[str, int]:
    """Every group that has a terminal, with how many."""
    wanted = select(terminals.c.group, func.count()).where(terminals.c.retired_at.is_(None))
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted.group_by(terminals.c.group).order_by(terminals.c.group))
        return {str(group): int(count) for group, count in rows}


def halls(fleet: Fleet) -> list[str]:
    wanted = select(terminals.c.hall).where(terminals.c.retired_at.is_(None)).distinct()
    with fleet.engine.connect() as connection:
        return [str(hall) for (hall,) in connection.execute(wanted.order_by(terminals.c.hall))]


def trusted(fleet: Fleet) -> dict[str, int]:
    """The greatest version of each role's metadata that some terminal trusts: a repository that comes from a
    backup has to go on above these (``kiosk bundle publish --resume-above``)."""
    found: dict[str, int] = {}
    wanted = (
        select(beats.c.trusted)
        .join(terminals, terminals.c.id == beats.c.terminal_id)
        .where(terminals.c.retired_at.is_(None))
    )
    with fleet.engine.connect() as connection:
        for (told,) in connection.execute(wanted):
            for role, version in (told or {}).items():
                found[role] = max(found.get(role, 0), int(version))
    return found


def check_group(group: str) -> None:
    """Raises ``group-invalid`` for a name that no assignment can have."""
    if not GROUP.fullmatch(group):
        raise ProblemError("group-invalid")


def _change(
    fleet: Fleet, terminal_id: str, by: str, kind: str, told: Mapping[str, Any], **values: Any
) -> None:
    now = fleet.now()
    with fleet.acting() as connection:
        known = terminals.c.id == terminal_id, terminals.c.retired_at.is_(None)
        if connection.execute(update(terminals).where(*known).values(values)).rowcount == 0:
            raise ProblemError("terminal-unknown")
        if kind == "terminal.retired":
            _let_go(connection, now, terminal_id)
        timeline.write(connection, [timeline.Event(terminal_id, now, kind, {"by": by, **told})])


def _let_go(connection: Connection, now: str, terminal_id: str) -> None:
    """Nothing waits for a terminal that is no more."""
    connection.execute(
        update(commands)
        .where(commands.c.terminal_id == terminal_id, commands.c.ended_at.is_(None))
        .values(ended_at=now, outcome="cancelled")
    )
    connection.execute(
        update(alarms)
        .where(alarms.c.terminal_id == terminal_id, alarms.c.closed_at.is_(None))
        .values(closed_at=now, open_key=None)
    )
    connection.execute(
        update(progress)
        .where(progress.c.terminal_id == terminal_id, progress.c.check_at.is_not(None))
        .values(status="off", late=True, check_at=None)
    )
