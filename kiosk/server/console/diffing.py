"""Two texts side by side, line by line, the unchanged parts folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

AROUND: Final = 3
MOST_LINES: Final = 6000


@dataclass(frozen=True)
class Line:
    """``kind``: same, changed, gone, come, or gap with how many lines it leaves out in ``left``."""

    kind: str
    left_number: int | None = None
    left: str = ""
    right_number: int | None = None
    right: str = ""


def side_by_side(old: str, new: str) -> tuple[Line, ...]:
    before, after = old.splitlines()[:MOST_LINES], new.splitlines()[:MOST_LINES]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(_lines(matcher, before, after))


def _lines(matcher: SequenceMatcher[str], before: list[str], after: list[str]) -> Iterator[Line]:
    blocks = matcher.get_opcodes()
    for number, (tag, left, left_end, right, right_end) in enumerate(blocks):
        if tag == "equal":
            head = 0 if number == 0 else AROUND
            tail = 0 if number == len(blocks) - 1 else AROUND
            yield from _same(before, left, left_end, right - left, head, tail)
            continue
        for offset in range(max(left_end - left, right_end - right)):
            one, other = left + offset, right + offset
            has_one, has_other = one < left_end, other < right_end
            kind = "changed" if has_one and has_other else "gone" if has_one else "come"
            yield Line(
                kind,
                one + 1 if has_one else None,
                before[one] if has_one else "",
                other + 1 if has_other else None,
                after[other] if has_other else "",
            )


def _same(lines: list[str], start: int, end: int, shift: int, head: int, tail: int) -> Iterator[Line]:
    for index in range(start, end):
        hidden = index - start >= head and end - index > tail
        if not hidden:
            yield Line("same", index + 1, lines[index], index + shift + 1, lines[index])
        elif index == start + head:
            yield Line("gap", left=str(end - start - head - tail))
