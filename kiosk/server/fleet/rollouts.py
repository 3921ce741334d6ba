"""Rollouts: what people do with them, and how they stand.

Two persons: whoever drafts a rollout does not approve it.  One rollout at a time: the next one starts when
the last is done, rolled back or withdrawn.  A rollback is a rollout, too: every group goes forward to the
bundle it had before, under a new assignment, all at once.

Refusals are problems: ``rollout-unknown``, ``rollout-wrong-phase`` (not from where it stands now),
``rollout-same-person``, ``rollout-another`` (one is under way), ``rollout-ring-empty`` (the first ring has no
terminal), ``rollout-groups`` (no ring, or a group twice), ``rollout-changed`` (somebody else was faster; look
again), ``rollout-nothing-before`` (there is no earlier bundle to go back to), ``rollout-superseded`` (its
groups have been given something newer), ``bundle-unknown`` and
``bundle-below-floor``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, func, select

from kiosk.server.fleet import machine, rings, stored
from kiosk.server.fleet.context import BundleInfo, DirectorError, Fleet, seconds_of
from kiosk.server.fleet.machine import Limits, Phase, Refusal, Ring, Step, Tally
from kiosk.server.fleet.registry import check_group
from kiosk.server.fleet.stored import Kept
from kiosk.server.fleet.tables import assignments, progress, rollouts, steps, targets, terminals
from kiosk.server.problems import ProblemError

PAGE: Final = 100
USUAL: Final = Limits()


@dataclass(frozen=True)
class RolloutPage:
    """A rollout as it stands.

    ``state.phase``, ``state.ring``, ``state.paused`` and ``state.reason`` say where it is; ``statuses``
    counts terminals by ring and status (``progress.Status``); ``tallies`` is what it is decided by.
    """

    id: int
    title: str
    bundle: str
    state: machine.Rollout
    author: str
    approver: str
    created_at: str
    ended_at: str | None
    rolls_back: int | None
    tallies: Mapping[int, Tally] = field(default_factory=dict)
    statuses: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    @property
    def may(self) -> frozenset[str]:
        """What can be done with it now: approve, start, withdraw, pause, resume, halt, roll_back."""
        found = _may(self.state)
        return found - {"roll_back"} if self.rolls_back is not None else found


@dataclass(frozen=True)
class StepTaken:
    """One line of what became of a rollout.  ``by`` is empty where time did it."""

    at: str
    by: str
    kind: str  # drafted, approved, ring, soak, paused, resumed, halted, done, rolled_back, withdrawn
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """One terminal in a rollout.  Times are empty where nothing was told."""

    terminal_id: str
    hall: str
    ring: int
    status: str  # progress.Status
    late: bool
    attempt: int
    assigned_at: str
    downloaded_at: str
    activated_at: str
    tested_at: str
    soaked_at: str
    failed_at: str
    reason: str


# --- what people do -----------------------------------------------------------------------------------


def bundles(fleet: Fleet) -> Sequence[BundleInfo]:
    """The approved bundles that may be rolled out, the newest first."""
    found, floor = _approved(fleet)
    return [each for each in found if each.sequence >= floor]


def draft(
    fleet: Fleet, title: str, bundle: str, plan: Sequence[Ring], author: str, limits: Limits = USUAL
) -> RolloutPage:
    """A rollout of an approved bundle, ring by ring.  Nothing happens yet."""
    _check_bundle(fleet, bundle)
    named = [group for ring in plan for group in ring.groups]
    if not named or len(set(named)) != len(named) or not all(ring.groups for ring in plan):
        raise ProblemError("rollout-groups")
    for group in named:
        check_group(group)
    state = machine.Rollout(tuple(plan), limits, since=seconds_of(fleet.now()))
    made = 0
    with fleet.acting(lambda: made) as connection:
        made = stored.add(connection, fleet.now(), title, bundle, state, author)
        stored.take_step(connection, made, fleet.now(), author, "drafted", {"bundle": bundle})
    return _page(fleet, made)


def approve(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    """By somebody else than its author."""

    def allowed(_: Connection, kept: Kept) -> None:
        if kept.author == by:
            raise ProblemError("rollout-same-person")

    return _do(fleet, rollout_id, by, "approved", lambda kept, now: machine.approve(kept.state, now), allowed)


def start(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    """Ring 0 begins: its groups are assigned the bundle."""

    def allowed(connection: Connection, kept: Kept) -> None:
        stored.alone(connection)
        under_way = select(rollouts.c.id).where(
            rollouts.c.phase.in_([Phase.RING, Phase.SOAK, Phase.HALTED]), rollouts.c.id != rollout_id
        )
        if connection.execute(under_way).first() is not None:
            raise ProblemError("rollout-another")
        _check_bundle(fleet, kept.bundle)
        there = select(func.count()).where(
            terminals.c.group.in_(kept.state.rings[0].groups), terminals.c.retired_at.is_(None)
        )
        if not connection.execute(there).scalar_one():
            raise ProblemError("rollout-ring-empty")

    return _do(fleet, rollout_id, by, "ring", lambda kept, now: machine.start(kept.state, now), allowed)


def withdraw(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    """Away with one that has not started; or with one that has halted, so that another can begin.  What its
    rings were given stays given."""
    return _do(fleet, rollout_id, by, "withdrawn", lambda kept, now: machine.withdraw(kept.state, now))


def pause(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    """No further ring begins until it is resumed.  Terminals of the present ring go on."""
    return _do(fleet, rollout_id, by, "paused", lambda kept, now: machine.pause(kept.state))


def halt(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    return _do(fleet, rollout_id, by, "halted", lambda kept, now: machine.halt(kept.state, now))


def resume(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    """After a pause, or after a halt: the failures so far were looked at and count no more."""

    def move(kept: Kept, now: float) -> Step | Refusal:
        with fleet.engine.connect() as connection:
            tallies = stored.tallies(connection, rollout_id)
        return machine.resume(kept.state, tallies, now)

    return _do(fleet, rollout_id, by, "resumed", move)


def roll_back(fleet: Fleet, rollout_id: int, by: str) -> RolloutPage:
    """One tap: every group that was reached goes forward to the bundle it had before.  The new rollout, which
    is under way at once."""
    now = fleet.now()
    with fleet.acting() as connection:
        kept = stored.read(connection, rollout_id, for_update=True)
        if kept is None:
            raise ProblemError("rollout-unknown")
        step = machine.roll_back(kept.state, seconds_of(now))
        if isinstance(step, Refusal):
            raise ProblemError(step.code)
        if kept.rolls_back is not None:
            raise ProblemError("rollout-wrong-phase")
        before = _before(connection, rollout_id)
        if not before:
            raise ProblemError("rollout-superseded")
        back = {group: bundle for group, bundle in before.items() if bundle}
        if not back:
            raise ProblemError("rollout-nothing-before")
        stored.change(connection, kept, step.rollout, now)
        stored.take_step(connection, rollout_id, now, by, "rolled_back", {})
        rings.settle_halted(connection, rollout_id, now)
        plan = (Ring(tuple(sorted(back)), soak_seconds=0),)
        limits = Limits(None, None, timeout_seconds=kept.state.limits.timeout_seconds)
        state = machine.Rollout(plan, limits, Phase.APPROVED)
        title = f"回退 Rollback: {kept.title}"[:200]
        made = stored.add(connection, now, title, "", state, by, rolls_back=rollout_id)
        left = sorted(set(before) - set(back))
        stored.take_step(connection, made, now, by, "ring", {"ring": 0, "nothing_before": left})
        begun = machine.start(state, seconds_of(now))
        assert isinstance(begun, Step)
        new = stored.read(connection, made)
        assert new is not None
        stored.change(connection, new, begun.rollout, now)
        rings.begin(connection, new, begun.rollout, 0, back, now)
    return _page(fleet, made)


# --- how they stand -----------------------------------------------------------------------------------


def listed(fleet: Fleet, limit: int = PAGE) -> list[RolloutPage]:
    """The newest first, without counts."""
    with fleet.engine.connect() as connection:
        return [_shown(kept) for kept in stored.newest(connection, limit)]


def under_way(fleet: Fleet) -> RolloutPage | None:
    """The one that is going on or has halted, with its counts."""
    with fleet.engine.connect() as connection:
        found = stored.under_way(connection)
    return _page(fleet, found[-1].id) if found else None


def one(fleet: Fleet, rollout_id: int) -> RolloutPage:
    return _page(fleet, rollout_id)


def history(fleet: Fleet, rollout_id: int) -> list[StepTaken]:
    """What became of it, the oldest first."""
    wanted = select(steps).where(steps.c.rollout_id == rollout_id).order_by(steps.c.id)
    with fleet.engine.connect() as connection:
        return [StepTaken(row.at, row.by, row.kind, dict(row.detail)) for row in connection.execute(wanted)]


def members(
    fleet: Fleet,
    rollout_id: int,
    *,
    ring: int | None = None,
    statuses: Iterable[str] = (),
    after: str = "",
    limit: int = PAGE,
) -> list[Member]:
    """Terminals of a rollout by id; ``after``: the last one of the page before."""
    wanted = (
        select(progress, terminals.c.hall)
        .join(terminals, terminals.c.id == progress.c.terminal_id)
        .where(progress.c.rollout_id == rollout_id, progress.c.terminal_id > after)
    )
    if ring is not None:
        wanted = wanted.where(progress.c.ring == ring)
    if named := list(statuses):
        wanted = wanted.where(progress.c.status.in_(named))
    with fleet.engine.connect() as connection:
        rows = connection.execute(wanted.order_by(progress.c.terminal_id).limit(limit)).all()
    return [
        Member(
            row.terminal_id,
            row.hall,
            row.ring,
            row.status,
            row.late,
            row.attempt,
            row.assigned_at,
            row.downloaded_at,
            row.activated_at,
            row.tested_at,
            row.soaked_at,
            row.failed_at or row.rejected_at,
            row.reason,
        )
        for row in rows
    ]


# --- within -------------------------------------------------------------------------------------------


def _do(
    fleet: Fleet,
    rollout_id: int,
    by: str,
    kind: str,
    move: Callable[[Kept, float], Step | Refusal],
    allowed: Callable[[Connection, Kept], None] = lambda connection, kept: None,
) -> RolloutPage:
    now = fleet.now()
    with fleet.engine.connect() as connection:
        kept = stored.read(connection, rollout_id)
    if kept is None:
        raise ProblemError("rollout-unknown")
    step = move(kept, seconds_of(now))
    if isinstance(step, Refusal):
        raise ProblemError(step.code)
    with fleet.acting() as connection:
        allowed(connection, kept)
        approver = by if kind == "approved" else None
        if not stored.change(connection, kept, step.rollout, now, approver):
            raise ProblemError("rollout-changed")
        detail: dict[str, Any] = {}
        if step.begins is not None:
            rings.begin(connection, kept, step.rollout, step.begins, None, now)
            detail = {"ring": step.begins}
        stored.take_step(connection, rollout_id, now, by, kind, detail)
        if kind in ("resumed", "withdrawn"):
            rings.settle_halted(connection, rollout_id, now)
    return _page(fleet, rollout_id)


def _check_bundle(fleet: Fleet, bundle: str) -> None:
    if fleet.director is None:
        return
    approved, floor = _approved(fleet)
    known = {each.id: each for each in approved}
    if bundle not in known:
        raise ProblemError("bundle-unknown")
    if known[bundle].sequence < floor:
        raise ProblemError("bundle-below-floor")


def _approved(fleet: Fleet) -> tuple[Sequence[BundleInfo], int]:
    if fleet.director is None:
        return (), 0
    try:
        return fleet.director.bundles(), fleet.director.floor()
    except DirectorError as error:
        raise ProblemError("repository-unavailable") from error


def _before(connection: Connection, rollout_id: int) -> dict[str, str]:
    """What each group had that the rollout has reached, and that nothing newer has reached since."""
    wanted = (
        select(targets.c.group, targets.c.previous)
        .join(assignments, assignments.c.group == targets.c.group)
        .where(targets.c.rollout_id == rollout_id, assignments.c.rollout_id == rollout_id)
    )
    return {str(group): str(previous) for group, previous in connection.execute(wanted)}


def _may(state: machine.Rollout) -> frozenset[str]:
    found = set()
    if state.phase is Phase.DRAFT:
        found |= {"approve", "withdraw"}
    if state.phase is Phase.APPROVED:
        found |= {"start", "withdraw"}
    if state.phase in machine.UNDER_WAY:
        found |= {"resume" if state.paused else "pause", "halt", "roll_back"}
    if state.phase is Phase.HALTED:
        found |= {"resume", "roll_back", "withdraw"}
    if state.phase is Phase.DONE:
        found.add("roll_back")
    return frozenset(found)


def _page(fleet: Fleet, rollout_id: int) -> RolloutPage:
    with fleet.engine.connect() as connection:
        kept = stored.read(connection, rollout_id)
        if kept is None:
            raise ProblemError("rollout-unknown")
        statuses = stored.statuses(connection, rollout_id)
        tallies = stored.tallies(connection, rollout_id)
    return _shown(kept, tallies, statuses)


def _shown(
    kept: Kept,
    tallies: Mapping[int, Tally] | None = None,
    statuses: Mapping[int, Mapping[str, int]] | None = None,
) -> RolloutPage:
    return RolloutPage(
        kept.id,
        kept.title,
        kept.bundle,
        kept.state,
        kept.author,
        kept.approver,
        kept.created_at,
        kept.ended_at,
        kept.rolls_back,
        tallies or {},
        statuses or {},
    )
