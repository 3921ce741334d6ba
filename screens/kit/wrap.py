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

COUNTED: Final = frozenset("年月日天周个小分点元岁位项份号室楼层栋单条次人名米公页种工")
"""What may follow a number as its unit, or as the beginning of one."""
UNIT_WORDS: Final = frozenset(("小时", "分钟", "单元", "周岁", "公里", "个月", "工作", "号楼", "号院"))
QUOTED_MOST: Final = 8
"""Characters, marks counted: the name of a button is not torn apart."""
PARTS: Final = "-/_"
"""Between the parts of a long number or address."""
ORPHAN_CHARACTERS: Final = 2  # a character and the mark after it
ORPHAN_LETTERS: Final = 6
ORPHAN_LINE_UNITS: Final = 4


def units(text: str) -> list[str]:
    """Pieces between which a line may end.  Joined they are the text."""
    pieces: list[str] = []
    for character in text:
        if pieces and _joined(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return _quoted(pieces) if "“" in text else pieces


def _quoted(pieces: list[str]) -> list[str]:
    """Short quotations in one piece."""
    found: list[str] = []
    waiting = iter(range(len(pieces)))
    for number in waiting:
        piece = pieces[number]
        if piece.startswith("“"):
            end = number
            while "”" not in piece and end + 1 < len(pieces) and len(piece) < QUOTED_MOST:
                end += 1
                piece += pieces[end]
            if "”" in piece and piece.index("”") < QUOTED_MOST:
                for _ in range(end - number):
                    next(waiting)
            else:
                piece = pieces[number]
        found.append(piece)
    return found


def _joined(before: str, character: str) -> bool:
    last = before[-1]
    if last.isdigit() and character in COUNTED:
        return True
    if len(before) > 1 and before[-2].isdigit() and last + character in UNIT_WORDS:
        return True
    if last == "第" and character.isdigit():
        return True
    if character in NO_START or last in NO_END or unicodedata.combining(character):
        return not last.isspace()
    if character.isspace():
        return True  # a space hangs at the end of its word
    if last.isspace():
        return False
    return _narrow(last) and _narrow(character)


def _narrow(character: str) -> bool:
    return unicodedata.east_asian_width(character) not in ("W", "F", "A") or character in "·—–"


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
    if _narrow(lines[-1][0]) and _narrow(before[-1][-1]):  # words, with a space between them
        joined = f"{before[-1]} {lines[-1]}"
        if len(lines[-1]) <= ORPHAN_LETTERS and len(before) >= ORPHAN_LINE_UNITS and measure(joined) <= width:
            lines[-2:] = ["".join(before[:-1]).rstrip(), joined]
        return
    if len(lines[-1]) > ORPHAN_CHARACTERS or len(before) < ORPHAN_LINE_UNITS:
        return
    joined = before[-1] + lines[-1]
    if _narrow(before[-1][-1]) or before[-1][-1].isspace() or measure(joined) > width:
        return
    lines[-2] = "".join(before[:-1])
    lines[-1] = joined


def _fitting(text: str, width: float, measure: Callable[[str], float]) -> int:
    """How many characters fit, at least one; of a number in parts, whole parts where one fits."""
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    part = max(text.rfind(mark, 0, low) for mark in PARTS)
    return part + 1 if part > 0 else low
