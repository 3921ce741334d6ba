"""Flat drawings of this machine: where its parts are, and what to do there with the hand.

Every drawing shows the machine's front at the left, the part in question ringed, and the part enlarged
at the right with an arrow.  Where the parts are comes from the terminal's configuration.  Drawn with
Pillow four times as large and scaled down, kept as PNG with a transparent ground, without any words.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from assets.drawing_scenes import SCENES
from assets.drawing_tools import LIGHT, PALETTES, Box, Palette, Pencil
from values import dataclass

if TYPE_CHECKING:
    from PIL.Image import Image

Part = Literal["reader", "slot", "scanner", "slip", "document"]
Kind = Literal[
    "machine",
    "card_on_reader",
    "card_off_reader",
    "card_lying",
    "social_card_in_slot",
    "social_card_out_of_slot",
    "social_card_staying",
    "code_at_scanner",
    "take_slip",
    "take_document",
]
Spot = tuple[float, float, float, float]

MADE = Path(__file__).parent / "made"
RECIPE = 2  # counted up when the drawings change: old files are then not used again
WIDTH, HEIGHT = 800, 600  # of the design; other sizes keep these proportions
_MACHINE: Box = (34.0, 26.0, 252.0, 530.0)
_PANEL: Box = (346.0, 60.0, 430.0, 480.0)
_RING = 8.0
_PAPER_OUT = frozenset(("slip", "document"))
PARTS: frozenset[Part] = frozenset(get_args(Part))

PART_OF: dict[Kind, Part | None] = {
    "machine": None,
    "card_on_reader": "reader",
    "card_off_reader": "reader",
    "card_lying": "reader",
    "social_card_in_slot": "slot",
    "social_card_out_of_slot": "slot",
    "social_card_staying": "slot",
    "code_at_scanner": "scanner",
    "take_slip": "slip",
    "take_document": "document",
}


@dataclass(frozen=True)
class MachineLayout:
    """Where the parts are on the machine's front: left, top, width, height, each from 0 to 1 of the front."""

    screen: Spot = (0.10, 0.12, 0.80, 0.40)
    reader: Spot = (0.12, 0.57, 0.32, 0.10)
    slot: Spot = (0.56, 0.57, 0.32, 0.022)
    scanner: Spot = (0.60, 0.645, 0.24, 0.055)
    slip: Spot = (0.14, 0.73, 0.28, 0.025)
    document: Spot = (0.12, 0.84, 0.76, 0.03)

    @classmethod
    def of(cls, given: Mapping[str, object]) -> MachineLayout | str:
        """The layout from configuration; a sentence that says what is wrong if it cannot be one."""
        names = {entry.name for entry in fields(cls)}
        spots: dict[str, Spot] = {}
        for name, value in given.items():
            if name not in names:
                return f"{name}: no such part; the parts are {', '.join(sorted(names))}"
            if not isinstance(value, (list, tuple)) or len(value) != 4:
                return f"{name}: four numbers are needed: left, top, width, height"
            if not all(isinstance(number, (int, float)) and 0 <= number <= 1 for number in value):
                return f"{name}: each number is from 0 to 1, a part of the machine's front"
            left, top, width, height = (float(number) for number in value)
            if width <= 0 or height <= 0 or left + width > 1 or top + height > 1:
                return f"{name}: the part lies outside the machine's front"
            spots[name] = (left, top, width, height)
        return cls(**spots)


DEFAULT_LAYOUT = MachineLayout()


