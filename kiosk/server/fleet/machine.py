"""The states of a rollout, and nothing but: no database, no clock, no network.

A rollout goes ring by ring.  A ring is over when everybody in it who is on has activated the bundle, passed
the self-test and soaked, and when the failures stayed below the limits; only then does the next ring begin.
Terminals that are off leave the count and catch up later; what fails then still counts against the limits.

    draft -> approved -> ring 0 -> soak 0 -> ring 1 -> ... -> done
                          |  halted (too many failures, or by hand) -> resumed, or rolled back

:func:`step` is what time does, the other functions are what people do.  Each gives the next state, or a code
of why not; ``Step.begins`` names the ring whose terminals are to be assigned now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    RING = "ring"  # terminals of the ring fetch, activate and test themselves
    SOAK = "soak"  # everybody has; now nothing may go wrong for the ring's soak time
    HALTED = "halted"
    DONE = "done"
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"  # it never began, or had halted and was given up


UNDER_WAY: Final = (Phase.RING, Phase.SOAK)
ENDED: Final = (Phase.DONE, Phase.ROLLED_BACK, Phase.WITHDRAWN)


@dataclass(frozen=True)
class Ring:
    """One or more groups of terminals that get the bundle at the same time."""

    groups: tuple[str, ...]
    soak_seconds: int = 3600


@dataclass(frozen=True)
class Limits:
    """When a rollout halts by itself, and how long anybody is waited for.

    ``failed_count``: at so many failures.  ``failed_share``: when of those who are through at least this
    share failed, once at least ``minimum`` are through.  Either may be ``None``.  ``timeout_seconds``: who
    is on and has not come through after so long has timed out, which is a failure.  ``grace_seconds``: who
    has not been seen for so long is off.
    """

    failed_count: int | None = None
    failed_share: float | None = 0.05
    minimum: int = 10
    timeout_seconds: int = 4 * 3600
    grace_seconds: int = 900


@dataclass(frozen=True)
class Tally:
    """How many terminals of one ring stand where.

    ``pending`` have not come through yet, ``healthy`` have and still soak; both without latecomers, who are
    waited for by nobody.  ``succeeded`` and ``failed`` are with them.
    """

    pending: int = 0
    healthy: int = 0
    succeeded: int = 0
    failed: int = 0
    off: int = 0

    @property
    def known(self) -> int:
        return self.pending + self.healthy + self.succeeded + self.failed + self.off


@dataclass(frozen=True)
class Rollout:
    """``since`` is when ``phase`` began, in seconds.  ``ring`` is -1 before the first one.

    ``forgiven_failed`` and ``forgiven_through``: what a person who resumed a halted rollout has seen; only
    what comes on top counts against the limits from then on.
    """

    rings: tuple[Ring, ...]
    limits: Limits = Limits()
    phase: Phase = Phase.DRAFT
    ring: int = -1
    paused: bool = False
    since: float = 0.0
    reason: str = ""  # why it halted: failed_count, failed_share, by_hand
    halted_in: Phase | None = None  # where it goes on when it is resumed
    forgiven_failed: int = 0
    forgiven_through: int = 0

    @property
    def started(self) -> tuple[int, ...]:
        """The rings whose terminals may have been assigned."""
        return tuple(range(self.ring + 1))

    @property
    def over(self) -> bool:
        return self.phase in ENDED


@dataclass(frozen=True)
class Step:
    """``begins``: the ring whose groups are to be assigned now."""

    rollout: Rollout
    begins: int | None = None


@dataclass(frozen=True)
class Refusal:
    """A person asked for what cannot be done now.  ``code`` is one of the fleet's problems."""

    code: str


WRONG_PHASE: Final = Refusal("rollout-wrong-phase")


# --- what people do -----------------------------------------------------------------------------------


def approve(rollout: Rollout, now: float) -> Step | Refusal:
    if rollout.phase is not Phase.DRAFT:
        return WRONG_PHASE
    return Step(replace(rollout, phase=Phase.APPROVED, since=now))


def start(rollout: Rollout, now: float) -> Step | Refusal:
    if rollout.phase is not Phase.APPROVED or not rollout.rings:
        return WRONG_PHASE
    return Step(replace(rollout, phase=Phase.RING, ring=0, since=now), begins=0)


