"""In which line of a TOML file a key stands: the standard parser does not tell, a person needs it."""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = re.compile(r"^\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^\s*("[^"]*"|'[^']*'|[\w-]+)\s*(?:=|\.)""")
_TEXT_MARKS: Final = ('"""', "'''")


class TomlLines:
    """``line("platform", "url")`` or ``line("devices", 0, "port")``: the line, counted from 1, or ``None``.

    Good for hints, not a parser: what is written inline (``platform = { url = ... }``) is found at the
    line of its outermost key.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        counts: dict[str, int] = {}
        table: tuple[str | int, ...] = ()
        closing = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if closing:
                closing = "" if closing in line else closing
                continue
            if match := _TABLE.match(line):
                name = match.group(2).strip("\"' ")
                if match.group(1) == "[[":
                    counts[name] = counts.get(name, -1) + 1
                    table = (name, counts[name])
                else:
                    table = (name,)
                self._lines.setdefault(table, number)
                self._lines.setdefault(table[:1], number)
            elif match := _KEY.match(line):
                self._lines.setdefault((*table, match.group(1).strip("\"'")), number)
            for mark in _TEXT_MARKS:
                if line.count(mark) % 2:
                    closing = mark

    def line(self, *path: str | int) -> int | None:
        """The line of the key at ``path``, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return None
