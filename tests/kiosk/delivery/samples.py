"""Applications of invented persons, and the values that must never show anywhere."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from kiosk.delivery.application import Draft
from kiosk.delivery.store import Store

STEADY = b"2020-01-01T00:00:00+00:00 %s"
NAME = "欧阳\ue123𠮷示范"
NUMBER = "11010519491231002X"
PHONE = "13900001234"
ADDRESS = "河南省平顶山市示范路九十九号"
SECRETS = (NAME, NUMBER, PHONE, ADDRESS)
TASK_CODE = "11410400005459150K3442014001001"


def steady_clock(store: Store) -> None:
    """As after weeks in which this machine's clock has not jumped."""
    mark = STEADY % datetime.now(UTC).isoformat().encode()
    written = store.write(
        lambda connection: connection.execute(
            "INSERT OR REPLACE INTO counters VALUES ('clock', ?)", (mark,)
        ).fetchall()
    )
    assert written == []


def draft(number: str = NUMBER, key: str | None = None, serial: str = "7K3M9Q2XRA", **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "key": key or str(uuid.uuid4()),
        "serial": serial,
        "task_code": TASK_CODE,
        "task_version": "1",
        "task_name": "参保缴费凭证",
        "terminal_id": "PDS-HALL-01",
        "applied_at": "2026-11-21T12:30:00+00:00",
        "applicant": {
            "name": NAME,
            "number": number,
            "kind": "resident",
            "source": "samv",
            "address": ADDRESS,
        },
        "answers": {"phone": PHONE, "months": "2026-01/2026-06"},
        "materials": (("ID_CARD", "provided"),),
    }
    return Draft(**{**values, **changes})
