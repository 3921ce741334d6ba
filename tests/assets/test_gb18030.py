"""Every character that a name can hold (GB 18030-2022, level 3) has a glyph, on screen and on paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from assets import fonts, gb18030
from assets.pdf_blocks import Style, Text
from assets.typesetting import pages, roll
from devices.contract import Fault
from devices.printers.raster import DOTS_PER_MM, Bitmap, rasterize

SAMPLE = 12
DOTS_WIDE = 576
INKED_MOST = 0.42  # of the squares of a line; a block of ink has half and more


@cache
def _drawn(path: Path) -> frozenset[int]:
    """Code points that the file really draws: mapped, and to an outline that is not empty."""
    with TTFont(path, lazy=True) as font:
        offsets, names = font["loca"], font.getReverseGlyphMap()
        mapped = font.getBestCmap()
        found = set()
        for code, name in mapped.items():
            number = names[name]
            if number and offsets[number + 1] > offsets[number]:
                found.add(code)
    return frozenset(found)


def test_the_table_has_as_many_characters_as_the_standard_says() -> None:
    table = list(gb18030.characters())
    assert len(table) == len(set(table)) == gb18030.COUNT


@pytest.mark.parametrize("part", gb18030.PARTS)
def test_each_character_is_drawn_or_told_by_its_code_point(part: str) -> None:
    """The whole table, character by character, against the font files themselves."""
    for bold in (False, True):
        for character in gb18030.characters(part):
            (piece,) = fonts.runs(character, bold)
            if isinstance(piece, fonts.Missing):
                assert piece.text == f"U+{ord(character):04X}"
            else:
                assert ord(character) in _drawn(piece.face.path), f"U+{ord(character):04X}"


def test_the_list_of_what_no_font_has_is_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    assert gb18030.main() == 0
    listed = {line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  U+")}
    lacking = {f"U+{ord(each):04X}" for part in gb18030.without_a_glyph().values() for each in part}
    assert listed == lacking


def test_a_sample_of_every_part_is_on_paper_and_can_be_copied_from_it() -> None:
    random = Random(18030)
    names = ["".join(random.sample(list(gb18030.characters(part)), SAMPLE)) for part in gb18030.PARTS]
    document = pypdfium2.PdfDocument(pages([Text(name) for name in names], title="姓名"))
    text = "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    document.close()
    for name in names:
        assert name in text
        (picture,) = _printed(name)
        square = (Style().size * DOTS_PER_MM * 25.4 / 72) ** 2
        assert sum(byte.bit_count() for byte in picture.rows) < INKED_MOST * square * SAMPLE, name


def _printed(text: str) -> list[Bitmap]:
    """As a thermal printer prints it."""
    pictures = rasterize(roll([Text(text)], title="姓名"), DOTS_WIDE)
    assert not isinstance(pictures, Fault)
    return pictures
