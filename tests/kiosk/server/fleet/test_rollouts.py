"""A rollout from draft to done, and every way in which it ends otherwise, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from kiosk.server.database import writing
from kiosk.server.fleet import alarms, clockwork, rollouts
from kiosk.server.fleet.context import BundleInfo, upsert
from kiosk.server.fleet.machine import Limits, Phase, Ring
from kiosk.server.fleet.progress import Told
from kiosk.server.fleet.reports import Report, keep
from kiosk.server.fleet.tables import beats
from kiosk.server.problems import ProblemError
from tests.kiosk.server.fleet.conftest import Hall

PLAN = (Ring(("pilot",), 600), Ring(("east", "west"), 600))
LIMITS = Limits(failed_count=2, failed_share=None, timeout_seconds=3600, grace_seconds=300)
EVERY = 120
WELL = (Told.DOWNLOADED, Told.ACTIVATED, Told.SELF_TESTED)


def fill(hall: Hall) -> None:
    hall.add("pilot", "P-1", "P-2")
    hall.add("east", "E-1", "E-2")
    hall.add("west", "W-1", "W-2")
    on(hall, "P-1", "P-2", "E-1", "E-2", "W-1", "W-2")


def on(hall: Hall, *ids: str, bundle: str = "") -> None:
    """They call."""
    row = {"last_seen": hall.fleet.now(), "ready": True}
    row |= {"bundle": bundle, "self_test": "passed"} if bundle else {}
    with writing(hall.fleet.engine) as connection:
        upsert(connection, beats, [{"terminal_id": each, **row} for each in ids], ("terminal_id",))


def tell(hall: Hall, terminal_id: str, *told: Told, bundle: str = "new", reason: str = "") -> None:
    now = hall.fleet.now()
    given = [Report(f"{terminal_id}-{bundle}-{each}-{now}", bundle, each, 1, reason) for each in told]
    with writing(hall.fleet.engine) as connection:
        keep(connection, now, {terminal_id: given})


def wait(hall: Hall, seconds: int, *ids: str, bundle: str = "") -> None:
    """Time passes, and these terminals call again and again."""
    for _ in range(0, seconds, EVERY):
        hall.clock.on(EVERY)
        on(hall, *ids, bundle=bundle)
        clockwork.tick(hall.fleet)


def begun(hall: Hall, bundle: str = "new", limits: Limits = LIMITS) -> int:
    made = rollouts.draft(hall.fleet, "涨价", bundle, PLAN, "wang", limits)
    rollouts.approve(hall.fleet, made.id, "li")
    rollouts.start(hall.fleet, made.id, "li")
    clockwork.tick(hall.fleet)
    return made.id


def phase(hall: Hall, made: int) -> tuple[Phase, int]:
    state = rollouts.one(hall.fleet, made).state
    return state.phase, state.ring


def finished(hall: Hall, bundle: str) -> int:
    made = begun(hall, bundle)
    for group in (("P-1", "P-2"), ("E-1", "E-2", "W-1", "W-2")):
        for each in group:
            tell(hall, each, *WELL, bundle=bundle)
        wait(hall, 780, "P-1", "P-2", "E-1", "E-2", "W-1", "W-2", bundle=bundle)
    assert phase(hall, made) == (Phase.DONE, 1)
    return made


def test_ring_by_ring_to_done(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    assert hall.director.given == {"pilot": "new"}
    tell(hall, "P-1", *WELL)
    wait(hall, 900, "P-1", "P-2")
    assert phase(hall, made) == (Phase.RING, 0)  # one is missing
    tell(hall, "P-2", Told.SELF_TESTED, Told.DOWNLOADED)  # in any order, and one of them later
    tell(hall, "P-2", Told.ACTIVATED)
    clockwork.tick(hall.fleet)
    assert phase(hall, made) == (Phase.SOAK, 0)
    wait(hall, 480, "P-1", "P-2", "E-1", "E-2", "W-1", "W-2", bundle="new")
    assert phase(hall, made) == (Phase.SOAK, 0) and "east" not in hall.director.given
    wait(hall, 240, "P-1", "P-2", "E-1", "E-2", "W-1", "W-2", bundle="new")
    assert phase(hall, made) == (Phase.RING, 1)
    assert hall.director.given == {"pilot": "new", "east": "new", "west": "new"}
    for each in ("E-1", "E-2", "W-1", "W-2"):
        tell(hall, each, *WELL)
    wait(hall, 780, "P-1", "P-2", "E-1", "E-2", "W-1", "W-2", bundle="new")
    shown = rollouts.one(hall.fleet, made)
    assert shown.state.phase is Phase.DONE and shown.ended_at
    assert shown.statuses == {0: {"succeeded": 2}, 1: {"succeeded": 4}}
    kinds = [step.kind for step in rollouts.history(hall.fleet, made)]
    assert kinds == ["drafted", "approved", "ring", "soak", "ring", "soak", "done"]


def test_two_persons_one_rollout_and_a_floor(hall: Hall) -> None:
    fill(hall)
    made = rollouts.draft(hall.fleet, "涨价", "new", PLAN, "wang").id
    with pytest.raises(ProblemError, match="rollout-same-person"):
        rollouts.approve(hall.fleet, made, "wang")
    with pytest.raises(ProblemError, match="rollout-wrong-phase"):
        rollouts.start(hall.fleet, made, "li")
    rollouts.approve(hall.fleet, made, "li")
    rollouts.start(hall.fleet, made, "li")
    other = rollouts.draft(hall.fleet, "另一个", "old", PLAN, "wang").id
    rollouts.approve(hall.fleet, other, "li")
    with pytest.raises(ProblemError, match="rollout-another"):
        rollouts.start(hall.fleet, other, "li")
    assert rollouts.withdraw(hall.fleet, other, "li").state.phase is Phase.WITHDRAWN
    hall.director.lowest = 2
    assert [each.id for each in rollouts.bundles(hall.fleet)] == ["new"]
    with pytest.raises(ProblemError, match="bundle-below-floor"):
        rollouts.draft(hall.fleet, "旧", "old", PLAN, "wang")
    with pytest.raises(ProblemError, match="bundle-unknown"):
        rollouts.draft(hall.fleet, "无", "nothing", PLAN, "wang")
    for plan in ((), (Ring(()),), (Ring(("a",)), Ring(("a", "b")))):
        with pytest.raises(ProblemError, match="rollout-groups"):
            rollouts.draft(hall.fleet, "环", "new", plan, "wang")
    with pytest.raises(ProblemError, match="rollout-unknown"):
        rollouts.one(hall.fleet, 99)


def test_a_first_ring_without_a_terminal_proves_nothing(hall: Hall) -> None:
    hall.add("east", "E-1")
    made = rollouts.draft(hall.fleet, "涨价", "new", PLAN, "wang").id
    rollouts.approve(hall.fleet, made, "li")
    with pytest.raises(ProblemError, match="rollout-ring-empty"):
        rollouts.start(hall.fleet, made, "li")


def test_failures_halt_it_and_one_tap_brings_the_old_content_back(hall: Hall) -> None:
    fill(hall)
    finished(hall, "old")
    hall.director.approved.insert(0, BundleInfo("newer", 3))
    made = begun(hall, "newer")
    tell(hall, "P-1", Told.DOWNLOADED, Told.FAILED, bundle="newer", reason="self_test.paper")
    clockwork.tick(hall.fleet)
    assert phase(hall, made) == (Phase.RING, 0)
    tell(hall, "P-2", Told.REJECTED, bundle="newer", reason="space")
    clockwork.tick(hall.fleet)
    shown = rollouts.one(hall.fleet, made)
    assert (shown.state.phase, shown.state.reason) == (Phase.HALTED, "failed_count")
    assert [alarm.kind for alarm in alarms.open_alarms(hall.fleet)] == ["rollout.halted"]
    assert hall.director.given == {"pilot": "newer", "east": "old", "west": "old"}
    back = rollouts.roll_back(hall.fleet, made, "li")
    clockwork.tick(hall.fleet)
    assert hall.director.given["pilot"] == "old" and not alarms.open_alarms(hall.fleet)
    assert phase(hall, made) == (Phase.ROLLED_BACK, 0) and back.rolls_back == made
    wait(hall, 120, "P-1", "P-2", bundle="old")  # they had kept it all the time
    assert phase(hall, back.id) == (Phase.DONE, 0)


def test_without_an_earlier_bundle_nothing_can_be_rolled_back_but_given_up(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    with pytest.raises(ProblemError, match="rollout-nothing-before"):
        rollouts.roll_back(hall.fleet, made, "li")
    assert phase(hall, made) == (Phase.RING, 0)
    for each in ("P-1", "P-2"):
        tell(hall, each, Told.FAILED)
    clockwork.tick(hall.fleet)
    assert "withdraw" in rollouts.one(hall.fleet, made).may
    rollouts.withdraw(hall.fleet, made, "li")
    assert phase(hall, made) == (Phase.WITHDRAWN, 0) and not alarms.open_alarms(hall.fleet)
    assert phase(hall, begun(hall, "old")) == (Phase.RING, 0)  # a corrected one can begin


def test_only_the_newest_is_rolled_back_and_a_rollback_is_not(hall: Hall) -> None:
    fill(hall)
    first = finished(hall, "old")
    hall.director.approved.insert(0, BundleInfo("newer", 3))
    second = begun(hall, "newer")
    with pytest.raises(ProblemError, match="rollout-wrong-phase"):
        rollouts.roll_back(hall.fleet, rollouts.roll_back(hall.fleet, second, "li").id, "li")
    with pytest.raises(ProblemError, match="rollout-nothing-before"):
        rollouts.roll_back(hall.fleet, first, "li")  # of the groups that it gave their last bundle


def test_a_halted_rollout_is_resumed_by_somebody_who_has_looked(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    for each in ("P-1", "P-2"):
        tell(hall, each, Told.FAILED)
    clockwork.tick(hall.fleet)
    assert phase(hall, made) == (Phase.HALTED, 0)
    rollouts.resume(hall.fleet, made, "li")
    clockwork.tick(hall.fleet)
    assert phase(hall, made) == (Phase.RING, 0)  # nobody came through: nothing has been shown
    now = hall.fleet.now()
    again = [Report(f"P-1-again-{each}", "new", each, 2, "") for each in WELL]
    with writing(hall.fleet.engine) as connection:
        keep(connection, now, {"P-1": again})
    clockwork.tick(hall.fleet)
    assert phase(hall, made) == (Phase.SOAK, 0)


def test_paused_nothing_begins(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    rollouts.pause(hall.fleet, made, "li")
    for each in ("P-1", "P-2"):
        tell(hall, each, *WELL)
    wait(hall, 1800, "P-1", "P-2", bundle="new")
    assert phase(hall, made) == (Phase.RING, 0)
    rollouts.resume(hall.fleet, made, "li")
    wait(hall, 660, "P-1", "P-2", "E-1", bundle="new")
    assert phase(hall, made) == (Phase.RING, 1)


def test_who_is_off_is_not_waited_for_and_catches_up(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    tell(hall, "P-1", *WELL)
    wait(hall, 420, "P-1")
    assert phase(hall, made) == (Phase.SOAK, 0)
    assert [each.terminal_id for each in rollouts.members(hall.fleet, made, statuses=["off"])] == ["P-2"]
    wait(hall, 1200, "P-1", bundle="new")  # east and west are off as well
    assert phase(hall, made) == (Phase.DONE, 1)
    on(hall, "P-2")
    tell(hall, "P-2", *WELL)
    wait(hall, 1200, "P-1", "P-2", bundle="new")
    (late,) = [each for each in rollouts.members(hall.fleet, made, ring=0) if each.terminal_id == "P-2"]
    assert (late.status, late.late) == ("succeeded", True)


def test_who_is_on_and_does_not_come_through_has_timed_out(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    tell(hall, "P-1", *WELL)
    wait(hall, 3660, "P-1", "P-2")
    (member,) = rollouts.members(hall.fleet, made, statuses=["timed_out"])
    assert (member.terminal_id, member.reason) == ("P-2", "timed_out")
    tell(hall, "P-2", *WELL)  # slow, but it came through after all
    assert not rollouts.members(hall.fleet, made, statuses=["timed_out"])


def test_who_goes_back_while_it_soaks_has_failed(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    for each in ("P-1", "P-2"):
        tell(hall, each, *WELL)
    wait(hall, 480, "P-1", "P-2", bundle="new")
    hall.clock.on(180)
    on(hall, "P-1", bundle="new")
    on(hall, "P-2", bundle="before")
    clockwork.tick(hall.fleet)
    (member,) = rollouts.members(hall.fleet, made, statuses=["failed"])
    assert (member.terminal_id, member.reason) == ("P-2", "went_back")


def test_reports_that_come_twice_are_told_once(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    report = Report("0001", "new", Told.FAILED, 1, "space")
    for _ in range(3):
        with writing(hall.fleet.engine) as connection:
            keep(connection, hall.fleet.now(), {"P-1": [report, report]})
    from kiosk.server.fleet import timeline

    told = [each for each in timeline.of_terminal(hall.fleet, "P-1") if each.kind == "bundle.failed"]
    assert len(told) == 1 and told[0].detail["reason"] == "space"
    assert rollouts.one(hall.fleet, made).statuses[0] == {"failed": 1, "assigned": 1}


def test_a_report_from_outside_the_rings_is_an_alarm(hall: Hall) -> None:
    fill(hall)
    begun(hall)
    tell(hall, "E-1", *WELL)
    assert [(each.kind, each.terminal_id) for each in alarms.open_alarms(hall.fleet)] == [
        ("bundle.unexpected", "E-1")
    ]


def test_who_comes_into_a_begun_ring_is_followed(hall: Hall) -> None:
    fill(hall)
    made = begun(hall)
    hall.add("pilot", "P-3")
    tell(hall, "P-3", *WELL)
    (member,) = [each for each in rollouts.members(hall.fleet, made) if each.terminal_id == "P-3"]
    assert (member.status, member.late) == ("healthy", True)


def test_while_the_repository_cannot_be_written_nobody_is_waited_for(hall: Hall) -> None:
    fill(hall)
    hall.director.broken = True
    made = begun(hall)
    wait(hall, 7200, "P-1", "P-2")
    assert phase(hall, made) == (Phase.RING, 0) and not hall.director.given
    assert rollouts.one(hall.fleet, made).statuses == {0: {"assigned": 2}}
    assert [each.kind for each in alarms.open_alarms(hall.fleet)] == ["rollout.unwritten"]
    hall.director.broken = False
    wait(hall, 600, "P-1", "P-2")
    assert hall.director.given == {"pilot": "new"} and not alarms.open_alarms(hall.fleet)
    assert rollouts.one(hall.fleet, made).statuses == {0: {"assigned": 2}}
