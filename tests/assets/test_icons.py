from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from assets import icons


def test_every_name_has_a_glyph_in_the_icon_font() -> None:
    with TTFont(icons.FONT, lazy=True) as font:
        drawn = set(font.getBestCmap())
    assert len(icons.names()) > 7000
    assert {name for name in icons.names() if ord(icons.icon(name)) not in drawn} == set()


def test_names_are_those_of_the_icon_set() -> None:
    assert icons.icon("card-account-details-outline") == "\U000f0dab"
    assert icons.known("printer") and icons.known("import")
    assert not any("_" in name or name.endswith("-") for name in icons.names())


def test_an_unknown_name_is_an_error_that_helps() -> None:
    assert not icons.known("card-acount-details")
    with pytest.raises(icons.UnknownIconError, match="card-account-details"):
        icons.icon("card-acount-details")
