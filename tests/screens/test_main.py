"""The window's entry points, as processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from kiosk.privacy import allocator

TERMINAL = '[terminal]\nid = "T1"\n[[devices]]\nname = "A4"\ndriver = "file_printer"\nfolder = "out"\n'


LATER = ("typer", "pypdfium2", "kiosk.visit.submitting", "kiosk.speech.reading", "kiosk.delivery.papers.slip")
"""Modules that no first page needs: loaded behind it, while somebody reads."""


def _run(folder: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    settings = folder / "terminal.toml"
    settings.write_text(TERMINAL, encoding="utf-8")
    cleared = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "SDL_VIDEODRIVER")}
    return subprocess.Popen(
        [sys.executable, *options, "-m", "kiosk", "run", "--terminal", str(settings)],
        env={**cleared, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_without_a_display_it_says_so_instead_of_drawing_for_nobody(tmp_path: Path) -> None:
    process = _run(tmp_path)
    _, said = process.communicate(timeout=600)
    assert process.returncode == 2
    assert "no display" in said


def test_it_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    process = _run(tmp_path, "-X", "importtime", SDL_VIDEODRIVER="offscreen", **allocator.ENVIRONMENT)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if '"window.ready"' in line:
            break
    loaded = {line.split("|")[-1].strip() for line in said.splitlines()}
    assert "kiosk.visit.flow" in loaded and loaded.isdisjoint(LATER)
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=600)
    assert process.returncode == 0, said + rest
    assert "Traceback" not in said + rest
