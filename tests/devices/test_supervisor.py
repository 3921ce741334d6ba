from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from devices.contract import (
    Capability,
    Check,
    Deadline,
    DeviceEvent,
    DeviceState,
    Driver,
    Emit,
    Fault,
    Status,
    StatusChanged,
)
from devices.device_set import DeviceSet
from devices.supervisor import PAUSE_CEILING_SECONDS, STABLE_SECONDS, BackOff, Supervisor
from tests.devices.waiting import wait_until


class Scripted(Driver):
    """A driver whose next opens and steps are given; then it is online and calm."""

    driver: ClassVar[str] = "scripted"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.CODE})  # type: ignore[misc]

    def __init__(self, name: str, emit: Emit) -> None:
        super().__init__(name, emit)
        self.opens: list[Callable[[], Fault | None]] = []
        self.steps: list[Callable[[], Fault | None]] = []
        self.closed = 0
        self.opened = 0
        self.tested_on = ""
        self.checks: Callable[[], list[Check]] | None = None

    def open(self) -> Fault | None:
        self.opened += 1
        fault = self.opens.pop(0)() if self.opens else None
        if fault is None:
            self.publish(Status(DeviceState.ONLINE))
        return fault

    def step(self) -> Fault | None:
        time.sleep(0.01)
        return self.steps.pop(0)() if self.steps else None

    def self_test(self, deadline: Deadline) -> list[Check]:
        self.tested_on = threading.current_thread().name
        return self.checks() if self.checks else super().self_test(deadline)

    def close(self) -> None:
        self.closed += 1


def crash() -> Fault | None:
    raise ValueError("the card says 110101190001011234")


@pytest.fixture
def events() -> list[DeviceEvent]:
    return []


@pytest.fixture
def driver(events: list[DeviceEvent]) -> Iterator[Scripted]:
    yield Scripted("scripted", events.append)


def test_a_driver_that_crashes_anywhere_is_started_again_and_it_is_told(
    driver: Scripted, events: list[DeviceEvent]
) -> None:
    driver.opens = [crash, lambda: None]
    driver.steps = [crash]
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened == 3 and driver.status.state is DeviceState.ONLINE)
    assert supervisor.stop()
    told = [event.status for event in events if isinstance(event, StatusChanged)]
    crashes = [
        status for status in told if status.fault is not None and status.fault.code == "device.crashed"
    ]
    assert len(crashes) == 2
    assert all(status.state is DeviceState.HARDWARE_ERROR for status in crashes)
    assert driver.closed == driver.opened


def test_a_crash_is_told_without_what_the_exception_says(
    driver: Scripted, events: list[DeviceEvent], caplog: pytest.LogCaptureFixture
) -> None:
    driver.steps = [crash]
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened == 2)
    supervisor.stop()
    assert "110101190001011234" not in repr(events) + caplog.text
    assert "ValueError" in caplog.text


def test_a_crash_in_close_is_no_end_either(driver: Scripted) -> None:
    close = driver.close
    driver.steps = [lambda: Fault("x.gone")]
    driver.close = lambda: (close(), crash())  # type: ignore[method-assign, assignment]
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened >= 2)
    supervisor.stop()


def test_a_listener_that_fails_ends_nothing() -> None:
    def deaf(_event: DeviceEvent) -> None:
        raise RuntimeError("no window any more")

    driver = Scripted("scripted", deaf)
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened >= 3)
    assert supervisor.running
    assert supervisor.stop()


def test_a_fault_never_leaves_a_driver_looking_usable(driver: Scripted) -> None:
    driver.steps = [lambda: Fault("x.gone", permanent=True)]
    driver.opens = [lambda: None, *[lambda: Fault("x.gone")] * 1000]
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened >= 2)
    assert driver.status.state is DeviceState.OFFLINE
    assert driver.status.fault is not None
    assert driver.status.fault.code == "x.gone"
    supervisor.stop()


def test_stop_ends_a_pause_at_once_and_closes(driver: Scripted) -> None:
    driver.opens = [lambda: Fault("x.gone")] * 1000
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened >= 2)
    assert supervisor.stop()
    assert not supervisor.running
    assert driver.closed == driver.opened
    assert supervisor.stop()


def test_stop_tells_of_a_driver_that_does_not_come_back(driver: Scripted) -> None:
    hung = threading.Event()
    driver.steps = [lambda: Fault("x.woken") if hung.wait() else None]
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.steps == [])
    assert supervisor.stop(0.1) is False
    hung.set()
    assert supervisor.stop()


