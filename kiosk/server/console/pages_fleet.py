"""The terminals: all of them at a glance, one by one, and what is wrong with them."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from kiosk.server.console import charts, fleet_words
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found
from kiosk.server.console.paging import SIZE, Pages
from kiosk.server.console.render import addressed
from kiosk.server.console.roles import Right
from kiosk.server.fleet import alarms, commands, registry, standing, timeline
from kiosk.server.fleet.alarms import Alarm
from kiosk.server.fleet.standing import Wanted

PAGE: Final = 50
LONGEST: Final = 200


def terminal_list(call: Call) -> Response:
    fleet = call.room.platform.fleet
    wanted = Wanted(
        hall=call.query("hall", 128),
        group=call.query("group", 64),
        condition=_known(call.query("condition", 20)),
        bundle=call.query("bundle", 128),
        text=call.query("q", 64),
    )
    after = _after(call)
    rows = standing.listed(fleet, wanted, after, PAGE + 1)
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    asked = {
        "hall": wanted.hall,
        "group": wanted.group,
        "condition": wanted.condition,
        "bundle": wanted.bundle,
        "q": wanted.text,
    }
    return call.page(
        "terminals.html",
        rows=rows[:PAGE],
        wanted=wanted,
        count=standing.count(fleet, wanted),
        first=addressed("/terminals", **asked) if after is not None else "",
        next=addressed("/terminals", **asked, after_hall=more.hall or "-", after=more.id) if more else "",
        groups=registry.groups(fleet),
        halls=registry.halls(fleet),
        words=fleet_words,
    )


def terminal_page(call: Call) -> Response:
    fleet = call.room.platform.fleet
    terminal_id = call.part("terminal")
    page = standing.terminal(fleet, terminal_id)
    if page is None:
        raise not_found()
    before = call.query_number("before", 0) if call.query("before") else None
    happened = timeline.of_terminal(fleet, terminal_id, PAGE + 1, before)
    return call.page(
        "terminal.html",
        page=page,
        row=page.row,
        alarms=alarms.open_alarms(fleet, terminal_id),
        commands=commands.of_terminal(fleet, terminal_id, 5),
        happened=happened[:PAGE],
        older=happened[PAGE - 1].id if len(happened) > PAGE else 0,
        groups=registry.groups(fleet),
        readiness=_flat(page.readiness or {}),
        words=fleet_words,
    )


def close_terminal(call: Call) -> Response:
    reason = call.wanted("reason", "请写明为什么停用，现场的技术员会看到。", LONGEST)
    return _command(call, commands.Kind.OUT_OF_SERVICE, reason, "terminal.closed", "closed")


def open_terminal(call: Call) -> Response:
    return _command(call, commands.Kind.BACK_IN_SERVICE, "", "terminal.opened", "opened")


def move_terminal(call: Call) -> Response:
    terminal_id = call.part("terminal")
    group = call.wanted("group", "请填写分组。", 64)
    if not all(each.isascii() and (each.isalnum() or each in "_-") for each in group) or not group.islower():
        raise Refusal(422, "分组名称不合要求", "分组名称用小写英文字母、数字、连字符或下划线。")
    fleet = call.fleet("terminal.note", terminal=terminal_id, note=f"分组改为 {group}")
    registry.move(fleet, terminal_id, call.who, group=group)
    return call.go(f"/terminals/{terminal_id}", "saved")


def alarm_list(call: Call) -> Response:
    fleet = call.room.platform.fleet
    past, kind = call.query("state", 10) == "closed", call.query("kind", 64)
    number = call.query_number("page")
    listed = alarms.past_alarms if past else alarms.open_alarms
    # One more than is shown tells whether there is a next part of those that are closed.
    found = listed(fleet, None, SIZE + 1, kind=kind, offset=(number - 1) * SIZE)
    counts = alarms.count_open(fleet)
    total = counts.get(kind, 0) if kind else sum(counts.values())
    if past:
        total = (number - 1) * SIZE + len(found)
    return call.page(
        "alarms.html",
        rows=found[:SIZE],
        pages=Pages(number, total, SIZE),
        past=past,
        kind=kind,
        counts=sorted(counts.items(), key=lambda each: -each[1]),
        halls=_halls(call, found[:SIZE]),
        words=fleet_words,
    )


def take_alarm(call: Call) -> Response:
    number = call.number("alarm")
    seen = call.text("owner", 64)
    now = alarms.one(call.room.platform.fleet, number)
    if now is not None and not now.closed_at and now.owner not in (seen, call.who):
        raise Refusal(409, "别人刚刚接手了", f"这条告警现在由 {now.owner} 处理。", back=f"{ROOT}/alarms")
    alarms.acknowledge(call.fleet("alarm.taken", alarm=number), number, call.who)
    return call.go(_back(call), "taken")


def close_alarm(call: Call) -> Response:
    number = call.number("alarm")
    note = call.wanted("note", "请写明怎么处理的。", LONGEST)
    alarms.close(call.fleet("alarm.closed", alarm=number, note=note), number, call.who, note)
    return call.go(_back(call), "finished")


def fleet_slices(conditions: dict[str, int] | Any) -> list[charts.Slice]:
    return [
        charts.Slice(words, conditions.get(code, 0), kind)
        for code, (words, kind) in fleet_words.CONDITIONS.items()
        if code != "retired"
    ]


def _command(call: Call, kind: commands.Kind, reason: str, event: str, done: str) -> Response:
    terminal_id = call.part("terminal")
    fleet = call.fleet(event, terminal=terminal_id, **({"reason": reason} if reason else {}))
    commands.ask(fleet, terminal_id, kind, call.who, reason)
    return call.go(f"/terminals/{terminal_id}", done)


def _back(call: Call) -> str:
    """To the terminal's page, where the alarm was dealt with there."""
    terminal_id = call.text("terminal", 64)
    known = terminal_id and standing.terminal(call.room.platform.fleet, terminal_id)
    return f"/terminals/{terminal_id}" if known else "/alarms"