def withdraw(rollout: Rollout, now: float) -> Step | Refusal:
    """One that has not begun; or one that has halted, to begin another with a corrected bundle."""
    if rollout.phase not in (Phase.DRAFT, Phase.APPROVED, Phase.HALTED):
        return WRONG_PHASE
    return Step(replace(rollout, phase=Phase.WITHDRAWN, since=now))


def pause(rollout: Rollout) -> Step | Refusal:
    """No further ring begins; the terminals of the present one go on."""
    if rollout.phase not in UNDER_WAY or rollout.paused:
        return WRONG_PHASE
    return Step(replace(rollout, paused=True))


def halt(rollout: Rollout, now: float) -> Step | Refusal:
    if rollout.phase not in UNDER_WAY:
        return WRONG_PHASE
    return Step(_halted(rollout, "by_hand", now))


def resume(rollout: Rollout, tallies: Mapping[int, Tally], now: float) -> Step | Refusal:
    """Go on after a pause, or after a halt: whoever does has seen the failures so far.

    A soak that was halted begins anew.
    """
    if rollout.phase in UNDER_WAY and rollout.paused:
        return Step(replace(rollout, paused=False))
    if rollout.phase is not Phase.HALTED or rollout.halted_in is None:
        return WRONG_PHASE
    failed, through = _counted(tallies)
    return Step(
        replace(
            rollout,
            phase=rollout.halted_in,
            halted_in=None,
            paused=False,
            since=now,
            reason="",
            forgiven_failed=failed,
            forgiven_through=through,
        )
    )


def roll_back(rollout: Rollout, now: float) -> Step | Refusal:
    """Out of every ring that had begun, also of one that is done."""
    if rollout.phase not in (*UNDER_WAY, Phase.HALTED, Phase.DONE):
        return WRONG_PHASE
    return Step(replace(rollout, phase=Phase.ROLLED_BACK, paused=False, since=now))


# --- what time does -----------------------------------------------------------------------------------


def step(rollout: Rollout, tallies: Mapping[int, Tally], now: float) -> Step:
    """Halt when too much has failed; else take at most one step on.

    ``tallies`` has every ring that has begun.  Failures of every one of them count, so that latecomers of an
    early ring can still halt a late one.
    """
    if rollout.phase not in UNDER_WAY:
        return Step(rollout)
    reason = _too_many(rollout, tallies)
    if reason:
        return Step(_halted(rollout, reason, now))
    if rollout.paused:
        return Step(rollout)
    tally = tallies.get(rollout.ring, Tally())
    if tally.pending or not _shown(rollout, tally):
        # Somebody has come back or been moved here: the soak waits for them, and begins anew.
        if rollout.phase is Phase.SOAK and tally.pending:
            return Step(replace(rollout, phase=Phase.RING, since=now))
        return Step(rollout)
    if rollout.phase is Phase.RING:
        return Step(replace(rollout, phase=Phase.SOAK, since=now))
    if tally.healthy or now - rollout.since < rollout.rings[rollout.ring].soak_seconds:
        return Step(rollout)
    if rollout.ring + 1 < len(rollout.rings):
        return Step(
            replace(rollout, phase=Phase.RING, ring=rollout.ring + 1, since=now), begins=rollout.ring + 1
        )
    return Step(replace(rollout, phase=Phase.DONE, since=now))


def _shown(rollout: Rollout, tally: Tally) -> bool:
    """The first ring is the proof: without one terminal that came through it nothing has been shown.
    In later rings everybody may be off."""
    return rollout.ring > 0 or tally.healthy + tally.succeeded > 0


def _too_many(rollout: Rollout, tallies: Mapping[int, Tally]) -> str:
    limits = rollout.limits
    failed, through = _counted(tallies)
    failed, through = failed - rollout.forgiven_failed, through - rollout.forgiven_through
    if limits.failed_count is not None and failed >= limits.failed_count:
        return "failed_count"
    enough = through >= max(1, limits.minimum)
    if limits.failed_share is not None and enough and failed > 0 and failed / through >= limits.failed_share:
        return "failed_share"
    return ""


def _counted(tallies: Mapping[int, Tally]) -> tuple[int, int]:
    """Failures, and everybody who is through."""
    failed = sum(tally.failed for tally in tallies.values())
    return failed, failed + sum(tally.healthy + tally.succeeded for tally in tallies.values())


def _halted(rollout: Rollout, reason: str, now: float) -> Rollout:
    return replace(rollout, phase=Phase.HALTED, halted_in=rollout.phase, reason=reason, since=now)
