"""Papers that did not come out: kept sealed with their application, and given to the same person only.

They lie under the applicant's keyed mark, as everything in line does: without the device key nobody can tell
whose they are, and no other number finds them.  A paper that came out is owed no more, and its application is
erased.  One that is asked for and does not come out is offered :data:`MOST_OFFERS` times, and then no more:
a printer that lies, or somebody who takes paper for fun, does not empty the roll.

Fault codes: those of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

import apsw

from devices.contract import Fault
from kiosk.delivery.application import Answer, holder_of_number, later_for, parse_answer, parse_json
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.platform_faults import Reach
from values import dataclass

MOST_OFFERS: Final = 3
_TABLE: Final = "applications"
_OFFERED: Final = "offered "  # and the key: a counter


@dataclass(frozen=True, repr=False)
class OwedPapers:
    """An application whose papers are not out, as it stands now.  ``applied_at`` is ISO 8601 in UTC.

    Or what was handed in then for the case ``of``, that was there before.
    """

    key: str
    serial: str
    task_code: str
    applied_at: str
    state: str
    fault: str | None = None
    reached: bool = True
    answers: Mapping[str, str] = field(default_factory=dict)
    materials: tuple[tuple[str, str], ...] = ()
    answer: Answer | None = None
    of: str = ""


def owed_to(outbox: Outbox, number: str) -> tuple[OwedPapers, ...]:
    """What this person may still be given, the newest first; nothing where the store cannot be read."""
    if not number.strip():
        return ()
    rows = outbox.store.read(
        "SELECT key, serial, task_code, state, last_fault, data_key, body, answer FROM papers_owed"
        " JOIN applications USING (key) WHERE holder = ?1 AND body IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM counters WHERE name = ?2 || key AND CAST(value AS INTEGER) >= ?3)"
        " ORDER BY seq DESC",
        (outbox.vault.mark_of(holder_of_number(number)), _OFFERED, MOST_OFFERS),
    )
    if isinstance(rows, Fault):
        return ()
    opened = (_opened(outbox, *row) for row in rows)
    return tuple(each for each in opened if each is not None)


def count_offer(outbox: Outbox, key: str) -> Fault | None:
    """Somebody has asked for the papers of ``key``; written down before anything is printed."""

    def work(connection: apsw.Connection) -> None:
        name = _OFFERED + key
        rows: list[Any] = connection.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchall()
        count = int(rows[0][0]) + 1 if rows else 1
        connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, str(count).encode()))

    return outbox.store.write(work)


def _opened(
    outbox: Outbox,
    key: str,
    serial: str,
    task_code: str,
    state: str,
    fault: str | None,
    wrapped: bytes,
    body: bytes,
    answer: bytes | None,
) -> OwedPapers | None:
    """What does not open cannot be printed from."""
    data_key = outbox.vault.data_key(_TABLE, key, wrapped)
    if isinstance(data_key, Fault):
        return None
    plain = data_key.open("body", body)
    given = None if isinstance(plain, Fault) else parse_json(plain)
    if not isinstance(given, dict):
        return None
    said: Answer | Fault | None = None
    if answer is not None:
        content = data_key.open("answer", answer)
        said = content if isinstance(content, Fault) else parse_answer(content)
    if isinstance(said, Fault):
        return None
    later = later_for(plain) if isinstance(plain, bytes) else ""
    return OwedPapers(
        key=key,
        serial=serial,
        task_code=task_code,
        applied_at=str(given.get("handed_in_at" if later else "applied_at", "")),
        state=state,
        fault=fault,
        reached=outbox.reach(key) is not Reach.NOWHERE,
        answers=dict(given.get("answers", {})),
        materials=tuple((each["code"], each["status"]) for each in given.get("materials", [])),
        answer=said,
        of=later,
    )
