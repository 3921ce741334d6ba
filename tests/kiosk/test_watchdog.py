"""A word to systemd only while window and store move; over a real datagram socket."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from devices.contract import Fault
from kiosk.delivery.store import Store, open_store
from kiosk.rest import YOUNG_SECONDS, Rest, resident_mib_of_this_process
from kiosk.settings import MaintenanceSettings
from kiosk.watchdog import Watchdog, expected_seconds, notify, store_moves

UNITS = Path(__file__).parents[2] / "config" / "systemd"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def near() -> Iterator[Path]:
    """A folder for a socket, whose path is short."""
    with tempfile.TemporaryDirectory(prefix="kiosk-", dir="/tmp") as folder:
        yield Path(folder)


def test_one_datagram_reaches_whoever_listens(near: Path) -> None:
    address, name = str(near / "notify"), f"kiosk-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        assert notify("READY=1", {"NOTIFY_SOCKET": address})
        assert listener.recv(100) == b"READY=1"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}")
        assert notify("WATCHDOG=1", {"NOTIFY_SOCKET": f"@{name}"})
        assert listener.recv(100) == b"WATCHDOG=1"
    assert not notify("READY=1", {"NOTIFY_SOCKET": address})  # nobody listens any more
    assert not notify("READY=1", {})


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_how_long_systemd_waits(environment: dict[str, str], seconds: float) -> None:
    assert expected_seconds(environment) == seconds


def test_no_word_while_the_window_stands() -> None:
    said: list[str] = []
    clock = Clock()
    dog = Watchdog(lambda: None, 30.0, said.append, clock)
    assert dog.beat()
    clock.now += 9.0
    assert dog.beat()
    clock.now += 9.0
    assert not dog.beat()
    dog.moved()
    assert dog.beat()
    assert said == ["WATCHDOG=1"] * 3


def test_no_word_while_the_store_does_not_answer_and_one_when_it_answers_with_a_fault() -> None:
    said: list[str] = []
    answers = threading.Event()
    dog = Watchdog(lambda: answers.wait(120), 0.06, said.append, lambda: 0.0)
    dog.ready()
    time.sleep(0.2)
    assert said == ["READY=1"]
    answers.set()
    end = time.monotonic() + 120
    while "WATCHDOG=1" not in said and time.monotonic() < end:
        time.sleep(0.01)
    dog.stop()
    assert said[:2] == ["READY=1", "WATCHDOG=1"]
    assert said[-1] == "STOPPING=1"
    assert Watchdog(lambda: Fault("store.full"), 30.0, said.append, lambda: 0.0).beat()


def test_a_window_that_moves_as_often_as_it_is_asked_to_is_always_spoken_for() -> None:
    clock = Clock()
    said: list[str] = []
    dog = Watchdog(lambda: None, 9.0, said.append, clock)
    for _ in range(10):
        clock.now += dog.pulse_seconds * 1.5  # a machine that is late
        assert dog.beat()
        dog.moved()
    assert len(said) == 10
    assert Watchdog(lambda: None, 0.0, said.append, clock).pulse_seconds == math.inf


def test_asking_the_store_writes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    store.forget_log()
    log = tmp_path / "terminal.sqlite-wal"
    before = log.stat().st_size if log.exists() else 0
    assert store_moves(store)() is None
    assert (log.stat().st_size if log.exists() else 0) == before
    store.close()


# --- restarts --------------------------------------------------------------------------------------------


def rest(clock: Clock, hour: int = 4, resident: float = 100.0, **settings: int) -> tuple[Rest, list[float]]:
    memory = [resident]
    at = datetime(2026, 11, 24, hour, 30)
    return Rest(MaintenanceSettings.model_validate(settings), lambda: at, clock, lambda: memory[0]), memory


def test_what_was_asked_for_waits_until_nobody_is_here() -> None:
    clock = Clock()
    waiting, _ = rest(clock)
    woken: list[str] = []
    waiting.woken = lambda: woken.append(waiting.due(True, clock.now))
    waiting.ask("privacy")
    assert woken == ["privacy"]
    waiting.ask("bundle")
    assert waiting.due(False, clock.now) == ""
    assert waiting.due(True, clock.now) == "privacy"  # at once: before the next citizen


def test_once_a_night_and_never_just_after_a_start() -> None:
    clock = Clock()
    nightly, _ = rest(clock)
    assert nightly.due(True, 0.0) == ""
    clock.now += YOUNG_SECONDS
    assert nightly.due(True, clock.now - 10) == ""  # somebody was here just now
    assert nightly.due(True, clock.now - 400) == "daily"
    other_hour, _ = rest(Clock(), hour=5)
    assert other_hour.due(True, -YOUNG_SECONDS) == ""
    clock = Clock()
    never, _ = rest(clock, restart_hour=-1)
    clock.now += YOUNG_SECONDS
    assert never.due(True, 0.0) == ""


def test_when_memory_has_grown() -> None:
    clock = Clock()
    growing, memory = rest(clock, hour=12, restart_growth_mib=200)
    clock.now += 100
    assert growing.due(True, 0.0) == ""
    memory[0] = 290.0
    clock.now += 100
    assert growing.due(True, 0.0) == ""
    memory[0] = 310.0
    clock.now += 100
    assert growing.due(False, 0.0) == ""
    assert growing.due(True, 0.0) == "memory"
    assert resident_mib_of_this_process() > 10


# --- unit files ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system below a folder: what the script installs, and empty programs where packages put theirs."""
    root = tmp_path_factory.mktemp("stage")
    environment = {**os.environ, "DESTDIR": str(root), "PREFIX": "/opt/kiosk"}
    subprocess.run([UNITS / "install.sh"], env=environment, check=True, capture_output=True)
    for program in ("usr/bin/xinit", "opt/kiosk/.venv/bin/python"):
        path = root / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n", encoding="utf-8")
        path.chmod(0o755)
    for target in ("sysinit", "basic", "shutdown", "graphical", "multi-user"):
        unit = root / "etc/systemd/system" / f"{target}.target"
        unit.write_text("[Unit]\nDescription=Here for the check only\n", encoding="utf-8")
    return root


