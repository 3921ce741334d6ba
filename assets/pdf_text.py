"""Text on a reportlab canvas: measured, wrapped the Chinese way, in as many faces as it needs.

Lengths are points (1/72 inch).  A character without a glyph is drawn as a framed code (``U+E863``).
Fonts are registered with reportlab the first time that a text needs them.
"""

from __future__ import annotations

import functools
import threading
import unicodedata
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from assets.fonts import Face, Missing, Run, main_face, runs
from values import dataclass

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

# reportlab's fonts keep a reading position: one document is written at a time.
PDF_LOCK = threading.RLock()

WITHOUT_GLYPH: ContextVar[set[int] | None] = ContextVar("WITHOUT_GLYPH", default=None)
"""Code points that were measured and have no glyph, for the paper that sets it to a set of its own."""

ASCENT = 0.88  # of the size: where the square of a Chinese character begins above the baseline
_CODE_SIZE = 0.6  # of the size: the text in the box of a missing character
_CODE_PADDING = 0.12
_COMPANY = 6  # a line of so many stretches can spare one for the last line

_BETWEEN_PARTS = frozenset("-/_")  # of a long number or address
# GB/T 15834, and what typesetters add to it: these do not begin a line ...
_NO_START = frozenset("。，、！？；：）》〉」』】〕〗”’…—～·％‰℃｝．,.!?;:)]}%>")
# ... and these do not end one.
_NO_END = frozenset("（《〈「『【〔〖“‘｛￥([{<¥$№")
_SPACES = frozenset(" \u3000")
_INSEPARABLE = frozenset("—…")
_OPENING = "“‘"
_QUOTES = frozenset("“‘”’")
"""In the main face each takes the half of its square that it stands in, as on the screen."""


@functools.cache
def _font_class() -> type:
    from reportlab.pdfbase import pdfdoc, ttfonts

    class PaperFont(ttfonts.TTFont):  # type: ignore[misc]
        """reportlab writes characters beyond the BMP wrongly into the map that copying and searching use."""

        def addObjects(self, doc: Any) -> None:  # noqa: N802 (reportlab's name)
            subsets = [list(subset) for subset in self.state[doc].subsets]
            super().addObjects(doc)
            for number, subset in enumerate(subsets):
                prefix = ttfonts.SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX
                stream = doc.idToObject["toUnicodeCMap:" + prefix.decode("pdfdoc")]
                assert isinstance(stream, pdfdoc.PDFStream)
                for index, code in enumerate(subset):
                    if code > 0xFFFF:
                        units = chr(code).encode("utf-16-be").hex().upper()
                        entry = f"<{index:02X}> <{code:04X}>\n"
                        stream.content = stream.content.replace(entry, f"<{index:02X}> <{units}>\n")

    return PaperFont


@functools.cache
def _registered(face: Face) -> Any:
    """The reportlab font of a face."""
    from reportlab.pdfbase import pdfmetrics

    with PDF_LOCK:
        font = _font_class()(face.name, str(face.path), asciiReadable=False)
        pdfmetrics.registerFont(font)
    return font


def font_name(bold: bool = False) -> str:
    """The reportlab name of the main face, registered."""
    name: str = _registered(main_face(bold)).fontName
    return name


@dataclass(frozen=True, repr=False)
class Line:
    """One line: pieces in order, its width, and whether its paragraph ends here (it is not justified)."""

    pieces: tuple[Run | Missing, ...]
    width: float
    last: bool

    @property
    def count(self) -> int:
        return sum(len(piece.text) if isinstance(piece, Run) else 1 for piece in self.pieces)


