"""What kiosk rehearse refuses before anything starts, and what it leaves behind then: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from kiosk.virtual_hall import VirtualHall
from tests.kiosk.rehearsing import (
    CERTIFICATE,
    kiosk,
)


def test_all_of_a_folder_without_matters_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    ended = kiosk("rehearse", "--all", "--matters", tmp_path / "none", "--out", tmp_path / "out")
    assert ended.returncode == 2
    assert "no good matter file" in ended.stderr


def test_a_mistake_in_a_device_script_is_told_before_anything_starts(tmp_path: Path) -> None:
    script = tmp_path / "faults.script"
    script.write_text("at 1 hangup\n", encoding="utf-8")
    ended = kiosk("rehearse", CERTIFICATE, "--script", script, "--out", tmp_path / "out")
    assert ended.returncode == 2
    assert "line 1" in ended.stderr
    assert "hang-up" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_hall_that_cannot_open_leaves_no_platform_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told_to_end() -> None:
        raise SystemExit(143)

    monkeypatch.setattr("kiosk.virtual_hall.running_pcscd", told_to_end)
    hall = VirtualHall(tmp_path)
    with pytest.raises(SystemExit), hall:
        pass
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{hall.platform_url}/v1/catalogue/base", timeout=60)
