from __future__ import annotations

import os
import pty
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from devices.contract import CodeScanned, Deadline, DeviceEvent, DeviceState, IdentityFailed
from devices.options import SerialScannerOptions
from devices.scanners import assembler, serial_scanner
from devices.scanners.serial_scanner import SerialScannerDriver
from devices.supervisor import Supervisor
from devices.virtual.scanner import VirtualScanner
from tests.devices.waiting import wait_until


class Desk:
    """A virtual scanner, its driver under a supervisor, and what was said."""

    def __init__(self, scanner: VirtualScanner, **options: Any) -> None:
        self.events: list[DeviceEvent] = []
        self.scanner = scanner
        self.scanner.plug_in()
        self.driver = SerialScannerDriver(
            "scanner", self.events.append, SerialScannerOptions(port=scanner.port, **options)
        )
        self.supervisor = Supervisor(self.driver)
        self.supervisor.start()
        wait_until(lambda: self.driver.status.state is DeviceState.ONLINE)

    @property
    def codes(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, CodeScanned)]

    @property
    def refusals(self) -> list[str]:
        return [event.fault.code for event in self.events if isinstance(event, IdentityFailed)]

    def has_codes(self, number: int) -> bool:
        return len(self.codes) >= number

    def has_refusals(self, number: int) -> bool:
        return len(self.refusals) >= number

    def close(self) -> None:
        assert self.supervisor.stop(60)
        self.scanner.close()


