"""What an acceptance makes: the table of a query, and papers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, insert

from kiosk.matters.models import Matter, Shape
from kiosk.server import certificates, registers
from kiosk.server.database import documents
from kiosk.server.decisions import Decision
from kiosk.server.persons import Holder

_DOCUMENT_ID_BYTES: Final = 24


@dataclass(frozen=True, repr=False)
class Made:
    """What an acceptance makes: the table of a query, and papers as rows of ``documents``."""

    result: dict[str, Any] | None
    papers: list[dict[str, Any]]
    pages: list[int]


def make(
    matter: Matter,
    holder: Holder,
    answers: Mapping[str, str],
    project_no: str,
    day: date,
    address: str,
    decision: Decision,
) -> Made:
    """The table and the papers of an acceptance; nothing for any other decision."""
    if not decision.accepted:
        return Made(None, [], [])
    looks_up = matter.shape in (Shape.QUERY, Shape.CERTIFICATE)
    extract = registers.consult(matter, holder.number, answers, day) if looks_up else None
    result = None
    if matter.shape is Shape.QUERY:
        result = _table(matter, extract)
    if not (matter.result_document or matter.shape is Shape.CERTIFICATE):
        return Made(result, [], [])
    paper = certificates.compose(matter, holder, answers, extract, project_no, day)
    pdf = certificates.draw(paper, f"{address}/p/{project_no}")
    row = {
        "id": secrets.token_hex(_DOCUMENT_ID_BYTES),
        "project_no": project_no,
        "title": paper.title,
        "pdf": pdf,
    }
    return Made(result, [row], [certificates.page_count(pdf)])


def _table(matter: Matter, extract: registers.Extract | None) -> dict[str, Any]:
    if extract is None:
        return {
            "title": matter.guide.result_name,
            "columns": ["查询事项", "查询结果"],
            "rows": [[matter.name.zh, "未查询到相关记录"]],
            "note": "演示平台没有这类数据。",
        }
    return {
        "title": extract.title,
        "columns": list(extract.columns),
        "rows": [list(row) for row in extract.rows],
        "note": extract.note,
    }


def keep_papers(connection: Connection, made: Made) -> None:
    for paper in made.papers:
        connection.execute(insert(documents).values(**paper))
