"""Which characters stand on which key of a text panel.

Where ten keys of the least size have no room side by side, the keys come by pages: first the letters that
finals are made of, then those that only begin a syllable, so that a syllable takes one turn at most.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Mode = Literal["pinyin", "writing", "strokes", "letters", "symbols"]
MODES: Final[tuple[Mode, ...]] = ("pinyin", "letters", "symbols")
"""Those with keys; ``writing`` has a field instead (:mod:`screens.kit.writing`), ``strokes`` five keys
(:mod:`screens.kit.strokes`)."""

CODE: Final = re.compile("u[0-9a-f]{0,6}")
"""The number of a character in Unicode, after a letter with which no syllable begins."""

FULL: Final = 10
"""Columns of a keyboard as everybody knows it."""
NARROW_ROWS: Final = 3
_DIGITS: Final = "1234567890"
_LETTER_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SYMBOL_ROWS: Final = (_DIGITS, "-/#.,:;?!@", "，。、：；？！（）·")
_MORE_SYMBOLS: Final = "《》“”&+=%*_"
_NARROW_LETTERS: Final = "adeghijlnosuxyz" + "bcfkmpqrtvw"
_NARROW_SYMBOLS: Final = _DIGITS + "-/.@#" + "，。、：；（）·"


def pages(mode: Mode, columns: int) -> int:
    if columns >= FULL:
        return 1
    return -(-len(_narrow(mode)) // (columns * NARROW_ROWS))


def rows(mode: Mode, columns: int, page: int, digits: bool) -> list[str]:
    """The rows of one page, top first; as many on every page and in every mode.

    ``digits``: there is room for a row of digits above the letters.
    """
    if columns >= FULL:
        if mode == "symbols":
            return [*_SYMBOL_ROWS, _MORE_SYMBOLS] if digits else list(_SYMBOL_ROWS)
        return [_DIGITS, *_LETTER_ROWS] if digits else list(_LETTER_ROWS)
    each = columns * NARROW_ROWS
    shown = _narrow(mode)[page * each : (page + 1) * each]
    if mode != "symbols":
        shown = "".join(sorted(shown))
    return [shown[row * columns : (row + 1) * columns] for row in range(NARROW_ROWS)]


def label_of_next_page(mode: Mode, columns: int, page: int) -> str:
    """The first key of the page that comes next, e.g. ``b…``: more would touch the edges of a small key."""
    following = (page + 1) % pages(mode, columns)
    first = "".join(rows(mode, columns, following, False))
    return first[:1] + "…"


def _narrow(mode: Mode) -> str:
    return _NARROW_SYMBOLS if mode == "symbols" else _NARROW_LETTERS
