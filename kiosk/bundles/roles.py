"""Who may sign what, and for how long.

    root       n offline keys, a threshold of them        who the others are
      targets    the same keys                            who edits, approves and assigns
        matters    an editor and an approver, offline     bundles/*, policy.json: what terminals may show
        director   an online key                          assign/*: which approved bundle a group shows
      snapshot, timestamp   online keys                   what belongs together, and that it is fresh

A thief with the server has the last three keys: he can give a group another approved bundle, at or above the
floor, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from pydantic import ValidationError
from securesystemslib.signer import Key
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    Role,
    Root,
    Snapshot,
    Targets,
    Timestamp,
)

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import OFFICE_FIELD, KeyFile
from kiosk.bundles.manifest import Sequence, canonical
from kiosk.matters.strict import Strict

MATTERS, DIRECTOR = "matters", "director"
POLICY: Final = "policy.json"
BUNDLES, ASSIGN = "bundles/*", "assign/*"
SIGNERS_OF_MATTERS: Final = 2
SIGNED_AT: Final = "x-kiosk-signed-at"  # of a timestamp: a floor for clocks
GROUP: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
MOST_APPROVED: Final = 60  # older ones are let go, except those that a group shows
LIFE_DAYS: Final[Mapping[str, float]] = {
    "root": 1095,
    "targets": 1095,
    MATTERS: 730,
    DIRECTOR: 365,
    "snapshot": 90,
    "timestamp": 7,
}


class Policy(Strict):
    """``policy.json``, signed by editor and approver: the lowest sequence that a terminal may take."""

    format: Literal[1] = 1
    floor: Sequence = 1

    def to_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json"))


class Assignment(Strict):
    """``assign/<group>.json``: what the terminals of a group are to show.

    ``number`` grows with each assignment of the group; ``previous`` is what it was to show before.
    """

    format: Literal[1] = 1
    group: str
    number: Sequence
    bundle: str
    sequence: Sequence
    assigned_at: str
    previous: str | None = None

    def to_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json"))


@dataclass(frozen=True)
class Approved:
    """A bundle that editor and approver have signed."""

    name: str
    digest: str
    sequence: int
    content: str
    built_at: str
    size: int


@dataclass(frozen=True)
class People:
    """The keys of the first root."""

    root: tuple[KeyFile, ...]
    editors: tuple[KeyFile, ...]
    approvers: tuple[KeyFile, ...]
    director: KeyFile
    snapshot: KeyFile
    timestamp: KeyFile
    root_threshold: int = 1
    life_days: Mapping[str, float] = field(default_factory=dict)


def utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def expiry(role: str, now: datetime, days: Mapping[str, float] | None = None) -> datetime:
    return now + timedelta(days={**LIFE_DAYS, **(days or {})}[role])


def first_root(people: People, now: datetime) -> Metadata[Root]:
    """The first root, unsigned."""
    every = (*people.root, people.snapshot, people.timestamp)
    holders = [each.key.keyid for each in people.root]
    roles = {
        "root": Role(list(holders), people.root_threshold),
        "targets": Role(list(holders), people.root_threshold),
        "snapshot": Role([people.snapshot.key.keyid], 1),
        "timestamp": Role([people.timestamp.key.keyid], 1),
    }
    keys: dict[str, Key] = {each.key.keyid: each.key for each in every}
    return Metadata(Root(1, None, expiry("root", now, people.life_days), keys, roles, True))


def first_targets(people: People, now: datetime) -> Metadata[Targets]:
    """The first list of who edits, approves and assigns, unsigned."""
    signers = (*people.editors, *people.approvers)
    keys: dict[str, Key] = {each.key.keyid: each.key for each in (*signers, people.director)}
    roles = {
        MATTERS: DelegatedRole(
            MATTERS, [each.key.keyid for each in signers], SIGNERS_OF_MATTERS, True, paths=[BUNDLES, POLICY]
        ),
        DIRECTOR: DelegatedRole(DIRECTOR, [people.director.key.keyid], 1, True, paths=[ASSIGN]),
    }
    expires = expiry("targets", now, people.life_days)
    return Metadata(Targets(1, None, expires, {}, Delegations(keys, roles)))


def approved_of(matters: Targets) -> tuple[Approved, ...]:
    """Every approved bundle, the newest first."""
    found = []
    for name, target in matters.targets.items():
        custom: Any = target.custom
        if name == POLICY or not isinstance(custom, dict):
            continue
        found.append(
            Approved(
                name=name,
                digest=target.hashes.get("sha256", ""),
                sequence=int(custom.get("sequence", 0)),
                content=str(custom.get("content", "")),
                built_at=str(custom.get("built_at", "")),
                size=target.length,
            )
        )
    return tuple(sorted(found, key=lambda each: -each.sequence))


def both_offices(keys: Iterable[Key]) -> bool:
    """Whether an editor and an approver are among those who signed; one key under two names is one person."""
    held: dict[str, list[Mapping[str, Any]]] = {}
    for key in keys:
        held.setdefault(str(key.unrecognized_fields.get(OFFICE_FIELD)), []).append(key.keyval)
    return any(one != other for one in held.get("editor", ()) for other in held.get("approver", ()))


def parse_metadata(
    data: bytes, kind: type[Root | Targets | Snapshot | Timestamp]
) -> Metadata[Any] | BundleFault:
    """Signed metadata of the kind that is expected."""
    from tuf.api.exceptions import RepositoryError
    from tuf.api.serialization import DeserializationError

    try:
        found: Metadata[Any] = Metadata.from_bytes(data)
    except (DeserializationError, RepositoryError, RecursionError) as error:
        return BundleFault("bundle.metadata", f"{kind.__name__}: {str(error)[:120]}", permanent=True)
    if not isinstance(found.signed, kind):
        return BundleFault("bundle.metadata", f"this is no {kind.__name__}", permanent=True)
    return found


def parse_policy(data: bytes) -> Policy | BundleFault:
    try:
        return Policy.model_validate_json(data)
    except (ValidationError, RecursionError):
        return BundleFault("bundle.metadata", POLICY, permanent=True)


def parse_assignment(data: bytes) -> Assignment | BundleFault:
    try:
        return Assignment.model_validate_json(data)
    except (ValidationError, RecursionError):
        return BundleFault("bundle.metadata", "assignment", permanent=True)


def delegations(targets: Targets) -> tuple[dict[str, Key], dict[str, DelegatedRole]]:
    """Keys and roles below ``targets``; a list that we made always has them."""
    assert targets.delegations is not None and targets.delegations.roles is not None
    return targets.delegations.keys, targets.delegations.roles


def as_json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
