"""The console's audit chain and its accounts, for who looks after the others."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from starlette.responses import Response

from kiosk.server.console import accounts, chain
from kiosk.server.console.desk import Call, Entry
from kiosk.server.console.events import EVENTS, told
from kiosk.server.console.paging import SIZE, Pages
from kiosk.server.console.roles import WORDS, Right, read_roles
from kiosk.server.console.tables import audit
from kiosk.server.database import writing


def audit_page(call: Call, verdict: chain.Verdict | None = None) -> Response:
    number, who, event = call.query_number("page"), call.query("who", 32), call.query("event", 40)
    wanted, counted = select(audit), select(func.count()).select_from(audit)
    for column, value in ((audit.c.who, who), (audit.c.event, event if event in EVENTS else "")):
        if value:
            wanted, counted = wanted.where(column == value), counted.where(column == value)
    with call.room.engine.connect() as connection:
        total = connection.execute(counted).scalar_one()
        rows = connection.execute(
            wanted.order_by(audit.c.seq.desc()).limit(SIZE).offset((number - 1) * SIZE)
        ).all()
    return call.page(
        "audit.html",
        rows=[(row, told(row.event, chain.keys_of(row._mapping["keys"]))) for row in rows],
        pages=Pages(number, int(total), SIZE),
        who=who,
        event=event,
        events={name: _plain(each.words) for name, each in EVENTS.items()},
        verdict=verdict,
        unended=chain.unended(call.room.engine),
        accounts=[
            {**each, "roles": "、".join(WORDS[role] for role in read_roles(",".join(each["roles"])))}
            for each in accounts.listed(call.room.engine)
        ],
    )


def verify(call: Call) -> Response:
    verdict = chain.verify(call.room.engine)
    result = "完整" if verdict.broken is None else f"第 {verdict.broken} 条起不符"
    with writing(call.room.engine) as connection:
        chain.append(connection, call.who, "audit.verified", result=result)
    return audit_page(call, verdict)


def _plain(words: str) -> str:
    """The words of an event without what differs from record to record."""
    words = words.replace("{ticket} ", "差评、诉求")
    return re.sub(r"（[^）]*\{[^）]*）|[：，][^：，]*\{.*| ?\{\w+\} ?", "", words).strip()


ENTRIES = (
    Entry("GET", "/audit", Right.AUDIT, audit_page),
    Entry("POST", "/audit/verify", Right.AUDIT, verify),
)
