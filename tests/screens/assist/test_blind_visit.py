"""From home to done by keypad alone: who walks decides by the spoken words and by nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

COMMAND_SECONDS = 900
KEYS = frozenset({"up", "down", "left", "right", "enter", "escape", "f1", *"0123456789"})


def test_a_visit_is_made_by_ear_and_keypad_alone(tmp_path: Path) -> None:
    out = tmp_path / "visit"
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "kiosk.cli", "rehearse", "社保缴费证明", "--blind"),
            *("--out", str(out), "--timeout", "800"),
        ],
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    heard = (out / "heard.txt").read_text(encoding="utf-8")
    assert ended.returncode == 0, ended.stderr + heard
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["state"] == "accepted"
    assert summary["printed"]
    assert summary["wiped"]
    pressed = set(re.findall(r"^> (.*)$", heard, re.MULTILINE))
    assert pressed <= KEYS
    spoken = re.sub(r"^> .*$", "", heard, flags=re.MULTILINE)
    assert spoken.startswith("语音已打开")
    assert not re.search(r"[0-9*]", spoken)  # every number in words
    digits = summary["project_no"][-4:].translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
    assert digits in spoken.replace("，", "")
    assert "承诺时限" in spoken  # the slip itself was read out