def _halls(call: Call, found: list[Alarm]) -> dict[str, str]:
    """Where the terminals of these alarms stand."""
    from sqlalchemy import select

    from kiosk.server.fleet.tables import terminals

    ids = list({each.terminal_id for each in found if each.terminal_id})
    with call.room.engine.connect() as connection:
        rows = connection.execute(select(terminals.c.id, terminals.c.hall).where(terminals.c.id.in_(ids)))
        return {str(row.id): str(row.hall) for row in rows}


def _after(call: Call) -> tuple[str, str] | None:
    terminal_id, hall = call.query("after", 64), call.query("after_hall", 128)
    return ("" if hall == "-" else hall, terminal_id) if terminal_id else None


def _known(condition: str) -> str:
    return condition if condition in fleet_words.CONDITIONS else ""


def _flat(report: Any, before: str = "") -> list[tuple[str, str]]:
    """A report of any shape as lines of name and value."""
    found: list[tuple[str, str]] = []
    if isinstance(report, dict):
        for key, value in report.items():
            found += _flat(value, f"{before} {key}".strip())
    elif isinstance(report, list):
        for number, value in enumerate(report, 1):
            name = value.get("name") if isinstance(value, dict) else None
            found += _flat(value, f"{before} {name or number}".strip())
    else:
        said = {True: "是", False: "否", None: "—"}.get(report, str(report))
        found.append((before, said))
    return found[:300]


ENTRIES = (
    Entry("GET", "/terminals", Right.SEE, terminal_list),
    Entry("GET", "/terminals/{terminal:path}", Right.SEE, terminal_page),
    Entry("POST", "/terminals/{terminal:path}/close", Right.OPERATE, close_terminal),
    Entry("POST", "/terminals/{terminal:path}/open", Right.OPERATE, open_terminal),
    Entry("POST", "/terminals/{terminal:path}/move", Right.OPERATE, move_terminal),
    Entry("GET", "/alarms", Right.SEE, alarm_list),
    Entry("POST", "/alarms/{alarm}/take", Right.OPERATE, take_alarm),
    Entry("POST", "/alarms/{alarm}/close", Right.OPERATE, close_alarm),
)
