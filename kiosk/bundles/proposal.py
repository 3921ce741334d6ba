"""What is to be signed, as a folder that goes from desk to desk on a stick.

    proposal.json     what it is
    changes.txt       what is new, in plain words
    N.matters.json, N.targets.json, N.root.json   the metadata, with the signatures so far
    new.bundle, before.bundle                     the bundle, and the one that the changes are told against
    policy.json

Who signs needs no repository and no network: the bundle is checked against the digest that is signed, linted
again, and its change list is made again from both bundles.  Copies that were signed in two places are put
together when they are published.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError
from securesystemslib.signer import Signer
from tuf.api.exceptions import LengthOrHashMismatchError, UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from kiosk.bundles.archive import Bundle, read_bundle, unfold
from kiosk.bundles.changes import changes_between
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import disk_fault, make_whole_folder, write_whole
from kiosk.bundles.keys import KeyFile, label
from kiosk.bundles.manifest import visible
from kiosk.bundles.roles import (
    MATTERS,
    MOST_APPROVED,
    POLICY,
    Approved,
    Policy,
    approved_of,
    as_json,
    delegations,
    expiry,
    parse_metadata,
    parse_policy,
)
from kiosk.bundles.source import check_source, errors_of, read_source
from kiosk.bundles.state import State
from kiosk.matters.strict import Strict

DROPPED: Final = "不再可用的："
HEAD, CHANGES, NEW, BEFORE = "proposal.json", "changes.txt", "new.bundle", "before.bundle"
OFFLINE: Final[Mapping[str, type[Root | Targets]]] = {"root": Root, "targets": Targets, MATTERS: Targets}


class Head(Strict):
    """``kind``: ``bundle`` approves one, ``keys`` changes who may sign; ``made_at`` in UTC."""

    format: Literal[1] = 1
    kind: Literal["bundle", "keys"]
    made_at: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """``bundle`` and ``policy`` are there for a bundle; ``before`` unless it is the first."""

    head: Head
    signed: Mapping[str, Metadata[Any]]
    bundle: Bundle | None = None
    before: Bundle | None = None
    policy: Policy | None = None

    @property
    def change_list(self) -> str:
        """What a person reads before signing: of a bundle, nothing that its maker only says."""
        if self.bundle is None or self.policy is None:
            lines = (self.head.title, *self.head.lines, *self._who_counts())
            return "".join(f"{visible(line)}\n" for line in lines)
        matters = self.signed[MATTERS].signed if MATTERS in self.signed else None
        kept = _listed(matters, self.bundle.name) if matters is not None else ""
        lines = (
            f"批准配置包 {self.bundle.manifest.sequence}",
            f"序号 {self.bundle.manifest.sequence}；指纹 {self.bundle.digest}",
            f"最低可用序号（更低的终端不再接受）：{self.policy.floor}",
            f"此前批准、继续可用的：{kept or '无'}",
            *(line for line in self.head.lines if line.startswith(DROPPED)),
        )
        return "".join(f"{visible(line)}\n" for line in lines) + f"\n{self.bundle.manifest.change_list()}"

    def _who_counts(self) -> tuple[str, ...]:
        """The keys that count once this is published, from what is signed itself."""
        found = []
        for role, each in self.signed.items():
            if isinstance(each.signed, Root):
                keys = each.signed.keys
            elif each.signed.delegations is not None:
                keys = each.signed.delegations.keys
            else:
                found.append(f"批准的配置包：{_listed(each.signed) or '无'}")
                continue
            names = "、".join(f"{label(key)} {keyid[:12]}" for keyid, key in sorted(keys.items()))
            found.append(f"签名后有效的密钥（{role}）：{names}")
        return tuple(found)

    def targets(self) -> dict[str, bytes]:
        """The files that come with it, by name."""
        found: dict[str, bytes] = {}
        if self.bundle is not None:
            found[self.bundle.name] = self.bundle.data
        if self.policy is not None:
            found[POLICY] = self.policy.to_bytes()
        return found

    def signers(self, at_hand: Iterable[KeyFile] = ()) -> dict[str, tuple[str, ...]]:
        """Who has signed each part, by name and office where they are known."""
        known = {each.key.keyid: each.key for each in at_hand} | self._keys()
        return {
            role: tuple(label(known[keyid]) if keyid in known else keyid[:12] for keyid in each.signatures)
            for role, each in self.signed.items()
        }

    def _keys(self) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for each in self.signed.values():
            if isinstance(each.signed, Root):
                known |= each.signed.keys
            elif each.signed.delegations is not None:
                known |= each.signed.delegations.keys
        return known


def _listed(matters: Targets, without: str = "") -> str:
    """The bundles that it approves, as whoever has the repository can compare them."""
    rows = [each for each in approved_of(matters) if each.name != without]
    return "、".join(f"{each.sequence}（{each.digest[:12]}）" for each in rows)


def propose_bundle(
    state: State,
    bundle: Bundle,
    before: Bundle | None,
    floor: int,
    now: datetime,
    shown: Iterable[str] = (),
    above: int = 0,
) -> Proposal | BundleFault:
    """The next ``matters`` with ``bundle`` approved, unsigned.

    ``shown``: bundles that groups show, which stay approved whatever their age; ``floor``: the policy's,
    which never sinks; ``above``: the version that terminals trust already.
    """
    if not state.begun:
        return BundleFault("bundle.repository", "there is no root", permanent=True)
    old = state.get(MATTERS)
    listed: tuple[Approved, ...] = approved_of(old) if old is not None else ()
    newest = max((each.sequence for each in listed), default=0)
    if bundle.manifest.sequence <= newest:
        cause = f"sequence {bundle.manifest.sequence}, the newest is {newest}"
        return BundleFault("bundle.sequence", cause, permanent=True)
    floor = max(floor, bundle.manifest.floor)
    kept = [each for each in listed if each.sequence >= floor][: MOST_APPROVED - 1]
    kept += [each for each in listed if each.name in set(shown) and each not in kept]
    files = {each.name: old.targets[each.name] for each in kept}
    policy = Policy(floor=floor)
    files[POLICY] = TargetFile.from_data(POLICY, policy.to_bytes(), ["sha256"])
    target = TargetFile.from_data(bundle.name, bundle.data, ["sha256"])
    target.unrecognized_fields["custom"] = {
        "sequence": bundle.manifest.sequence,
        "content": bundle.manifest.content,
        "built_at": now.isoformat(),
    }
    files[bundle.name] = target
    version = max(state.version(MATTERS), above) + 1
    signed: Metadata[Any] = Metadata(Targets(version, None, expiry(MATTERS, now), files))
    dropped = [each for each in listed if each.name not in files]
    lines = (
        f"序号 {bundle.manifest.sequence}；指纹 {bundle.digest}",
        f"最低可用序号（更低的终端不再接受）：{floor}",
        f"此前批准、继续可用的：{'、'.join(str(each.sequence) for each in kept) or '无'}",
        *([f"{DROPPED}{'、'.join(str(each.sequence) for each in dropped)}"] if dropped else ()),
    )
    head = Head(
        kind="bundle",
        made_at=now.isoformat(),
        title=f"批准配置包 {bundle.manifest.sequence}",
        lines=lines,
    )
    return Proposal(head, {MATTERS: signed}, bundle, before, policy)


def write_proposal(folder: Path, proposal: Proposal) -> BundleFault | None:
    """As a folder, whole; one that is there and is no proposal is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / HEAD).is_file():
        return BundleFault("proposal.folder", f"{folder} holds something else", permanent=True)
    files = {
        HEAD: as_json(proposal.head.model_dump(mode="json")),
        CHANGES: proposal.change_list.encode(),
        **{f"{each.signed.version}.{role}.json": each.to_bytes() for role, each in proposal.signed.items()},
    }
    if proposal.bundle is not None:
        files[NEW] = proposal.bundle.data
    if proposal.before is not None:
        files[BEFORE] = proposal.before.data
    if proposal.policy is not None:
        files[POLICY] = proposal.policy.to_bytes()
    return make_whole_folder(folder, files)


