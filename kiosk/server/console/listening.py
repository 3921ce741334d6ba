"""Hearing what somebody has said with a complaint: for who answers it, and written down; and erasing it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select
from starlette.responses import Response

from kiosk.server import recordings
from kiosk.server.console import chain, tickets
from kiosk.server.console.desk import Call, Entry, Refusal, not_found
from kiosk.server.console.roles import Right
from kiosk.server.console.tables import audit
from kiosk.server.database import as_text, to_json, writing

LISTENED: Final = "request.listened"
ONCE_MINUTES: Final = 10
"""A player asks for a recording piece by piece: within that time it is one act of hearing."""
LONGEST: Final = 400
_RANGE: Final = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")


def hear(call: Call) -> Response:
    """The whole of it, or the piece that a player asks for."""
    number = _request_of(call)
    sound = call.room.platform.recordings.sound_of(number)
    if sound is None:
        raise not_found()
    with writing(call.room.engine) as connection:
        if not _noted(connection, call.who, number):
            chain.append(connection, call.who, LISTENED, request=number)
    return _piece(sound, call.request.headers.get("range", ""))


def erase(call: Call) -> Response:
    """Before its time: whoever has spoken may ask for that."""
    number = _request_of(call)
    reason = call.wanted("reason", "请写明为什么删除录音。", LONGEST, lines=True)
    with writing(call.room.engine) as connection:
        if not recordings.erase(connection, number):
            raise Refusal(409, "录音已经不在", "它已被删除，没有做任何更改。")
        chain.append(connection, call.who, "request.erased", request=number, reason=reason)
    return call.go(f"/tickets/{call.number('ticket')}", "erased")


def _request_of(call: Call) -> str:
    ticket = tickets.get(call.room.engine, call.number("ticket"))
    if ticket is None or ticket.kind != "request":
        raise not_found()
    return ticket.ref


def _noted(connection: Connection, who: str, number: str) -> bool:
    since = as_text(datetime.now(UTC) - timedelta(minutes=ONCE_MINUTES))
    wanted = select(audit.c.seq).where(
        audit.c.event == LISTENED,
        audit.c.who == who,
        audit.c["keys"] == to_json({"request": number}),
        audit.c.at >= since,
    )
    return connection.execute(wanted.limit(1)).first() is not None


def _piece(sound: bytes, wanted: str) -> Response:
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}
    asked = _RANGE.fullmatch(wanted)
    if asked is None:
        return Response(sound, media_type="audio/wav", headers=headers)
    first = int(asked.group(1))
    last = min(int(asked.group(2) or len(sound)), len(sound) - 1)
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(sound)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(sound)}"
    return Response(sound[first : last + 1], 206, headers, "audio/wav")


ENTRIES: Final = (
    Entry("GET", "/tickets/{ticket}/recording", Right.ANSWER, hear),
    Entry("POST", "/tickets/{ticket}/recording/erase", Right.ANSWER, erase),
)
