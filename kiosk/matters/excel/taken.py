"""What has been read from a workbook so far, with the cell of each value, and what was wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """``cell`` is 办事指南!C7, or the sheet's or file's name where no cell is at fault."""

    cell: str
    code: str
    zh: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"cell": self.cell, "code": self.code, "message": self.zh, "message_en": self.en}

    def __str__(self) -> str:
        return f"{self.cell}: {self.zh}\n    {self.en} [{self.code}]"


@dataclass
class Taken:
    """What has been read: ``plain`` as in a file, ``cells`` where each value stands."""

    plain: dict[str, Any] = field(default_factory=dict)
    cells: dict[Path_, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # sheets that are not of the template

    def put(self, path: Path_, value: Any, cell: str) -> None:
        """``value`` at ``path``; lists along it are already there."""
        here: Any = self.plain
        for step in path[:-1]:
            here = here[step] if isinstance(step, int) else here.setdefault(step, {})
        here[path[-1]] = value
        self.cells[path] = cell

    def place(self, path: Path_, otherwise: str) -> str:
        """The cell of ``path``, or of what is nearest above or below it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.cells:
                return self.cells[path[:length]]
            below = [cell for known, cell in self.cells.items() if known[:length] == path[:length]]
            if below:
                return below[0]
        return otherwise
