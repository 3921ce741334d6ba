"""Requests and appointments that a terminal may have to send again: done once, answered the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Header
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from kiosk.server import api_fields as fields
from kiosk.server.api_fields import Wire
from kiosk.server.context import Platform
from kiosk.server.database import asked_before, writing
from kiosk.server.problems import ProblemError

Key = Annotated[
    str | SkipJsonSchema[None],  # it may be left out; there is no null in a header
    Header(
        min_length=8,
        max_length=128,
        pattern=fields.KEY,
        json_schema_extra={"pattern": fields.KEY},  # beside a None the description would lose it
        description="the same for every repeat; without it each call counts",
    ),
]
Answer = TypeVar("Answer", bound=Wire)


def once(
    platform: Platform,
    key: str | None,
    body: Wire,
    kind: type[Answer],
    work: Callable[[Connection], Answer],
    of: str = "",
) -> Answer:
    """Do ``work`` in one transaction, or give the answer that the same key has had before.

    ``of``: what else belongs to the body, such as the number in the address.

    Raises :class:`ProblemError` ``key-reused`` for a key that belongs to another body.
    """
    digest = hashlib.sha256(f"{kind.__name__} {of}{body.model_dump_json()}".encode("utf-8", "surrogatepass"))
    sha256 = digest.hexdigest()
    try:
        with writing(platform.engine) as connection:
            if key is None:
                return work(connection)
            before = connection.execute(
                select(asked_before).where(asked_before.c.idempotency_key == key)
            ).one_or_none()
            if before is not None:
                if before.body_sha256 != sha256:
                    raise ProblemError("key-reused")
                return kind.model_validate_json(before.answer)
            answer = work(connection)
            connection.execute(
                insert(asked_before).values(
                    idempotency_key=key, body_sha256=sha256, answer=answer.model_dump_json()
                )
            )
            return answer
    except IntegrityError:  # somebody sent the same at the same moment and was first
        if key is None:
            raise
        return once(platform, key, body, kind, work)
