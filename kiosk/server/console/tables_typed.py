"""A long list in one box: one entry a line, its parts between bars, or between tabs as Excel copies them.

Lists of hundreds and thousands of entries are kept in tables elsewhere; nobody types them box by box.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from kiosk.matters.excel.cells import CellError, Structure
from kiosk.server.console.boxes import Place, at, place

BAR: Final = " | "
_BARS: Final = re.compile(r"\t|\||｜")


@dataclass(frozen=True)
class Typed(Structure):
    """``columns``: what each part is called, where it goes, and whether it may be left out."""

    columns: tuple[tuple[str, Place, bool], ...] = ()

    def to_cell(self, value: Any) -> str:
        return "\n".join(
            BAR.join(str(at(entry, path) or "") for _, path, _ in self.columns).rstrip() for entry in value
        )

    def from_cell(self, text: str) -> Any:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        return [self._entry(number, line) for number, line in lines]

    @property
    def heading(self) -> str:
        return BAR.join(name for name, _, _ in self.columns)

    def _entry(self, number: int, line: str) -> dict[str, Any]:
        parts = [part.strip() for part in _BARS.split(line)]
        if len(parts) > len(self.columns) and not any(parts[len(self.columns) :]):
            parts = parts[: len(self.columns)]
        if len(parts) != len(self.columns):
            many = len(self.columns)
            raise CellError(
                f"第{number}行有{len(parts)}栏，要有{many}栏（{self.heading}）：没有的一栏也要留出位置",
                f"line {number} has {len(parts)} parts and needs {many}",
            )
        entry: dict[str, Any] = {}
        for part, (name, path, optional) in zip(parts, self.columns, strict=True):
            if part:
                place(entry, path, part)
            elif not optional:
                raise CellError(f"第{number}行没有填“{name}”", f"line {number} lacks {name}")
        return entry


def as_lines(entries: Any, before: str = "") -> str:
    """Entries of a file, one a line: what has changed is seen at a glance."""
    return "".join(f"{before}- {json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
