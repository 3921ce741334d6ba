"""Verifies what a repository says, with the library's client used safely.

What the library leaves to its user is done here: metadata is synced to the disk before it counts, files are
downloaded beside and renamed, versions that were trusted once are remembered elsewhere (a high-water mark),
and time never runs back behind what has been seen.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from tuf.api import exceptions as tuf_errors
from tuf.api.metadata import TargetFile, Targets
from tuf.ngclient import Updater, UpdaterConfig

from kiosk.bundles.client.fetching import Access, Fetcher
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import disk_fault, sync_file, write_whole
from kiosk.bundles.manifest import MOST_BUNDLE_BYTES, digest_of_name
from kiosk.bundles.roles import (
    DIRECTOR,
    MATTERS,
    POLICY,
    SIGNED_AT,
    Assignment,
    both_offices,
    parse_assignment,
    parse_metadata,
    parse_policy,
)

BUILD_DATE: Final = datetime(2026, 7, 1, tzinfo=UTC)
"""No clock that is right shows less."""
CLOCK_TOLERANCE: Final = timedelta(hours=2)
MOST_SMALL_BYTES: Final = 64 * 1024  # of an assignment or the policy
ROLES: Final = ("root", "timestamp", "snapshot", "targets", MATTERS, DIRECTOR)
MARK, CLOCK = "bundle-trusted", "bundle-clock"


class Memory(Protocol):
    """Where a terminal remembers; ``put`` returns when it is on the disk."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> bool: ...


@dataclass(frozen=True)
class Source:
    """``folder``: where verified metadata is kept.  ``metadata`` and ``targets`` are URLs, ``/`` last."""

    folder: Path
    metadata: str
    targets: str
    root: bytes
    access: Access = field(default_factory=Access)


@dataclass(frozen=True)
class Verified:
    """One verified look.  ``assignment`` is ``None`` for a group that shows nothing yet."""

    assignment: Assignment | None
    floor: int
    versions: Mapping[str, int]
    received: int  # bytes
    asked: int  # files


def source_at(folder: Path, place: str, root: bytes, access: Access | None = None) -> Source:
    """``place``: the URL or folder of a repository, with ``metadata`` and ``targets`` in it."""
    if "://" not in place:
        place = Path(place).resolve().as_uri()
    base = place.rstrip("/")
    return Source(folder, f"{base}/metadata/", f"{base}/targets/", root, access or Access())


class SafeUpdater(Updater):
    """The library's, with synced writes, no symbolic link, and a clock that has a floor."""

    def __init__(self, source: Source, fetcher: Fetcher, reference: datetime | None = None) -> None:
        source.folder.mkdir(parents=True, exist_ok=True)
        super().__init__(
            str(source.folder),
            source.metadata,
            target_base_url=source.targets,
            fetcher=fetcher,
            config=UpdaterConfig(max_root_rotations=256, targets_max_length=5_000_000),
            bootstrap=source.root,
        )
        if reference is not None:
            self._trusted_set.reference_time = max(self._trusted_set.reference_time, reference)

    def part(self, role: str) -> Any:
        """The verified signed part of ``role`` in this cycle, or ``None``."""
        try:
            return self._trusted_set[role]
        except KeyError:
            return None

    def keys_of(self, role: str) -> str:
        """Which keys sign ``role``: after a change of them an older version may be right."""
        parent = self.part("targets") if role in (MATTERS, DIRECTOR) else self.part("root")
        found = parent.get_delegated_role(role)
        text = json.dumps([sorted(found.keyids), found.threshold])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _persist_file(self, filename: str, data: bytes) -> None:
        path = Path(filename)
        try:
            if path.read_bytes() == data:
                return
        except OSError:
            pass
        if fault := write_whole(path, data):
            number = errno.ENOSPC if fault.code == "bundle.disk_full" else errno.EIO
            raise OSError(number, os.strerror(number), str(path))

    def _update_root_symlink(self) -> None:
        version = self._trusted_set.root.version
        known = Path(self._dir, "root_history", f"{version}.root.json").read_bytes()
        self._persist_file(str(Path(self._dir, "root.json")), known)