def drawing(
    kind: Kind,
    *,
    width: int = WIDTH,
    palette: Palette = LIGHT,
    layout: MachineLayout = DEFAULT_LAYOUT,
    highlight: Part | None = None,
    parts: Collection[str] = PARTS,
) -> Path:
    """The drawing as a PNG of ``width`` x 3/4 ``width`` pixels; drawn once, then kept.

    ``highlight`` rings a part of the whole machine (kind ``machine``); the other kinds ring their own.
    ``parts``: what this machine has; nobody is shown a slot that is not there.
    Takes about 0.1 s when it is not there yet: call it from a worker.
    """
    if kind not in get_args(Kind):
        raise ValueError(f"no drawing is called {kind!r}")
    key = repr((RECIPE, kind, width, astuple(palette), astuple(layout), highlight, sorted(parts)))
    name = f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.png"
    path = _folder() / name
    if not path.is_file():
        from PIL.Image import Resampling

        picture = _draw(kind, palette, layout, highlight, parts)
        _save(picture.resize((width, width * HEIGHT // WIDTH), Resampling.LANCZOS), path)
    return path


def make_all(layout: MachineLayout = DEFAULT_LAYOUT, parts: Collection[str] = PARTS) -> int:
    """Draw beforehand what this machine shows; by default, most machines.  Returns how many there are."""
    kinds = [kind for kind, part in PART_OF.items() if part is None or part in parts]
    wanted = [(kind, palette) for kind in kinds for palette in PALETTES.values()]
    for kind, palette in wanted:
        drawing(kind, palette=palette, layout=layout, parts=parts)
    return len(wanted)


@functools.cache
def _folder() -> Path:
    """Where drawings are kept: beside the fonts, or for this process only where nothing can be written."""
    try:
        MADE.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="drawings-"))
    return MADE if os.access(MADE, os.W_OK) else Path(tempfile.mkdtemp(prefix="drawings-"))


def _save(picture: Image, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    picture.save(temporary, "PNG")
    os.replace(temporary, path)


def _draw(
    kind: Kind,
    palette: Palette,
    layout: MachineLayout,
    highlight: Part | None,
    parts: Collection[str],
) -> Image:
    pencil = Pencil(WIDTH, HEIGHT, palette)
    part = PART_OF[kind]
    if part is None:
        left = (WIDTH - _MACHINE[2]) / 2
        front = (left, _MACHINE[1], _MACHINE[2], _MACHINE[3])
        _draw_machine(pencil, front, layout, parts)
        if highlight:
            ring = _draw_ring(pencil, front, getattr(layout, highlight), highlight in _PAPER_OUT)
            middle = ring[1] + ring[3] / 2
            if ring[0] + ring[2] / 2 < WIDTH / 2:
                pencil.arrow((left - 130, middle), (ring[0] - 12, middle), 20)
            else:
                pencil.arrow((left + front[2] + 130, middle), (ring[0] + ring[2] + 12, middle), 20)
        return pencil.picture
    _draw_machine(pencil, _MACHINE, layout, {*parts, part})
    ring = _draw_ring(pencil, _MACHINE, getattr(layout, part), part in _PAPER_OUT)
    _draw_loupe(pencil, ring)
    SCENES[kind](pencil, _PANEL)
    return pencil.picture


def _draw_machine(pencil: Pencil, front: Box, layout: MachineLayout, parts: Collection[str]) -> None:
    x, y, width, height = front
    colours = pencil.palette
    pencil.round((x - 14, y + height - 6, width + 28, 24), 10, colours.dark)
    pencil.round(front, 26, colours.body, colours.dark, 5)
    pencil.round((x + width * 0.34, y + 22, width * 0.32, 12), 6, colours.dark)
    screen = _place(front, layout.screen)
    pencil.round(screen, 12, colours.light, colours.dark, 5)
    _draw_page(pencil, screen)
    if "reader" in parts:
        reader = _place(front, layout.reader)
        pencil.round(reader, 9, colours.light, colours.dark, 4)
        pencil.waves((reader[0] + reader[2] / 2, reader[1] + reader[3] / 2), min(reader[2], reader[3]) * 0.5)
    if "slot" in parts:
        pencil.round(_place(front, layout.slot), 4, colours.dark)
    if "scanner" in parts:
        scanner = _place(front, layout.scanner)
        pencil.round(scanner, 6, colours.dark)
        middle = scanner[1] + scanner[3] / 2
        pencil.line((scanner[0] + 8, middle), (scanner[0] + scanner[2] - 8, middle), 4, colours.glow)
    outlets = [spot for name, spot in (("slip", layout.slip), ("document", layout.document)) if name in parts]
    for spot in outlets:
        slit = _place(front, spot)
        pencil.round(slit, 4, colours.dark)
        paper = (slit[0] + slit[2] * 0.1, slit[1] + slit[3] * 0.5, slit[2] * 0.8, min(slit[2] * 0.35, 38))
        pencil.round(paper, 2, colours.light, colours.dark, 3)


def _draw_page(pencil: Pencil, screen: Box) -> None:
    """A hint of a page: heading and six tiles."""
    x, y, width, height = screen
    colours = pencil.palette
    pencil.round((x + width * 0.08, y + height * 0.08, width * 0.55, height * 0.07), 4, colours.accent)
    for row in range(3):
        for column in range(2):
            left = x + width * (0.08 + 0.44 * column)
            top = y + height * (0.24 + 0.24 * row)
            pencil.round((left, top, width * 0.4, height * 0.19), 6, colours.body)


def _draw_ring(pencil: Pencil, front: Box, spot: Spot, out: bool) -> Box:
    x, y, width, height = _place(front, spot)
    around = 11.0
    if out:  # ring the paper with its slit
        height += 30
    ring = (x - around, y - around, width + 2 * around, height + 2 * around)
    pencil.round(ring, 18, None, pencil.palette.accent, _RING)
    return ring


def _draw_loupe(pencil: Pencil, ring: Box) -> None:
    """The panel at the right, tied to the ring."""
    colours = pencil.palette
    right = ring[0] + ring[2]
    panel_x, panel_y, _, panel_height = _PANEL
    pencil.line((right - 4, ring[1] + 14), (panel_x + 6, panel_y + 44), 4, colours.accent)
    pencil.line(
        (right - 4, ring[1] + ring[3] - 14), (panel_x + 6, panel_y + panel_height - 44), 4, colours.accent
    )
    pencil.round(_PANEL, 40, colours.light, colours.accent, 6)


def _place(front: Box, spot: Spot) -> Box:
    x, y, width, height = front
    return (x + spot[0] * width, y + spot[1] * height, spot[2] * width, spot[3] * height)
