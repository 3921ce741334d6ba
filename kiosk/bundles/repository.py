"""The repository as the fleet's server and the command line use it: look, publish, assign, renew.

Values or faults, nothing raised; safe to call from several threads and processes.  What is published has been
signed elsewhere (:mod:`kiosk.bundles.proposal`); here only the online keys sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from securesystemslib.signer import Signer
from tuf.api.exceptions import LengthOrHashMismatchError, UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from kiosk.bundles.archive import Bundle, read_bundle
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import ONLINE, PRIVATE, open_signer, read_key
from kiosk.bundles.roles import (
    DIRECTOR,
    GROUP,
    MATTERS,
    POLICY,
    SIGNED_AT,
    Approved,
    Assignment,
    Policy,
    approved_of,
    expiry,
    parse_assignment,
    parse_policy,
    utc_now,
)
from kiosk.bundles.state import (
    TARGETS,
    State,
    locked,
    meta_of,
    missing_signature,
    read_state,
    write_state,
)

__all__ = [
    "OnlineKeys",
    "approved",
    "assign",
    "assignments",
    "current_assignment",
    "floor",
    "load_bundle",
    "open_online",
    "renew",
    "roll_back",
    "write_next",
]

RENEW_SHARE: Final = 0.5  # of a life: what has less left is signed anew
AHEAD: Final = timedelta(hours=2)  # by so much a clock may be ahead


@dataclass(frozen=True)
class OnlineKeys:
    """The three keys that lie on the server."""

    director: Signer
    snapshot: Signer
    timestamp: Signer


Trusted = Mapping[str, int]
"""Versions that terminals have told, by role: a repository from a backup goes on above the greatest."""


def open_online(folder: Path) -> OnlineKeys | BundleFault:
    """The keys ``director``, ``snapshot`` and ``timestamp`` in ``folder``."""
    signers: dict[str, Signer] = {}
    for office in ONLINE:
        key = read_key(folder / f"{office}{PRIVATE}")
        signer = key if isinstance(key, BundleFault) else open_signer(key, lambda _: "")
        if isinstance(signer, BundleFault):
            return signer
        signers[office] = signer
    return OnlineKeys(**signers)


# --- looking ------------------------------------------------------------------------------------------------


def approved(folder: Path) -> tuple[Approved, ...] | BundleFault:
    """Every bundle that may be assigned, the newest first."""
    state = read_state(folder)
    if isinstance(state, BundleFault):
        return state
    matters = state.get(MATTERS)
    return approved_of(matters) if matters is not None else ()


def load_bundle(folder: Path, name: str) -> Bundle | BundleFault:
    """An approved bundle's content."""
    state = read_state(folder)
    if isinstance(state, BundleFault):
        return state
    target = state.get(MATTERS).targets.get(name) if state.get(MATTERS) is not None else None
    if target is None:
        return BundleFault("bundle.not_approved", name, permanent=True)
    return read_bundle(folder / TARGETS / target.get_prefixed_paths()[0])


def floor(folder: Path) -> int | BundleFault:
    """The lowest sequence that terminals take."""
    state = read_state(folder)
    return state if isinstance(state, BundleFault) else floor_of(folder, state)


def current_assignment(folder: Path, group: str) -> Assignment | BundleFault | None:
    """What ``group`` is to show; ``None`` if nothing has been assigned to it."""
    found = assignments(folder)
    return found if isinstance(found, BundleFault) else found.get(group)


def assignments(folder: Path) -> Mapping[str, Assignment] | BundleFault:
    """What each group is to show."""
    state = read_state(folder)
    return state if isinstance(state, BundleFault) else _assignments(folder, state)


def versions(folder: Path) -> Trusted | BundleFault:
    """The version of each role; a terminal that trusts more than these needs ``resume_above``."""
    state = read_state(folder)
    if isinstance(state, BundleFault):
        return state
    return {role: state.version(role) for role in state.signed}


# --- changing -----------------------------------------------------------------------------------------------


