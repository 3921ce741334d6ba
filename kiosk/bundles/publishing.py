"""From signed proposals to a repository, and the beginning of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata

from kiosk.bundles.fault import BundleFault
from kiosk.bundles.proposal import Head, Proposal, merged, read_proposal, smuggled
from kiosk.bundles.repository import OnlineKeys, Trusted, write_next
from kiosk.bundles.roles import MATTERS, People, first_root, first_targets, utc_now
from kiosk.bundles.state import State, locked, missing_signature, read_state


@dataclass(frozen=True)
class Published:
    """``bundle``: the name under which it can be assigned; ``versions``: of the roles, as they are now."""

    bundle: str | None
    sequence: int | None
    versions: Mapping[str, int]


def first_proposal(people: People, now: datetime) -> Proposal:
    """A repository's beginning, for the holders of the root keys to sign."""
    lines = (
        *(f"根密钥 {each.name}" for each in people.root),
        f"根密钥至少 {people.root_threshold} 人签名",
        *(f"编辑 {each.name}" for each in people.editors),
        *(f"审核 {each.name}" for each in people.approvers),
    )
    head = Head(kind="keys", made_at=now.isoformat(), title="建立配置包仓库", lines=lines)
    return Proposal(head, {"root": first_root(people, now), "targets": first_targets(people, now)})


def publish(
    repository: Path,
    proposals: Sequence[Path],
    online: OnlineKeys,
    now: datetime | None = None,
    resume_above: Trusted | None = None,
    days: Mapping[str, float] | None = None,
) -> Published | BundleFault:
    """Put signed proposals (copies of one) into the repository.

    ``bundle.unsigned`` when signatures are missing: then nothing has changed.  ``resume_above``: versions
    that terminals trust already, after the repository came from a backup.
    """
    read = [read_proposal(folder) for folder in proposals]
    whole: list[Proposal] = []
    for each in read:
        if isinstance(each, BundleFault):
            return each
        whole.append(each)
    proposal = merged(whole) if whole else BundleFault("proposal.absent", permanent=True)
    if isinstance(proposal, BundleFault):
        return proposal
    return publish_proposal(repository, proposal, online, now, resume_above, days)


def publish_proposal(
    repository: Path,
    proposal: Proposal,
    online: OnlineKeys,
    now: datetime | None = None,
    resume_above: Trusted | None = None,
    days: Mapping[str, float] | None = None,
) -> Published | BundleFault:
    """As :func:`publish`, of a proposal in memory."""
    now = now or utc_now()
    with locked(repository) as fault:
        before = fault or read_state(repository)
        if isinstance(before, BundleFault):
            return before
        if stale := _stale(before, proposal.signed):
            return stale
        if foreign := smuggled(proposal, before):
            return foreign
        if behind := _behind(before.with_(**proposal.signed), resume_above or {}):
            return behind
        failed = write_next(
            repository, before, proposal.signed, online, proposal.targets(), now, resume_above, days
        )
        after = failed or read_state(repository)
    if isinstance(after, BundleFault):
        return after
    return Published(
        proposal.bundle.name if proposal.bundle is not None else None,
        proposal.bundle.manifest.sequence if proposal.bundle is not None else None,
        {role: after.version(role) for role in after.signed},
    )


def resume(
    repository: Path, online: OnlineKeys, trusted: Trusted, now: datetime | None = None
) -> Published | BundleFault:
    """After a restore: sign what the online keys may sign above what terminals trust.

    ``bundle.behind`` when terminals trust a later list of approved bundles, or later rights to sign, than the
    backup holds: these have to be signed again by people (``kiosk bundle build --resume-above``).
    """
    now = now or utc_now()
    with locked(repository) as fault:
        state = fault or read_state(repository)
        if isinstance(state, BundleFault):
            return state
        if behind := _behind(state, trusted):
            return behind
        failed = write_next(repository, state, {}, online, {}, now, trusted)
        after = failed or read_state(repository)
    if isinstance(after, BundleFault):
        return after
    return Published(None, None, {role: after.version(role) for role in after.signed})


def ready_to_publish(repository: Path, folder: Path) -> bool:
    """Whether ``folder`` holds a proposal beyond what the repository has, signed by enough people."""
    proposal, state = read_proposal(folder), read_state(repository)
    if isinstance(proposal, BundleFault) or isinstance(state, BundleFault):
        return False
    if _stale(state, proposal.signed) is not None:
        return False
    return missing_signature(state, state.with_(**proposal.signed)) is None


def _behind(state: State, trusted: Trusted) -> BundleFault | None:
    """What people sign, and terminals trust a later version of."""
    behind = [
        f"{role} {state.version(role)} < {trusted[role]}"
        for role in ("root", "targets", MATTERS)
        if trusted.get(role, 0) > state.version(role)
    ]
    return BundleFault("bundle.behind", ", ".join(behind), permanent=True) if behind else None


def _stale(state: State, signed: Mapping[str, Metadata[Any]]) -> BundleFault | None:
    """A proposal that something else has overtaken, or that is published already."""
    for role, each in signed.items():
        if each.signed.version <= state.version(role):
            cause = f"{role} {each.signed.version}, the repository has {state.version(role)}"
            return BundleFault("bundle.stale", cause, permanent=True)
    return None
