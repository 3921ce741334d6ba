"""What to do at each part, enlarged: a scene for each, drawn into the panel of a drawing."""

from __future__ import annotations

from collections.abc import Callable

from assets.drawing_tools import Box, Pencil, Point

_LINE = 5.0


def _card_on_reader(pencil: Pencil, panel: Box) -> None:
    """An identity card, flat above the reader's plate, and an arrow down onto it."""
    _card_over_plate(pencil, panel, lifted=False)


def _card_off_reader(pencil: Pencil, panel: Box) -> None:
    """The same card, and an arrow up and away from the plate."""
    _card_over_plate(pencil, panel, lifted=True)


def _card_lying(pencil: Pencil, panel: Box) -> None:
    """The card on the plate, and nothing to be done: it is being read."""
    _card_over_plate(pencil, panel, lifted=None)


def _card_over_plate(pencil: Pencil, panel: Box, *, lifted: bool | None) -> None:
    """``lifted``: up and away, down onto it, or (``None``) lying there, with no arrow."""
    x, y, width, _ = panel
    colours = pencil.palette
    middle = x + width / 2
    plate = _tilted(middle, y + 372, 300, 96, 70)
    edge = [plate[3], plate[2], (plate[2][0], plate[2][1] + 24), (plate[3][0], plate[3][1] + 24)]
    side = [plate[2], plate[1], (plate[1][0], plate[1][1] + 24), (plate[2][0], plate[2][1] + 24)]
    pencil.polygon(edge, colours.dark, colours.dark, _LINE)
    pencil.polygon(side, colours.dark, colours.dark, _LINE)
    pencil.polygon(plate, colours.body, colours.dark, _LINE)
    pencil.waves((middle + 6, y + 372), 74)
    card = _tilted(middle, y + (112 if lifted is not None else 352), 230, 92, 67)
    pencil.polygon(card, colours.light, colours.dark, _LINE)
    _fill_part(pencil, card, (0.66, 0.18, 0.24, 0.62), colours.body)
    for index, length in enumerate((0.34, 0.5, 0.44)):
        top = 0.24 + 0.24 * index
        _fill_part(pencil, card, (0.08, top, length, 0.1), colours.dark if index == 0 else colours.body)
    if lifted is None:
        pencil.waves((middle, y + 210), 120)
        return
    above, below = (middle, y + 186), (middle, y + 300)
    pencil.arrow(below if lifted else above, above if lifted else below, 30)


def _card_in_slot(pencil: Pencil, panel: Box) -> None:
    """A social security card going up into the slot with its chip first."""
    _card_at_slot(pencil, panel, pulled=False)


def _card_out_of_slot(pencil: Pencil, panel: Box) -> None:
    """The same card being pulled out."""
    _card_at_slot(pencil, panel, pulled=True)


def _card_staying(pencil: Pencil, panel: Box) -> None:
    """The card as far in as it goes, and nothing to be done: it is being read."""
    _card_at_slot(pencil, panel, pulled=None)


def _card_at_slot(pencil: Pencil, panel: Box, *, pulled: bool | None) -> None:
    x, y, width, _ = panel
    colours = pencil.palette
    middle = x + width / 2 - 36
    card: Box = (middle - 84, y + 108, 168, 268)
    pencil.round(card, 16, colours.light, colours.dark, _LINE)
    pencil.round((middle - 34, y + 196, 68, 54), 10, colours.body, colours.dark, 4)
    pencil.line((middle, y + 198), (middle, y + 248), 3, colours.dark)
    pencil.line((middle - 32, y + 223), (middle + 32, y + 223), 3, colours.dark)
    for index, length in enumerate((108, 76)):
        pencil.round((middle - 54, y + 286 + 30 * index, length, 12), 6, colours.body)
    # The reader's mouth hides the upper edge of the card.
    pencil.round((middle - 132, y + 62, 264, 84), 18, colours.body, colours.dark, _LINE)
    pencil.round((middle - 100, y + 126, 200, 12), 5, colours.dark)
    if pulled is None:
        return
    low, high = (middle + 148, y + 344), (middle + 148, y + 196)
    pencil.arrow(high if pulled else low, low if pulled else high, 30)