@pytest.fixture(params=["gm65", "newland", "honeywell", "plain"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    desk = Desk(VirtualScanner(request.param), protocol=request.param)
    yield desk
    desk.close()


def test_a_code_is_read_while_armed_again_and_again(desk: Desk) -> None:
    desk.driver.arm()
    for number in range(4):
        desk.scanner.scan(f"CODE-{number}")
        wait_until(partial(desk.has_codes, number + 1))
    assert desk.codes == ["CODE-0", "CODE-1", "CODE-2", "CODE-3"]
    assert desk.refusals == []


def test_the_light_is_on_only_while_armed(desk: Desk) -> None:
    if not desk.scanner.obeys_trigger:
        assert desk.scanner.commands == []
        return
    assert not desk.scanner.triggered
    desk.driver.arm()
    wait_until(lambda: desk.scanner.triggered)
    desk.driver.disarm()
    wait_until(lambda: not desk.scanner.triggered)


def test_whoever_wants_it_while_it_rests_does_not_wait_for_the_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A step that nothing ends would outlast every wait of this test."""
    monkeypatch.setattr(serial_scanner, "_REST_SECONDS", 3600.0)
    desk = Desk(VirtualScanner("newland"), protocol="newland")
    desk.driver.arm()
    wait_until(lambda: desk.scanner.triggered)
    desk.driver.disarm()
    wait_until(lambda: not desk.scanner.triggered)
    wait_until(lambda: desk.driver._at_rest)
    checks = desk.supervisor.self_test(Deadline(20))
    assert checks[0].name == "line" and checks[0].passed, checks  # how soon it answers is not the question
    desk.driver.arm()
    wait_until(lambda: desk.scanner.triggered)
    desk.scanner.scan("CODE-1")
    wait_until(partial(desk.has_codes, 1))
    desk.driver.disarm()
    desk.supervisor.restart()
    wait_until(lambda: desk.supervisor.restarts == 1)
    desk.close()
    assert desk.codes == ["CODE-1"]


def test_codes_of_the_time_before_arming_never_serve() -> None:
    desk = Desk(VirtualScanner("plain"), protocol="plain")
    desk.scanner.scan("LAST-CITIZEN")
    desk.scanner.send(b"HALF-OF-A-CO")
    desk.driver.arm()
    desk.scanner.send(b"DE\r")
    desk.scanner.scan("NEXT-CITIZEN")
    wait_until(lambda: desk.codes)
    desk.driver.disarm()
    desk.scanner.scan("TOO-LATE")
    time.sleep(0.3)
    assert desk.codes == ["NEXT-CITIZEN"]
    desk.close()


@pytest.mark.parametrize("configured", ["cr", "lf", "crlf", "none"])
@pytest.mark.parametrize("real", ["cr", "lf", "crlf", "none"])
def test_any_suffix_does_whatever_is_configured(configured: str, real: str) -> None:
    desk = Desk(VirtualScanner("plain", suffix=real), protocol="plain", suffix=configured)
    desk.driver.arm()
    desk.scanner.scan("A-CODE")
    wait_until(lambda: desk.codes == ["A-CODE"])
    desk.close()


def test_a_suffix_other_than_configured_is_told_to_the_technician() -> None:
    desk = Desk(VirtualScanner("plain", suffix="lf"), protocol="plain", suffix="cr")
    desk.driver.arm()
    desk.scanner.scan("A-CODE")
    wait_until(lambda: "suffix lf seen, cr configured" in desk.driver.status.detail)
    desk.close()


def test_a_line_that_delivers_single_bytes_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembler, "SILENCE_SECONDS", 20.0)  # a busy machine makes pauses of its own
    desk = Desk(VirtualScanner("gm65", piece_bytes=1, gap_seconds=0.002), protocol="gm65")
    desk.driver.arm()
    desk.scanner.scan("ONE-BYTE-AT-A-TIME-0123456789")
    wait_until(lambda: desk.codes == ["ONE-BYTE-AT-A-TIME-0123456789"])
    assert desk.refusals == []
    desk.close()


def test_gm65_is_put_into_command_mode_without_touching_light_and_sound() -> None:
    scanner = VirtualScanner("gm65")
    scanner.registers[0x0000] = 0b1101_0110
    desk = Desk(scanner, protocol="gm65")
    wait_until(lambda: scanner.registers[0x0000] == 0b1101_0101)
    desk.close()


def test_refused_codes_leave_the_scanner_armed(desk: Desk) -> None:
    desk.driver.arm()
    for code in ("288888888888888888", "https://example.test", "X" * 2000, b"\x00\x01"):
        wanted = len(desk.refusals) + 1
        desk.scanner.scan(code)
        wait_until(partial(desk.has_refusals, wanted))
    assert desk.refusals == ["code.payment", "code.url", "code.too_long", "code.binary"]
    desk.scanner.scan("GOOD")
    wait_until(lambda: desk.codes == ["GOOD"])


def test_pulled_and_put_back_while_armed(desk: Desk) -> None:
    desk.driver.arm()
    desk.scanner.unplug()
    wait_until(lambda: desk.driver.status.state is DeviceState.NO_DEVICE)
    assert desk.driver.status.fault is not None
    assert desk.driver.status.fault.code == "serial.port_missing"
    desk.scanner.plug_in()
    wait_until(lambda: desk.driver.status.state is DeviceState.ONLINE)
    desk.scanner.scan("AFTER")
    wait_until(lambda: desk.codes == ["AFTER"])


def test_a_port_in_use_is_said_to_be_in_use() -> None:
    desk = Desk(VirtualScanner("plain"), protocol="plain")
    other = SerialScannerDriver(
        "other", lambda _event: None, SerialScannerOptions(port=desk.scanner.port, protocol="plain")
    )
    fault = other.open()
    assert fault is not None
    assert fault.code == "serial.port_busy"
    other.close()
    desk.close()


def test_hundreds_of_codes_without_a_loss() -> None:
    master, slave = pty.openpty()
    events: list[DeviceEvent] = []
    driver = SerialScannerDriver(
        "scanner", events.append, SerialScannerOptions(port=os.ttyname(slave), protocol="plain")
    )
    assert driver.open() is None
    driver.arm()
    wanted = [f"CODE-{number:05}" for number in range(400)]
    seen = len(events)
    for first in range(0, len(wanted), 100):  # less than the pseudo-terminal holds: never cut within a code
        os.write(master, "".join(f"{code}\r" for code in wanted[first : first + 100]).encode())
        seen += 100
        wait_until(lambda: driver.step() is None and len(events) >= seen)  # noqa: B023  called at once
    assert [event.code for event in events if isinstance(event, CodeScanned)] == wanted
    driver.close()
    os.close(slave)
    os.close(master)


# --- the technician's side ---------------------------------------------------------------------------------


def test_the_self_test_asks_the_scanner_and_loses_no_code(desk: Desk) -> None:
    desk.driver.arm()
    desk.scanner.scan("BEFORE")
    checks = {check.name: check for check in desk.supervisor.self_test(Deadline(60))}
    wait_until(partial(desk.has_codes, 1))
    desk.scanner.scan("AFTER")
    wait_until(partial(desk.has_codes, 2))
    assert desk.codes == ["BEFORE", "AFTER"]
    assert all(check.passed for check in checks.values()), checks
    assert ("version" in checks) == (desk.scanner.protocol == "gm65")
    if desk.scanner.protocol == "gm65":
        assert "hardware 1.00, software 1.10" in desk.driver.status.detail


def test_a_scanner_that_does_not_hear_fails_the_self_test() -> None:
    desk = Desk(VirtualScanner("plain"), protocol="gm65")
    checks = desk.supervisor.self_test(Deadline(60))
    assert [check.fault.code for check in checks if check.fault] == ["scanner.no_answer"]
    desk.close()


def test_codes_refusals_and_dropped_repeats_are_counted(desk: Desk) -> None:
    desk.driver.arm()
    desk.scanner.scan("ONE")
    wait_until(partial(desk.has_codes, 1))
    desk.scanner.send(b"ONE\r")
    wait_until(lambda: desk.driver.counters["repeats"] == 1)
    desk.scanner.send(b"\x01\x02\r")
    wait_until(partial(desk.has_refusals, 1))
    assert desk.driver.counters == {"codes": 1, "repeats": 1, "fault:code.binary": 1}
