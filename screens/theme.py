"""Every colour, size and duration of the screens by name.

All sizes are in units: ``u = max(min(width, height) / 1080, ppi / 102)`` pixels, so that one unit is about
a quarter of a millimetre on a 21.5" full-HD panel and never less than that on a smaller one.  Kivy's own dp
and sp are not used: they depend on the window's dpi, which kiosk panels report wrongly or not at all.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from typing import Final, Literal

from values import dataclass

Colour = tuple[float, float, float, float]
Orientation = Literal["portrait", "landscape"]

MM_PER_INCH: Final = 25.4
REACH_TOP_MM: Final = 1220.0
"""Highest point that a seated person reaches comfortably, above the floor (ui.md; EN 301 549)."""

HEADER: Final = 136
TOOLS: Final = 104
FOOTER: Final = 112
NARROW_FOOTER: Final = 96
MARGIN: Final = 48
NARROW_MARGIN: Final = 24
GUTTER: Final = 24
NARROW_GAP: Final = 16
"""Between the parts of a page on a small panel: smaller gaps before smaller type."""
RAIL: Final = 420
CONTENT_MOST: Final = 1040
ASIDE: Final = 360
ASIDE_FROM: Final = 1560
"""Units of a panel across under which nothing stands beside the content: it would leave that too little."""
NARROW_BELOW: Final = 720

TARGET_PRIMARY: Final = 112
TARGET_NARROW: Final = 96
"""Rows and choices on a small panel; the act stays as high as everywhere."""
TARGET_LEAST: Final = 80
TARGET_DENSE: Final = 72
"""On the technician's pages, which are used by trained hands."""
TARGET_GAP: Final = 16

RADIUS_FIELD: Final = 16
RADIUS_BUTTON: Final = 24
RADIUS_CARD: Final = 28
RADIUS_SHEET: Final = 40
OUTLINE: Final = 2
FOCUS_GAP: Final = 4
FOCUS_RING: Final = 6

MOVE_LIMIT: Final = 30
"""A finger that moved further than this did not mean to press, unless it is still on what it pressed."""
TREMBLE_LIMIT: Final = 48
"""12 mm: so far a hand trembles; one that goes further wipes."""
DOUBLE_TAP_SECONDS: Final = 0.6
PAGE_FADE_SECONDS: Final = 0.16

ELDER_FACTOR: Final = 1.35
ELDER_H1_FACTOR: Final = 1.2
ELDER_NARROW_FACTOR: Final = 1.2
"""A small tablet is read from 450 mm: body capitals of 6.9 mm are still more than the 0.7 degrees of sight
that 8 mm are at 600 mm, and a line still holds a dozen characters."""
COMPACT_LINE: Final = 1.25
"""Ems from line to line there; elsewhere about 1.4."""