def test_systemd_finds_nothing_wrong_with_the_units(stage: Path) -> None:
    units = [stage / "etc/systemd/system" / name for name in ("kiosk.service", "kiosk-display.service")]
    told = subprocess.run(
        ["systemd-analyze", "verify", f"--root={stage}", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_the_service_is_well_shut_off(stage: Path) -> None:
    unit = stage / "etc/systemd/system/kiosk.service"
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-400:]


def test_the_units_say_what_the_software_needs(stage: Path) -> None:
    from kiosk.privacy.allocator import ENVIRONMENT

    unit = (stage / "etc/systemd/system/kiosk.service").read_text(encoding="utf-8")
    for name, value in ENVIRONMENT.items():
        assert f"{name}={value}" in unit
    for line in ("Type=notify", "WatchdogSec=30", "Restart=always", "StartLimitIntervalSec=0", "LimitCORE=0"):
        assert line in unit.splitlines()
    assert "@PREFIX@" not in unit
    assert "ExecStart=/opt/kiosk/.venv/bin/python -m kiosk run --terminal /etc/kiosk/terminal.toml" in unit
    subprocess.run([sys.executable, "-m", "kiosk", "run", "--help"], check=True, capture_output=True)


def test_installing_again_keeps_what_was_written_for_this_terminal(stage: Path) -> None:
    terminal = stage / "etc/kiosk/terminal.toml"
    terminal.write_text("# ours\n", encoding="utf-8")
    environment = {**os.environ, "DESTDIR": str(stage), "PREFIX": "/opt/kiosk"}
    subprocess.run([UNITS / "install.sh"], env=environment, check=True, capture_output=True)
    assert terminal.read_text(encoding="utf-8") == "# ours\n"
    refused = subprocess.run([UNITS / "install.sh", "--wrong"], capture_output=True, check=False)
    assert refused.returncode == 2
    for script in ("install.sh", "display-session"):
        subprocess.run(["sh", "-n", UNITS / script], check=True)


def test_a_process_that_begins_anew_does_not_say_that_it_stops() -> None:
    """systemd would end it twenty seconds later, whoever is there by then."""
    said: list[str] = []
    dog = Watchdog(lambda: None, 0.0, said.append)
    dog.ready()
    dog.goes_on()
    dog.stop()
    assert said == ["READY=1"]
