"""What somebody has typed and not saved: kept for them, by page, until it is saved or put away.

A browser sends it every few seconds, and it is what is left of a form that came after its session had ended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select

from kiosk.server.console.tables import drafts
from kiosk.server.database import as_text, now_text, writing

KEPT: Final = timedelta(days=30)
MOST_OF_ONE: Final = 200
LONGEST_PAGE: Final = 300


_PAGES: Final = {
    "reasons": "评价标签",
    "calendar": "放假安排",
    "texts": "屏幕文字",
    "hall-hours": "大厅人员时间",
    "base-catalogue": "基本目录",
    "choices": "选项列表",
}


@dataclass(frozen=True)
class Draft:
    """``revision`` is the state of the thing that it was typed over."""

    page: str
    fields: Mapping[str, str]
    revision: int
    at: str

    @property
    def words(self) -> str:
        """Which page it is of: 变更单 3 · 放假安排."""
        found = re.fullmatch(r"/console/changes/(\d+)/(?:files/)?([^/]+)(?:/.*)?", self.page)
        if found is None:
            return self.page
        name = _PAGES.get(found[2], found[2])
        return f"变更单 {found[1]} · {name}"


def keep(engine: Engine, user: str, page: str, fields: Mapping[str, str], revision: int) -> None:
    if len(page) > LONGEST_PAGE:
        return
    with writing(engine) as connection:
        _drop(connection, user, page)
        connection.execute(delete(drafts).where(drafts.c.at < as_text(datetime.now(UTC) - KEPT)))
        mine = select(drafts.c.page).where(drafts.c.user == user).order_by(drafts.c.at.desc())
        for (old,) in connection.execute(mine.offset(MOST_OF_ONE - 1)).all():
            _drop(connection, user, old)
        connection.execute(
            insert(drafts).values(user=user, page=page, fields=dict(fields), revision=revision, at=now_text())
        )


def of(engine: Engine, user: str, page: str) -> Draft | None:
    wanted = select(drafts).where(drafts.c.user == user, drafts.c.page == page)
    with engine.connect() as connection:
        row = connection.execute(wanted).first()
    return None if row is None else Draft(row.page, dict(row.fields), row.revision, row.at)


def listed(engine: Engine, user: str) -> list[Draft]:
    """All of one person, the newest first, without what was typed."""
    wanted = select(drafts.c.page, drafts.c.revision, drafts.c.at).where(drafts.c.user == user)
    with engine.connect() as connection:
        rows = connection.execute(wanted.order_by(drafts.c.at.desc())).all()
    return [Draft(row.page, {}, row.revision, row.at) for row in rows]


def drop(engine: Engine, user: str, page: str) -> None:
    if of(engine, user, page) is not None:
        with writing(engine) as connection:
            _drop(connection, user, page)


def _drop(connection: Connection, user: str, page: str) -> None:
    connection.execute(delete(drafts).where(drafts.c.user == user, drafts.c.page == page))
