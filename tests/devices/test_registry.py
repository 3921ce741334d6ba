from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devices import registry
from devices.contract import Capability, DeviceState, Driver, IdentityDriver, PrinterDriver
from devices.device_set import DeviceSet
from devices.printers.file_printer import Condition, set_condition
from devices.registry import ConfigProblem
from tests.devices.waiting import wait_until

GOOD: list[dict[str, Any]] = [
    {"name": "module", "driver": "samv", "port": "/dev/serial/by-id/x", "baud": 115200},
    {"name": "card", "driver": "social_security", "reader": "Virtual PCD 00 00"},
    {
        "name": "codes",
        "driver": "serial_scanner",
        "port": "/dev/ttyACM0",
        "protocol": "gm65",
        "suffix": "crlf",
    },
    {"name": "a4", "driver": "cups", "queue": "kiosk", "role": "document"},
    {"name": "slips", "driver": "escpos", "host": "10.0.0.7:9100", "width_dots": 576, "role": "receipt"},
    {"name": "usb", "driver": "escpos", "port": "/dev/usb/lp0"},
    {"name": "network", "driver": "escpos", "host": "10.0.0.7", "port": 9100},
    {"name": "any reader", "driver": "social_security"},
    {"name": "files", "driver": "file_printer", "folder": "/tmp/papers", "role": "receipt"},
]


@pytest.mark.parametrize("entry", GOOD, ids=lambda entry: entry["name"])
def test_every_driver_of_the_design_is_built_from_its_keys(entry: dict[str, Any]) -> None:
    assert registry.check(entry) == []
    driver = registry.build(entry, lambda _event: None)
    assert isinstance(driver, Driver)
    assert (driver.name, driver.driver) == (entry["name"], entry["driver"])
    assert isinstance(driver, IdentityDriver | PrinterDriver)
    assert driver.status.state is DeviceState.OFFLINE


@pytest.mark.parametrize(
    ("entry", "key", "says"),
    [
        ({"driver": "cups"}, "name", "is missing"),
        ({"name": "x"}, "driver", "choose one of cups, escpos, file_printer"),
        ({"name": "x", "driver": "serial_scaner"}, "driver", "'serial_scanner'"),
        ({"name": "x", "driver": 7}, "driver", "choose one of"),
        ({"name": "x", "driver": "cups"}, "queue", "is missing"),
        ({"name": "x", "driver": "cups", "queue": "a b"}, "queue", "'a b' is not allowed"),
        ({"name": "x", "driver": "cups", "queue": "q", "rol": "receipt"}, "rol", "perhaps 'role'"),
        (
            {"name": "x", "driver": "cups", "queue": "q", "role": "slip"},
            "role",
            "use 'receipt' or 'document'",
        ),
        ({"name": "x", "driver": "serial_scanner", "port": "p", "protocol": "gm66"}, "protocol", "'gm65'"),
        ({"name": "x", "driver": "serial_scanner", "port": "p", "baud": "fast"}, "baud", "9600"),
        ({"name": "x", "driver": "serial_scanner", "port": ""}, "port", "is not allowed"),
        ({"name": "x", "driver": "escpos"}, "port", "either port or host"),
        ({"name": "x", "driver": "escpos", "port": "p", "host": "h"}, "port", "either port or host"),
        ({"name": "x", "driver": "escpos", "port": "p", "width_dots": 577}, "width_dots", "multiple of 8"),
        ({"name": "x", "driver": "file_printer", "folder": 3}, "folder", "is not allowed"),
        (
            {"name": "x", "driver": "cups", "queue": "q", "roll_mm": 80000, "tray_sheets": 250},
            "roll_mm / tray_sheets",
            "give either roll_mm or tray_sheets",
        ),
        ({"name": "x", "driver": "samv", "port": "p", "sets_baud": "often"}, "sets_baud", "is not allowed"),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(entry: dict[str, Any], key: str, says: str) -> None:
    problems = registry.check(entry)
    assert len(problems) == 1
    assert problems[0].key.startswith(key)
    assert says in str(problems[0])
    built = registry.build(entry, lambda _event: None)
    assert built == problems[0]


def test_several_mistakes_are_told_at_once() -> None:
    entry = {"name": "x", "driver": "serial_scanner", "prot": "/dev/x", "baud": 1, "suffix": "tab"}
    assert {problem.key for problem in registry.check(entry)} == {"prot", "port", "baud", "suffix"}


def test_a_name_may_be_used_once() -> None:
    entry = {"name": "x", "driver": "file_printer", "folder": "/tmp/x"}
    assert [problem.key for problem in registry.check_all([entry, entry])] == ["name"]


def test_checking_imports_no_hardware_library() -> None:
    script = (
        "import sys; from devices import registry\n"
        f"assert registry.check_all({GOOD!r}) == []\n"
        "print([name for name in ('serial', 'smartcard', 'cups', 'escpos', 'pypdfium2', 'PIL')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_a_set_is_built_from_configuration_and_picks_the_ready_printer(tmp_path: Path) -> None:
    entries = [
        {"name": name, "driver": "file_printer", "folder": str(tmp_path / name), "role": "receipt"}
        for name in ("first", "second")
    ]
    (tmp_path / "first").mkdir()
    set_condition(tmp_path / "first", Condition(paper="out"))
    devices = DeviceSet.build(entries, lambda _event: None)
    assert isinstance(devices, DeviceSet)
    devices.start_all()
    wait_until(lambda: {status.state for status in devices.statuses().values()} != {DeviceState.OFFLINE})
    wait_until(lambda: devices.statuses()["second"].state is DeviceState.ONLINE)
    chosen = devices.printer(Capability.RECEIPT)
    assert chosen is devices.get("second")
    set_condition(tmp_path / "second", Condition(paper="out"))
    wait_until(lambda: devices.statuses()["second"].state is DeviceState.USER_ERROR)
    assert devices.printer(Capability.RECEIPT) is devices.get("first")
    assert devices.printer(Capability.DOCUMENT) is None
    assert devices.stop_all() == []


def test_a_set_with_mistakes_is_not_built() -> None:
    problems = DeviceSet.build([{"name": "x", "driver": "cups"}, {"name": "x"}], lambda _event: None)
    assert isinstance(problems, list)
    assert [(problem.device, problem.key) for problem in problems] == [
        ("x", "queue"),
        ("x", "driver"),
        ("x", "name"),
    ]
    assert all(isinstance(problem, ConfigProblem) for problem in problems)
