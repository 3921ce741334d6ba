"""The folder of a rehearsal: nothing of an earlier one stays, and a full disk loses no visit."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from kiosk.settings import Settings, load_settings
from kiosk.visit.state import PaperKind
from screens.rehearsal import rehearse
from screens.rehearsal.folder import open_folder

OLD = (
    "summary.json",
    "texts.json",
    "terminal.log",
    "slip.pdf",
    "document-2.pdf",
    "01-home.png",
    "12-gave-up.png",
)
NOT_OURS = ("notes.txt", "slip.odt", "holiday.png", "thesis.pdf")


def test_what_an_earlier_one_left_is_gone_and_nothing_else(tmp_path: Path) -> None:
    for name in (*OLD, *NOT_OURS):
        (tmp_path / name).write_text("old", encoding="utf-8")
    said: list[str] = []
    assert open_folder(tmp_path, said.append) is not None
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(NOT_OURS)
    assert said == []


def test_a_terminal_that_does_not_open_leaves_a_summary_that_says_so(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text("", encoding="utf-8")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "terminal.sqlite").mkdir()  # a folder where the store should be
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text('{"state": "accepted"}', encoding="utf-8")
    settings = load_settings(file)
    assert isinstance(settings, Settings)
    said: list[str] = []
    assert rehearse("社保缴费证明", out, said.append, settings) == 1
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["state"], summary["faults"], summary["printed"]) == ("abandoned", ["store.folder"], False)
    assert {"matter", "identity", "project_no", "receipt", "pages", "touches", "wiped", "seconds"} <= set(
        summary
    )
    assert any("store.folder" in line for line in said)


def test_a_matter_that_is_none_leaves_no_old_summary(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{}", encoding="utf-8")
    assert rehearse("没有这个事项", tmp_path, lambda _text: None) == 2
    assert not (tmp_path / "summary.json").exists()


def test_a_folder_that_cannot_be_written_to_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _content: bytes) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    said: list[str] = []
    assert rehearse("社保缴费证明", tmp_path, said.append) == 2
    assert "Read-only file system" in said[0] and "--out" in said[0]


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    folder = open_folder(tmp_path, said.append)
    assert folder is not None
    written = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        written(path, content[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    folder.keep_paper(PaperKind.SLIP, b"%PDF-1.7 a slip")
    folder.keep_summary({"state": "accepted"})
    assert list(tmp_path.iterdir()) == []
    assert folder.papers == {PaperKind.SLIP: []}
    assert not folder.complete
    assert len([line for line in said if "No space left" in line]) == 2
