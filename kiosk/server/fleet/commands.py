"""What a terminal is told to do: out of service, and back.

A command goes out with the answer to the heartbeat, again and again until the terminal says what became of
it; a terminal that waits for news (``wake``) is told to send one now.  It obeys between visits.  A newer
command takes the older one's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.server.fleet import timeline
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.tables import commands, terminals
from kiosk.server.problems import ProblemError


class Kind(StrEnum):
    OUT_OF_SERVICE = "out_of_service"
    BACK_IN_SERVICE = "back_in_service"


@dataclass(frozen=True)
class Command:
    """``reason`` is shown to the technician who stands before the terminal."""

    id: int
    terminal_id: str
    kind: str
    by: str
    reason: str
    asked_at: str
    delivered_at: str | None
    ended_at: str | None
    outcome: str
    detail: str

    @property
    def state(self) -> str:
        """waiting, delivered, or the outcome: done, refused, replaced, cancelled."""
        return self.outcome or ("delivered" if self.delivered_at else "waiting")


def ask(fleet: Fleet, terminal_id: str, kind: Kind, by: str, reason: str = "") -> Command:
    """Tell a terminal; ``by`` is who wants it.  Whether it has obeyed shows in :func:`of_terminal`."""
    now = fleet.now()
    with fleet.acting() as connection:
        known = select(terminals.c.id).where(terminals.c.id == terminal_id, terminals.c.retired_at.is_(None))
        if connection.execute(known).first() is None:
            raise ProblemError("terminal-unknown")
        _end(connection, now, "replaced", terminal_id)
        values = {
            "terminal_id": terminal_id,
            "kind": kind.value,
            "by": by[:64],
            "reason": reason[:200],
            "asked_at": now,
        }
        made = connection.execute(insert(commands).values(values).returning(commands.c.id)).scalar_one()
        detail = {"command": kind.value, "by": by, "reason": reason[:200]}
        timeline.write(connection, [timeline.Event(terminal_id, now, "command.asked", detail)])
        row = connection.execute(select(commands).where(commands.c.id == made)).one()
    fleet.asked(terminal_id)
    return _command(row)


def cancel(fleet: Fleet, terminal_id: str, by: str) -> int:
    """Take back what the terminal has not obeyed yet.  How many commands that were."""
    now = fleet.now()
    with fleet.acting() as connection:
        ended = _end(connection, now, "cancelled", terminal_id)
        if ended:
            timeline.write(connection, [timeline.Event(terminal_id, now, "command.cancelled", {"by": by})])
    return ended


def of_terminal(fleet: Fleet, terminal_id: str, limit: int = 20) -> list[Command]:
    """The last ones, the newest first."""
    wanted = select(commands).where(commands.c.terminal_id == terminal_id)
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted.order_by(commands.c.id.desc()).limit(limit)).all()
    return [_command(row) for row in rows]


def waiting(fleet: Fleet) -> dict[str, list[Command]]:
    """Everything that some terminal still has to do, by terminal."""
    with fleet.engine.connect() as connection:
        return waiting_for(connection)


def waiting_for(connection: Connection, ids: set[str] | None = None) -> dict[str, list[Command]]:
    """The same of these terminals."""
    wanted = select(commands).where(commands.c.ended_at.is_(None)).order_by(commands.c.id)
    if ids is not None:
        wanted = wanted.where(commands.c.terminal_id.in_(sorted(ids)))
    found: dict[str, list[Command]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.terminal_id, []).append(_command(row))
    return found


def not_fetched(connection: Connection) -> dict[str, int]:
    """The newest command of each terminal that has fetched none of its own since; few, from the index."""
    wanted = (
        select(commands.c.terminal_id, func.max(commands.c.id))
        .where(commands.c.ended_at.is_(None), commands.c.delivered_at.is_(None))
        .group_by(commands.c.terminal_id)
    )
    return {str(terminal): int(number) for terminal, number in connection.execute(wanted)}


def delivered(connection: Connection, now: str, ids: list[int]) -> None:
    first = commands.c.id.in_(ids) & commands.c.delivered_at.is_(None)
    connection.execute(update(commands).where(first).values(delivered_at=now))


def ended(
    connection: Connection, now: str, terminal_id: str, command_id: int, outcome: str, detail: str
) -> bool:
    """What the terminal says became of a command of its own.  True the first time."""
    own = (
        (commands.c.id == command_id)
        & (commands.c.terminal_id == terminal_id)
        & commands.c.ended_at.is_(None)
    )
    values: dict[str, Any] = {"ended_at": now, "outcome": outcome, "detail": detail[:200]}
    row = connection.execute(update(commands).where(own).values(values).returning(commands.c.kind)).first()
    if row is None:
        return False
    told = {"command": row.kind, "outcome": outcome, "detail": detail[:200]}
    timeline.write(connection, [timeline.Event(terminal_id, now, "command.ended", told)])
    return True


def _end(connection: Connection, now: str, outcome: str, terminal_id: str) -> int:
    open_ones = (commands.c.terminal_id == terminal_id) & commands.c.ended_at.is_(None)
    return int(
        connection.execute(update(commands).where(open_ones).values(ended_at=now, outcome=outcome)).rowcount
    )


def _command(row: Row[Any]) -> Command:
    return Command(
        row.id,
        row.terminal_id,
        row.kind,
        row.by,
        row.reason,
        row.asked_at,
        row.delivered_at,
        row.ended_at,
        row.outcome,
        row.detail,
    )