def colour(rrggbb: str) -> Colour:
    """``"0B4A9E"`` as red, green, blue, alpha from 0 to 1."""
    return (int(rrggbb[0:2], 16) / 255, int(rrggbb[2:4], 16) / 255, int(rrggbb[4:6], 16) / 255, 1.0)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(of: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in of[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Theme:
    """Colour tokens.  A text token on the token that it is meant for has a contrast of 7:1 or better,
    a disabled one 4.5:1, an outline or ring 3:1."""

    name: str
    shadow: bool
    bg: Colour
    surface: Colour
    text: Colour
    muted: Colour
    outline: Colour
    primary: Colour
    on_primary: Colour
    pressed: Colour
    on_pressed: Colour
    tint: Colour
    on_tint: Colour
    success: Colour
    success_bg: Colour
    warning: Colour
    warning_bg: Colour
    danger: Colour
    danger_bg: Colour
    header: Colour
    on_header: Colour
    disabled: Colour
    disabled_bg: Colour
    focus_gap: Colour
    focus_ring: Colour

    def __getitem__(self, token: str) -> Colour:
        """The colour of a token; a name that is none is a bug."""
        if token not in TOKENS:
            raise KeyError(token)
        value: Colour = getattr(self, token)
        return value


TOKENS: Final = frozenset(field.name for field in fields(Theme)) - {"name", "shadow"}


def _theme(name: str, shadow: bool, **tokens: str) -> Theme:
    return Theme(name=name, shadow=shadow, **{token: colour(value) for token, value in tokens.items()})


LIGHT: Final = _theme(
    "light",
    shadow=True,
    bg="F4F6F9", surface="FFFFFF", text="101828", muted="3F4B5C", outline="6B788A",
    primary="0B4A9E", on_primary="FFFFFF", pressed="083777", on_pressed="FFFFFF",
    tint="E3EDFA", on_tint="0A3C80", success="075A2F", success_bg="E3F4EA",
    warning="713C00", warning_bg="FFF3DC", danger="8F1A13", danger_bg="FCE9E7",
    header="0A2F66", on_header="FFFFFF", disabled="5C6776", disabled_bg="E1E5EA",
    focus_gap="101828", focus_ring="FFC400",
)  # fmt: skip
CONTRAST: Final = _theme(
    "contrast",
    shadow=False,
    bg="000000", surface="000000", text="FFFFFF", muted="FFFFFF", outline="FFFFFF",
    primary="FFE600", on_primary="000000", pressed="FFF59A", on_pressed="000000",
    tint="1A1A1A", on_tint="FFE600", success="7CFC9A", success_bg="000000",
    warning="FFD24A", warning_bg="000000", danger="FFB0A8", danger_bg="000000",
    header="000000", on_header="FFFFFF", disabled="BDBDBD", disabled_bg="000000",
    focus_gap="000000", focus_ring="00E5FF",
)  # fmt: skip
EVENING: Final = _theme(
    "evening",
    shadow=False,
    bg="0E141C", surface="18212C", text="EDF2F8", muted="B9C5D3", outline="7F8FA3",
    primary="8CBBFF", on_primary="06224A", pressed="B5D3FF", on_pressed="06224A",
    tint="1C3350", on_tint="B5D3FF", success="7FD8A0", success_bg="12301F",
    warning="FFC57A", warning_bg="33230A", danger="FFB4AB", danger_bg="3B1512",
    header="0A1A30", on_header="FFFFFF", disabled="8E9BAB", disabled_bg="1D2733",
    focus_gap="0E141C", focus_ring="FFD54A",
)  # fmt: skip

THEMES: Final = {theme.name: theme for theme in (LIGHT, CONTRAST, EVENING)}


@dataclass(frozen=True)
class Style:
    """One type style.  ``size`` and ``line`` are pixels here, units in :data:`STYLES_U`."""

    size: int
    line: int
    bold: bool


STYLES_U: Final = {
    "display": (64, 84, True),
    "h1": (52, 68, True),
    "h2": (44, 58, True),
    "lead": (36, 50, False),
    "lead_bold": (36, 50, True),
    "body": (32, 44, False),
    "body_bold": (32, 44, True),
    "caption": (28, 38, False),
    "button": (38, 50, True),
    "number": (56, 72, True),
}
"""Size and line in units.  ``caption`` is for metadata only; ``body`` is the floor of what is needed."""

DENSE_FACTOR: Final = 0.75
DENSE_LEAST: Final = (24, 34)
"""Size and line in units below which nothing is set on the technician's pages."""

LEAST_ACROSS: Final = (1360, 780)
LEAST_UPRIGHT: Final = (540, 860)
"""Units across and down that pages are laid out for: fewer, and columns would lie over each other."""
NARROW_STYLES: Final = {"display": "h1", "h1": "h2", "h2": "lead_bold", "number": "h2"}
"""On a small tablet headings are a step smaller; body text is not."""
COMPACT_STYLES: Final = {
    "display": "h2", "h1": "lead_bold", "h2": "lead_bold", "number": "lead_bold",
    "lead": "body", "lead_bold": "body_bold", "button": "body_bold",
}  # fmt: skip
"""There large type is one size, and headings a step above it: of two lines at most, they leave the room."""


@dataclass(frozen=True)
class Metrics:
    """What the panel is like.  ``width`` and ``height`` are pixels, ``screen_bottom_mm`` is the height of
    the picture's lower edge above the floor."""

    width: int
    height: int
    ppi: float = 102.0
    elder: bool = False
    reach: bool = False
    screen_bottom_mm: float = 800.0
    dense: bool = False  # the technician's pages: smaller type and targets, more of them

    @property
    def target_least(self) -> int:
        """Units that anything touched has at least, across and down."""
        return TARGET_DENSE if self.dense else TARGET_LEAST

    @property
    def dense_high(self) -> float:
        """Units of a technician's button: no fewer pixels than units, also where a unit is less than one."""
        return TARGET_DENSE / min(1.0, self.u)

    @cached_property
    def u(self) -> float:
        """Pixels of one unit: a quarter of a millimetre, less where a small panel would not hold a page."""
        wide, high = LEAST_ACROSS if self.orientation == "landscape" else LEAST_UPRIGHT
        wanted = max(min(self.width, self.height) / 1080, self.ppi / 102)
        return min(wanted, self.width / wide, self.height / high)

    @property
    def orientation(self) -> Orientation:
        return "landscape" if self.width > self.height else "portrait"

    @cached_property
    def narrow(self) -> bool:
        return self.width < NARROW_BELOW * self.u

    @cached_property
    def compact(self) -> bool:
        """Large type on a small panel: whatever is not content stands back, so that a page has few leaves."""
        return self.narrow and self.elder

    @cached_property
    def roomy(self) -> bool:
        """An upright panel, usual type, all of it in reach: what is touched may be large."""
        return self.orientation == "portrait" and not (self.narrow or self.elder or self.low)

    @cached_property
    def gap(self) -> int:
        """Pixels between the parts of a page."""
        return self.px(NARROW_GAP if self.narrow else GUTTER)

    @property
    def has_aside(self) -> bool:
        """Whether something may stand beside the content."""
        return self.orientation == "landscape" and not self.elder and self.width >= ASIDE_FROM * self.u

    def px(self, units: float) -> int:
        """Whole pixels, so that edges and glyphs stay sharp."""
        return round(units * self.u)

    @cached_property
    def margin(self) -> int:
        return self.px(NARROW_MARGIN if self.narrow else MARGIN)

    @cached_property
    def _styles(self) -> dict[str, Style]:
        return {name: self._style(name) for name in STYLES_U}

    def style(self, name: str) -> Style:
        """Font and line in pixels.  In elder mode captions are as large as body text."""
        return self._styles[name]

    def _style(self, name: str) -> Style:
        steps = COMPACT_STYLES if self.compact else NARROW_STYLES if self.narrow else {}
        drawn = steps.get(name, name)
        size, line, bold = STYLES_U["body" if self.elder and drawn == "caption" else drawn]
        if self.dense:
            size = max(DENSE_LEAST[0], round(size * DENSE_FACTOR))
            line = max(DENSE_LEAST[1], round(line * DENSE_FACTOR))
        factor = 1.0
        if self.compact:
            factor = ELDER_NARROW_FACTOR
        elif self.elder:
            factor = ELDER_H1_FACTOR if name in ("h1", "display", "number") else ELDER_FACTOR
        pixels = self.px(size * factor)
        return Style(pixels, round(pixels * COMPACT_LINE) if self.compact else self.px(line * factor), bold)

    @cached_property
    def low(self) -> bool:
        """Low reach is asked for, and part of the picture is higher: a small panel is all in reach."""
        return self.reach and self.reach_top < self.height

    @cached_property
    def reach_top(self) -> int:
        """The top of the band in which everything touched lies, in pixels above the window's lower edge."""
        if not self.reach:
            return self.height
        band = round((REACH_TOP_MM - self.screen_bottom_mm) / MM_PER_INCH * self.ppi)
        return max(self.height // 3, min(self.height, band))
