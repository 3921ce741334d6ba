"""Which font shows which character: the same choice on screen and on paper.

``runs`` cuts a text into pieces of one face each.  A character that no face has becomes a
:class:`Missing`, to be drawn as a box with its code point: never a blank, never ``.notdef``.
``python -m assets.build_fonts`` makes the files read here.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Final

from values import dataclass

FOLDER = Path(__file__).parent / "fonts"
COVERAGE_FILE = "coverage.bin"
NO_FACE = 255  # in the coverage table: no face has this character

# Characters that are invisible by definition: joiners, variation selectors, soft hyphen, byte order mark.
INVISIBLE = frozenset(
    code
    for first, last in (
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x180B, 0x180F),
        (0x200B, 0x200D),
        (0x2060, 0x2060),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)


class FontsNotBuiltError(RuntimeError):
    """The font folder is missing or damaged; the set-up makes it."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"{detail}; run: python -m assets.build_fonts")


@dataclass(frozen=True)
class Face:
    """One font file.  ``stroke``: outline, in parts of the size, that makes it as heavy as its neighbours."""

    name: str
    path: Path
    stroke: float = 0.0

    @property
    def heavy(self) -> bool:
        """True when it needs no thickening beside the main face of the same weight."""
        return self.stroke == 0.0


@dataclass(frozen=True, repr=False)
class Run:
    """A piece of text that ``face`` can show.  No part of ``text`` is missing from it."""

    face: Face
    text: str


_LONE_SURROGATE_HOME: Final = 0x100000


def _is_lone_surrogate(code: int) -> bool:
    return 0xD800 <= code - _LONE_SURROGATE_HOME <= 0xDFFF


@dataclass(frozen=True)
class Missing:
    """One character without a glyph anywhere: private use, unassigned, control or half a surrogate pair.

    Half a pair that a card holds alone is carried in plane 16, where no character is; the card's own code
    unit is shown for it.
    """

    codepoint: int

    @property
    def text(self) -> str:
        code = self.codepoint
        return f"U+{code - _LONE_SURROGATE_HOME if _is_lone_surrogate(code) else code:04X}"


@dataclass(frozen=True, repr=False)
class _Library:
    regular: tuple[Face | None, ...]  # by face number of the table; None: its file has gone
    bold: tuple[Face | None, ...]
    table: bytes  # face number of each code point, NO_FACE where there is none


@functools.cache
def _library() -> _Library:
    try:
        data = (FOLDER / COVERAGE_FILE).read_bytes()
        header, _, table = data.partition(b"\n")
        described = json.loads(header)
    except (OSError, ValueError) as reason:
        raise FontsNotBuiltError(f"no usable font table ({type(reason).__name__})") from reason

    regular = tuple(_face(entry["regular"]) for entry in described)
    bold = tuple(_face(entry["bold"]) for entry in described)
    if not regular or regular[0] is None or bold[0] is None:
        raise FontsNotBuiltError("the main font is missing")
    return _Library(regular, bold, table)


def _face(entry: dict[str, Any]) -> Face | None:
    path = FOLDER / entry["file"]
    return Face(entry["name"], path, entry["stroke"]) if path.is_file() else None


def main_face(bold: bool = False) -> Face:
    """The face of everything that is not rare."""
    library = _library()
    face = (library.bold if bold else library.regular)[0]
    assert face is not None  # _library has looked
    return face


def face_for(text: str, bold: bool = False) -> Face | None:
    """The face that shows the whole of ``text``; None when it takes several, or one is missing."""
    pieces = runs(text, bold)
    if not pieces:
        return main_face(bold)
    only = pieces[0]
    return only.face if len(pieces) == 1 and isinstance(only, Run) else None


def covered(text: str) -> bool:
    """True when every character of ``text`` has a glyph."""
    return all(isinstance(piece, Run) for piece in runs(text))


def runs(text: str, bold: bool = False) -> list[Run | Missing]:
    """``text`` in pieces, in order.  A tab becomes a space, invisible characters take no part.

    Line ends are no business of this function: it shows them as missing characters.
    """
    library = _library()
    faces = library.bold if bold else library.regular
    table = library.table
    length = len(table)
    pieces: list[Run | Missing] = []
    waiting: list[str] = []
    current: Face | None = None
    for character in text.replace("\t", " "):
        code = ord(character)
        if code in INVISIBLE:
            continue
        number = table[code] if code < length else NO_FACE
        face = faces[number] if number != NO_FACE else None
        if face is not current:
            if waiting and current is not None:
                pieces.append(Run(current, "".join(waiting)))
                waiting.clear()
            current = face
        if face is None:
            pieces.append(Missing(code))
        else:
            waiting.append(character)
    if waiting and current is not None:
        pieces.append(Run(current, "".join(waiting)))
    return pieces