def assign(
    folder: Path, online: OnlineKeys, group: str, bundle: str, now: datetime | None = None
) -> Assignment | BundleFault:
    """Have ``group`` show the approved bundle named ``bundle`` (``Approved.name``)."""
    if not GROUP.fullmatch(group):
        return BundleFault("bundle.group", group[:64], permanent=True)
    now = now or utc_now()
    with locked(folder) as fault:
        state = fault or read_state(folder)
        if isinstance(state, BundleFault):
            return state
        matters = state.get(MATTERS)
        listed = {each.name: each for each in approved_of(matters)} if matters is not None else {}
        known = _assignments(folder, state)
        lowest = floor_of(folder, state)
        if isinstance(known, BundleFault):
            return known
        if isinstance(lowest, BundleFault):
            return lowest
        if bundle not in listed:
            return BundleFault("bundle.not_approved", bundle[:120], permanent=True)
        if listed[bundle].sequence < lowest:
            cause = f"sequence {listed[bundle].sequence}, the floor is {lowest}"
            return BundleFault("bundle.below_floor", cause, permanent=True)
        before = known.get(group)
        made = Assignment(
            group=group,
            number=before.number + 1 if before is not None else 1,
            bundle=bundle,
            sequence=listed[bundle].sequence,
            assigned_at=now.isoformat(),
            previous=before.bundle if before is not None else None,
        )
        written = _write_assignment(folder, state, online, made, now)
        return written or made


def roll_back(
    folder: Path, online: OnlineKeys, group: str, to: int | None = None, now: datetime | None = None
) -> Assignment | BundleFault:
    """Forward to an older bundle: a new assignment, of the one before or of sequence ``to``."""
    present = current_assignment(folder, group)
    if isinstance(present, BundleFault):
        return present
    listed = approved(folder)
    if isinstance(listed, BundleFault):
        return listed
    if to is not None:
        wanted = next((each.name for each in listed if each.sequence == to), None)
    else:
        wanted = present.previous if present is not None else None
    if wanted is None:
        return BundleFault("bundle.nothing_before", f"{group}: {to or 'no bundle before'}", permanent=True)
    return assign(folder, online, group, wanted, now)


def renew(
    folder: Path, online: OnlineKeys, now: datetime | None = None, days: Mapping[str, float] | None = None
) -> bool | BundleFault:
    """Sign anew what has less than half of its life left; whether something was.  Call it every hour.

    Or more than a whole one: a clock that was ahead has signed it, and terminals refuse that.
    """
    now = now or utc_now()
    with locked(folder) as fault:
        state = fault or read_state(folder)
        if isinstance(state, BundleFault):
            return state
        if not state.begun:
            return BundleFault("bundle.repository", "there is no root", permanent=True)
        old = {
            role
            for role in (DIRECTOR, "snapshot", "timestamp")
            if state.get(role) is not None
            and not _lasts(state.get(role).expires - now, expiry(role, now, days) - now)
        }
        if not old:
            return False
        next_director = _signed_director(state, online, now, {}) if DIRECTOR in old else None
        if isinstance(next_director, BundleFault):
            return next_director
        return _write(folder, state, state, online, now, {}, {}, days, next_director, old) or True


def _lasts(left: timedelta, life: timedelta) -> bool:
    return life * RENEW_SHARE <= left <= life + AHEAD


def write_next(
    folder: Path,
    before: State,
    offline: Mapping[str, Metadata[Any]],
    online: OnlineKeys,
    targets: Mapping[str, bytes],
    now: datetime,
    above: Trusted | None = None,
    days: Mapping[str, float] | None = None,
) -> BundleFault | None:
    """Publish metadata that was signed offline, with target files by name.  The caller holds the lock."""
    after = before.with_(**offline)
    director: Metadata[Any] | BundleFault | None = None
    if DIRECTOR not in after.signed or _director_must_change(after, online, above):
        director = _signed_director(after, online, now, above or {})
    if isinstance(director, BundleFault):
        return director
    fault = _files_fault(folder, after, targets)
    return fault or _write(folder, before, after, online, now, targets, above or {}, days, director)


