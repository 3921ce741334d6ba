"""Spoken complaints in the console: heard by who answers them, written down, and erased as promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from kiosk.server import recordings
from kiosk.server.console.listening import _piece
from kiosk.server.console.tables import audit
from kiosk.server.console.tables import tickets as ticket_table
from kiosk.server.database import as_text, writing
from kiosk.server.recordings import erase_due
from kiosk.server.recordings import recordings as table
from tests.kiosk.server.console.conftest import Hall
from tests.kiosk.server.test_recordings import NAME, code, complain, put, sound


def _spoken(hall: Hall, keep_days: int = 30) -> str:
    given = put(hall.platform, NAME, sound())
    assert given.status_code == 200
    with writing(hall.engine) as connection:
        connection.execute(update(table).values(keep_days=keep_days))
    return str(complain(hall.platform, NAME, "key-000077").json()["request_no"])


def test_who_answers_hears_it_in_the_console_and_that_is_written_down(alone: Hall) -> None:
    number = _spoken(alone)
    operator, editor = alone.as_("赵运维"), alone.as_("王编辑")
    assert "录音" in operator.get("/requests").text
    page = operator.get("/tickets/1")
    assert '<audio controls preload="none" src="/console/tickets/1/recording"' in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text and " onplay" not in page.text
    assert "<audio" not in editor.get("/tickets/1").text
    assert editor.get("/tickets/1/recording").status_code == 403
    heard = operator.get("/tickets/1/recording")
    assert heard.content == sound()
    assert heard.headers["Content-Type"] == "audio/wav" and heard.headers["Cache-Control"] == "no-store"
    operator.get("/tickets/1/recording")  # a player asks for more of it
    with alone.engine.connect() as connection:
        rows = connection.execute(select(audit).where(audit.c.event == "request.listened")).all()
    assert [(row.who, number in row._mapping["keys"]) for row in rows] == [("赵运维", True)]


def test_a_player_may_ask_for_a_piece() -> None:
    said = sound()
    whole, piece = _piece(said, ""), _piece(said, "bytes=44-1043")
    assert (whole.status_code, whole.body, whole.headers["Accept-Ranges"]) == (200, said, "bytes")
    assert (piece.status_code, piece.body) == (206, said[44:1044])
    assert piece.headers["Content-Range"] == f"bytes 44-1043/{len(said)}"
    assert _piece(said, f"bytes={len(said) - 4}-").body == said[-4:]
    assert _piece(said, "bytes=999999999-").status_code == 416
    assert _piece(said, "bytes=5-1,9-").status_code == 200


def test_it_is_erased_when_that_was_promised_and_not_before(alone: Hall) -> None:
    number = _spoken(alone, keep_days=10)
    operator = alone.as_("赵运维")
    operator.get("/requests")
    done: dict[str, Any] = {"state": "done", "done_at": as_text(datetime.now(UTC) - timedelta(days=9))}
    with writing(alone.engine) as connection:
        connection.execute(update(ticket_table).values(**done))
    assert erase_due(alone.engine) == 0
    done["done_at"] = as_text(datetime.now(UTC) - timedelta(days=10, seconds=60))
    with writing(alone.engine) as connection:
        connection.execute(update(ticket_table).values(state="mine", done_at=done["done_at"]))
    assert erase_due(alone.engine) == 0  # opened again: it is needed
    with writing(alone.engine) as connection:
        connection.execute(update(ticket_table).values(**done))
    assert erase_due(alone.engine) == 1
    with alone.engine.connect() as connection:
        row = connection.execute(select(table)).one()
    assert (row.sealed, row.data_key, row.request_no) == (b"", b"", number)
    page = operator.get("/tickets/1").text
    assert "删除" in page and "<audio" not in page
    assert operator.get("/tickets/1/recording").status_code == 404


def test_one_whose_complaint_never_comes_is_erased(alone: Hall) -> None:
    assert put(alone.platform, NAME, sound()).status_code == 200
    assert erase_due(alone.engine) == 0
    old = as_text(datetime.now(UTC) - timedelta(days=recordings.ORPHAN_DAYS, seconds=60))
    with writing(alone.engine) as connection:
        connection.execute(update(table).values(received_at=old))
    assert erase_due(alone.engine) == 1
    assert code(complain(alone.platform, NAME, "key-000088")) == "recording-unknown"


def test_it_can_be_erased_at_once_with_a_reason(alone: Hall) -> None:
    _spoken(alone)
    operator, editor = alone.as_("赵运维"), alone.as_("王编辑")
    operator.get("/requests")
    assert editor.post("/tickets/1/recording/erase", reason="本人要求").status_code == 403
    assert operator.post("/tickets/1/recording/erase", reason="").status_code == 422
    assert "录音已删除" in operator.post("/tickets/1/recording/erase", reason="本人要求").text
    assert operator.post("/tickets/1/recording/erase", reason="本人要求").status_code == 409
    with alone.engine.connect() as connection:
        events = connection.execute(select(audit.c.event).where(audit.c.event == "request.erased")).all()
    assert len(events) == 1
