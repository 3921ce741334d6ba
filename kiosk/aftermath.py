"""The process has ended in the middle of a visit, and somebody may still stand there: what became of it.

Power that was cut, a program that was ended for its memory or for its silence: nothing on the screen could
say anything any more.  The chain tells that a visit had begun and not ended, the outbox what it holds.  So
the first page after such an end is the failsafe page, with a sentence that is true and no personal data.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from devices.contract import Fault
from kiosk.audit.chain import Record
from kiosk.delivery.application import Answer
from kiosk.delivery.store import Store
from kiosk.visit.state import CaseState, Mode, Page, Submission, Visit

CODE: Final = "process.ended"
LOOK_BACK: Final = timedelta(minutes=20)
"""A visit ends by itself after five minutes without a touch; a start takes seconds."""
_LOOK_AT: Final = 300
_ENDS: Final = ("visit.end", "terminal.end")
_DOUBTFUL: Final = "delivery.unconfirmed"


def aftermath(store: Store, mode: Mode, before: tuple[Record, ...] = ()) -> Visit | None:
    """The first page, where the last process ended in a visit; read before this one writes anything.

    ``before``: the last records of a store that was found damaged, the newest first.
    """
    found = store.read(
        "SELECT seq, at, event, keys, digest FROM audit ORDER BY seq DESC LIMIT ?", (_LOOK_AT,)
    )
    if isinstance(found, Fault):
        return None
    records = [*(Record(*row) for row in found), *before]
    open_since = next(
        (place for place, each in enumerate(records) if each.event in ("visit.begin", *_ENDS)), None
    )
    if (
        open_since is None
        or records[open_since].event != "visit.begin"
        or not _just_now(records[: open_since + 1])
    ):
        return None
    keys = [_keys(each) for each in records[:open_since] if each.event == "application.begin"]
    submission = _submission(store, keys[0].get("key", "")) if keys else None
    if isinstance(submission, Fault):
        return None
    told = Visit(
        number=1,
        page=Page.FAILSAFE,
        mode=mode,
        submission=submission,
        failsafe=CODE,
        last_touch=time.monotonic(),
    )
    return told.with_fault(CODE)


def _just_now(records: list[Record]) -> bool:
    """By the last record of the visit itself: this start may have written some already."""
    last_of_visit = next((each for each in records if "visit" in _keys(each)), records[-1])
    try:
        last = datetime.fromisoformat(last_of_visit.at)
        return abs(datetime.now(UTC) - last) <= LOOK_BACK
    except (ValueError, TypeError):
        return False


def _keys(record: Record) -> dict[str, str]:
    try:
        given = json.loads(record.keys)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _submission(store: Store, key: str) -> Submission | Fault:
    rows = store.read("SELECT serial, state, project_no, last_fault FROM applications WHERE key = ?", (key,))
    if isinstance(rows, Fault):
        return rows
    if not rows:  # what is not there was not kept, for certain
        return Submission(key, "", CaseState.NOT_SENT, fault=CODE)
    serial, state, project_no, last_fault = rows[0]
    answered = state not in (CaseState.QUEUED.value, CaseState.SET_ASIDE.value)
    return Submission(
        key,
        serial,
        CaseState(state),
        answer=Answer(project_no, state) if answered and project_no else None,
        fault=last_fault if last_fault == _DOUBTFUL else None,
    )