def look(
    source: Source, group: str, memory: Memory, fetcher: Fetcher, now: Callable[[], datetime]
) -> Verified | BundleFault:
    """One cycle: everything verified, nothing of it activated."""
    floor_time = clock_floor(memory)
    if now() < floor_time - CLOCK_TOLERANCE:
        return BundleFault("bundle.clock", f"the clock shows {now():%Y-%m-%d %H:%M}, it is later than that")
    try:
        updater = SafeUpdater(source, fetcher, floor_time)
        updater.refresh()
        assigned = _small(updater, source, f"assign/{group}.json")
        policy = _small(updater, source, POLICY)
    except tuf_errors.ExpiredMetadataError as error:
        return _expired(error, fetcher, now())
    except (tuf_errors.RepositoryError, tuf_errors.DownloadError, ValueError, OSError) as error:
        return fault_of(error)
    if isinstance(assigned, BundleFault):
        return assigned
    if isinstance(policy, BundleFault):
        return policy
    versions = {role: int(updater.part(role).version) for role in ROLES if updater.part(role) is not None}
    if fault := _check_marks(updater, versions, memory):
        return fault
    if fault := _check_time(updater, fetcher, memory, now()):
        return fault
    assignment = parse_assignment(assigned) if assigned is not None else None
    lowest = parse_policy(policy) if policy is not None else None
    if isinstance(assignment, BundleFault):
        return assignment
    if isinstance(lowest, BundleFault):
        return lowest
    if assignment is not None and assignment.group != group:
        return BundleFault("bundle.untrusted", "the assignment is another group's", permanent=True)
    floor = lowest.floor if lowest is not None else 1
    return Verified(assignment, floor, versions, fetcher.received, fetcher.asked)


def fetch_bundle(
    source: Source, assignment: Assignment, floor: int, path: Path, fetcher: Fetcher, memory: Memory
) -> BundleFault | None:
    """Download an assigned bundle to ``path``: approved by two people, not below the floor, whole, synced."""
    beside = path.with_name(f".new-{path.name}")
    try:
        updater = SafeUpdater(source, fetcher, clock_floor(memory))
        info = updater.get_targetinfo(assignment.bundle)
        fault = _unfit(updater, source, assignment, floor, info)
        if fault is not None or info is None:
            return fault
        if updater.find_cached_target(info, str(path)) is not None:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        updater.download_target(info, str(beside))
        sync_file(beside)
        beside.replace(path)
    except (tuf_errors.RepositoryError, tuf_errors.DownloadError, ValueError, OSError) as error:
        beside.unlink(missing_ok=True)
        return fault_of(error)
    return None


def clock_floor(memory: Memory) -> datetime:
    """No right clock shows less: the build, signatures that were verified, a server's word over TLS."""
    found = [BUILD_DATE]
    try:
        for told in json.loads(memory.get(CLOCK) or "{}").values():
            found.append(datetime.fromisoformat(told).astimezone(UTC))
    except (ValueError, TypeError, AttributeError, OverflowError):
        pass
    return max(found)


def trusted_versions(memory: Memory) -> dict[str, int]:
    """The greatest versions that were ever trusted; told with each heartbeat."""
    return {role: version for role, (version, _) in _marks(memory).items()}


def fault_of(error: Exception) -> BundleFault:
    """What the library's error means for a terminal."""
    cause = str(error)[:160]
    match error:
        case tuf_errors.ExpiredMetadataError():
            return BundleFault("bundle.expired", cause)
        case tuf_errors.BadVersionNumberError():
            return BundleFault("bundle.rolled_back", cause)
        case tuf_errors.DownloadLengthMismatchError():
            return BundleFault("bundle.tampered", "longer than it may be")
        case tuf_errors.LengthOrHashMismatchError():
            return BundleFault("bundle.tampered", cause)
        case tuf_errors.DownloadError():
            return BundleFault("bundle.unreachable", cause)
        case tuf_errors.RepositoryError():
            return BundleFault("bundle.untrusted", cause)
        case OSError():
            return disk_fault(error, str(error.filename or ""))
        case _:
            return BundleFault("bundle.untrusted", cause)


def _small(updater: SafeUpdater, source: Source, name: str) -> bytes | BundleFault | None:
    """A small target, from the disk if it is the one that is signed; ``None`` if there is none."""
    snapshot = updater.part("snapshot")
    role = MATTERS if name == POLICY else DIRECTOR
    if snapshot is not None and f"{role}.json" not in snapshot.meta:
        return None  # a repository that has nothing in it yet
    info = updater.get_targetinfo(name)
    if info is None:
        return None
    if info.length > MOST_SMALL_BYTES:
        return BundleFault("bundle.tampered", f"{name}: {info.length} bytes")
    path = source.folder / "small" / name.replace("/", "-")
    if updater.find_cached_target(info, str(path)) is None:
        beside = path.with_name(f".new-{path.name}")
        updater.download_target(info, str(beside))
        sync_file(beside)
        beside.replace(path)
    data = path.read_bytes()
    info.verify_length_and_hashes(data)
    return data


