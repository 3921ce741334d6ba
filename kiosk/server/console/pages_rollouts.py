"""Rollouts: planned by one person, approved by another, watched by everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response

from kiosk.server.console import charts, fleet_words
from kiosk.server.console.approved import approved, sequences
from kiosk.server.console.desk import ROOT, Call, Entry, stale
from kiosk.server.console.roles import Right
from kiosk.server.fleet import registry, rollouts
from kiosk.server.fleet.machine import Limits, Ring
from kiosk.server.fleet.progress import FAILURES
from kiosk.server.fleet.rollouts import RolloutPage

MOST_RINGS: Final = 6
LONGEST: Final = 200
SOAKS: Final = (10, 60, 240, 480, 0, 0)  # minutes, ring by ring
MEMBERS: Final = 100


def rollout_list(call: Call) -> Response:
    fleet = call.room.platform.fleet
    found = rollouts.listed(fleet)
    return call.page(
        "rollouts.html",
        rollouts=found,
        sequences=_sequences(call),
        bundles=approved(call.room),
        connected=fleet.director is not None,
        words=fleet_words,
    )


def new_page(call: Call, mistakes: tuple[str, ...] = (), status: int = 200) -> Response:
    fleet = call.room.platform.fleet
    groups = registry.groups(fleet)
    return call.page(
        "rollout_new.html",
        status,
        bundles=approved(call.room),
        chosen=call.text("bundle", 200) or call.query("bundle", 200),
        groups=groups,
        rings=_suggested(groups),
        soaks=SOAKS,
        given=call.form,
        mistakes=mistakes,
        most=MOST_RINGS,
        limits=Limits(),
        words=fleet_words,
        connected=fleet.director is not None,
    )


def draft(call: Call) -> Response:
    plan, mistakes = _plan(call)
    title = call.text("title", LONGEST)
    bundle = call.text("bundle", 200)
    if not title:
        mistakes.append("请写明这次发布什么。")
    if not bundle:
        mistakes.append("请选择配置包。")
    limits = _limits(call, mistakes)
    if mistakes or limits is None:
        return new_page(call, tuple(mistakes), 422)
    noting = call.fleet("rollout.drafted", made="rollout", bundle=fleet_words.short_bundle(bundle))
    made = rollouts.draft(noting, title, bundle, plan, call.who, limits)
    return call.go(f"/rollouts/{made.id}", "drafted")


def rollout_page(call: Call) -> Response:
    shown = _shown(call)
    bundle = shown["page"].bundle
    changes = next((each.changes for each in approved(call.room) if each.id == bundle), ())
    return call.page("rollout.html", **shown, changes=changes)


def live_part(call: Call) -> Response:
    """What changes while one looks; nothing is sent when nothing has changed."""
    answer = call.page("rollout_live.html", **_shown(call))
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:24]}"'
    if call.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer


def approve(call: Call) -> Response:
    return _do(call, rollouts.approve, "rollout.approved", "approved")


def start(call: Call) -> Response:
    return _do(call, rollouts.start, "rollout.begun", "rollout")


def withdraw(call: Call) -> Response:
    return _do(call, rollouts.withdraw, "rollout.withdrawn", "cancelled")


def pause(call: Call) -> Response:
    return _do(call, rollouts.pause, "rollout.paused", "paused")


def halt(call: Call) -> Response:
    return _do(call, rollouts.halt, "rollout.halted", "halted")


def resume(call: Call) -> Response:
    return _do(call, rollouts.resume, "rollout.resumed", "resumed")


def roll_back(call: Call) -> Response:
    return _do(call, rollouts.roll_back, "rollout.rolled_back", "rolled_back")


def _do(call: Call, act: Callable[..., RolloutPage], event: str, done: str) -> Response:
    fleet, number = call.room.platform.fleet, call.number("rollout")
    before = rollouts.one(fleet, number)
    if call.text("seen", 60) != seen(before):
        raise stale("这次发布的状态刚刚变了，请看过再操作。", f"{ROOT}/rollouts/{number}")
    after = act(call.fleet(event, rollout=number), number, call.who)
    return call.go(f"/rollouts/{after.id}", done)


def seen(page: RolloutPage) -> str:
    """What somebody has looked at who presses a button."""
    return f"{page.state.phase.value}:{page.state.ring}:{int(page.state.paused)}"


def _shown(call: Call) -> dict[str, Any]:
    fleet, number = call.room.platform.fleet, call.number("rollout")
    page = rollouts.one(fleet, number)
    rings = []
    for ring, planned in enumerate(page.state.rings):
        counts = page.statuses.get(ring, {})
        slices = [
            charts.Slice(w, counts.get(code, 0), kind) for code, (w, kind) in fleet_words.STATUSES.items()
        ]
        rings.append((ring, planned, slices, sum(counts.values()), ring == page.state.ring))
    return {
        "page": page,
        "seen": seen(page),
        "rings": rings,
        "failing": rollouts.members(fleet, number, statuses=[each.value for each in FAILURES], limit=MEMBERS),
        "history": rollouts.history(fleet, number),
        "sequences": _sequences(call),
        "may_roll_back": "roll_back" in page.may,
        "words": fleet_words,
    }


def _sequences(call: Call) -> dict[str, int]:
    return sequences(call.room)


def _suggested(groups: dict[str, int]) -> dict[str, int]:
    """The smallest groups first: a mistake reaches few."""
    order = sorted(groups, key=lambda name: (groups[name], name))
    return {name: min(number, MOST_RINGS - 1) for number, name in enumerate(order)}


def _plan(call: Call) -> tuple[list[Ring], list[str]]:
    mistakes: list[str] = []
    rings: dict[int, list[str]] = {}
    for group in registry.groups(call.room.platform.fleet):
        given = call.text(f"ring.{group}", 4)
        if given and given.isascii() and given.isdecimal() and int(given) < MOST_RINGS:
            rings.setdefault(int(given), []).append(group)
    if not rings:
        mistakes.append("请至少把一个分组放进第 1 环。")
    plan = []
    for ring in sorted(rings):
        minutes = call.digits(f"soak.{ring}") or "0"
        if not (minutes.isascii() and minutes.isdecimal()):
            mistakes.append(f"第 {ring + 1} 环的观察时间应为分钟数。")
            continue
        plan.append(Ring(tuple(sorted(rings[ring])), int(minutes) * 60))
    return plan, mistakes


def _limits(call: Call, mistakes: list[str]) -> Limits | None:
    def number(name: str, words: str, most: int) -> int | None:
        given = call.digits(name)
        if not given:
            return None
        if not (given.isascii() and given.isdecimal()) or int(given) > most:
            mistakes.append(f"“{words}”应为 0 到 {most} 的整数。")
            return None
        return int(given)

    usual = Limits()
    share, count = number("share", "失败比例", 100), number("count", "失败台数", 100_000)
    minimum, timeout = number("minimum", "最少台数", 100_000), number("timeout", "等待时间", 10_000)
    return Limits(
        failed_count=count or None,
        failed_share=share / 100 if share else None,
        minimum=minimum if minimum is not None else usual.minimum,
        timeout_seconds=timeout * 60 if timeout else usual.timeout_seconds,
        grace_seconds=usual.grace_seconds,
    )


ENTRIES = (
    Entry("GET", "/rollouts", Right.SEE, rollout_list),
    Entry("GET", "/rollouts/new", Right.OPERATE, new_page),
    Entry("POST", "/rollouts", Right.OPERATE, draft),
    Entry("GET", "/rollouts/{rollout}", Right.SEE, rollout_page),
    Entry("GET", "/rollouts/{rollout}/live", Right.SEE, live_part, by_itself=True),
    Entry("POST", "/rollouts/{rollout}/approve", Right.APPROVE, approve),
    Entry("POST", "/rollouts/{rollout}/start", Right.OPERATE, start),
    Entry("POST", "/rollouts/{rollout}/withdraw", Right.OPERATE, withdraw),
    Entry("POST", "/rollouts/{rollout}/pause", Right.OPERATE, pause),
    Entry("POST", "/rollouts/{rollout}/halt", Right.OPERATE, halt),
    Entry("POST", "/rollouts/{rollout}/resume", Right.OPERATE, resume),
    Entry("POST", "/rollouts/{rollout}/rollback", Right.OPERATE, roll_back),
)
