"""Ratings as they come, and bad ones and requests until they are put right."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.responses import Response

from kiosk.server.console import chain, charts, tickets, voices
from kiosk.server.console.changes import Forbidden, Refused, Stale
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found, stale
from kiosk.server.console.paging import SIZE, Pages
from kiosk.server.console.roles import Right
from kiosk.server.context import SHANGHAI
from kiosk.server.database import writing

DAYS: Final = 30
KIND_OF: Final = {5: "good", 4: "soft", 3: "quiet", 2: "warn", 1: "bad"}
LONGEST: Final = 1000
PAGE_OF: Final = {"rating": "/ratings", "request": "/requests"}


def ratings_page(call: Call) -> Response:
    room = call.room
    tickets.open_missing(room.engine, room.calendar)
    today = _today()
    state = _state(call, "overdue", tickets.NOT_CONTENT)
    number = call.query_number("page")
    found, total = tickets.listed(room.engine, "rating", state, number, SIZE, today)
    reasons = room.platform.published.reasons()
    told = voices.ratings_of(room.engine, reasons, [int(each.ref) for each in found])
    counts = voices.by_satisfaction(room.engine, voices.days_ago(DAYS))
    words = {level: reasons.level(level).word.zh for level in counts}
    return call.page(
        "ratings.html",
        rows=[(each, told.get(int(each.ref))) for each in found],
        pages=Pages(number, total, SIZE),
        tally=tickets.tally(room.engine, "rating", today),
        today=today,
        state=state,
        states=tickets.STATES,
        slices=[charts.Slice(words[level], count, KIND_OF[level]) for level, count in counts.items()],
        rated=sum(counts.values()),
        days=[
            (
                f"{day.month}月{day.day}日",
                [charts.Slice(words[level], by.get(level, 0), KIND_OF[level]) for level in (5, 4, 3, 2, 1)],
            )
            for day, by in voices.by_day(room.engine, DAYS)
        ],
    )


def all_ratings(call: Call) -> Response:
    number, level = call.query_number("page"), call.query("satisfaction", 1)
    wanted = int(level) if level in ("1", "2", "3", "4", "5") else 0
    reasons = call.room.platform.published.reasons()
    found, total = voices.latest(call.room.engine, reasons, number, SIZE, wanted)
    return call.page(
        "ratings_all.html",
        rows=found,
        pages=Pages(number, total, SIZE),
        wanted=wanted,
        words={each: reasons.level(each).word.zh for each in (5, 4, 3, 2, 1)},
        kinds=KIND_OF,
    )


def requests_page(call: Call) -> Response:
    room = call.room
    tickets.open_missing(room.engine, room.calendar)
    today, number = _today(), call.query_number("page")
    state = _state(call, "overdue", tickets.NOT_CONTENT)
    found, total = tickets.listed(room.engine, "request", state, number, SIZE, today)
    told = voices.requests_of(room.engine, [each.ref for each in found])
    return call.page(
        "requests.html",
        rows=[(each, told.get(each.ref)) for each in found],
        pages=Pages(number, total, SIZE),
        tally=tickets.tally(room.engine, "request", today),
        today=today,
        state=state,
        states=tickets.STATES,
        kinds=voices.REQUEST_KINDS,
    )


def ticket_page(call: Call, phone: str = "") -> Response:
    ticket = _ticket(call)
    room = call.room
    rating = asked = None
    if ticket.kind == "rating":
        rating = voices.ratings_of(room.engine, room.platform.published.reasons(), [int(ticket.ref)]).get(
            int(ticket.ref)
        )
    else:
        asked = voices.requests_of(room.engine, [ticket.ref]).get(ticket.ref)
    return call.page(
        "ticket.html",
        ticket=ticket,
        rating=rating,
        asked=asked,
        phone=phone,
        today=_today(),
        states=tickets.STATES,
        outcomes=tickets.OUTCOMES,
        kinds=voices.REQUEST_KINDS,
        list_page=PAGE_OF[ticket.kind],
    )


def show_phone(call: Call) -> Response:
    """Only for who calls back, and written down."""
    ticket = _ticket(call)
    if ticket.kind != "request":
        raise not_found()
    with writing(call.room.engine) as connection:
        chain.append(connection, call.who, "request.contact", request=ticket.ref)
    return ticket_page(call, voices.phone_of(call.room.engine, ticket.ref) or "没有留电话")


def take(call: Call) -> Response:
    return _done(call, tickets.take(call.room.engine, _ticket(call).id, call.who, call.revision()), "taken")


def extend(call: Call) -> Response:
    reason = call.wanted("reason", "请写明为什么不能按期整改。", LONGEST, lines=True)
    number = _ticket(call).id
    engine, calendar = call.room.engine, call.room.calendar
    return _done(
        call, tickets.extend(engine, number, call.who, call.revision(), reason, calendar), "extended"
    )


def finish(call: Call) -> Response:
    action = call.wanted("action", "请写明做了什么整改。", LONGEST, lines=True)
    outcome = call.text("outcome", 12)
    if outcome not in tickets.OUTCOMES:
        raise Refusal(422, "还缺一项", "请选择回访的结果。")
    number = _ticket(call).id
    return _done(
        call,
        tickets.finish(call.room.engine, number, call.who, call.revision(), action, outcome),
        "finished",
        own=action,
    )


def reopen(call: Call) -> Response:
    reason = call.wanted("reason", "请写明为什么重新打开。", LONGEST, lines=True)
    number = _ticket(call).id
    return _done(
        call, tickets.reopen(call.room.engine, number, call.who, call.revision(), reason), "reopened"
    )


def _done(call: Call, refused: Refused | None, told: str, own: str = "") -> Response:
    number = call.number("ticket")
    back = f"{ROOT}/tickets/{number}"
    if isinstance(refused, Stale):
        raise stale(refused.words, back, own)
    if isinstance(refused, Forbidden):
        raise Refusal(403, "不能这样做", refused.words, back=back)
    return call.go(f"/tickets/{number}", told)


def _ticket(call: Call) -> tickets.Ticket:
    ticket = tickets.get(call.room.engine, call.number("ticket"))
    if ticket is None:
        raise not_found()
    return ticket


def _state(call: Call, *more: str) -> str:
    given = call.query("state", 12)
    return given if given in (*tickets.STATES, *more) else ""


def _today() -> str:
    return datetime.now(SHANGHAI).date().isoformat()


ENTRIES = (
    Entry("GET", "/ratings", Right.SEE, ratings_page),
    Entry("GET", "/ratings/all", Right.SEE, all_ratings),
    Entry("GET", "/requests", Right.SEE, requests_page),
    Entry("GET", "/tickets/{ticket}", Right.SEE, ticket_page),
    Entry("POST", "/tickets/{ticket}/take", Right.ANSWER, take),
    Entry("POST", "/tickets/{ticket}/extend", Right.ANSWER, extend),
    Entry("POST", "/tickets/{ticket}/finish", Right.ANSWER, finish),
    Entry("POST", "/tickets/{ticket}/reopen", Right.ANSWER, reopen),
    Entry("POST", "/tickets/{ticket}/phone", Right.ANSWER, show_phone),
)