def _write(
    folder: Path,
    before: State,
    after: State,
    online: OnlineKeys,
    now: datetime,
    targets: Mapping[str, bytes],
    above: Trusted,
    days: Mapping[str, float] | None = None,
    director: Metadata[Any] | None = None,
    only: Iterable[str] = (),
) -> BundleFault | None:
    """Sign a new snapshot and timestamp over ``after`` and write everything.

    ``only``: for a renewal, in which a timestamp alone may be enough.
    """
    if director is not None:
        after = after.with_(**{DIRECTOR: director})
    fresh = set(only)
    try:
        if not fresh or fresh & {DIRECTOR, "snapshot"}:
            version = max(before.version("snapshot"), above.get("snapshot", 0)) + 1
            snapshot = Metadata(Snapshot(version, None, expiry("snapshot", now, days), meta=meta_of(after)))
            snapshot.sign(online.snapshot)
            after = after.with_(snapshot=snapshot)
        snapshot_meta = MetaFile.from_data(
            after.version("snapshot"), after.signed["snapshot"].to_bytes(), ["sha256"]
        )
        version = max(before.version("timestamp"), above.get("timestamp", 0)) + 1
        timestamp = Metadata(Timestamp(version, None, expiry("timestamp", now, days), snapshot_meta))
        timestamp.signed.unrecognized_fields[SIGNED_AT] = now.isoformat()
        timestamp.sign(online.timestamp)
    except UnsignedMetadataError as error:
        return BundleFault("signing.failed", str(error)[:200])
    after = after.with_(timestamp=timestamp)
    return missing_signature(before, after) or write_state(folder, before, after, targets)


def _write_assignment(
    folder: Path, state: State, online: OnlineKeys, made: Assignment, now: datetime
) -> BundleFault | None:
    name, data = f"assign/{made.group}.json", made.to_bytes()
    director = _signed_director(state, online, now, {}, TargetFile.from_data(name, data, ["sha256"]))
    if isinstance(director, BundleFault):
        return director
    return _write(folder, state, state, online, now, {name: data}, {}, None, director)


def _signed_director(
    state: State, online: OnlineKeys, now: datetime, above: Trusted, new: TargetFile | None = None
) -> Metadata[Any] | BundleFault:
    """The director's next list: what it was, and ``new``."""
    before = state.get(DIRECTOR)
    files = dict(before.targets) if before is not None else {}
    if new is not None:
        files[new.path] = new
    version = max(state.version(DIRECTOR), above.get(DIRECTOR, 0)) + 1
    made: Metadata[Any] = Metadata(Targets(version, None, expiry(DIRECTOR, now), files))
    try:
        made.sign(online.director)
    except UnsignedMetadataError as error:
        return BundleFault("signing.failed", str(error)[:200])
    return made


def _director_must_change(state: State, online: OnlineKeys, above: Trusted | None) -> bool:
    """After a change of the director's key, and where terminals trust a later list than this one."""
    signed = online.director.public_key.keyid in state.signed[DIRECTOR].signatures
    return not signed or (above or {}).get(DIRECTOR, 0) > state.version(DIRECTOR)


def _files_fault(folder: Path, after: State, new: Mapping[str, bytes]) -> BundleFault | None:
    """Whether every file that is named is there, whole."""
    for role in (MATTERS, DIRECTOR):
        signed = after.get(role)
        for name, target in signed.targets.items() if signed is not None else ():
            try:
                data = new.get(name)
                if data is None:
                    data = (folder / TARGETS / target.get_prefixed_paths()[0]).read_bytes()
                target.verify_length_and_hashes(data)
            except (OSError, LengthOrHashMismatchError):
                return BundleFault("bundle.file_missing", name, permanent=True)
    return None


def floor_of(folder: Path, state: State) -> int | BundleFault:
    matters = state.get(MATTERS)
    target = matters.targets.get(POLICY) if matters is not None else None
    if target is None:
        return 1
    data = _target(folder, target)
    policy: Policy | BundleFault = data if isinstance(data, BundleFault) else parse_policy(data)
    return policy if isinstance(policy, BundleFault) else policy.floor


def _assignments(folder: Path, state: State) -> Mapping[str, Assignment] | BundleFault:
    director = state.get(DIRECTOR)
    found: dict[str, Assignment] = {}
    for target in director.targets.values() if director is not None else ():
        data = _target(folder, target)
        read = data if isinstance(data, BundleFault) else parse_assignment(data)
        if isinstance(read, BundleFault):
            return read
        found[read.group] = read
    return found


def _target(folder: Path, target: TargetFile) -> bytes | BundleFault:
    path = folder / TARGETS / target.get_prefixed_paths()[0]
    try:
        data = path.read_bytes()
        target.verify_length_and_hashes(data)
    except (OSError, LengthOrHashMismatchError):
        return BundleFault("bundle.file_missing", target.path, permanent=True)
    return data


def life_left(folder: Path, now: datetime | None = None) -> Mapping[str, timedelta] | BundleFault:
    """How long each part is still taken by terminals."""
    state = read_state(folder)
    if isinstance(state, BundleFault):
        return state
    now = now or utc_now()
    return {role: state.get(role).expires - now for role in state.signed}
