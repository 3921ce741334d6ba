"""The set-up of fonts: what it makes, and that it makes it once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from assets import build_fonts, fonts

ROOT = Path(build_fonts.__file__).parent.parent


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A font folder of its own that has the two instances already."""
    for name in build_fonts._WEIGHTS:
        (tmp_path / name).symlink_to(fonts.FOLDER / name)
    monkeypatch.setattr(build_fonts, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "style", "weight"),
    [("NotoSansSC-Regular.ttf", "Regular", 400), ("NotoSansSC-Bold.ttf", "Bold", 700)],
)
def test_the_instances_are_plain_truetype_with_names_of_their_own(name: str, style: str, weight: int) -> None:
    path = fonts.FOLDER / name
    with TTFont(path, lazy=True) as font:
        assert not {"fvar", "gvar", "avar", "STAT", "vmtx"} & set(font.keys())
        assert font["OS/2"].usWeightClass == weight
        assert font["head"].macStyle == (1 if style == "Bold" else 0)
        assert font["name"].getDebugName(1) == "Noto Sans SC"
        assert font["name"].getDebugName(2) == style
        assert font["name"].getDebugName(6) == f"NotoSansSC-{style}"
        assert "Open Font License" in font["name"].getDebugName(13)
    assert path.stat().st_size < 12_000_000
    assert (fonts.FOLDER / "NotoSansSC-OFL.txt").is_file()


def test_a_second_set_up_finds_everything_done() -> None:
    before = {path.name: path.lstat().st_mtime_ns for path in fonts.FOLDER.iterdir() if path.suffix}
    done = subprocess.run(
        [sys.executable, "-m", "assets.build_fonts"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "fonts: up to date\n"
    assert {path.name: path.lstat().st_mtime_ns for path in fonts.FOLDER.iterdir() if path.suffix} == before


def test_a_cut_off_set_up_is_not_taken_for_done(elsewhere: Path) -> None:
    stamp = elsewhere / build_fonts.STAMP
    font = "NotoSansSC-Bold.ttf"
    good = {"wanted": {"recipe": 1}, "made": {font: (elsewhere / font).stat().st_size}}
    stamp.write_text(json.dumps(good))
    assert build_fonts._up_to_date({"recipe": 1})
    assert not build_fonts._up_to_date({"recipe": 2})
    stamp.write_text(json.dumps({**good, "made": {font: 17}}))
    assert not build_fonts._up_to_date({"recipe": 1})
    for damaged in (b"", b"{", b"[]", b'{"wanted": {"recipe": 1}, "made": {"gone.ttf": 1}}'):
        stamp.write_bytes(damaged)
        assert not build_fonts._up_to_date({"recipe": 1})


def test_without_hanazono_it_goes_on_and_rare_characters_become_codes(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_fonts, "HANAZONO_FOLDERS", (elsewhere,))
    assert build_fonts.find_hanazono() == []
    (elsewhere / "HanaMinA.ttf").symlink_to(elsewhere / "uninstalled.ttf")
    build_fonts._link_rare([])
    assert not (elsewhere / "HanaMinA.ttf").is_symlink()
    build_fonts._make_coverage([])
    monkeypatch.setattr(fonts, "FOLDER", elsewhere)
    fonts._library.cache_clear()
    try:
        assert fonts.runs("𠮷") == [fonts.Missing(0x20BB7)]
        assert fonts.covered("张三")
    finally:
        fonts._library.cache_clear()


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(build_fonts.SourceMissingError, match="some-package"):
        build_fonts._package_folder("no_such_module_anywhere", "some-package")
