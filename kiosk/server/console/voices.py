"""What citizens have said, read for the console: ratings and requests, with nothing that tells who it was.

A rating's body holds name and number of a person; only what is asked for here leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, func, select

from kiosk.matters.ratings import RatingReasons
from kiosk.server import recordings
from kiosk.server.console.render import masked
from kiosk.server.context import SHANGHAI
from kiosk.server.database import applications, as_text, ratings, requests
from kiosk.server.recordings import Recorded

REQUEST_KINDS: Final[Mapping[str, str]] = {
    "help": "现场求助",
    "complaint": "投诉",
    "home_visit": "上门服务",
    "green_channel": "绿色通道",
}


@dataclass(frozen=True)
class Voice:
    """One rating."""

    id: int
    project_no: str
    received_at: str
    satisfaction: int
    word: str
    reasons: tuple[str, ...]
    text: str
    who: str  # masked
    matter: str
    terminal_id: str


@dataclass(frozen=True)
class Asked:
    """One request.  ``phone`` is masked."""

    number: str
    kind: str
    received_at: str
    text: str
    phone: str
    terminal_id: str
    project_no: str
    recorded: Recorded | None = None


def by_satisfaction(engine: Engine, since: str) -> dict[int, int]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(ratings.c.satisfaction, func.count())
            .where(ratings.c.received_at >= since)
            .group_by(ratings.c.satisfaction)
        ).all()
    return dict.fromkeys((5, 4, 3, 2, 1), 0) | {int(level): int(count) for level, count in rows}


def by_day(engine: Engine, days: int) -> list[tuple[date, dict[int, int]]]:
    """How many of each satisfaction on each of the last ``days`` days of Asia/Shanghai."""
    today = datetime.now(SHANGHAI).date()
    first = today - timedelta(days=days - 1)
    begin = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    counted: dict[date, dict[int, int]] = {first + timedelta(days=number): {} for number in range(days)}
    # By the hour in UTC: each hour lies in one day of Shanghai, on every database.
    hour = func.substr(ratings.c.received_at, 1, 13).label("hour")
    with engine.connect() as connection:
        rows = connection.execute(
            select(hour, ratings.c.satisfaction, func.count())
            .where(ratings.c.received_at >= as_text(begin))
            .group_by("hour", ratings.c.satisfaction)
        ).all()
    for said, level, count in rows:
        day = datetime.fromisoformat(f"{said}:00:00+00:00").astimezone(SHANGHAI).date()
        if day in counted:
            counted[day][int(level)] = counted[day].get(int(level), 0) + int(count)
    return list(counted.items())


def ratings_of(engine: Engine, reasons: RatingReasons, numbers: Sequence[int]) -> dict[int, Voice]:
    wanted = _rating_query().where(ratings.c.id.in_(list(numbers)))
    with engine.connect() as connection:
        return {row.id: _voice(row, reasons) for row in connection.execute(wanted)}


def latest(
    engine: Engine, reasons: RatingReasons, page: int, size: int, satisfaction: int = 0
) -> tuple[list[Voice], int]:
    wanted, counted = _rating_query(), select(func.count()).select_from(ratings)
    if satisfaction:
        wanted = wanted.where(ratings.c.satisfaction == satisfaction)
        counted = counted.where(ratings.c.satisfaction == satisfaction)
    with engine.connect() as connection:
        total = connection.execute(counted).scalar_one()
        rows = connection.execute(
            wanted.order_by(ratings.c.id.desc()).limit(size).offset((page - 1) * size)
        ).all()
    return [_voice(row, reasons) for row in rows], int(total)


def requests_of(engine: Engine, numbers: Sequence[str]) -> dict[str, Asked]:
    with engine.connect() as connection:
        rows = connection.execute(select(requests).where(requests.c.request_no.in_(list(numbers)))).all()
    spoken = {
        row.request_no: recordings.of_request(engine, row.request_no) for row in rows if _is_spoken(row)
    }
    return {row.request_no: _asked(row, spoken.get(row.request_no)) for row in rows}


def phone_of(engine: Engine, number: str) -> str:
    """The whole telephone number, for who calls back."""
    with engine.connect() as connection:
        body = connection.execute(
            select(requests.c.body).where(requests.c.request_no == number)
        ).scalar_one_or_none()
    return str((body or {}).get("phone") or "")


def days_ago(days: int) -> str:
    return as_text(datetime.now(UTC) - timedelta(days=days))


def _rating_query() -> Any:
    return select(ratings, applications.c.terminal_id, applications.c.task_code).join(
        applications, applications.c.project_no == ratings.c.project_no, isouter=True
    )


def _voice(row: Any, reasons: RatingReasons) -> Voice:
    body = row.body if isinstance(row.body, dict) else {}
    codes = [code for code in str(body.get("evalDetail") or "").split(",") if code]
    labels = (reasons.label(code) for code in codes)
    return Voice(
        row.id,
        row.project_no,
        row.received_at,
        row.satisfaction,
        reasons.level(row.satisfaction).word.zh,
        tuple(label.zh if label else code for code, label in zip(codes, labels, strict=True)),
        str(body.get("writingEvaluation") or ""),
        masked(body.get("userName")),
        str(body.get("taskName") or ""),
        row.terminal_id or "",
    )


def _is_spoken(row: Any) -> bool:
    return isinstance(row.body, dict) and bool(row.body.get("recording_id"))


def _asked(row: Any, recorded: Recorded | None) -> Asked:
    body = row.body if isinstance(row.body, dict) else {}
    phone = str(body.get("phone") or "")
    shown = phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)
    return Asked(
        row.request_no,
        row.kind,
        row.received_at,
        str(body.get("text") or ""),
        shown,
        str(body.get("terminal_id") or ""),
        str(body.get("project_no") or ""),
        recorded,
    )
