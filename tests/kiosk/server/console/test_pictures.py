"""Pictures are drawn by a command in the background, one after the other, and kept by what they show."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kiosk.server.console.pictures import Album, Pictures

DRAWS = """
import json, pathlib, sys, time
arguments = sys.argv[1:]
matters, out = pathlib.Path(arguments[2]), pathlib.Path(arguments[4])
text = "".join(path.read_text() for path in sorted(matters.iterdir()))
if "slow" in text: time.sleep(600)
out.mkdir(parents=True)
if "empty" in text: sys.exit("nothing to draw")
(out / "01-home.png").write_bytes(b"png " + text.encode())
pages = [{"name": "home", "picture": str(out / "01-home.png")},
         {"name": "gone", "picture": str(out / "02.png")},
         {"name": "evil", "picture": "/etc/hostname"}]
(out / "summary.json").write_text(json.dumps({"pages": pages, "state": "accepted"}))
sys.exit(1 if "bad" in text else 0)
"""


def pictures(folder: Path) -> Pictures:
    program = folder / "draws.py"
    program.write_text(DRAWS)
    return Pictures(folder / "kept", (sys.executable, str(program)))


def settled(drawing: Pictures, digest: str) -> Album:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        album = drawing.album(digest)
        if album.state not in ("waiting", "drawing"):
            return album
        time.sleep(0.02)
    raise AssertionError(drawing.album(digest))


def test_they_are_drawn_and_kept(tmp_path: Path) -> None:
    drawing = pictures(tmp_path)
    one, other, broken = "1" * 64, "2" * 64, "3" * 64
    assert drawing.album(one) == Album("none")
    assert drawing.order(one, "CODE", {"a.yaml": "well"})
    assert drawing.order(other, "CODE", {"a.yaml": "bad"})
    assert drawing.order(broken, "CODE", {"a.yaml": "empty"})
    assert drawing.order(other, "CODE", {"a.yaml": "bad"})  # twice is once
    album = settled(drawing, one)
    assert (album.state, album.good, [each.page for each in album.pictures]) == ("done", True, ["home"])
    path = drawing.file(one, "01-home.png")
    assert path is not None and path.read_bytes() == b"png well"
    assert not settled(drawing, other).good and "没有走到头" in settled(drawing, other).words
    failed = settled(drawing, broken)
    assert failed.state == "failed" and "nothing to draw" in failed.words
    again = Pictures(tmp_path / "kept", ("false",))  # after a restart
    assert again.album(one).state == "done"
    assert not [path for path in (tmp_path / "kept").iterdir() if path.name.startswith(".")]


def test_no_other_file_is_given_out(tmp_path: Path) -> None:
    drawing = pictures(tmp_path)
    drawing.order("1" * 64, "CODE", {"a.yaml": "well"})
    settled(drawing, "1" * 64)
    for digest, name in (
        ("1" * 64, "made.json"),
        ("1" * 64, "../" + "1" * 64 + "/01-home.png"),
        ("..", "01-home.png"),
        ("1" * 64, "..png"),
        ("1" * 63 + "/", "01-home.png"),
    ):
        assert drawing.file(digest, name) is None


def test_the_end_of_the_server_ends_what_is_being_drawn(tmp_path: Path) -> None:
    drawing = pictures(tmp_path)
    drawing.order("1" * 64, "CODE", {"a.yaml": "slow"})
    drawing.order("2" * 64, "CODE", {"a.yaml": "well"})
    end = time.monotonic() + 120
    while drawing.album("1" * 64).state != "drawing" and time.monotonic() < end:
        time.sleep(0.02)
    assert drawing.album("2" * 64) == Album("waiting", 1)
    process = None
    while process is None and time.monotonic() < end:
        process = drawing._process
    drawing.stop()
    assert process is not None and process.poll() is not None
    assert drawing.album("2" * 64).state == "none"
