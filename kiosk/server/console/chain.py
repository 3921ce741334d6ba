"""What was done in the console and by whom: records, each bound to all before it by SHA-256.

The method is that of the terminals' chain: a record's digest covers the digest before it, its number, time,
person, event and keys; a mark of the last record stands in another table.  A record is written in the
transaction of what it tells: neither is there without the other.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Engine, insert, select, update

from kiosk.server.console.events import EVENTS
from kiosk.server.console.tables import audit, audit_head
from kiosk.server.database import now_text, number_of, to_json

FIRST_LINK: Final = hashlib.sha256(b"kiosk console chain 1").digest()
SHELL: Final = "shell"
"""Who it was when a command on the server did it."""
NOBODY: Final = "?"
"""Somebody who is not known: what was typed as a name may be a password, and is not written down."""
LONGEST_VALUE: Final = 400
_BATCH: Final = 1000
BEGUN: Final = ("change.packing", "change.signing")
ENDED: Final = ("change.packed", "change.signed", "change.published", "change.failed")


@dataclass(frozen=True)
class Verdict:
    """``broken`` is the first record that does not hold.  ``head`` is for somebody else to keep."""

    records: int
    head: str
    broken: int | None = None
    kind: Literal["removed", "changed"] | None = None


def digest_of(before: bytes, seq: int, at: str, who: str, event: str, keys: str) -> bytes:
    record = json.dumps([seq, at, who, event, keys], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(before + record.encode()).digest()


def append(connection: Connection, who: str, event: str, /, **keys: object) -> None:
    """Write ``event`` into the transaction of ``connection``.  One that is not declared is a bug."""
    undeclared = set(keys) - set(EVENTS[event].keys)
    if undeclared:
        raise ValueError(f"{event} declares no {sorted(undeclared)}")
    canonical = to_json({name: _short(value) for name, value in keys.items()})
    seq = number_of(connection, "console_audit")  # its row is ours until the end of the transaction
    before = connection.execute(select(audit.c.digest).where(audit.c.seq == seq - 1)).scalar()
    if before is None and seq > 1:
        # The last record was cut off; what was marked stays bound to, so that the gap is seen.
        before = connection.execute(select(audit_head.c.digest)).scalar()
    at = now_text()
    digest = digest_of(bytes(before or FIRST_LINK), seq, at, who, event, canonical)
    connection.execute(
        insert(audit).values(seq=seq, at=at, who=who, event=event, keys=canonical, digest=digest)
    )
    if connection.execute(update(audit_head).values(seq=seq, digest=digest)).rowcount == 0:
        connection.execute(insert(audit_head).values(one=1, seq=seq, digest=digest))


def verify(engine: Engine, known: tuple[int, str] | None = None) -> Verdict:
    """Go through the whole chain.  ``known`` is a head told earlier: its number and digest."""
    with engine.connect() as connection:
        # Read first: the chain may grow while it is read, and is then longer than this mark.
        mark = connection.execute(select(audit_head.c.seq, audit_head.c.digest)).first()
        told = {mark.seq: bytes(mark.digest)} if mark is not None else {}
        if known is not None:
            told.setdefault(known[0], bytes.fromhex(known[1]))
        before, expected = FIRST_LINK, 1
        while rows := _from(connection, expected):
            for row in rows:
                digest = bytes(row.digest)
                if row.seq != expected:
                    return Verdict(expected - 1, _head(expected - 1, before), expected, "removed")
                wanted = digest_of(before, row.seq, row.at, row.who, row.event, row._mapping["keys"])
                off_known = known is not None and known[0] == row.seq and digest.hex() != known[1]
                if wanted != digest or told.get(row.seq, digest) != digest or off_known:
                    return Verdict(expected - 1, _head(expected - 1, before), expected, "changed")
                before, expected = digest, expected + 1
        last = expected - 1
        if any(seq > last for seq in told):
            return Verdict(last, _head(last, before), expected, "removed")
        return Verdict(last, _head(last, before))


def unended(engine: Engine, last: int = 2000) -> list[tuple[str, str]]:
    """Changes for which something outside the database was begun and nothing was told of its end: the moment
    and the change.  So it looks after a crash, and for a moment while it is being done."""
    wanted = select(audit.c.at, audit.c.event, audit.c["keys"]).where(audit.c.event.in_((*BEGUN, *ENDED)))
    latest: dict[str, tuple[str, str]] = {}
    with engine.connect() as connection:
        for at, event, keys in connection.execute(wanted.order_by(audit.c.seq.desc()).limit(last)):
            latest.setdefault(keys_of(keys).get("change", ""), (at, event))
    return [(at, change) for change, (at, event) in latest.items() if event in BEGUN]


def _from(connection: Connection, seq: int) -> list[Any]:
    return list(
        connection.execute(select(audit).where(audit.c.seq >= seq).order_by(audit.c.seq).limit(_BATCH))
    )


def _head(seq: int, digest: bytes) -> str:
    return f"{seq}:{digest.hex()}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def keys_of(text: str) -> dict[str, str]:
    """The keys of a record that was read; empty when somebody has written something else there."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
