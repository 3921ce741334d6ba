"""``kiosk diagnose`` beside a living terminal, and without one."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.contract import Check, Fault
from devices.virtual.samv_module import SamvModule
from kiosk import diagnosis
from kiosk.settings import PlatformSettings, Settings
from kiosk.technician import live
from kiosk.technician.books import Books
from kiosk.technician.desk import TechnicianDesk
from kiosk.terminal import Terminal
from kiosk.visit.events import ShowMatters
from tests.kiosk.delivery.fake_platform import fake_platform
from tests.kiosk.technician.conftest import PRINTER, READER, opened, written


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """With a platform: a terminal without one is not ready."""
    with fake_platform() as platform:
        address = PlatformSettings(url=platform.url, heartbeat_seconds=0)
        yield replace(written(tmp_path), platform=address)


def diagnose(
    settings: Settings, capsys: pytest.CaptureFixture[str], device: str | None = None
) -> tuple[int, dict[str, Any]]:
    said: list[str] = []
    code = diagnosis.diagnose(settings, device, True, said.append)
    printed = capsys.readouterr().out
    return code, json.loads(printed) if printed else {"said": said}


def test_a_living_terminal_answers_and_keeps_its_devices(
    desk: TechnicianDesk, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = diagnose(settings, capsys)
    assert (code, found["ready"], found["live"]) == (0, True, True)
    assert [row["name"] for row in found["devices"]] == [READER, PRINTER]
    for row in found["devices"]:
        assert {"name", "driver", "state", "since", "fault", "detail"} <= set(row)
        assert row["state"] == "online" and row["checks"]
        assert row["last_test"]["by"] == "command line"
    records = desk.bench.books.newest()
    assert {record.by for record in records.values()} == {"command line"}
    assert live.socket_path(settings).stat().st_mode & 0o077 == 0


def test_a_broken_device_is_told_and_the_code_is_not_0(
    desk: TechnicianDesk,
    settings: Settings,
    module: SamvModule,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module.hang_up()
    code, found = diagnose(settings, capsys)
    assert (code, found["ready"], found["needs"]["identity"]) == (1, False, False)
    assert found["devices"][0]["fault"] is not None
    assert diagnose(settings, capsys, PRINTER)[0] == 0
    code, found = diagnose(settings, capsys, READER)
    assert code == 1 and [row["name"] for row in found["devices"]] == [READER]


def test_nobody_is_disturbed_in_the_middle_of_a_visit(
    terminal: Terminal, desk: TechnicianDesk, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.controller.send(ShowMatters())
    code, found = diagnose(settings, capsys)
    assert (code, found["visit"]) == (0, True)
    assert all(row["checks"] is None for row in found["devices"])


def test_without_a_terminal_the_devices_are_opened_for_a_moment(
    settings: Settings, module: SamvModule, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = diagnose(settings, capsys)
    assert (code, found["live"]) == (0, False)
    assert not settings.storage.path.exists(), "a store is the terminal's to make"
    terminal = opened(settings)
    terminal.close()
    assert diagnose(settings, capsys)[0] == 0
    again = opened(settings)
    newest = Books(again.desk.bench.store).newest()
    assert {record.by for record in newest.values()} == {"command line"}
    again.close()


def test_a_terminal_that_hangs_is_told_from_one_that_is_not_there(
    terminal: Terminal, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = live.socket_path(settings)
    path.unlink()
    code, found = diagnose(settings, capsys)
    assert code == 1
    assert any("diagnosis.no_answer" in line for line in found["said"])


def test_a_device_that_is_not_there_is_wrong_use(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = diagnose(settings, capsys, "no such")
    assert code == 2 and READER in found["said"][0]


@pytest.mark.parametrize(
    "sent", [b"\n", b"{\n", b"[]\n", b"\xff\n", b'{"device": "?"}\n', b"x" * 70_000 + b"\n"]
)
def test_nonsense_on_the_socket_ends_nothing(
    desk: TechnicianDesk, settings: Settings, sent: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(120)
        with live._short(live.socket_path(settings)) as address:
            line.connect(address)
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):  # it had read enough
            assert b"fault" in line.recv(1000)
    assert live.ask(settings, PRINTER, False) == live.ask(settings, PRINTER, False)


def test_a_long_path_has_room(tmp_path: Path, settings: Settings, module: SamvModule) -> None:
    folder = tmp_path / ("deep" * 30) / ("deeper" * 30)
    storage = settings.storage.model_copy(
        update={"path": folder / "t.sqlite", "key_file": folder / "device.key"}
    )
    long = replace(settings, storage=storage)
    terminal = opened(long)
    assert not isinstance(live.ask(long, PRINTER, False), Fault)
    terminal.close()


def test_a_self_test_that_fails_is_not_ready() -> None:
    from devices.contract import Capability, DeviceState, Status
    from devices.device_set import DeviceReport

    report = DeviceReport("p", "x", frozenset({Capability.DOCUMENT}), Status(DeviceState.ONLINE), 0.0)
    failed = Check("cutter", False, "", Fault("printer.cutter"))
    assert diagnosis._row(report, [failed])["ready"] is False
    assert diagnosis._row(report, None)["ready"] is True
