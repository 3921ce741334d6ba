"""Names of rare characters on the screen: each is drawn, and what no face has is told by its code point."""

from __future__ import annotations

from random import Random

import pytest

from assets import gb18030
from screens.kit import faces
from screens.kit.context import Ctx
from screens.kit.text import Text

SIZE = 48


def inked(character: str, bold: bool) -> bool:
    (run,) = faces.runs(character, bold)
    assert run.face is not None
    pixels: bytes = faces.picture(run.text, run.face, SIZE).pixels
    return any(pixels[3::4])


@pytest.mark.parametrize("part", gb18030.PARTS)
def test_a_sample_of_every_part_of_the_table_leaves_ink(ctx: Ctx, part: str) -> None:
    sample = Random(part).sample(list(gb18030.characters(part)), 12)
    assert all(inked(character, bold) for character in sample for bold in (False, True))


def test_a_name_of_four_rare_characters_is_as_wide_as_it_is_long(ctx: Ctx) -> None:
    name = Text(ctx, "𠮷𬱖㛃龘", "number")
    assert len(faces.runs(name.text, bold=True)) > 1
    assert name.natural_width() == pytest.approx(4 * name.style.size, abs=4)


def test_what_no_face_has_keeps_its_place(ctx: Ctx) -> None:
    (run,) = faces.runs("\ue863", bold=False)
    assert (run.face, run.text) == (None, "U+E863")
    text = Text(ctx, "王\ue863", "body")
    text.place(0, 0, 400, text.fit(400))
    assert text.drawn_width > 2 * text.style.size
