"""The command from its first instruction: a terminal goes past the command line, all else goes through it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASKED = """
import sys
from kiosk import command
command.serve_hall = lambda file: print("straight", file, "typer" in sys.modules) or sys.exit(0)
command.begin = lambda arguments: None
command.main()
"""


def _ran(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=600, check=False
    )


def test_a_terminal_starts_without_the_command_line(tmp_path: Path) -> None:
    for arguments in (["--terminal", "a.toml"], ["--terminal=a.toml"]):
        assert _ran(ASKED, "run", *arguments).stdout == "straight a.toml False\n"


def test_what_is_no_plain_start_is_for_the_command_line() -> None:
    unknown = _ran(ASKED, "run", "--terminal", "a.toml", "--fast")
    assert unknown.returncode == 2 and "No such option: --fast" in unknown.stderr
    missing = _ran(ASKED, "run", "--terminal")
    assert missing.returncode == 2 and "requires an argument" in missing.stderr


def test_everything_that_is_wrong_with_the_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text('[terminal]\nid = ""\n[displai]\n', encoding="utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "kiosk", "run", "--terminal", str(file)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert process.returncode == 2
    assert "terminal.id" in process.stderr and "'display' was meant" in process.stderr