def test_pauses_grow_to_a_ceiling_and_go_back_after_a_stable_while() -> None:
    back_off = BackOff()
    pauses = [back_off.after(0.0) for _ in range(10)]
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1] == PAUSE_CEILING_SECONDS < 2
    assert back_off.after(STABLE_SECONDS) == pauses[0]


def test_a_set_starts_reports_and_stops_all(events: list[DeviceEvent]) -> None:
    drivers = [Scripted("a", events.append), Scripted("b", events.append)]
    drivers[1].opens = [lambda: Fault("x.gone")] * 1000
    devices = DeviceSet(drivers)
    devices.start_all()
    wait_until(lambda: devices.ready_capabilities() == {Capability.CODE} and drivers[1].status.fault)
    reports = {report.name: report for report in devices.reports()}
    assert reports["a"].status.state is DeviceState.ONLINE
    assert reports["b"].status.state is DeviceState.OFFLINE
    assert devices.get("b") is drivers[1]
    assert devices.get("c") is None
    assert devices.stop_all() == []
    assert all(driver.closed == driver.opened for driver in drivers)


def test_a_self_test_runs_between_two_steps_on_the_drivers_own_thread(driver: Scripted) -> None:
    supervisor = Supervisor(driver)
    supervisor.start()
    assert supervisor.self_test(Deadline(20)) == [Check("status", True)]
    assert driver.tested_on == "device scripted"
    assert driver.opened == 1
    supervisor.stop()


def test_a_self_test_of_a_device_that_does_not_open_says_what_keeps_it(driver: Scripted) -> None:
    gone = Fault("x.gone", "errno 2")
    driver.opens = [lambda: gone] * 100_000
    supervisor = Supervisor(driver)
    supervisor.start()
    assert supervisor.self_test(Deadline(20)) == [Check("open", False, "errno 2", gone)]
    supervisor.stop()


def test_a_driver_that_hangs_is_found_out(driver: Scripted) -> None:
    hung = threading.Event()
    driver.steps = [lambda: Fault("x.woken") if hung.wait() else None]
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.steps == [])
    (check,) = supervisor.self_test(Deadline(0.2))
    assert check.fault is not None
    assert check.fault.code == "device.hangs"
    assert supervisor.silent_seconds > 0.1
    hung.set()
    wait_until(lambda: driver.opened >= 2)
    assert supervisor.self_test(Deadline(20)) == [Check("status", True)]  # the one given up is not run
    supervisor.stop()


def test_a_bug_in_a_self_test_is_told_and_the_driver_started_again(driver: Scripted) -> None:
    found: dict[str, list[Check]] = {}
    driver.checks = lambda: found[driver.name]
    supervisor = Supervisor(driver)
    supervisor.start()
    (check,) = supervisor.self_test(Deadline(20))
    assert check.fault is not None
    assert check.fault.code == "device.crashed"
    wait_until(lambda: driver.opened >= 2)
    assert supervisor.crashes == 1
    supervisor.stop()


def test_a_restart_closes_and_opens_at_once_also_out_of_a_long_pause(driver: Scripted) -> None:
    supervisor = Supervisor(driver)
    supervisor.start()
    wait_until(lambda: driver.opened == 1)
    supervisor.restart()
    wait_until(lambda: driver.opened == 2)
    assert driver.closed == 1
    assert driver.status.state is DeviceState.ONLINE
    supervisor.stop()


def test_a_set_calls_a_silent_driver_hanging(
    driver: Scripted, monkeypatch: pytest.MonkeyPatch, events: list[DeviceEvent]
) -> None:
    monkeypatch.setattr("devices.device_set.HANGS_AFTER_SECONDS", 0.05)
    hung = threading.Event()
    driver.steps = [lambda: Fault("x.woken") if hung.wait() else None]
    devices = DeviceSet([driver])
    devices.start_all()
    wait_until(lambda: devices.reports()[0].status.state is DeviceState.HARDWARE_ERROR)
    fault = devices.reports()[0].status.fault
    assert fault is not None
    assert fault.code == "device.hangs"
    assert devices.statuses()[driver.name].state is DeviceState.HARDWARE_ERROR
    assert devices.ready_capabilities() == frozenset()
    hung.set()
    assert devices.stop_all() == []


def test_only_what_was_usable_counts_as_restarted() -> None:
    """A port that is not there is tried all night; that is no count of what the device has done."""
    driver = Scripted("scanner", lambda _event: None)
    missing = Fault("serial.port_missing")
    driver.opens = [lambda: missing] * 4
    driver.steps = [lambda: None, lambda: Fault("serial.port_lost")]
    supervisor = Supervisor(driver)
    supervisor.start()
    try:
        wait_until(lambda: driver.opened == 6)  # four in vain, one that is lost, one that stays
        assert supervisor.restarts == 1
    finally:
        supervisor.stop()
