"""One terminal in a rollout: what it has told, and where that puts it.  Pure.

Reports may come twice, late and in any order.  So they are facts that only ever add up: whatever the order,
the same reports give the same :class:`Facts`.  A terminal that tries again counts its attempts, and only the
last attempt counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final


class Told(StrEnum):
    """What a terminal reports about one bundle."""

    DOWNLOADED = "downloaded"
    ACTIVATED = "activated"
    SELF_TESTED = "self_tested"  # passed
    SOAKED = "soaked"
    FAILED = "failed"  # the self-test, the activation, or later: it has gone back to its last good bundle
    REJECTED = "rejected"  # it does not take this bundle at all: signature, floor, space


class Status(StrEnum):
    ASSIGNED = "assigned"
    DOWNLOADED = "downloaded"
    ACTIVATED = "activated"
    HEALTHY = "healthy"  # activated and self-tested; it soaks
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    OFF = "off"  # not seen for longer than the grace time


AGAIN_SECONDS: Final = 30.0
PENDING: Final = (Status.ASSIGNED, Status.DOWNLOADED, Status.ACTIVATED)
FAILURES: Final = (Status.FAILED, Status.REJECTED, Status.TIMED_OUT)


@dataclass(frozen=True)
class Facts:
    """Times are ISO 8601 in UTC, as the platform heard of it first; empty: not told."""

    attempt: int = 0
    downloaded_at: str = ""
    activated_at: str = ""
    tested_at: str = ""
    soaked_at: str = ""
    failed_at: str = ""
    rejected_at: str = ""
    reason: str = ""


_FIELD: Final = {
    Told.DOWNLOADED: "downloaded_at",
    Told.ACTIVATED: "activated_at",
    Told.SELF_TESTED: "tested_at",
    Told.SOAKED: "soaked_at",
    Told.FAILED: "failed_at",
    Told.REJECTED: "rejected_at",
}


def add(facts: Facts, told: Told, at: str, attempt: int = 1, reason: str = "") -> Facts:
    """``facts`` with one more report.  The earliest time of each fact stays, and the first reason by
    order."""
    if attempt < facts.attempt:
        return facts
    if attempt > facts.attempt:
        facts = Facts(attempt=attempt)
    name = _FIELD[told]
    before = getattr(facts, name)
    earliest: dict[str, Any] = {name: min(before, at) if before else at}
    facts = replace(facts, **earliest)
    if told in (Told.FAILED, Told.REJECTED) and reason:
        facts = replace(facts, reason=min(facts.reason, reason) if facts.reason else reason)
    return facts


def status_of(facts: Facts, timed_out: bool = False, soaked: bool = False) -> Status:
    """``timed_out`` and ``soaked`` are what the clock says: a terminal's own trial may be shorter than the
    ring's soak.  A failure stays one until the next attempt."""
    if facts.rejected_at:
        return Status.REJECTED
    if facts.failed_at:
        return Status.FAILED
    if facts.activated_at and facts.tested_at:
        return Status.SUCCEEDED if soaked else Status.HEALTHY
    if timed_out:
        return Status.TIMED_OUT
    if facts.activated_at:
        return Status.ACTIVATED
    return Status.DOWNLOADED if facts.downloaded_at else Status.ASSIGNED


@dataclass(frozen=True)
class Standing:
    """A terminal in a rollout.  ``late``: nobody waits for it.  Times are seconds since the epoch.

    ``healthy_since``: activated and self-tested; ``check_at``: when the clock may change something, ``None``
    when it cannot.
    """

    status: Status
    late: bool
    assigned_at: float
    healthy_since: float | None = None
    check_at: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Seen:
    """The last heartbeat: when, and which bundle was active (empty: it did not say)."""

    at: float
    bundle: str = ""


def checked(
    standing: Standing,
    facts: Facts,
    seen: Seen | None,
    bundle: str,
    now: float,
    *,
    timeout: float,
    grace: float,
    soak: float,
) -> Standing:
    """What the clock makes of it at ``now``: off, back again, timed out, soaked, or nothing new."""
    off = seen is None or now - seen.at > grace
    status = standing.status
    if status is Status.OFF:
        if off:
            return replace(standing, check_at=now + grace)
        status = status_of(facts)
        standing = replace(standing, status=status, assigned_at=now)
    elif off and status in (*PENDING, Status.HEALTHY):
        return replace(standing, status=Status.OFF, late=True, check_at=now + grace)
    if status in PENDING:
        if now - standing.assigned_at >= timeout:
            return replace(standing, status=Status.TIMED_OUT, check_at=None, reason="timed_out")
        assert seen is not None
        next_look = min(standing.assigned_at + timeout, seen.at + grace + 1)
        return replace(standing, check_at=max(next_look, now + 1))
    if status is Status.HEALTHY:
        return _soaking(standing, seen, bundle, now, grace, soak)
    return replace(standing, check_at=None)


def _soaking(
    standing: Standing, seen: Seen | None, bundle: str, now: float, grace: float, soak: float
) -> Standing:
    """It has soaked when it was still heard of, with this bundle, after the soak time."""
    assert seen is not None
    began = standing.healthy_since if standing.healthy_since is not None else now
    if seen.at < began + soak:
        # Soaked, but not heard of since: its next call is waited for, and not asked after every second.
        due = min(began + soak, seen.at + grace) + 1
        again = now + max(1.0, min(AGAIN_SECONDS, soak / 4))
        return replace(standing, check_at=due if due > now else again)
    if seen.bundle and seen.bundle != bundle:
        return replace(standing, status=Status.FAILED, check_at=None, reason="went_back")
    return replace(standing, status=Status.SUCCEEDED, check_at=None)
