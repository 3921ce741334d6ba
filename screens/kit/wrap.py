"""Breaks a paragraph into lines as Chinese is set: anywhere between characters, words of letters and digits
kept whole, no closing mark at the start of a line and no opening one at its end.

Kivy breaks at spaces only, and treats a Chinese sentence as one word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

NO_START: Final = frozenset("、，。．·：；！？）》」』】〕〉〗〞’”…—～％℃,.:;!?)]}%")
NO_END: Final = frozenset("（《「『【〔〈〖〝‘“([{￥$¥")

ORPHAN_CHARACTERS: Final = 2  # a character and the mark after it
ORPHAN_LINE_UNITS: Final = 4


def units(text: str) -> list[str]:
    """Pieces between which a line may end.  Joined they are the text."""
    pieces: list[str] = []
    for character in text:
        if pieces and _joined(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _joined(before: str, character: str) -> bool:
    last = before[-1]
    if character in NO_START or last in NO_END or unicodedata.combining(character):
        return not last.isspace()
    if character.isspace():
        return True  # a space hangs at the end of its word
    if last.isspace():
        return False
    return _narrow(last) and _narrow(character)


def _narrow(character: str) -> bool:
    return unicodedata.east_asian_width(character) not in ("W", "F", "A") or character in "·—"


def break_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of ``text`` at ``width``, spaces at line ends dropped; at least one line, perhaps empty.

    A unit that is wider than the line by itself (a long number, an address without spaces) is broken
    wherever it must be, but at least one character stands on each line.  Widths must add up: ``measure`` of
    a text is the sum of its characters'.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, taken, first = "", 0.0, len(lines)
        for unit in units(paragraph):
            if line and taken + measure(unit.rstrip()) > width:
                lines.append(line.rstrip())
                line, taken = "", 0.0
            line += unit
            taken += measure(unit)
            if taken > width:
                while len(line) > 1 and measure(line.rstrip()) > width:
                    head = _fitting(line, width, measure)
                    lines.append(line[:head].rstrip())
                    line = line[head:]
                taken = measure(line)
        lines.append(line.rstrip())
        if len(lines) > first + 1:
            _no_orphan(lines, width, measure)
    return lines


def _no_orphan(lines: list[str], width: float, measure: Callable[[str], float]) -> None:
    """One character alone on the last line looks like a mistake: it gets company from the line above."""
    if len(units(lines[-1])) != 1:
        return
    before = units(lines[-2])
    if len(lines[-1]) > ORPHAN_CHARACTERS or len(before) < ORPHAN_LINE_UNITS:
        return
    joined = before[-1] + lines[-1]
    if _narrow(before[-1][-1]) or before[-1][-1].isspace() or measure(joined) > width:
        return
    lines[-2] = "".join(before[:-1])
    lines[-1] = joined


def _fitting(text: str, width: float, measure: Callable[[str], float]) -> int:
    """How many characters fit, at least one."""
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