def _code_at_scanner(pencil: Pencil, panel: Box) -> None:
    """A telephone that shows its code to the scanner's window."""
    x, y, width, _ = panel
    colours = pencil.palette
    middle = x + width / 2 - 30
    window: Box = (middle - 100, y + 362, 200, 70)
    beam = [(middle - 66, y + 362), (middle + 66, y + 362), (middle + 92, y + 268), (middle - 92, y + 268)]
    pencil.polygon(beam, colours.body)
    pencil.round(window, 16, colours.dark)
    pencil.line((middle - 70, y + 397), (middle + 70, y + 397), 6, colours.glow)
    pencil.round((middle - 76, y + 40, 152, 232), 22, colours.dark)
    pencil.round((middle - 66, y + 58, 132, 192), 8, colours.light)
    _draw_code(pencil, (middle - 50, y + 92, 100, 100))
    pencil.arrow((middle + 142, y + 196), (middle + 142, y + 344), 30)


def _take_slip(pencil: Pencil, panel: Box) -> None:
    """A narrow slip that hangs out of its slit."""
    _paper(pencil, panel, 148, 250, jagged=True)


def _take_document(pencil: Pencil, panel: Box) -> None:
    """A sheet that comes out of the wide slit."""
    _paper(pencil, panel, 226, 300, jagged=False)


def _paper(pencil: Pencil, panel: Box, paper: float, length: float, *, jagged: bool) -> None:
    x, y, width, _ = panel
    colours = pencil.palette
    middle = x + width / 2 - 46
    top = y + 104
    left, right, end = middle - paper / 2, middle + paper / 2, top + length
    outline: list[Point] = [(left, top), (right, top), (right, end)]
    teeth = 10 if jagged else 0
    for index in range(1, teeth):
        outline.append((right - paper * index / teeth, end - (12 if index % 2 else 0)))
    outline.append((left, end))
    pencil.polygon(outline, colours.light, colours.dark, _LINE)
    pencil.round((middle - paper * 0.25, top + 44, paper * 0.5, 14), 7, colours.accent)
    rows = int((length - 110) // 30)
    for index in range(rows):
        part = (0.76, 0.62, 0.7)[index % 3]
        pencil.round((left + paper * 0.12, top + 80 + 30 * index, paper * part, 10), 5, colours.body)
    pencil.round((middle - paper / 2 - 36, y + 62, paper + 72, 62), 18, colours.body, colours.dark, _LINE)
    pencil.round((left - 16, y + 104, paper + 32, 12), 5, colours.dark)
    side = right + 64
    pencil.arrow((side, top + 90), (side, top + 236), 30)


def _draw_code(pencil: Pencil, box: Box) -> None:
    """Something that looks like a QR code and says nothing."""
    x, y, size, _ = box
    cell = size / 9
    colours = pencil.palette
    for column, row in ((0, 0), (6, 0), (0, 6)):
        left, top = x + column * cell, y + row * cell
        pencil.round((left, top, 3 * cell, 3 * cell), 3, None, colours.dark, cell * 0.8)
        pencil.round((left + 1.1 * cell, top + 1.1 * cell, 0.8 * cell, 0.8 * cell), 1, colours.dark)
    for column, row in (
        (4, 0),
        (4, 2),
        (3, 4),
        (5, 4),
        (0, 4),
        (7, 4),
        (4, 6),
        (6, 6),
        (8, 6),
        (7, 8),
        (4, 8),
    ):
        pencil.round((x + column * cell, y + row * cell, cell, cell), 1, colours.dark)


def _tilted(middle: float, centre: float, width: float, height: float, slant: float) -> list[Point]:
    """A rectangle lying flat, seen from the front: upper left, upper right, lower right, lower left."""
    half, rise = width / 2, height / 2
    shift = slant / 2
    return [
        (middle - half + shift, centre - rise),
        (middle + half + shift, centre - rise),
        (middle + half - shift, centre + rise),
        (middle - half - shift, centre + rise),
    ]


def _fill_part(pencil: Pencil, face: list[Point], part: Box, colour: str) -> None:
    """A rectangle on a tilted face; ``part`` is in parts of the face."""
    corner, right, _, below = face

    def at(u: float, v: float) -> Point:
        return (
            corner[0] + (right[0] - corner[0]) * u + (below[0] - corner[0]) * v,
            corner[1] + (right[1] - corner[1]) * u + (below[1] - corner[1]) * v,
        )

    u, v, width, height = part
    pencil.polygon([at(u, v), at(u + width, v), at(u + width, v + height), at(u, v + height)], colour)


SCENES: dict[str, Callable[[Pencil, Box], None]] = {
    "card_on_reader": _card_on_reader,
    "card_off_reader": _card_off_reader,
    "card_lying": _card_lying,
    "social_card_in_slot": _card_in_slot,
    "social_card_out_of_slot": _card_out_of_slot,
    "social_card_staying": _card_staying,
    "code_at_scanner": _code_at_scanner,
    "take_slip": _take_slip,
    "take_document": _take_document,
}
