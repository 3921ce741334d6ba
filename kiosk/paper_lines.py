"""Lines of a printed page put together where the paper was too narrow: a voice pauses at every line's end.

A line goes on in the next one when the first word of the next had no room on it, and the next begins where
its text began: at its own left, or beside a label.  Rows of a table stay apart.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass, field
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

# What holds one character of a line apart from the next in some files, and is none itself.
_NOTHING: Final = dict.fromkeys(map(ord, "\u200b\ufeff\ufffe\uffff\x00\x02"))
_INDENT: Final = "\u3000"
_ENDS: Final = "。！？；.!?;:：…"
_ITEM: Final = re.compile(r"(\d{1,2}[.．、]|[·•])\s")
_COLUMN_GAP: Final = 0.8
"""Of a character's height: so far apart stand two columns, not two words."""
_SAME: Final = 0.6
"""Of a character's height: a beginning that is no further off is the same one."""
_NEXT: Final = 2.4
"""Of a character's height: what is further below does not belong together."""


@dataclass
class _Line:
    """One line as it was printed; ``lefts`` where its columns begin."""

    signs: list[str] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    lefts: list[float] = field(default_factory=list)

    def add(self, sign: str, box: tuple[float, float, float, float]) -> None:
        if sign == _INDENT and not self.boxes and not self.lefts:
            self.lefts.append(box[0])  # a paragraph's first line begins where its others do
        elif not sign.isspace():
            apart = self.boxes and box[0] - self.boxes[-1][2] > _COLUMN_GAP * (box[3] - box[1])
            if apart or not self.lefts:
                self.lefts.append(box[0])
            self.boxes.append(box)
        self.signs.append(sign)

    @property
    def text(self) -> str:
        whole = "".join(self.signs).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.translate(_NOTHING).strip()

    @property
    def high(self) -> float:
        return max(top - bottom for _, bottom, _, top in self.boxes)

    @property
    def right(self) -> float:
        return self.boxes[-1][2]

    @property
    def bottom(self) -> float:
        return min(box[1] for box in self.boxes)

    def first_word(self) -> float:
        """How wide is what could not have been cut: a run of letters and digits, or one character."""
        signs = [sign for sign in self.signs if not sign.isspace()]
        end = 1
        while end < len(signs) and _clings(signs[end - 1], signs[end]):
            end += 1
        return self.boxes[end - 1][2] - self.boxes[0][0]


def lines_on(page: pypdfium2.PdfPage) -> list[str]:
    """What stands on a page, a line for each thing that is said."""
    lines = [line for line in _printed(page) if line.boxes and line.text]
    margin = max((line.right for line in lines), default=0.0)
    told: list[str] = []
    before: _Line | None = None
    for line in lines:
        if before is not None and _goes_on(before, line, margin):
            gap = "" if _wide(told[-1][-1]) or _wide(line.text[0]) else " "
            told[-1] += gap + line.text
            # It began where the first of them did.
            line.lefts = [before.lefts[-1]]
        else:
            told.append(line.text)
        before = line
    return told


def _printed(page: pypdfium2.PdfPage) -> list[_Line]:
    """Without what stands at another angle than the rest: the words around a seal are no line."""
    text = page.get_textpage()
    angles = [round(pdfium.FPDFText_GetCharAngle(text.raw, index), 1) for index in range(text.count_chars())]
    upright = max(set(angles), key=angles.count, default=0.0)
    lines = [_Line()]
    for index, angle in enumerate(angles):
        code = int(pdfium.FPDFText_GetUnicode(text.raw, index))
        sign = chr(code) if code <= sys.maxunicode else "\x00"
        if sign in "\r\n":
            lines.append(_Line())
        elif angle == upright or sign.isspace():
            lines[-1].add(sign, text.get_charbox(index, loose=True))
    return lines


def _goes_on(line: _Line, following: _Line, margin: float) -> bool:
    high = line.high
    if line.text[-1] in _ENDS or len(following.lefts) > 1 or _ITEM.match(following.text):
        return False
    if abs(following.high - high) > _SAME * high or line.bottom - following.bottom > _NEXT * high:
        return False
    if following.bottom >= line.bottom:  # beside it, or above
        return False
    begins_alike = abs(following.lefts[0] - line.lefts[-1]) <= _SAME * high
    return begins_alike and line.right + following.first_word() > margin + 0.05 * high


def _clings(before: str, sign: str) -> bool:
    if _wide(before) or _wide(sign):
        return unicodedata.category(sign) in ("Po", "Pe", "Pf") or unicodedata.category(before) in (
            "Ps",
            "Pi",
        )
    return True


def _wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF" or "\ud800" <= sign <= "\udfff"
