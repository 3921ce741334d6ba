"""The first page: what needs somebody today, and how things are."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from kiosk.server.console import changes, charts, tickets, voices
from kiosk.server.console.desk import Call, Entry
from kiosk.server.console.pages_voices import KIND_OF
from kiosk.server.console.roles import Right
from kiosk.server.context import SHANGHAI


def overview(call: Call) -> Response:
    room = call.room
    tickets.open_missing(room.engine, room.calendar)
    today = datetime.now(SHANGHAI).date().isoformat()
    submitted, waiting = changes.listed(room.engine, changes.State.SUBMITTED.value, size=5)
    counts = voices.by_satisfaction(room.engine, voices.days_ago(30))
    words = {level: room.platform.reasons.level(level).word.zh for level in counts}
    return call.page(
        "overview.html",
        submitted=submitted,
        waiting=waiting,
        ratings=tickets.tally(room.engine, "rating", today),
        requests=tickets.tally(room.engine, "request", today),
        slices=[charts.Slice(words[level], count, KIND_OF[level]) for level, count in counts.items()],
        rated=sum(counts.values()),
    )


ENTRIES = (Entry("GET", "/", Right.SEE, overview),)
