"""What the window leaves on the disk, and takes away again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from screens import window_setup


def test_folders_of_killed_processes_are_removed_and_of_living_ones_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    monkeypatch.setattr(window_setup, "_SHARED", tmp_path)
    gone = tmp_path / f"kiosk-kivy-{ended.pid}-abc"
    living = tmp_path / f"kiosk-kivy-{os.getpid()}-abc"
    strange = tmp_path / "kiosk-kivy-notes-abc"
    for folder in (gone, living, strange):
        folder.mkdir()
    window_setup._remove_left_behind()
    assert sorted(tmp_path.iterdir()) == sorted([living, strange])
