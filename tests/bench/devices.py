"""Scanners against the bare bytes, and what all supervisors together take when nobody is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from devices.contract import CodeScanned, DeviceEvent, DeviceState, Driver
from devices.identity.samv import SamvDriver, SamvOptions
from devices.options import CupsOptions, SerialScannerOptions
from devices.printers.cups_queue import CupsPrinter
from devices.scanners.serial_scanner import SerialScannerDriver
from devices.supervisor import Supervisor
from devices.virtual.pcscd import running_pcscd
from devices.virtual.samv_module import SamvModule
from devices.virtual.scanner import VirtualScanner
from tests.bench.figures import Figure
from tests.parts.cups import start_cups_with_queue
from tests.parts.escpos import ThermalPrinter
from tests.parts.pcsc import SLOT_READER

CODES: Final = 10_000
TIMES_AWAY: Final = 4
AT_ONCE: Final = 100  # less than a pseudo-terminal holds
REST_SECONDS: Final = 20.0
WAIT_SECONDS: Final = 30.0
MS: Final = 1000.0

# Run in a process of its own, so that the stand-ins' own time is not counted.
_REST = """
import json, sys, time
from devices.contract import DeviceState
from devices.device_set import DeviceSet
devices = DeviceSet.build(json.loads(sys.argv[1]), lambda event: None)
devices.start_all()
end = time.monotonic() + float(sys.argv[3])
while any(status.state is not DeviceState.ONLINE for status in devices.statuses().values()):
    if time.monotonic() > end:
        sys.exit(str(devices.statuses()))
    time.sleep(0.1)
time.sleep(2.0)
shares = []
for _ in range(4):
    began, spent = time.monotonic(), time.process_time()
    time.sleep(float(sys.argv[2]) / 4)
    shares.append(100 * (time.process_time() - spent) / (time.monotonic() - began))
print(json.dumps(shares))
devices.stop_all()
"""


def measure() -> Iterator[Figure]:
    yield scanned_codes()
    yield supervisors_at_rest()
    yield from back_again()


def scanned_codes() -> Figure:
    """Ten thousand codes without a loss, through a pseudo-terminal; the peer only reads and splits."""
    wanted = [f"CODE-{number:05}" for number in range(CODES)]
    ours = _through_the_driver(wanted)
    peer = _bare(wanted)
    return Figure(
        "scanner, ten thousand codes, none lost", "ms", (ours,), (peer,), "reading and splitting", None
    )


def _through_the_driver(wanted: list[str]) -> float:
    master, slave = os.openpty()
    events: list[DeviceEvent] = []
    options = SerialScannerOptions(port=os.ttyname(slave), protocol="plain")
    supervisor = Supervisor(SerialScannerDriver("scanner", events.append, options))
    supervisor.start()
    _wait_for(events, 1)  # online
    driver = supervisor.driver
    assert isinstance(driver, SerialScannerDriver)
    driver.arm()
    events.clear()
    began = time.monotonic()
    for first in range(0, CODES, AT_ONCE):
        os.write(master, "".join(f"{code}\r" for code in wanted[first : first + AT_ONCE]).encode())
        _wait_for(events, first + AT_ONCE)
    spent = (time.monotonic() - began) * MS
    supervisor.stop()
    os.close(slave)
    os.close(master)
    if [event.code for event in events if isinstance(event, CodeScanned)] != wanted:
        raise RuntimeError("codes were lost, doubled or changed")
    return spent


def _wait_for(events: list[DeviceEvent], count: int) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while len(events) < count:
        if time.monotonic() > end:
            raise RuntimeError(f"{len(events)} of {count} events came")
        time.sleep(0.0005)


def _bare(wanted: list[str]) -> float:
    master, slave = os.openpty()
    tty.setraw(slave)
    held, taken = b"", 0
    began = time.monotonic()
    for first in range(0, CODES, AT_ONCE):
        os.write(master, "".join(f"{code}\r" for code in wanted[first : first + AT_ONCE]).encode())
        while taken < first + AT_ONCE:
            held += os.read(slave, 4096)
            *codes, held = held.split(b"\r")
            taken += len(codes)
    spent = (time.monotonic() - began) * MS
    os.close(slave)
    os.close(master)
    return spent


def back_again() -> Iterator[Figure]:
    """From the moment at which the part is back to the moment at which its driver is online again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="back-")))
        module = SamvModule(link=folder / "reader")
        module.start()
        stack.callback(module.stop)
        reader = SamvDriver("reader", lambda _event: None, SamvOptions(port=str(folder / "reader")))
        yield _returns(stack, "reader", reader, module.hang_up, module.plug_in)
        scanner = VirtualScanner("gm65", link=folder / "scanner")
        scanner.plug_in()
        stack.callback(scanner.close)
        options = SerialScannerOptions(port=scanner.port, protocol="gm65")
        codes = SerialScannerDriver("codes", lambda _event: None, options)
        yield _returns(stack, "scanner", codes, scanner.unplug, scanner.plug_in)
        cups = stack.enter_context(start_cups_with_queue())
        a4 = CupsPrinter("a4", lambda _event: None, CupsOptions(queue=cups.queue))
        yield _returns(stack, "printer behind CUPS", a4, cups.printer.kill, cups.printer.start)


def _returns(
    stack: ExitStack,
    name: str,
    driver: Driver,
    take_away: Callable[[], object],
    bring_back: Callable[[], object],
) -> Figure:
    supervisor = Supervisor(driver)
    supervisor.start()
    stack.callback(supervisor.stop)
    spent = []
    for number in range(TIMES_AWAY):
        _until(driver, online=True)
        take_away()
        _until(driver, online=False)
        time.sleep(0.7 * number)  # at another place of the pauses between two attempts
        bring_back()
        began = time.monotonic()
        _until(driver, online=True)
        spent.append((time.monotonic() - began) * MS)
    supervisor.stop()
    return Figure(f"{name} back, until used again", "ms", tuple(spent), (2000.0,), "two seconds", 1.0)


def _until(driver: Driver, online: bool) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while (driver.status.state is DeviceState.ONLINE) is not online:
        if time.monotonic() > end:
            raise RuntimeError(f"{driver.name}: {driver.status}")
        time.sleep(0.005)


def supervisors_at_rest() -> Figure:
    """One driver of each kind, online, nobody there: share of one core, in per cent."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rest-")))
        if fault := stack.enter_context(running_pcscd()):
            raise RuntimeError(str(fault))
        module = SamvModule()
        stack.callback(module.stop)
        scanner = VirtualScanner("gm65", link=folder / "scanner")
        scanner.plug_in()
        stack.callback(scanner.close)
        cups = stack.enter_context(start_cups_with_queue())
        thermal = stack.enter_context(ThermalPrinter())
        entries: list[dict[str, Any]] = [
            {"name": "samv", "driver": "samv", "port": module.start()},
            {"name": "cards", "driver": "social_security", "reader": SLOT_READER},
            {"name": "codes", "driver": "serial_scanner", "port": scanner.port, "protocol": "gm65"},
            {"name": "a4", "driver": "cups", "queue": cups.queue},
            {"name": "slips", "driver": "escpos", "host": thermal.host},
            {"name": "files", "driver": "file_printer", "folder": str(folder / "papers")},
        ]
        command = [sys.executable, "-c", _REST, json.dumps(entries), str(REST_SECONDS), str(WAIT_SECONDS)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError(ended.stderr)
        shares = tuple(json.loads(ended.stdout))
    return Figure("all six drivers at rest", "% core", shares, (1.0,), "one per cent of a core", 1.0)