def _unfit(
    updater: SafeUpdater, source: Source, assignment: Assignment, floor: int, info: TargetFile | None
) -> BundleFault | None:
    """Whether an editor and an approver have signed the bundle, with this number, and it is in force."""
    matters = updater.part(MATTERS)
    listed = matters.targets.get(assignment.bundle) if isinstance(matters, Targets) else None
    if info is None or listed is None or listed.hashes != info.hashes:
        return BundleFault("bundle.not_approved", assignment.bundle[:90], permanent=True)
    written = parse_metadata((source.folder / f"{MATTERS}.json").read_bytes(), Targets)
    if isinstance(written, BundleFault):
        return written
    result = updater.part("targets").get_verification_result(
        MATTERS, written.signed_bytes, written.signatures
    )
    if not result or not both_offices(result.signed.values()):
        return BundleFault("bundle.not_approved", "an editor and an approver have to sign", permanent=True)
    if digest_of_name(assignment.bundle) != info.hashes.get("sha256"):
        return BundleFault("bundle.untrusted", "the name is not the digest", permanent=True)
    custom: Any = info.custom
    sequence = custom.get("sequence") if isinstance(custom, dict) else None
    if sequence != assignment.sequence:
        return BundleFault("bundle.untrusted", "another sequence is signed", permanent=True)
    if assignment.sequence < floor:
        cause = f"sequence {assignment.sequence}, the floor is {floor}"
        return BundleFault("bundle.below_floor", cause, permanent=True)
    if info.length > MOST_BUNDLE_BYTES:
        return BundleFault("bundle.too_large", f"{info.length} bytes", permanent=True)
    return None


def _marks(memory: Memory) -> dict[str, tuple[int, str]]:
    try:
        read = json.loads(memory.get(MARK) or "{}")
        return {str(role): (int(version), str(keys)) for role, (version, keys) in read.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _check_marks(updater: SafeUpdater, versions: Mapping[str, int], memory: Memory) -> BundleFault | None:
    """Nothing goes below what was trusted once, also when the folder of metadata was lost or put back."""
    known = _marks(memory)
    fresh: dict[str, tuple[int, str]] = dict(known)
    for role, version in versions.items():
        keys = updater.keys_of(role)
        before, before_keys = known.get(role, (0, keys))
        if version < before and (keys == before_keys or role == "root"):
            return BundleFault("bundle.rolled_back", f"{role} {version}, {before} was trusted already")
        fresh[role] = (version, keys)
    if fresh != known and not memory.put(MARK, json.dumps(fresh)):
        return BundleFault("bundle.disk", "what is trusted could not be written down")
    return None


def _check_time(updater: SafeUpdater, fetcher: Fetcher, memory: Memory, now: datetime) -> BundleFault | None:
    """Raise the floor of the clock; the timestamp key's word counts only as long as that key does.

    A word from the future is no floor: either this clock is wrong or the other one, and who corrects the
    other, or revokes a stolen key, has to be heard again.
    """
    keys = f"signed-{updater.keys_of('timestamp')}"
    told = {"date": fetcher.verified_time, keys: _signed_at(updater.part("timestamp"))}
    heard = {name: each for name, each in told.items() if each is not None}
    if heard and max(heard.values()) > now + CLOCK_TOLERANCE:
        other = max(heard.values())
        return BundleFault("bundle.clock", f"here {now:%Y-%m-%d %H:%M}, there {other:%Y-%m-%d %H:%M} UTC")
    try:
        known: dict[str, str] = dict(json.loads(memory.get(CLOCK) or "{}"))
    except (ValueError, TypeError):
        known = {}
    fresh = {name: each for name, each in known.items() if name in (keys, "date")}
    for name, each in heard.items():
        fresh[name] = max(fresh.get(name, ""), each.isoformat(timespec="hours"))
    if fresh != known:
        memory.put(CLOCK, json.dumps(fresh))
    return None


def _signed_at(timestamp: Any) -> datetime | None:
    try:
        signed = datetime.fromisoformat(str(timestamp.unrecognized_fields.get(SIGNED_AT, "")))
        return signed.astimezone(UTC) if signed <= timestamp.expires else None
    except (ValueError, TypeError, OverflowError):
        return None


def _expired(error: Exception, fetcher: Fetcher, now: datetime) -> BundleFault:
    told = fetcher.server_time
    if told is not None and abs(told - now) > CLOCK_TOLERANCE:
        return BundleFault(
            "bundle.clock", f"here {now:%Y-%m-%d %H:%M}, the server says {told:%Y-%m-%d %H:%M} UTC"
        )
    return BundleFault("bundle.expired", str(error)[:160])
