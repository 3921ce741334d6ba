"""A whole terminal and the running platform: an order goes out with a heartbeat, and its end comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.virtual.samv_module import SamvModule
from kiosk import heartbeat
from kiosk.server.fleet import commands, registry, standing
from kiosk.server.fleet.commands import Kind
from kiosk.server.fleet.context import Fleet
from kiosk.settings import PlatformSettings, Settings
from kiosk.technician.books import Books
from tests.kiosk.server.conftest import Client, running
from tests.kiosk.technician.conftest import opened, until


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Client]:
    folder = tmp_path / "platform"
    folder.mkdir()
    with running(folder, enrolment="registered") as client:
        yield client


def test_out_of_service_and_back(
    platform: Client, settings: Settings, module: SamvModule, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(heartbeat, "FIRST_SECONDS", 0.05)
    fleet = Fleet(platform.engine)
    secret = tmp_path / "platform.credential"
    secret.write_text(registry.register(fleet, "PDS-T-01", "wang", hall="市民中心") + "\n")
    with_platform = PlatformSettings(url=platform.url, heartbeat_seconds=3600, credential_file=secret)
    terminal = opened(replace(settings, platform=with_platform))
    Books(terminal.desk.bench.store).record("A4打印机", "self_test", "王师傅", True)
    desk = terminal.desk
    asked = commands.ask(fleet, "PDS-T-01", Kind.OUT_OF_SERVICE, "li", "搬迁")

    def state() -> str:
        return next(each.state for each in commands.of_terminal(fleet, "PDS-T-01") if each.id == asked.id)

    until(desk, lambda: state() == "done")
    assert desk.closed and desk.state.closed_reason == "搬迁"

    def condition() -> str:
        shown = standing.terminal(fleet, "PDS-T-01")
        return "" if shown is None else shown.row.condition

    until(desk, lambda: condition() == "out_of_service")
    asked = commands.ask(fleet, "PDS-T-01", Kind.BACK_IN_SERVICE, "li")
    until(desk, lambda: state() == "done" and condition() != "out_of_service")
    assert not desk.closed
    shown = standing.terminal(fleet, "PDS-T-01")
    assert shown is not None and shown.readiness is not None
    assert shown.readiness["passed"] is True and shown.readiness["tests"][0]["by"] == "王师傅"
    terminal.close()