def read_proposal(folder: Path) -> Proposal | BundleFault:
    """A proposal whose parts agree; who has signed it is not looked at here."""
    try:
        head = Head.model_validate_json((folder / HEAD).read_bytes())
        signed: dict[str, Metadata[Any]] = {}
        for path in sorted(folder.glob("*.*.json")):
            role = path.name.split(".")[1]
            if role not in OFFLINE:
                return BundleFault("proposal.malformed", path.name, permanent=True)
            loaded = parse_metadata(path.read_bytes(), OFFLINE[role])
            if isinstance(loaded, BundleFault):
                return loaded
            signed[role] = loaded
        policy = parse_policy((folder / POLICY).read_bytes()) if (folder / POLICY).is_file() else None
    except FileNotFoundError:
        return BundleFault("proposal.absent", f"{folder} holds no {HEAD}", permanent=True)
    except OSError as error:
        return disk_fault(error, str(folder))
    except (ValidationError, RecursionError):
        return BundleFault("proposal.malformed", HEAD, permanent=True)
    if isinstance(policy, BundleFault):
        return policy
    bundle = read_bundle(folder / NEW) if (folder / NEW).is_file() else None
    if isinstance(bundle, BundleFault):
        return bundle
    before = read_bundle(folder / BEFORE) if (folder / BEFORE).is_file() else None
    if isinstance(before, BundleFault):
        return before
    proposal = Proposal(head, signed, bundle, before, policy)
    return _disagreement(proposal) or proposal


