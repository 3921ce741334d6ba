"""Small files that were read before: the same content without YAML, and never an old or a false one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from kiosk.matters import document
from kiosk.matters.calendar import CalendarOverrides
from kiosk.matters.hours import HallHours
from kiosk.matters.kept import KeptFiles
from kiosk.matters.load import load_model

CONFIG: Final = Path(__file__).parents[3] / "config"
LONG_AGO_NS: Final = 10**18


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    file = tmp_path / "hall-hours.yaml"
    file.write_bytes((CONFIG / "hall-hours.yaml").read_bytes())
    return file


def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files have been lying there for a while: one that was just written may change within its own times."""
    monkeypatch.setattr("kiosk.matters.opening._RACY_NS", 0)


def test_what_was_read_before_is_there_without_yaml(
    tmp_path: Path, hours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(monkeypatch)
    first = KeptFiles(tmp_path / "parts")
    assert first.load(hours, HallHours) == load_model(hours, HallHours)
    calendar = first.load(CONFIG / "calendar.yaml", CalendarOverrides)
    first.keep()
    monkeypatch.setattr(document, "read_document", lambda *_: pytest.fail("YAML was read"))
    again = KeptFiles(tmp_path / "parts")
    assert again.load(hours, HallHours) == first.load(hours, HallHours)
    assert again.load(CONFIG / "calendar.yaml", CalendarOverrides) == calendar


def test_a_changed_file_and_damage_are_read_anew(
    tmp_path: Path, hours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(monkeypatch)
    parts = tmp_path / "parts"
    kept = KeptFiles(parts)
    before = kept.load(hours, HallHours)
    kept.keep()
    text = hours.read_text(encoding="utf-8")
    for damaged in (b"", parts.read_bytes()[:-9], b"\x00" * 400):
        parts.write_bytes(damaged)
        assert KeptFiles(parts).load(hours, HallHours) == before
    kept.keep()
    hours.write_text(text + "nobody_knows: this\n", encoding="utf-8")
    os.utime(hours, ns=(LONG_AGO_NS, LONG_AGO_NS))
    wrong = KeptFiles(parts).load(hours, HallHours)
    assert isinstance(wrong, list) and wrong == load_model(hours, HallHours)
    missing = KeptFiles(parts).load(tmp_path / "no.yaml", HallHours)
    assert isinstance(missing, list)
