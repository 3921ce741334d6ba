"""Bad ratings and requests (诉求) until they are put right: a deadline, an owner, and what was done.

Article 25 wants a rate of rectification (差评整改率) of 100 % at any time, and does not say what counts.
Here it is: of the bad ratings that are closed or whose deadline is over, those that were put right.  One that
was closed while the citizen, asked again, is still not content was not put right, whoever wrote down what was
done: it is due and counts against the rate until it is opened again and put right.  Where nobody could be
reached, what was done stands, and is told apart.

Article 26: what cannot be done on the spot gets a deadline.  A ticket is opened for each of them by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, case, cast, func, insert, select, update

from kiosk.matters.calendar import Calendar
from kiosk.matters.ratings import REASON_NEEDED_BELOW
from kiosk.server.console import chain
from kiosk.server.console.changes import Forbidden, Refused, Stale
from kiosk.server.console.tables import tickets
from kiosk.server.context import SHANGHAI
from kiosk.server.database import now_text, ratings, requests, writing

WORKDAYS: Final = 5
WORKDAYS_EXTENDED: Final = 15
OPENED_AT_ONCE: Final = 500

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("待认领", "warn"),
    "mine": ("办理中", "plain"),
    "done": ("已办结", "good"),
}
NOT_CONTENT: Final = "not_content"
UNREACHED: Final = "unreached"
OUTCOMES: Final[Mapping[str, str]] = {
    "content": "群众认可",
    NOT_CONTENT: "群众仍不满意",
    UNREACHED: "未能联系上群众",
}
ENDS: Final[Mapping[str, tuple[str, str]]] = {
    NOT_CONTENT: ("群众仍不满意", "bad"),
    UNREACHED: ("未能回访到", "plain"),
}
"""How one that is done ended, where that is not as it should be."""
KINDS: Final[Mapping[str, str]] = {"rating": "差评", "request": "诉求"}


@dataclass(frozen=True)
class Ticket:
    id: int
    kind: str
    ref: str
    opened_at: str
    deadline: str
    extended: str
    owner: str
    state: str
    action: str
    outcome: str
    done_by: str
    done_at: str
    revision: int

    @property
    def name(self) -> str:
        return f"{KINDS[self.kind]} {self.id}"

    def overdue(self, today: str) -> bool:
        return self.state != "done" and self.deadline < today

    @property
    def standing(self) -> tuple[str, str]:
        """Where it stands, in words, and the kind of the tag."""
        if self.state != "done":
            return STATES[self.state]
        words, kind = ENDS.get(self.outcome, ("", STATES["done"][1]))
        if self.kind == "rating" and self.outcome != NOT_CONTENT:
            return f"已整改，{words}" if words else "已整改", kind
        return f"{STATES['done'][0]}，{words}" if words else STATES["done"][0], kind

    @property
    def late(self) -> bool:
        """Done, but after its deadline."""
        return bool(self.done_at) and _day(self.done_at).isoformat() > self.deadline


@dataclass(frozen=True)
class Tally:
    """``done``: closed, however the citizen found it; of these ``not_content`` and ``unreached``.  ``rate``:
    put right of what was due, in percent (see the module)."""

    total: int
    done: int
    late: int
    under_way: int
    overdue: int
    not_content: int = 0
    unreached: int = 0

    @property
    def put_right(self) -> int:
        return self.done - self.not_content

    @property
    def due(self) -> int:
        return self.done + self.overdue

    @property
    def rate(self) -> float | None:
        return 100 * self.put_right / self.due if self.due else None

    @property
    def rate_words(self) -> str:
        if self.rate is None:
            return "—"
        # Only what is all is 100 %.
        return "100%" if self.put_right == self.due else f"{min(self.rate, 99.9):.1f}%"


def open_missing(engine: Engine, calendar: Calendar) -> None:
    """A ticket for every bad rating and request that has none yet."""
    bad = (
        select(ratings.c.id, ratings.c.received_at)
        .where(ratings.c.satisfaction < REASON_NEEDED_BELOW)
        .where(~_has("rating", cast(ratings.c.id, tickets.c.ref.type)))
        .order_by(ratings.c.id)
        .limit(OPENED_AT_ONCE)
    )
    asked = (
        select(requests.c.request_no, requests.c.received_at)
        .where(~_has("request", requests.c.request_no))
        .order_by(requests.c.received_at)
        .limit(OPENED_AT_ONCE)
    )
    while True:
        with engine.connect() as connection:
            found = [("rating", str(row[0]), row[1]) for row in connection.execute(bad)]
            found += [("request", str(row[0]), row[1]) for row in connection.execute(asked)]
        if not found:
            return
        with writing(engine) as connection:
            _open(connection, calendar, found)


def _has(kind: str, ref: Any) -> Any:
    return select(tickets.c.id).where(tickets.c.kind == kind, tickets.c.ref == ref).exists()


def _open(connection: Connection, calendar: Calendar, found: list[tuple[str, str, str]]) -> None:
    refs = [ref for _, ref, _ in found]
    known = {
        (row.kind, row.ref)
        for row in connection.execute(select(tickets.c.kind, tickets.c.ref).where(tickets.c.ref.in_(refs)))
    }
    empty = dict.fromkeys(("extended", "owner", "action", "outcome", "done_by", "done_at"), "")
    rows = [
        {
            "kind": kind,
            "ref": ref,
            "opened_at": at,
            "deadline": calendar.add_workdays(_day(at), WORKDAYS).day.isoformat(),
            "state": "open",
            "revision": 1,
            **empty,
        }
        for kind, ref, at in found
        if (kind, ref) not in known
    ]
    if rows:
        connection.execute(insert(tickets), rows)


def get(engine: Engine, number: int) -> Ticket | None:
    with engine.connect() as connection:
        row = connection.execute(select(tickets).where(tickets.c.id == number)).first()
    return _ticket(row) if row is not None else None


def of_request(engine: Engine, calendar: Calendar, number: str) -> Ticket | None:
    """The ticket of one request; made, where nobody has looked into the console since it came."""
    at = (tickets.c.kind == "request") & (tickets.c.ref == number)
    for _ in range(2):
        with engine.connect() as connection:
            row = connection.execute(select(tickets).where(at)).first()
        if row is not None:
            return _ticket(row)
        open_missing(engine, calendar)
    return None


def listed(
    engine: Engine, kind: str, state: str, page: int, size: int, today: str
) -> tuple[list[Ticket], int]:
    """``state`` is one of STATES, ``overdue``, ``not_content`` or empty.  What is most urgent first."""
    wanted = tickets.c.kind == kind
    if state == NOT_CONTENT:
        wanted &= (tickets.c.state == "done") & (tickets.c.outcome == NOT_CONTENT)
    elif state == "overdue":
        wanted &= (tickets.c.state != "done") & (tickets.c.deadline < today)
    elif state:
        wanted &= tickets.c.state == state
    order = (case((tickets.c.state == "done", 1), else_=0), tickets.c.deadline, tickets.c.id.desc())
    with engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(tickets).where(wanted)).scalar_one()
        rows = connection.execute(
            select(tickets).where(wanted).order_by(*order).limit(size).offset((page - 1) * size)
        ).all()
    return [_ticket(row) for row in rows], int(total)


def tally(engine: Engine, kind: str, today: str) -> Tally:
    with engine.connect() as connection:
        rows = connection.execute(
            select(
                tickets.c.state,
                tickets.c.outcome,
                (tickets.c.deadline < today).label("over"),
                func.count(),
                func.sum(_was_late()),
            )
            .where(tickets.c.kind == kind)
            .group_by(tickets.c.state, tickets.c.outcome, "over")
            # "over" by name: a database takes two parameters for two things
        ).all()
    closed = [row for row in rows if row[0] == "done"]
    done = sum(count for _, _, _, count, _ in closed)
    late = sum(int(late or 0) for *_, late in closed)
    overdue = sum(count for state, _, over, count, _ in rows if state != "done" and over)
    under_way = sum(count for state, _, over, count, _ in rows if state != "done" and not over)
    not_content, unreached = (
        sum(count for _, outcome, _, count, _ in closed if outcome == wanted)
        for wanted in (NOT_CONTENT, UNREACHED)
    )
    return Tally(done + overdue + under_way, done, late, under_way, overdue, not_content, unreached)


def take(engine: Engine, number: int, who: str, revision: int) -> Refused | None:
    return _write(engine, number, who, revision, "ticket.taken", {"owner": who, "state": "mine"})


def extend(
    engine: Engine, number: int, who: str, revision: int, reason: str, calendar: Calendar
) -> Refused | None:
    """Once, where it is complicated: to fifteen workdays from when it came."""
    ticket = get(engine, number)
    if ticket is None:
        return Forbidden("没有这张工单。")
    if ticket.extended:
        return Forbidden("期限只能延长一次，这张工单已经延长过。")
    until = calendar.add_workdays(_day(ticket.opened_at), WORKDAYS_EXTENDED).day.isoformat()
    values = {"deadline": until, "extended": reason}
    return _write(engine, number, who, revision, "ticket.extended", values, deadline=until, reason=reason)


def finish(engine: Engine, number: int, who: str, revision: int, action: str, outcome: str) -> Refused | None:
    values = {
        "state": "done",
        "action": action,
        "outcome": outcome,
        "done_by": who,
        "done_at": now_text(),
        "owner": who,
    }
    event = "ticket.not_content" if outcome == NOT_CONTENT else "ticket.done"
    return _write(engine, number, who, revision, event, values, action=action)


def reopen(engine: Engine, number: int, who: str, revision: int, reason: str) -> Refused | None:
    """It was not put right after all.  What was said to be done stays in the chain."""
    values = {"state": "mine", "done_by": "", "done_at": "", "outcome": "", "owner": who}
    return _write(engine, number, who, revision, "ticket.reopened", values, reason=reason)


_AFTER: Final = {  # in which states an act makes sense
    "ticket.taken": ("open", "mine"),
    "ticket.extended": ("open", "mine"),
    "ticket.done": ("open", "mine"),
    "ticket.not_content": ("open", "mine"),
    "ticket.reopened": ("done",),
}


def _write(
    engine: Engine,
    number: int,
    who: str,
    revision: int,
    event: str,
    values: Mapping[str, Any],
    **keys: object,
) -> Refused | None:
    with writing(engine) as connection:
        row = connection.execute(select(tickets).where(tickets.c.id == number)).first()
        if row is None:
            return Forbidden("没有这张工单。")
        if row.revision != revision or row.state not in _AFTER[event]:
            owner = f"，由 {row.owner} 处理" if row.owner else ""
            return Stale(f"这张工单现在是“{STATES[row.state][0]}”{owner}。")
        connection.execute(
            update(tickets).where(tickets.c.id == number).values(revision=revision + 1, **values)
        )
        chain.append(connection, who, event, ticket=_ticket(row).name, **keys)
    return None


def _was_late() -> Any:
    """UTC against a day of Shanghai: the same day there ends at 16:00 here."""
    return case((tickets.c.done_at > tickets.c.deadline + "T15:59:59Z", 1), else_=0)


def _day(utc: str) -> date:
    return datetime.fromisoformat(utc).astimezone(SHANGHAI).date()


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(**{name: getattr(row, name) for name in Ticket.__dataclass_fields__})
