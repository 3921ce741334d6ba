"""What a repository holds, read from its folder and written back whole.

A repository is a static folder that any web server can serve as it is::

    metadata/   1.root.json ...  N.targets.json  N.matters.json  N.director.json  N.snapshot.json
                timestamp.json
    targets/    bundles/<sha256>.<sha256>.bundle  <sha256>.policy.json  assign/<sha256>.<group>.json

Everything new is written beside and renamed, ``timestamp.json`` last: who reads meanwhile, and who comes
after a power cut, sees the old state or the new one.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import disk_fault, write_whole
from kiosk.bundles.roles import DIRECTOR, MATTERS, both_offices, parse_metadata

METADATA, TARGETS = "metadata", "targets"
KEPT_VERSIONS: Final = 20  # of files that change often; somebody may be in the middle of reading
MOST_METADATA_BYTES: Final = 5_000_000
_ROOT: Final = re.compile(r"(\d+)\.root\.json")
_KINDS: Final[Mapping[str, type[Root | Targets | Snapshot | Timestamp]]] = {
    "root": Root,
    "targets": Targets,
    MATTERS: Targets,
    DIRECTOR: Targets,
    "snapshot": Snapshot,
    "timestamp": Timestamp,
}


@dataclass(frozen=True)
class State:
    """Signed metadata by role; empty for a repository that has not begun."""

    signed: Mapping[str, Metadata[Any]] = field(default_factory=dict)

    def get(self, role: str) -> Any:
        """The signed part of ``role``, or ``None``."""
        found = self.signed.get(role)
        return found.signed if found is not None else None

    def version(self, role: str) -> int:
        signed = self.get(role)
        return int(signed.version) if signed is not None else 0

    def with_(self, **changed: Metadata[Any]) -> State:
        return replace(self, signed={**self.signed, **changed})

    @property
    def begun(self) -> bool:
        return "root" in self.signed


def read_state(folder: Path) -> State | BundleFault:
    """The newest state in ``folder``; not verified, only well formed."""
    metadata = folder / METADATA
    try:
        numbers = [
            int(match.group(1))
            for name in (os.listdir(metadata) if metadata.is_dir() else ())
            if (match := _ROOT.fullmatch(name))
        ]
    except OSError as error:
        return disk_fault(error, str(metadata))
    if not numbers:
        return State()
    signed: dict[str, Metadata[Any]] = {}
    names = {"root": f"{max(numbers)}.root.json"}
    if (metadata / "timestamp.json").exists():
        names["timestamp"] = "timestamp.json"
    while names:
        role, name = names.popitem()
        loaded = _read(metadata / name, role)
        if isinstance(loaded, BundleFault):
            return loaded
        signed[role] = loaded
        if role == "timestamp":
            names["snapshot"] = f"{loaded.signed.snapshot_meta.version}.snapshot.json"
        elif role == "snapshot":
            for key, meta in loaded.signed.meta.items():
                names[key.removesuffix(".json")] = f"{meta.version}.{key}"
    return State(signed)


def _read(path: Path, role: str) -> Metadata[Any] | BundleFault:
    kind = _KINDS.get(role)
    if kind is None:
        return BundleFault("bundle.repository", f"an unknown role {role[:40]}", permanent=True)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_METADATA_BYTES + 1)
    except OSError as error:
        return BundleFault("bundle.repository", f"{path.name}: {error.strerror}", permanent=True)
    return parse_metadata(data, kind)


def missing_signature(before: State, after: State) -> BundleFault | None:
    """Whether every part of ``after`` is signed as it has to be, the root also as ``before`` demands."""
    root = after.get("root")
    if root is None:
        return BundleFault("bundle.repository", "there is no root", permanent=True)
    if fault := _root_fault(before, after):
        return fault
    targets = after.get("targets")
    for role, parent in (
        ("targets", root),
        (MATTERS, targets),
        (DIRECTOR, targets),
        ("snapshot", root),
        ("timestamp", root),
    ):
        found = after.signed.get(role)
        if found is None:
            continue
        result = parent.get_verification_result(role, found.signed_bytes, found.signatures)
        if not result:
            cause = f"{role}: {len(result.signed)} of {result.threshold} signatures"
            return BundleFault("bundle.unsigned", cause, permanent=True)
        if role == MATTERS and not both_offices(result.signed.values()):
            return BundleFault("bundle.unsigned", "an editor and an approver have to sign", permanent=True)
    return None


def _root_fault(before: State, after: State) -> BundleFault | None:
    old, new = before.get("root"), after.signed["root"]
    root: Root = new.signed
    if old is not None and root.version not in (old.version, old.version + 1):
        return BundleFault("bundle.stale", f"root {root.version} after {old.version}", permanent=True)
    previous = old if old is not None and old.version != root.version else None
    try:
        result = root.get_root_verification_result(previous, new.signed_bytes, new.signatures)
    except (ValueError, UnsignedMetadataError) as error:
        return BundleFault("bundle.unsigned", f"root: {error}"[:200], permanent=True)
    if not result.verified:
        missing = max(result.first.missing, result.second.missing)
        return BundleFault("bundle.unsigned", f"root: {missing} signatures are missing", permanent=True)
    return None


def meta_of(state: State) -> dict[str, MetaFile]:
    """What a snapshot says of the parts of ``state``; of what has not changed, what it said before."""
    snapshot = state.get("snapshot")
    known: Mapping[str, MetaFile] = snapshot.meta if snapshot is not None else {}
    made: dict[str, MetaFile] = {}
    for role in ("targets", MATTERS, DIRECTOR):
        if role in state.signed:
            name, version = f"{role}.json", state.version(role)
            before = known.get(name)
            if before is not None and before.version == version:
                made[name] = before
            else:
                made[name] = MetaFile.from_data(version, state.signed[role].to_bytes(), ["sha256"])
    return made


def write_state(
    folder: Path, before: State, after: State, targets: Mapping[str, bytes]
) -> BundleFault | None:
    """Write what is new: target files by name first, ``timestamp.json`` last."""
    for name, data in targets.items():
        path = folder / TARGETS / TargetFile.from_data(name, data).get_prefixed_paths()[0]
        if not path.exists() and (fault := write_whole(path, data)):
            return fault
    for role in ("root", "targets", MATTERS, DIRECTOR, "snapshot", "timestamp"):
        found = after.signed.get(role)
        if found is None or found is before.signed.get(role):
            continue
        name = "timestamp.json" if role == "timestamp" else f"{found.signed.version}.{role}.json"
        if fault := write_whole(folder / METADATA / name, found.to_bytes()):
            return fault
    _forget_old(folder / METADATA, after)
    return None


def _forget_old(metadata: Path, state: State) -> None:
    for role in ("snapshot", DIRECTOR):
        newest = state.version(role)
        for path in metadata.glob(f"*.{role}.json"):
            number = path.name.partition(".")[0]
            if number.isdecimal() and int(number) <= newest - KEPT_VERSIONS:
                path.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[BundleFault | None]:
    """One writer at a time, also of other processes; they wait for each other."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        yield disk_fault(error, str(folder))
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield None
    finally:
        os.close(handle)
