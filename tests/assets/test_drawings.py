"""Drawings of the machine, looked at as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from PIL import Image, ImageChops

from assets import drawings
from assets.drawing_tools import CONTRAST, LIGHT
from assets.drawings import Kind, MachineLayout, drawing


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(drawings, "_folder", lambda: tmp_path)
    return tmp_path


def pixels(path: Path) -> Image.Image:
    return Image.open(path).convert("RGBA")


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_is_smooth_transparent_and_has_the_asked_size(kind: Kind) -> None:
    picture = pixels(drawing(kind, width=320))
    assert picture.size == (320, 240)
    assert picture.getpixel((0, 0))[3] == 0  # type: ignore[index]
    shades = {alpha for _, alpha in (picture.getchannel("A").getcolors() or [])}
    assert len(shades) > 10  # edges are smoothed
    assert picture.getbbox() is not None


def test_it_is_drawn_once(folder: Path) -> None:
    path = drawing("take_slip", width=160)
    stamp = path.stat().st_mtime_ns
    assert drawing("take_slip", width=160) == path
    assert path.stat().st_mtime_ns == stamp
    assert [entry.name for entry in folder.iterdir()] == [path.name]


def test_the_ring_is_where_the_configuration_says() -> None:
    accent = "#FF00FF"  # seen nowhere else
    palette = LIGHT.__class__(LIGHT.body, LIGHT.light, LIGHT.dark, accent, LIGHT.glow)
    moved = MachineLayout(scanner=(0.1, 0.66, 0.2, 0.05))
    usual = pixels(drawing("code_at_scanner", palette=palette))
    other = pixels(drawing("code_at_scanner", palette=palette, layout=moved))
    front = (20, 385, 300, 560)  # the machine below its card reader

    def ring(picture: Image.Image) -> tuple[int, int, int, int]:
        part = picture.crop(front).convert("RGB")
        marked = ImageChops.difference(part, Image.new("RGB", part.size, rgb(accent))).convert("L")
        box = marked.point(lambda value: 255 if value < 8 else 0).getbbox()
        assert box is not None
        return box

    assert ring(other)[0] + 60 < ring(usual)[0]


def test_themes_have_their_own_colours() -> None:
    light = drawing("machine", width=160, highlight="reader")
    contrast = drawing("machine", width=160, highlight="reader", palette=CONTRAST)
    assert light != contrast
    colours = {colour for _, colour in pixels(contrast).getcolors(1 << 16) or []}
    assert (*rgb(CONTRAST.accent), 255) in colours
    assert (*rgb(LIGHT.accent), 255) not in colours


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"camera": [0, 0, 0.1, 0.1]}, "no such part"),
        ({"reader": [0, 0, 0.1]}, "four numbers"),
        ({"reader": "left"}, "four numbers"),
        ({"reader": [0, 0, 0.1, 2]}, "from 0 to 1"),
        ({"reader": [0.95, 0, 0.1, 0.1]}, "outside"),
        ({"reader": [0.5, 0.5, 0, 0.1]}, "outside"),
    ],
)
def test_a_wrong_layout_is_told_in_words(given: dict[str, object], said: str) -> None:
    found = MachineLayout.of(given)
    assert isinstance(found, str) and said in found


def test_a_layout_is_read_from_configuration() -> None:
    assert MachineLayout.of({"slip": [0, 0.5, 1, 0.1]}) == MachineLayout(slip=(0.0, 0.5, 1.0, 0.1))
