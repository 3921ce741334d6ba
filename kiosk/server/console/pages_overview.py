"""The first page: what needs somebody today, and how things are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.responses import Response

from kiosk.server.console import changes, charts, drafts, fleet_words, tickets, voices
from kiosk.server.console.approved import sequences
from kiosk.server.console.desk import Call, Entry
from kiosk.server.console.pages_fleet import fleet_slices
from kiosk.server.console.pages_voices import KIND_OF
from kiosk.server.console.roles import Right
from kiosk.server.context import SHANGHAI
from kiosk.server.fleet import alarms, rollouts, standing


def overview(call: Call) -> Response:
    room = call.room
    tickets.open_missing(room.engine, room.calendar)
    today = datetime.now(SHANGHAI).date().isoformat()
    submitted, waiting = changes.listed(room.engine, changes.State.SUBMITTED.value, size=5)
    counts = voices.by_satisfaction(room.engine, voices.days_ago(30))
    reasons = room.platform.published.reasons()
    words = {level: reasons.level(level).word.zh for level in counts}
    fleet = standing.overview(room.platform.fleet)
    return call.page(
        "overview.html",
        fleet=fleet,
        fleet_slices=fleet_slices(fleet.conditions),
        worst=_worst(fleet.halls),
        bundles=_bundles(call, fleet.bundles),
        alarm_counts=[
            (fleet_words.word(fleet_words.ALARMS, kind)[0], count)
            for kind, count in sorted(alarms.count_open(room.platform.fleet).items(), key=lambda e: -e[1])
        ],
        rollout=rollouts.under_way(room.platform.fleet),
        words=fleet_words,
        drafts=drafts.listed(room.engine, call.who)[:8],
        submitted=submitted,
        waiting=waiting,
        ratings=tickets.tally(room.engine, "rating", today),
        requests=tickets.tally(room.engine, "request", today),
        slices=[charts.Slice(words[level], count, KIND_OF[level]) for level, count in counts.items()],
        rated=sum(counts.values()),
    )


def _worst(halls: Sequence[standing.Count], most: int = 8) -> list[tuple[str, int, int]]:
    """Where most terminals do not serve: hall, how many, of how many."""
    found = [
        (hall.name, hall.conditions.get("silent", 0) + hall.conditions.get("not_ready", 0), hall.total)
        for hall in halls
    ]
    return sorted((each for each in found if each[1]), key=lambda each: (-each[1], each[0]))[:most]


def _bundles(call: Call, counts: Mapping[str, int], most: int = 6) -> list[tuple[str, int]]:
    known = sequences(call.room)
    named = [
        (f"第 {known[name]} 号" if name in known else fleet_words.short_bundle(name) or "产品自带", count)
        for name, count in counts.items()
    ]
    return sorted(named, key=lambda each: -each[1])[:most]


ENTRIES = (Entry("GET", "/", Right.SEE, overview),)