@dataclass(frozen=True, repr=False)
class _Atom:
    """One character (or one missing one) and its advance."""

    piece: Run | Missing
    character: str
    advance: float
    word: bool  # part of a Latin word or a number: not to be parted from its like


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of ``text`` where nothing wraps; of its widest line if it has several."""
    return max(sum(atom.advance for atom in _atoms(line, size, bold)) for line in _split_lines(text))


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[Line]:
    """``text`` in lines of at most ``width``; line ends in it begin a new line.  At least one line.

    No line begins with closing or ends with opening punctuation; words and numbers stay whole unless
    one alone is wider than the line.
    """
    lines: list[Line] = []
    for paragraph in _split_lines(text):
        lines.extend(_wrap_paragraph(list(_atoms(paragraph, size, bold)), width))
    return lines


def _split_lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def draw_line(
    canvas: Canvas,
    line: Line,
    x: float,
    baseline: float,
    size: float,
    *,
    colour: str = "#000000",
    spacing: float = 0.0,
) -> None:
    """Draw a line with its left end at ``x``.  ``spacing`` is added after each character."""
    from reportlab.lib.colors import HexColor

    ink = HexColor(colour)
    canvas.setFillColor(ink)
    for piece in line.pieces:
        if isinstance(piece, Missing):
            x += _draw_code(canvas, piece, x, baseline, size, ink) + spacing
            continue
        font = _registered(piece.face)
        stroke = piece.face.stroke * size
        if _half(piece):
            x -= size / 2 if piece.text in _OPENING else 0
        if stroke:
            canvas.setStrokeColor(ink)
            canvas.setLineWidth(stroke)
        writer = canvas.beginText(x, baseline)
        writer.setFont(font.fontName, size)
        if stroke:
            writer.setTextRenderMode(2)
        if spacing:
            writer.setCharSpace(spacing)
        writer.textOut(piece.text)
        if spacing:
            writer.setCharSpace(0)
        if stroke:
            writer.setTextRenderMode(0)
        canvas.drawText(writer)
        x += sum(_advance(font, character, size) for character in piece.text) + spacing * len(piece.text)
        if _half(piece):
            x -= 0 if piece.text in _OPENING else size / 2


def _draw_code(canvas: Canvas, missing: Missing, x: float, baseline: float, size: float, ink: Any) -> float:
    """The box of a missing character.  Returns its advance."""
    advance = _code_advance(missing, size)
    inset = size * 0.05
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(max(0.5, size * 0.05))
    canvas.rect(x + inset, baseline - 0.08 * size, advance - 2 * inset, 0.9 * size, stroke=1, fill=0)
    canvas.setFont(font_name(), size * _CODE_SIZE)
    canvas.drawString(x + inset + size * _CODE_PADDING, baseline + 0.16 * size, missing.text)
    return advance


def _code_advance(missing: Missing, size: float) -> float:
    font = _registered(main_face())
    text = sum(_advance(font, character, size * _CODE_SIZE) for character in missing.text)
    return text + size * (2 * _CODE_PADDING + 0.1)


def _advance(font: Any, character: str, size: float) -> float:
    width: float = font.face.charWidths.get(ord(character), font.face.defaultWidth)
    return width * size / 1000


def _half(piece: Run | Missing) -> bool:
    """A Chinese quotation mark, drawn by itself."""
    if not isinstance(piece, Run) or piece.text not in _QUOTES:
        return False
    return piece.face in (main_face(False), main_face(True))


def _joins(before: Run | Missing, piece: Run) -> bool:
    """Drawn in one stroke with what stands before it."""
    same = isinstance(before, Run) and before.face == piece.face
    return same and not _half(before) and not _half(piece)


def _atoms(text: str, size: float, bold: bool) -> Iterator[_Atom]:
    for piece in runs(text, bold):
        if isinstance(piece, Missing):
            if (paper := WITHOUT_GLYPH.get()) is not None:
                paper.add(piece.codepoint)
            yield _Atom(piece, "", _code_advance(piece, size), word=False)
            continue
        font = _registered(piece.face)
        main = piece.face == main_face(bold)
        for character in piece.text:
            own = Run(piece.face, character) if main and character in _QUOTES else piece
            advance = size / 2 if own is not piece else _advance(font, character, size)
            yield _Atom(own, character, advance, _in_word(character))


def _in_word(character: str) -> bool:
    if character <= "\x7f":
        return character != " "
    wide = unicodedata.east_asian_width(character) in "WF" or character in _NO_START or character in _NO_END
    return not wide and not character.isspace()


def _may_break(before: _Atom, after: _Atom) -> bool:
    if before.word and after.word:
        return False
    if after.character in _NO_START or before.character in _NO_END:
        return False
    return not (before.character in _INSEPARABLE and before.character == after.character)


def _parts(atom: _Atom) -> bool:
    """A space: it parts what is around it, and is left out where a line ends."""
    return atom.character in _SPACES


def _cut(unit: list[_Atom], width: float) -> list[list[_Atom]]:
    """One word wider than the line, cut where it has to be: a number between its parts, where those fit."""
    parts: list[list[_Atom]] = [[]]
    for atom in unit:
        parts[-1].append(atom)
        if atom.character in _BETWEEN_PARTS:
            parts.append([])
    kept = [part for part in parts if part]
    if all(sum(atom.advance for atom in part) <= width for part in kept):
        return kept
    return [[atom] for atom in unit]


def _wrap_paragraph(atoms: list[_Atom], width: float) -> list[Line]:
    lines: list[list[list[_Atom]]] = [[]]  # lines of units of atoms
    used = 0.0
    for unit in _units(atoms):
        advance = sum(atom.advance for atom in unit)
        for part in [unit] if advance <= width else _cut(unit, width):
            needed = sum(atom.advance for atom in part)
            if lines[-1] and used + needed > width + 1e-6:
                lines.append([])
                used = 0.0
            if not lines[-1] and len(lines) > 1 and _parts(part[0]):
                continue  # a space at the break is the break
            lines[-1].append(part)
            used += needed
    if not lines[-1] and len(lines) > 1:
        lines.pop()
    _keep_company(lines, width)
    return [_line(line, last=index == len(lines) - 1) for index, line in enumerate(lines)]


def _keep_company(lines: list[list[list[_Atom]]], width: float) -> None:
    """A paragraph does not end with one lonely character: the one before it comes down to it."""
    if len(lines) < 2 or len(lines[-1]) != 1 or len(lines[-2]) < _COMPANY:
        return
    lonely, before = lines[-1][0], lines[-2][-1]
    joined = sum(atom.advance for atom in (*before, *lonely))
    if not any(atom.word for atom in (*lonely, *before)) and not _parts(before[0]) and joined <= width:
        lines[-1].insert(0, lines[-2].pop())


def _units(atoms: list[_Atom]) -> Iterator[list[_Atom]]:
    """Stretches that stay together.  A space is a stretch of its own."""
    unit: list[_Atom] = []
    for atom in atoms:
        if unit and (_parts(atom) or _parts(unit[-1]) or _may_break(unit[-1], atom)):
            yield unit
            unit = []
        unit.append(atom)
    if unit:
        yield unit


def _line(units: list[list[_Atom]], *, last: bool) -> Line:
    atoms = [atom for unit in units for atom in unit]
    while atoms and not last and _parts(atoms[-1]):
        atoms = atoms[:-1]
    pieces: list[Run | Missing] = []
    for atom in atoms:
        if isinstance(atom.piece, Missing):
            pieces.append(atom.piece)
        elif pieces and _joins(pieces[-1], atom.piece):
            pieces[-1] = Run(atom.piece.face, pieces[-1].text + atom.character)
        else:
            pieces.append(Run(atom.piece.face, atom.character))
    return Line(tuple(pieces), sum(atom.advance for atom in atoms), last)