def _disagreement(proposal: Proposal) -> BundleFault | None:
    """Whether the files are those that are signed."""
    matters = proposal.signed.get(MATTERS)
    for name, data in proposal.targets().items():
        target = matters.signed.targets.get(name) if matters is not None else None
        try:
            if target is None:
                return BundleFault("proposal.malformed", f"{name} is not what is signed", permanent=True)
            target.verify_length_and_hashes(data)
        except LengthOrHashMismatchError:
            return BundleFault("proposal.malformed", f"{name} is not what is signed", permanent=True)
    if proposal.head.kind == "bundle" and (proposal.bundle is None or proposal.policy is None):
        return BundleFault("proposal.malformed", "the bundle is missing", permanent=True)
    return None


def review(proposal: Proposal) -> BundleFault | None:
    """What a signer's machine checks by itself: lint again, and the change list made again."""
    bundle, before = proposal.bundle, proposal.before
    if bundle is None:
        return None
    with tempfile.TemporaryDirectory(prefix="kiosk-review-") as name:
        folder = Path(name) / "bundle"
        if fault := unfold(bundle, folder):
            return fault
        source = read_source(folder)
        if isinstance(source, BundleFault):
            return source
        if dict(source.files) != dict(bundle.files):
            return BundleFault("bundle.malformed", "it holds files that no folder gives", permanent=True)
        errors = errors_of(check_source(replace(source, folder=Path(bundle.name))))
    if errors:
        return BundleFault("bundle.lint", f"{len(errors)} errors: {errors[0].zh}", permanent=True)
    if bundle.manifest.before != (before.manifest.content if before is not None else ""):
        return BundleFault("proposal.changes", "told against another bundle", permanent=True)
    made = changes_between(before.files, bundle.files) if before is not None else ()
    if made != bundle.manifest.changes:
        return BundleFault("proposal.changes", "the list is not what has changed", permanent=True)
    return None


def smuggled(proposal: Proposal, state: State) -> BundleFault | None:
    """Whether it approves anything beside its own bundle that the repository does not hold already."""
    matters, known = proposal.signed.get(MATTERS), state.get(MATTERS)
    if matters is None:
        return None
    own, approved = proposal.targets(), known.targets if known is not None else {}
    for name, target in matters.signed.targets.items():
        if name not in own and approved.get(name) != target:
            return BundleFault("proposal.changes", f"{name[:80]} was never approved", permanent=True)
    if proposal.bundle is not None:
        before = proposal.before.name if proposal.before is not None else ""
        if before not in approved if before else len(approved_of(known) if known is not None else ()):
            return BundleFault("proposal.changes", "told against what was never approved", permanent=True)
    if matters.signed.delegations is not None:
        return BundleFault("proposal.changes", "it lets others approve", permanent=True)
    return None


def sign_proposal(
    folder: Path, key: KeyFile, signer: Signer, state: State | None = None
) -> tuple[str, ...] | BundleFault:
    """Add the signature of ``key`` to every part that it may sign; the parts.

    ``state``: the repository's, where it is at hand: then the key must be one that counts.
    """
    proposal = read_proposal(folder)
    if isinstance(proposal, BundleFault):
        return proposal
    if state is not None and (fault := smuggled(proposal, state)):
        return fault
    parts = [role for role in proposal.signed if _may_sign(key, role, proposal, state)]
    if not parts:
        cause = f"{key.name} ({key.office}) signs none of {', '.join(proposal.signed)}"
        return BundleFault("proposal.not_yours", cause, permanent=True)
    for role in parts:
        try:
            proposal.signed[role].sign(signer, append=True)
        except UnsignedMetadataError as error:
            return BundleFault("signing.failed", str(error)[:200])
    for role in parts:
        each = proposal.signed[role]
        if fault := write_whole(folder / f"{each.signed.version}.{role}.json", each.to_bytes()):
            return fault
    return tuple(parts)


def _may_sign(key: KeyFile, role: str, proposal: Proposal, state: State | None) -> bool:
    keyid = key.key.keyid
    if role == MATTERS:
        if key.office not in ("editor", "approver"):
            return False
        targets = proposal.signed["targets"].signed if "targets" in proposal.signed else None
        if targets is None and state is not None:
            targets = state.get("targets")
        return targets is None or keyid in delegations(targets)[1][MATTERS].keyids
    if key.office != "root":
        return False
    roots = [proposal.signed["root"].signed] if "root" in proposal.signed else []
    if state is not None and state.begun:
        roots.append(state.get("root"))
    # An old holder signs a new root, too: the root before has to agree to its successor.
    return not roots or role == "root" or any(keyid in root.roles["targets"].keyids for root in roots)


def merged(proposals: Sequence[Proposal]) -> Proposal | BundleFault:
    """Copies of one proposal, with the signatures of all of them."""
    first = proposals[0]
    for other in proposals[1:]:
        for role, each in other.signed.items():
            known = first.signed.get(role)
            if known is None or known.signed_bytes != each.signed_bytes:
                return BundleFault("proposal.different", "these are not copies of one", permanent=True)
            known.signatures.update(each.signatures)
    return first
