"""The choice of faces, checked against the font files themselves."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from assets import build_fonts, fonts
from assets.fonts import INVISIBLE, Missing, Run, covered, face_for, main_face, runs

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


@functools.cache
def characters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@given(ANY_TEXT, st.booleans())
def test_no_character_is_lost_and_every_run_has_its_glyphs(text: str, bold: bool) -> None:
    pieces = runs(text, bold)
    shown = "".join(piece.text if isinstance(piece, Run) else chr(piece.codepoint) for piece in pieces)
    assert shown == "".join(" " if c == "\t" else c for c in text if ord(c) not in INVISIBLE)
    for piece in pieces:
        if isinstance(piece, Run):
            assert set(map(ord, piece.text)) <= characters(piece.face.path)


@pytest.mark.parametrize("bold", [False, True])
def test_the_main_face_shows_chinese_latin_and_digits(bold: bool) -> None:
    text = "平顶山市政务服务中心，直骨令门 Résumé 410402 （50%）①〇"
    assert [(piece.face, piece.text) for piece in runs(text, bold) if isinstance(piece, Run)] == [
        (main_face(bold), text)
    ]
    assert main_face(bold).name == ("NotoSansSC-Bold" if bold else "NotoSansSC-Regular")


def test_rare_names_take_the_face_that_has_them() -> None:
    names = [piece.face.name for piece in runs("张𠮷𩫕三") if isinstance(piece, Run)]
    assert names == ["NotoSansSC-Regular", "BabelStoneHan", "HanaMinB", "NotoSansSC-Regular"]
    assert face_for("𠮷") == fonts.runs("𠮷")[0].face  # type: ignore[union-attr]
    assert face_for("张𠮷") is None
    assert covered("𬭼䶮𠮷")


@pytest.mark.parametrize("code", [0xE863, 0xF0000, 0xD842, 0x07, 0x0A, 0xFFFF, 0x2EBF0, 0x202E])
def test_what_no_face_has_is_told_by_its_code_point(code: int) -> None:
    """Private use, half a pair, control, unassigned, direction override: all of them visible."""
    assert runs(f"张{chr(code)}三", bold=True)[1] == Missing(code)
    assert Missing(code).text == f"U+{code:04X}"
    assert not covered(chr(code))
    assert face_for(chr(code)) is None


def test_variation_selectors_take_no_room() -> None:
    assert [piece.text for piece in runs("葛\U000e0101城\ufe00")] == ["葛城"]


def test_rare_faces_are_thickened_and_the_main_ones_are_not() -> None:
    rare = runs("𠮷", bold=True)[0]
    assert isinstance(rare, Run)
    assert rare.face.stroke > 0 and not rare.face.heavy
    assert main_face(bold=True).heavy


def test_the_shapes_are_those_of_the_mainland() -> None:
    """令, 门, 海 and 真 have other strokes than in the Japanese font of the same family."""
    package = build_fonts._package_folder("justmytype_intl_cjk", "")
    japanese = TTFont(package / "fonts/ofl/notosansjp/NotoSansJP[wght].ttf", lazy=True)
    chinese = TTFont(main_face().path, lazy=True)
    with japanese, chinese:
        for character in "令门海真":
            points = [
                len(font["glyf"][font.getBestCmap()[ord(character)]].getCoordinates(font["glyf"])[0])
                for font in (japanese, chinese)
            ]
            assert points[0] != points[1], character


def test_a_missing_or_damaged_table_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    try:
        for content in (None, b"", b"[]\n", b'[{"regular": 1'):
            if content is not None:
                (tmp_path / fonts.COVERAGE_FILE).write_bytes(content)
            fonts._library.cache_clear()
            with pytest.raises(fonts.FontsNotBuiltError, match=r"python -m assets\.build_fonts"):
                runs("字")
    finally:
        fonts._library.cache_clear()
