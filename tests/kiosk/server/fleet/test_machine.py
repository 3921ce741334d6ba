"""What never happens in a rollout, whatever terminals, people and time do; and what always does."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.server.fleet import machine
from kiosk.server.fleet.machine import Limits, Phase, Refusal, Ring, Rollout, Step, Tally
from kiosk.server.fleet.progress import (
    FAILURES,
    PENDING,
    Facts,
    Seen,
    Standing,
    Status,
    Told,
    add,
    checked,
    status_of,
)

PLAN = (Ring(("pilot",), 100), Ring(("hall",), 50), Ring(("city", "county"), 0))
LIMITS = Limits(failed_count=3, failed_share=0.5, minimum=4)
HEALTHY_FACTS = Facts(1, "1", "1", "1")


class Fleet(RuleBasedStateMachine):
    """Three rings of four terminals, that do what they like; people who do what they like; and time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.rollout = Rollout(PLAN, LIMITS)
        self.assigned: set[int] = set()
        self.rings = [dict.fromkeys(range(4), Status.ASSIGNED) for _ in PLAN]
        self.soaked_rings: set[int] = set()
        self.soak_began = 0.0

    @initialize()
    def begin(self) -> None:
        self.take(machine.approve(self.rollout, self.now))
        self.take(machine.start(self.rollout, self.now))

    def take(self, step: Step | Refusal) -> None:
        if isinstance(step, Refusal):
            return
        before, self.rollout = self.rollout, step.rollout
        if step.begins is not None:
            assert step.begins not in self.assigned
            self.assigned.add(step.begins)
        if before.phase is Phase.SOAK and self.rollout.ring > before.ring:
            self.soaked_rings.add(before.ring)
            assert self.now - self.soak_began >= PLAN[before.ring].soak_seconds
            assert not self.count(before.ring).healthy and not self.count(before.ring).pending
        if self.rollout.phase is Phase.SOAK and before.phase is not Phase.SOAK:
            self.soak_began = self.now

    def count(self, ring: int) -> Tally:
        statuses = list(self.rings[ring].values())
        return Tally(
            pending=sum(each in PENDING for each in statuses),
            healthy=statuses.count(Status.HEALTHY),
            succeeded=statuses.count(Status.SUCCEEDED),
            failed=sum(each in FAILURES for each in statuses),
            off=statuses.count(Status.OFF),
        )

    def tallies(self) -> dict[int, Tally]:
        return {ring: self.count(ring) for ring in self.rollout.started}

    @rule(ring=st.integers(0, 2), which=st.integers(0, 3), status=st.sampled_from(Status))
    def a_terminal_does_something(self, ring: int, which: int, status: Status) -> None:
        if ring in self.assigned:
            self.rings[ring][which] = status

    @rule(ring=st.integers(0, 2), status=st.sampled_from([Status.HEALTHY, Status.SUCCEEDED]))
    def everybody_is_well(self, ring: int, status: Status) -> None:
        if ring in self.assigned:
            self.rings[ring] = dict.fromkeys(self.rings[ring], status)

    @rule(seconds=st.sampled_from([1, 49, 50, 100, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        self.take(machine.step(self.rollout, self.tallies(), self.now))

    @rule()
    def somebody_pauses(self) -> None:
        self.take(machine.pause(self.rollout))

    @rule()
    def somebody_resumes(self) -> None:
        before = self.rollout
        self.take(machine.resume(self.rollout, self.tallies(), self.now))
        if before.phase is Phase.HALTED and self.rollout.phase is Phase.SOAK:
            self.soak_began = self.now

    @rule()
    def somebody_halts(self) -> None:
        self.take(machine.halt(self.rollout, self.now))

    @precondition(lambda self: self.rollout.ring == len(PLAN) - 1)
    @rule()
    def somebody_rolls_back(self) -> None:
        self.take(machine.roll_back(self.rollout, self.now))

    @invariant()
    def never_more_than_what_has_soaked_and_one_ring(self) -> None:
        assert self.assigned == set(range(len(self.assigned)))
        assert self.assigned == set(self.rollout.started)
        assert set(range(len(self.assigned) - 1)) <= self.soaked_rings

    @invariant()
    def halted_or_over_nothing_moves_by_itself(self) -> None:
        if self.rollout.phase not in machine.UNDER_WAY:
            assert machine.step(self.rollout, self.tallies(), self.now + 10**9).rollout == self.rollout

    @invariant()
    def a_step_taken_twice_is_one(self) -> None:
        once = machine.step(self.rollout, self.tallies(), self.now)
        if once.rollout == self.rollout:
            assert once.begins is None

    @invariant()
    def too_many_failures_never_go_on(self) -> None:
        failed = sum(tally.failed for tally in self.tallies().values()) - self.rollout.forgiven_failed
        if self.rollout.phase in machine.UNDER_WAY and failed >= 3:
            assert machine.step(self.rollout, self.tallies(), self.now).rollout.phase is Phase.HALTED


TestFleet = Fleet.TestCase
TestFleet.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def under_way(**changed: object) -> Rollout:
    begun = Rollout(PLAN, Limits(failed_count=None, failed_share=0.5, minimum=4), Phase.RING, 0)
    return replace(begun, **changed)  # type: ignore[arg-type]


def test_a_share_counts_only_when_enough_are_through() -> None:
    three = machine.step(under_way(), {0: Tally(pending=9, failed=3)}, 1)
    assert three.rollout.phase is Phase.RING
    four = machine.step(under_way(), {0: Tally(pending=8, failed=2, healthy=2)}, 1)
    assert (four.rollout.phase, four.rollout.reason) == (Phase.HALTED, "failed_share")
    fewer = machine.step(under_way(), {0: Tally(pending=5, failed=2, succeeded=5)}, 1)
    assert fewer.rollout.phase is Phase.RING


def test_a_latecomer_of_the_first_ring_halts_the_last() -> None:
    late = under_way(ring=2, limits=Limits(failed_count=1))
    halted = machine.step(late, {0: Tally(succeeded=9, failed=1), 1: Tally(succeeded=9), 2: Tally(9)}, 1)
    assert halted.rollout.phase is Phase.HALTED


def test_somebody_who_comes_into_a_soaking_ring_is_waited_for() -> None:
    soaking = under_way(phase=Phase.SOAK)
    assert machine.step(soaking, {0: Tally(pending=1, healthy=3)}, 1).rollout.phase is Phase.RING


def test_what_people_may_do_depends_on_where_it_stands() -> None:
    draft = Rollout(PLAN)
    for refused in (
        machine.start(draft, 0),
        machine.pause(draft),
        machine.halt(draft, 0),
        machine.resume(draft, {}, 0),
        machine.roll_back(draft, 0),
        machine.approve(under_way(), 0),
        machine.withdraw(under_way(), 0),
        machine.start(Rollout((), phase=Phase.APPROVED), 0),
    ):
        assert refused == machine.WRONG_PHASE


# --- one terminal -------------------------------------------------------------------------------------

REPORTS = st.lists(
    st.tuples(
        st.sampled_from(Told),
        st.sampled_from(["t1", "t2", "t3"]),
        st.integers(1, 3),
        st.sampled_from(["", "space", "paper"]),
    ),
    max_size=5,
)


def told_in(order: list[tuple[Told, str, int, str]]) -> Facts:
    facts = Facts()
    for told, at, attempt, reason in order:
        facts = add(facts, told, at, attempt, reason)
    return facts


@settings(deadline=None, max_examples=150)
@given(REPORTS)
def test_in_whatever_order_and_however_often_reports_come_they_say_the_same(
    reports: list[tuple[Told, str, int, str]],
) -> None:
    expected = told_in(reports)
    for order in list(permutations(reports))[:24]:
        assert told_in([*order, *order[:2]]) == expected


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(Status),
    st.booleans(),
    st.sampled_from([Facts(), Facts(1, "1"), HEALTHY_FACTS]),
    st.none() | st.tuples(st.integers(0, 5000), st.sampled_from(["", "new", "old"])),
    st.integers(0, 5000),
)
def test_the_clock_settles_everybody(
    status: Status, late: bool, facts: Facts, seen: tuple[int, str] | None, since: int
) -> None:
    """Whoever is neither through nor off is looked at again; who is off never counts as through."""
    now = 5000.0
    standing = Standing(status, late, float(since), float(since))
    told = Seen(float(seen[0]), seen[1]) if seen else None
    after = checked(standing, facts, told, "new", now, timeout=1000, grace=300, soak=200)
    through = after.status in (*FAILURES, Status.SUCCEEDED)
    assert (after.check_at is None) == through
    assert after.check_at is None or after.check_at > now
    if status in (*PENDING, Status.HEALTHY, Status.OFF) and (told is None or now - told.at > 300):
        assert after.status is Status.OFF
    if after.status is Status.SUCCEEDED and status is not Status.SUCCEEDED:
        assert told is not None and told.at >= since + 200 and told.bundle in ("", "new")
    assert not late or after.late


def test_success_is_activated_and_tested_and_soaked() -> None:
    activated = add(Facts(), Told.ACTIVATED, "1")
    assert status_of(activated, soaked=True) is Status.ACTIVATED
    assert status_of(add(Facts(), Told.SELF_TESTED, "1"), soaked=True) is Status.ASSIGNED
    tested = add(activated, Told.SELF_TESTED, "2")
    assert status_of(tested) is Status.HEALTHY and status_of(tested, soaked=True) is Status.SUCCEEDED
    assert status_of(add(tested, Told.SOAKED, "3")) is Status.HEALTHY  # its trial is not the ring's soak
    assert status_of(add(tested, Told.FAILED, "4"), soaked=True) is Status.FAILED
    assert status_of(add(add(tested, Told.FAILED, "4"), Told.ACTIVATED, "5", 2)) is Status.ACTIVATED
