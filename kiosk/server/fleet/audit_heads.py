"""The heads of terminals' audit chains, kept by somebody else than the terminal.

With each heartbeat a terminal tells the head of its chain.  One that goes back, or that is another for the
same record, contradicts what was told before: the alarm ``audit.chain`` is raised, and the head of before is
kept for good, so that ``kiosk audit verify --against platform`` names the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy import Column, Connection, Engine, Integer, String, Table, select

from kiosk.server.api_fields import LINE, Wire
from kiosk.server.database import metadata
from kiosk.server.described import problems
from kiosk.server.fleet.context import upsert
from kiosk.server.fleet.tables import ID_CHARACTERS, beats
from kiosk.server.problems import ProblemError

contradicted = Table(
    "fleet_audit_heads",
    metadata,
    Column("terminal_id", String(ID_CHARACTERS), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("head", String(80), primary_key=True),
    Column("told_until", String(20), nullable=False),  # when the contradiction came
)


class KeptHead(Wire):
    head: Annotated[str, Field(description="number:digest of a record of the terminal's chain")]
    contradicted_at: Annotated[str, Field(description="when another was told instead; empty: the last head")]


class KeptHeads(Wire):
    terminal_id: str
    heads: tuple[KeptHead, ...]


def keep(connection: Connection, now: str, heads: Mapping[str, str]) -> None:
    """The heads, by terminal, that what is told now contradicts."""
    rows = [
        {"terminal_id": terminal, "seq": int(head.partition(":")[0]), "head": head, "told_until": now}
        for terminal, head in heads.items()
    ]
    upsert(connection, contradicted, rows, ("terminal_id", "seq", "head"), update=())


def kept(engine: Engine, terminal_id: str) -> KeptHeads | None:
    """``None`` for a terminal that was never heard."""
    with engine.connect() as connection:
        last = connection.execute(
            select(beats.c.audit_head).where(beats.c.terminal_id == terminal_id)
        ).first()
        if last is None:
            return None
        wanted = (
            select(contradicted.c.head, contradicted.c.told_until)
            .where(contradicted.c.terminal_id == terminal_id)
            .order_by(contradicted.c.seq)
        )
        old = [KeptHead(head=row.head, contradicted_at=row.told_until) for row in connection.execute(wanted)]
    newest = [KeptHead(head=last.audit_head, contradicted_at="")] if last.audit_head else []
    return KeptHeads(terminal_id=terminal_id, heads=(*old, *newest))


def audit_routes(engine: Engine) -> APIRouter:
    router = APIRouter()

    @router.get(
        "/v1/terminals/{terminal_id}/audit",
        response_model=KeptHeads,
        tags=["terminals"],
        summary="The heads of a terminal's audit chain, to hold them against the chain itself",
        responses=problems("terminal-unknown", "request-invalid"),
    )
    def heads(terminal_id: Annotated[str, Path(min_length=1, max_length=64, pattern=LINE)]) -> KeptHeads:
        found = kept(engine, terminal_id)
        if found is None:
            raise ProblemError("terminal-unknown")
        return found

    return router
